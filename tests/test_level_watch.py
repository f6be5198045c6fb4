"""What the anchors hear over weeks: an anchor that is covered is reported in plain words, and withdrawn when freed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir

from custom_components.indoor_positioning.const import DOMAIN
from custom_components.indoor_positioning.engine.observation import Observation
from custom_components.indoor_positioning.engine.survey import SurveySample
from tests.house import House
from tests.test_anchor_entities import FIGURES, async_enable, value
from tests.test_registry_watch import issues
from tests.test_repairs import go_on, start
from tests.translations import ENGLISH

LEVELS = {
    "kitchen": {"kitchen": -55.0, "living_room": -68.0, "bedroom": -75.0},
    "living_room": {"kitchen": -68.0, "living_room": -55.0, "bedroom": -68.0},
    "bedroom": {"kitchen": -75.0, "living_room": -68.0, "bedroom": -55.0},
}


async def live(house: House, beacon_id: str, days: int, changes: Mapping[str, float] | None = None) -> None:
    """Let the beacon be in each room for some minutes a day; some proxies hear it so many dB stronger than at first."""
    for _ in range(days):
        begin = house.clock.passed
        for half_minute in range(75):
            room = list(LEVELS)[half_minute // 25]
            for second in range(0, 30, 3):
                now = house.clock.monotonic() + second
                for area_id, level in LEVELS[room].items():
                    rssi = level + (changes or {}).get(area_id, 0.0) + second % 4 - 1.5
                    house.runtime.positioning.observe(Observation(now, beacon_id, house.source(area_id), rssi))
            await house.clock.async_pass(30, step=30)
        await house.clock.async_pass(86_400 - (house.clock.passed - begin), step=10_800)


@pytest.fixture
async def beacon_id(house: House) -> str:
    """Return the id of a beacon in a home that has been lived in for some days."""
    await house.async_set_up()
    await house.async_draw()
    one = await house.async_add_beacon()
    await house.clock.async_pass(1)
    await live(house, one, 3)
    return one


def reported(house: House) -> set[str]:
    """Return what is reported of levels; that nobody is at home at night is another matter."""
    return issues(house) & {"anchor_quieter", "anchor_louder", "anchor_displaced", "anchor_otherwise"}


def text(house: House, problem: str) -> str:
    """Return the title that is read."""
    found = next(one for one in ir.async_get(house.hass).issues.values() if one.translation_key == problem)
    return str(ENGLISH["issues"][problem]["title"].format(**found.translation_placeholders or {}))


async def test_a_covered_anchor_is_reported_in_plain_words_and_withdrawn_when_freed(
    house: House, beacon_id: str
) -> None:
    assert reported(house) == set()
    covered = datetime.fromtimestamp(house.clock.time(), UTC).date()
    await live(house, beacon_id, 3, {"kitchen": -15.0})
    assert reported(house) == {"anchor_quieter"}
    title = text(house, "anchor_quieter")
    (named,) = house.runtime.levels.named
    # The day is that of the world's clock; a home's evening may reach into the next.
    assert named.since
    assert 0 <= (named.since - covered).days <= 1
    # A part is lost where it falls below what a proxy can hear, and spots are told apart by the levels themselves.
    assert -20.0 < named.change.level < -7.0
    assert title == f"Anchor Kitchen proxy hears about {-named.change.level:.0f} dB less than before {named.since}"
    await live(house, beacon_id, 3)
    assert reported(house) == set()


async def test_it_is_settled_by_whoever_wants_it_so(house: House, beacon_id: str) -> None:
    await live(house, beacon_id, 3, {"kitchen": -15.0})
    result = await start(house, "anchor_quieter")
    told = result["description_placeholders"] or {}
    assert told["name"] == "Kitchen proxy"
    assert told["amount"].isdigit()
    result = await go_on(house, result, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert reported(house) == set()
    assert house.runtime.levels.change(house.source("kitchen")) is None
    await live(house, beacon_id, 3, {"kitchen": -15.0})
    assert reported(house) == set()


async def test_what_was_normal_outlives_a_restart_and_the_change_is_shown(house: House, beacon_id: str) -> None:
    assert "level_change" in FIGURES
    await async_enable(house)
    await live(house, beacon_id, 3, {"kitchen": -15.0})
    assert reported(house) == {"anchor_quieter"}
    assert -20.0 < float(value(house, "kitchen", "level_change")) < -7.0


async def test_a_calibration_begins_anew(house: House, beacon_id: str) -> None:
    await live(house, beacon_id, 3, {"kitchen": -15.0})
    readings = {house.source("kitchen"): (-70.0,) * 20}
    sample = SurveySample("tag", "ground_floor", "kitchen", (1.0, 1.0), readings, time=house.clock.time())
    await house.runtime.survey.async_add(sample)
    await house.clock.async_pass(1)
    assert reported(house) == set()
    assert house.runtime.levels.history.days(house.source("kitchen")) == ()


async def test_an_anchor_that_is_given_its_new_place_is_no_issue_any_more(house: House, beacon_id: str) -> None:
    assert house.entry
    await live(house, beacon_id, 3, {"kitchen": -15.0})
    assert reported(house) == {"anchor_quieter"}
    anchor = house.subentry(f"anchor_{house.source('kitchen')}")
    house.hass.config_entries.async_update_subentry(house.entry, anchor, data={**anchor.data, "x": 0.5, "y": 0.5})
    await house.clock.async_pass(1)
    assert reported(house) == set()


async def test_what_is_kept_is_small_tells_of_no_beacon_and_goes_with_the_entry(
    house: House, beacon_id: str, hass_storage: dict[str, Any]
) -> None:
    assert house.entry
    await house.runtime.levels.async_save()
    key = f"{DOMAIN}.{house.entry.entry_id}.levels"
    stored = json.dumps(hass_storage[key]["data"])
    assert beacon_id not in stored
    assert len(stored) < 4000
    assert f"{key}.last_good" in hass_storage
    await house.hass.config_entries.async_remove(house.entry.entry_id)
    await house.hass.async_block_till_done()
    assert not {key, f"{key}.last_good"} & hass_storage.keys()
    house.entry = None


@pytest.mark.parametrize("data", [{}, {"calibrated_at": "x"}, {"calibrated_at": 1.0, "history": {"today": 1}}])
async def test_what_cannot_be_read_from_disk_is_heard_anew(
    house: House, hass_storage: dict[str, Any], data: dict[str, Any]
) -> None:
    await house.async_set_up()
    assert house.entry
    key = f"{DOMAIN}.{house.entry.entry_id}.levels"
    await house.hass.config_entries.async_unload(house.entry.entry_id)
    hass_storage[key] = {"version": 1, "minor_version": 1, "key": key, "data": data}
    await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.hass.async_block_till_done()
    assert house.runtime.levels.named == ()


async def test_what_the_reference_beacons_say_too_is_said_once(house: House, beacon_id: str) -> None:
    await live(house, beacon_id, 3, {"kitchen": -15.0})
    house.runtime.issues.drifted({house.source("kitchen"), house.source("bedroom")})
    drifted = {one for one in ir.async_get(house.hass).issues if one[1].startswith("anchor_drifted")}
    bedroom = house.subentry(f"anchor_{house.source('bedroom')}").subentry_id
    assert drifted == {(DOMAIN, f"anchor_drifted_{bedroom}")}
