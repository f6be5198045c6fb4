"""Adding beacons."""

from __future__ import annotations

from typing import Any

import pytest
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.indoor_positioning.flows.identity_steps import WAYS
from tests.flows.beacon_steps import IRK, go_on, offered, start
from tests.house import TAG_ADDRESS, TAG_UUID, House, ibeacon_data
from tests.protocols import INSTANCE, NAMESPACE, uid_payload


@pytest.mark.parametrize(
    ("kind", "text", "stored"),
    [
        ("ibeacon", TAG_UUID, {"kind": "ibeacon", "uuid": TAG_UUID}),
        ("ibeacon", f"{TAG_UUID.upper()}/3", {"kind": "ibeacon", "uuid": TAG_UUID, "major": 3}),
        ("private_address", IRK, {"kind": "private_address", "irk": IRK}),
        ("private_address", "7AI0o1fIrQU0EBCmCjl9mw==", {"kind": "private_address", "irk": IRK}),
        (
            "eddystone_uid",
            NAMESPACE + INSTANCE,
            {"kind": "eddystone_uid", "namespace": NAMESPACE, "instance": INSTANCE},
        ),
        ("address", "c4-00-00-00-00-01", {"kind": "address", "address": TAG_ADDRESS}),
        ("altbeacon", f"{TAG_UUID}/1/2", {"kind": "altbeacon", "uuid": TAG_UUID, "major": 1, "minor": 2}),
        ("eddystone_url", "https://example.org/", {"kind": "eddystone_url", "url": "https://example.org/"}),
        ("uribeacon", "https://example.org/", {"kind": "uribeacon", "uri": "https://example.org/"}),
    ],
)
async def test_takes_what_is_typed(house: House, kind: str, text: str, stored: dict[str, Any]) -> None:
    await house.async_set_up()
    result = await start(house, kind)
    assert result["step_id"] == kind
    result = await go_on(house, result, {"identity": text, "name": "Keys", "reference_rssi": -62})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Keys"
    (identity,) = result["data"]["identities"]
    assert {key: value for key, value in identity.items() if value is not None} == stored
    assert result["data"]["reference_rssi"] == -62


@pytest.mark.parametrize(
    ("kind", "text", "problem"),
    [
        ("ibeacon", "2f234454", "invalid_uuid"),
        ("ibeacon", f"{TAG_UUID}/65536", "invalid_major_minor"),
        ("private_address", IRK[:-2], "invalid_key_length"),
        ("private_address", "not a key!", "invalid_key_encoding"),
        ("eddystone_uid", NAMESPACE[:-1], "invalid_namespace"),
        ("eddystone_uid", NAMESPACE + "aa", "invalid_instance"),
        ("address", "C4:00:00:00:00", "invalid_address"),
        ("eddystone_url", "no address", "invalid_url"),
    ],
)
async def test_says_what_is_wrong_and_takes_the_next_try(house: House, kind: str, text: str, problem: str) -> None:
    await house.async_set_up()
    result = await start(house, kind)
    result = await go_on(house, result, {"identity": text, "name": "Keys"})
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"identity": problem}
    right = {
        "ibeacon": TAG_UUID,
        "private_address": IRK,
        "eddystone_uid": NAMESPACE,
        "address": TAG_ADDRESS,
        "eddystone_url": "https://example.org/",
    }
    result = await go_on(house, result, {"identity": right[kind], "name": "Keys"})
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(("text", "problem"), [(f"{TAG_UUID}/1/2", "already_tracked"), (TAG_UUID, "identity_overlaps")])
async def test_refuses_what_is_tracked_already(house: House, text: str, problem: str) -> None:
    await house.async_set_up()
    await house.async_add_beacon(f"{TAG_UUID}/1/2", name="Tag")
    result = await go_on(house, await start(house, "ibeacon"), {"identity": text, "name": "Another"})
    assert result["errors"] == {"identity": problem}
    assert result["description_placeholders"] == {"other": "Tag"}


