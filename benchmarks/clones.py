"""How soon the clone watch notices a copy, and how often it cries wolf: `python -m benchmarks.clones`.

The original is carried through a simulated home; after ten minutes somebody transmits the same payload, once a
second as well. What the rate alone would show is left out: it takes a day of habit and a quarter of an hour.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from custom_components.indoor_positioning.engine.home import Home
from custom_components.indoor_positioning.engine.identity.clone_watch import BLOCK_S, CloneWatch
from custom_components.indoor_positioning.engine.identity.sighting import Sighting
from custom_components.indoor_positioning.engine.observation import Observation
from demo.radio import RadioModel
from demo.simulation import Carried, Carrier, Emitter, Resting
from demo.walker import Walker

from .datasets import load_all
from .homes import BEACON_HEIGHT_M, HABITS, RADIO, BareBeacon
from .plans import PLANS

HOMES = ("house", "flat")
RUNS = 25
COPIED_AT_S = 600.0
ENDS_AT_S = 1800.0
# Of a copy that began in the original's absence: when that comes home.
BACK_AT_S = 1200.0
ROTATES_AT_S = 900.0
# A copy "elsewhere" is at least so far from where the original is when it begins.
ELSEWHERE_M = 4.0

ORIGINAL, OTHER = "C0:00:00:00:00:01", "C0:00:00:00:00:02"
BEACON = BareBeacon("tag", 0.0)


@dataclass(frozen=True, slots=True)
class Spell:
    """A transmitter on its carrier, heard between two moments (s)."""

    carrier: Carrier
    address: str
    start: float = 0.0
    end: float = ENDS_AT_S


@dataclass(frozen=True, slots=True)
class Situation:
    """What a copy does. Noticed counts from `since` (s), when both are on the air."""

    name: str
    cast: Callable[[Home, int, str], Sequence[Spell]]
    since: float = COPIED_AT_S


def _elsewhere(home: Home, seed: int, address: str) -> Sequence[Spell]:
    original = Walker(home, HABITS, seed=seed)
    then = original.track(np.array([0.0, COPIED_AT_S]))
    floor, place = int(then.floor[-1]), then.position[-1]
    copy = _far_spot(home, floor, (float(place[0]), float(place[1])), seed)
    return Spell(original, ORIGINAL), Spell(copy, address, COPIED_AT_S)


def _beside(home: Home, seed: int, address: str) -> Sequence[Spell]:
    original, copy = (Walker(home, HABITS, seed=seed) for _ in range(2))
    return Spell(original, ORIGINAL), Spell(copy, address, COPIED_AT_S)


def _in_absence(home: Home, seed: int, address: str) -> Sequence[Spell]:
    original, back, copy = (Walker(home, HABITS, seed=seed + offset) for offset in (0, 1, 2))
    return (
        Spell(original, ORIGINAL, end=COPIED_AT_S - 300.0),
        Spell(copy, address, COPIED_AT_S),
        Spell(back, ORIGINAL, BACK_AT_S),
    )


def _alone(home: Home, seed: int, address: str) -> Sequence[Spell]:
    """Change the address once on the way, as phones do."""
    original = Walker(home, HABITS, seed=seed)
    return Spell(original, ORIGINAL, end=ROTATES_AT_S), Spell(original, address, ROTATES_AT_S)


SITUATIONS = (
    Situation("elsewhere in the home", _elsewhere),
    Situation("next to the original", _beside),
    Situation("in its absence, before it is back", _in_absence),
    Situation("in its absence, once it is back", _in_absence, BACK_AT_S),
)
NO_COPY = Situation("no copy", _alone, 0.0)


def _far_spot(home: Home, floor: int, place: tuple[float, float], seed: int) -> Resting:
    """Return a random place far from `place`; another floor is far."""
    rng = np.random.default_rng([seed, 0xC0])
    levels = {one.id: index for index, one in enumerate(home.floors)}
    while True:
        room = home.rooms[int(rng.integers(len(home.rooms)))]
        corners = np.array(room.outline)
        spot = rng.uniform(corners.min(axis=0), corners.max(axis=0))
        if levels[room.floor] != floor or math.dist(spot, place) >= ELSEWHERE_M:
            return Resting(levels[room.floor], float(spot[0]), float(spot[1]))


def noticed_at(sightings: Iterable[Sighting], home: Home) -> float | None:
    """Return when somebody who asks every block would be told first (s); None: never."""
    watch, ask_at = CloneWatch(anchor_distance(home)), BLOCK_S
    for sighting in sightings:
        while sighting.time >= ask_at:
            if watch.suspicion(sighting.beacon, ask_at):
                return ask_at
            ask_at += BLOCK_S
        watch.observe(sighting)
    return None


def anchor_distance(home: Home) -> Callable[[str, str], float | None]:
    """Return metres between anchors on the plan, storeys included."""
    elevation = {floor.id: floor.elevation for floor in home.floors}
    places = {
        anchor.id: (*anchor.position[:2], anchor.position[2] + elevation.get(anchor.floor, 0.0))
        for anchor in home.anchors
        if anchor.position
    }

    def distance(first: str, second: str) -> float | None:
        return math.dist(places[first], places[second]) if first in places and second in places else None

    return distance


def heard(home: Home, cast: Sequence[Spell], seed: int) -> list[Sighting]:
    """Return the receptions of all transmitters in order of time."""
    radio = RadioModel(home, RADIO, seed=seed)
    found: list[Sighting] = []
    for number, spell in enumerate(cast):
        emitter = Emitter(Carried(BEACON, spell.carrier, height=BEACON_HEIGHT_M), radio, seed=10 * seed + number)
        received = emitter.receive(spell.end)
        for time, anchor, rssi in zip(received.time, received.anchor, received.rssi, strict=True):
            if time >= spell.start:
                found.append(_sighting(float(time), radio.anchor_ids[anchor], float(rssi), spell.address))
    return sorted(found, key=lambda sighting: sighting.time)


def _sighting(time: float, anchor: str, rssi: float, address: str, beacon: str = BEACON.name) -> Sighting:
    return Sighting(time, beacon, anchor, rssi, address, f"ibeacon:{beacon}", reference_rssi=-59.0)


def delays(name: str, situation: Situation, address: str) -> list[float | None]:
    """Return how long (s) each run took to notice; None: not at all, or without need before `since`."""
    home = PLANS[name]
    found = (noticed_at(heard(home, situation.cast(home, seed, address), seed), home) for seed in range(RUNS))
    return [None if time is None else time - situation.since for time in found]


def recorded_alarms(data: Path) -> Mapping[str, int]:
    """Return how many devices of each public recording are suspected; none of them has a copy."""
    alarms: dict[str, int] = {}
    for name, recording in load_all(data).items():
        by_device: dict[str, list[Observation]] = {}
        for advert in recording.adverts:
            by_device.setdefault(advert.beacon, []).append(advert)
        alarms[f"{name} ({len(by_device)})"] = sum(
            noticed_at((_sighting(a.time, a.anchor, a.rssi, ORIGINAL, a.beacon) for a in adverts), recording.home)
            is not None
            for adverts in by_device.values()
        )
    return alarms


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with the public recordings")
    options = parser.parse_args()
    for home in HOMES:
        for address in (OTHER, ORIGINAL):
            whose = "the same address" if address == ORIGINAL else "an address of its own"
            for situation in SITUATIONS:
                times = delays(home, situation, address)
                soon, later = (
                    sum(time is not None and 0 <= time <= limit for time in times) / RUNS for limit in (120.0, 600.0)
                )
                print(f"{home:6} copy {situation.name}, {whose}: {soon:4.0%} in 2 min, {later:4.0%} in 10", flush=True)
        alarms = sum(time is not None for time in delays(home, NO_COPY, OTHER))
        print(f"{home:6} no copy: {alarms} alarms in {RUNS} runs of {ENDS_AT_S / 60:.0f} min", flush=True)
    for name, alarms in (recorded_alarms(options.data) if options.data else {}).items():
        print(f"{alarms} alarms in {name}", flush=True)


if __name__ == "__main__":
    main()
