"""Adding and changing beacons."""

from __future__ import annotations

from typing import Any

import pytest
from homeassistant.config_entries import SubentryFlowResult
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.indoor_positioning.const import DOMAIN
from custom_components.indoor_positioning.flows.identity_steps import WAYS
from tests.house import TAG_ADDRESS, TAG_UUID, House, ibeacon_data
from tests.protocols import EIK, INSTANCE, NAMESPACE, eid_payload, resolvable_address, uid_payload
from tests.protocols import IRK as IRK_BYTES

IRK = IRK_BYTES.hex()


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


def suggested(result: SubentryFlowResult) -> dict[str, Any]:
    """Return what the fields of a form are filled with."""
    schema = result["data_schema"]
    assert schema is not None
    fields = {str(key): (key.description or {}).get("suggested_value") for key in schema.schema}
    return {name: value for name, value in fields.items() if value is not None}


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


async def reconfigure(house: House, beacon_id: str, step: str) -> SubentryFlowResult:
    assert house.entry
    flow = house.hass.config_entries.subentries
    result = await flow.async_init(
        (house.entry.entry_id, "beacon"), context={"source": "reconfigure", "subentry_id": beacon_id}
    )
    assert (result["type"], result["step_id"]) == (FlowResultType.MENU, "reconfigure")
    return await flow.async_configure(result["flow_id"], {"next_step_id": step})


async def add_identity(house: House, beacon_id: str, way: str, user_input: dict[str, Any]) -> SubentryFlowResult:
    result = await reconfigure(house, beacon_id, "add_identity")
    result = await house.hass.config_entries.subentries.async_configure(result["flow_id"], {"next_step_id": way})
    return await go_on(house, result, user_input)


async def test_changes_name_and_strength(house: House) -> None:
    await house.async_set_up()
    beacon_id = await house.async_add_beacon()
    tracker = house.runtime.positioning.tracks[beacon_id].tracker
    result = await reconfigure(house, beacon_id, "settings")
    assert suggested(result) == {"name": "Tag"}
    result = await go_on(house, result, {"name": "Anna's keys", "reference_rssi": -65})
    assert result["reason"] == "reconfigure_successful"
    assert house.state("sensor.tag_room").name == "Anna's keys Room"
    await house.clock.async_pass(2)
    assert house.runtime.positioning.model.beacon(beacon_id).reference_rssi == -65
    assert house.runtime.positioning.tracks[beacon_id].tracker is tracker


async def test_several_identities_are_one_track(house: House) -> None:
    await house.async_set_up()
    assert house.entry
    beacon_id = await house.async_add_beacon(f"{TAG_UUID}/1/2")
    tracker = house.runtime.positioning.tracks[beacon_id].tracker
    assert made_by(house, beacon_id) == ("iBeacon", "Apple")
    result = await add_identity(house, beacon_id, "private_address", {"identity": IRK, "name": "Anna"})
    assert result["reason"] == "added_unheard"
    assert made_by(house, beacon_id) == ("iBeacon, Private address", "Apple, Bluetooth SIG")
    subentry = house.entry.subentries[beacon_id]
    assert subentry.title == "Anna"
    assert [one["kind"] for one in subentry.data["identities"]] == ["ibeacon", "private_address"]
    house.transmit("kitchen")
    house.transmit("kitchen", resolvable_address(5), name="Phone")
    assert house.runtime.ingest.receptions.per_beacon == {beacon_id: 6}
    assert house.runtime.positioning.tracks[beacon_id].tracker is tracker


def made_by(house: House, beacon_id: str) -> tuple[str | None, str | None]:
    """Return what the device page says."""
    assert house.entry
    devices = dr.async_get(house.hass)
    device = devices.async_get_device_by_identifier((DOMAIN, beacon_id), house.entry.entry_id)
    assert device
    return device.model, device.manufacturer


async def test_picks_a_further_identity(house: House) -> None:
    await house.async_set_up()
    assert house.entry
    beacon_id = await house.async_add_beacon(IRK, kind="private_address", name="Phone")
    house.transmit("kitchen", name="Keys", manufacturer_data=ibeacon_data())
    result = await reconfigure(house, beacon_id, "add_identity")
    result = await house.hass.config_entries.subentries.async_configure(result["flow_id"], {"next_step_id": "pick"})
    (value,) = offered(result)
    assert suggested(result) == {"name": "Phone"}
    result = await go_on(house, result, {"device": value})
    assert result["reason"] == "reconfigure_successful"
    assert house.entry.subentries[beacon_id].title == "Phone"
    assert len(house.entry.subentries[beacon_id].data["identities"]) == 2


