"""What zones show, and what is reported when they lose their place."""

from __future__ import annotations

from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import floor_registry as fr

from tests.flows.test_zone import zone_of
from tests.house import TAG_ADDRESS, House
from tests.test_entities import enable
from tests.test_registry_watch import issues
from tests.test_repairs import go_on, start

OTHER_ADDRESS = TAG_ADDRESS.replace("01", "02")


async def test_occupancy_and_count(house: House) -> None:
    await house.async_set_up()
    assert house.entry
    await house.async_add_beacon()
    await house.async_add_beacon(OTHER_ADDRESS, kind="address", name="Second")
    await house.async_draw()
    zone_id = await house.async_add_zone()
    devices = dr.async_get(house.hass)
    device = devices.async_get_device_by_identifier(("indoor_positioning", zone_id), house.entry.entry_id)
    assert device is not None
    assert (device.name, device.area_id) == ("Stove", None)
    await enable(house, "sensor.stove_count")
    assert house.state("binary_sensor.stove_occupancy").state == "off"
    for _ in range(15):
        house.transmit("kitchen")
        house.transmit("kitchen", OTHER_ADDRESS, name="Second")
        await house.clock.async_pass(1)
    assert house.state("binary_sensor.stove_occupancy").state == "on"
    assert house.state("sensor.stove_count").state == "2"
    assert house.state("sensor.tag_room").attributes["zones"] == ["Stove"]
    for _ in range(15):
        house.transmit("living_room")
        house.transmit("kitchen", OTHER_ADDRESS, name="Second")
        await house.clock.async_pass(1)
    assert house.state("sensor.stove_count").state == "1"
    assert house.state("sensor.tag_room").attributes["zones"] == []
    house.hass.config_entries.async_remove_subentry(house.entry, zone_id)
    await house.hass.async_block_till_done()
    assert house.hass.states.get("binary_sensor.stove_occupancy") is None
    await house.clock.async_pass(2)
    assert house.runtime.positioning.model.home.zones == ()


async def test_a_zone_stays_occupied_over_a_reload(house: House) -> None:
    await house.async_set_up()
    assert house.entry
    await house.async_add_beacon()
    await house.async_draw()
    await house.async_add_zone()
    await house.async_stay("kitchen", 15)
    assert await house.hass.config_entries.async_reload(house.entry.entry_id)
    assert house.state("binary_sensor.stove_occupancy").state == "on"


async def test_a_deleted_floor_is_reported_and_repaired(house: House) -> None:
    runtime = await house.async_set_up()
    await house.async_draw()
    zone_id = await house.async_add_zone()
    assert issues(house) == set()
    fr.async_get(house.hass).async_delete("ground_floor")
    await house.clock.async_pass(2)
    assert issues(house) == {"zone_floor_missing"}
    assert runtime.positioning.model.home.zones == ()
    result = await start(house, "zone_floor_missing")
    assert result["description_placeholders"] == {"name": "Stove"}
    outline = {"rectangle": {"x": 0, "y": 0, "width": 4, "depth": 3}}
    result = await go_on(house, result, {"floor_id": "upper_floor", **outline})
    assert result["errors"] == {"base": "zone_outside"}
    result = await go_on(house, result, {"floor_id": "ground", **outline})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert issues(house) == set()
    zone = runtime.positioning.model.home.zone(zone_id)
    assert zone is not None
    assert zone.floor == "ground"


async def test_a_zone_left_outside_by_a_new_plan_is_reported(house: House) -> None:
    await house.async_set_up()
    assert house.entry
    await house.async_draw()
    await house.async_add_zone()
    ar.async_get(house.hass).async_update("kitchen", floor_id="upper_floor")
    await house.clock.async_pass(2)
    assert issues(house) == {"zone_outside"}
    result = await start(house, "zone_outside")
    result = await go_on(house, result, {"floor_id": "upper_floor", "circle": {"x": 2, "y": 1, "radius": 1}})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert issues(house) == set()
    assert zone_of(house, "Stove").data["circle"] == {"x": 2, "y": 1, "radius": 1}
    ar.async_get(house.hass).async_update("kitchen", floor_id="ground_floor")
    await house.clock.async_pass(2)
    assert issues(house) == {"zone_outside"}
    house.hass.config_entries.async_remove_subentry(house.entry, zone_of(house, "Stove").subentry_id)
    await house.clock.async_pass(2)
    assert issues(house) == set()
