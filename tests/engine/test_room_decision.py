"""While somebody walks the likeliest room is said; at rest another one only on better and better evidence."""

from __future__ import annotations

from dataclasses import replace

from custom_components.indoor_positioning.engine.decision_settings import DecisionSettings
from custom_components.indoor_positioning.engine.estimate import Estimate
from custom_components.indoor_positioning.engine.on_the_way import LEARNING_S
from custom_components.indoor_positioning.engine.room_decision import KNOWN_REST_PATIENCE, PATIENCE, RoomDecision

SETTINGS = DecisionSettings()
WALKING, AT_REST = 1.0, 0.0

# Past learning.
LATER = LEARNING_S + 15.0


def _say(
    decision: RoomDecision,
    now: float,
    moving: float | None = WALKING,
    **rooms: float,
) -> str | None:
    return _say_with(SETTINGS, decision, now, moving, **rooms)


def _say_with(
    settings: DecisionSettings, decision: RoomDecision, now: float, moving: float | None, **rooms: float
) -> str | None:
    decision.decide(now, _estimate(now, moving, rooms), settings)
    return decision.room


def _estimate(now: float, moving: float | None, rooms: dict[str, float]) -> Estimate:
    return Estimate(now, now, "0", (1.0, 2.0), None, None, rooms, {}, moving=moving)


def _in(room: str, other: str = "kitchen", moving: float = WALKING, until: float = LATER) -> RoomDecision:
    """Return a decision that has held `room` every second until then, `other` being hardly possible."""
    decision = RoomDecision()
    for now in range(int(until) + 1):
        assert _say(decision, float(now), moving, **{room: 0.99, other: 0.01}) == room
    return decision


def _until_said(decision: RoomDecision, room: str, moving: float, since: float, **rooms: float) -> float | None:
    """Return after how many seconds of the same belief `room` is said, None if not within two minutes."""
    for second in range(1, 121):
        if _say(decision, since + second, moving, **rooms) == room:
            return float(second)
    return None


def test_the_first_room_is_said_at_once() -> None:
    assert _say(RoomDecision(), 0.0, AT_REST, kitchen=0.4, hall=0.35, study=0.25) == "kitchen"


def test_who_walks_is_followed_within_seconds() -> None:
    after = _until_said(_in("hall"), "kitchen", WALKING, LATER, kitchen=0.7, hall=0.3)
    assert after is not None
    assert after <= 2.0


def test_at_rest_the_same_belief_is_held_to_be_an_error_of_the_map() -> None:
    assert _until_said(_in("hall", moving=AT_REST), "kitchen", AT_REST, LATER, kitchen=0.7, hall=0.3) is None


def test_at_rest_nothing_is_held_for_good_against_a_sure_room() -> None:
    for rest in (LATER, 600.0):
        for chance, (_, patience) in zip((0.9, 0.99, 0.9999), PATIENCE, strict=True):
            decision = _in("hall", moving=AT_REST, until=rest)
            after = _until_said(decision, "kitchen", AT_REST, rest, kitchen=chance, hall=1.0 - chance)
            assert after == patience + 1.0


def test_a_room_of_a_tenth_is_not_said_for_ever_where_many_share_the_rest() -> None:
    decision = _in("hall", moving=AT_REST)
    chances = {"kitchen": 0.5, "study": 0.2, "bath": 0.2, "hall": 0.1}
    assert _until_said(decision, "kitchen", AT_REST, LATER, **chances) == PATIENCE[0][1] + 1.0


def test_what_is_known_not_to_move_is_corrected_more_slowly() -> None:
    decision = _in("hall", moving=AT_REST)
    for second in range(1, 121):
        now = LATER + second
        rooms = {"kitchen": 0.99, "hall": 0.01}
        decision.decide(now, replace(_estimate(now, AT_REST, rooms), known_rest=float(second)), SETTINGS)
        if decision.room == "kitchen":
            break
    assert second == KNOWN_REST_PATIENCE * PATIENCE[1][1] + 1.0


