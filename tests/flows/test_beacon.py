"""Adding and changing beacons."""

from __future__ import annotations

from typing import Any

import pytest
from homeassistant.config_entries import SubentryFlowResult
from homeassistant.data_entry_flow import FlowResultType

from tests.house import TAG_ADDRESS, TAG_UUID, House, ibeacon_data

EDDYSTONE_UUID = "0000feaa-0000-1000-8000-00805f9b34fb"
NAMESPACE = "00112233445566778899"
INSTANCE = "aabbccddeeff"
IRK = "ec0234a357c8ad05341010a60a397d9b"  # sample data of the Bluetooth Core Specification, Vol 3 Part H D.7


async def start(house: House, step: str) -> SubentryFlowResult:
    assert house.entry
    flow = house.hass.config_entries.subentries
    result = await flow.async_init((house.entry.entry_id, "beacon"), context={"source": "user"})
    assert result["type"] is FlowResultType.MENU
    return await flow.async_configure(result["flow_id"], {"next_step_id": step})


async def go_on(house: House, result: SubentryFlowResult, user_input: dict[str, Any]) -> SubentryFlowResult:
    result = await house.hass.config_entries.subentries.async_configure(result["flow_id"], user_input)
    await house.hass.async_block_till_done()
    return result


def offered(result: SubentryFlowResult) -> dict[str, str]:
    """Return the listed beacons: value and label."""
    schema = result["data_schema"]
    assert schema is not None
    selector = next(selector for key, selector in schema.schema.items() if key == "device")
    return {option["value"]: option["label"] for option in selector.config["options"]}


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
    uid = b"\x00\xe7" + bytes.fromhex(NAMESPACE + INSTANCE)
    kitchen.hear("C4:00:00:00:00:0C", -60, service_data={EDDYSTONE_UUID: uid})
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


async def reconfigure(house: House, beacon_id: str, user_input: dict[str, Any]) -> SubentryFlowResult:
    assert house.entry
    result = await house.hass.config_entries.subentries.async_init(
        (house.entry.entry_id, "beacon"), context={"source": "reconfigure", "subentry_id": beacon_id}
    )
    assert result["step_id"] == "reconfigure"
    return await go_on(house, result, user_input)


async def test_changes_name_and_strength(house: House) -> None:
    await house.async_set_up()
    beacon_id = await house.async_add_beacon()
    tracker = house.runtime.positioning.tracks[beacon_id].tracker
    result = await reconfigure(house, beacon_id, {"name": "Anna's keys", "reference_rssi": -65})
    assert result["reason"] == "reconfigure_successful"
    assert house.state("sensor.tag_room").name == "Anna's keys Room"
    await house.clock.async_pass(2)
    assert house.runtime.positioning.model.beacon(beacon_id).reference_rssi == -65
    assert house.runtime.positioning.tracks[beacon_id].tracker is tracker


async def test_changes_the_identity_and_keeps_the_tracker(house: House) -> None:
    await house.async_set_up()
    beacon_id = await house.async_add_beacon(f"{TAG_UUID}/1/2")
    tracker = house.runtime.positioning.tracks[beacon_id].tracker
    await reconfigure(house, beacon_id, {"name": "Tag", "identity": f"{TAG_UUID}/1/9"})
    await house.async_stay("kitchen", 3)
    assert house.runtime.ingest.receptions.per_beacon[beacon_id] == 0
    await house.async_stay("kitchen", 3, manufacturer_data=ibeacon_data(minor=9))
    assert house.runtime.ingest.receptions.per_beacon[beacon_id] == 9
    assert house.runtime.positioning.tracks[beacon_id].tracker is tracker


async def test_refuses_nonsense_when_changing(house: House) -> None:
    await house.async_set_up()
    beacon_id = await house.async_add_beacon(f"{TAG_UUID}/1/2")
    await house.async_add_beacon(f"{TAG_UUID}/1/3", name="Other")
    result = await reconfigure(house, beacon_id, {"name": "Tag", "identity": "nonsense"})
    assert result["errors"] == {"identity": "invalid_uuid"}
    result = await go_on(house, result, {"name": "Tag", "identity": f"{TAG_UUID}/1/3"})
    assert result["errors"] == {"identity": "already_tracked"}
    result = await go_on(house, result, {"name": "Tag", "identity": f"{TAG_UUID}/1/2"})
    assert result["reason"] == "reconfigure_successful"