async def test_removes_identities_but_not_all(house: House) -> None:
    await house.async_set_up()
    assert house.entry
    beacon_id = await house.async_add_beacon(f"{TAG_UUID}/1/2")
    await add_identity(house, beacon_id, "ibeacon", {"identity": f"{TAG_UUID}/1/9", "name": "Tag"})
    result = await reconfigure(house, beacon_id, "remove_identity")
    result = await go_on(house, result, {"remove": ["0", "1"]})
    assert result["errors"] == {"remove": "none_left"}
    result = await go_on(house, result, {"remove": ["0"]})
    assert result["reason"] == "reconfigure_successful"
    await house.async_stay("kitchen", 3)
    assert house.runtime.ingest.receptions.per_beacon[beacon_id] == 0
    await house.async_stay("kitchen", 3, manufacturer_data=ibeacon_data(minor=9))
    assert house.runtime.ingest.receptions.per_beacon[beacon_id] == 9
    # What was given up is free for another beacon.
    assert await house.async_add_beacon(f"{TAG_UUID}/1/2", name="Other") != beacon_id


async def test_a_last_identity_cannot_be_removed(house: House) -> None:
    await house.async_set_up()
    assert house.entry
    beacon_id = await house.async_add_beacon()
    result = await house.hass.config_entries.subentries.async_init(
        (house.entry.entry_id, "beacon"), context={"source": "reconfigure", "subentry_id": beacon_id}
    )
    assert result["menu_options"] == ["settings", "add_identity", "sensors", "add_link"]


async def test_refuses_nonsense_and_what_is_tracked_when_adding(house: House) -> None:
    await house.async_set_up()
    beacon_id = await house.async_add_beacon(f"{TAG_UUID}/1/2")
    await house.async_add_beacon(f"{TAG_UUID}/1/3", name="Other")
    result = await add_identity(house, beacon_id, "ibeacon", {"identity": "nonsense", "name": "Tag"})
    assert result["errors"] == {"identity": "invalid_uuid"}
    for taken, other in ((f"{TAG_UUID}/1/3", "Other"), (f"{TAG_UUID}/1/2", "Tag")):
        result = await go_on(house, result, {"identity": taken, "name": "Tag"})
        assert result["errors"] == {"identity": "already_tracked"}
        assert result["description_placeholders"] == {"other": other}


