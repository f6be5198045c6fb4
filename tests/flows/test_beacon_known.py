"""Beacons that other integrations know, and the one that is held to a receiver."""

from __future__ import annotations

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.flows.beacon_steps import IRK, go_on, offered, start
from tests.house import TAG_ADDRESS, TAG_UUID, House, ibeacon_data


async def test_takes_what_other_integrations_know(house: House) -> None:
    await house.async_set_up()
    add_known(house)
    result = await start(house, "known")
    assert list(offered(result).values()) == [
        "Anna's phone · Companion app",
        "Anna's watch · Private BLE Device",
        "Keys · iBeacon",
        "Purse · iBeacon",
    ]
    (watch,) = [value for value, label in offered(result).items() if "watch" in label]
    assert IRK not in str(result)
    result = await go_on(house, result, {"device": watch})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert (result["title"], result["data"]["identities"]) == (
        "Anna's watch",
        [{"kind": "private_address", "irk": IRK}],
    )
    result = await start(house, "known")
    assert len(offered(result)) == 3
    assert result["errors"] == {}
    (phone,) = [value for value, label in offered(result).items() if "phone" in label]
    result = await go_on(house, result, {"device": phone, "name": "Phone"})
    assert result["title"] == "Phone"
    assert result["data"]["identities"] == [{"kind": "ibeacon", "uuid": TAG_UUID, "major": 100, "minor": 40004}]


async def test_says_that_nothing_is_known(house: House) -> None:
    await house.async_set_up()
    result = await start(house, "known")
    assert (offered(result), result["errors"]) == ({}, {"base": "nothing_known"})


def add_known(house: House) -> None:
    """Let other integrations know a watch, two tags and a phone, and some things that make no sense."""
    hass, devices = house.hass, dr.async_get(house.hass)
    for title, irk in (("Anna's watch", IRK), ("Broken", "beef")):
        MockConfigEntry(domain="private_ble_device", title=title, data={"irk": irk}).add_to_hass(hass)
    trackers = MockConfigEntry(domain="ibeacon", title="iBeacon Tracker")
    trackers.add_to_hass(hass)
    for name, identifier in (
        ("Keys", f"{TAG_UUID}_1_2"),
        ("Purse", f"{TAG_UUID}_1_3_C4:00:00:00:00:01"),
        ("Strange", "nonsense"),
    ):
        devices.async_get_or_create(config_entry_id=trackers.entry_id, identifiers={("ibeacon", identifier)}, name=name)
    phone = MockConfigEntry(domain="mobile_app", title="Anna's phone")
    phone.add_to_hass(hass)
    for sensor, attributes in (
        ("ble_emitter", {"id": f"{TAG_UUID.upper()}-100-40004"}),
        ("battery_level", {"id": f"{TAG_UUID}-1-1"}),
    ):
        entity = er.async_get(hass).async_get_or_create("sensor", "mobile_app", f"webhook_{sensor}", config_entry=phone)
        hass.states.async_set(entity.entity_id, "Transmitting", attributes)


async def hold(house: House, seconds: int, near_dbm: int | None) -> SubentryFlowResult:
    """Choose the kitchen's receiver, and hold the tag to it (or not at all) while a television is loud."""
    kitchen = house.proxies["kitchen"]

    def hear(tag_dbm: int | None) -> None:
        kitchen.hear("D2:00:00:00:00:0E", -45, name="Television")
        if tag_dbm is not None:
            kitchen.hear(TAG_ADDRESS, tag_dbm, manufacturer_data=ibeacon_data())

    hear(-80 if near_dbm is not None else None)
    result = await start(house, "hold")
    flow_id = result["flow_id"]
    result = await house.hass.config_entries.subentries.async_configure(flow_id, {"source": house.source("kitchen")})
    assert result["type"] is FlowResultType.SHOW_PROGRESS
    assert result["description_placeholders"] == {"scanner": "Kitchen proxy"}
    for _ in range(seconds):
        hear(near_dbm)
        await house.clock.async_pass(1)
    return await house.hass.config_entries.subentries.async_configure(flow_id)


async def test_the_one_that_is_held_near_comes_first_and_soon(house: House) -> None:
    await house.async_set_up()
    result = await hold(house, 6, -42)
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "near")
    assert list(offered(result).values()) == [
        f"{TAG_UUID}/1/2 · -42 dBm · Kitchen proxy",
        "Television · D2:00:00:00:00:0E · -45 dBm · Kitchen proxy",
    ]
    result = await go_on(house, result, {"device": next(iter(offered(result))), "name": "Keys"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Keys"


async def test_listens_on_while_it_is_not_clear_and_again_when_asked(house: House) -> None:
    await house.async_set_up()
    result = await hold(house, 6, -76)
    assert result["type"] is FlowResultType.SHOW_PROGRESS
    for _ in range(20):
        await house.clock.async_pass(1)
    result = await house.hass.config_entries.subentries.async_configure(result["flow_id"])
    assert len(offered(result)) == 2
    result = await go_on(house, result, {})
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "hold")


async def test_says_that_the_receiver_heard_nothing(house: House) -> None:
    await house.async_set_up()
    await go_on(house, await start(house, "address"), {"identity": "D2:00:00:00:00:0E", "name": "Television"})
    result = await hold(house, 26, None)
    assert (offered(result), result["errors"]) == ({}, {"base": "nothing_heard"})


async def test_a_receiver_that_went_away(house: House) -> None:
    await house.async_set_up()
    result = await start(house, "hold")
    house.disconnect("kitchen")
    result = await go_on(house, result, {"source": house.source("kitchen")})
    assert result["errors"] == {"source": "scanner_gone"}


async def test_without_receivers_there_is_nothing_to_hold_it_to(house: House) -> None:
    await house.async_set_up()
    for area_id in tuple(house.proxies):
        house.disconnect(area_id)
    assert (await start(house, "hold"))["reason"] == "no_receivers"
