"""Two trains of packets on one address: a copy if they come from two places, and none if they come from one."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence

import pytest

from custom_components.indoor_positioning.engine.identity.clone_rhythm import RhythmWatch
from custom_components.indoor_positioning.engine.identity.sighting import CloneReason, Evidence, Sighting

KITCHEN = {"kitchen": -60.0, "hall": -68.0, "study": -76.0}
STUDY = {"kitchen": -76.0, "hall": -68.0, "study": -60.0}
Sent = tuple[float, Mapping[str, float]]


def train(levels: Mapping[str, float], interval: float, start: float, end: float, seed: int = 0) -> list[Sent]:
    """One transmitter's moments, and its levels."""
    rng, sent, time = random.Random(seed), [], start
    while time < end:
        sent.append((time, levels))
        time += interval + rng.uniform(0.0, 0.01)
    return sent


def evidence(
    sent: Sequence[Sent],
    *,
    fading: float = 6.0,
    seed: int = 0,
    late: Mapping[str, tuple[float, float]] | None = None,
) -> list[Evidence]:
    """What a watch finds in blocks of 10 s; a third is lost, batches leave every 0.2 s on each proxy's own beat."""
    rng = random.Random(seed)
    beat = {anchor: rng.uniform(0.0, 0.2) for anchor in KITCHEN}
    arrived = [
        Sighting(
            math.ceil((time + rng.uniform(*(late or {}).get(anchor, (0.0, 0.0))) - beat[anchor]) / 0.2) * 0.2
            + beat[anchor],
            "keys",
            anchor,
            round(rng.gauss(level, fading)),
            "C0:00:00:00:00:01",
            "ibeacon:1",
        )
        for time, levels in sorted(sent, key=lambda one: one[0])
        for anchor, level in levels.items()
        if rng.random() > 0.35
    ]
    blocks: dict[int, list[Sighting]] = {}
    for sighting in sorted(arrived, key=lambda one: one.time):
        blocks.setdefault(int(sighting.time / 10.0), []).append(sighting)
    watch = RhythmWatch()
    return [found for block in blocks.values() if (found := watch.update(block))]


@pytest.mark.parametrize("phase", [0.02, 0.1, 0.2, 0.35, 0.5, 0.8])
def test_a_copy_in_another_room_shows_at_any_phase(phase: float) -> None:
    original = train(KITCHEN, 1.0, 0.0, 900.0)
    found = evidence([*original, *train(STUDY, 1.0, 300.0 + phase, 900.0, seed=1)])
    assert found
    assert found[0].reason is CloneReason.TWO_RHYTHMS
    assert {"kitchen", "study"} <= found[0].anchors
    assert not found[0].relies_on_plan


def test_it_shows_no_more_once_the_copy_is_gone() -> None:
    copy = train(STUDY, 1.0, 300.4, 700.0, seed=1)
    with_copy = evidence([*train(KITCHEN, 1.0, 0.0, 1000.0), *copy])
    for_longer = evidence([*train(KITCHEN, 1.0, 0.0, 5000.0), *copy])
    assert with_copy
    assert len(for_longer) <= len(with_copy) + 2


@pytest.mark.parametrize("phase", [0.02, 0.1, 0.2, 0.35, 0.5, 0.8])
@pytest.mark.parametrize("power", [0.0, -8.0, -20.0])
def test_two_kinds_of_frames_are_one_tag(phase: float, power: float) -> None:
    second = {anchor: level + power for anchor, level in KITCHEN.items()}
    sent = [*train(KITCHEN, 1.0, 0.0, 3600.0), *train(second, 1.0, phase, 3600.0, seed=1)]
    assert evidence(sent, seed=int(100 * phase)) == []


@pytest.mark.parametrize("interval", [0.1, 0.25, 0.5, 1.0, 3.0])
def test_one_train_is_never_suspected(interval: float) -> None:
    assert evidence(train(KITCHEN, interval, 0.0, 1800.0)) == []


def test_a_tag_that_is_carried_about_and_sends_faster_on_the_way() -> None:
    sent: list[Sent] = []
    for minute in range(60):
        here = KITCHEN if minute % 2 else STUDY
        sent += train(here, 1.0, 60.0 * minute, 60.0 * minute + 50.0, seed=minute)
        sent += train(here, 0.2, 60.0 * minute + 50.0, 60.0 * minute + 60.0, seed=minute)
    assert evidence(sent) == []


def test_answers_to_an_active_scan_are_no_copy() -> None:
    sent = train(KITCHEN, 1.0, 0.0, 1800.0)
    assert evidence([*sent, *((time + 0.001, levels) for time, levels in sent)]) == []


@pytest.mark.parametrize("late", [(0.5, 0.5), (0.2, 0.6), (0.0, 0.5), (0.0, 2.0)])
def test_a_proxy_that_always_delivers_late_is_no_copy(late: tuple[float, float]) -> None:
    assert evidence(train(KITCHEN, 1.0, 0.0, 3600.0), late={"study": late}) == []
    assert evidence(train(KITCHEN, 1.0, 0.0, 3600.0), late={"study": late, "hall": (0.0, 0.4)}) == []
