"""Areas, floors and proxies that are renamed, moved or deleted are followed or reported."""

from __future__ import annotations

from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState
from homeassistant.helpers import (
    area_registry as ar,
)
from homeassistant.helpers import (
    device_registry as dr,
)
from homeassistant.helpers import (
    floor_registry as fr,
)
from homeassistant.helpers import (
    issue_registry as ir,
)
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.indoor_positioning.const import DOMAIN
from custom_components.indoor_positioning.scanners import scanner_area
from tests.house import House


def issues(house: House) -> set[str]:
    """Return the kinds of issues that are open."""
    return {
        str(issue.translation_key)
        for (domain, _), issue in ir.async_get(house.hass).issues.items()
        if domain == DOMAIN and issue.active
    }


def proxy_device(house: House, area_id: str) -> dr.DeviceEntry:
    """Return the device of a proxy."""
    connection = (dr.CONNECTION_BLUETOOTH, house.source(area_id))
    device = dr.async_get(house.hass).async_get_device_by_connection(connection, house.proxy_entry.entry_id)
    assert device
    return device


def move_proxy(house: House, area_id: str, to_area_id: str | None) -> None:
    """Put the device of a proxy into another area."""
    dr.async_get(house.hass).async_update_device(proxy_device(house, area_id).id, area_id=to_area_id)


async def test_a_renamed_proxy_renames_its_anchor(house: House) -> None:
    runtime = await house.async_set_up()
    assert house.entry
    devices, kitchen = dr.async_get(house.hass), proxy_device(house, "kitchen")
    anchor = house.subentry(f"anchor_{house.source('kitchen')}")
    for name in ("Fridge", "Oven"):
        devices.async_update_device(kitchen.id, name_by_user=name)
        await house.hass.async_block_till_done()
        assert anchor.title == name
    house.disconnect("kitchen")
    devices.async_update_device(kitchen.id, name_by_user=None)
    await house.hass.async_block_till_done()
    assert anchor.title == "Kitchen proxy"
    assert house.runtime is runtime


async def test_an_anchor_with_a_name_of_its_own_keeps_it(house: House) -> None:
    await house.async_set_up()
    assert house.entry
    anchor = house.subentry(f"anchor_{house.source('kitchen')}")
    house.hass.config_entries.async_update_subentry(house.entry, anchor, title="My favourite")
    dr.async_get(house.hass).async_update_device(proxy_device(house, "kitchen").id, name_by_user="Oven")
    await house.hass.async_block_till_done()
    assert anchor.title == "My favourite"


async def test_a_renamed_area_renames_the_room(house: House) -> None:
    runtime = await house.async_set_up()
    await house.async_add_beacon()
    await house.async_stay("kitchen", 8)
    ar.async_get(house.hass).async_update("kitchen", name="Cuisine")
    await house.clock.async_pass(2)
    assert house.state("sensor.tag_room").state == "Cuisine"
    assert house.subentry("room_kitchen").title == "Cuisine"
    assert house.state("binary_sensor.kitchen_occupancy").name == "Cuisine Occupancy"
    assert house.runtime is runtime


async def test_a_room_follows_its_area_to_another_floor(house: House) -> None:
    runtime = await house.async_set_up()
    ar.async_get(house.hass).async_update("kitchen", floor_id="upper_floor")
    await house.clock.async_pass(2)
    home = runtime.positioning.model.home
    room, anchor = home.room("kitchen"), home.anchor(house.source("kitchen"))
    assert room
    assert anchor
    assert room.floor == anchor.floor == "upper_floor"


async def test_floors_are_followed(house: House) -> None:
    runtime = await house.async_set_up()
    await house.async_add_beacon()
    await house.async_stay("bedroom", 8)
    fr.async_get(house.hass).async_update("upper_floor", name="Attic", level=3)
    await house.clock.async_pass(2)
    assert house.state("sensor.tag_floor").state == "Attic"
    assert [floor.level for floor in runtime.positioning.model.home.floors] == [0, 3]
    fr.async_get(house.hass).async_delete("upper_floor")
    await house.clock.async_pass(2)
    room = runtime.positioning.model.home.room("bedroom")
    assert room
    assert room.floor == "ground"


async def test_a_deleted_area_is_reported_and_forgiven(house: House) -> None:
    runtime = await house.async_set_up()
    await house.async_add_beacon()
    await house.async_draw()
    await house.async_stay("kitchen", 8)
    ar.async_get(house.hass).async_delete("kitchen")
    await house.clock.async_pass(2)
    assert issues(house) == {"room_area_missing", "anchor_area_missing"}
    assert runtime.positioning.model.home.room("kitchen") is None
    assert house.subentry("room_kitchen").data["outline"], "nothing is lost"
    await house.async_stay("bedroom", 10)
    assert house.state("sensor.tag_room").state == "Bedroom"
    ar.async_get(house.hass).async_create("Kitchen")
    await house.clock.async_pass(2)
    assert issues(house) == set()
    room = runtime.positioning.model.home.room("kitchen")
    assert room
    assert room.outline


