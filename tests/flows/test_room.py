"""Adding and drawing rooms."""

from __future__ import annotations

from typing import Any

import pytest
from homeassistant.config_entries import SubentryFlowResult
from homeassistant.data_entry_flow import FlowResultType, section
from homeassistant.helpers import area_registry as ar

from tests.house import House

PRESENCE = {"sensors": [], "hold": 120.0, "still_after": 900.0}
SQUARE = [[0.0, 0.0], [4.0, 0.0], [4.0, 3.0], [0.0, 3.0]]


async def start(house: House) -> SubentryFlowResult:
    assert house.entry
    return await house.hass.config_entries.subentries.async_init(
        (house.entry.entry_id, "room"), context={"source": "user"}
    )


async def reconfigure(house: House, area_id: str) -> SubentryFlowResult:
    assert house.entry
    return await house.hass.config_entries.subentries.async_init(
        (house.entry.entry_id, "room"),
        context={"source": "reconfigure", "subentry_id": house.subentry(f"room_{area_id}").subentry_id},
    )


async def go_on(house: House, result: SubentryFlowResult, user_input: dict[str, Any]) -> SubentryFlowResult:
    result = await house.hass.config_entries.subentries.async_configure(result["flow_id"], user_input)
    await house.hass.async_block_till_done()
    return result


def suggested(result: SubentryFlowResult) -> dict[str, Any]:
    """Return what the form shows."""
    schema = result["data_schema"]
    assert schema is not None
    values: dict[str, Any] = {}
    for key, field in schema.schema.items():
        if isinstance(field, section):
            inner = {str(one): (one.description or {}).get("suggested_value") for one in field.schema.schema}
            values[str(key)] = {name: value for name, value in inner.items() if value is not None}
        else:
            values[str(key)] = (key.description or {}).get("suggested_value")
    return values


async def test_adds_a_room_without_outline(house: House) -> None:
    await house.async_set_up()
    bath = ar.async_get(house.hass).async_create("Bath")
    result = await start(house)
    assert result["type"] is FlowResultType.FORM
    result = await go_on(house, result, {"area_id": bath.id, "rectangle": {}})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Bath"
    assert house.state("binary_sensor.bath_occupancy").state == "off"


async def test_adds_a_rectangle(house: House) -> None:
    await house.async_set_up()
    bath = ar.async_get(house.hass).async_create("Bath")
    result = await go_on(
        house, await start(house), {"area_id": bath.id, "rectangle": {"x": 0, "y": 0, "width": 4, "depth": 3}}
    )
    assert result["data"]["outline"] == SQUARE


async def test_refuses_a_room_twice_and_a_deleted_area(house: House) -> None:
    await house.async_set_up()
    result = await go_on(house, await start(house), {"area_id": "kitchen"})
    assert result["errors"] == {"area_id": "already_room"}
    result = await go_on(house, result, {"area_id": "never_was"})
    assert result["errors"] == {"area_id": "area_missing"}
    bath = ar.async_get(house.hass).async_create("Bath")
    result = await go_on(house, result, {"area_id": bath.id, "polygon": "0,0 1,1"})
    assert result["errors"] == {"base": "outline_too_few_corners"}
    result = await go_on(house, result, {"area_id": bath.id})
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    "user_input",
    [
        {"rectangle": {"x": 0, "y": 0, "width": 4, "depth": 3}},
        {"polygon": "0,0 4,0 4,3 0,3", "rectangle": {}},
        {"polygon": "[[0, 0], [4, 0], [4, 3], [0, 3]]"},
    ],
)
async def test_draws_a_room(house: House, user_input: dict[str, Any]) -> None:
    await house.async_set_up()
    result = await go_on(house, await reconfigure(house, "kitchen"), user_input)
    assert result["reason"] == "reconfigure_successful"
    assert house.subentry("room_kitchen").data["outline"] == SQUARE
    again = await reconfigure(house, "kitchen")
    rectangle = {"x": 0, "y": 0, "width": 4, "depth": 3}
    assert suggested(again) == {"rectangle": rectangle, "polygon": None, "presence": PRESENCE}


async def test_shows_corners_again_and_takes_the_outline_away(house: House) -> None:
    await house.async_set_up()
    await go_on(house, await reconfigure(house, "kitchen"), {"polygon": "0,0 4,0 4,3 2,3 2,5 0,5"})
    again = await reconfigure(house, "kitchen")
    assert again["description_placeholders"] == {"room": "Kitchen"}
    assert suggested(again) == {"rectangle": {}, "polygon": "0,0 4,0 4,3 2,3 2,5 0,5", "presence": PRESENCE}
    await go_on(house, again, {"rectangle": {}})
    assert house.subentry("room_kitchen").data["outline"] is None


async def test_keeps_the_outline_when_the_new_one_is_nonsense(house: House) -> None:
    await house.async_set_up()
    await go_on(house, await reconfigure(house, "kitchen"), {"polygon": "0,0 4,0 4,3 0,3"})
    result = await go_on(house, await reconfigure(house, "kitchen"), {"polygon": "0,0 4,4 4,0 0,4"})
    assert result["errors"] == {"base": "outline_self_crossing"}
    assert suggested(result)["polygon"] == "0,0 4,4 4,0 0,4"
    assert house.subentry("room_kitchen").data["outline"] == SQUARE
