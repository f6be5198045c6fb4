"""What sharing a site costs: `python -m benchmarks.scale.sharing`.

By two Home Assistants: the site of 200 beacons and 50 proxies is cut in two along its middle. Each wing has only its
own proxies and tracks every beacon, with its own rooms drawn or with those of both; the wing counts whose beacon is
not away and more probable, as `docs/scale.md` advises. By processes: each runs the engine for its part of the beacons
on a core of its own.
"""

from __future__ import annotations

import math
import multiprocessing
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

import numpy as np

from benchmarks.report import environment, markdown_table
from custom_components.indoor_positioning.engine.decision import Presence
from custom_components.indoor_positioning.engine.geometry import bounds
from custom_components.indoor_positioning.engine.home import Anchor, Home, Room
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.observation import Observation
from custom_components.indoor_positioning.engine.tracker import Tracker

from .site import LOOP_S, ROOM_M, SIZES, Journey, Size, journeys, site_home, walks

SITE: Final = SIZES[2]

# How many of its beacons are played to those who share.
BEACONS: Final = 100

# Loops of a minute that are played, of which the first seconds find the beacons.
LOOPS: Final = 3
FIRST_S: Final = 20.0

# Seconds between two estimates of a beacon, and for which processes are watched.
INTERVAL_S: Final = 1.0
WATCHED_S: Final = 8.0


@dataclass(slots=True)
class Shared:
    """Seconds of all beacons under one way to share: all that were looked at, and those in which this was so.

    `took` are the seconds of a core that `estimates` estimates took, of all who share.
    """

    seconds: int = 0
    right_room: int = 0
    right_wing: int = 0
    resting: int = 0
    resting_changes: int = 0
    took: float = 0.0
    estimates: int = 0
    _wing: dict[int, int] = field(default_factory=dict)

    def take(self, beacon: int, truth: str, said: Presence | None, owner: Mapping[str, int]) -> None:
        """Take a second: the room in which the beacon was, what counts, and which wing the rooms belong to."""
        self.seconds += 1
        self.resting += not walks(beacon)
        if said is None or said.room is None:
            return
        wing = owner[said.room]
        self.right_room += said.room == truth
        self.right_wing += wing == owner[truth]
        self.resting_changes += not walks(beacon) and self._wing.get(beacon, wing) != wing
        self._wing[beacon] = wing


def chosen(presences: Sequence[Presence]) -> Presence | None:
    """Return the presence that counts by the rule of `docs/scale.md`; None where no wing knows the beacon."""
    return max((one for one in presences if one.room is not None), key=lambda one: one.confidence, default=None)


def wings_of(home: Home) -> tuple[Home, Home]:
    """Cut a site in two: rooms and anchors to the left of its middle, and those to the right."""
    middle = max(_right(room) for room in home.rooms) / 2.0
    left: tuple[list[Room], list[Anchor]] = ([], [])
    right: tuple[list[Room], list[Anchor]] = ([], [])
    for room, anchor in zip(home.rooms, home.anchors, strict=True):
        rooms, anchors = left if _right(room) <= middle + 0.5 * ROOM_M else right
        rooms.append(room)
        anchors.append(anchor)
    first, second = (Home(tuple(rooms), tuple(anchors), home.floors) for rooms, anchors in (left, right))
    return first, second


def ways_to_share(home: Home) -> dict[str, tuple[Home, ...]]:
    """Return what each Home Assistant knows, by the way in which they share."""
    wings = wings_of(home)
    return {
        "one Home Assistant": (home,),
        "two, each with its own rooms": wings,
        "two, each with all rooms": tuple(replace(wing, rooms=home.rooms) for wing in wings),
    }


def share_between_two(size: Size, beacons: int) -> dict[str, Shared]:
    """Play the first `beacons` of a site to one Home Assistant with all proxies, and to two with a wing each."""
    home = site_home(size)
    ways = {way: [PositioningModel.build(one) for one in homes] for way, homes in ways_to_share(home).items()}
    owner = {room.id: number for number, wing in enumerate(wings_of(home)) for room in wing.rooms}
    results = {way: Shared() for way in ways}
    for journey in islice(journeys(size), beacons):
        for way, models in ways.items():
            _play(journey, home, models, owner, results[way])
    return results


