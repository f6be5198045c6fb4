"""The floor that is said is that of the said room, until another floor is clearly likelier."""

from __future__ import annotations

from custom_components.indoor_positioning.engine.decision import Decision
from custom_components.indoor_positioning.engine.decision_settings import DecisionSettings
from custom_components.indoor_positioning.engine.estimate import Estimate, Place
from custom_components.indoor_positioning.engine.floor_decision import LIKELIEST_FOR_S, SURER, FloorDecision

BELOW, ABOVE = Place((1.0, 2.0), None, 1.5), Place((1.4, 2.2), None, 0.9)


def _estimate(above: float, *, now: float = 1.0, elsewhere: dict[str, Place] | None = None) -> Estimate:
    likely, less = ("up", "down") if above > 0.5 else ("down", "up")
    places = {"up": ABOVE, "down": BELOW}
    return Estimate(
        now,
        now,
        likely,
        places[likely].position,
        None,
        places[likely].accuracy,
        {"kitchen": 1.0 - above, "bedroom": above},
        {"down": 1.0 - above, "up": above},
        moving=0.0,
        elsewhere={less: places[less]} if elsewhere is None else elsewhere,
    )


def _said(estimate: Estimate, room_floor: str | None) -> tuple[str | None, Place | None]:
    return FloorDecision().decide(estimate.time, estimate, room_floor)


def test_the_room_holds_the_floor_with_the_place_on_it() -> None:
    assert _said(_estimate(0.6), "down") == ("down", BELOW)
    assert _said(_estimate(0.6), "up") == ("up", ABOVE)


def test_a_clear_belief_leads_the_room() -> None:
    just_not = SURER / (SURER + 1.0) - 0.01
    assert _said(_estimate(just_not), "down") == ("down", BELOW)
    assert _said(_estimate(just_not + 0.02), "down") == ("up", ABOVE)


def test_a_floor_that_stays_the_likeliest_leads_the_room_after_some_seconds() -> None:
    decision = FloorDecision()
    for now in range(20):
        floor, place = decision.decide(float(now), _estimate(0.6, now=float(now)), "down")
        assert (floor, place) == (("up", ABOVE) if now >= LIKELIEST_FOR_S else ("down", BELOW))
    assert decision.decide(20.0, _estimate(0.1, now=20.0), "down") == ("down", BELOW)
    assert decision.decide(21.0, _estimate(0.6, now=21.0), "down") == ("down", BELOW), "the time begins anew"


def test_without_a_room_or_a_place_on_its_floor_the_likeliest_is_said() -> None:
    assert _said(_estimate(0.6), None) == ("up", ABOVE)
    assert _said(_estimate(0.6, elsewhere={}), "down") == ("up", ABOVE)
    assert _said(_estimate(0.6), "gone") == ("up", ABOVE)
    nowhere = Estimate(1.0, 1.0, None, None, None, None, {}, {})
    assert _said(nowhere, "down") == (None, None)


def test_a_beacon_that_sits_still_stays_on_the_floor_of_its_room_while_the_belief_wavers() -> None:
    decision = Decision(DecisionSettings())
    decision.floor_of = {"kitchen": "down", "bedroom": "up"}
    said = []
    for now in range(60):
        presence = decision.decide(float(now), _estimate(0.65 if now % 7 == 6 else 0.1, now=float(now)))
        said.append((presence.room, presence.floor, presence.position))
    assert set(said) == {("kitchen", "down", BELOW.position)}
