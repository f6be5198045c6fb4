"""Secure zones in a running Home Assistant: who is let in, who is refused, and where that is said."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import pytest
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import Event, HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.indoor_positioning.doors import EVENT_DOOR
from custom_components.indoor_positioning.engine.authorisation import HOLD_S
from custom_components.indoor_positioning.logbook import async_describe_events
from tests.automations import Automation, device_of, trigger
from tests.flows.test_room import suggested
from tests.flows.test_zone import go_on, start, zone_of
from tests.house import TAG_ADDRESS, House, ibeacon_data
from tests.protocols import IRK, resolvable_address

SENSOR = "binary_sensor.safe_authorised_approach"
PHONE = resolvable_address(1)
ANCHORS = {"kitchen": (2.0, 0.0), "living_room": (6.0, 0.0), "bedroom": (10.0, 10.0)}
PLACE = {
    "name": "Safe",
    "floor_id": "ground_floor",
    "rectangle": {"x": 4, "y": 0, "width": 4, "depth": 3},
}
RULES = {"secured": True, "approach_from": ["kitchen"], "anchors": 2, "probability": 0.7}
SAFE = {**PLACE, "secure": RULES}


def secure(**changes: Any) -> dict[str, Any]:
    """Return the input of a secure zone with other settings."""
    return {**PLACE, "secure": {**RULES, **changes}}


async def at(house: House, x: float, seconds: float, address: str = PHONE, **payload: Any) -> None:
    """Let a beacon be at x in the row of rooms, with two packets a second that are heard as strongly as in open air."""
    for _ in range(round(2 * seconds)):
        for area, (place, slab) in ANCHORS.items():
            distance = max(math.hypot(x - place, 0.5), 0.5)
            house.proxies[area].hear(address, round(-59.0 - 22.0 * math.log10(distance) - slab), **payload)
        await house.clock.async_pass(0.5)


async def come(house: House, address: str = PHONE, **payload: Any) -> None:
    """Walk from the kitchen's far end to the safe and stay there."""
    await at(house, 1.0, 12, address, **payload)
    for x in (2.0, 3.0, 4.0, 5.0):
        await at(house, x, 1, address, **payload)
    await at(house, 6.0, 6, address, **payload)


