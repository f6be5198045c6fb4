"""Adding and placing anchors."""

from __future__ import annotations

import math
from typing import Any

import pytest
from homeassistant.config_entries import SubentryFlowResult
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import area_registry as ar

from tests.flows.test_room import suggested
from tests.house import House


async def start(house: House) -> SubentryFlowResult:
    assert house.entry
    return await house.hass.config_entries.subentries.async_init(
        (house.entry.entry_id, "anchor"), context={"source": "user"}
    )


async def reconfigure(house: House, area_id: str) -> SubentryFlowResult:
    assert house.entry
    subentry_id = house.subentry(f"anchor_{house.source(area_id)}").subentry_id
    return await house.hass.config_entries.subentries.async_init(
        (house.entry.entry_id, "anchor"), context={"source": "reconfigure", "subentry_id": subentry_id}
    )


async def go_on(house: House, result: SubentryFlowResult, user_input: dict[str, Any]) -> SubentryFlowResult:
    result = await house.hass.config_entries.subentries.async_configure(result["flow_id"], user_input)
    await house.hass.async_block_till_done()
    return result


async def test_says_when_all_scanners_are_anchors(house: House) -> None:
    await house.async_set_up()
    result = await start(house)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "no_scanners_left"


async def test_adds_a_new_scanner_and_its_room(house: House) -> None:
    await house.async_set_up()
    ar.async_get(house.hass).async_create("Hall")
    house.add_proxy("Hall proxy", "hall")
    result = await start(house)
    result = await go_on(house, result, {"source": house.source("hall")})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Hall proxy"
    assert result["data"] == {
        "source": house.source("hall"),
        "area_id": "hall",
        "x": None,
        "y": None,
        "height": None,
        "orientation": None,
        "rssi_offset": 0.0,
    }
    assert house.subentry("room_hall").title == "Hall"


@pytest.mark.parametrize(
    ("user_input", "errors"),
    [
        ({"x": 1.0}, {"base": "position_incomplete"}),
        ({"y": 1.0, "height": 2.0}, {"base": "position_incomplete"}),
        ({"x": math.nan, "y": 1.0}, {"x": "not_finite"}),
        ({"x": 1.0, "y": 1.0, "pitch": math.nan}, {"pitch": "not_finite"}),
    ],
)
async def test_refuses_half_a_place(house: House, user_input: dict[str, Any], errors: dict[str, str]) -> None:
    await house.async_set_up()
    house.add_proxy("Hall proxy", "hall", placed=False)
    result = await go_on(house, await start(house), {"source": house.source("hall"), **user_input})
    assert result["errors"] == errors
    result = await go_on(house, result, {"source": house.source("hall"), "x": 1.0, "y": 2.0})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    result = await go_on(house, await reconfigure(house, "kitchen"), {"area_id": "kitchen", **user_input})
    assert result["errors"] == errors


async def test_places_an_anchor_without_a_reload(house: House) -> None:
    runtime = await house.async_set_up()
    result = await reconfigure(house, "kitchen")
    assert result["description_placeholders"] == {"anchor": "Kitchen proxy"}
    result = await go_on(house, result, {"area_id": "bedroom", "x": 1.5, "y": 2.5, "height": 2.0, "rssi_offset": -3})
    assert result["reason"] == "reconfigure_successful"
    await house.clock.async_pass(2)
    anchor = runtime.positioning.model.home.anchor(house.source("kitchen"))
    assert anchor is not None
    assert (anchor.position, anchor.room, anchor.rssi_offset) == ((1.5, 2.5, 2.0), "bedroom", -3)
    assert house.runtime is runtime


async def test_an_orientation_reaches_the_model(house: House) -> None:
    await house.async_set_up()
    result = await reconfigure(house, "kitchen")
    result = await go_on(house, result, {"area_id": "kitchen", "x": 1.0, "y": 2.0, "yaw": 90, "pitch": -90})
    assert result["type"] is FlowResultType.ABORT
    await house.clock.async_pass(1)
    anchor = house.runtime.positioning.model.home.anchor(house.source("kitchen"))
    assert anchor is not None
    assert anchor.orientation == (90.0, -90.0, 0.0)
    suggestions = suggested(await reconfigure(house, "kitchen"))
    assert (suggestions["yaw"], suggestions["pitch"]) == (90, -90)
