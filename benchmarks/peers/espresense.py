"""ESPresense: firmware's distances (4.1) and the companion's Nelder-Mead scenarios (2.1.2).

Each node reports a Tukey-fenced mean of 15 s, every 5 s or when the distance has moved by half a metre. On each
report one scenario a floor is solved; Kalman filters smooth each scenario and once more the device; the room is that
of the likeliest scenario, the position the device's, so the two can disagree.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import quantiles

import numpy as np

from custom_components.indoor_positioning.engine.geometry import FloatArray
from custom_components.indoor_positioning.engine.home import Floor, Home
from custom_components.indoor_positioning.engine.observation import Observation

from .base import Answer, Setup, floor_bounds, room_containing
from .cv_kalman import ConstantVelocityFilter
from .simplex import Vector, nelder_mead

# Firmware.
REFERENCE_DBM = -71.0  # rssi@1m -65 and the default transmit power of -6
ABSORPTION = 2.7
WINDOW_S = 15.0
WINDOW_READINGS = 200
TUKEY = 1.5
MAX_DISTANCE_M = 16.0
REPORT_EVERY_S = 5.0
REPORT_MOVE_M = 0.5

# Companion.
NODE_TIMEOUT_S = 30.0
RANK_SIGMA = 0.3
SCALE_PULL = 5.0
SCALE_LIMITS = (0.5, 1.5)
TOLERANCE = 1e-7
ITERATIONS = 10_000
PROCESS = 0.01
MEASUREMENT = 0.1
MAX_SPEED = 0.5
SELECTION_SIGMA_M = 2.0
KEEP = 0.7
ROOM_MOVE_M = 0.1


@dataclass(slots=True)
class _Node:
    """One node's window and its last report."""

    place: tuple[float, float, float]
    floor: str
    reference: float
    absorption: float
    readings: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=WINDOW_READINGS))
    distance: float = 0.0
    reported: float = float("-inf")

    def take(self, time: float, rssi: float) -> bool:
        """Take a packet; whether the node now reports."""
        self.readings.append((time, rssi))
        while self.readings[0][0] < time - WINDOW_S:
            self.readings.popleft()
        level = _fenced_mean([value for _, value in self.readings])
        distance = 10.0 ** ((self.reference - level) / (10.0 * self.absorption))
        due = time - self.reported >= REPORT_EVERY_S or abs(distance - self.distance) > REPORT_MOVE_M
        if not due or distance > MAX_DISTANCE_M:
            return False
        self.distance, self.reported = distance, time
        return True


@dataclass(slots=True)
class _Scenario:
    """One locator on one floor."""

    floor: Floor
    confidence: int = 0
    location: FloatArray | None = None
    filter: ConstantVelocityFilter | None = None
    filtered_at: float = 0.0
    probability: float = 0.0
    room: str | None = None


