"""Adding and changing zones."""

from __future__ import annotations

from typing import Any

import pytest
from homeassistant.config_entries import ConfigSubentry, SubentryFlowResult
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import area_registry as ar

from custom_components.indoor_positioning.engine.geometry import area, parse_outline
from tests.flows.test_room import suggested
from tests.house import House

STOVE = {"name": "Stove", "floor_id": "ground_floor", "rectangle": {"x": 0, "y": 0, "width": 2, "depth": 1}}


async def start(house: House, zone: ConfigSubentry | None = None) -> SubentryFlowResult:
    assert house.entry
    context: Any = {"source": "reconfigure", "subentry_id": zone.subentry_id} if zone else {"source": "user"}
    return await house.hass.config_entries.subentries.async_init((house.entry.entry_id, "zone"), context=context)


async def go_on(house: House, result: SubentryFlowResult, user_input: dict[str, Any]) -> SubentryFlowResult:
    result = await house.hass.config_entries.subentries.async_configure(result["flow_id"], user_input)
    await house.hass.async_block_till_done()
    await house.clock.async_pass(1)
    return result


def zone_of(house: House, title: str) -> ConfigSubentry:
    assert house.entry
    return next(one for one in house.entry.get_subentries_of_type("zone") if one.title == title)


async def test_adds_a_rectangle_with_the_usual_rule(house: House) -> None:
    runtime = await house.async_set_up()
    await house.async_draw()
    result = await go_on(house, await start(house), STOVE)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Stove"
    assert result["data"] == {
        "floor_id": "ground_floor",
        "outline": [[0.0, 0.0], [2.0, 0.0], [2.0, 1.0], [0.0, 1.0]],
        "circle": None,
        "beacons": [],
        "enter": 0.7,
        "leave": 0.3,
        "dwell": 0.0,
        "exit_delay": 0.0,
    }
    assert house.runtime is runtime
    (zone,) = runtime.positioning.model.home.zones
    assert (zone.name, zone.floor, zone.counts_for("anybody")) == ("Stove", "ground_floor", True)
    assert house.state("binary_sensor.stove_occupancy").state == "off"


async def test_adds_a_circle_and_shows_it_again(house: House) -> None:
    await house.async_set_up()
    await house.async_draw()
    beacon_id = await house.async_add_beacon()
    circle = {"x": 2, "y": 1.5, "radius": 1}
    rule = {"enter": 0.5, "leave": 0.2, "dwell": 3, "exit_delay": 10}
    user_input = {"name": "Table", "floor_id": "ground_floor", "circle": circle, "beacons": [beacon_id], "rule": rule}
    await go_on(house, await start(house), user_input)
    zone = zone_of(house, "Table")
    assert area(parse_outline(zone.data["outline"])) == pytest.approx(3.1416, abs=1e-3)
    again = await start(house, zone)
    assert again["description_placeholders"] == {"zone": "Table"}
    shown = suggested(again)
    assert (shown["name"], shown["floor_id"], shown["beacons"]) == ("Table", "ground_floor", [beacon_id])
    assert shown["rectangle"] == {}
    placed = house.runtime.positioning.model.home.zones[0]
    assert (placed.rule.enter, placed.rule.leave, placed.rule.dwell, placed.rule.exit_delay) == (0.5, 0.2, 3, 10)
    assert placed.rule.beacons == frozenset({beacon_id})


async def test_a_change_applies_without_a_reload(house: House) -> None:
    runtime = await house.async_set_up()
    await house.async_draw()
    await house.async_add_beacon()
    await go_on(house, await start(house), STOVE)
    zone = zone_of(house, "Stove")
    result = await go_on(
        house,
        await start(house, zone),
        {"name": "Sofa", "floor_id": "ground_floor", "polygon": "4,0 8,0 8,3 4,3", "rectangle": {}, "circle": {}},
    )
    assert result["reason"] == "reconfigure_successful"
    assert house.runtime is runtime
    assert house.state("binary_sensor.stove_occupancy").name == "Sofa Occupancy"
    await house.async_stay("living_room", 15)
    assert house.state("binary_sensor.stove_occupancy").state == "on"
    assert house.state("sensor.tag_room").attributes["zones"] == ["Sofa"]
    assert suggested(await start(house, zone))["rectangle"] == {"x": 4, "y": 0, "width": 4, "depth": 3}


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"rectangle": {}}, {"base": "outline_missing"}),
        ({"rectangle": {"x": 0, "y": 0, "width": 2, "depth": 0}}, {"base": "outline_zero_area"}),
        ({"rectangle": {}, "circle": {"x": 1, "y": 1, "radius": 0}}, {"base": "outline_zero_area"}),
        ({"rectangle": {}, "circle": {"x": 1, "y": 1}}, {"base": "circle_incomplete"}),
        ({"circle": {"x": 1, "y": 1, "radius": 1}}, {"base": "outline_twice"}),
        ({"rectangle": {}, "polygon": "0,0 2,2 2,0 0,2"}, {"base": "outline_self_crossing"}),
        ({"rectangle": {"x": 50, "y": 50, "width": 2, "depth": 1}}, {"base": "zone_outside"}),
        ({"floor_id": "upper_floor"}, {"base": "zone_outside"}),
        ({"name": " "}, {"name": "name_missing"}),
        ({"rule": {"enter": 0.4, "leave": 0.4}}, {"base": "thresholds_crossed"}),
    ],
)
async def test_refuses_nonsense_and_takes_the_corrected_form(
    house: House, change: dict[str, Any], errors: dict[str, str]
) -> None:
    await house.async_set_up()
    await house.async_draw()
    result = await go_on(house, await start(house), {**STOVE, **change})
    assert result["errors"] == errors
    assert (await go_on(house, result, STOVE))["type"] is FlowResultType.CREATE_ENTRY


async def test_refuses_a_floor_without_plan(house: House) -> None:
    await house.async_set_up()
    result = await go_on(house, await start(house), STOVE)
    assert result["errors"] == {"floor_id": "floor_not_drawn"}


async def test_refuses_a_floor_that_went_while_the_form_was_open(house: House) -> None:
    await house.async_set_up()
    await house.async_draw()
    form = await start(house)
    for area_id in ("kitchen", "living_room"):
        ar.async_get(house.hass).async_update(area_id, floor_id="upper_floor")
    result = await go_on(house, form, STOVE)
    assert result["errors"] == {"floor_id": "floor_missing"}


async def test_refuses_a_name_twice_but_keeps_its_own(house: House) -> None:
    await house.async_set_up()
    await house.async_draw()
    await go_on(house, await start(house), STOVE)
    result = await go_on(house, await start(house), {**STOVE, "name": "STOVE "})
    assert result["errors"] == {"name": "name_in_use"}
    result = await go_on(house, await start(house, zone_of(house, "Stove")), STOVE)
    assert result["reason"] == "reconfigure_successful"


async def test_the_form_offers_nothing_that_is_gone(house: House) -> None:
    await house.async_set_up()
    assert house.entry
    await house.async_draw()
    beacon_id = await house.async_add_beacon()
    await go_on(house, await start(house), {**STOVE, "beacons": [beacon_id]})
    house.hass.config_entries.async_remove_subentry(house.entry, beacon_id)
    for area_id in ("kitchen", "living_room"):
        ar.async_get(house.hass).async_update(area_id, floor_id="upper_floor")
    await house.clock.async_pass(1)
    shown = suggested(await start(house, zone_of(house, "Stove")))
    assert (shown["floor_id"], shown["beacons"]) == (None, [])
