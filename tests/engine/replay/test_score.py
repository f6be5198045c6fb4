from __future__ import annotations

import math

import pytest

from custom_components.indoor_positioning.engine.replay.rows import EstimateRow, TruthRow
from custom_components.indoor_positioning.engine.replay.score import Tally, format_score, score
from tests.engine.small_home import FLAT, HOUSE


def _truth(room: str | None, times: range, place: tuple[float, float] | None = None) -> list[TruthRow]:
    return [TruthRow(float(time), "tag", place, "0", room) for time in times]


def _said(room: str | None, times: range, **fields: object) -> list[EstimateRow]:
    defaults: dict[str, object] = {"position": None, "floor": "0", "accuracy": None, "confidence": 0.9}
    return [EstimateRow(float(time), "tag", room=room, **(defaults | fields)) for time in times]  # type: ignore[arg-type]


def test_errors_and_the_radius_that_holds_them() -> None:
    truth = _truth("kitchen", range(10), (1.0, 1.0))
    said = [
        *_said("kitchen", range(8), position=(1.0, 2.0), accuracy=1.5),
        *_said("kitchen", range(8, 10), position=(1.0, 4.0), accuracy=1.5),
    ]
    result = score(said, truth, FLAT)
    assert result.median_error == pytest.approx(1.0)
    assert result.p95_error == pytest.approx(3.0)
    assert result.accuracy_coverage == pytest.approx(0.8)
    assert result.answered == 1.0


def test_no_room_is_a_wrong_room_and_no_position_is_not_answered() -> None:
    truth = _truth("kitchen", range(4), (1.0, 1.0))
    result = score([*_said("kitchen", range(1)), *_said(None, range(1, 4))], truth, FLAT)
    assert result.rooms == pytest.approx(0.25)
    assert result.answered == 0.0
    assert result.median_error is None


def test_the_mean_over_rooms_does_not_mind_long_stands() -> None:
    truth = [*_truth("kitchen", range(90)), *_truth("living", range(90, 100))]
    result = score(_said("kitchen", range(100)), truth, FLAT)
    assert result.rooms == pytest.approx(0.9)
    assert result.rooms_mean == pytest.approx(0.5)


def test_rows_without_truth_within_a_second_do_not_count() -> None:
    assert score(_said("kitchen", range(100)), _truth("kitchen", range(3)), FLAT).rows == 4


def test_a_bracketed_stand_counts_throughout() -> None:
    truth = [TruthRow(time, "tag", (1.0, 1.0), "0", "kitchen") for time in (0.0, 99.0)]
    assert score(_said("kitchen", range(100)), truth, FLAT).rows == 100


def test_a_truth_without_room_gets_the_one_that_it_stands_in() -> None:
    assert score(_said("kitchen", range(5)), _truth(None, range(5), (1.0, 1.0)), FLAT).rooms == 1.0


def test_flips_count_while_the_truth_is_still_and_has_settled() -> None:
    truth = _truth("kitchen", range(3606), (1.0, 1.0))
    rooms = ["living" if 100 <= time < 103 or time < 3 else "kitchen" for time in range(3606)]
    said = [row for time, room in enumerate(rooms) for row in _said(room, range(time, time + 1))]
    result = score(said, truth, FLAT)
    # To the living room and back; the arrival's own change in the first seconds is latency.
    assert result.flips_per_hour == pytest.approx(2.0)
    assert result.still_hours == pytest.approx(1.0, abs=0.001)


def test_latency_at_a_door() -> None:
    truth = [*_truth("kitchen", range(20)), *_truth("living", range(20, 40))]
    result = score([*_said("kitchen", range(24)), *_said("living", range(24, 40))], truth, FLAT)
    assert (result.entry_latency, result.exit_latency) == (4.0, 4.0)
    assert (result.entries, result.entries_missed) == (1, 0)


def test_an_entry_never_noticed_is_later_than_all() -> None:
    truth = [*_truth("kitchen", range(20)), *_truth("living", range(20, 40))]
    result = score(_said("kitchen", range(40)), truth, FLAT)
    assert (result.entry_latency, result.entries_missed) == (None, 1)
    assert result.longest_wrong_s == 19.0


def test_a_gap_in_the_truth_is_no_door() -> None:
    truth = [*_truth("kitchen", range(20)), *_truth("living", range(30, 50))]
    assert score(_said("kitchen", range(50)), truth, FLAT).entries == 0


def test_false_away_is_counted_once_an_episode() -> None:
    truth = _truth("kitchen", range(3600))
    said = [
        *_said("kitchen", range(100)),
        *_said(None, range(100, 200), away=True),
        *_said("kitchen", range(200, 3600)),
    ]
    assert score(said, truth, FLAT).away_alarms_per_hour == pytest.approx(1.0)


def test_calibration_of_the_confidence() -> None:
    truth = _truth("kitchen", range(100))
    said = [*_said("kitchen", range(70), confidence=0.9), *_said("living", range(70, 100), confidence=0.9)]
    result = score(said, truth, FLAT)
    assert result.confidence_error == pytest.approx(0.2)
    assert result.brier == pytest.approx(0.7 * 0.01 + 0.3 * 0.81)
    (entry,) = result.reliability
    assert (entry.confidence, entry.right) == pytest.approx((0.9, 0.7))
    assert entry.rows == 100


def test_who_claims_no_probability_is_not_judged_for_it() -> None:
    result = score(_said("kitchen", range(10), confidence=math.nan), _truth("kitchen", range(10)), FLAT)
    assert result.confidence_error is None


def test_floors() -> None:
    truth = [TruthRow(float(time), "tag", (1.0, 1.0), "u", "up") for time in range(4)]
    said = [*_said("up", range(3), floor="u"), *_said("down", range(3, 4), floor="g")]
    assert score(said, truth, HOUSE).floors == pytest.approx(0.75)


def test_tallies_pool_before_anything_is_averaged() -> None:
    first, second = Tally(), Tally()
    first.add(_said("kitchen", range(10), position=(0.0, 0.0)), _truth("kitchen", range(10), (0.0, 1.0)), FLAT)
    second.add(_said("kitchen", range(30), position=(0.0, 0.0)), _truth("living", range(30), (0.0, 3.0)), FLAT)
    first.merge(second)
    result = first.score()
    assert result.rows == 40
    assert result.median_error == pytest.approx(3.0)
    assert result.rooms == pytest.approx(0.25)
    assert "rooms right          25.0%" in format_score(result)


def test_nothing_to_score_is_no_error() -> None:
    result = score([], [], FLAT)
    assert (result.rows, result.median_error, result.rooms, result.confidence_error) == (0, None, None, None)