class Told:
    """The events of doors."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.events: list[Event[Any]] = async_capture_events(hass, EVENT_DOOR)

    def take(self) -> list[tuple[str, bool, list[str]]]:
        """Return beacon, whether it was let in, and why not, since the last time."""
        told = [(one.data["beacon"], one.data["authorised"], one.data["reasons"]) for one in self.events]
        self.events.clear()
        return told


@pytest.fixture
async def home(house: House) -> House:
    """A drawn house with a phone that is known by its key."""
    await house.async_set_up()
    await house.async_draw()
    await house.async_add_beacon(IRK.hex(), kind="private_address", name="Phone")
    return house


@pytest.fixture
def told(hass: HomeAssistant) -> Told:
    """What is told from here on."""
    return Told(hass)


async def add(house: House, user_input: dict[str, Any] = SAFE) -> ConfigSubentry:
    """Draw the secure zone through its form."""
    result = await go_on(house, await start(house), user_input)
    assert result["type"] is FlowResultType.CREATE_ENTRY, result
    return zone_of(house, "Safe")


async def test_whoever_comes_with_a_rotating_address_is_let_in(home: House, told: Told) -> None:
    zone = await add(home)
    automation = Automation(home.hass)
    phone = next(one for one in home.runtime.positioning.tracks)
    device = device_of(home.hass, zone.subentry_id)
    await automation.async_set_up(trigger("authorised_approach", device_of(home.hass, phone), zones=[device]))
    states: list[str] = []
    home.hass.bus.async_listen(
        "state_changed",
        lambda event: states.append(event.data["new_state"].state) if event.data["entity_id"] == SENSOR else None,
    )
    await come(home)
    assert told.take() == [("Phone", True, [])]
    (run,) = automation.take()
    assert (run["beacon"], run["where"], run["assurance"]) == ("Phone", "Safe", "rotating")
    assert float(run["probability"]) >= 0.7
    await at(home, 6.0, HOLD_S)
    assert [state for state, _ in itertools.groupby(states)] == ["on", "off"]
    attributes = home.state(SENSOR).attributes
    assert (attributes["last_authorised"], attributes["last_refused"]) == ("Phone", None)


async def test_what_anyone_can_copy_is_refused_and_why_is_shown(home: House, told: Told) -> None:
    await home.async_add_beacon()
    await add(home)
    await come(home, TAG_ADDRESS, manufacturer_data=ibeacon_data())
    ((beacon, authorised, reasons),) = told.take()
    assert (beacon, authorised) == ("Tag", False)
    assert "assurance" in reasons
    state = home.state(SENSOR)
    assert state.state == "off"
    assert state.attributes["last_refused"] == "Tag"
    assert state.attributes["refused_because"] == reasons
    assert state.attributes["refused_at"] is not None


async def test_an_address_that_should_be_out_of_use_is_refused(home: House, told: Told) -> None:
    await add(home)
    await come(home)
    assert told.take() == [("Phone", True, [])]
    await home.clock.async_pass(100)
    home.clock.passed += 3600.0
    await come(home)
    ((_, authorised, reasons),) = told.take()
    assert not authorised
    assert "assurance" in reasons
    await home.clock.async_pass(100)
    await come(home, resolvable_address(2))
    assert told.take() == [("Phone", True, [])]


async def test_whoever_appears_is_refused(home: House, told: Told) -> None:
    await add(home)
    await at(home, 6.0, 20)
    assert told.take() == [("Phone", False, ["no_approach"])]


@pytest.mark.parametrize(("state", "authorised"), [("on", True), ("home", True), ("off", False), (None, False)])
async def test_a_second_factor_must_be_given(home: House, told: Told, state: str | None, *, authorised: bool) -> None:
    if state is not None:
        home.hass.states.async_set("binary_sensor.fingerprint", state)
    await add(home, secure(second_factor="binary_sensor.fingerprint"))
    await come(home)
    assert [said[1] for said in told.take()] == [authorised]
    if not authorised:
        assert home.state(SENSOR).attributes["refused_because"] == ["second_factor"]


async def test_a_suspected_double_is_refused(home: House, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    await add(home)
    (track,) = home.runtime.positioning.tracks.values()
    monkeypatch.setattr(type(track), "clone_suspicion", lambda _track: object())
    await come(home)
    assert told.take() == [("Phone", False, ["clone_suspected"])]


async def test_settings_are_shown_again_and_apply_at_once(home: House, told: Told) -> None:
    zone = await add(home)
    result = await start(home, zone)
    shown = suggested(result)
    assert shown["secure"]["approach_from"] == ["kitchen"]
    runtime = home.runtime
    changed = await go_on(home, result, secure(assurance="cryptographic"))
    assert changed["type"] is FlowResultType.ABORT
    assert home.runtime is runtime
    await come(home)
    assert [said[:2] for said in told.take()] == [("Phone", False)]


async def test_a_zone_that_is_no_longer_secure_lets_nobody_in(home: House, told: Told) -> None:
    zone = await add(home)
    await go_on(home, await start(home, zone), {**SAFE, "secure": {"secured": False}})
    await come(home)
    assert told.take() == []
    assert home.state(SENSOR).state == "unavailable"


async def test_it_only_counts_for_those_it_is_there_for(home: House, told: Told) -> None:
    other = await home.async_add_beacon(name="Tag")
    await add(home, {**SAFE, "beacons": [other]})
    await come(home)
    assert told.take() == []


async def test_beacons_come_and_go(home: House, told: Told) -> None:
    await add(home)
    assert home.entry
    phone = next(one for one in home.entry.get_subentries_of_type("beacon"))
    home.hass.config_entries.async_remove_subentry(home.entry, phone.subentry_id)
    await home.hass.async_block_till_done()
    await home.async_add_beacon(IRK.hex(), kind="private_address", name="Watch")
    await come(home)
    assert told.take() == [("Watch", True, [])]


@pytest.mark.parametrize(
    ("given", "problem"),
    [({"approach_from": []}, "approach_from_missing"), ({"approach_from": ["attic"]}, "approach_from_no_room")],
)
async def test_where_one_comes_from_must_be_said(home: House, given: dict[str, Any], problem: str) -> None:
    result = await go_on(home, await start(home), secure(**given))
    assert result["errors"] == {"base": problem}
    result = await go_on(home, result, SAFE)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_trigger_at_an_ordinary_zone_is_refused(home: House) -> None:
    zone = await home.async_add_zone("Sofa", left=4.0)
    automation = Automation(home.hass)
    phone = next(one for one in home.runtime.positioning.tracks)
    zones = [device_of(home.hass, zone)]
    await automation.async_set_up(trigger("authorised_approach", device_of(home.hass, phone), zones=zones))
    assert not automation.works


@pytest.mark.parametrize(
    ("authorised", "reasons", "message"),
    [
        (True, [], "authorised Phone"),
        (
            False,
            ["assurance", "no_approach"],
            "refused Phone: its identity proves too little, it did not come from where one comes",
        ),
    ],
)
async def test_the_logbook_says_it(
    hass: HomeAssistant, *, authorised: bool, reasons: Sequence[str], message: str
) -> None:
    described: dict[str, Any] = {}
    async_describe_events(hass, lambda domain, event, describe: described.update({event: (domain, describe)}))
    domain, describe = described[EVENT_DOOR]
    data = {"zone": "Safe", "beacon": "Phone", "authorised": authorised, "reasons": list(reasons)}
    assert domain == "indoor_positioning"
    assert describe(Event(EVENT_DOOR, data)) == {"name": "Safe", "message": message}
