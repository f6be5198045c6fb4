"""People who carry several beacons, in a running Home Assistant."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.data_entry_flow import FlowResultType

from tests.house import House
from tests.test_services import OTHER_ADDRESS, two_tags


async def add_person(house: House, **user_input: Any) -> SubentryFlowResult:
    assert house.entry
    flow = house.hass.config_entries.subentries
    result = await flow.async_init((house.entry.entry_id, "person"), context={"source": "user"})
    if result["type"] is FlowResultType.FORM:
        result = await flow.async_configure(result["flow_id"], user_input)
    await house.hass.async_block_till_done()
    return result


async def be(house: House, first: str, second: str, seconds: int) -> None:
    """Let both tags be heard, each in its room."""
    for _ in range(seconds):
        house.transmit(first)
        house.transmit(second, OTHER_ADDRESS, name="Second")
        await house.clock.async_pass(1)


async def test_a_person_is_where_the_moved_beacon_is(house: House) -> None:
    first, second = await two_tags(house)
    assert (await add_person(house, name="Ada", beacons=[first, second]))["type"] is FlowResultType.CREATE_ENTRY
    assert house.state("device_tracker.ada").state == "home"
    await be(house, "kitchen", "kitchen", 30)
    assert house.state("sensor.ada_room").state == "Kitchen"
    # `Tag` stays on the table.
    await be(house, "kitchen", "living_room", 30)
    state = house.state("sensor.ada_room")
    assert (state.state, state.attributes["beacon"], state.attributes["area_id"]) == (
        "Living room",
        "Second",
        "living_room",
    )
    assert 4.0 <= state.attributes["x"] <= 8.0
    await house.clock.async_pass(70)
    assert house.state("sensor.ada_room").state == "away"
    assert house.state("device_tracker.ada").state == "not_home"


async def test_a_person_is_changed_and_removed_while_running(house: House) -> None:
    first, second = await two_tags(house)
    await add_person(house, name="Ada", beacons=[first, second], worn=[second])
    assert house.entry
    person = next(one for one in house.entry.subentries.values() if one.subentry_type == "person")
    flow = house.hass.config_entries.subentries
    result = await flow.async_init(
        (house.entry.entry_id, "person"), context={"source": "reconfigure", "subentry_id": person.subentry_id}
    )
    result = await flow.async_configure(result["flow_id"], {"name": "Ada", "beacons": [first]})
    assert result["type"] is FlowResultType.ABORT
    await house.hass.async_block_till_done()
    await be(house, "bedroom", "living_room", 25)
    assert house.state("sensor.ada_room").attributes["beacon"] == "Tag"
    house.hass.config_entries.async_remove_subentry(house.entry, first)
    await house.hass.async_block_till_done()
    assert house.state("sensor.ada_room").state == "unknown"
    house.hass.config_entries.async_remove_subentry(house.entry, person.subentry_id)
    await house.hass.async_block_till_done()
    await be(house, "bedroom", "living_room", 5)
    assert house.hass.states.get("sensor.ada_room") is None


async def test_what_makes_no_sense_is_refused_in_words(house: House) -> None:
    await house.async_set_up()
    assert (await add_person(house))["reason"] == "no_beacons"
    first = await house.async_add_beacon()
    second = await house.async_add_beacon(OTHER_ADDRESS, kind="address", name="Second")
    for given, errors in (
        ({"name": " ", "beacons": [first]}, {"name": "nameless"}),
        ({"name": "Ada", "beacons": []}, {"beacons": "no_beacon_chosen"}),
        ({"name": "Ada", "beacons": [first], "worn": [second]}, {"worn": "worn_not_carried"}),
    ):
        assert (await add_person(house, **given))["errors"] == errors
