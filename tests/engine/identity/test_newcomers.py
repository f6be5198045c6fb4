"""Who is offered: what stays for hours, one at a time, and no appliance."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise

from custom_components.indoor_positioning.engine.identity import parse_identity
from custom_components.indoor_positioning.engine.identity.newcomers import (
    LOOK_INTERVAL_S,
    LOOKS_NEEDED,
    OFFER_INTERVAL_S,
    OPEN_OFFERS,
    STRANGERS_REMEMBERED,
    Newcomers,
    Stranger,
)

UUID = "2f234454-cf6d-4a0f-adf2-f4911ba9ffa6"


def tag(minor: int = 1, rssi: float = -60.0, anchor: str = "hall") -> Stranger:
    return Stranger(parse_identity("ibeacon", f"{UUID}/1/{minor}"), f"Tag {minor}", anchor, rssi)


def appliance(rssi: float = -50.0, anchor: str = "hall") -> Stranger:
    return Stranger(parse_identity("address", "D2:00:00:00:00:0E"), "Television", anchor, rssi)


def offered(heard: Callable[[int], Iterable[Stranger]], looks: int, open_offers: int = 0) -> list[tuple[int, str]]:
    """Return when somebody was asked about, and who."""
    newcomers = Newcomers()
    chosen = [newcomers.look(look * LOOK_INTERVAL_S, heard(look), open_offers) for look in range(looks)]
    return [(look, one.title) for look, one in enumerate(chosen) if one]


def test_one_that_stays_is_offered_after_hours() -> None:
    assert offered(lambda look: [tag()], LOOKS_NEEDED + 10) == [(LOOKS_NEEDED - 1, "Tag 1")]


def test_a_guest_is_not() -> None:
    assert offered(lambda look: [tag()] if look < LOOKS_NEEDED - 1 else [], 1000) == []


def test_one_that_is_faint_is_not() -> None:
    assert offered(lambda look: [tag(rssi=-75.0)], 1000) == []


def test_one_that_comes_as_often_as_it_goes_is_not() -> None:
    assert offered(lambda look: [tag()] if look % 120 < 60 else [], 5000) == []


def test_one_that_misses_some_looks_is_offered_later() -> None:
    ((look, _title),) = offered(lambda look: [] if look % 4 == 3 else [tag()], 600)
    assert LOOKS_NEEDED * 1.5 < look < LOOKS_NEEDED * 2.5


def test_there_is_no_flood() -> None:
    crowd = [tag(minor) for minor in range(200)]
    asked = offered(lambda look: crowd, 24 * 60)
    assert 1 < len(asked) <= 24 * 3600 / OFFER_INTERVAL_S
    pauses = [later - earlier for (earlier, _), (later, _) in pairwise(asked)]
    assert min(pauses) >= OFFER_INTERVAL_S / LOOK_INTERVAL_S


def test_who_has_not_answered_is_not_asked_more() -> None:
    assert offered(lambda look: [tag()], 1000, open_offers=OPEN_OFFERS) == []


def test_few_are_remembered() -> None:
    newcomers = Newcomers()
    newcomers.look(0.0, [tag(minor) for minor in range(1000)], 0)
    assert len(newcomers._known) == STRANGERS_REMEMBERED


def test_an_appliance_is_not_offered_however_loud() -> None:
    assert offered(lambda look: [appliance()], 2000) == []
    assert offered(lambda look: [appliance(-65.0, "hall" if look % 2 else "kitchen")], 2000) == []


def test_a_bare_address_that_is_carried_about_is_offered() -> None:
    assert offered(lambda look: [appliance(-55.0, "hall" if look < 100 else "kitchen")], LOOKS_NEEDED + 5) == [
        (LOOKS_NEEDED - 1, "Television")
    ]
