"""The identities of beacons that are there: changing, adding, removing, and what a key or a pattern needs."""

from __future__ import annotations

from typing import Any

import pytest
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.helpers import device_registry as dr

from custom_components.indoor_positioning.const import DOMAIN
from tests.flows.beacon_steps import IRK, add_identity, go_on, offered, reconfigure, start, suggested
from tests.house import TAG_UUID, House, ibeacon_data
from tests.protocols import EIK, eid_payload, resolvable_address


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


async def test_how_high_it_is_carried_counts_at_once(house: House) -> None:
    await house.async_set_up()
    await house.async_draw()
    beacon_id = await house.async_add_beacon()
    tracker = house.runtime.positioning.tracks[beacon_id].tracker
    result = await reconfigure(house, beacon_id, "settings")
    result = await go_on(house, result, {"name": "Dog", "carried_height": 2.0})
    assert result["reason"] == "reconfigure_successful"
    await house.clock.async_pass(2)
    model = house.runtime.positioning.model
    assert model.beacon(beacon_id).carried_height == 2.0
    assert model.carried_map(beacon_id) is not None
    assert house.runtime.positioning.tracks[beacon_id].tracker is tracker
    result = await reconfigure(house, beacon_id, "settings")
    assert suggested(result) == {"name": "Dog", "carried_height": 2.0}
    await go_on(house, result, {"name": "Dog"})
    await house.clock.async_pass(2)
    assert house.runtime.positioning.model.carried_map(beacon_id) is None


@pytest.mark.parametrize("height", [-0.1, 5.1])
async def test_nobody_carries_anything_so_high(house: House, height: float) -> None:
    await house.async_set_up()
    beacon_id = await house.async_add_beacon()
    result = await reconfigure(house, beacon_id, "settings")
    with pytest.raises(InvalidData):
        await go_on(house, result, {"name": "Dog", "carried_height": height})


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


async def test_strength_and_name_come_with_a_further_identity(house: House) -> None:
    await house.async_set_up()
    assert house.entry
    beacon_id = await house.async_add_beacon()
    given = {"identity": IRK, "name": "Anna", "reference_rssi": -61}
    await add_identity(house, beacon_id, "private_address", given)
    assert house.entry.subentries[beacon_id].data["reference_rssi"] == -61
