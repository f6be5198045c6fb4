"""A phone, a watch, and the one that was left on the table."""

from __future__ import annotations

import pytest

from custom_components.indoor_positioning.engine.companions import MARGIN_S, WORN_FOR_S, Companions
from custom_components.indoor_positioning.engine.decision import Presence


def _at(
    room: str | None, moved: float | None, *, away: bool = False, x: float = 1.0, accuracy: float = 1.0
) -> Presence:
    return Presence(5000.0, room=room, away=away, position=(x, 1.0), accuracy=accuracy, still_since=moved)


def test_the_one_on_the_table_is_not_believed() -> None:
    person = Companions(("phone", "watch"))
    where = person.where({"phone": _at("kitchen", 1000.0), "watch": _at("bedroom", 4000.0)})
    assert (where.beacon, where.room) == ("watch", "bedroom")
    where = person.where({"phone": _at("hall", 4500.0), "watch": _at("bedroom", 4000.0)})
    assert (where.beacon, where.room) == ("phone", "hall"), "it was taken up again"


def test_two_that_are_carried_together_do_not_take_turns() -> None:
    person = Companions(("phone", "watch"))
    believed = {
        person.where({"phone": _at("a", 100.0 + 3 * step), "watch": _at("b", 101.5 + 3 * step)}).beacon
        for step in range(20)
    }
    assert len(believed) == 1


def test_what_is_worn_outweighs_for_a_while() -> None:
    person = Companions(("phone", "watch"), worn=("watch",))
    phone = _at("kitchen", 4000.0)
    assert person.where({"phone": phone, "watch": _at("sofa", 4000.0 - WORN_FOR_S + 1.0)}).beacon == "watch"
    charging = Companions(("phone", "watch"), worn=("watch",))
    assert charging.where({"phone": phone, "watch": _at("bath", 4000.0 - WORN_FOR_S - MARGIN_S)}).beacon == "phone"


def test_those_in_one_room_make_one_surer_place() -> None:
    person = Companions(("phone", "watch", "keys"))
    where = person.where(
        {
            "phone": _at("kitchen", 100.0, x=2.0),
            "watch": _at("kitchen", 200.0, x=3.0),
            "keys": _at("hall", 50.0, x=9.0),
        }
    )
    assert where.position == pytest.approx((2.5, 1.0))
    assert where.accuracy is not None
    assert where.accuracy < 1.0


def test_away_is_only_who_has_left_with_everything() -> None:
    person = Companions(("phone", "watch", "lost"))
    assert not person.where({}).away
    assert person.where({"phone": _at(None, None, away=True), "watch": _at(None, None)}).away
    where = person.where({"phone": _at(None, None, away=True), "watch": _at("kitchen", None)})
    assert (where.away, where.room) == (False, "kitchen")
