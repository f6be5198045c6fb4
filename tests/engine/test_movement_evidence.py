from __future__ import annotations

import itertools

from custom_components.indoor_positioning.engine.measurement import Movement
from custom_components.indoor_positioning.engine.movement_evidence import MOST_EVIDENCE, walking_evidence


def _of(*speeds: float | None) -> float:
    return walking_evidence([Movement(0.0, "tag", speed, 0.0) for speed in speeds])


def test_who_is_quick_walks_and_who_is_not_rests() -> None:
    assert _of(0.0) < -0.5
    assert _of(1.2) > 0.5
    assert _of(8.0) == MOST_EVIDENCE


def test_quicker_is_never_less_of_a_walk() -> None:
    said = [_of(speed / 20.0) for speed in range(60)]
    assert all(one <= other for one, other in itertools.pairwise(said))


def test_it_is_bounded_and_silent_without_speeds() -> None:
    assert abs(_of(*[0.0] * 100)) <= MOST_EVIDENCE
    assert _of(None) == _of() == 0.0


def _flagged(*flags: bool, speed: float | None = None) -> float:
    return walking_evidence([Movement(0.0, "tag", speed, moving=flag) for flag in flags])


def test_a_flag_tells_and_stays_within_the_bound() -> None:
    assert _flagged(True) == MOST_EVIDENCE
    assert _flagged(False) == -MOST_EVIDENCE
    assert _flagged(True, False) == 0.0
    assert _flagged(True, True, speed=1.2) == MOST_EVIDENCE
