"""From nothing to a room that changes, and on through changes, restarts and removal, in a real Home Assistant."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from types import MappingProxyType
from typing import Any
from unittest.mock import patch

import pytest
from homeassistant.config_entries import ConfigEntryState, ConfigSubentry
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE, STATE_UNKNOWN

from custom_components.indoor_positioning.const import DOMAIN
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.survey import SurveySample
from custom_components.indoor_positioning.presentation import POSITION_STEP_M
from tests.house import TAG_ADDRESS, TAG_UUID, House


async def test_rooms_work_at_once(house: House) -> None:
    """Proxies with areas and one beacon suffice to know the room."""
    await house.async_set_up()
    await house.async_add_beacon()
    await house.async_stay("kitchen", 10)
    state = house.state("sensor.tag_room")
    assert state.state == "Kitchen"
    assert state.attributes["area_id"] == "kitchen"
    await house.async_stay("bedroom", 15)
    assert house.state("sensor.tag_room").state == "Bedroom"


async def reload(house: House, downtime: float) -> None:
    assert house.entry
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    await house.clock.async_pass(downtime)
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.hass.async_block_till_done()


async def test_the_last_place_is_shown_after_a_restart(house: House) -> None:
    await house.async_set_up()
    await house.async_add_beacon()
    await house.async_draw()
    await house.async_stay("kitchen", 20)
    # What is shown of a beacon at rest lags behind what is known of it.
    (track,) = house.runtime.positioning.tracks.values()
    assert track.presence.position is not None
    known = track.presence.position
    await reload(house, 300)
    assert house.state("sensor.tag_room").state == "Kitchen"
    assert house.state("sensor.tag_floor").state == "Ground floor"
    shown = tuple(float(house.state(f"sensor.tag_{axis}").state) for axis in "xy")
    assert shown == pytest.approx(known, abs=POSITION_STEP_M)
    assert house.state("device_tracker.tag").state == "home"
    assert house.state("binary_sensor.kitchen_occupancy").state == "on"
    await house.clock.async_pass(30)
    assert house.state("sensor.tag_room").state == "Kitchen", "it is given time to be heard"
    await house.clock.async_pass(40)
    assert house.state("sensor.tag_room").state == "away"


async def test_evidence_after_a_restart_counts_at_once(house: House) -> None:
    await house.async_set_up()
    await house.async_add_beacon()
    await house.async_stay("kitchen", 20)
    await reload(house, 120)
    await house.async_stay("bedroom", 10)
    assert house.state("sensor.tag_room").state == "Bedroom"


async def test_an_away_beacon_stays_away_after_a_restart(house: House) -> None:
    await house.async_set_up()
    await house.async_add_beacon()
    await house.async_stay("kitchen", 20)
    await house.clock.async_pass(70)
    await reload(house, 60)
    assert house.state("sensor.tag_room").state == "away"
    assert house.state("device_tracker.tag").state == "not_home"


async def test_a_wall_clock_that_jumps_back_is_survived(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.async_set_up()
    await house.async_add_beacon()
    await house.async_stay("kitchen", 20)
    monkeypatch.setattr("custom_components.indoor_positioning.clock.time", lambda: 1000.0)
    await house.async_stay("kitchen", 5)
    await reload(house, 10)
    assert house.state("sensor.tag_room").state == "Kitchen"
    monkeypatch.setattr("custom_components.indoor_positioning.clock.time", lambda: 9e9)
    await house.async_stay("bedroom", 10)
    assert house.state("sensor.tag_room").state == "Bedroom"


@pytest.mark.parametrize(
    "broken",
    [
        {"saved_at": "yesterday", "beacons": {}},
        {"beacons": {"x": {}}},
        {"saved_at": 1.0, "beacons": {"x": {"tracker": {}, "presence": {}}}},
    ],
)
async def test_a_broken_state_is_left_out(
    house: House, hass_storage: dict[str, Any], broken: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    await house.async_set_up()
    await house.async_add_beacon()
    assert house.entry
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    hass_storage[f"{DOMAIN}.{house.entry.entry_id}.state"]["data"] = broken
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    assert caplog.text.count("cannot be read") == 1
    await house.async_stay("kitchen", 10)
    assert house.state("sensor.tag_room").state == "Kitchen"


async def test_what_is_stored_is_json_and_holds_no_key(house: House, hass_storage: dict[str, Any]) -> None:
    await house.async_set_up()
    key = "ec0234a357c8ad05341010a60a397d9b"
    await house.async_add_beacon(key, kind="private_address", name="Phone")
    await house.async_add_beacon()
    await house.async_stay("kitchen", 5)
    assert house.entry
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    text = json.dumps(hass_storage[f"{DOMAIN}.{house.entry.entry_id}.state"])
    assert key not in text


async def test_the_state_is_written_now_and_then(house: House, hass_storage: dict[str, Any]) -> None:
    await house.async_set_up()
    beacon_id = await house.async_add_beacon()
    await house.async_stay("kitchen", 5)
    await house.clock.async_pass(310)
    assert house.entry
    stored = hass_storage[f"{DOMAIN}.{house.entry.entry_id}.state"]["data"]
    assert stored["beacons"][beacon_id]["reference_rssi"] == -59


async def test_the_state_is_written_when_home_assistant_stops(house: House, hass_storage: dict[str, Any]) -> None:
    await house.async_set_up()
    beacon_id = await house.async_add_beacon()
    await house.async_stay("kitchen", 5)
    await house.clock.async_pass(310)
    await house.async_stay("kitchen", 20)
    house.hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await house.hass.async_block_till_done()
    assert house.entry
    stored = hass_storage[f"{DOMAIN}.{house.entry.entry_id}.state"]["data"]
    assert stored["saved_at"] == pytest.approx(house.clock.time())
    assert stored["beacons"][beacon_id]["presence"]["room"] == "kitchen"


async def test_a_model_that_is_ready_too_late_is_let_go(house: House) -> None:
    runtime = await house.async_set_up()
    assert house.entry
    build, ready = PositioningModel.build, threading.Event()

    def slow_build(*arguments: Any) -> PositioningModel:
        ready.wait(5)
        return build(*arguments)

    model = runtime.positioning.model
    with patch("custom_components.indoor_positioning.runtime.PositioningModel.build", slow_build):
        runtime.request_rebuild()
        house.clock.passed += 1
        await asyncio.sleep(0.01)
        unload = house.hass.async_create_task(house.hass.config_entries.async_unload(house.entry.entry_id))
        await asyncio.sleep(0.01)
        ready.set()
        assert await unload
        await house.hass.async_block_till_done()
    assert runtime.positioning.model is model


async def test_a_change_while_it_starts_is_not_missed(house: House) -> None:
    await house.async_set_up()
    removed = await house.async_add_beacon()
    assert house.entry
    entry, build = house.entry, PositioningModel.build
    assert await house.hass.config_entries.async_unload(entry.entry_id)
    added = ConfigSubentry(
        data=MappingProxyType({"identities": [{"kind": "address", "address": TAG_ADDRESS}], "reference_rssi": None}),
        subentry_type="beacon",
        title="Late",
        unique_id="beacon_late",
    )

    def change() -> None:
        house.hass.config_entries.async_add_subentry(entry, added)
        house.hass.config_entries.async_remove_subentry(entry, removed)

    def build_while_it_changes(*arguments: Any) -> PositioningModel:
        house.hass.loop.call_soon_threadsafe(change)
        time.sleep(0.1)
        return build(*arguments)

    with patch("custom_components.indoor_positioning.runtime.PositioningModel.build", build_while_it_changes):
        assert await house.hass.config_entries.async_setup(entry.entry_id)
        await house.hass.async_block_till_done()
    assert set(house.runtime.positioning.tracks) == {added.subentry_id}
    await house.async_stay("kitchen", 5)
    assert house.state("sensor.late_room").state == "Kitchen"


async def test_samples_of_rooms_and_anchors_that_are_gone_do_no_harm(house: House) -> None:
    runtime = await house.async_set_up()
    await house.async_add_beacon()
    await runtime.survey.async_add(
        SurveySample("gone", "no floor", "no room", (1.0, 1.0), {"no anchor": (-50.0,) * 20}, frozenset({"neither"}))
    )
    await house.clock.async_pass(2)
    await house.async_draw()
    await house.async_stay("kitchen", 10)
    assert house.state("sensor.tag_room").state == "Kitchen"


async def test_without_any_anchor_nothing_is_known_and_nothing_breaks(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    flow = house.hass.config_entries.flow
    result = await flow.async_init(DOMAIN, context={"source": "user"})
    result = await flow.async_configure(result["flow_id"], {"anchors": []})
    house.entry = result["result"]
    await house.hass.async_block_till_done()
    await house.async_add_beacon()
    await house.async_stay("kitchen", 10)
    assert house.state("sensor.tag_room").state == STATE_UNKNOWN
    assert "Traceback" not in caplog.text


async def test_changes_do_not_touch_what_they_do_not_concern(house: House) -> None:
    runtime = await house.async_set_up()
    first = await house.async_add_beacon()
    await house.async_stay("kitchen", 5)
    track = runtime.positioning.tracks[first]
    tracker, presence = track.tracker, track.presence
    second = await house.async_add_beacon(f"{TAG_UUID}/1/3", name="Second")
    assert house.entry
    house.hass.config_entries.async_remove_subentry(house.entry, second)
    await house.hass.async_block_till_done()
    await house.async_draw()
    assert house.runtime is runtime
    assert runtime.positioning.tracks == {first: track}
    assert track.tracker is tracker
    assert track.presence.room == presence.room == "kitchen"


async def test_an_identity_of_the_future_does_not_stop_the_rest(house: House, caplog: pytest.LogCaptureFixture) -> None:
    await house.async_set_up()
    await house.async_add_beacon()
    strange = await house.async_add_beacon(f"{TAG_UUID}/1/3", name="Strange")
    assert house.entry
    subentry = house.entry.subentries[strange]
    house.hass.config_entries.async_update_subentry(
        house.entry, subentry, data={**subentry.data, "identities": [{"kind": "telepathy"}]}
    )
    await house.hass.async_block_till_done()
    assert caplog.text.count("An identity of Strange cannot be used: unknown_kind") == 1
    await house.async_stay("kitchen", 5)
    assert house.state("sensor.tag_room").state == "Kitchen"


async def test_removal_leaves_nothing_behind(house: House, hass_storage: dict[str, Any]) -> None:
    await house.async_set_up()
    await house.async_add_beacon()
    await house.async_stay("kitchen", 5)
    assert house.entry
    await house.runtime.survey.async_delete([])
    assert any(key.startswith(DOMAIN) for key in hass_storage)
    await house.hass.config_entries.async_remove(house.entry.entry_id)
    await house.hass.async_block_till_done()
    assert house.entry.state is ConfigEntryState.NOT_LOADED
    house.entry = None
    assert not [key for key in hass_storage if key.startswith(DOMAIN)]
    assert not [one for one in house.hass.states.async_entity_ids() if one.startswith(("sensor.tag", "binary_sensor"))]
    await house.async_set_up()
    await house.async_add_beacon()
    await house.async_stay("kitchen", 5)
    assert house.state("sensor.tag_room").state == "Kitchen"
