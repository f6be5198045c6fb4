"""Dynamic calibration: what stays at a known place shows how the anchors' gains and the path loss drift in use.

A reference beacon stands at a known place, and so does an anchor that itself advertises. What an anchor hears of it is
off the map by an error of that place, which does not change. So the level of the first minutes is the baseline, and
what changes against it is fitted, in dB:

    level - baseline = sender's change + anchor's change - 10 log10(metres) x change of n

The levels are means with exponential forgetting, the recursive least squares of one constant a link (L. Ljung, System
Identification, 2nd ed., 11.2). They are split by ridge least squares whose prior on the anchors has heavy tails, so
that one deaf anchor is told from a sender whose battery fades: that is weaker at all anchors alike.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .geometry import FloatArray
from .home import Anchor, Home, Position
from .likelihood import PACKET_SD_DB
from .model import PositioningModel
from .observation import Observation, is_valid_rssi
from .propagation import MAX_ANCHOR_OFFSET_DB, MIN_DISTANCE_M
from .self_calibration import Lesson

# A link's first readings are its baseline: three minutes of a beacon heard once a second, all its channels many times.
BASELINE_READINGS = 180

# Readings of a level fade over this long (s): somebody who stops before a reference beacon is gone by then, and a deaf
# anchor is not trusted for longer.
MEMORY_S = 300.0

# Below this many unfaded readings a level says too little.
MIN_READINGS = 20.0

# By this a level differs from one quarter of an hour to the next with nothing broken: people, doors, chairs (dB).
LINK_SD_DB = 2.5

# How far gains drift: a sender's with its battery, a sound anchor's; an unsound one is in the heavy tail (dB).
SENDER_SD_DB = 5.0
ANCHOR_SD_DB = 2.0

# The exponent changes with the furniture; homes differ by 0.5.
EXPONENT_SD = 0.3

# An anchor's drift is corrected only if it is this many times as large as its own uncertainty, and shows at all (dB).
SIGNIFICANT = 2.0
NOTICEABLE_DB = 2.0

# The rounds in which the heavy tails settle.
ROUNDS = 12

# What the map allows: a drift above is as large as the map's own error, and for so long it is no passing guest (dB, s).
ALLOWED_DB = 6.0
ALLOWED_EXPONENT = 0.3
SUSTAINED_S = 1800.0

type Place = tuple[str, Position]


@dataclass(frozen=True, slots=True)
class Drift:
    """What has changed since the baseline.

    `anchors` and `senders` in dB, an anchor only where its drift is significant; `exponent` is the change of n.
    """

    anchors: Mapping[str, float] = field(default_factory=dict)
    senders: Mapping[str, float] = field(default_factory=dict)
    exponent: float = 0.0

    @property
    def corrections(self) -> dict[str, float]:
        """What is to be added to the readings of each anchor in dB."""
        return {anchor: -drift for anchor, drift in self.anchors.items()}


@dataclass(slots=True)
class _Link:
    """The level of one sender at one anchor (dBm): `baseline` of `count` readings, `level` worth `weight` readings."""

    baseline: float = 0.0
    count: int = 0
    level: float = 0.0
    weight: float = 0.0
    time: float = -math.inf

    def hear(self, time: float, rssi: float) -> None:
        if self.count < BASELINE_READINGS:
            self.count += 1
            self.baseline += (rssi - self.baseline) / self.count
        self.weight = self.weight_at(time) + 1.0
        self.level += (rssi - self.level) / self.weight
        self.time = max(time, self.time)

    def weight_at(self, time: float) -> float:
        return self.weight * math.exp(min(self.time - time, 0.0) / MEMORY_S) if self.weight else 0.0

    def tells(self, now: float) -> bool:
        return self.count >= BASELINE_READINGS and self.weight_at(now) >= MIN_READINGS


class DynamicCalibration:
    """Follows the links between what stands at known places; one object a home."""

    def __init__(self) -> None:
        self._senders: dict[str, Place] = {}
        self._anchors: dict[str, Place] = {}
        self._links: dict[tuple[str, str], _Link] = {}
        self._beyond: dict[str, float] = {}
        self.drift = Drift()

    def follow(self, home: Home) -> None:
        """Go on in a changed home: a link whose sender or anchor was moved or removed starts anew."""
        senders, anchors = reference_places(home), _places(home.anchors)
        for sender, anchor in tuple(self._links):
            if senders.get(sender) != self._senders.get(sender) or anchors.get(anchor) != self._anchors.get(anchor):
                del self._links[sender, anchor]
        self._senders, self._anchors = senders, anchors
        self._settle()

    def rebase(self) -> None:
        """Start anew from what is heard from now on: somebody has calibrated, the map knows the gains of today."""
        self._links.clear()
        self._settle()

    def hear(self, observation: Observation) -> None:
        """Take a reading as the anchor reported it; only those between known places count. Constant cost."""
        sender, anchor = observation.beacon, observation.anchor
        if sender not in self._senders or anchor not in self._anchors or sender == anchor:
            return
        if math.isfinite(observation.time) and is_valid_rssi(observation.rssi):
            self._links.setdefault((sender, anchor), _Link()).hear(observation.time, observation.rssi)

    def fit(self, now: float) -> Drift:
        """Return what has changed by `now`, on the readings' clock (s)."""
        links = {key: link for key, link in self._links.items() if link.tells(now)}
        self.drift = self._split(links, now) if links else Drift()
        beyond = {anchor for anchor, change in self.drift.anchors.items() if abs(change) > ALLOWED_DB}
        self._beyond = {anchor: self._beyond.get(anchor, now) for anchor in beyond}
        return self.drift

    def to_recalibrate(self, now: float) -> frozenset[str]:
        """Return the anchors that have drifted beyond what the map allows, for long enough."""
        return frozenset(anchor for anchor, since in self._beyond.items() if now - since >= SUSTAINED_S)

    def to_dict(self) -> dict[str, Any]:
        """Return the baselines, JSON-able; levels are heard again within minutes."""
        return {
            "senders": {sender: [floor, *position] for sender, (floor, position) in self._senders.items()},
            "anchors": {anchor: [floor, *position] for anchor, (floor, position) in self._anchors.items()},
            "links": [[*key, link.baseline, link.count] for key, link in self._links.items()],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> DynamicCalibration:
        """Return what `to_dict` gave; malformed data starts anew."""
        result = cls()
        try:
            for places, rows in ((result._senders, data["senders"]), (result._anchors, data["anchors"])):
                for key, (floor, *position) in rows.items():
                    x, y, z = map(float, position)
                    places[str(key)] = str(floor), (x, y, z)
            for sender, anchor, baseline, count in data["links"]:
                if math.isfinite(baseline) and 0 < count <= BASELINE_READINGS:
                    result._links[str(sender), str(anchor)] = _Link(float(baseline), int(count))
        except AttributeError, KeyError, TypeError, ValueError:
            return cls()
        return result

    def _settle(self) -> None:
        self.drift = Drift()
        self._beyond.clear()

    def _split(self, links: Mapping[tuple[str, str], _Link], now: float) -> Drift:
        senders = sorted({sender for sender, _ in links})
        anchors = sorted({anchor for _, anchor in links})
        design = np.zeros((len(links), len(senders) + len(anchors) + 1))
        changes, noise = np.empty(len(links)), np.empty(len(links))
        for row, ((sender, anchor), link) in enumerate(links.items()):
            design[row, senders.index(sender)] = 1.0
            design[row, len(senders) + anchors.index(anchor)] = 1.0
            design[row, -1] = -self._log_distance(sender, anchor)
            changes[row] = link.level - link.baseline
            packets = 1.0 / link.weight_at(now) + 1.0 / link.count
            noise[row] = math.hypot(LINK_SD_DB, PACKET_SD_DB * math.sqrt(packets))
        change, sd = _heavy_tailed_ridge(design, changes, noise, len(senders), len(anchors))
        drifts = {
            anchor: float(np.clip(change[column], -MAX_ANCHOR_OFFSET_DB, MAX_ANCHOR_OFFSET_DB))
            for column, anchor in enumerate(anchors, start=len(senders))
            if abs(change[column]) > max(SIGNIFICANT * sd[column], NOTICEABLE_DB)
        }
        exponent = float(np.clip(change[-1], -ALLOWED_EXPONENT, ALLOWED_EXPONENT))
        return Drift(drifts, dict(zip(senders, map(float, change), strict=False)), exponent)

    def _log_distance(self, sender: str, anchor: str) -> float:
        """Return 10 log10 of the metres between two known places; a storey between counts in neither."""
        distance = math.dist(self._senders[sender][1], self._anchors[anchor][1])
        return 10.0 * math.log10(max(distance, MIN_DISTANCE_M))


def reference_places(home: Home) -> dict[str, Place]:
    """Return where the beacons stand whose place is known, and the anchors, by the name under which they are heard."""
    beacons = {
        beacon.id: (beacon.floor or home.floors[0].id, beacon.position)
        for beacon in home.beacons
        if beacon.position is not None
    }
    return _places(home.anchors) | beacons


def at_known_place(model: PositioningModel, beacon_id: str, lesson: Lesson) -> Lesson:
    """Return the lesson of a reference beacon with its place known, of any other beacon as it is.

    So A, n, walls, slabs and the anchors' offsets are fitted by self-calibration to what is certain. Its power is what
    its links differ from the map by: a reference beacon sends with a strength of its own.
    """
    beacon = model.beacon(beacon_id)
    if beacon.position is None or not len(lesson.links.rows):
        return lesson
    floors = [floor.id for floor in model.home.floors]
    floor = floors.index(beacon.floor) if beacon.floor in floors else 0
    on_floor = np.flatnonzero(model.grid.placed & (model.grid.floor == floor))
    if not len(on_floor):
        return lesson
    away = np.hypot(*(model.grid.points[on_floor] - beacon.position[:2]).T)
    cells = np.zeros(len(model.grid))
    cell = on_floor[away.argmin()]
    cells[cell] = 1.0
    power = float(np.median(lesson.links.rssi - model.radio_map.mean[lesson.links.rows, cell]))
    return replace(lesson, cells=cells, power=power)


def _places(anchors: tuple[Anchor, ...]) -> dict[str, Place]:
    return {anchor.id: (anchor.floor, anchor.position) for anchor in anchors if anchor.position is not None}


def _heavy_tailed_ridge(
    design: FloatArray, changes: FloatArray, noise: FloatArray, senders: int, anchors: int
) -> tuple[FloatArray, FloatArray]:
    """Return the constants that explain the changes and their standard deviations.

    The columns are senders, anchors, exponent. Anchors have a Cauchy prior, by iteratively reweighted least squares;
    it starts from senders that changed as the median of their links did, so that few bad anchors do not share their
    fault.
    """
    is_anchor = np.zeros(design.shape[1], dtype=bool)
    is_anchor[senders : senders + anchors] = True
    precision = np.full(design.shape[1], 1.0 / SENDER_SD_DB**2)
    precision[-1] = 1.0 / EXPONENT_SD**2
    weighted = design / noise[:, None] ** 2
    normal, right = design.T @ weighted, weighted.T @ changes
    median = np.array([np.median(changes[design[:, column] > 0.0]) for column in range(senders)])
    left = changes - design[:, :senders] @ median
    theta = np.zeros(design.shape[1])
    theta[is_anchor] = (weighted.T @ left)[is_anchor] / np.diag(normal)[is_anchor]
    covariance = np.eye(design.shape[1])
    for _ in range(ROUNDS):
        precision[is_anchor] = 2.0 / (ANCHOR_SD_DB**2 + theta[is_anchor] ** 2)
        covariance = np.linalg.inv(normal + np.diag(precision))
        theta = covariance @ right
    return theta, np.sqrt(np.diag(covariance))
