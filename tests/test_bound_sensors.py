"""Sensors of Home Assistant bound to a beacon in its form: what they move, in which units, and what they ignore."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pytest
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er

from custom_components.indoor_positioning.engine.measurement import (
    Measurement,
    Movement,
    Pressure,
    Range,
    Signal,
)
from tests.house import House
from tests.reporting import async_add_other_anchor, async_prepare
from tests.test_services import ask

BTHOME = "0000fcd2-0000-1000-8000-00805f9b34fb"


@pytest.fixture
async def home(house: House) -> House:
    """A drawn house with a tag and an access point in the living room."""
    await async_prepare(house)
    return house


@pytest.fixture
def told(home: House, monkeypatch: pytest.MonkeyPatch) -> list[Measurement]:
    """What the tracker is told from here on; it takes it as ever."""
    measurements: list[Measurement] = []
    tracker = next(iter(home.runtime.positioning.tracks.values())).tracker
    take = tracker.measure

    def measure(measurement: Measurement) -> None:
        measurements.append(measurement)
        take(measurement)

    monkeypatch.setattr(tracker, "measure", measure)
    return measurements


def tag_of(house: House) -> str:
    return next(iter(house.runtime.positioning.tracks))


async def change(house: House, step: str, user_input: Mapping[str, Any]) -> dict[str, str] | None:
    """Go through one step of the beacon's form; returns its errors, None when it is done."""
    assert house.entry
    flow = house.hass.config_entries.subentries
    result = await flow.async_init(
        (house.entry.entry_id, "beacon"), context={"source": "reconfigure", "subentry_id": tag_of(house)}
    )
    result = await flow.async_configure(result["flow_id"], {"next_step_id": step})
    if result["type"] is FlowResultType.FORM:
        result = await flow.async_configure(result["flow_id"], dict(user_input))
    await house.hass.async_block_till_done()
    if result["type"] is FlowResultType.FORM:
        return dict(result["errors"] or {})
    assert result["type"] is FlowResultType.ABORT
    return None


def say(house: House, entity_id: str, state: object, unit: str | None = None, **attributes: Any) -> None:
    if unit:
        attributes["unit_of_measurement"] = unit
    house.hass.states.async_set(entity_id, str(state), attributes)


def router(house: House) -> str:
    return house.runtime.positioning.model.home.other_anchors[0].id


@pytest.mark.parametrize(
    ("state", "unit", "metres"),
    [(3.5, "m", 3.5), (350, "cm", 3.5), (3500, "mm", 3.5), (10, "ft", 3.048), (0, "m", 0.0)],
)
async def test_a_distance_is_taken_in_any_unit(
    home: House, told: list[Measurement], state: float, unit: str, metres: float
) -> None:
    say(home, "sensor.far", "unknown", unit)
    assert await change(home, "add_link", {"anchor": router(home), "entity_id": "sensor.far", "sigma": 0.2}) is None
    say(home, "sensor.far", state, unit)
    await home.hass.async_block_till_done()
    (measured,) = told
    assert isinstance(measured, Range)
    assert (measured.anchor, measured.sigma) == (router(home), 0.2)
    assert measured.distance == pytest.approx(metres)


async def test_a_level_in_dbm_is_taken_and_the_same_one_again(home: House, told: list[Measurement]) -> None:
    say(home, "sensor.wifi", -60, "dBm")
    assert await change(home, "add_link", {"anchor": router(home), "entity_id": "sensor.wifi"}) is None
    for _ in range(2):
        say(home, "sensor.wifi", -61, "dBm")
        await home.hass.async_block_till_done()
    assert [type(one) for one in told] == [Signal, Signal]


@pytest.mark.parametrize("state", ["unavailable", "unknown", "", "near", "nan", "inf"])
async def test_what_is_no_number_is_ignored(home: House, told: list[Measurement], state: str) -> None:
    say(home, "sensor.far", 1, "m")
    await change(home, "add_link", {"anchor": router(home), "entity_id": "sensor.far"})
    say(home, "sensor.far", state, "m")
    home.hass.states.async_remove("sensor.far")
    await home.hass.async_block_till_done()
    assert told == []


async def test_a_negative_distance_does_not_reach_the_belief(home: House) -> None:
    say(home, "sensor.far", 1, "m")
    await change(home, "add_link", {"anchor": router(home), "entity_id": "sensor.far"})
    tracker = home.runtime.positioning.tracks[tag_of(home)].tracker
    before = tracker.dropped
    say(home, "sensor.far", -2, "m")
    await home.hass.async_block_till_done()
    assert tracker.dropped == before + 1


