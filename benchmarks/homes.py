"""Simulated homes as recordings: the demo's radio and walkers, a survey, an hour of history, a test.

Two beacons are followed: `tag`, with which the survey was made, and `phone`, which sends 7 dB weaker. Same seed,
same recording. The estimators see the plan as drawn; the radio has its own walls, gains and echoes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from custom_components.indoor_positioning.engine.geometry import FloatArray
from custom_components.indoor_positioning.engine.home import Anchor, Home, Room, Wall
from custom_components.indoor_positioning.engine.observation import Observation
from custom_components.indoor_positioning.engine.replay.recording import Recording, survey_from_rows
from custom_components.indoor_positioning.engine.replay.rows import TruthRow
from custom_components.indoor_positioning.engine.survey import Survey
from demo.beacons import AddressType, Payload
from demo.radio import RadioModel, RadioSettings
from demo.simulation import Carried, Carrier, Emitter
from demo.walker import Habits, Track, Walker
from demo.wayfinding import Spot, WayFinder

from .plans import PLANS

SPOTS_A_ROOM = 4
STAND_S = 15.0
HISTORY_S = 3600.0
TEST_S = 900.0

# One packet a second: what most tags are set to, to last a year.
INTERVAL_S = 1.0
BEACON_HEIGHT_M = 1.1

# Written out, so that the figures do not move when the demo's radio is tuned. Of ordinary homes, the harsher half:
# fits of the log-distance law leave 3 to 7.5 dB, equal receivers differ by 3 to 9 dB, turning round costs 3 to 8 dB
# where walls reflect, a real house shows readings down to -96 dBm, proxies pass on a reading every 0.9 to 4 s.
RADIO = RadioSettings(
    reference_rssi=-59.0,
    exponent=2.2,
    wall_loss=(2.0, 6.0),
    slab_loss=(10.0, 15.0),
    gain_sd=2.5,
    shadowing_sd=4.0,
    shadowing_distance=1.75,
    body_loss=8.0,
    body_loss_hidden=4.5,
    noise_sd=1.5,
    sensitivity=-95.0,
    sensitivity_slope=1.5,
    scan_loss=0.35,
    scan_interval=0.32,
)

# What the walkers do: many short stays, so that there are doors to be late at.
HABITS = Habits(speed=(0.6, 1.3), dwell=(20.0, 120.0), restless=0.5, fidget=(8.0, 40.0))

# Phones and tags differ by up to 17 dB; this is an ordinary difference.
PHONE_OFFSET_DB = -7.0


@dataclass(frozen=True, slots=True)
class BareBeacon:
    """A beacon of which only name, rate and power matter."""

    name: str
    tx_offset: float
    interval: float = INTERVAL_S

    def payload(self, time: float) -> Payload:
        """Return an empty advertisement."""
        del time
        return Payload(0, AddressType.RANDOM, b"")


def simulated(
    name: str,
    seed: int,
    *,
    spots: int = SPOTS_A_ROOM,
    history: float = HISTORY_S,
    test: float = TEST_S,
    settings: RadioSettings = RADIO,
) -> Recording:
    """Return the recording of the plan `name`: `spots` stands a room, `history` and `test` seconds of ordinary use."""
    home = PLANS[name]
    radio = RadioModel(home, settings, seed=seed)
    survey = surveyed(home, radio, spots=spots, seed=seed)
    past = [
        advert
        for index, beacon in enumerate(_beacons())
        for advert in _walk(home, radio, beacon, history, seed * 10 + index)[0]
    ]
    adverts: list[Observation] = []
    truth: list[TruthRow] = []
    for index, beacon in enumerate(_beacons()):
        heard, places = _walk(home, radio, beacon, test, seed * 10 + 5 + index)
        adverts.extend(heard)
        truth.extend(places)
    return Recording(
        home=home,
        survey=survey,
        adverts=sorted(adverts, key=lambda advert: advert.time),
        history=sorted(past, key=lambda advert: advert.time),
        truth=sorted(truth, key=lambda row: row.time),
    )


def disturbed(recording: Recording, kind: str, seed: int = 0) -> Recording:
    """Return a recording whose plan or hardware is wrong in one way (a key of DISTURBANCES)."""
    return DISTURBANCES[kind](recording, np.random.default_rng([seed, 0xD157]))


def _beacons() -> tuple[BareBeacon, ...]:
    return BareBeacon("tag", 0.0), BareBeacon("phone", PHONE_OFFSET_DB)


def _walk(
    home: Home, radio: RadioModel, beacon: BareBeacon, seconds: float, seed: int
) -> tuple[list[Observation], list[TruthRow]]:
    walker = Walker(home, HABITS, seed=seed)
    adverts = walked(radio, beacon, walker, seconds, seed)
    finder = WayFinder(home)
    times = np.linspace(0.0, seconds, round(seconds * 2.0), endpoint=False)
    track = walker.track(times)
    truth = []
    for time, floor, (x, y) in zip(times, track.floor, track.position, strict=True):
        spot = Spot(home.floors[floor].id, float(x), float(y))
        room = finder.room_at(spot)
        truth.append(TruthRow(float(time), beacon.name, (spot.x, spot.y), spot.floor, room.id if room else None))
    return adverts, truth


def walked(radio: RadioModel, beacon: BareBeacon, carrier: Carrier, seconds: float, seed: int) -> list[Observation]:
    """Return what is heard of a beacon that is carried about for some seconds."""
    emitter = Emitter(Carried(beacon, carrier, height=BEACON_HEIGHT_M), radio, seed=seed)
    received = emitter.receive(seconds)
    return [
        Observation(float(time), beacon.name, radio.anchor_ids[anchor], float(rssi))
        for time, anchor, rssi in zip(received.time, received.anchor, received.rssi, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Surveyor:
    """Stands at one spot after another, turning round once; between two stands it is already at the next."""

    floors: tuple[int, ...]
    places: FloatArray
    headings: FloatArray

    def track(self, times: FloatArray) -> Track:
        stand = np.minimum(times // STAND_S, len(self.places) - 1).astype(np.int64)
        return Track(
            time=times,
            floor=np.array(self.floors, dtype=np.int64)[stand],
            position=self.places[stand],
            heading=self.headings[stand] + np.floor(times % STAND_S / STAND_S * 4.0) * (math.pi / 2.0),
            walking=np.zeros(len(times), dtype=bool),
        )


def _spread_spots(finder: WayFinder, room: Room, count: int, rng: np.random.Generator) -> list[Spot]:
    """Return spots as somebody would choose who is asked for different ones: each far from those before."""
    chosen = [finder.random_spot(room, rng)]
    while len(chosen) < count:
        candidates = [finder.random_spot(room, rng) for _ in range(10)]
        chosen.append(max(candidates, key=lambda spot: min(math.dist((spot.x, spot.y), (o.x, o.y)) for o in chosen)))
    return chosen


def surveyed(home: Home, radio: RadioModel, *, spots: int = SPOTS_A_ROOM, seed: int) -> Survey:
    """Return the survey of `home` with the tag: so many stands a room."""
    if spots == 0:
        return ()
    rng = np.random.default_rng([seed, 0x5A])
    finder = WayFinder(home)
    stands = [(room, spot) for room in home.rooms for spot in _spread_spots(finder, room, spots, rng)]
    levels = {floor.id: index for index, floor in enumerate(home.floors)}
    surveyor = _Surveyor(
        tuple(levels[spot.floor] for _, spot in stands),
        np.array([(spot.x, spot.y) for _, spot in stands]),
        rng.uniform(-math.pi, math.pi, len(stands)),
    )
    adverts = walked(radio, _beacons()[0], surveyor, STAND_S * len(stands), seed + 7919)
    # A hair inside, so that a reading on the border belongs to one stand only.
    truth = [
        TruthRow(time, "tag", (spot.x, spot.y), spot.floor, room.id)
        for index, (room, spot) in enumerate(stands)
        for time in (index * STAND_S + 1e-3, (index + 1) * STAND_S - 1e-3)
    ]
    return survey_from_rows(adverts, truth)


def _without_door(recording: Recording, rng: np.random.Generator) -> Recording:
    doors = recording.home.doors
    if not doors:
        return recording
    gone = int(rng.integers(len(doors)))
    return replace(recording, home=replace(recording.home, doors=(*doors[:gone], *doors[gone + 1 :])))


def _wall_too_many(recording: Recording, rng: np.random.Generator) -> Recording:
    """Draw a wall through the middle of a random room."""
    room = recording.home.rooms[int(rng.integers(len(recording.home.rooms)))]
    if room.outline is None:
        return recording
    corners = np.array(room.outline)
    (left, low), (right, high) = corners.min(axis=0), corners.max(axis=0)
    middle = (left + right) / 2.0
    wall = Wall(room.floor, (middle, low), (middle, high))
    return replace(recording, home=replace(recording.home, walls=(*recording.home.walls, wall)))


def _anchor_misplaced(recording: Recording, rng: np.random.Generator) -> Recording:
    anchors = recording.home.anchors
    wrong = int(rng.integers(len(anchors)))
    angle = rng.uniform(0.0, 2.0 * math.pi)

    def moved(anchor: Anchor) -> Anchor:
        if anchor.position is None:
            return anchor
        x, y, z = anchor.position
        return replace(anchor, position=(x + 2.0 * math.cos(angle), y + 2.0 * math.sin(angle), z))

    changed = tuple(moved(anchor) if index == wrong else anchor for index, anchor in enumerate(anchors))
    return replace(recording, home=replace(recording.home, anchors=changed))


def _anchor_dead(recording: Recording, rng: np.random.Generator) -> Recording:
    """Let one anchor fall silent after a third of the test."""
    anchor = recording.home.anchors[int(rng.integers(len(recording.home.anchors)))].id
    dies = recording.adverts[len(recording.adverts) // 3].time
    return replace(recording, adverts=[item for item in recording.adverts if item.anchor != anchor or item.time < dies])


def _anchor_deaf(recording: Recording, rng: np.random.Generator) -> Recording:
    """Let one anchor hear 15 dB less after a third of the test; what falls below the sensitivity is lost."""
    anchor = recording.home.anchors[int(rng.integers(len(recording.home.anchors)))].id
    since = recording.adverts[len(recording.adverts) // 3].time

    def heard(items: Sequence[Observation]) -> list[Observation]:
        result = []
        for item in items:
            if item.anchor != anchor or item.time < since:
                result.append(item)
            elif item.rssi - 15.0 > RADIO.sensitivity:
                result.append(replace(item, rssi=item.rssi - 15.0))
        return result

    return replace(recording, adverts=heard(recording.adverts))


DISTURBANCES = {
    "a missing door": _without_door,
    "a wall too many": _wall_too_many,
    "an anchor 2 m off": _anchor_misplaced,
    "a dead anchor": _anchor_dead,
    "an anchor deaf by 15 dB": _anchor_deaf,
}
