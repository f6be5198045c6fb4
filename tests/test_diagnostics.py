"""Diagnostics and system health: everything that helps, nothing private."""

from __future__ import annotations

import json
import math
from typing import Any
from unittest.mock import ANY

import pytest
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import get_system_health_info

from custom_components.indoor_positioning.const import DOMAIN
from custom_components.indoor_positioning.diagnostics import (
    async_get_config_entry_diagnostics,
    async_get_device_diagnostics,
)
from custom_components.indoor_positioning.engine.survey import SurveySample
from tests.house import TAG_ADDRESS, TAG_UUID, House

KEY = "ec0234a357c8ad05341010a60a397d9b"


async def diagnostics(house: House) -> dict[str, Any]:
    assert house.entry
    return await async_get_config_entry_diagnostics(house.hass, house.entry)


async def test_counts_what_was_delivered(house: House) -> None:
    await house.async_set_up()
    await house.async_add_beacon()
    await house.async_add_beacon(KEY, kind="private_address", name="Phone")
    await house.async_stay("kitchen", 5)
    house.proxies["kitchen"].hear(TAG_ADDRESS, 127, manufacturer_data={76: b""})
    receptions = (await diagnostics(house))["receptions"]
    assert receptions == {
        "delivered": 15,
        "delivered_per_beacon": [15, 0],
        "delivered_per_anchor": {"anchor_1": 5, "anchor_2": 5, "anchor_3": 5},
        "invalid_rssi": 1,
        "stale": 0,
        "addresses": 1,
    }


async def test_tells_how_often_beacons_are_estimated_and_what_that_costs(house: House) -> None:
    runtime = await house.async_set_up()
    await house.async_add_beacon()
    runtime.positioning.pace.cost = 0.0012345
    assert (await diagnostics(house))["estimates"] == {"interval": 0.25, "cost_ms": 1.234}


async def test_tells_the_home_and_its_beacons_by_numbers(house: House) -> None:
    runtime = await house.async_set_up()
    await house.async_add_beacon()
    await house.async_draw()
    await house.async_add_zone("Medicine", exit_delay=5.0)
    await runtime.survey.async_add(
        SurveySample("tag", "ground_floor", "kitchen", (1.0, 2.0), {house.source("kitchen"): (-50.0,) * 30})
    )
    await house.async_stay("kitchen", 10)
    data = await diagnostics(house)
    assert data["home"]["floors"] == [{"level": 0, "elevation": 0.0}, {"level": 1, "elevation": 2.7}]
    assert all(room["corners"] == 4 for room in data["home"]["rooms"])
    (zone,) = data["home"]["zones"]
    assert (zone["corners"], zone["exit_delay"], zone["beacons"]) == (4, 5.0, None)
    assert "Medicine" not in str(data)
    assert all(anchor["placed"] and anchor["listening"] for anchor in data["home"]["anchors"])
    (beacon,) = data["beacons"]
    assert beacon["kinds"] == ["ibeacon"]
    assert (beacon["assurance"], beacon["duplicate_suspected"], beacon["tells"]) == ("public", None, [])
    kitchen = [room.id for room in runtime.positioning.model.home.rooms].index("kitchen")
    assert beacon["room"] == f"room_{kitchen + 1}"
    assert set(beacon["heard_by"]) == {"anchor_1", "anchor_2", "anchor_3"}
    (sample,) = data["survey"]
    assert sample["room"] == beacon["room"]
    assert sample["quality"] == "fair"
    assert data["propagation"]["exponent"] > 0


async def test_tells_nothing_private(house: House) -> None:
    runtime = await house.async_set_up()
    await house.async_add_beacon(name="Anna")
    await house.async_add_beacon(KEY, kind="private_address", name="Berta")
    await house.async_draw()
    await runtime.survey.async_add(
        SurveySample("tag", "ground_floor", "kitchen", (1.23, 2.34), {house.source("kitchen"): (-50.0,)})
    )
    await house.async_stay("kitchen", 10)
    assert house.entry
    house.hass.config_entries.async_remove_subentry(
        house.entry, house.subentry(f"anchor_{house.source('bedroom')}").subentry_id
    )
    pin = {"latitude": 52.51627, "longitude": 13.37769, "bearing": 12.0}
    options = {**house.entry.options, "ignored_beacons": ["address:C4:00:00:12:34:56"], "pin": pin}
    house.hass.config_entries.async_update_entry(house.entry, options=options)
    await house.clock.async_pass(2)
    told = await diagnostics(house)
    device = dr.async_entries_for_config_entry(dr.async_get(house.hass), house.entry.entry_id)[0]
    of_device = await async_get_device_diagnostics(house.hass, house.entry, device)
    assert of_device["device"]
    text = json.dumps([told, of_device], default=str).casefold()
    private = [
        KEY,
        TAG_UUID,
        TAG_ADDRESS,
        "C4:00:00:12:34:56",
        "anna",
        "berta",
        "kitchen",
        "bedroom",
        "1.23",
        "2.34",
        "52.51627",
        "13.37769",
        "outline",
    ]
    private += [proxy.source for proxy in house.proxies.values()]
    private += list(house.entry.subentries)
    assert [one for one in private if one.casefold() in text] == []


async def test_places_keep_their_distances_and_nothing_else(house: House) -> None:
    runtime = await house.async_set_up()
    await house.async_draw()
    first, second = [(await diagnostics(house))["home"]["anchors"] for _ in range(2)]
    real = [anchor.position for anchor in runtime.positioning.model.home.anchors if anchor.position]
    assert len(real) == 3
    for told in (first, second):
        for one, other in ((0, 1), (1, 2), (0, 2)):
            distance = math.dist(real[one][:2], real[other][:2])
            assert math.dist(told[one]["place"][:2], told[other]["place"][:2]) == pytest.approx(distance, abs=0.05)
    assert all(one["place"] != other["place"] for one, other in zip(first, second, strict=True))


async def test_tells_versions_files_and_findings(house: House) -> None:
    runtime = await house.async_set_up()
    runtime.issues.drifted({house.source("kitchen")})
    data = await diagnostics(house)
    assert data["versions"]["core"]
    assert data["versions"]["integration"]
    assert data["findings"] == {"issues": ["anchor_drifted"], "changed_anchors": [], "sensors": []}
    assert isinstance(data["files"], dict)


async def test_system_health(house: House) -> None:
    assert await async_setup_component(house.hass, "system_health", {})
    await house.async_set_up()
    await house.async_add_beacon()
    await house.async_stay("kitchen", 5)
    house.disconnect("bedroom")
    assert await get_system_health_info(house.hass, DOMAIN) == {
        "running": True,
        "method": "bayes",
        "anchors": "2 / 3",
        "changed_anchors": 0,
        "beacons": 1,
        "located": 1,
        "problems": 1,
        "packets": 15,
        "estimate_interval": 0.25,
        "estimate_cost": ANY,
        "samples": 0,
    }
    assert house.entry
    await house.hass.config_entries.async_unload(house.entry.entry_id)
    assert await get_system_health_info(house.hass, DOMAIN) == {"running": False}
