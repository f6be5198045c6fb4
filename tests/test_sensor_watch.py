"""Bad sensors in a running Home Assistant: each is found, shown at its device with the reason, and misleads nobody."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import issue_registry as ir

from custom_components.indoor_positioning import clock
from custom_components.indoor_positioning.const import DOMAIN
from custom_components.indoor_positioning.engine.sensor_findings import SensorProblem
from custom_components.indoor_positioning.sensor_watch import MISSING_AFTER_S
from tests.house import House
from tests.reporting import async_add_other_anchor, async_prepare, report
from tests.test_bound_sensors import change, pin, router, say, tag_of
from tests.test_reports import problems
from tests.translations import ENGLISH, GERMAN, placeholders_of

OF_ROUTER = "binary_sensor.router_sensor_problem"
OF_TAG = "binary_sensor.tag_sensor_problem"
MIDDLES = {"kitchen": 2.0, "living_room": 6.0, "bedroom": 10.0}


@pytest.fixture
async def home(house: House) -> House:
    """A drawn house with a tag, and an access point in the middle of the living room."""
    await async_prepare(house)
    return house


async def go_about(house: House, seconds: int, tell: Callable[[int, float], Any], stay: int = 20) -> None:
    """Let the tag go from room to room, and somebody tell something each second: `tell(second, x)` may be awaited."""
    rooms = ("kitchen", "living_room", "bedroom", "living_room")
    for second in range(seconds):
        room = rooms[second // stay % len(rooms)]
        house.transmit(room)
        if (told := tell(second, MIDDLES[room])) is not None:
            await told
        await house.clock.async_pass(1)


def reason_of(house: House, entity_id: str) -> str | None:
    state = house.state(entity_id)
    assert (state.state == "on") == (state.attributes["reason"] not in {None, "healthy"})
    reason: str | None = state.attributes["reason"]
    return reason


def is_not_misled(house: House, room: str) -> None:
    """Whoever is in `room` is said to be there, or it is said that nobody knows; and the radius holds the truth."""
    (track,) = house.runtime.positioning.tracks.values()
    presence = track.presence
    assert presence.room == room
    assert presence.position is not None
    assert presence.accuracy is not None
    assert math.dist(presence.position, (MIDDLES[room], 1.5)) <= 2.0 * presence.accuracy + 1.0


def of_sensors(house: House) -> set[str]:
    """Return the repairs that are about other sensors than Bluetooth receivers."""
    return {one for one in problems(house) if not one.startswith("anchor_silent")}


def told_in_repairs(house: House, problem: SensorProblem, subject: str) -> None:
    """The repairs tell it, in both languages, with all that their texts ask for, and what to do."""
    assert problems(house) == {f"{problem}_{subject}"}
    issue = ir.async_get(house.hass).async_get_issue(DOMAIN, f"{problem}_{subject}")
    assert issue is not None
    for language in (ENGLISH, GERMAN):
        texts = language["issues"][problem]
        assert placeholders_of(texts["title"] + texts["description"]) <= (issue.translation_placeholders or {}).keys()


async def test_an_entity_stands_at_the_device_of_the_sensor(home: House) -> None:
    state = home.state(OF_ROUTER)
    assert (state.state, state.attributes["reason"], state.attributes["sensors"]) == ("unknown", None, {})
    assert home.hass.states.get(OF_TAG) is None, "it has no sensors"
    await report(home, "rssi", anchor="Router", rssi=-60)
    await report(home, "motion", moving=True)
    await home.clock.async_pass(2)
    assert home.state(OF_ROUTER).state == "off"
    assert home.state(OF_ROUTER).attributes["sensors"] == {"levels": "healthy"}
    assert home.state(OF_TAG).attributes["sensors"] == {"motion": "healthy"}
    registry = er.async_get(home.hass)
    for entity_id, subentry in ((OF_ROUTER, router(home)), (OF_TAG, tag_of(home))):
        entry = registry.async_get(entity_id)
        assert entry is not None
        assert entry.device_id is not None
        assert entry.config_subentry_id == subentry
        device = dr.async_get(home.hass).async_get(entry.device_id)
        assert device is not None
        assert (DOMAIN, subentry) in device.identifiers


def test_every_problem_has_its_words() -> None:
    for language in (ENGLISH, GERMAN):
        reasons = language["entity"]["binary_sensor"]["sensor_problem"]["state_attributes"]["reason"]["state"]
        assert reasons.keys() == {*SensorProblem, "healthy"}
        assert {*SensorProblem} - {SensorProblem.SILENT} <= language["issues"].keys()


@pytest.mark.parametrize("turned", [90.0, 180.0])
async def test_directions_in_the_wrong_frame(home: House, turned: float) -> None:
    finder = await async_add_other_anchor(home, "Finder", kind="direction_finder", x=6.0, y=0.1, height=1.1)

    def tell(_second: int, x: float) -> Any:
        azimuth = math.degrees(math.atan2(1.4, x - 6.0)) + turned
        return report(home, "bearing", anchor="Finder", azimuth=math.remainder(azimuth, 360.0), elevation=0)

    await go_about(home, 160, tell)
    assert reason_of(home, "binary_sensor.finder_sensor_problem") == "bearings_rotated"
    amount = home.state("binary_sensor.finder_sensor_problem").attributes["amount"]
    assert abs(math.remainder(amount + turned, 360.0)) < 15.0
    told_in_repairs(home, SensorProblem.BEARINGS_ROTATED, finder)
    await go_about(home, 18, tell)
    is_not_misled(home, "kitchen")


async def test_directions_that_count_the_wrong_way_round(home: House) -> None:
    """Right below the ceiling in the middle of the room, so that left and right are both seen."""
    finder = await async_add_other_anchor(home, "Finder", kind="direction_finder", x=6.0, y=0.1, height=1.1)

    def tell(_second: int, x: float) -> Any:
        azimuth = -math.degrees(math.atan2(1.4, x - 6.0))
        return report(home, "bearing", anchor="Finder", azimuth=azimuth, elevation=0)

    await go_about(home, 160, tell)
    reason = reason_of(home, "binary_sensor.finder_sensor_problem")
    assert reason in {"bearings_mirrored", "bearings_rotated"}, "either is put right by looking after the frame"
    assert problems(home) == {f"{reason}_{finder}"}
    await go_about(home, 18, tell)
    is_not_misled(home, "kitchen")


async def test_a_biased_range_and_how_it_is_put_right(home: House) -> None:
    bias = 3.0

    def tell(_second: int, x: float) -> Any:
        return report(home, "range", anchor="Router", distance=abs(x - 6.0) + bias, sigma=0.1)

    await go_about(home, 80, tell)
    assert reason_of(home, OF_ROUTER) == "ranges_biased"
    assert home.state(OF_ROUTER).attributes["amount"] == pytest.approx(3.0, abs=1.0)
    told_in_repairs(home, SensorProblem.RANGES_BIASED, router(home))
    await go_about(home, 18, tell)
    is_not_misled(home, "kitchen")
    bias = 0.2
    await go_about(home, 300, tell)
    assert reason_of(home, OF_ROUTER) == "healthy"
    assert problems(home) == set()


async def test_a_level_that_sticks(home: House) -> None:
    access_point = await async_add_other_anchor(home, "Far", area_id="kitchen", x=2.0, y=1.5)

    def tell(_second: int, _x: float) -> Any:
        return report(home, "rssi", anchor="Far", rssi=-40)

    await go_about(home, 160, tell)
    assert reason_of(home, "binary_sensor.far_sensor_problem") == "levels_stick"
    told_in_repairs(home, SensorProblem.LEVELS_STICK, access_point)
    await go_about(home, 60, tell)
    is_not_misled(home, "bedroom")


async def test_places_that_are_always_off(home: House) -> None:
    """A robot whose map is mirrored."""

    def tell(_second: int, x: float) -> Any:
        return report(home, "position", x=12.0 - x + 6.0, y=1.5, sigma=0.2, source="robot")

    await go_about(home, 80, tell)
    assert reason_of(home, OF_TAG) == "positions_off"
    told_in_repairs(home, SensorProblem.POSITIONS_OFF, tag_of(home))
    await go_about(home, 18, tell)
    is_not_misled(home, "kitchen")


async def test_a_heading_that_sticks(home: House) -> None:
    await pin(home)
    say(home, "sensor.compass", 20)
    assert await change(home, "sensors", {"heading": "sensor.compass"}) is None

    def tell(_second: int, _x: float) -> None:
        say(home, "sensor.compass", 20)

    # To and fro without a rest: 4 m in 4 s.
    await go_about(home, 400, tell, stay=4)
    assert reason_of(home, OF_TAG) == "heading_sticks"
    told_in_repairs(home, SensorProblem.HEADING_STICKS, tag_of(home))
    await go_about(home, 18, tell)
    is_not_misled(home, "kitchen")


async def test_a_flag_that_says_at_rest_on_the_way(home: House) -> None:
    say(home, "binary_sensor.shaken", "off")
    assert await change(home, "sensors", {"motion": ["binary_sensor.shaken"]}) is None
    await go_about(home, 260, lambda _second, _x: None)
    assert reason_of(home, OF_TAG) == "motion_sticks"
    told_in_repairs(home, SensorProblem.MOTION_STICKS, tag_of(home))
    say(home, "binary_sensor.shaken", "on")
    await go_about(home, 5, lambda _second, _x: None)
    assert reason_of(home, OF_TAG) == "healthy"


async def bind_barometers(house: House) -> None:
    say(house, "sensor.carried", 1013.0, "hPa")
    say(house, "sensor.base", 1013.0, "hPa")
    assert await change(house, "sensors", {"pressure": "sensor.carried", "reference_pressure": "sensor.base"}) is None


async def test_pressure_that_jumps(home: House) -> None:
    await bind_barometers(home)
    for second in range(60):
        home.transmit("kitchen")
        say(home, "sensor.carried", 1013.0 + (second % 2) * 2.0, "hPa")
        await home.clock.async_pass(1)
    assert reason_of(home, OF_TAG) == "pressure_jumps"
    told_in_repairs(home, SensorProblem.PRESSURE_JUMPS, tag_of(home))
    is_not_misled(home, "kitchen")
    for second in range(100):
        home.transmit("kitchen")
        say(home, "sensor.carried", 1013.0 + (second % 2) * 0.02, "hPa")
        await home.clock.async_pass(1)
    assert reason_of(home, OF_TAG) == "healthy"
    assert problems(home) == set()


async def test_pressure_that_rises_upstairs(home: House) -> None:
    """The two barometers were entered the wrong way round."""
    ar.async_get(home.hass).async_update("bedroom", floor_id="upper_floor")
    await home.clock.async_pass(1)
    await bind_barometers(home)
    for second in range(480):
        room = "bedroom" if second // 80 % 2 else "kitchen"
        home.transmit(room)
        say(home, "sensor.carried", 1013.0 + (0.3 if room == "bedroom" else 0.0) + second % 2 * 0.02, "hPa")
        await home.clock.async_pass(1)
    assert reason_of(home, OF_TAG) == "pressure_contradicts"
    told_in_repairs(home, SensorProblem.PRESSURE_CONTRADICTS, tag_of(home))
    assert home.state("sensor.tag_room").state == "Bedroom"
    assert home.state("sensor.tag_floor").state == "Upper floor"


async def test_negative_distances_and_other_things_that_cannot_be(home: House) -> None:
    say(home, "sensor.far", 1, "m")
    await change(home, "add_link", {"anchor": router(home), "entity_id": "sensor.far", "sigma": 0.1})
    for second in range(6):
        home.transmit("living_room")
        say(home, "sensor.far", -2 - second / 10, "m")
        await home.clock.async_pass(1)
    assert reason_of(home, OF_ROUTER) == "impossible_values"
    told_in_repairs(home, SensorProblem.IMPOSSIBLE_VALUES, router(home))
    await home.async_stay("living_room", 5)
    is_not_misled(home, "living_room")
    for second in range(20):
        home.transmit("living_room")
        say(home, "sensor.far", 0.4 + second / 100, "m")
        await home.clock.async_pass(1)
    assert reason_of(home, OF_ROUTER) == "healthy"


@pytest.mark.parametrize(("ago", "key"), [(60.0, "report_too_old"), (-60.0, "report_in_future")])
async def test_a_clock_that_is_off(home: House, ago: float, key: str) -> None:
    for _ in range(6):
        home.transmit("living_room")
        with pytest.raises(ServiceValidationError) as caught:
            await report(home, "range", anchor="Router", distance=3.0, sigma=0.01, time=clock.time() - ago)
        assert caught.value.translation_key == key
        await home.clock.async_pass(1)
    assert reason_of(home, OF_ROUTER) == "clock_off"
    told_in_repairs(home, SensorProblem.CLOCK_OFF, router(home))
    await home.async_stay("living_room", 5)
    is_not_misled(home, "living_room")


async def test_one_slip_is_no_problem(home: House) -> None:
    for distance in (0.4, -1.0, 0.4, 0.5):
        if distance < 0.0:
            with pytest.raises(ServiceValidationError):
                await report(home, "range", anchor="Router", distance=distance)
        else:
            await report(home, "range", anchor="Router", distance=distance)
    await home.clock.async_pass(1)
    assert reason_of(home, OF_ROUTER) == "healthy"


async def test_a_link_whose_anchor_is_gone(home: House) -> None:
    say(home, "sensor.far", 1, "m")
    await change(home, "add_link", {"anchor": router(home), "entity_id": "sensor.far", "sigma": 0.1})
    await home.async_stay("kitchen", 5)
    assert home.entry
    home.hass.config_entries.async_remove_subentry(home.entry, router(home))
    await home.hass.async_block_till_done()
    await home.clock.async_pass(2)
    say(home, "sensor.far", 1.5, "m")
    await home.async_stay("kitchen", 5)
    assert reason_of(home, OF_TAG) == "anchor_unbound"
    assert home.state(OF_TAG).attributes["entity_id"] == "sensor.far"
    told_in_repairs(home, SensorProblem.ANCHOR_UNBOUND, "sensor.far")
    is_not_misled(home, "kitchen")
    assert await change(home, "remove_link", {"remove_links": ["0"]}) is None
    await home.clock.async_pass(1)
    assert problems(home) == set()


async def test_an_entity_that_is_silent_and_one_that_is_gone(home: House) -> None:
    say(home, "binary_sensor.shaken", "off")
    say(home, "sensor.does", "Still")
    await change(home, "sensors", {"motion": ["binary_sensor.shaken"], "activity": "sensor.does"})
    await home.async_stay("kitchen", 70)
    assert reason_of(home, OF_TAG) == "healthy"
    say(home, "sensor.does", "unavailable")
    # An hour; somebody looks once a minute when it began, and when it has lasted.
    await home.clock.async_pass(3600 + 2 * 60 + 5)
    state = home.state(OF_TAG)
    assert (state.attributes["reason"], state.attributes["entity_id"]) == ("silent", "sensor.does")
    assert not of_sensors(home), "integrations have repairs of their own for what is down"
    home.hass.states.async_remove("sensor.does")
    await home.clock.async_pass(MISSING_AFTER_S + 120.0)
    assert reason_of(home, OF_TAG) == "sensor_missing"
    assert of_sensors(home) == {"sensor_missing_sensor.does"}


async def test_an_anchor_that_has_fallen_silent_while_somebody_is_at_home(home: House) -> None:
    await report(home, "range", anchor="Router", distance=1.0)
    await home.clock.async_pass(7200)
    assert reason_of(home, OF_ROUTER) == "healthy", "nobody was at home"
    for _ in range(70):
        home.transmit("living_room")
        await home.clock.async_pass(30)
        home.transmit("living_room")
        await home.clock.async_pass(30)
    assert reason_of(home, OF_ROUTER) == "silent"
    assert not of_sensors(home)
    await report(home, "range", anchor="Router", distance=0.5)
    await home.clock.async_pass(61)
    assert reason_of(home, OF_ROUTER) == "healthy"


async def test_a_receiver_that_jumps_sends_nobody_away(home: House) -> None:
    await pin(home)
    say(home, "device_tracker.phone", "home", latitude=48.0, longitude=11.0, gps_accuracy=20)
    await change(home, "sensors", {"tracker": "device_tracker.phone"})
    for second in range(12):
        home.transmit("kitchen")
        latitude = 48.0 + (second % 2) * 0.5
        say(home, "device_tracker.phone", "home", latitude=latitude, longitude=11.0, gps_accuracy=20)
        await home.clock.async_pass(1)
    assert reason_of(home, OF_TAG) == "receiver_jumps"
    told_in_repairs(home, SensorProblem.RECEIVER_JUMPS, tag_of(home))
    say(home, "device_tracker.phone", "not_home", latitude=48.5, longitude=11.0, gps_accuracy=20)
    await home.clock.async_pass(20)
    (track,) = home.runtime.positioning.tracks.values()
    assert not track.presence.away


async def test_whoever_is_removed_leaves_no_problem_behind(home: House) -> None:
    for second in range(60):
        home.transmit("living_room")
        await report(home, "range", anchor="Router", distance=6.0, sigma=0.1)
        await report(home, "position", x=60.0, y=1.5, sigma=0.2)
        del second
        await home.clock.async_pass(1)
    assert len(problems(home)) == 2
    assert home.entry
    for subentry in (router(home), tag_of(home)):
        home.hass.config_entries.async_remove_subentry(home.entry, subentry)
        await home.hass.async_block_till_done()
        await home.clock.async_pass(2)
    assert problems(home) == set()
    assert home.hass.states.get(OF_ROUTER) is None


async def test_few_states_are_written(home: House) -> None:
    written: list[str] = []
    home.hass.bus.async_listen("state_changed", lambda event: written.append(event.data["entity_id"]))

    def tell(_second: int, x: float) -> Any:
        return report(home, "range", anchor="Router", distance=abs(x - 6.0) + 0.1, sigma=0.1)

    await go_about(home, 240, tell)
    assert written.count(OF_ROUTER) <= 2