class Espresense:
    """One device, with the companion's defaults: Nelder-Mead on every floor, Gaussian rank weights."""

    def __init__(
        self,
        home: Home,
        *,
        reference: float = REFERENCE_DBM,
        absorption: float = ABSORPTION,
        offsets: Mapping[str, float] | None = None,
    ) -> None:
        """Follow a device; `offsets` in dB are the nodes' receive adjustments."""
        self._home = home
        elevation = {floor.id: floor.elevation for floor in home.floors}
        self._nodes = {
            anchor.id: _Node(
                (x, y, z + elevation[anchor.floor]),
                anchor.floor,
                reference + (offsets or {}).get(anchor.id, 0.0),
                absorption,
            )
            for anchor in home.anchors
            for x, y, z in ([anchor.position] if anchor.position is not None else [])
        }
        self._bounds = {floor.id: floor_bounds(home, floor.id) for floor in home.floors}
        self._scenarios = [_Scenario(floor) for floor in home.floors]
        self._device: ConstantVelocityFilter | None = None
        self._device_at = 0.0
        self._best: _Scenario | None = None
        self._seen = float("-inf")

    def observe(self, reading: Observation) -> None:
        """Take a packet; where its node reports, solve everything."""
        node = self._nodes.get(reading.anchor)
        if node is not None and node.take(reading.time, reading.rssi):
            self._seen = reading.time
            self._solve(reading.time)

    def answer(self, now: float) -> Answer:
        """Return the device's position and the likeliest scenario's room."""
        if now - self._seen > NODE_TIMEOUT_S:
            return Answer(away=self._best is not None)
        if self._best is None or self._device is None:
            return Answer()
        x, y = self._device.position[:2]
        return Answer(self._best.room, self._best.floor.id, (float(x), float(y)))

    def _solve(self, now: float) -> None:
        heard = [node for node in self._nodes.values() if now - node.reported < NODE_TIMEOUT_S]
        for scenario in self._scenarios:
            self._solve_scenario(scenario, heard, now)
        current = [
            scenario for scenario in self._scenarios if scenario.confidence > 0 and scenario.location is not None
        ]
        if not current:
            return
        self._select(current, now)
        best = max(current, key=lambda scenario: scenario.confidence)
        if best.location is not None:
            self._device, _ = _kalman(self._device, best.location, now - self._device_at)
            self._device_at = now
        self._best = max(current, key=lambda scenario: scenario.probability)

    def _solve_scenario(self, scenario: _Scenario, heard: list[_Node], now: float) -> None:
        """Solve one floor; its room is looked up only where the location moved at once."""
        nodes = sorted((node for node in heard if node.floor == scenario.floor.id), key=lambda node: node.distance)
        if len(nodes) < 2:
            scenario.confidence = 0
            return
        bounds = self._bounds[scenario.floor.id]
        middle = _middle(nodes[0], nodes[1])
        if len(nodes) == 2 or bounds is None:
            found, scenario.confidence = middle, 1
        else:
            start = middle
            if scenario.confidence >= 5 and scenario.location is not None:
                start = (float(scenario.location[0]), float(scenario.location[1]), float(scenario.location[2]))
            possible = sum(node.floor == scenario.floor.id for node in self._nodes.values())
            found, scenario.confidence = _fit(nodes, start, scenario.floor, bounds, possible)
        before = scenario.location
        scenario.filter, scenario.location = _kalman(scenario.filter, np.array(found), now - scenario.filtered_at)
        scenario.filtered_at = now
        if before is None or float(np.linalg.norm(scenario.location - before)) > ROOM_MOVE_M:
            place = (float(scenario.location[0]), float(scenario.location[1]))
            scenario.room = room_containing(self._home, scenario.floor.id, place)

    def _select(self, current: list[_Scenario], now: float) -> None:
        weights = []
        for scenario in current:
            weight = float(scenario.confidence)
            if self._device is not None and scenario.location is not None:
                predicted = self._device.position + (now - self._device_at) * self._device.velocity
                away = float(np.linalg.norm(scenario.location - predicted))
                weight *= math.exp(-(away**2) / (2.0 * SELECTION_SIGMA_M**2))
            weights.append(weight)
        total = sum(weights) or 1.0
        for scenario, weight in zip(current, weights, strict=True):
            scenario.probability = KEEP * scenario.probability + (1.0 - KEEP) * weight / total
        mass = sum(scenario.probability for scenario in current) or 1.0
        for scenario in current:
            scenario.probability /= mass


