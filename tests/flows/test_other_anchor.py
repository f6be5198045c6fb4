"""Adding and changing anchors that hear no Bluetooth."""

from __future__ import annotations

import math
from typing import Any

import pytest
from homeassistant.config_entries import SubentryFlowResult
from homeassistant.data_entry_flow import FlowResultType

from custom_components.indoor_positioning.engine.home import Anchor, RadioLaw
from custom_components.indoor_positioning.home_builder import RADIO_LAWS
from tests.house import House

ACCESS_POINT = {"name": "Router", "kind": "wifi", "area_id": "living_room", "x": 6.0, "y": 1.5, "height": 2.0}


async def add(house: House, **user_input: Any) -> SubentryFlowResult:
    assert house.entry
    subentries = house.hass.config_entries.subentries
    result = await subentries.async_init((house.entry.entry_id, "other_anchor"), context={"source": "user"})
    result = await subentries.async_configure(result["flow_id"], {**ACCESS_POINT, **user_input})
    await house.hass.async_block_till_done()
    await house.clock.async_pass(1)
    return result


def only_one(house: House) -> Anchor:
    (anchor,) = house.runtime.positioning.model.home.other_anchors
    return anchor


async def test_is_added_without_becoming_a_bluetooth_anchor(house: House) -> None:
    runtime = await house.async_set_up()
    before = runtime.positioning.model.home.anchors
    assert (await add(house))["type"] is FlowResultType.CREATE_ENTRY
    anchor = only_one(house)
    assert anchor.position == (6.0, 1.5, 2.0)
    assert (anchor.floor, anchor.room, anchor.law) == ("ground_floor", "living_room", RADIO_LAWS["wifi"])
    assert runtime.positioning.model.home.anchors == before


async def test_is_changed_and_removed_while_running(house: House) -> None:
    await house.async_set_up()
    await add(house)
    assert house.entry
    subentry_id = only_one(house).id
    subentries = house.hass.config_entries.subentries
    result = await subentries.async_init(
        (house.entry.entry_id, "other_anchor"), context={"source": "reconfigure", "subentry_id": subentry_id}
    )
    changed = {**ACCESS_POINT, "name": "Repeater", "kind": "other", "reference_rssi": -41, "exponent": 3, "spread": 5}
    result = await subentries.async_configure(result["flow_id"], {**changed, "yaw": 30})
    assert result["type"] is FlowResultType.ABORT
    await house.clock.async_pass(1)
    assert only_one(house).law == RadioLaw(-41, 3, 5)
    assert only_one(house).orientation == (30.0, 0.0, 0.0)
    assert house.entry.subentries[subentry_id].title == "Repeater"
    house.hass.config_entries.async_remove_subentry(house.entry, subentry_id)
    await house.clock.async_pass(1)
    assert house.runtime.positioning.model.home.other_anchors == ()


@pytest.mark.parametrize(
    ("user_input", "errors"),
    [
        ({"y": None, "x": 1.0}, {"base": "position_incomplete"}),
        ({"x": math.nan}, {"x": "not_finite"}),
        ({"name": "  "}, {"name": "nameless"}),
    ],
)
async def test_refuses_what_makes_no_sense(house: House, user_input: dict[str, Any], errors: dict[str, str]) -> None:
    await house.async_set_up()
    assert house.entry
    subentries = house.hass.config_entries.subentries
    result = await subentries.async_init((house.entry.entry_id, "other_anchor"), context={"source": "user"})
    given = {key: value for key, value in {**ACCESS_POINT, **user_input}.items() if value is not None}
    result = await subentries.async_configure(result["flow_id"], given)
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == errors


async def test_two_of_one_name_could_not_be_told_apart(house: House) -> None:
    await house.async_set_up()
    await add(house)
    result = await add(house, name="ROUTER")
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"name": "name_taken"}
