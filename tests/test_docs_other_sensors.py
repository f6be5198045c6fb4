"""The examples of docs/other-sensors.md, run as they stand in a real Home Assistant."""

from __future__ import annotations

import math
import re
import textwrap
from typing import Any

import pytest
from homeassistant.core import Context
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.script import Script
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.indoor_positioning.engine.decision import Presence
from tests.house import House
from tests.pages import DOCS, section
from tests.reporting import async_add_other_anchor
from tests.test_bound_sensors import change, say
from tests.test_persons import add_person, be
from tests.test_services import OTHER_ADDRESS

PAGE = DOCS / "other-sensors.md"

_BLOCK = re.compile(r"(?:^ {4}.*\n)+", re.MULTILINE)


def example(title: str) -> Any:
    """Return what the one indented block of a section says in YAML."""
    (block,) = _BLOCK.findall(section(PAGE, title))
    return parse_yaml(textwrap.dedent(block))


async def prepare(house: House, beacon: str) -> None:
    """Set up three drawn rooms in a row, and a beacon with the name that the example gives it."""
    await house.async_set_up()
    await house.async_draw()
    await house.async_add_beacon(name=beacon)


async def repeat(house: House, action: dict[str, Any], area: str | None = None, seconds: int = 15) -> Presence:
    """Run an action once a second, with packets from an area if one is given, and return where the beacon is then."""
    script = Script(house.hass, cv.SCRIPT_SCHEMA([action]), "Example", "test")
    for _ in range(seconds):
        if area:
            house.transmit(area)
        await script.async_run(context=Context())
        await house.clock.async_pass(1)
    return next(iter(house.runtime.positioning.tracks.values())).presence


def place_of(presence: Presence) -> tuple[float, float]:
    assert presence.position is not None
    return presence.position


async def test_directions(house: House) -> None:
    await prepare(house, "Keys")
    await async_add_other_anchor(
        house,
        "Locator north",
        kind="direction_finder",
        area_id="kitchen",
        x=0.2,
        y=0.2,
        height=2.0,
        orientation=[45.0, 0.0, 0.0],
    )
    x, y = place_of(await repeat(house, example("Directions"), "kitchen"))
    # 12.5 degrees to the right of the front, which looks along 45 degrees.
    assert math.degrees(math.atan2(y - 0.2, x - 0.2)) == pytest.approx(45.0 - 12.5, abs=6.0)


async def test_distances(house: House) -> None:
    await prepare(house, "Phone")
    await async_add_other_anchor(house, "UWB west", kind="uwb", area_id="kitchen", x=0.2, y=1.5, height=1.1)
    place = place_of(await repeat(house, example("Distances"), "kitchen"))
    assert math.dist(place, (0.2, 1.5)) == pytest.approx(3.41, abs=0.3)


async def test_wifi(house: House) -> None:
    await prepare(house, "Phone")
    await async_add_other_anchor(house, "Router")
    action = example("Wi-Fi")
    far = place_of(await repeat(house, action))
    # By the usual law of Wi-Fi that is 11 m, farther than the home reaches; at -35 dBm it is one metre.
    near = place_of(await repeat(house, {**action, "data": {**action["data"], "rssi": -35}}, seconds=30))
    assert math.dist(near, (6.0, 1.5)) < 2.0
    assert math.dist(far, (6.0, 1.5)) > math.dist(near, (6.0, 1.5)) + 1.0


async def test_places_from_elsewhere(house: House) -> None:
    await prepare(house, "Robot")
    automation = {"alias": "Robot", **example("Places from elsewhere")}
    say(house, "sensor.robot_y", 0)
    assert await async_setup_component(house.hass, "automation", {"automation": [automation]})
    for step in range(15):
        say(house, "sensor.robot_x", 4000 + step)
        await house.clock.async_pass(1)
    presence = next(iter(house.runtime.positioning.tracks.values())).presence
    assert presence.room == "living_room"
    assert math.dist(place_of(presence), (6.0, 1.5)) < 0.3


async def test_motion(house: House) -> None:
    await prepare(house, "Watch")
    presence = await repeat(house, example("Motion"), "kitchen")
    assert presence.estimate is not None
    assert presence.estimate.moving is not None
    assert presence.estimate.moving < 0.5


async def test_air_pressure(house: House) -> None:
    await prepare(house, "Bag")
    sensors = re.findall(r"`(sensor\.\w+)`", section(PAGE, "Air pressure"))
    carried, at_home = dict.fromkeys(sensors)
    assert await change(house, "sensors", {"pressure": carried, "reference_pressure": at_home}) is None
    (less,) = re.findall(r"about ([\d.]+) hPa less", section(PAGE, "Air pressure"))

    async def stay(area: str, pressure: float, seconds: int) -> str | None:
        for second in range(seconds):
            # Both barometers follow the weather.
            weather = 0.002 * second
            say(house, at_home, 1010.0 + weather, "hPa")
            say(house, carried, 1008.3 + pressure + weather + 1e-4 * (second % 2), "hPa")
            house.transmit(area)
            await house.clock.async_pass(1)
        return next(iter(house.runtime.positioning.tracks.values())).presence.floor

    for _ in range(3):
        assert await stay("kitchen", 0.0, 90) == "ground_floor"
        assert await stay("bedroom", -float(less), 90) == "upper_floor"
    # All proxies hear it alike from here on: what tells the floors apart is the pressure alone.
    assert await stay("nowhere", 0.0, 60) == "ground_floor"
    assert await stay("nowhere", -float(less), 60) == "upper_floor"


async def test_people_who_carry_several_beacons(house: House) -> None:
    await prepare(house, "Phone")
    phone = next(iter(house.runtime.positioning.tracks))
    watch = await house.async_add_beacon(OTHER_ADDRESS, kind="address", name="Watch")
    await add_person(house, name="Anna", beacons=[phone, watch], worn=[watch])
    lamp = async_mock_service(house.hass, "light", "turn_on")
    automation = example("People who carry several beacons")
    assert await async_setup_component(house.hass, "automation", {"automation": [automation]})
    await be(house, "kitchen", "kitchen", 30)
    assert house.state("sensor.anna_room").state == "Kitchen"
    assert not lamp
    await be(house, "kitchen", "bedroom", 30)
    assert house.state("sensor.phone_room").state == "Kitchen"
    assert house.state("sensor.anna_room").state == "Bedroom"
    assert [call.data["entity_id"] for call in lamp] == [["light.reading_lamp"]]


def test_every_example_is_run() -> None:
    assert len(_BLOCK.findall(PAGE.read_text())) == 6
