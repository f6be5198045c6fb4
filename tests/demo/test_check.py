import math

import pytest

from demo.check import Score, _Follower, our_problems
from demo.walker import Truth

AREAS = {"kitchen": "area_kitchen", "hall": "area_hall", "study": "area_study"}


def truth(time: float, room: str) -> Truth:
    return Truth(time, "ground", room, 1.0, 1.0, 0.0, walking=False)


def follow(*moments: tuple[float, str, str | None]) -> _Follower:
    follower = _Follower("tag", AREAS)
    for time, room, shown in moments:
        follower.take(truth(time, room), f"area_{shown}" if shown else None, 1.0, 2.0)
    follower.leave(moments[-1][0])
    return follower


def test_every_moment_counts():
    follower = follow((0, "kitchen", "kitchen"), (1, "kitchen", None), (2, "hall", "kitchen"), (3, "hall", "hall"))
    assert (follower.right, follower.samples) == (2, 4)
    assert follower.errors == [1.0] * 4


def test_without_coordinates_the_error_is_beyond_bounds():
    follower = _Follower("tag", AREAS)
    follower.take(truth(0.0, "kitchen"), None, None, 2.0)
    assert follower.errors == [math.inf]


def test_latency_runs_from_entering_a_room_to_its_being_shown():
    follower = follow(
        (0, "kitchen", "kitchen"),
        (10, "hall", "kitchen"),
        (13, "hall", "hall"),
        (20, "study", "study"),
        (30, "study", "study"),
    )
    assert follower.latencies == [3.0, 0.0]


def test_a_stay_that_was_never_shown_is_as_late_as_it_was_long_and_a_passage_does_not_count():
    follower = follow(
        (0, "kitchen", "kitchen"),
        (10, "hall", "kitchen"),
        (12, "study", "kitchen"),
        (40, "kitchen", "kitchen"),
        (50, "kitchen", "kitchen"),
    )
    assert follower.latencies == [28.0, 0.0]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({}, None),
        ({"rooms_percent": 84.9}, "84.9 %"),
        ({"adverts_delivered": 989}, "989 of 1000"),
        ({"adverts_sent": 0, "adverts_delivered": 0}, "0 of 0"),
        ({"log_errors": 2}, "2 warnings"),
        ({"lamp_percent": 59.9}, "59.9 %"),
        ({"wrong_openings": 1}, "opened 1 times"),
    ],
)
def test_what_falls_short_is_told(changed: dict, problem: str | None):
    good = {
        "rooms_percent": 85.0,
        "median_error_m": 1.0,
        "entry_latency_s": 2.0,
        "adverts_sent": 1000,
        "adverts_delivered": 990,
        "log_errors": 0,
        "cpu_percent": 1.0,
        "lamp_percent": 60.0,
        "wrong_openings": 0,
    }
    problems = Score(**(good | changed)).problems(85.0)
    if problem is None:
        assert not problems
    else:
        (told,) = problems
        assert problem in told


def test_only_our_own_warnings_and_errors_are_found_with_their_tracebacks():
    log = """\
2026-11-21 23:09:20.100 INFO (MainThread) [custom_components.indoor_positioning.ingest] all well
2026-11-21 23:09:20.200 WARNING (MainThread) [homeassistant.loader] We found a custom integration indoor_positioning
2026-11-21 23:09:20.300 WARNING (MainThread) [custom_components.indoor_positioning.ingest] odd
2026-11-21 23:09:20.400 ERROR (MainThread) [homeassistant] Task exception was never retrieved
Traceback (most recent call last):
  File "/config/custom_components/indoor_positioning/sensor.py", line 1
KeyError: 'x'
2026-11-21 23:09:20.500 ERROR (MainThread) [homeassistant.components.camera] Something else
2026-11-21 23:09:20.600 WARNING (MainThread) [homeassistant.helpers.frame] integration 'indoor_positioning' is old
""".splitlines()
    found = list(our_problems(log))
    assert [record.splitlines()[0][20:23] for record in found] == ["300", "400", "600"]
    assert found[1].endswith("KeyError: 'x'")
