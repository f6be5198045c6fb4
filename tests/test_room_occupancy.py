"""Room occupancy that lights can trust, in a running Home Assistant."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.helpers import entity_registry as er

from tests.flows.test_room import go_on, reconfigure, suggested
from tests.house import House

KITCHEN = "binary_sensor.kitchen_occupancy"
MOTION = "binary_sensor.kitchen_motion"
RADAR = "binary_sensor.kitchen_radar"
DOOR = "binary_sensor.kitchen_door"


def sense(house: House, entity_id: str, state: str) -> None:
    """Let a sensor of another integration say something."""
    device_class = {MOTION: "motion", RADAR: "occupancy", DOOR: "door"}[entity_id]
    house.hass.states.async_set(entity_id, state, {"device_class": device_class})


async def choose(house: House, *sensors: str, **times: Any) -> SubentryFlowResult:
    """Choose the sensors of the kitchen in its form."""
    presence = {"sensors": list(sensors), "hold": 60, "still_after": 300, **times}
    return await go_on(house, await reconfigure(house, "kitchen"), {"rectangle": {}, "presence": presence})


def said(house: House) -> tuple[str, list[str]]:
    state = house.state(KITCHEN)
    return state.state, state.attributes["reasons"]


async def test_a_tag_left_on_the_table_does_not_keep_the_light_on(house: House) -> None:
    runtime = await house.async_set_up()
    await house.async_add_beacon()
    sense(house, MOTION, "off")
    await choose(house, MOTION)
    assert house.runtime is runtime
    await house.async_stay("kitchen", 20)
    assert said(house) == ("on", ["beacon"])
    assert house.state(KITCHEN).attributes["beacons"] == ["Tag"]
    await house.async_stay("kitchen", 300)
    assert said(house) == ("off", [])
    assert house.state(KITCHEN).attributes["resting_beacons"] == ["Tag"]
    assert house.state("sensor.tag_room").state == "Kitchen"
    # Taken up again and carried to the living room and back.
    await house.async_stay("living_room", 10)
    await house.async_stay("kitchen", 10)
    assert said(house) == ("on", ["beacon"])


async def test_a_restart_does_not_wake_what_rests(house: House) -> None:
    await house.async_set_up()
    assert house.entry
    await house.async_add_beacon()
    sense(house, MOTION, "off")
    await choose(house, MOTION)
    await house.async_stay("kitchen", 330)
    assert said(house) == ("off", [])
    assert await house.hass.config_entries.async_reload(house.entry.entry_id)
    assert said(house) == ("off", [])
    await house.async_stay("kitchen", 30)
    assert said(house) == ("off", [])


async def test_a_person_without_a_tag_keeps_the_light_on(house: House) -> None:
    await house.async_set_up()
    sense(house, MOTION, "off")
    await choose(house, MOTION)
    assert said(house) == ("off", [])
    sense(house, MOTION, "on")
    await house.hass.async_block_till_done()
    assert said(house) == ("on", ["sensor"])
    sense(house, MOTION, "off")
    await house.clock.async_pass(59)
    assert said(house) == ("on", ["sensor_lately"])
    await house.clock.async_pass(2)
    assert said(house) == ("off", [])


async def test_doors_and_presence_sensors(house: House) -> None:
    await house.async_set_up()
    for sensor in (MOTION, DOOR):
        sense(house, sensor, "off")
    await choose(house, MOTION, DOOR)
    for state in ("on", "off"):
        sense(house, MOTION, state)
        await house.clock.async_pass(1)
    await house.clock.async_pass(600)
    assert said(house) == ("on", ["closed_door"])
    sense(house, DOOR, "on")
    await house.clock.async_pass(61)
    assert said(house) == ("off", [])
    sense(house, RADAR, "on")
    await choose(house, MOTION, DOOR, RADAR)
    assert said(house) == ("on", ["sensor"])
    house.hass.states.async_remove(RADAR)
    await house.clock.async_pass(61)
    assert said(house) == ("off", [])


async def test_without_sensors_every_beacon_counts(house: House) -> None:
    await house.async_set_up()
    await house.async_add_beacon()
    await choose(house, still_after=30)
    await house.async_stay("kitchen", 60)
    assert said(house) == ("on", ["beacon"])


async def test_the_form_shows_what_was_chosen_and_refuses_its_own(house: House) -> None:
    await house.async_set_up()
    result = await choose(house, "binary_sensor.bedroom_occupancy")
    assert result["errors"] == {"base": "own_sensor"}
    await choose(house, MOTION, hold=10)
    shown = suggested(await reconfigure(house, "kitchen"))
    assert shown["presence"] == {"sensors": [MOTION], "hold": 10, "still_after": 300}
    attributes = house.state(KITCHEN).attributes
    assert (attributes["sensors"], attributes["hold"], attributes["still_after"]) == ([MOTION], 10, 300)


async def test_choosing_sensors_builds_no_new_model(house: House) -> None:
    runtime = await house.async_set_up()
    await house.clock.async_pass(2)
    model = runtime.positioning.model
    await choose(house, MOTION)
    await house.clock.async_pass(2)
    assert runtime.positioning.model is model


async def test_a_restart_does_not_leave_a_person_in_the_dark(house: House) -> None:
    await house.async_set_up()
    assert house.entry
    for sensor in (MOTION, DOOR):
        sense(house, sensor, "off")
    await choose(house, MOTION, DOOR)
    for state in ("on", "off"):
        sense(house, MOTION, state)
        await house.clock.async_pass(1)
    await house.clock.async_pass(600)
    assert await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.clock.async_pass(300)
    assert said(house) == ("on", ["closed_door"])


async def test_sensors_that_load_late_wake_no_tag_that_rests(house: House) -> None:
    await house.async_set_up()
    assert house.entry
    await house.async_add_beacon()
    sense(house, MOTION, "off")
    await choose(house, MOTION)
    await house.async_stay("kitchen", 330)
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    house.hass.states.async_remove(MOTION)
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.async_stay("kitchen", 30)
    assert said(house) == ("off", [])
    sense(house, MOTION, "on")
    await house.clock.async_pass(1)
    assert said(house) == ("on", ["sensor"])


async def test_a_renamed_sensor_is_followed(house: House) -> None:
    await house.async_set_up()
    registry = er.async_get(house.hass)
    registry.async_get_or_create("binary_sensor", "test", "radar", suggested_object_id="kitchen_motion")
    sense(house, MOTION, "off")
    await choose(house, MOTION, DOOR)
    registry.async_update_entity(MOTION, new_entity_id=RADAR)
    house.hass.states.async_remove(MOTION)
    sense(house, RADAR, "on")
    await house.hass.async_block_till_done()
    assert house.state(KITCHEN).attributes["sensors"] == [RADAR, DOOR]
    assert said(house) == ("on", ["sensor"])
