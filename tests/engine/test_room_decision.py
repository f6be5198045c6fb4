"""Another room is said only for a reason: probability, dwell, doubt; and at rest for a better one."""

from __future__ import annotations

from custom_components.indoor_positioning.engine.decision_settings import DecisionSettings
from custom_components.indoor_positioning.engine.estimate import Estimate
from custom_components.indoor_positioning.engine.room_decision import (
    DOUBT_DWELLS,
    ON_THE_WAY_PROBABILITY,
    ON_THE_WAY_S,
    RESTING_DWELLS,
    RESTING_PROBABILITY,
    RESTING_SURE_DWELLS,
    RoomDecision,
)

SETTINGS = DecisionSettings()
JUST_LIKELY = SETTINGS.enter_probability + 0.05
WALKING, AT_REST = 1.0, 0.0
LIKELY_AT_REST = RESTING_PROBABILITY + 0.05


def _say(decision: RoomDecision, now: float, moving: float | None = WALKING, **rooms: float) -> str | None:
    decision.decide(now, Estimate(now, now, None, None, None, None, rooms, {}, moving=moving), SETTINGS)
    return decision.room


def _in(room: str, moving: float | None = WALKING) -> RoomDecision:
    decision = RoomDecision()
    assert _say(decision, 0.0, moving, **{room: 1.0}) == room
    return decision


def test_a_likely_room_is_entered_after_the_dwell_and_not_before() -> None:
    decision = _in("hall")
    rooms = {"kitchen": JUST_LIKELY, "hall": 1.0 - JUST_LIKELY}
    assert _say(decision, 1.0, **rooms) == "hall"
    assert _say(decision, 0.99 + SETTINGS.enter_dwell, **rooms) == "hall"
    assert _say(decision, 1.0 + SETTINGS.enter_dwell, **rooms) == "kitchen"


def test_a_sure_room_is_entered_at_once() -> None:
    assert _say(_in("hall"), 1.0, kitchen=SETTINGS.sure_probability, hall=0.2) == "kitchen"


def test_who_cannot_tell_rest_from_walk_is_always_quick() -> None:
    decision = _in("hall", None)
    assert _say(decision, 100.0, None, kitchen=SETTINGS.sure_probability, hall=0.2) == "kitchen"


def test_the_dwell_starts_again_after_a_weak_moment() -> None:
    decision = _in("hall")
    likely, weak = {"kitchen": JUST_LIKELY, "hall": 0.45}, {"kitchen": 0.45, "hall": 0.4, "study": 0.15}
    _say(decision, 1.0, **likely)
    _say(decision, 2.0, **weak)
    assert _say(decision, 3.5, **likely) == "hall"
    assert _say(decision, 3.5 + SETTINGS.enter_dwell, **likely) == "kitchen"


def test_the_dwell_starts_again_when_the_held_room_comes_back() -> None:
    decision = _in("hall")
    _say(decision, 1.0, kitchen=JUST_LIKELY, hall=0.45)
    _say(decision, 2.0, kitchen=0.45, hall=JUST_LIKELY)
    assert _say(decision, 3.5, kitchen=JUST_LIKELY, hall=0.45) == "hall"


def test_sitting_on_a_boundary_flips_nothing() -> None:
    decision = _in("hall")
    said = {
        _say(decision, float(now), kitchen=chance, hall=1.0 - chance)
        for now, chance in enumerate([0.55, 0.45, 0.6, 0.4, 0.52, 0.48] * 20, start=1)
    }
    assert said == {"hall"}


def test_a_hardly_possible_room_gives_way_to_the_likeliest() -> None:
    decision = _in("hall")
    rooms = {"kitchen": 0.4, "study": 0.35, "bath": 0.2, "hall": 0.05}
    wait = DOUBT_DWELLS * SETTINGS.enter_dwell
    assert _say(decision, 1.0, **rooms) == "hall"
    assert _say(decision, 0.9 + wait, **rooms) == "hall"
    assert _say(decision, 1.0 + wait, **rooms) == "kitchen"


def test_doubt_starts_again_when_the_room_becomes_possible() -> None:
    decision = _in("hall")
    doubted = {"kitchen": 0.4, "study": 0.35, "bath": 0.2, "hall": 0.05}
    _say(decision, 1.0, **doubted)
    _say(decision, 4.0, kitchen=0.4, study=0.35, hall=0.25)
    assert _say(decision, 8.0, **doubted) == "hall"


def test_a_room_that_no_longer_exists_is_not_held() -> None:
    assert _say(_in("hall"), 1.0, kitchen=0.3, study=0.3, bath=0.4) == "bath"


def test_at_rest_another_room_has_to_last() -> None:
    decision = _in("hall", AT_REST)
    rooms = {"kitchen": LIKELY_AT_REST, "hall": 1.0 - LIKELY_AT_REST}
    wait = RESTING_DWELLS * SETTINGS.enter_dwell
    assert _say(decision, 100.0, AT_REST, **rooms) == "hall"
    assert _say(decision, 99.9 + wait, AT_REST, **rooms) == "hall"
    assert _say(decision, 100.0 + wait, AT_REST, **rooms) == "kitchen"


def test_at_rest_even_a_sure_room_has_to_last() -> None:
    decision = _in("hall", AT_REST)
    sure = {"kitchen": SETTINGS.sure_probability, "hall": 0.2}
    wait = RESTING_SURE_DWELLS * SETTINGS.enter_dwell
    assert _say(decision, 100.0, AT_REST, **sure) == "hall"
    assert _say(decision, 99.9 + wait, AT_REST, **sure) == "hall"
    assert _say(decision, 100.0 + wait, AT_REST, **sure) == "kitchen"


def test_at_rest_a_likely_room_is_not_likely_enough() -> None:
    decision = _in("hall", AT_REST)
    said = {_say(decision, 100.0 + now, AT_REST, kitchen=JUST_LIKELY, hall=1.0 - JUST_LIKELY) for now in range(60)}
    assert said == {"hall"}


def test_a_walk_of_a_moment_ago_still_counts() -> None:
    decision = _in("hall", AT_REST)
    _say(decision, 100.0, ON_THE_WAY_PROBABILITY, hall=1.0)
    rooms = {"kitchen": SETTINGS.sure_probability, "hall": 0.2}
    assert _say(decision, 100.0 + ON_THE_WAY_S, AT_REST, **rooms) == "kitchen"


def test_starting_over_takes_the_first_room_there_is() -> None:
    decision = _in("hall", AT_REST)
    decision.forget()
    assert decision.room is None
    assert _say(decision, 50.0, AT_REST, kitchen=0.4, hall=0.35) == "kitchen"
