"""Two places at once in a real recording: one still beacon at a time, and two of them mixed."""

from __future__ import annotations

import csv
import gzip
import math
import random
from collections import defaultdict
from collections.abc import Iterable

import pytest

from custom_components.indoor_positioning.engine.identity.clone_watch import CloneWatch, Sighting
from tests.engine.identity.vectors import REPOSITORY

RECORDING = REPOSITORY.parent / "shared" / "datasets" / "tetam_danis"
MINUTES = 8

pytestmark = [
    pytest.mark.datasets,
    pytest.mark.skipif(
        not RECORDING.is_dir(),
        reason=f"the recording is not at {RECORDING.relative_to(REPOSITORY.parent)} next to the repository",
    ),
]

Readings = list[tuple[float, str, float]]


@pytest.fixture(scope="module")
def stands() -> dict[str, Readings]:
    """A minute of readings (seconds, anchor, RSSI) at each still place."""
    found: defaultdict[str, Readings] = defaultdict(list)
    with gzip.open(RECORDING / "fingerprint_observations.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            found[row["session"]].append((float(row["time_s"]), row["anchor_id"], float(row["rssi"])))
    return {session: [(time % 60, anchor, rssi) for time, anchor, rssi in stand] for session, stand in found.items()}


@pytest.fixture(scope="module")
def places() -> dict[str, tuple[float, float]]:
    with (RECORDING / "fingerprint_truth.csv").open() as file:
        return {row["session"]: (float(row["x"]), float(row["y"])) for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def anchors() -> list[tuple[float, float]]:
    with (RECORDING / "anchors.csv").open() as file:
        return [(float(row["x"]), float(row["y"])) for row in csv.DictReader(file)]


def is_suspected(stands: Iterable[Readings]) -> bool:
    """Play the stands at once, minute by minute."""
    minute = sorted(reading for stand in stands for reading in stand)
    watch = CloneWatch()
    for number in range(MINUTES):
        for time, anchor, rssi in minute:
            watch.observe(Sighting(60 * number + time, "keys", anchor, rssi, "C0:00:00:00:00:01", "ibeacon:1"))
    return watch.suspicion("keys", 60.0 * MINUTES) is not None


def test_one_beacon_at_rest_is_never_suspected(stands: dict[str, Readings]) -> None:
    assert len(stands) == 126
    suspected = [session for session in sorted(stands)[::3] if is_suspected([stands[session]])]
    assert suspected == []


def test_two_beacons_far_apart_and_near_anchors_are_often_suspected(
    stands: dict[str, Readings], places: dict[str, tuple[float, float]], anchors: list[tuple[float, float]]
) -> None:
    near = [name for name, place in places.items() if min(math.dist(place, anchor) for anchor in anchors) < 2.5]
    pairs = [(a, b) for a in near for b in near if a < b and math.dist(places[a], places[b]) >= 10]
    drawn = random.Random(1).sample(pairs, 16)
    found = sum(is_suspected([stands[first], stands[second]]) for first, second in drawn)
    assert found >= 5
