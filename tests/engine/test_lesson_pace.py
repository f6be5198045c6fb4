"""A place teaches once and then rarely; another place teaches at once."""

from __future__ import annotations

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.geometry import FloatArray
from custom_components.indoor_positioning.engine.lesson_pace import LESSON_INTERVAL_S, RESTING_INTERVAL_S, LessonPace
from custom_components.indoor_positioning.engine.likelihood import Links
from custom_components.indoor_positioning.engine.self_calibration import Lesson


def _around(centre: float, cells: int = 200) -> Lesson:
    """Return a belief 10 cells wide (sd)."""
    belief: FloatArray = np.exp(-0.5 * ((np.arange(cells) - centre) / 10.0) ** 2)
    none = np.empty(0)
    links = Links(none.astype(np.intp), none, none, none.astype(np.intp), 1.0)
    return Lesson(belief / belief.sum(), 0.0, links)


def test_the_first_lesson_counts() -> None:
    pace = LessonPace()
    assert pace.due(0.0)
    assert pace.accepts(0.0, _around(100.0))


def test_it_is_not_asked_more_often_than_it_can_say_something_new() -> None:
    pace = LessonPace()
    pace.accepts(10.0, _around(100.0))
    assert not pace.due(10.0 + LESSON_INTERVAL_S - 0.1)
    assert pace.due(10.0 + LESSON_INTERVAL_S)


def test_a_refused_lesson_is_not_asked_for_again_at_once() -> None:
    pace = LessonPace()
    pace.accepts(0.0, _around(100.0))
    assert not pace.accepts(2.0, _around(100.0))
    assert not pace.due(3.0)


@pytest.mark.parametrize(("shift", "accepted"), [(0.0, False), (10.0, False), (25.0, True), (80.0, True)])
def test_how_far_another_place_is(shift: float, accepted: bool) -> None:
    pace = LessonPace()
    pace.accepts(0.0, _around(60.0))
    assert pace.accepts(2.0, _around(60.0 + shift)) is accepted


def test_the_same_place_counts_again_after_a_while() -> None:
    pace = LessonPace()
    pace.accepts(0.0, _around(100.0))
    assert not pace.accepts(RESTING_INTERVAL_S - 1.0, _around(100.0))
    assert pace.accepts(RESTING_INTERVAL_S, _around(100.0))


def test_creeping_counts_in_the_end() -> None:
    pace = LessonPace()
    accepted = [pace.accepts(2.0 * step, _around(60.0 + 2.0 * step)) for step in range(28)]
    assert 3 <= sum(accepted) <= 4


def test_the_cells_of_another_plan_are_another_place() -> None:
    pace = LessonPace()
    pace.accepts(0.0, _around(100.0))
    assert pace.accepts(2.0, _around(100.0, cells=300))
