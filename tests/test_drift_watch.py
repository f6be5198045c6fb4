"""A beacon that stays at its place shows which anchor has grown deaf; that is made good, reported and remembered."""

from __future__ import annotations

import math
from typing import Any

import pytest
from homeassistant.data_entry_flow import FlowResultType

from custom_components.indoor_positioning.engine.dynamic_calibration import ALLOWED_DB, SUSTAINED_S
from custom_components.indoor_positioning.engine.observation import Observation
from custom_components.indoor_positioning.engine.survey import SurveySample
from tests.house import House
from tests.test_registry_watch import issues
from tests.test_repairs import go_on, start

AREAS = ("kitchen", "living_room", "bedroom")
LEVELS = dict(zip(AREAS, (-70.0, -60.0, -75.0), strict=True))
PLACE = {"area_id": "living_room", "x": 5.0, "y": 1.0, "height": 0.8}


async def give_place(house: House, beacon_id: str, place: dict[str, Any]) -> dict[str, str]:
    """Say through the form where a beacon stays; returns what is wrong with it."""
    assert house.entry
    flow = house.hass.config_entries.subentries
    result = await flow.async_init(
        (house.entry.entry_id, "beacon"), context={"source": "reconfigure", "subentry_id": beacon_id}
    )
    result = await flow.async_configure(result["flow_id"], {"next_step_id": "settings"})
    result = await flow.async_configure(result["flow_id"], {"name": "Lamp", **place})
    await house.hass.async_block_till_done()
    await house.clock.async_pass(1)
    if result["type"] is FlowResultType.FORM:
        return dict(result["errors"] or {})
    assert result["reason"] == "reconfigure_successful"
    return {}


async def hear(house: House, beacon_id: str, seconds: int, drift: dict[str, float]) -> None:
    """Let all proxies hear the beacon once a second for so long, some so many dB stronger than at first."""
    for _ in range(seconds // 30):
        for second in range(30):
            now = house.clock.monotonic() + second
            for area_id, level in LEVELS.items():
                rssi = level + drift.get(area_id, 0.0)
                house.runtime.positioning.observe(Observation(now, beacon_id, house.source(area_id), rssi))
        await house.clock.async_pass(30, step=15)


@pytest.fixture
async def reference(house: House) -> str:
    """Return the id of a beacon with a place, whose baseline has been heard."""
    await house.async_set_up()
    await house.async_draw()
    beacon_id = await house.async_add_beacon()
    assert await give_place(house, beacon_id, PLACE) == {}
    await hear(house, beacon_id, 240, {})
    return beacon_id


async def test_a_place_makes_a_beacon_a_reference(house: House, reference: str) -> None:
    beacon = house.runtime.positioning.model.beacon(reference)
    assert (beacon.position, beacon.floor) == ((5.0, 1.0, 0.8), "ground_floor")
    assert await give_place(house, reference, {"x": 1.0}) == {"base": "position_incomplete"}
    assert await give_place(house, reference, {"x": 1.0, "y": math.nan}) == {"y": "not_finite"}
    assert await give_place(house, reference, {}) == {}
    assert house.runtime.positioning.model.beacon(reference).position is None
    await hear(house, reference, 900, {"kitchen": -15.0})
    assert house.runtime.drift.drift.corrections == {}


async def test_an_anchor_that_advertises_is_a_reference_where_it_hangs(house: House) -> None:
    runtime = await house.async_set_up()
    await house.async_draw()
    beacon_id = await house.async_add_beacon(house.source("kitchen"), kind="address", name="The proxy itself")
    await house.clock.async_pass(1)
    anchor = runtime.positioning.model.home.anchor(house.source("kitchen"))
    assert anchor
    assert anchor.position is not None
    beacon = runtime.positioning.model.beacon(beacon_id)
    assert (beacon.position, beacon.floor) == (anchor.position, anchor.floor)


async def test_a_deaf_anchor_is_made_good_reported_and_settled(house: House, reference: str) -> None:
    deaf, drift = house.source("kitchen"), house.runtime.drift
    assert drift.drift.corrections == {}
    await hear(house, reference, 900, {"kitchen": -15.0})
    assert drift.drift.corrections.keys() == {deaf}
    assert drift.drift.corrections[deaf] > ALLOWED_DB
    assert issues(house) == set()
    await hear(house, reference, int(SUSTAINED_S), {"kitchen": -15.0})
    assert issues(house) == {"anchor_drifted"}
    result = await start(house, "anchor_drifted")
    result = await go_on(house, result, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert issues(house) == set()
    assert drift.drift.corrections == {}


async def test_what_comes_back_by_itself_is_no_issue_any_more(house: House, reference: str) -> None:
    await hear(house, reference, 900 + int(SUSTAINED_S), {"kitchen": -15.0})
    assert issues(house) == {"anchor_drifted"}
    await hear(house, reference, 1200, {})
    # By now one that hears nothing of the reference has been silent for an hour, which is told as well.
    assert issues(house) <= {"anchor_silent"}


async def test_a_calibration_ends_the_corrections(house: House, reference: str) -> None:
    await hear(house, reference, 1200, {"kitchen": -15.0})
    assert house.runtime.drift.drift.corrections
    readings = {house.source("kitchen"): (-70.0,) * 20}
    sample = SurveySample("tag", "ground_floor", "kitchen", (1.0, 1.0), readings, time=house.clock.time())
    await house.runtime.survey.async_add(sample)
    await house.clock.async_pass(1)
    assert house.runtime.drift.drift.corrections == {}
    # What is heard from now on is the baseline.
    await hear(house, reference, 900, {"kitchen": -15.0})
    assert house.runtime.drift.drift.corrections == {}


async def test_the_baseline_outlives_a_restart(house: House, reference: str) -> None:
    assert house.entry
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.hass.async_block_till_done()
    await hear(house, reference, 900, {"kitchen": -15.0})
    assert house.runtime.drift.drift.corrections.keys() == {house.source("kitchen")}


@pytest.mark.parametrize("data", [{}, {"calibrated_at": "never", "links": {}}, {"calibrated_at": 1.0, "links": 3}])
async def test_what_cannot_be_read_from_disk_is_heard_anew(
    house: House, hass_storage: dict[str, Any], data: dict[str, Any]
) -> None:
    await house.async_set_up()
    assert house.entry
    key = f"indoor_positioning.{house.entry.entry_id}.drift"
    await house.hass.config_entries.async_unload(house.entry.entry_id)
    hass_storage[key] = {"version": 1, "minor_version": 1, "key": key, "data": data}
    await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.hass.async_block_till_done()
    assert house.runtime.drift.drift.corrections == {}