def _play(
    journey: Journey, home: Home, models: Sequence[PositioningModel], owner: Mapping[str, int], shared: Shared
) -> None:
    trackers = [Tracker("beacon", model) for model in models]
    anchors = [frozenset(anchor.id for anchor in model.home.anchors) for model in models]
    names = [anchor.id for anchor in home.anchors]
    received, track = journey.received, journey.track
    for second in range(round(LOOPS * LOOP_S)):
        begin = second % LOOP_S
        for number in np.flatnonzero((received.time >= begin) & (received.time < begin + INTERVAL_S)):
            heard = float(received.time[number]) - begin + second
            anchor = names[int(received.anchor[number])]
            for tracker, known in zip(trackers, anchors, strict=True):
                if anchor in known:
                    tracker.observe(Observation(heard, "beacon", anchor, float(received.rssi[number])))
        now, began = second + INTERVAL_S, time.thread_time()
        said = [tracker.update(now, known) for tracker, known in zip(trackers, anchors, strict=True)]
        shared.took += time.thread_time() - began
        shared.estimates += len(trackers)
        if now > FIRST_S:
            place = track.position[min(int(np.searchsorted(track.time, begin + INTERVAL_S)), len(track.time) - 1)]
            shared.take(journey.beacon, _room_at(home, float(place[0]), float(place[1])), chosen(said), owner)


def _room_at(home: Home, x: float, y: float) -> str:
    """Return the room of the site that is nearest: walkers cross the empty end of the last row."""
    return min(home.rooms, key=lambda room: math.dist(_middle(room), (x, y))).id


def _middle(room: Room) -> tuple[float, float]:
    assert room.outline is not None
    left, bottom, right, top = bounds(room.outline)
    return (left + right) / 2.0, (bottom + top) / 2.0


def _right(room: Room) -> float:
    assert room.outline is not None
    return bounds(room.outline)[2]


def estimates_a_second(size: Size, beacons: int) -> float:
    """Return how many estimates one process makes in a second of `beacons` that are heard once a second."""
    model = PositioningModel.build(site_home(size))
    names = [anchor.id for anchor in model.home.anchors]
    trackers = [Tracker(f"beacon {number}", model) for number in range(beacons)]
    listening, heard, now, made = frozenset(names), _near(size, beacons), 0.0, 0
    took = 0.0
    for _ in range(2):  # the first round begins beliefs
        made, began = 0, time.perf_counter()
        while (took := time.perf_counter() - began) < WATCHED_S / 2.0:
            now += INTERVAL_S
            for tracker, levels in zip(trackers, heard, strict=True):
                for anchor, level in levels:
                    tracker.observe(Observation(now, tracker.beacon_id, names[anchor], level))
                tracker.update(now, listening)
                made += 1
    return made / took


def _near(size: Size, beacons: int) -> list[list[tuple[int, float]]]:
    """Return what a dozen proxies hear of each beacon in a second, as in the site."""
    rng = np.random.default_rng(beacons)
    return [
        [(int(one), float(rng.uniform(-90.0, -60.0))) for one in rng.choice(size.proxies, 12, replace=False)]
        for _ in range(beacons)
    ]


def _estimates_of_a_part(beacons: int) -> float:
    return estimates_a_second(SITE, beacons)


def main() -> None:
    """Print both tables."""
    print(f"{environment(dated=True)}\n\n{markdown_table(_sharing_table(share_between_two(SITE, BEACONS)))}\n")
    rows = [["processes", "beacons of each", "estimates a second in all"]]
    for processes in (1, 2):
        beacons = SITE.beacons // processes
        with multiprocessing.get_context("spawn").Pool(processes) as pool:
            made = sum(pool.map(_estimates_of_a_part, [beacons] * processes, chunksize=1))
        rows.append([str(processes), str(beacons), f"{made:.0f}"])
    print(markdown_table(rows))


def _sharing_table(results: Mapping[str, Shared]) -> list[list[str]]:
    rows = [["", "rooms right %", "right wing %", "changes of wing an hour at rest", "ms an estimate"]]
    for way, shared in results.items():
        right = [f"{100.0 * count / shared.seconds:.1f}" for count in (shared.right_room, shared.right_wing)]
        changes = shared.resting_changes / (shared.resting / 3600.0)
        rows.append([way, *right, f"{changes:.1f}", f"{1e3 * shared.took / shared.estimates:.2f}"])
    return rows


if __name__ == "__main__":
    main()