async def test_a_link_is_removed_while_running(home: House, told: list[Measurement]) -> None:
    say(home, "sensor.far", 1, "m")
    await change(home, "add_link", {"anchor": router(home), "entity_id": "sensor.far"})
    assert await change(home, "remove_link", {"remove_links": ["0"]}) is None
    say(home, "sensor.far", 2, "m")
    await home.hass.async_block_till_done()
    assert told == []


async def test_what_cannot_be_bound_is_refused_in_words(home: House) -> None:
    unplaced = await async_add_other_anchor(home, "Unplaced", x=None, y=None)
    say(home, "sensor.far", 1, "m")
    say(home, "sensor.warm", 20, "°C")
    assert await change(home, "add_link", {"anchor": router(home), "entity_id": "sensor.warm"}) == {
        "entity_id": "no_distance_or_level"
    }
    assert await change(home, "add_link", {"anchor": unplaced, "entity_id": "sensor.far"}) == {
        "anchor": "anchor_unplaced"
    }
    assert await change(home, "add_link", {"anchor": router(home), "entity_id": "sensor.far"}) is None
    assert await change(home, "add_link", {"anchor": router(home), "entity_id": "sensor.far"}) == {
        "entity_id": "already_linked"
    }
    assert er.async_get(home.hass).async_get("sensor.tag_room") is not None
    assert await change(home, "sensors", {"activity": "sensor.tag_room"}) == {"base": "own_sensor"}
    assert await change(home, "sensors", {"pressure": "sensor.far"}) == {"base": "pressure_incomplete"}


async def test_motion_goes_on_being_told_as_long_as_it_lasts(home: House, told: list[Measurement]) -> None:
    say(home, "binary_sensor.shaken", "off")
    say(home, "sensor.speed", "unavailable", "km/h")
    sensors = {"motion": ["binary_sensor.shaken"], "activity": "sensor.does", "speed": "sensor.speed"}
    assert await change(home, "sensors", sensors) is None
    await home.clock.async_pass(3)
    assert len(told) >= 2
    assert all(isinstance(one, Movement) and one.moving is False and one.speed is None for one in told)
    for state, moving in (("Walking", True), ("Still", False), ("Unknown", False)):
        say(home, "sensor.does", state)
        told.clear()
        await home.clock.async_pass(1)
        assert [one.moving for one in told if isinstance(one, Movement)][-1] is moving
    say(home, "sensor.speed", 3.6, "km/h")
    say(home, "binary_sensor.shaken", "unavailable")
    told.clear()
    await home.clock.async_pass(1)
    movement = told[-1]
    assert isinstance(movement, Movement)
    assert movement.moving is None
    assert movement.speed == pytest.approx(1.0)
    assert await change(home, "sensors", {}) is None
    told.clear()
    await home.clock.async_pass(2)
    assert told == []


async def test_steps_are_told_as_a_walk(home: House, told: list[Measurement]) -> None:
    say(home, "sensor.steps", 100)
    await change(home, "sensors", {"steps": "sensor.steps"})
    for total in (100, 104, "unavailable", 104):
        say(home, "sensor.steps", total)
        await home.clock.async_pass(2)
    (movement,) = told
    assert isinstance(movement, Movement)
    assert movement.moving is True


async def test_headings_count_once_the_plan_is_pinned(home: House, told: list[Measurement]) -> None:
    assert home.entry
    say(home, "sensor.compass", 90)
    await change(home, "sensors", {"heading": "sensor.compass"})
    await home.clock.async_pass(2)
    assert told == []
    await pin(home, bearing=90)
    await home.clock.async_pass(1)
    movement = told[-1]
    assert isinstance(movement, Movement)
    assert movement.heading == pytest.approx(math.pi / 2.0)


async def test_pressure_is_compared_with_the_one_at_home(home: House, told: list[Measurement]) -> None:
    say(home, "sensor.carried", 1013.0, "hPa")
    say(home, "sensor.base", 30.0, "inHg")
    assert await change(home, "sensors", {"pressure": "sensor.carried", "reference_pressure": "sensor.base"}) is None
    say(home, "sensor.carried", 1015.6, "hPa")
    await home.hass.async_block_till_done()
    (measured,) = told
    assert isinstance(measured, Pressure)
    assert measured.difference == pytest.approx(1015.6 - 1015.917, abs=0.01)
    say(home, "sensor.base", "unavailable", "inHg")
    say(home, "sensor.carried", 1015.7, "hPa")
    await home.hass.async_block_till_done()
    assert len(told) == 1


