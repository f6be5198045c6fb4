"""What is said changes only for a reason: probability, dwell, doubt, or silence."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.decision import (
    FAR_AWAY_AFTER_S,
    FRESH_EVIDENCE_S,
    Decision,
    Presence,
)
from custom_components.indoor_positioning.engine.decision_settings import DecisionSettings
from custom_components.indoor_positioning.engine.estimate import Estimate
from custom_components.indoor_positioning.engine.geometry import rectangle
from custom_components.indoor_positioning.engine.home import Zone
from custom_components.indoor_positioning.engine.settling import SETTLE_S

SETTINGS = DecisionSettings()
JUST_LIKELY = SETTINGS.enter_probability + 0.05


def _estimate(
    now: float, rooms: dict[str, float], zones: dict[str, float] | None = None, heard: float | None = None
) -> Estimate:
    return Estimate(
        time=now,
        evidence_time=now if heard is None else heard,
        floor="0",
        position=(1.0, 2.0),
        covariance=None,
        accuracy=1.5,
        room_probabilities=rooms,
        floor_probabilities={"0": 1.0},
        zone_probabilities=zones or {},
    )


def _say(decision: Decision, now: float, heard: float | None = None, **rooms: float) -> Presence:
    return decision.decide(now, _estimate(now, rooms, heard=heard))


def _in(room: str) -> Decision:
    decision = Decision(SETTINGS)
    assert _say(decision, 0.0, **{room: 1.0}).room == room
    return decision


def test_nothing_is_said_of_what_is_not_known() -> None:
    presence = Decision(SETTINGS).decide(3.0, None)
    assert presence == Presence(3.0)
    assert presence.room is None
    assert not presence.away


def test_the_first_room_is_said_at_once() -> None:
    presence = _say(Decision(SETTINGS), 0.0, kitchen=0.4, hall=0.35, study=0.25)
    assert presence.room == "kitchen"
    assert presence.confidence == 0.4


def test_what_the_estimate_knows_is_handed_on() -> None:
    presence = _say(Decision(SETTINGS), 7.0, heard=6.5, kitchen=0.9)
    assert (presence.time, presence.last_heard) == (7.0, 6.5)
    assert (presence.floor, presence.position, presence.accuracy) == ("0", (1.0, 2.0), 1.5)
    assert presence.estimate is not None


def test_silence_holds_the_room_then_means_away() -> None:
    decision = _in("hall")
    for now in (2.0, 10.0, 59.9):
        # Belief without evidence drifts; it must not move what only fell asleep.
        presence = _say(decision, now, heard=0.0, kitchen=0.9, hall=0.1)
        assert presence.room == ("kitchen" if now <= FRESH_EVIDENCE_S else presence.room)
        assert not presence.away
    held = decision.room
    assert held is not None
    gone = _say(decision, SETTINGS.away_after, heard=0.0, kitchen=0.9, hall=0.1)
    assert (gone.away, gone.room, gone.confidence, gone.last_heard) == (True, None, 1.0, 0.0)
    assert gone.zones == frozenset()


def test_stale_evidence_moves_nobody() -> None:
    decision = _in("hall")
    now = FRESH_EVIDENCE_S + 0.1
    presence = _say(decision, now, heard=0.0, kitchen=0.99, hall=0.01)
    assert presence.room == "hall"
    assert presence.confidence == 0.01


def test_coming_back_is_said_at_once_and_without_memory() -> None:
    decision = _in("hall")
    _say(decision, 100.0, heard=0.0, hall=1.0)
    presence = _say(decision, 101.0, kitchen=0.35, hall=0.34, study=0.31)
    assert presence.room == "kitchen"
    assert not presence.away


def test_an_estimate_without_rooms_keeps_what_was_said() -> None:
    decision = _in("hall")
    presence = _say(decision, 1.0)
    assert presence.room == "hall"
    assert presence.confidence == 0.0


SOFA = Zone("sofa", "Sofa", "0", rectangle(0.0, 0.0, 2.0, 1.0))


def test_the_first_seconds_are_learning() -> None:
    decision = Decision(SETTINGS)
    assert not _say(decision, 3.0, hall=1.0).settled
    assert not _say(decision, 2.9 + SETTLE_S, hall=1.0).settled
    assert _say(decision, 3.0 + SETTLE_S, hall=1.0).settled
    decision.unsettle()
    assert not _say(decision, 50.0, hall=1.0).settled
    # Whoever comes back from away arrives, and that is no learning.
    assert _say(decision, 200.0, heard=100.0, hall=1.0).away
    assert _say(decision, 201.0, hall=1.0).settled


def test_old_readings_teach_nothing() -> None:
    decision = Decision(SETTINGS)
    assert not _say(decision, 20.0, heard=0.0, hall=1.0).settled
    assert not _say(decision, 40.0, heard=0.0, hall=1.0).settled


def test_a_restart_goes_on_where_it_was() -> None:
    decision = Decision(SETTINGS)
    decision.zones = (SOFA,)
    decision.resume("hall", frozenset({"sofa"}), away=False)
    for now in (1.0, 1.0 + SETTLE_S):
        presence = decision.decide(now, _estimate(now, {"hall": 0.4, "kitchen": 0.45}, {"sofa": 0.1}))
        assert (presence.room, presence.zones, presence.settled) == ("hall", frozenset({"sofa"}), False)
    later = 2.0 + SETTLE_S
    assert decision.decide(later, _estimate(later, {"hall": 0.4, "kitchen": 0.45}, {"sofa": 0.1})).zones == set()


def test_who_was_away_at_a_restart_arrives() -> None:
    decision = Decision(SETTINGS)
    decision.resume("hall", frozenset(), away=True)
    presence = _say(decision, 1.0, kitchen=0.6, hall=0.4)
    assert (presence.room, presence.settled) == ("kitchen", True)


def test_zones_are_decided_on_fresh_readings_only() -> None:
    decision = Decision(SETTINGS)
    decision.zones = (SOFA,)
    assert decision.decide(0.0, _estimate(0.0, {"hall": 1.0}, {"sofa": 0.8})).zones == {"sofa"}
    for now in (1.0, SETTLE_S):
        decision.decide(now, _estimate(now, {"hall": 1.0}, {"sofa": 0.8}))
    stale = _estimate(30.0, {"hall": 1.0}, {"sofa": 0.0}, heard=SETTLE_S)
    assert decision.decide(30.0, stale).zones == {"sofa"}
    assert decision.decide(31.0, _estimate(31.0, {"hall": 1.0}, {"sofa": 0.0})).zones == set()


def test_settings_may_change_on_the_way() -> None:
    decision = _in("hall")
    decision.settings = DecisionSettings(enter_dwell=0.0, away_after=5.0)
    assert _say(decision, 1.0, kitchen=JUST_LIKELY, hall=0.45).room == "kitchen"
    assert _say(decision, 6.0, heard=1.0, kitchen=1.0).away


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0.0, 5.0), st.lists(st.floats(0.0, 1.0), min_size=3, max_size=3), st.booleans()),
        max_size=30,
    )
)
def test_what_is_said_is_always_one_of_the_rooms_and_never_given_up_without_silence(
    steps: list[tuple[float, list[float], bool]],
) -> None:
    decision = Decision(SETTINGS)
    now, heard, spoken = 0.0, 0.0, False
    for elapsed, weights, fresh in steps:
        now += elapsed
        heard = now if fresh else heard
        total = sum(weights) or 1.0
        chances = dict(zip("abc", (weight / total for weight in weights), strict=True))
        presence = _say(decision, now, heard=heard, **chances)
        assert presence.away == (now - heard >= SETTINGS.away_after)
        assert presence.room in {"a", "b", "c", None}
        assert math.isfinite(presence.confidence)
        if spoken and not presence.away:
            assert presence.room is not None
        spoken = presence.room is not None


def test_far_from_home_silence_means_away_sooner() -> None:
    silence = (SETTINGS.away_after + FAR_AWAY_AFTER_S) / 2
    assert silence > FAR_AWAY_AFTER_S
    for far in (False, True):
        decision = _in("hall")
        decision.far = far
        presence = _say(decision, silence, heard=0.0, hall=1.0)
        assert presence.away is far
        assert presence.time == silence
        assert presence.estimate is not None


def test_who_waits_no_longer_than_that_anyway_waits_no_longer() -> None:
    decision = Decision(DecisionSettings(away_after=FAR_AWAY_AFTER_S / 2))
    decision.far = True
    _say(decision, 0.0, hall=1.0)
    assert _say(decision, FAR_AWAY_AFTER_S / 2, heard=0.0, hall=1.0).away


def test_since_when_it_is_still_is_handed_on() -> None:
    decision = _in("hall")
    for second in range(1, 200):
        _say(decision, float(second), hall=1.0)
    presence = _say(decision, 200.0, hall=1.0)
    assert presence.still_since is not None
    assert presence.still_since == decision.stillness.since
