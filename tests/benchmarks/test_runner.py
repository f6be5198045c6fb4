from __future__ import annotations

import math
import os
from functools import partial

import pytest

from benchmarks.accuracy import _methods
from benchmarks.cases import Knowledge, cases
from benchmarks.parallel import run_all
from benchmarks.peers import PEERS
from benchmarks.runner import methods, run, run_peer
from custom_components.indoor_positioning.engine.locators import LOCATORS
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.replay.recording import Recording
from custom_components.indoor_positioning.engine.replay.rows import TruthRow
from tests.engine.small_home import FLAT, FLAT_SURVEY, readings


def _recording() -> Recording:
    adverts = readings(FLAT, (0.8, 0.8), "0", [0.5 + second for second in range(30)])
    truth = [TruthRow(time, "tag", (0.8, 0.8), "0", "kitchen") for time in (0.0, 20.0)]
    return Recording(FLAT, FLAT_SURVEY, adverts, truth=truth)


@pytest.mark.parametrize("method", [*LOCATORS, *PEERS])
def test_every_method_is_scored_on_the_same_seconds(method: str) -> None:
    recording = _recording()
    outcome = run(method, recording, PositioningModel.build(FLAT, FLAT_SURVEY))
    assert outcome.tally.rows == 21
    assert outcome.readings == len(recording.adverts)
    assert outcome.seconds > 0.0
    score = outcome.tally.score()
    assert score.rooms is not None
    assert score.rooms > 0.7


def test_a_peer_that_claims_no_probability_gets_none_put_into_its_mouth() -> None:
    rows = list(run_peer("Bermuda (beacon)", _recording(), PositioningModel.build(FLAT), {"tag": 5.0}))
    assert [row.time for row in rows] == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert all(math.isnan(row.confidence) for row in rows)


def test_who_cannot_run_is_left_out() -> None:
    everything = set(methods(survey=True))
    assert everything == {*LOCATORS, *PEERS} - {"bearings"}
    assert "find3" not in methods(survey=False)
    assert "ESPresense" not in methods(survey=True, plan=False)
    assert "Bermuda (beacon)" in methods(survey=False, plan=False)
    assert "Bermuda (beacon)" not in _methods(Knowledge.SURVEY, plan=True)


def test_without_recordings_the_simulated_homes_remain() -> None:
    chosen = cases({})
    assert {case.group for case in chosen} == {"sim/flat", "sim/house", "sim/museum", "sim/lab"}
    assert {case.knowledge for case in chosen} == set(Knowledge)


def test_cases_give_away_no_more_than_they_say() -> None:
    full = Recording(FLAT, FLAT_SURVEY, _recording().adverts, history=_recording().adverts)
    for case in cases({"uji/x": full}):
        if case.group == "uji":
            recording = case.recording()
            assert bool(recording.survey) == (case.knowledge is Knowledge.SURVEY)
            assert bool(recording.history) == (case.knowledge is Knowledge.HISTORY)


def _square(number: int) -> tuple[int, int]:
    return number * number, os.getpid()


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # numpy threads of other tests, idle here
def test_jobs_come_back_in_order_and_report_progress() -> None:
    told: list[int] = []
    results = run_all([partial(_square, number) for number in range(6)], told.append)
    assert [square for square, _ in results] == [0, 1, 4, 9, 16, 25]
    assert told == [1, 2, 3, 4, 5, 6]