async def test_a_tag_that_says_it_moves_is_read(home: House, told: list[Measurement]) -> None:
    said = {BTHOME: b"\x40\x22\x01"}
    home.transmit("kitchen", manufacturer_data={0x004C: b""}, service_data=said)
    assert told == [], "a stranger's packet"
    shaker = await home.async_add_beacon("C4:00:00:00:00:09", kind="address", name="Shaker")
    for _ in range(12):
        home.transmit("kitchen", "C4:00:00:00:00:09", service_data=said)
        await home.clock.async_pass(1)
    estimate = home.runtime.positioning.tracks[shaker].presence.estimate
    assert estimate is not None
    assert (estimate.moving or 0.0) > 0.8


async def pin(house: House, bearing: float = 0.0) -> None:
    """Pin the plan through the options."""
    assert house.entry
    flow = house.hass.config_entries.options
    result = await flow.async_init(house.entry.entry_id)
    result = await flow.async_configure(result["flow_id"], {"next_step_id": "world"})
    location = {"latitude": 48.0, "longitude": 11.0}
    result = await flow.async_configure(result["flow_id"], {"location": location, "bearing": bearing})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await house.hass.async_block_till_done()


async def test_a_position_is_told_as_latitude_and_longitude(home: House) -> None:
    await home.async_stay("living_room", 10)
    (tag,) = (await ask(home.hass, "locate"))["beacons"]
    assert (tag["latitude"], tag["longitude"], tag["gps_accuracy"]) == (None, None, None)
    await pin(home)
    (tag,) = (await ask(home.hass, "locate"))["beacons"]
    assert tag["latitude"] == pytest.approx(48.0 + tag["y"] / 111_195, abs=2e-6)
    assert tag["longitude"] == pytest.approx(11.0 + tag["x"] / 74_404, abs=2e-6)
    assert tag["gps_accuracy"] >= tag["accuracy"] - 0.1


async def test_a_carrier_far_away_makes_silence_mean_away(home: House) -> None:
    await pin(home)
    say(home, "device_tracker.phone", "home", latitude=48.0, longitude=11.0, gps_accuracy=20)
    await change(home, "sensors", {"tracker": "device_tracker.phone"})
    await home.async_stay("kitchen", 10)
    positioning = home.runtime.positioning
    await home.clock.async_pass(20)
    assert not positioning.tracks[tag_of(home)].presence.away
    say(home, "device_tracker.phone", "not_home", latitude=48.1, longitude=11.0, gps_accuracy=20)
    await home.clock.async_pass(4)
    assert positioning.tracks[tag_of(home)].presence.away
    (tag,) = (await ask(home.hass, "locate"))["beacons"]
    assert (tag["state"], tag["room"]) == ("away", None)
    assert tag["latitude"] == pytest.approx(48.1, abs=1e-4)
    await home.async_stay("kitchen", 5)
    assert positioning.tracks[tag_of(home)].presence.room == "kitchen", "it is heard: it was left at home"


@pytest.mark.parametrize("attributes", [{}, {"latitude": "x", "longitude": 1}, {"latitude": None, "longitude": None}])
async def test_a_carrier_without_coordinates_says_nothing(home: House, attributes: dict[str, Any]) -> None:
    await pin(home)
    await change(home, "sensors", {"tracker": "device_tracker.phone"})
    say(home, "device_tracker.phone", "not_home", **attributes)
    await home.async_stay("kitchen", 10)
    await home.clock.async_pass(20)
    assert not home.runtime.positioning.tracks[tag_of(home)].presence.away
    (tag,) = (await ask(home.hass, "locate"))["beacons"]
    assert tag["latitude"] is not None


async def test_the_pin_is_taken_out_again(home: House) -> None:
    await pin(home)
    assert home.entry
    flow = home.hass.config_entries.options
    result = await flow.async_init(home.entry.entry_id)
    result = await flow.async_configure(result["flow_id"], {"next_step_id": "world"})
    await flow.async_configure(result["flow_id"], {"bearing": 0})
    assert home.runtime.settings.pin is None
