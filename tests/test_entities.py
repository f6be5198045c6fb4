"""The entities: which exist, what they say, and what is written of them."""

from __future__ import annotations

from typing import Any

import pytest
from homeassistant.const import STATE_UNKNOWN, EntityCategory
from homeassistant.core import Event, EventStateChangedData
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.indoor_positioning.sensor import BeaconRoomSensor
from tests.house import TAG_ADDRESS, House, ibeacon_data


def entries(house: House) -> dict[str, er.RegistryEntry]:
    """Return the entry's entities by their id."""
    assert house.entry
    registry = er.async_get(house.hass)
    return {one.entity_id: one for one in er.async_entries_for_config_entry(registry, house.entry.entry_id)}


async def enable(house: House, *entity_ids: str) -> None:
    """Enable entities that are disabled by default, and reload as Home Assistant would."""
    assert house.entry
    for entity_id in entity_ids:
        er.async_get(house.hass).async_update_entity(entity_id, disabled_by=None)
    assert await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.hass.async_block_till_done()


async def test_what_exists_without_a_plan(house: House) -> None:
    await house.async_set_up()
    await house.async_add_beacon()
    anchors = {f"{area}_proxy" for area in house.proxies}
    figures = {
        f"sensor.{anchor}_{one}"
        for anchor in anchors
        for one in ("packets_per_minute", "share_of_expected_packets", "last_packet", "change_of_level")
    }
    listening = {f"binary_sensor.{anchor}_listening" for anchor in anchors}
    found = entries(house)
    assert set(found) == listening | figures | {
        "binary_sensor.bedroom_occupancy",
        "binary_sensor.kitchen_occupancy",
        "binary_sensor.living_room_occupancy",
        "sensor.bedroom_count",
        "sensor.kitchen_count",
        "sensor.living_room_count",
        "binary_sensor.tag_duplicate_suspected",
        "device_tracker.tag",
        "sensor.tag_assurance",
        "sensor.tag_room",
        "sensor.tag_floor",
        "sensor.tag_confidence",
        "sensor.tag_last_seen",
        "sensor.tag_strongest_anchor",
    }
    disabled = {entity_id for entity_id, one in found.items() if one.disabled_by}
    assert disabled == figures | {
        "sensor.bedroom_count",
        "sensor.kitchen_count",
        "sensor.living_room_count",
        "sensor.tag_confidence",
        "sensor.tag_last_seen",
        "sensor.tag_strongest_anchor",
    }
    diagnostic = {entity_id for entity_id, one in found.items() if one.entity_category is EntityCategory.DIAGNOSTIC}
    assert diagnostic == listening | figures | {
        "binary_sensor.tag_duplicate_suspected",
        "device_tracker.tag",
        "sensor.tag_assurance",
        "sensor.tag_confidence",
        "sensor.tag_last_seen",
        "sensor.tag_strongest_anchor",
    }


async def test_a_plan_brings_positions_without_a_reload(house: House) -> None:
    runtime = await house.async_set_up()
    await house.async_add_beacon()
    before = set(entries(house))
    await house.async_draw()
    assert set(entries(house)) - before == {"sensor.tag_x", "sensor.tag_y", "sensor.tag_accuracy"}
    assert house.runtime is runtime
    assert house.state("sensor.tag_x").state == STATE_UNKNOWN
    assert house.state("sensor.tag_x").attributes["unit_of_measurement"] == "m"
    assert "state_class" not in house.state("sensor.tag_x").attributes


async def test_a_house_with_one_floor_has_no_floor_sensor(house: House) -> None:
    for area in ("kitchen", "living_room", "bedroom"):
        ar.async_get(house.hass).async_update(area, floor_id="ground_floor")
    await house.async_set_up()
    await house.async_add_beacon()
    assert "sensor.tag_floor" not in entries(house)
    ar.async_get(house.hass).async_update("bedroom", floor_id="upper_floor")
    await house.clock.async_pass(2)
    assert house.state("sensor.tag_floor").state == STATE_UNKNOWN


async def test_a_beacon_that_was_never_heard(house: House) -> None:
    await house.async_set_up()
    await house.async_add_beacon()
    await house.clock.async_pass(120)
    assert house.state("sensor.tag_room").state == STATE_UNKNOWN
    assert house.state("device_tracker.tag").state == "not_home"


async def test_rooms_floors_and_trackers(house: House) -> None:
    await house.async_set_up()
    await house.async_add_beacon()
    await house.async_stay("kitchen", 10)
    room = house.state("sensor.tag_room")
    assert room.state == "Kitchen"
    assert room.attributes["area_id"] == "kitchen"
    assert room.attributes["floor_id"] == "ground_floor"
    assert 0.5 < room.attributes["probability"] <= 1.0
    assert house.state("sensor.tag_floor").state == "Ground floor"
    tracker = house.state("device_tracker.tag")
    assert tracker.state == "home"
    assert tracker.attributes["source_type"] == "bluetooth_le"
    assert house.state("binary_sensor.kitchen_occupancy").state == "on"
    assert house.state("binary_sensor.kitchen_occupancy").attributes["device_class"] == "occupancy"
    assert house.state("binary_sensor.bedroom_occupancy").state == "off"
    await house.async_stay("bedroom", 12)
    assert house.state("binary_sensor.kitchen_occupancy").state == "off"
    assert house.state("binary_sensor.bedroom_occupancy").state == "on"
    assert house.state("sensor.tag_floor").state == "Upper floor"
    await house.clock.async_pass(70)
    away = house.state("sensor.tag_room")
    assert away.state == "away"
    assert (away.attributes["area_id"], away.attributes["floor_id"], away.attributes["probability"]) == (
        None,
        None,
        None,
    )
    assert house.state("device_tracker.tag").state == "not_home"
    assert house.state("binary_sensor.bedroom_occupancy").state == "off"


