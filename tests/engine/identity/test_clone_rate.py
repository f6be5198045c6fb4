"""Twice the rate: what is learnt in a day, and what does not count as a copy."""

from __future__ import annotations

import heapq
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from custom_components.indoor_positioning.engine.identity.clone_watch import CloneReason, CloneWatch
from custom_components.indoor_positioning.engine.identity.sighting import Sighting

HOUR = 3600.0
# Between the packets of one still tag in real homes.
FADING_DB = 4.0
Interval = Callable[[float], float]


def tag(
    beacon: str,
    interval: Interval,
    start: float,
    end: float,
    *,
    loss: float = 0.2,
    seed: int = 0,
    kind: str = "ibeacon",
) -> Iterator[Sighting]:
    """What one proxy hears of one tag, in batches."""
    rng = random.Random(seed)
    time = start
    while time < end:
        time += interval(time) + rng.uniform(0, 0.01)
        if rng.random() >= loss:
            arrival = time - time % 0.2 + 0.2
            yield Sighting(
                arrival, beacon, "hall", round(rng.gauss(-60.0, FADING_DB)), "C0:00:00:00:00:01", f"{kind}:{beacon}"
            )


def every(seconds: float) -> Interval:
    return lambda time: seconds


def first_alarm(watch: CloneWatch, *tags: Iterator[Sighting], beacon: str = "keys") -> tuple[CloneReason, float] | None:
    for count, sighting in enumerate(heapq.merge(*tags, key=lambda sighting: sighting.time)):
        watch.observe(sighting)
        if count % 100 == 0 and (suspicion := watch.suspicion(beacon, sighting.time)):
            return suspicion.reason, suspicion.since
    return None


def test_copy_at_the_same_place_is_found_within_half_an_hour() -> None:
    original = tag("keys", every(1.0), 0, 30 * HOUR)
    copy = tag("keys", every(1.0), 28 * HOUR, 30 * HOUR, seed=1)
    found = first_alarm(CloneWatch(), original, copy)
    assert found is not None
    assert found[0] is CloneReason.DOUBLE_RATE
    assert 28 * HOUR < found[1] < 28.5 * HOUR


def test_another_tag_is_witness_for_one_that_sends_too_fast_to_tell_gaps() -> None:
    def tags(*, witness_lost: float) -> list[Iterator[Sighting]]:
        return [
            tag("keys", every(0.3), 0, 27 * HOUR),
            tag("keys", every(0.3), 26 * HOUR, 27 * HOUR, seed=1),
            tag("bag", every(2.0), 0, 26 * HOUR, loss=0.2, seed=2),
            tag("bag", every(2.0), 26 * HOUR, 27 * HOUR, loss=witness_lost, seed=3),
        ]

    found = first_alarm(CloneWatch(), *tags(witness_lost=0.2))
    assert found is not None
    assert found[0] is CloneReason.DOUBLE_RATE
    assert first_alarm(CloneWatch(), *tags(witness_lost=0.9)) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (lambda time: 1.0, lambda time: 1.0),
        (lambda time: 0.3 if time % HOUR < 200 else 1.0, lambda time: 0.3),
        (lambda time: 1.0, lambda time: 0.3 if time % 1800 < 500 else 1.0),
    ],
    ids=["steady", "faster while it moves", "short and new bursts"],
)
def test_honest_tags(before: Interval, after: Interval) -> None:
    tags = [tag("keys", before, 0, 26 * HOUR), tag("keys", after, 26 * HOUR, 29 * HOUR, seed=1)]
    assert first_alarm(CloneWatch(), *tags, tag("bag", every(3.0), 0, 29 * HOUR, seed=2)) is None


@pytest.mark.parametrize("chance", [0, 10, 20, 30])
def test_proxy_that_listens_better_is_no_copy(chance: int) -> None:
    """Everything is heard thrice as often all of a sudden; no gap is shorter than the interval."""
    tags = [
        tag(
            beacon,
            every(1.0),
            26 * HOUR * after,
            26 * HOUR + 3 * HOUR * after,
            loss=0.1 if after else 0.7,
            seed=chance + seed,
        )
        for seed, beacon in enumerate(("keys", "bag"))
        for after in (0, 1)
    ]
    assert first_alarm(CloneWatch(), *tags) is None


def test_proxy_that_begins_to_scan_actively_is_no_copy() -> None:
    """It now asks each tag that answers: a scan response follows every packet within some milliseconds."""
    rng = random.Random(7)

    def answered(sightings: Iterator[Sighting]) -> Iterator[Sighting]:
        for sighting in sightings:
            yield sighting
            if rng.random() < 0.8:
                yield replace(sighting, time=sighting.time + 0.005, rssi=sighting.rssi + rng.choice((-1, 0, 1)))

    passive = tag("keys", every(1.0), 0, 26 * HOUR)
    active = answered(tag("keys", every(1.0), 26 * HOUR, 29 * HOUR, seed=1))
    assert first_alarm(CloneWatch(), passive, active) is None


def test_stalls_and_silences_are_no_copy() -> None:
    rng = random.Random(5)
    times = sorted(rng.uniform(0, 40 * HOUR) for _ in range(400))

    def stalled(sightings: Iterator[Sighting]) -> list[Sighting]:
        late = []
        for sighting in sightings:
            stall = next((time for time in times if time <= sighting.time < time + 40), None)
            arrival = sighting.time if stall is None else stall + 40
            if not 20 * HOUR < sighting.time < 25 * HOUR:
                late.append(Sighting(arrival, "keys", "hall", -60.0, sighting.address, sighting.identity))
        return sorted(late, key=lambda sighting: sighting.time)

    assert first_alarm(CloneWatch(), iter(stalled(tag("keys", every(2.0), 0, 40 * HOUR)))) is None


def test_phones_may_send_as_they_like() -> None:
    tags = [
        tag("keys", every(1.0), 0, 28 * HOUR, kind="private_address"),
        tag("keys", every(1.0), 26 * HOUR, 28 * HOUR, seed=1, kind="private_address"),
    ]
    assert first_alarm(CloneWatch(), *tags) is None


def test_habit_survives_a_restart() -> None:
    before, after = CloneWatch(), CloneWatch()
    assert first_alarm(before, tag("keys", every(1.0), 0, 26 * HOUR)) is None
    after.restore(json.loads(json.dumps(before.snapshot(0.0))), 0.0)
    single = tag("keys", every(1.0), 26 * HOUR, 26.5 * HOUR)
    assert first_alarm(after, single) is None
    doubled = [tag("keys", every(1.0), 26.5 * HOUR, 27.5 * HOUR, seed=seed) for seed in (1, 2)]
    found = first_alarm(after, *doubled)
    assert found is not None
    assert found[0] is CloneReason.DOUBLE_RATE


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"rate": 5},
        {"rate": {"ibeacon:keys": 5}},
        {"rate": {"ibeacon:keys": {"hall": 5}}},
        {"rate": {"ibeacon:keys": {"hall": {"windows": "x", "best": [], "gap_steps": []}}}},
        {"rate": {"ibeacon:keys": {"hall": {"windows": 5000, "best": None, "gap_steps": []}}}},
    ],
)
def test_senseless_snapshot_is_ignored(stored: dict[str, object]) -> None:
    watch = CloneWatch()
    watch.restore(stored, 0.0)
    assert first_alarm(watch, tag("keys", every(1.0), 0, HOUR)) is None
