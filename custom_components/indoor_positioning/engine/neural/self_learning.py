"""Labels from ordinary use: a reference beacon is where it is, and at times anybody's place is beyond doubt.

Pseudo-labels (D.-H. Lee, "Pseudo-Label: The Simple and Efficient Semi-Supervised Learning Method for Deep Neural
Networks", ICML workshop 2013), of a teacher that knows more than the pupil: the Bayes filter has seen the whole way, a
network sees one moment. What the filter is sure of at rest becomes a sample like a stand of the survey.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..decision import Presence
from ..geometry import FloatArray, Point, contains
from ..home import Beacon, Home
from ..likelihood import OFFSETS_DB
from ..model import PositioningModel
from ..observation import Observation
from ..survey import Survey, SurveySample
from ..tracker import Tracker
from .learnt_samples import LearntSamples

# A sample is what was heard in so long a stay (s): as much as a stand of the survey.
STAY_S = 12.0

# Whoever stays says so within this distance (m).
STILL_M = 0.7

# Beyond doubt: the room, and the place where there is one (m). Stricter limits (0.9 and 1 m) left 10 samples of two
# hours in a simulated flat instead of 50, too few to show.
MIN_CONFIDENCE = 0.8
MAX_ACCURACY_M = 2.0

# A beacon that stays teaches again after so long (s): people and doors move around it.
AGAIN_S = 300.0

# A sample needs so many anchors that heard it, and so many packets, for its power to be told from its place.
MIN_ANCHORS = 3
MIN_PACKETS = 15

# Readings of one stay, as of a flood.
MAX_READINGS = 500

# A history is followed in steps of a second; what is silent for longer than this was away (s).
STEP_S = 1.0
GAP_S = 30.0


@dataclass(slots=True)
class _Stay:
    """Since `since` one beacon has stayed in one place, with `readings` (time, anchor, dBm) since then."""

    since: float = math.inf
    room: str | None = None
    floor: str | None = None
    places: list[Point] = field(default_factory=list)
    readings: list[tuple[float, str, float]] = field(default_factory=list)


class SelfLearner:
    """Makes samples of what one beacon says."""

    def __init__(self, beacon_id: str) -> None:
        self._beacon_id = beacon_id
        self._stay = _Stay()
        self._taught_at = -math.inf
        self._taught: tuple[str | None, Point | None] | None = None

    def hear(self, reading: Observation, correction: float = 0.0) -> None:
        """Take a reading, to which `correction` in dB is to be added. Constant cost."""
        if len(self._stay.readings) < MAX_READINGS:
            self._stay.readings.append((reading.time, reading.anchor, reading.rssi + correction))

    def look(self, model: PositioningModel, presence: Presence, listening: frozenset[str]) -> SurveySample | None:
        """Return what the stay that ends at `presence` teaches, if it does; call it after each estimate."""
        known = _known_place(model, self._beacon_id)
        stay, now = self._stay, presence.time
        floor, room, place = known or (presence.floor, presence.room, presence.position)
        if known is None and not _beyond_doubt(presence):
            self._begin(math.inf, None, None)
            return None
        goes_on = (floor, room) == (stay.floor, stay.room) and _is_near(place, stay.places[:1])
        if not goes_on or math.isinf(stay.since):
            self._begin(now, floor, room)
            stay = self._stay
        if place is not None:
            stay.places.append(place)
        if now - stay.since < STAY_S:
            return None
        sample = None if self._has_taught(now, room, place) else _sample(model, self._beacon_id, stay, now, listening)
        if sample is not None:
            self._taught_at, self._taught = now, (room, sample.position)
        self._begin(now, floor, room)
        return sample

    def _begin(self, since: float, floor: str | None, room: str | None) -> None:
        self._stay = _Stay(since, room, floor)

    def _has_taught(self, now: float, room: str | None, place: Point | None) -> bool:
        if self._taught is None or now - self._taught_at >= AGAIN_S:
            return False
        before_room, before = self._taught
        return room == before_room and (before is None or _is_near(place, [before]))


def learn_labels(model: PositioningModel, history: Sequence[Observation]) -> Survey:
    """Return the samples that readings of ordinary use teach, in any order of beacons; takes as long as a replay."""
    learnt = LearntSamples()
    by_beacon: dict[str, list[Observation]] = defaultdict(list)
    for reading in sorted(history, key=lambda reading: reading.time):
        by_beacon[reading.beacon].append(reading)
    for beacon, readings in by_beacon.items():
        _follow(model, learnt, beacon, readings)
    return learnt.survey


def _follow(model: PositioningModel, learnt: LearntSamples, beacon: str, readings: Sequence[Observation]) -> None:
    listening = frozenset(anchor.id for anchor in model.home.anchors)
    tracker, learner = Tracker(beacon, model), SelfLearner(beacon)
    index, now = 0, readings[0].time
    while index < len(readings):
        while index < len(readings) and readings[index].time <= now:
            tracker.observe(readings[index])
            learner.hear(readings[index], tracker.offset_of(readings[index].anchor))
            index += 1
        if (sample := learner.look(model, tracker.update(now, listening), listening)) is not None:
            learnt.add(sample)
        now += STEP_S
        if index < len(readings) and readings[index].time - now > GAP_S:
            now = readings[index].time


def _beyond_doubt(presence: Presence) -> bool:
    if presence.away or not presence.settled or presence.room is None or presence.confidence < MIN_CONFIDENCE:
        return False
    return presence.position is None or (presence.accuracy is not None and presence.accuracy <= MAX_ACCURACY_M)


def _known_place(model: PositioningModel, beacon_id: str) -> tuple[str, str | None, Point] | None:
    """Return floor, room and place of a reference beacon, None for any other."""
    beacon: Beacon = model.beacon(beacon_id)
    if beacon.position is None:
        return None
    floor = beacon.floor or model.home.floors[0].id
    place = beacon.position[0], beacon.position[1]
    return floor, _room_at(model.home, floor, place), place


def _room_at(home: Home, floor: str, place: Point) -> str | None:
    at = np.array([place])
    return next((one.id for one in home.rooms_on(floor) if one.outline and contains(one.outline, at)[0]), None)


def _is_near(place: Point | None, places: Sequence[Point]) -> bool:
    """Whether a place is where the others are; rooms without places are compared by their names alone."""
    return place is None or not places or math.dist(place, places[0]) <= STILL_M


def _sample(
    model: PositioningModel, beacon_id: str, stay: _Stay, now: float, listening: frozenset[str]
) -> SurveySample | None:
    anchors = frozenset(anchor.id for anchor in model.home.anchors)
    by_anchor: dict[str, list[float]] = defaultdict(list)
    for time, anchor, rssi in stay.readings:
        if anchor in anchors and stay.since <= time <= now:
            by_anchor[anchor].append(rssi)
    # An anchor that was off would be learnt as one that hears nothing there.
    if len(by_anchor) < MIN_ANCHORS or not anchors <= listening | by_anchor.keys():
        return None
    if sum(map(len, by_anchor.values())) < MIN_PACKETS or stay.floor is None:
        return None
    place = None
    if stay.places:
        x, y = np.mean(stay.places, axis=0)
        place = float(x), float(y)
    power = _power(model, stay, place, by_anchor)
    if power is None:
        return None
    return SurveySample(
        beacon_id,
        stay.floor,
        stay.room,
        place,
        {anchor: tuple(rssi - power for rssi in values) for anchor, values in by_anchor.items()},
        silent=anchors - by_anchor.keys(),
        time=stay.since,
        duration=now - stay.since,
    )


def _power(
    model: PositioningModel, stay: _Stay, place: Point | None, heard: Mapping[str, Sequence[float]]
) -> float | None:
    """Return how much stronger the beacon sends than that of the survey (dB), None where it cannot be told."""
    cell = _cell(model, stay, place)
    if cell is None:
        return None
    expected: FloatArray = model.radio_map.mean[:, cell]
    excess = [
        float(np.median(heard[anchor])) - float(expected[row])
        for row, anchor in enumerate(model.radio_map.anchors)
        if anchor in heard
    ]
    return float(np.clip(np.median(excess), OFFSETS_DB.min(), OFFSETS_DB.max()))


def _cell(model: PositioningModel, stay: _Stay, place: Point | None) -> int | None:
    grid, home = model.grid, model.home
    if place is not None:
        floor = next((index for index, one in enumerate(home.floors) if one.id == stay.floor), None)
        here = np.flatnonzero(grid.placed & (grid.floor == floor))
        if not len(here):
            return None
        return int(here[np.linalg.norm(grid.points[here] - place, axis=1).argmin()])
    room = next((index for index, one in enumerate(home.rooms) if one.id == stay.room), None)
    here = np.flatnonzero(grid.room == room) if room is not None else np.empty(0, dtype=np.intp)
    return int(here[0]) if len(here) == 1 else None