def _fit(
    nodes: list[_Node],
    start: tuple[float, float, float],
    floor: Floor,
    bounds: tuple[tuple[float, float], tuple[float, float]],
    possible: int,
) -> tuple[tuple[float, float, float], int]:
    """Return the place of least weighted error and the companion's confidence, 5 to 100."""
    count = len(nodes)
    weights = [
        math.exp(-((rank / (count - 1)) ** 2) / (2.0 * RANK_SIGMA**2)) / (RANK_SIGMA * math.sqrt(2.0 * math.pi))
        for rank in range(count)
    ]
    total = sum(weights)
    table = [(*node.place, node.distance, weight / total) for node, weight in zip(nodes, weights, strict=True)]
    (left, low), (right, high) = bounds
    bottom, top = floor.elevation, floor.elevation + floor.height

    def cost(vector: Vector) -> float:
        x, y, z, scale = vector
        scale = min(max(scale, SCALE_LIMITS[0]), SCALE_LIMITS[1])
        error = 0.0
        for nx, ny, nz, distance, weight in table:
            gap = scale * math.sqrt((x - nx) ** 2 + (y - ny) ** 2 + (z - nz) ** 2) - distance
            error += weight * gap * gap
        error += (SCALE_PULL * (1.0 - scale)) ** 2
        outside = math.hypot(max(left - x, 0.0, x - right), max(low - y, 0.0, y - high), max(bottom - z, 0.0, z - top))
        # Beyond a hundred metres the penalty's power would overflow; it is large enough there.
        return error + 5.0 ** (1.0 + min(outside, 100.0)) if outside > 0.0 else error

    nearest = [sum(node.place[axis] for node in nodes[:3]) / len(nodes[:3]) for axis in range(3)]
    first: Vector = (*start, 1.0)
    simplex = [first]
    for axis in range(3):
        vertex = list(first)
        # A start on the centroid itself would give a simplex without extent.
        vertex[axis] = nearest[axis] if abs(nearest[axis] - vertex[axis]) > 1e-3 else vertex[axis] + 0.05
        simplex.append(tuple(vertex))
    simplex.append((*start, 1.05))
    best, error = nelder_mead(cost, simplex, tolerance=TOLERANCE, iterations=ITERATIONS)
    place = (best[0], best[1], best[2])
    calculated = [math.dist(place, node.place) for node in nodes]
    likeness = _pearson(calculated, [node.distance for node in nodes])
    quality = 0.6 * min(max(1.0 - error / 10.0, 0.0), 1.0) + 0.4 * max(0.0, likeness)
    return place, int(min(max(round(50.0 * count / possible + 50.0 * quality), 5), 100))


def _kalman(
    state: ConstantVelocityFilter | None, measured: FloatArray, elapsed: float
) -> tuple[ConstantVelocityFilter, FloatArray]:
    if state is None:
        state = ConstantVelocityFilter(measured, np.eye(2))
        return state, state.position
    if elapsed > 0.0:
        state.predict(elapsed, PROCESS)
        state.limit_speed(MAX_SPEED)
        jump = float(np.linalg.norm(measured - state.position))
        allowed = MAX_SPEED * elapsed
        state.correct(measured, MEASUREMENT * (jump / allowed) ** 2 if jump > allowed else MEASUREMENT)
        state.limit_speed(MAX_SPEED)
    return state, state.position


def _fenced_mean(values: list[float]) -> float:
    """Return the mean of what lies within Tukey's fences."""
    if len(values) >= 4:
        low, _, high = quantiles(values, n=4, method="inclusive")
        fence = TUKEY * (high - low)
        kept = [value for value in values if low - fence <= value <= high + fence]
        values = kept or values
    return sum(values) / len(values)


def _middle(one: _Node, other: _Node) -> tuple[float, float, float]:
    (x1, y1, z1), (x2, y2, z2) = one.place, other.place
    return (x1 + x2) / 2.0, (y1 + y2) / 2.0, (z1 + z2) / 2.0


def _pearson(one: list[float], other: list[float]) -> float:
    if len(one) < 2 or np.std(one) == 0.0 or np.std(other) == 0.0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def default(setup: Setup, device: str) -> Espresense:
    """Return ESPresense as it comes."""
    del device
    return Espresense(setup.home)


def tuned(setup: Setup, device: str) -> Espresense:
    """Return ESPresense with rssi@1m, absorption and receive adjustments as a survey fits them."""
    del device
    parameters = setup.ranging.parameters
    return Espresense(
        setup.home,
        reference=parameters.reference_rssi,
        absorption=parameters.exponent,
        offsets=dict(parameters.anchor_offsets),
    )
