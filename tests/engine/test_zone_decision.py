"""Zones are entered high, left low, and each after its own time."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.geometry import rectangle
from custom_components.indoor_positioning.engine.home import Zone, ZoneRule
from custom_components.indoor_positioning.engine.zone_decision import ZoneDecision

ALL = frozenset({"sofa"})
NONE: frozenset[str] = frozenset()


def zone(zone_id: str = "sofa", rule: ZoneRule | None = None) -> Zone:
    return Zone(zone_id, zone_id, "0", rectangle(0.0, 0.0, 2.0, 1.0), rule or ZoneRule())


def settled() -> ZoneDecision:
    """Return a decision that has learnt where everybody was: nowhere."""
    decision = ZoneDecision()
    decision.decide(-1.0, (), {}, settled=True)
    return decision


def said(decision: ZoneDecision, place: Zone, chances: list[float]) -> list[bool]:
    """Return for one probability a second whether the beacon is said to be inside."""
    return [
        bool(decision.decide(float(now), (place,), {place.id: chance}, settled=True))
        for now, chance in enumerate(chances)
    ]


def test_entered_high_and_left_low() -> None:
    assert said(settled(), zone(), [0.69, 0.7, 0.31, 0.3, 0.69]) == [False, True, True, False, False]


def test_thresholds_are_those_of_the_zone() -> None:
    place = zone(rule=ZoneRule(enter=0.4, leave=0.1))
    assert said(settled(), place, [0.39, 0.4, 0.2, 0.1]) == [False, True, True, False]


def test_a_dwell_must_be_held_without_a_break() -> None:
    place = zone(rule=ZoneRule(dwell=2.0))
    assert said(settled(), place, [0.9, 0.9, 0.6, 0.9, 0.9, 0.9]) == [False, False, False, False, False, True]


def test_an_exit_delay_forgives_a_short_absence() -> None:
    place = zone(rule=ZoneRule(exit_delay=2.0))
    chances = [0.9, 0.1, 0.1, 0.5, 0.1, 0.1, 0.1, 0.1]
    assert said(settled(), place, chances) == [True, True, True, True, True, True, False, False]


def test_overlapping_zones_are_decided_each_for_itself() -> None:
    places, decision = (zone("sofa"), zone("door", ZoneRule(enter=0.5))), settled()
    assert decision.decide(0.0, places, {"sofa": 0.8, "door": 0.6}, settled=True) == {"sofa", "door"}
    assert decision.decide(1.0, places, {"sofa": 0.2, "door": 0.6}, settled=True) == {"door"}


def test_a_zone_that_is_gone_is_left_and_one_not_known_is_held() -> None:
    decision = settled()
    assert decision.decide(0.0, (zone(),), {"sofa": 1.0}, settled=True) == ALL
    assert decision.decide(1.0, (zone(),), {}, settled=True) == ALL
    assert decision.decide(2.0, (), {}, settled=True) == NONE


def test_learning_holds_what_was_said_and_waits_for_nothing() -> None:
    decision, place = ZoneDecision(), zone(rule=ZoneRule(dwell=30.0, exit_delay=30.0))
    decision.inside = ALL
    assert decision.decide(0.0, (place,), {"sofa": 0.1}, settled=False) == ALL
    assert decision.decide(10.0, (place,), {"sofa": 0.1}, settled=True) == NONE
    assert decision.decide(11.0, (place,), {"sofa": 0.9}, settled=False) == ALL
    assert decision.decide(12.0, (place,), {"sofa": 0.9}, settled=True) == ALL
    # From here on the zone's own times count again.
    assert decision.decide(13.0, (place,), {"sofa": 0.1}, settled=True) == ALL


def test_who_comes_from_away_dwells_like_everybody() -> None:
    decision, place = settled(), zone(rule=ZoneRule(dwell=2.0))
    decision.forget()
    assert said(decision, place, [0.9, 0.9, 0.9]) == [False, False, True]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.floats(0.0, 1.0), max_size=60), st.floats(0.0, 10.0), st.floats(0.0, 10.0))
def test_no_change_comes_sooner_than_its_time(chances: list[float], dwell: float, delay: float) -> None:
    place = zone(rule=ZoneRule(dwell=dwell, exit_delay=delay))
    inside = said(settled(), place, chances)
    for now in range(1, len(inside)):
        if inside[now] and not inside[now - 1]:
            assert all(chance >= 0.7 for chance in chances[max(0, now - int(dwell)) : now + 1])
        if inside[now - 1] and not inside[now]:
            assert all(chance <= 0.3 for chance in chances[max(0, now - int(delay)) : now + 1])


def test_one_zone_does_not_keep_another_from_its_due() -> None:
    decision, places = settled(), (zone("unknown"), zone("unlikely"), zone("sofa"))
    assert decision.decide(0.0, places, {"unlikely": 0.1, "sofa": 0.9}, settled=True) == ALL
