"""Through the front door: what trackers tell of the world, and what Home Assistant's persons make of it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any

import pytest
from homeassistant.core import State
from homeassistant.setup import async_setup_component

from custom_components.indoor_positioning.engine.geometry import Point
from custom_components.indoor_positioning.engine.world import WorldPin
from tests.house import House, ibeacon_data
from tests.reporting import async_prepare
from tests.test_bound_sensors import change, say
from tests.test_persons import add_person

PIN = WorldPin(48.0, 11.0, 0.0)
COORDINATES = {"latitude", "longitude", "gps_accuracy"}


@pytest.fixture
async def home(house: House) -> House:
    """A drawn house with a tag."""
    await async_prepare(house)
    return house


async def set_world(house: House, *, tells: bool = True, pinned: bool = True) -> None:
    """Pin the plan and let trackers tell of it, through the options."""
    assert house.entry
    flow = house.hass.config_entries.options
    result = await flow.async_init(house.entry.entry_id)
    result = await flow.async_configure(result["flow_id"], {"next_step_id": "world"})
    location = {"location": {"latitude": PIN.latitude, "longitude": PIN.longitude}} if pinned else {}
    await flow.async_configure(result["flow_id"], {**location, "bearing": 0.0, "tells_world": tells})
    await house.hass.async_block_till_done()


def place_of(state: State) -> tuple[Point, float]:
    """Return where on the plan a state says that it is, and its accuracy (m)."""
    told = state.attributes
    return PIN.to_plan(told["latitude"], told["longitude"]), told["gps_accuracy"]


def walk(house: House, seconds: int, pace: float = 1.2) -> Iterator[tuple[int, Point]]:
    """Yield where somebody is each second who walks through all rooms, out by the east, and on."""
    for second in range(seconds):
        yield second, (2.0 + pace * second, 1.5)


def hear(house: House, x: float) -> None:
    """Let the tag be heard from a place, by the law of free space; nothing gets through the outer wall."""
    if x > 12.0:
        return
    for number, area in enumerate(("kitchen", "living_room", "bedroom")):
        away = max(0.5, abs(x - (4.0 * number + 2.0)))
        house.proxies[area].hear(
            "C4:00:00:00:00:01", round(-59 - 25 * math.log10(away)), manufacturer_data=ibeacon_data()
        )


def say_receiver(house: House, place: Point, accuracy: float, state: str = "home") -> None:
    latitude, longitude = PIN.to_world(place)
    say(
        house,
        "device_tracker.phone",
        state,
        latitude=latitude,
        longitude=longitude,
        gps_accuracy=accuracy,
        source_type="gps",
        in_zones=["zone.home"] if state == "home" else [],
        tracking_type="position",
    )


async def test_nothing_is_told_unasked(home: House) -> None:
    await home.async_stay("kitchen", 5)
    assert not COORDINATES & home.state("device_tracker.tag").attributes.keys()
    await set_world(home, tells=False)
    await home.async_stay("kitchen", 5)
    assert not COORDINATES & home.state("device_tracker.tag").attributes.keys()
    await set_world(home, tells=True, pinned=False)
    await home.async_stay("kitchen", 5)
    assert not COORDINATES & home.state("device_tracker.tag").attributes.keys()


async def test_a_tracker_tells_where_it_is_while_at_home_and_stops_when_asked_to(home: House) -> None:
    await set_world(home)
    await home.async_stay("living_room", 15)
    state = home.state("device_tracker.tag")
    place, accuracy = place_of(state)
    assert math.dist(place, (6.0, 1.5)) <= 2.0 * accuracy
    assert (state.state, state.attributes["source_type"], state.attributes["in_zones"]) == (
        "home",
        "bluetooth_le",
        ["zone.home"],
    )
    await home.clock.async_pass(70)
    state = home.state("device_tracker.tag")
    assert state.state == "not_home"
    assert not COORDINATES & state.attributes.keys(), "whoever is away is not where the beacon was heard last"
    await home.async_stay("living_room", 10)
    assert home.state("device_tracker.tag").attributes["latitude"] is not None
    await set_world(home, tells=False)
    await home.async_stay("living_room", 5)
    assert not COORDINATES & home.state("device_tracker.tag").attributes.keys()


async def test_a_tracker_at_rest_writes_few_states(home: House) -> None:
    await set_world(home)
    await home.async_stay("living_room", 60)
    written: list[Any] = []
    home.hass.bus.async_listen("state_changed", lambda event: written.append(event.data["entity_id"]))
    await home.async_stay("living_room", 240)
    assert written.count("device_tracker.tag") <= 4


@pytest.mark.parametrize("bound", [True, False])
async def test_the_track_of_a_person_goes_on_through_the_front_door(home: House, bound: bool) -> None:
    """With the receiver bound to the beacon, and with Home Assistant's person choosing between the two by itself."""
    await set_world(home)
    say_receiver(home, (2.0, 1.5), 15.0)
    if bound:
        assert await change(home, "sensors", {"tracker": "device_tracker.phone"}) is None
    trackers = ["device_tracker.tag", "device_tracker.phone"]
    persons = {"person": [{"id": "ada", "name": "Ada", "device_trackers": trackers}]}
    assert await async_setup_component(home.hass, "person", persons)
    for _ in range(20):
        hear(home, 2.0)
        say_receiver(home, (2.0, 1.5), 15.0)
        await home.clock.async_pass(1)
    track: list[tuple[Point, float]] = []
    states: list[str] = []
    sources: list[str] = []
    for second, (x, y) in walk(home, 150):
        hear(home, x)
        # Some metres off, in slow waves, as receivers are between houses.
        off = 6.0 * math.sin(second / 15.0)
        say_receiver(home, (x + off, y + 3.0), 8.0, "home" if x < 100.0 else "not_home")
        await home.clock.async_pass(1)
        state = home.state("person.ada")
        track.append(place_of(state))
        states.append(state.state)
        sources.append(state.attributes["source"])
        # A beacon sends once a second and a state follows every other one: a walker is a few steps further on.
        assert math.dist(track[-1][0], (x, y)) <= 2.0 * track[-1][1] + 4.0, second
    for (before, unsure), (after, then) in itertools.pairwise(track):
        # Each may be off by its accuracy, and a walker makes a step or two between two states.
        assert math.dist(before, after) <= unsure + then + 3.0
    assert sources[0] == "device_tracker.tag"
    assert sources[-1] == "device_tracker.phone"
    assert states == sorted(states), "home until out of the zone, then not, and never to and fro"
    assert (states[0], states[-1]) == ("home", "not_home")


async def test_a_beacon_that_was_left_at_home_stays_there(home: House) -> None:
    await set_world(home)
    await change(home, "sensors", {"tracker": "device_tracker.phone"})
    for second in range(60):
        say_receiver(home, (6.0 + 30.0 * second, 1.5), 8.0, "not_home")
        await home.async_stay("living_room", 1)
    state = home.state("device_tracker.tag")
    assert state.state == "home"
    assert math.dist(place_of(state)[0], (6.0, 1.5)) < 4.0


async def test_our_own_persons_tell_it_too(home: House) -> None:
    await set_world(home)
    (tag,) = home.runtime.positioning.tracks
    await add_person(home, name="Ada", beacons=[tag])
    await home.async_stay("bedroom", 15)
    place, accuracy = place_of(home.state("device_tracker.ada"))
    assert math.dist(place, (10.0, 1.5)) <= 2.0 * accuracy
    await home.clock.async_pass(70)
    assert not COORDINATES & home.state("device_tracker.ada").attributes.keys()
