"""The Bayes filter finds beacons, infers their power, recovers from error, and stays sane whatever comes."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.estimate import Estimate
from custom_components.indoor_positioning.engine.geometry import Point, rectangle
from custom_components.indoor_positioning.engine.home import Anchor, Floor, Home, Room
from custom_components.indoor_positioning.engine.locators.base import Resumable
from custom_components.indoor_positioning.engine.locators.bayes import BayesLocator
from custom_components.indoor_positioning.engine.measurement import Movement
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.observation import Observation
from tests.engine.small_home import FLAT, FLAT_SURVEY, HOUSE, ROOMS_ONLY, readings, survey

ALL = frozenset(anchor.id for anchor in (*FLAT.anchors, *HOUSE.anchors))
UNSURVEYED = PositioningModel.build(FLAT)
SURVEYED = PositioningModel.build(FLAT, FLAT_SURVEY)
PLACES = {"kitchen": (1.5, 2.0), "living": (7.0, 2.0), "bedroom": (6.5, 5.5)}


def _heard(
    place: Point, time: float, *, noise: float = 0.0, power: float = 0.0, seed: int = 0, home: Home = FLAT
) -> list[Observation]:
    """Return what all anchors hear of one packet, louder by `power` dB and scattered by `noise` dB."""
    rng = np.random.default_rng([seed, round(time * 1000)])
    floor = home.floors[0].id
    return [
        replace(reading, rssi=reading.rssi + power + noise * float(rng.normal()))
        for reading in readings(home, place, floor, [time])
    ]


def _stand(
    locator: BayesLocator, place: Point, times: Iterable[float], *, noise: float = 0.0, power: float = 0.0
) -> Estimate:
    estimate = None
    for time in times:
        estimate = locator.update(time, _heard(place, time, noise=noise, power=power), ALL)
    assert estimate is not None
    return estimate


def _sane(estimate: Estimate | None) -> Estimate:
    assert estimate is not None
    for chances in (estimate.room_probabilities, estimate.floor_probabilities):
        assert all(math.isfinite(chance) and chance >= 0.0 for chance in chances.values())
        assert sum(chances.values()) == pytest.approx(1.0, abs=1e-4)
    if estimate.position is not None:
        assert all(math.isfinite(value) for value in estimate.position)
        assert estimate.covariance is not None
        assert (np.linalg.eigvalsh(estimate.covariance) > 0.0).all()
        assert estimate.accuracy is not None
        assert 0.0 < estimate.accuracy < 1e3
    assert estimate.moving is not None
    assert 0.0 <= estimate.moving <= 1.0 + 1e-5
    return estimate


def _power(locator: BayesLocator) -> float:
    lesson = locator.lesson()
    assert lesson is not None
    return lesson.power


@pytest.mark.parametrize("room", PLACES)
@pytest.mark.parametrize("seed_time", [0.0, 1000.0])
def test_it_finds_a_beacon_within_a_metre(room: str, seed_time: float) -> None:
    locator = BayesLocator(SURVEYED, "tag")
    times = seed_time + np.arange(0.0, 20.0, 0.5)
    estimate = _sane(_stand(locator, PLACES[room], times, noise=2.0))
    assert estimate.room == room
    assert estimate.position is not None
    assert math.dist(estimate.position, PLACES[room]) < 1.0
    assert estimate.evidence_time == times[-1]


@pytest.mark.parametrize("room", PLACES)
def test_it_finds_the_room_with_no_survey_at_all(room: str) -> None:
    estimate = _sane(_stand(BayesLocator(UNSURVEYED, "tag"), PLACES[room], np.arange(0.0, 20.0, 0.5), noise=2.0))
    assert estimate.room == room


def test_the_answer_stands_until_evidence_counts_again() -> None:
    locator = BayesLocator(SURVEYED, "tag")
    first = _stand(locator, PLACES["kitchen"], [0.0])
    for time in (0.3, 0.6):
        again = _stand(locator, PLACES["living"], [time])
        assert (again.time, again.evidence_time) == (time, time)
        assert again.position == first.position
        assert again.room_probabilities == first.room_probabilities
    corrected = _stand(locator, PLACES["living"], [0.95])
    assert corrected.room_probabilities["living"] > first.room_probabilities["living"] + 0.1


def test_in_silence_the_belief_spreads_at_the_same_pace_however_often_it_is_asked() -> None:
    often, seldom = BayesLocator(SURVEYED, "tag"), BayesLocator(SURVEYED, "tag")
    heard = _stand(often, PLACES["kitchen"], np.arange(0.0, 10.0, 1.0))
    _stand(seldom, PLACES["kitchen"], np.arange(0.0, 10.0, 1.0))
    asked = None
    for time in np.arange(9.5, 15.5, 0.5):
        asked = often.update(float(time), [], ALL)
    at_once = seldom.update(15.0, [], ALL)
    assert asked is not None
    assert at_once is not None
    assert at_once.accuracy is not None
    assert heard.accuracy is not None
    assert at_once.accuracy > heard.accuracy
    assert asked.accuracy == pytest.approx(at_once.accuracy, rel=0.02)
    assert asked.moving == pytest.approx(at_once.moving, rel=0.02)
    assert asked.moving is not None
    assert heard.moving is not None
    assert asked.moving > heard.moving + 0.1


def test_what_it_believes_first_does_not_depend_on_the_clock() -> None:
    early, late = (_stand(BayesLocator(SURVEYED, "tag"), PLACES["kitchen"], [time]) for time in (0.0, 1e6))
    assert late.room_probabilities == pytest.approx(early.room_probabilities, abs=1e-6)


def test_a_changed_plan_is_answered_at_once() -> None:
    locator = BayesLocator(SURVEYED, "tag")
    _stand(locator, PLACES["kitchen"], [0.0])
    locator.adopt(PositioningModel.build(ROOMS_ONLY))
    answer = locator.update(0.3, [], ALL)
    assert answer is not None
    assert answer.position is None


@pytest.mark.parametrize("power", [-12.0, 12.0])
def test_it_infers_how_strongly_a_beacon_sends(power: float) -> None:
    locator = BayesLocator(SURVEYED, "another tag")
    estimate = _stand(locator, PLACES["living"], np.arange(0.0, 30.0, 0.5), noise=2.0, power=power)
    assert _power(locator) == pytest.approx(power, abs=4.0)
    assert estimate.room == "living"
    assert estimate.position is not None
    assert math.dist(estimate.position, PLACES["living"]) < 1.0


def test_it_knows_the_power_of_the_beacon_that_made_the_survey() -> None:
    first = _heard(PLACES["living"], 0.0, power=8.0)
    known, unknown = BayesLocator(SURVEYED, "tag"), BayesLocator(SURVEYED, "another tag")
    for locator in (known, unknown):
        locator.update(0.0, first, ALL)
    assert abs(_power(known)) < abs(_power(unknown))


def test_it_recovers_from_a_wrong_start_within_half_a_minute() -> None:
    locator = BayesLocator(SURVEYED, "tag")
    _stand(locator, PLACES["kitchen"], np.arange(0.0, 60.0, 0.5))
    estimate = _stand(locator, PLACES["bedroom"], np.arange(60.0, 90.0, 0.5), noise=2.0)
    assert estimate.room == "bedroom"
    assert estimate.position is not None
    assert math.dist(estimate.position, PLACES["bedroom"]) < 1.0


def test_it_goes_upstairs() -> None:
    places = [("down", "g", (2.0, 2.0)), ("down", "g", (6.0, 4.0)), ("up", "u", (2.0, 2.0)), ("up", "u", (6.0, 4.0))]
    locator = BayesLocator(PositioningModel.build(HOUSE, survey(HOUSE, places)), "tag")
    said = {}
    for start, floor in ((0, "g"), (30, "u")):
        estimate = None
        for time in range(start, start + 30):
            heard = readings(HOUSE, (4.0, 3.0), floor, [float(time)])
            estimate = _sane(locator.update(float(time), heard, ALL))
        assert estimate is not None
        said[floor] = (estimate.floor, estimate.room)
    assert said == {"g": ("g", "down"), "u": ("u", "up")}


def test_it_tells_walking_from_resting() -> None:
    still, going = BayesLocator(SURVEYED, "tag"), BayesLocator(SURVEYED, "tag")
    resting = _stand(still, (4.5, 5.5), np.arange(0.0, 40.0, 0.5))
    walking = None
    for time in np.arange(0.0, 40.0, 0.5):
        # To and fro along the bedroom at 0.8 m/s.
        x = 0.5 + abs((0.8 * float(time)) % 16.0 - 8.0)
        walking = going.update(float(time), _heard((x, 5.5), float(time)), ALL)
    assert walking is not None
    assert resting.moving is not None
    assert walking.moving is not None
    assert walking.moving > resting.moving + 0.1


def test_a_speed_that_is_told_decides_between_walking_and_resting() -> None:
    moving = {}
    for speed in (None, 0.0, 1.2):
        locator = BayesLocator(SURVEYED, "tag")
        estimate = None
        for time in range(20):
            if speed is not None:
                locator.measure([Movement(float(time), "tag", speed)])
            estimate = locator.update(float(time), _heard((2.0, 5.5), float(time), noise=2.0), ALL)
        moving[speed] = _sane(estimate).moving or 0.0
    assert moving[0.0] < (moving[None] or 0.0) < moving[1.2]
    assert moving[0.0] < 0.1
    assert moving[1.2] > 0.7


# Two rooms far apart, each with its anchor, and one between that hears both alike.
LONG = Home(
    rooms=(
        Room("west", "West", "0", rectangle(0.0, 0.0, 6.0, 4.0)),
        Room("middle", "Middle", "0", rectangle(6.0, 0.0, 28.0, 4.0)),
        Room("east", "East", "0", rectangle(34.0, 0.0, 6.0, 4.0)),
    ),
    anchors=(Anchor("w", "0", (3.0, 2.0, 1.1)), Anchor("m", "0", (20.0, 2.0, 1.1)), Anchor("e", "0", (37.0, 2.0, 1.1))),
    floors=(Floor("0", "Long"),),
)


def test_the_silence_of_a_live_anchor_is_evidence_that_of_a_dead_one_is_not() -> None:
    model = PositioningModel.build(LONG)

    def west(listening: set[str]) -> float:
        locator = BayesLocator(model, "tag")
        estimate = None
        for time in range(20):
            heard = [Observation(float(time), "tag", "m", -88.0)]
            estimate = locator.update(float(time), heard, frozenset(listening))
        chances = _sane(estimate).room_probabilities
        return chances["west"] / (chances["west"] + chances["east"])

    assert west({"m"}) == pytest.approx(0.5, abs=0.01)
    assert west({"m", "w", "e"}) == pytest.approx(0.5, abs=0.01)
    assert west({"m", "w"}) < 0.35
    assert west({"m", "e"}) > 0.65
    assert west({"m", "stranger"}) == pytest.approx(0.5, abs=0.01)


def test_without_new_readings_belief_fades_and_stays_where_it_was_heard() -> None:
    locator = BayesLocator(SURVEYED, "tag")
    sharp = _stand(locator, PLACES["living"], np.arange(0.0, 20.0, 0.5))
    faint = _sane(locator.update(60.0, [], ALL))
    assert faint.evidence_time == sharp.evidence_time
    assert sharp.accuracy is not None
    assert faint.accuracy is not None
    assert faint.accuracy > sharp.accuracy
    assert max(faint.room_probabilities.values()) < max(sharp.room_probabilities.values())


def test_nothing_is_said_before_anything_is_heard() -> None:
    locator = BayesLocator(SURVEYED, "tag")
    assert locator.update(0.0, [], ALL) is None
    assert locator.update(1.0, [Observation(1.0, "tag", "neighbour", -40.0)], ALL) is None
    assert locator.lesson() is None


def test_a_lesson_is_taught_once_and_not_over_another_model() -> None:
    locator = BayesLocator(SURVEYED, "tag")
    locator.update(0.0, _heard(PLACES["living"], 0.0), ALL)
    lesson = locator.lesson()
    assert lesson is not None
    assert lesson.cells.sum() == pytest.approx(1.0, abs=1e-4)
    assert locator.lesson() is None
    locator.update(1.0, _heard(PLACES["living"], 1.0), ALL)
    locator.adopt(PositioningModel.build(ROOMS_ONLY))
    assert locator.lesson() is None, "its rows name the anchors of the model before"


def _homes() -> dict[str, Home]:
    def anchored(*places: tuple[float, float, float]) -> Home:
        return replace(FLAT, anchors=tuple(Anchor(f"a{i}", "0", place) for i, place in enumerate(places)))

    return {
        "no anchors": anchored(),
        "one anchor": anchored((1.0, 1.0, 1.0)),
        "coincident": anchored(*[(2.0, 2.0, 1.0)] * 4),
        "collinear": anchored((0.0, 2.0, 1.0), (4.5, 2.0, 1.0), (9.0, 2.0, 1.0)),
        "far outside": anchored((500.0, 500.0, 1.0), (-500.0, 0.0, 1.0)),
        "empty": Home(rooms=(), anchors=()),
        "no floors": Home(rooms=FLAT.rooms, anchors=FLAT.anchors, floors=()),
        "anchors only": Home(rooms=(), anchors=FLAT.anchors, floors=FLAT.floors),
        "undrawn": ROOMS_ONLY,
        "one undrawn room": Home(rooms=(Room("a", "A", "0"),), anchors=(Anchor("a0", "0"),), floors=FLAT.floors),
        "half drawn": replace(FLAT, rooms=(FLAT.rooms[0], *ROOMS_ONLY.rooms[1:])),
        "rooms of no floor": replace(FLAT, floors=(Floor("9", "Elsewhere"),)),
    }


@pytest.mark.parametrize("name", _homes())
def test_every_home_has_a_finite_answer_or_none(name: str) -> None:
    home = _homes()[name]
    locator = BayesLocator(PositioningModel.build(home), "tag")
    anchors = [anchor.id for anchor in home.anchors]
    for time in (0.0, 1.0, 1.0, 3.0, 10_003.0):
        heard = [Observation(time, "tag", anchor, -70.0) for anchor in (*anchors, "stranger")]
        estimate = locator.update(time, heard, frozenset(anchors))
        speechless = not anchors or name in {"empty", "no floors", "anchors only", "rooms of no floor"}
        if speechless:
            assert estimate is None
        else:
            _sane(estimate)
    resumed = BayesLocator(PositioningModel.build(home), "tag")
    resumed.resume(json.loads(json.dumps(locator.snapshot())), 5.0)
    resumed.adopt(SURVEYED)
    _sane(resumed.update(0.0, _heard((1.0, 1.0), 0.0), ALL))


@pytest.mark.parametrize("moments", [[100.0, 0.0, 50.0, 101.0], [10_000.0, 0.0], [0.0, 10_000.0, 20_000.0], [5.0] * 9])
def test_time_may_go_back_stand_still_or_jump(moments: list[float]) -> None:
    locator = BayesLocator(SURVEYED, "tag")
    _stand(locator, PLACES["living"], np.arange(0.0, 5.0, 0.5))
    for now in moments:
        # Heard where it is: whatever the clock does, evidence never counts against itself.
        estimate = _sane(locator.update(now, _heard(PLACES["living"], now), ALL))
        assert estimate.room == "living"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.floats(0.0, 2e4),
            st.lists(st.tuples(st.sampled_from(["k", "l", "b1", "b2", "x"]), st.floats(-126.0, 20.0)), max_size=5),
            st.sets(st.sampled_from(["k", "l", "b1", "b2", "x"])),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_any_sequence_of_readings_leaves_a_distribution(
    steps: list[tuple[float, list[tuple[str, float]], set[str]]],
) -> None:
    locator = BayesLocator(SURVEYED, "tag")
    locator.update(0.0, _heard(PLACES["kitchen"], 0.0), ALL)
    for now, heard, listening in steps:
        batch = [Observation(now, "tag", anchor, rssi) for anchor, rssi in heard]
        _sane(locator.update(now, batch, frozenset(listening)))


def test_belief_survives_a_small_edit_of_the_plan() -> None:
    locator = BayesLocator(SURVEYED, "tag")
    before = _stand(locator, PLACES["living"], np.arange(0.0, 20.0, 0.5))
    moved = replace(FLAT, rooms=(*FLAT.rooms[:2], replace(FLAT.rooms[2], outline=rectangle(0.0, 4.0, 9.0, 3.5))))
    locator.adopt(PositioningModel.build(moved, FLAT_SURVEY))
    after = _sane(locator.update(19.5, [], ALL))
    assert after.room == "living"
    assert before.position is not None
    assert after.position is not None
    assert math.dist(before.position, after.position) < 0.3


def test_belief_in_a_room_that_vanishes_spreads_over_the_others() -> None:
    locator = BayesLocator(SURVEYED, "tag")
    _stand(locator, PLACES["living"], np.arange(0.0, 20.0, 0.5))
    locator.adopt(PositioningModel.build(replace(FLAT, rooms=FLAT.rooms[2:])))
    assert _sane(locator.update(20.0, [], ALL)).room_probabilities.keys() == {"bedroom"}
    estimate = _stand(locator, (2.0, 5.5), np.arange(20.0, 40.0, 0.5))
    assert estimate.room == "bedroom"


def test_belief_survives_losing_the_plan_and_getting_it_back() -> None:
    locator = BayesLocator(SURVEYED, "tag")
    _stand(locator, PLACES["living"], np.arange(0.0, 20.0, 0.5))
    locator.adopt(PositioningModel.build(ROOMS_ONLY))
    undrawn = _sane(locator.update(20.0, [], ALL))
    assert undrawn.room == "living"
    assert undrawn.position is None
    locator.adopt(SURVEYED)
    drawn = _sane(locator.update(20.5, [], ALL))
    assert drawn.room == "living"
    assert drawn.position is not None


def test_an_emptied_home_is_survived() -> None:
    locator = BayesLocator(SURVEYED, "tag")
    _stand(locator, PLACES["living"], np.arange(0.0, 5.0, 0.5))
    locator.adopt(PositioningModel.build(Home(rooms=(), anchors=())))
    assert locator.update(6.0, _heard(PLACES["living"], 6.0), ALL) is None
    locator.adopt(SURVEYED)
    estimate = _stand(locator, PLACES["living"], np.arange(7.0, 27.0, 0.5))
    assert estimate.room == "living"


def test_a_snapshot_outlives_a_restart() -> None:
    locator = BayesLocator(SURVEYED, "another tag")
    assert isinstance(locator, Resumable)
    before = _stand(locator, PLACES["living"], np.arange(0.0, 20.0, 0.5), power=8.0)
    stored = json.loads(json.dumps(locator.snapshot()))
    resumed = BayesLocator(SURVEYED, "another tag")
    resumed.resume(stored, 10.0)
    told = resumed.snapshot()
    power = sum(offset * chance for offset, chance in told["power"])
    assert power == pytest.approx(sum(offset * chance for offset, chance in stored["power"]), abs=1.5)
    after = _sane(resumed.update(0.0, [Observation(0.0, "another tag", "l", -60.0)], ALL))
    assert after.room == before.room == "living"
    assert after.position is not None
    assert math.dist(after.position, PLACES["living"]) < 1.5


GOOD_PLACE = ["0", "living", [7.0, 2.0], 0.5]
GOOD_POWER = [[0.0, 1.0]]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"places": [GOOD_PLACE]},
        {"power": GOOD_POWER},
        {"places": None, "power": GOOD_POWER},
        {"places": "abc", "power": GOOD_POWER},
        {"places": [[]], "power": GOOD_POWER},
        {"places": [["0", "living", [], 0.5]], "power": GOOD_POWER},
        {"places": [["0", "living", [7.0], 0.5]], "power": GOOD_POWER},
        {"places": [["0", "living", {}, 0.5]], "power": GOOD_POWER},
        {"places": [["0", "living", ["a", "b"], 0.5]], "power": GOOD_POWER},
        {"places": [["0", "living", [7.0, 2.0], None]], "power": GOOD_POWER},
        {"places": [["0", "living", [7.0, 2.0], 10**400]], "power": GOOD_POWER},
        {"places": [["0", "living", [7.0, 2.0], -1.0]], "power": GOOD_POWER},
        {"places": [["0", "living", [7.0, 2.0], math.nan]], "power": GOOD_POWER},
        {"places": [["cellar", "wine", [700.0, 2.0], 1.0]], "power": GOOD_POWER},
        {"places": [GOOD_PLACE], "power": []},
        {"places": [GOOD_PLACE], "power": [[1.0]]},
        {"places": [GOOD_PLACE], "power": [[1.0, 2.0, 3.0]]},
        {"places": [GOOD_PLACE], "power": [[0.0, math.nan]]},
        {"places": [GOOD_PLACE], "power": [[0.0, 0.0]]},
        {"places": [GOOD_PLACE], "power": [["a", "b"]]},
    ],
)
def test_a_malformed_snapshot_is_ignored(data: dict[str, object]) -> None:
    fresh, resumed = BayesLocator(SURVEYED, "tag"), BayesLocator(SURVEYED, "tag")
    resumed.resume(data, 0.0)
    assert resumed.snapshot() == fresh.snapshot()


def test_a_snapshot_is_recalled_by_room_where_the_place_is_gone() -> None:
    locator = BayesLocator(PositioningModel.build(ROOMS_ONLY), "tag")
    locator.resume({"places": [GOOD_PLACE], "power": GOOD_POWER}, 1.0)
    estimate = _sane(locator.update(0.0, [Observation(0.0, "tag", "l", -60.0)], ALL))
    assert estimate.room == "living"