async def test_diagnostics_and_counts_once_enabled(house: House) -> None:
    await house.async_set_up()
    await house.async_add_beacon()
    await house.async_add_beacon(TAG_ADDRESS.replace("01", "02"), kind="address", name="Second")
    await house.async_draw()
    await enable(
        house,
        "sensor.tag_accuracy",
        "sensor.tag_confidence",
        "sensor.tag_last_seen",
        "sensor.tag_strongest_anchor",
        "sensor.kitchen_count",
    )
    for _ in range(35):
        house.transmit("kitchen")
        house.transmit("kitchen", TAG_ADDRESS.replace("01", "02"), name="Second")
        await house.clock.async_pass(1)
    assert 0.1 <= float(house.state("sensor.tag_accuracy").state) <= 5
    assert 50 <= float(house.state("sensor.tag_confidence").state) <= 100
    assert house.state("sensor.tag_strongest_anchor").state == "Kitchen proxy"
    last_seen = dt_util.parse_datetime(house.state("sensor.tag_last_seen").state)
    assert last_seen is not None
    assert abs((dt_util.utcnow() - last_seen).total_seconds()) < 120
    assert house.state("sensor.kitchen_count").state == "2"


async def test_a_beacon_at_rest_writes_less_than_two_rows_a_minute(house: House) -> None:
    await house.async_set_up()
    await house.async_add_beacon()
    await house.async_draw()
    await house.async_stay("kitchen", 30)
    events: list[Event[EventStateChangedData]] = async_capture_events(house.hass, "state_changed")
    for second in range(300):
        # A packet a second with the fading of a real radio: +-6 dB.
        wobble = (0, 5, -4, 2, -6, 3, -1)[second % 7]
        for area_id, proxy in house.proxies.items():
            proxy.hear(TAG_ADDRESS, (-55 if area_id == "kitchen" else -85) + wobble, manufacturer_data=ibeacon_data())
        await house.clock.async_pass(1)
    rows = [event.data["entity_id"] for event in events if "tag" in event.data["entity_id"]]
    assert len(rows) < 10, rows


async def test_devices(house: House) -> None:
    await house.async_set_up()
    beacon_id = await house.async_add_beacon(TAG_ADDRESS, kind="address")
    assert house.entry
    devices = dr.async_get(house.hass)
    tag = devices.async_get_device_by_identifier(("indoor_positioning", beacon_id), house.entry.entry_id)
    assert tag is not None
    assert tag.name == "Tag"
    assert tag.connections == {(dr.CONNECTION_BLUETOOTH, TAG_ADDRESS)}
    room_id = house.subentry("room_kitchen").subentry_id
    room = devices.async_get_device_by_identifier(("indoor_positioning", room_id), house.entry.entry_id)
    assert room is not None
    assert (room.name, room.area_id) == ("Kitchen", "kitchen")


async def test_a_room_added_and_removed(house: House) -> None:
    runtime = await house.async_set_up()
    assert house.entry
    ar.async_get(house.hass).async_create("Bath")
    flow = house.hass.config_entries.subentries
    result = await flow.async_init((house.entry.entry_id, "room"), context={"source": "user"})
    await flow.async_configure(result["flow_id"], {"area_id": "bath"})
    await house.hass.async_block_till_done()
    assert house.state("binary_sensor.bath_occupancy").state == "off"
    house.hass.config_entries.async_remove_subentry(house.entry, house.subentry("room_bath").subentry_id)
    await house.hass.async_block_till_done()
    assert house.hass.states.get("binary_sensor.bath_occupancy") is None
    await house.clock.async_pass(2)
    assert runtime.positioning.model.home.room("bath") is None


async def test_a_removed_beacon_leaves_its_room(house: House) -> None:
    await house.async_set_up()
    assert house.entry
    beacon_id = await house.async_add_beacon()
    await house.async_stay("kitchen", 8)
    assert house.state("binary_sensor.kitchen_occupancy").state == "on"
    house.hass.config_entries.async_remove_subentry(house.entry, beacon_id)
    await house.hass.async_block_till_done()
    assert house.state("binary_sensor.kitchen_occupancy").state == "off"


@pytest.mark.parametrize("attribute", ["probability"])
def test_volatile_attributes_are_not_recorded(attribute: str) -> None:
    sensor: Any = BeaconRoomSensor
    assert attribute in sensor._unrecorded_attributes
