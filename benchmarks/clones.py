"""How soon the clone watch notices a copy, and how often it cries wolf: `python -m benchmarks.clones`.

The original is carried through a simulated home; after ten minutes somebody transmits the same payload, once a
second as well. What the rate alone would show is left out: it takes a day of habit and a quarter of an hour.
Proxies deliver in batches, and stall now and then. What is no copy: a tag that changes its address, one that sends two
kinds of frames in a rhythm each, and one that sends faster for a while when somebody moves it.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
# Both also send at these intervals.
SLOWER_S = (2.0, 5.0)
# A copy "elsewhere" is at least so far from where the original is when it begins.
ELSEWHERE_M = 4.0

# A partial batch waits for so long over Wi-Fi (ESPHome 2026.8); every ten minutes everything waits up to 15 s.
BATCH_S = 0.2
STALLS_PER_HOUR = 6.0
STALL_S = (1.0, 15.0)

# A tag that is moved sends five times as often for half a minute, every two minutes.
SHAKEN_INTERVAL_S, SHAKEN_EVERY_S, SHAKEN_FOR_S = 0.2, 120.0, 30.0
SECOND_FRAME_DB = -8.0

ORIGINAL, OTHER = "C0:00:00:00:00:01", "C0:00:00:00:00:02"
BEACON = BareBeacon("tag", 0.0)


@dataclass(frozen=True, slots=True)
class Spell:
    """A transmitter on its carrier, heard between two moments (s)."""

    carrier: Carrier
    address: str
    start: float = 0.0
    end: float = ENDS_AT_S
    beacon: BareBeacon = BEACON
    # Of every so many seconds it is on the air for so many.
    bursts: tuple[float, float] = (1.0, 1.0)
    # The body that carries it; spells on one body sway as one.
    body: int | None = None

    def is_sent(self, time: float) -> bool:
        """Whether it is on the air."""
        every, lasts = self.bursts
        return time >= self.start and time % every < lasts


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


def _two_frames(home: Home, seed: int, address: str) -> Sequence[Spell]:
    """Send the second kind of frame at another power, from half time on in every other run."""
    original, second = Walker(home, HABITS, seed=seed), BareBeacon("tag", SECOND_FRAME_DB if seed % 4 < 2 else 0.0)
    start = COPIED_AT_S if seed % 2 else 0.0
    return Spell(original, address, body=seed), Spell(original, address, start, beacon=second, body=seed)


def _shaken(home: Home, seed: int, address: str) -> Sequence[Spell]:
    original, fast = Walker(home, HABITS, seed=seed), BareBeacon("tag", 0.0, SHAKEN_INTERVAL_S)
    bursts = SHAKEN_EVERY_S, SHAKEN_FOR_S
    return Spell(original, address, body=seed), Spell(original, address, beacon=fast, bursts=bursts, body=seed)


SITUATIONS = (
    Situation("elsewhere in the home", _elsewhere),
    Situation("next to the original", _beside),
    Situation("in its absence, before it is back", _in_absence),
    Situation("in its absence, once it is back", _in_absence, BACK_AT_S),
)
NO_COPIES = (
    Situation("no copy, a new address", _alone, 0.0),
    Situation("no copy, two kinds of frames", _two_frames, 0.0),
    Situation("no copy, faster when moved", _shaken, 0.0),
)


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


def heard(home: Home, cast: Sequence[Spell], seed: int, interval: float | None = None) -> list[Sighting]:
    """Return the receptions of all transmitters in order of arrival; `interval` (s) instead of the beacons' own."""
    radio = RadioModel(home, RADIO, seed=seed)
    sent: list[Sighting] = []
    for number, spell in enumerate(cast):
        beacon = spell.beacon if interval is None else replace(spell.beacon, interval=interval)
        carried = Carried(beacon, spell.carrier, height=BEACON_HEIGHT_M)
        received = Emitter(carried, radio, seed=10 * seed + number, body=spell.body).receive(spell.end)
        for time, anchor, rssi in zip(received.time, received.anchor, received.rssi, strict=True):
            if spell.is_sent(float(time)):
                sent.append(_sighting(float(time), radio.anchor_ids[anchor], float(rssi), spell.address))
    return delivered(sent, radio.anchor_ids, seed)


def delivered(sent: Iterable[Sighting], anchors: Sequence[str], seed: int) -> list[Sighting]:
    """Return what was heard at the moments at which the proxies deliver it; the order within a batch is kept."""
    rng = np.random.default_rng([seed, 0xBA7C])
    beat = {anchor: float(rng.uniform(0.0, BATCH_S)) for anchor in anchors}
    stalls = {
        anchor: [
            (begin, begin + rng.uniform(*STALL_S))
            for begin in rng.uniform(0.0, ENDS_AT_S, int(ENDS_AT_S / 3600.0 * STALLS_PER_HOUR))
        ]
        for anchor in anchors
    }

    def arrival(sighting: Sighting) -> float:
        leaves = sighting.time
        for begin, end in stalls[sighting.anchor]:
            if begin <= leaves < end:
                leaves = end
        own = beat[sighting.anchor]
        return math.ceil((leaves - own) / BATCH_S) * BATCH_S + own

    in_order = sorted(sent, key=lambda sighting: sighting.time)
    return sorted((replace(one, time=arrival(one)) for one in in_order), key=lambda sighting: sighting.time)


def _sighting(time: float, anchor: str, rssi: float, address: str, beacon: str = BEACON.name) -> Sighting:
    return Sighting(time, beacon, anchor, rssi, address, f"ibeacon:{beacon}", reference_rssi=-59.0)


def delays(name: str, situation: Situation, address: str, interval: float | None = None) -> list[float | None]:
    """Return how long (s) each run took to notice; None: not at all, or without need before `since`."""
    home = PLANS[name]
    found = (noticed_at(heard(home, situation.cast(home, seed, address), seed, interval), home) for seed in range(RUNS))
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
        for interval in SLOWER_S:
            times = delays(home, SITUATIONS[0], ORIGINAL, interval)
            later = sum(time is not None and 0 <= time <= 600.0 for time in times) / RUNS
            print(f"{home:6} the same address, elsewhere, every {interval:.0f} s: {later:4.0%} in 10 min", flush=True)
        for situation in NO_COPIES:
            alarms = sum(time is not None for time in delays(home, situation, OTHER))
            print(f"{home:6} {situation.name}: {alarms} alarms in {RUNS} runs of {ENDS_AT_S / 60:.0f} min", flush=True)
    for name, alarms in (recorded_alarms(options.data) if options.data else {}).items():
        print(f"{alarms} alarms in {name}", flush=True)


if __name__ == "__main__":
    main()
