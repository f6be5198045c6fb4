"""The repairs, through Home Assistant's own flow manager."""

from __future__ import annotations

import math
from typing import Any

import pytest
from homeassistant.components.repairs import RepairsFlowResult, repairs_flow_manager
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component

from custom_components.indoor_positioning.const import DOMAIN
from custom_components.indoor_positioning.engine.survey import SurveySample
from tests.house import House
from tests.test_registry_watch import issues, move_proxy


async def start(house: House, translation_key: str) -> RepairsFlowResult:
    """Open the repair of the only issue of a kind."""
    assert await async_setup_component(house.hass, "repairs", {})
    await house.hass.async_block_till_done()
    manager = repairs_flow_manager(house.hass)
    assert manager
    (issue_id,) = (
        issue_id
        for (domain, issue_id), issue in ir.async_get(house.hass).issues.items()
        if domain == DOMAIN and issue.translation_key == translation_key and issue.active
    )
    return await manager.async_init(DOMAIN, data={"issue_id": issue_id})


async def go_on(house: House, result: RepairsFlowResult, user_input: dict[str, Any]) -> RepairsFlowResult:
    manager = repairs_flow_manager(house.hass)
    assert manager
    result = await manager.async_configure(result["flow_id"], user_input)
    await house.hass.async_block_till_done()
    await house.clock.async_pass(2)
    return result


async def test_a_new_scanner_becomes_an_anchor(house: House) -> None:
    runtime = await house.async_set_up()
    ar.async_get(house.hass).async_create("Hall")
    house.add_proxy("Hall proxy", "hall")
    result = await start(house, "scanner_new")
    assert result["step_id"] == "confirm"
    assert result["description_placeholders"] == {"name": "Hall proxy"}
    assert result["data_schema"]
    (field,) = result["data_schema"].schema
    assert field.description == {"suggested_value": "hall"}
    result = await go_on(house, result, {"area_id": "never_was"})
    assert result["errors"] == {"area_id": "area_missing"}
    result = await go_on(house, result, {"area_id": "hall"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert house.subentry(f"anchor_{house.source('hall')}").title == "Hall proxy"
    assert runtime.positioning.model.home.room("hall")
    assert issues(house) == set()


async def test_an_anchor_gets_an_area(house: House) -> None:
    house.add_proxy("Attic proxy", "attic", placed=False)
    runtime = await house.async_set_up()
    assert issues(house) == {"anchor_area_missing"}
    result = await start(house, "anchor_area_missing")
    result = await go_on(house, result, {"area_id": "never_was"})
    assert result["errors"] == {"area_id": "area_missing"}
    attic = ar.async_get(house.hass).async_create("Attic")
    result = await go_on(house, result, {"area_id": attic.id})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert issues(house) == set()
    anchor = runtime.positioning.model.home.anchor(house.source("attic"))
    assert anchor
    assert anchor.room == attic.id
    assert runtime.positioning.model.home.room(attic.id)


async def test_an_anchor_that_is_gone_is_deleted(house: House) -> None:
    await house.async_set_up()
    house.disconnect("kitchen")
    result = await start(house, "anchor_gone")
    result = await go_on(house, result, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert house.entry
    assert len(house.entry.get_subentries_of_type("anchor")) == 2
    assert house.entry.options["ignored_scanners"] == []
    assert issues(house) == set()


@pytest.mark.parametrize("place", [{}, {"x": 9.0, "y": 1.0, "height": 2.0}])
async def test_a_moved_anchor_gets_a_new_place_or_none(house: House, place: dict[str, float]) -> None:
    runtime = await house.async_set_up()
    await house.async_draw()
    move_proxy(house, "kitchen", "bedroom")
    result = await start(house, "anchor_moved")
    result = await go_on(house, result, {"x": 9.0})
    assert result["errors"] == {"base": "position_incomplete"}
    result = await go_on(house, result, {"x": 9.0, "y": math.nan})
    assert result["errors"] == {"y": "not_finite"}
    result = await go_on(house, result, place)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    anchor = runtime.positioning.model.home.anchor(house.source("kitchen"))
    assert anchor
    assert anchor.position == (tuple(place.values()) or None)
    assert anchor.room == "bedroom"
    assert issues(house) == set()


async def test_a_room_gets_another_area_with_all_it_has(house: House) -> None:
    runtime = await house.async_set_up()
    await house.async_add_beacon()
    await house.async_draw()
    outline = house.subentry("room_kitchen").data["outline"]
    readings = {house.source("kitchen"): (-50.0,) * 20}
    await runtime.survey.async_add(SurveySample("tag", "ground_floor", "kitchen", None, readings))
    ar.async_get(house.hass).async_delete("kitchen")
    cuisine = ar.async_get(house.hass).async_create("Cuisine", floor_id="ground_floor")
    result = await start(house, "room_area_missing")
    assert result["description_placeholders"] == {"name": "Kitchen"}
    result = await go_on(house, result, {"area_id": "bedroom"})
    assert result["errors"] == {"area_id": "already_room"}
    result = await go_on(house, result, {"area_id": "never_was"})
    assert result["errors"] == {"area_id": "area_missing"}
    result = await go_on(house, result, {"area_id": cuisine.id})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert house.subentry("room_cuisine").data == {"area_id": "cuisine", "outline": outline}
    assert [kept.sample.room for kept in runtime.survey.samples] == ["cuisine"]
    result = await go_on(house, await start(house, "anchor_area_missing"), {"area_id": cuisine.id})
    assert issues(house) == set()
    await house.async_stay("kitchen", 10)
    assert house.state("sensor.tag_room").state == "Cuisine"
    assert house.state("binary_sensor.kitchen_occupancy").state == "on", "automations keep their entity"


async def test_a_room_without_area_is_deleted(house: House) -> None:
    await house.async_set_up()
    ar.async_get(house.hass).async_delete("bedroom")
    result = await go_on(house, await start(house, "room_area_missing"), {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert issues(house) == {"anchor_area_missing"}
    assert house.hass.states.get("binary_sensor.bedroom_occupancy") is None


@pytest.mark.parametrize("translation_key", ["room_area_missing", "scanner_new"])
async def test_what_settled_meanwhile_is_told(house: House, translation_key: str) -> None:
    await house.async_set_up()
    assert house.entry
    house.connect_stranger()
    ar.async_get(house.hass).async_delete("bedroom")
    result = await start(house, translation_key)
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    result = await go_on(house, result, {"area_id": "kitchen"})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "gone_meanwhile"
