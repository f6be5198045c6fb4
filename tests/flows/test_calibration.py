"""Standing in each room once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import async_capture_events

from tests.flows.test_options import open_step
from tests.house import TAG_ADDRESS, House


async def go_on(house: House, flow_id: str, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
    return await house.hass.config_entries.options.async_configure(flow_id, user_input)


async def test_learns_a_room_and_the_next(house: House) -> None:
    runtime = await house.async_set_up()
    beacon_id = await house.async_add_beacon()
    model = runtime.positioning.model
    progress = async_capture_events(house.hass, "data_entry_flow_progress_update")
    result = await open_step(house, "calibrate")
    assert result["step_id"] == "calibrate"
    flow_id = result["flow_id"]
    result = await go_on(house, flow_id, {"beacon": beacon_id, "room": "kitchen"})
    assert result["type"] is FlowResultType.SHOW_PROGRESS
    assert result["progress_action"] == "collecting"
    await house.async_stay("kitchen", 8)
    result = await go_on(house, flow_id)
    assert result["description_placeholders"] == {"packets": "24", "anchors": "3"}
    assert 0.4 < progress[-1].data["progress"] < 0.6
    await house.async_stay("kitchen", 8)
    result = await go_on(house, flow_id)
    assert result["type"] is FlowResultType.MENU
    assert result["menu_options"] == ["calibrate_next", "finish"]
    assert result["description_placeholders"] == {"packets": "45", "anchors": "3"}
    await house.clock.async_pass(2)
    assert runtime.positioning.model is not model
    (sample,) = runtime.positioning.model.survey
    assert (sample.room, sample.position) == ("kitchen", None)
    assert sample.packets == 45
    assert sample.duration == 15.0

    result = await go_on(house, flow_id, {"next_step_id": "calibrate_next"})
    assert result["step_id"] == "calibrate"
    assert result["data_schema"]
    suggested = {str(key): (key.description or {}).get("suggested_value") for key in result["data_schema"].schema}
    assert suggested == {"beacon": beacon_id, "room": None, "x": None, "y": None}
    await go_on(house, flow_id, {"beacon": beacon_id, "room": "bedroom", "x": 1.0, "y": 2.0})
    await house.async_stay("bedroom", 17)
    result = await go_on(house, flow_id)
    assert result["step_id"] == "calibrate_done"
    result = await go_on(house, flow_id, {"next_step_id": "finish"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert [(kept.sample.room, kept.sample.position) for kept in runtime.survey.samples] == [
        ("kitchen", None),
        ("bedroom", (1.0, 2.0)),
    ]
    assert house.runtime is runtime


async def test_the_numbers_stay_long_enough_to_be_read(house: House) -> None:
    """The frontend builds the step anew whenever it changes: twice a second, its text never comes to be shown."""
    await house.async_set_up()
    beacon_id = await house.async_add_beacon()
    changed = async_capture_events(house.hass, "data_entry_flow_progressed")
    progress = async_capture_events(house.hass, "data_entry_flow_progress_update")
    flow_id = (await open_step(house, "calibrate"))["flow_id"]
    await go_on(house, flow_id, {"beacon": beacon_id, "room": "kitchen"})
    await house.async_stay("kitchen", 13)
    assert len(changed) == 4, "one every three seconds"
    assert len(progress) >= 20, "the ring goes on in between"


async def test_few_packets_prolong_the_stand(house: House) -> None:
    runtime = await house.async_set_up()
    beacon_id = await house.async_add_beacon()
    flow_id = (await open_step(house, "calibrate"))["flow_id"]
    await go_on(house, flow_id, {"beacon": beacon_id, "room": "kitchen"})
    for _ in range(4):
        house.transmit("kitchen")
        await house.clock.async_pass(5)
    result = await go_on(house, flow_id)
    assert result["type"] is FlowResultType.SHOW_PROGRESS, "12 packets in 20 s are few"
    for _ in range(3):
        house.transmit("kitchen")
        await house.clock.async_pass(5)
    result = await go_on(house, flow_id)
    assert result["step_id"] == "calibrate_done"
    (kept,) = runtime.survey.samples
    assert kept.sample.packets == 21
    assert 30 <= kept.sample.duration <= 36


async def test_a_faint_beacon_ends_the_stand_all_the_same(house: House) -> None:
    runtime = await house.async_set_up()
    beacon_id = await house.async_add_beacon()
    flow_id = (await open_step(house, "calibrate"))["flow_id"]
    await go_on(house, flow_id, {"beacon": beacon_id, "room": "kitchen"})
    house.transmit("kitchen")
    await house.clock.async_pass(44)
    assert (await go_on(house, flow_id))["type"] is FlowResultType.SHOW_PROGRESS
    await house.clock.async_pass(2)
    assert (await go_on(house, flow_id))["step_id"] == "calibrate_done"
    (kept,) = runtime.survey.samples
    assert kept.quality == "poor"


async def test_silence_is_told(house: House) -> None:
    runtime = await house.async_set_up()
    beacon_id = await house.async_add_beacon()
    flow_id = (await open_step(house, "calibrate"))["flow_id"]
    await go_on(house, flow_id, {"beacon": beacon_id, "room": "kitchen"})
    await house.clock.async_pass(26)
    result = await go_on(house, flow_id)
    assert result["step_id"] == "calibrate"
    assert result["errors"] == {"base": "no_packets"}
    assert runtime.survey.samples == ()
    await go_on(house, flow_id, {"beacon": beacon_id, "room": "kitchen"})
    await house.async_stay("kitchen", 17)
    assert (await go_on(house, flow_id))["step_id"] == "calibrate_done"


async def test_an_anchor_that_hears_nothing_is_kept_as_silent(house: House) -> None:
    runtime = await house.async_set_up()
    beacon_id = await house.async_add_beacon()
    house.proxies["bedroom"].hear("C4:00:00:00:00:99", -70, name="Stranger")
    # Who listens is looked up once a second.
    await house.clock.async_pass(1)
    flow_id = (await open_step(house, "calibrate"))["flow_id"]
    await go_on(house, flow_id, {"beacon": beacon_id, "room": "kitchen"})
    for _ in range(34):
        house.proxies["kitchen"].hear("C4:00:00:00:00:01", -50, manufacturer_data={76: PAYLOAD})
        house.proxies["bedroom"].hear("C4:00:00:00:00:99", -70, name="Stranger")
        await house.clock.async_pass(0.5)
    assert (await go_on(house, flow_id))["step_id"] == "calibrate_done"
    (kept,) = runtime.survey.samples
    assert set(kept.sample.readings) == {house.source("kitchen")}
    assert kept.sample.silent == {house.source("bedroom")}, "the living room's proxy did not listen at all"


PAYLOAD = b"\x02\x15\x2f\x23\x44\x54\xcf\x6d\x4a\x0f\xad\xf2\xf4\x91\x1b\xa9\xff\xa6\x00\x01\x00\x02\xc5"


@pytest.mark.parametrize(
    ("spot", "problem"), [({"x": 1.0}, "position_incomplete"), ({"x": float("nan"), "y": 1.0}, "not_finite")]
)
async def test_refuses_half_a_spot(house: House, spot: dict[str, float], problem: str) -> None:
    await house.async_set_up()
    beacon_id = await house.async_add_beacon()
    flow_id = (await open_step(house, "calibrate"))["flow_id"]
    result = await go_on(house, flow_id, {"beacon": beacon_id, "room": "kitchen", **spot})
    assert result["errors"] == {"base": problem}


async def test_needs_a_beacon_and_a_room(house: House) -> None:
    await house.async_set_up()
    assert house.entry
    assert (await open_step(house, "calibrate"))["reason"] == "no_beacons"
    await house.async_add_beacon()
    for room in house.entry.get_subentries_of_type("room"):
        house.hass.config_entries.async_remove_subentry(house.entry, room.subentry_id)
    await house.hass.async_block_till_done()
    await house.clock.async_pass(2)
    assert (await open_step(house, "calibrate"))["reason"] == "no_rooms"


async def test_needs_a_running_integration(house: House) -> None:
    await house.async_set_up()
    assert house.entry
    await house.hass.config_entries.async_unload(house.entry.entry_id)
    assert (await open_step(house, "calibrate"))["reason"] == "not_loaded"
    assert (await open_step(house, "samples"))["reason"] == "not_loaded"


async def test_a_beacon_deleted_meanwhile_is_told(house: House) -> None:
    await house.async_set_up()
    assert house.entry
    beacon_id = await house.async_add_beacon()
    other_id = await house.async_add_beacon(TAG_ADDRESS, kind="address", name="Other")
    flow_id = (await open_step(house, "calibrate"))["flow_id"]
    house.hass.config_entries.async_remove_subentry(house.entry, beacon_id)
    await house.hass.async_block_till_done()
    result = await go_on(house, flow_id, {"beacon": beacon_id, "room": "kitchen"})
    assert result["errors"] == {"base": "gone_meanwhile"}
    result = await go_on(house, flow_id, {"beacon": other_id, "room": "kitchen"})
    assert result["type"] is FlowResultType.SHOW_PROGRESS


async def test_walking_away_stops_the_stand(house: House) -> None:
    runtime = await house.async_set_up()
    beacon_id = await house.async_add_beacon()
    # A new beacon is followed by the watch over the levels, a moment later.
    await house.clock.async_pass(2)
    taps = runtime.positioning.tracks[beacon_id].taps
    before = list(taps)
    flow_id = (await open_step(house, "calibrate"))["flow_id"]
    await go_on(house, flow_id, {"beacon": beacon_id, "room": "kitchen"})
    await house.async_stay("kitchen", 3)
    assert len(taps) == len(before) + 1
    house.hass.config_entries.options.async_abort(flow_id)
    await house.async_stay("kitchen", 20)
    assert runtime.survey.samples == ()
    assert taps == before


async def test_unloading_in_the_middle_is_survived(house: House, caplog: pytest.LogCaptureFixture) -> None:
    await house.async_set_up()
    assert house.entry
    beacon_id = await house.async_add_beacon()
    flow_id = (await open_step(house, "calibrate"))["flow_id"]
    await go_on(house, flow_id, {"beacon": beacon_id, "room": "kitchen"})
    await house.async_stay("kitchen", 3)
    assert await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.clock.async_pass(50)
    result = await go_on(house, flow_id)
    assert result["step_id"] == "calibrate"
    assert result["errors"] == {"base": "interrupted"}
    assert "Traceback" not in caplog.text
    await go_on(house, flow_id, {"beacon": beacon_id, "room": "kitchen"})
    await house.async_stay("kitchen", 17)
    assert (await go_on(house, flow_id))["step_id"] == "calibrate_done"


async def test_lists_and_deletes_samples(house: House) -> None:
    runtime = await house.async_set_up()
    beacon_id = await house.async_add_beacon()
    assert (await open_step(house, "samples"))["reason"] == "no_samples"
    for area_id in ("kitchen", "bedroom"):
        flow_id = (await open_step(house, "calibrate"))["flow_id"]
        spot = {"x": 1.5, "y": 2.0} if area_id == "bedroom" else {}
        await go_on(house, flow_id, {"beacon": beacon_id, "room": area_id, **spot})
        await house.async_stay(area_id, 16)
        await go_on(house, flow_id)
        await house.clock.async_pass(50)
    await runtime.survey.async_add(replace(runtime.survey.samples[0].sample, time=house.clock.time(), room=None))
    just_now = await open_step(house, "samples")
    assert just_now["data_schema"]
    (selector,) = just_now["data_schema"].schema.values()
    assert selector.config["options"][-1]["label"] == "– · just now · 45 packets from 3 anchors · good"
    await runtime.survey.async_delete([selector.config["options"][-1]["value"]])
    house.clock.passed += 3 * 3600
    result = await open_step(house, "samples")
    assert result["description_placeholders"] == {"count": "2"}
    assert result["data_schema"]
    (selector,) = result["data_schema"].schema.values()
    labels = [option["label"] for option in selector.config["options"]]
    assert labels == [
        "Kitchen · 3 h ago · 45 packets from 3 anchors · good",
        "Bedroom · (1.5, 2) · 3 h ago · 45 packets from 3 anchors · good",
    ]
    first, second = (option["value"] for option in selector.config["options"])
    result = await go_on(house, result["flow_id"], {"delete": [first]})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert [kept.id for kept in runtime.survey.samples] == [second]
    await house.clock.async_pass(2)
    assert [sample.room for sample in runtime.positioning.model.survey] == ["bedroom"]