async def test_a_proxy_in_another_area_is_followed(house: House) -> None:
    runtime = await house.async_set_up()
    ar.async_get(house.hass).async_create("Hall")
    move_proxy(house, "kitchen", "hall")
    await house.hass.async_block_till_done()
    await house.clock.async_pass(2)
    assert house.subentry(f"anchor_{house.source('kitchen')}").data["area_id"] == "hall"
    assert house.subentry("room_hall").title == "Hall"
    anchor = runtime.positioning.model.home.anchor(house.source("kitchen"))
    assert anchor
    assert anchor.room == "hall"
    assert issues(house) == set()


async def test_a_placed_proxy_that_moves_is_followed_and_asked_about(house: House) -> None:
    await house.async_set_up()
    await house.async_draw()
    move_proxy(house, "kitchen", "bedroom")
    await house.hass.async_block_till_done()
    assert house.subentry(f"anchor_{house.source('kitchen')}").data["area_id"] == "bedroom"
    assert issues(house) == {"anchor_moved"}
    house.connect_stranger()
    await house.hass.async_block_till_done()
    assert issues(house) == {"anchor_moved", "scanner_new"}


async def test_a_proxy_that_leaves_its_area_stays_where_it_was(house: House) -> None:
    await house.async_set_up()
    move_proxy(house, "kitchen", None)
    await house.hass.async_block_till_done()
    assert house.subentry(f"anchor_{house.source('kitchen')}").data["area_id"] == "kitchen"


async def test_an_area_that_was_chosen_against_the_device_is_kept(house: House) -> None:
    await house.async_set_up()
    assert house.entry
    anchor = house.subentry(f"anchor_{house.source('kitchen')}")
    house.hass.config_entries.async_update_subentry(house.entry, anchor, data={**anchor.data, "area_id": "living_room"})
    await house.hass.async_block_till_done()
    move_proxy(house, "kitchen", "bedroom")
    await house.hass.async_block_till_done()
    assert anchor.data["area_id"] == "living_room"


async def test_a_new_scanner_is_proposed_and_one_that_is_gone_reported(house: House) -> None:
    await house.async_set_up()
    ar.async_get(house.hass).async_create("Hall")
    house.add_proxy("Hall proxy", "hall")
    await house.hass.async_block_till_done()
    assert issues(house) == {"scanner_new"}
    house.disconnect("hall")
    await house.hass.async_block_till_done()
    assert issues(house) == set()
    house.disconnect("kitchen")
    await house.hass.async_block_till_done()
    assert issues(house) == {"anchor_gone"}
    house.connect("kitchen")
    await house.hass.async_block_till_done()
    assert issues(house) == set()


async def test_an_anchor_that_was_deleted_is_not_proposed_again(house: House) -> None:
    await house.async_set_up()
    assert house.entry
    house.hass.config_entries.async_remove_subentry(
        house.entry, house.subentry(f"anchor_{house.source('kitchen')}").subentry_id
    )
    await house.hass.async_block_till_done()
    assert issues(house) == set()
    assert house.entry.options["ignored_scanners"] == [house.source("kitchen")]


async def test_a_scanner_whose_address_is_tracked_keeps_its_own_area(house: House) -> None:
    await house.async_set_up()
    await house.async_add_beacon(house.source("kitchen"), kind="address", name="A proxy that advertises")
    assert scanner_area(house.hass, house.source("kitchen")) == "kitchen"
    ar.async_get(house.hass).async_create("Hall")
    move_proxy(house, "kitchen", "hall")
    await house.hass.async_block_till_done()
    assert house.subentry(f"anchor_{house.source('kitchen')}").data["area_id"] == "hall"


async def test_a_renamed_anchor(house: House) -> None:
    runtime = await house.async_set_up()
    assert house.entry
    anchor = house.subentry(f"anchor_{house.source('kitchen')}")
    house.hass.config_entries.async_update_subentry(house.entry, anchor, title="On the fridge")
    await house.hass.async_block_till_done()
    assert runtime.anchor_name(house.source("kitchen")) == "On the fridge"
    assert runtime.anchor_name("unknown") == "unknown"


async def test_a_proxy_is_off_but_known(house: House) -> None:
    await house.async_set_up()
    entry = MockConfigEntry(domain="bluetooth", unique_id=house.source("kitchen"))
    entry.add_to_hass(house.hass)
    house.disconnect("kitchen")
    await house.hass.async_block_till_done()
    assert issues(house) == set()
    await house.hass.config_entries.async_remove(entry.entry_id)
    await house.hass.async_block_till_done()
    assert issues(house) == {"anchor_gone"}


async def test_while_home_assistant_starts_nobody_is_missed(house: House) -> None:
    house.hass.set_state(CoreState.starting)
    await house.async_set_up()
    house.disconnect("kitchen")
    house.connect_stranger()
    await house.hass.async_block_till_done()
    assert issues(house) == set()
    house.hass.set_state(CoreState.running)
    house.hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await house.hass.async_block_till_done()
    assert issues(house) == {"anchor_gone", "scanner_new"}


async def test_unloading_takes_the_issues_away(house: House) -> None:
    await house.async_set_up()
    assert house.entry
    house.connect_stranger()
    await house.hass.async_block_till_done()
    assert issues(house) == {"scanner_new"}
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    assert issues(house) == set()