async def test_lists_what_is_heard_strongest_first(house: House) -> None:
    await house.async_set_up()
    kitchen = house.proxies["kitchen"]
    kitchen.hear("C4:00:00:00:00:0A", -80, manufacturer_data=ibeacon_data(minor=7), name="Far tag")
    kitchen.hear("44:00:00:00:00:0B", -50, manufacturer_data=ibeacon_data(minor=8))
    kitchen.hear("C4:00:00:00:00:0C", -60, **uid_payload())
    kitchen.hear("12:00:00:00:00:0D", -55, name="Scale", address_type=0)
    kitchen.hear("D2:00:00:00:00:0E", -70, name="Static")
    result = await start(house, "pick")
    assert list(offered(result).values()) == [
        f"{TAG_UUID}/1/8 · -50 dBm · Kitchen proxy",
        "Scale · 12:00:00:00:00:0D · -55 dBm · Kitchen proxy",
        f"{NAMESPACE}/{INSTANCE} · -60 dBm · Kitchen proxy",
        "Static · D2:00:00:00:00:0E · -70 dBm · Kitchen proxy",
        f"Far tag · {TAG_UUID}/1/7 · -80 dBm · Kitchen proxy",
    ]


async def test_lists_an_identity_once(house: House) -> None:
    await house.async_set_up()
    for number, rssi in ((1, -70), (2, -60), (3, -80)):
        house.proxies["kitchen"].hear(f"44:00:00:00:00:0{number}", rssi, manufacturer_data=ibeacon_data())
    assert list(offered(await start(house, "pick")).values()) == [f"{TAG_UUID}/1/2 · -60 dBm · Kitchen proxy"]


async def test_lists_nothing_that_cannot_be_tracked(house: House) -> None:
    await house.async_set_up()
    await house.async_add_beacon(f"{TAG_UUID}/1/2")
    kitchen = house.proxies["kitchen"]
    kitchen.hear("44:00:00:00:00:01", -50, name="Resolvable private address")
    kitchen.hear("04:00:00:00:00:02", -50, name="Passing address")
    kitchen.hear("C4:00:00:00:00:03", -50, age=300.0, name="Long gone")
    kitchen.hear("C4:00:00:00:00:04", 127, name="No signal strength")
    kitchen.hear("C4:00:00:00:00:05", -50, manufacturer_data=ibeacon_data())
    assert offered(await start(house, "pick")) == {}


async def test_picks_from_the_list_and_looks_again(house: House) -> None:
    await house.async_set_up()
    result = await start(house, "pick")
    assert result["description_placeholders"] == {"count": "0"}
    assert result["errors"] == {}
    result = await go_on(house, result, {})
    assert result["errors"] == {"base": "nothing_heard"}
    house.transmit("kitchen", name="Keys", manufacturer_data=ibeacon_data())
    result = await go_on(house, result, {})
    assert result["errors"] == {}
    (value,) = offered(result)
    result = await go_on(house, result, {"device": value})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Keys"
    assert result["data"]["identities"][0]["minor"] == 2
    await house.async_stay("kitchen", 5)
    assert house.state("sensor.keys_room").state == "Kitchen"


async def test_refuses_a_pick_that_was_tracked_meanwhile(house: House) -> None:
    await house.async_set_up()
    house.transmit("kitchen")
    result = await start(house, "pick")
    (value,) = offered(result)
    await house.async_add_beacon(f"{TAG_UUID}/1/2", name="Quicker")
    result = await go_on(house, result, {"device": value, "name": "Slower"})
    assert result["errors"] == {"device": "already_tracked"}
    assert result["description_placeholders"] == {"count": "0", "other": "Quicker"}


@pytest.mark.parametrize("way", WAYS)
async def test_every_form_reaches_the_browser(house: House, hass_client: ClientSessionGenerator, way: str) -> None:
    assert await async_setup_component(house.hass, "config", {})
    await house.async_set_up()
    assert house.entry
    house.transmit("kitchen")
    client = await hass_client()
    flows = "/api/config/config_entries/subentries/flow"
    answer = await client.post(flows, json={"handler": [house.entry.entry_id, "beacon"]})
    menu = await answer.json()
    assert way in menu["menu_options"]
    answer = await client.post(f"{flows}/{menu['flow_id']}", json={"next_step_id": way})
    form = await answer.json()
    assert (answer.status, form["type"], form["step_id"]) == (200, "form", way)
    assert all(field["selector"] for field in form["data_schema"])