def test_patience_starts_again_when_the_room_is_no_longer_sure() -> None:
    decision = _in("hall", moving=AT_REST)
    for now in range(1, 200):
        chance = 0.5 if now % PATIENCE[1][1] == 0 else 0.99
        assert _say(decision, LATER + now, AT_REST, kitchen=chance, hall=1.0 - chance) == "hall"


def test_a_correction_is_cheap_only_soon_after_an_arrival() -> None:
    def corrected(ago: int) -> str | None:
        decision = _in("hall")
        for second in range(1, ago + 1):
            _say(decision, LATER + second, 0.5, hall=0.99, kitchen=0.01)
        return _say(decision, LATER + ago + 1.0, 0.5, kitchen=0.98, hall=0.02)

    assert corrected(1) == "kitchen"
    assert corrected(20) == "hall"


def test_sitting_on_a_boundary_flips_nothing() -> None:
    decision = _in("hall", moving=AT_REST)
    said = {
        _say(decision, LATER + now, AT_REST, kitchen=chance, hall=1.0 - chance)
        for now, chance in enumerate([0.55, 0.45, 0.8, 0.3, 0.7, 0.2] * 20, start=1)
    }
    assert said == {"hall"}


def test_what_is_said_first_is_learnt_not_held() -> None:
    decision = RoomDecision()
    _say(decision, 0.0, AT_REST, hall=0.6, kitchen=0.4)
    assert _until_said(decision, "kitchen", AT_REST, 0.0, hall=0.1, kitchen=0.9) == 1.0


def test_a_room_that_no_longer_exists_is_not_held() -> None:
    assert _say(_in("hall", moving=AT_REST), LATER + 1.0, AT_REST, kitchen=0.3, study=0.3, bath=0.4) == "bath"


def test_a_home_may_want_more_of_a_room() -> None:
    wary = DecisionSettings(enter_probability=0.9)
    decision = _in("hall")
    for now in range(1, 30):
        assert _say_with(wary, decision, LATER + now, WALKING, kitchen=0.7, hall=0.3) == "hall"
    for now in range(30, 40):
        _say_with(wary, decision, LATER + now, WALKING, kitchen=0.95, hall=0.05)
    assert decision.room == "kitchen"


def test_a_home_may_want_a_room_for_longer() -> None:
    patient = DecisionSettings(enter_dwell=6.0)
    decision = _in("hall")
    said = [_say_with(patient, decision, LATER + now, WALKING, kitchen=0.95, hall=0.05) for now in range(1, 10)]
    assert said.index("kitchen") >= 6
    impatient = _in("hall")
    assert _until_said(impatient, "kitchen", WALKING, LATER, kitchen=0.95, hall=0.05) == 1.0


def test_the_dwell_starts_again_when_the_held_room_comes_back() -> None:
    patient = DecisionSettings(enter_dwell=6.0)
    decision = _in("hall")
    for now in range(1, 5):
        _say_with(patient, decision, LATER + now, WALKING, kitchen=0.9, hall=0.1)
    for now in range(5, 10):
        _say_with(patient, decision, LATER + now, WALKING, kitchen=0.1, hall=0.9)
    for now in range(10, 14):
        assert _say_with(patient, decision, LATER + now, WALKING, kitchen=0.9, hall=0.1) == "hall"


def test_a_room_from_before_a_restart_is_held() -> None:
    decision = RoomDecision()
    decision.resume("hall")
    for now in range(10):
        assert _say(decision, float(now), AT_REST, kitchen=0.7, hall=0.3) == "hall"


def test_starting_over_takes_the_first_room_there_is() -> None:
    decision = _in("hall", moving=AT_REST)
    decision.forget()
    assert decision.room is None
    assert _say(decision, LATER + 1.0, AT_REST, kitchen=0.4, hall=0.35) == "kitchen"