@pytest.mark.parametrize(
    ("given", "errors"),
    [
        ({"identity": IRK[:-2], "rotation_exponent": 10}, {"identity": "invalid_key_length"}),
        ({"identity": "not a key!", "rotation_exponent": 10}, {"identity": "invalid_key_encoding"}),
    ],
)
async def test_an_ephemeral_identifier_needs_its_key(
    house: House, given: dict[str, Any], errors: dict[str, str]
) -> None:
    await house.async_set_up()
    result = await start(house, "eddystone_eid")
    result = await go_on(house, result, {**given, "name": "Locker"})
    assert result["errors"] == errors
    assert given["identity"] not in str(result), "a key is not shown again, not even a wrong one"
    assert suggested(result) == {"name": "Locker", "rotation_exponent": 10}
    result = await go_on(house, result, {"identity": EIK.hex(), "rotation_exponent": 10, "name": "Locker"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await house.async_stay("kitchen", 3, "42:00:00:00:00:01", **eid_payload(house.clock.time()))
    assert house.state("sensor.locker_assurance").state == "cryptographic"


@pytest.mark.parametrize(
    ("kind", "key"),
    [("private_address", {"identity": IRK}), ("eddystone_eid", {"identity": EIK.hex(), "rotation_exponent": 10})],
)
async def test_says_at_the_end_that_nothing_matches_a_key(house: House, kind: str, key: dict[str, Any]) -> None:
    await house.async_set_up()
    given = {**key, "name": "Phone"}
    house.transmit("kitchen", "43:00:00:00:00:01", name="Stranger")
    result = await go_on(house, await start(house, kind), given)
    assert (result["type"], result["description"]) == (FlowResultType.CREATE_ENTRY, "unheard")
    beacon_id = await house.async_add_beacon()
    wrong = {**given, "identity": "00" * 15 + "01", "name": "Tag"}
    assert (await add_identity(house, beacon_id, kind, wrong))["reason"] == "added_unheard"


@pytest.mark.parametrize("further", [False, True])
async def test_says_nothing_where_a_key_matches(house: House, further: bool) -> None:
    await house.async_set_up()
    beacon_id = await house.async_add_beacon()
    house.transmit("kitchen", resolvable_address(7), name="Phone")
    given = {"identity": IRK, "name": "Phone"}
    if further:
        assert (await add_identity(house, beacon_id, "private_address", given))["reason"] == "reconfigure_successful"
        return
    result = await go_on(house, await start(house, "private_address"), given)
    assert (result["type"], result["description"]) == (FlowResultType.CREATE_ENTRY, None)


async def test_says_nothing_where_an_ephemeral_identifier_matches(house: House) -> None:
    await house.async_set_up()
    house.transmit("kitchen", "42:00:00:00:00:01", **eid_payload(house.clock.time()))
    given = {"identity": EIK.hex(), "rotation_exponent": 10, "name": "Locker"}
    assert (await go_on(house, await start(house, "eddystone_eid"), given))["description"] is None


async def test_an_ephemeral_identifier_with_a_clock_of_its_own(house: House) -> None:
    await house.async_set_up()
    given = {"identity": EIK.hex(), "rotation_exponent": 4, "clock_offset": -123456, "name": "Locker"}
    result = await go_on(house, await start(house, "eddystone_eid"), given)
    assert result["data"]["identities"] == [
        {"kind": "eddystone_eid", "identity_key": EIK.hex(), "rotation_exponent": 4, "clock_offset": -123456}
    ]


async def test_a_pattern_is_described_and_matches(house: House) -> None:
    await house.async_set_up()
    given = {"manufacturer_id": "0x0059", "manufacturer_data": "0102ff", "manufacturer_mask": "ffff00", "name": "Box"}
    result = await go_on(house, await start(house, "pattern"), given)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await house.async_stay("kitchen", 3, manufacturer_data={0x0059: b"\x01\x02\x07\x08"})
    assert house.runtime.ingest.receptions.delivered == 9


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({}, "invalid_pattern"),
        ({"manufacturer_id": "nordic"}, "invalid_pattern"),
        ({"manufacturer_data": "01"}, "invalid_pattern"),
        ({"manufacturer_id": "0059", "manufacturer_data": "0g"}, "invalid_pattern"),
        ({"service_uuid": "fee"}, "invalid_pattern"),
        ({"manufacturer_id": "004c"}, "pattern_too_wide"),
        ({"local_name": "T*"}, "pattern_too_wide"),
        ({"local_name": "Tag 1"}, "already_tracked"),
        ({"local_name": "Tag*"}, "identity_overlaps"),
    ],
)
async def test_a_pattern_that_will_not_do(house: House, given: dict[str, str], problem: str) -> None:
    await house.async_set_up()
    await go_on(house, await start(house, "pattern"), {"local_name": "Tag 1", "name": "First"})
    result = await go_on(house, await start(house, "pattern"), {**given, "name": "Second"})
    assert result["errors"] == {"base": problem}


async def test_a_pattern_must_not_take_the_packets_of_another_beacon(house: House) -> None:
    await house.async_set_up()
    await house.async_add_beacon(f"{TAG_UUID}/1/2", name="Tag")
    given = {"manufacturer_id": "004c", "manufacturer_data": "0215", "name": "All"}
    result = await go_on(house, await start(house, "pattern"), given)
    assert result["errors"] == {"base": "identity_overlaps"}
    assert result["description_placeholders"] == {"other": "Tag"}


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


async def test_strength_and_name_come_with_a_further_identity(house: House) -> None:
    await house.async_set_up()
    assert house.entry
    beacon_id = await house.async_add_beacon()
    given = {"identity": IRK, "name": "Anna", "reference_rssi": -61}
    await add_identity(house, beacon_id, "private_address", given)
    assert house.entry.subentries[beacon_id].data["reference_rssi"] == -61
