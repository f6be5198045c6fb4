"""Reports of other sensors, called as an automation calls them: what they move, are refused for, and never do."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pytest
from homeassistant.auth.models import User
from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError, Unauthorized
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from custom_components.indoor_positioning import clock
from custom_components.indoor_positioning.const import DOMAIN
from tests.house import House
from tests.reporting import async_add_other_anchor, async_prepare, report
from tests.test_doors import RULES, Told, add, at, come, told  # noqa: F401  the fixture
from tests.test_doors import home as locked_home  # noqa: F401  the fixture
from tests.translations import ENGLISH, placeholders_of


@pytest.fixture
async def home(house: House) -> House:
    """Three drawn rooms in a row, a tag, and an access point in the living room."""
    await async_prepare(house)
    return house


async def repeat(house: House, kind: str, seconds: int = 15, **data: Any) -> None:
    for _ in range(seconds):
        await report(house, kind, **data)
        await house.clock.async_pass(1)


async def test_a_position_alone_places_a_beacon(home: House) -> None:
    await repeat(home, "position", x=6.0, y=1.5, floor="Ground floor", sigma=0.3, source="camera")
    presence = next(iter(home.runtime.positioning.tracks.values())).presence
    assert presence.room == "living_room"
    assert presence.position is not None
    assert math.dist(presence.position, (6.0, 1.5)) < 0.5
    assert home.state("sensor.tag_room").state == "Living room"


async def test_distances_from_two_anchors_place_a_beacon(home: House) -> None:
    await async_add_other_anchor(home, "UWB west", kind="uwb", area_id="kitchen", x=0.2, y=0.2, height=1.1)
    await async_add_other_anchor(home, "UWB east", kind="uwb", x=7.8, y=0.2, height=1.1)
    place = (6.5, 2.0)
    for _ in range(15):
        for name, x in (("UWB west", 0.2), ("uwb EAST", 7.8)):
            await report(home, "range", anchor=name, distance=math.dist(place, (x, 0.2)), sigma=0.1)
        await home.clock.async_pass(1)
    presence = next(iter(home.runtime.positioning.tracks.values())).presence
    assert presence.position is not None
    assert math.dist(presence.position, place) < 0.5


async def test_directions_count_from_the_front_of_an_anchor(home: House) -> None:
    for name, x, yaw in (("West", 0.2, 45.0), ("East", 7.8, 135.0)):
        await async_add_other_anchor(
            home, name, kind="direction_finder", x=x, y=0.2, height=1.1, orientation=[yaw, 0.0, 0.0]
        )
    place = (5.5, 2.0)
    for _ in range(15):
        for name, x, yaw in (("West", 0.2, 45.0), ("East", 7.8, 135.0)):
            azimuth = math.degrees(math.atan2(place[1] - 0.2, place[0] - x)) - yaw
            await report(home, "bearing", anchor=name, azimuth=azimuth, elevation=0, sigma=3)
        await home.clock.async_pass(1)
    presence = next(iter(home.runtime.positioning.tracks.values())).presence
    assert presence.position is not None
    assert math.dist(presence.position, place) < 0.6


async def test_wifi_tells_between_two_rooms_that_bluetooth_does_not(home: House) -> None:
    await async_add_other_anchor(home, "Repeater", area_id="kitchen", x=2.0)
    source = home.source
    for _ in range(20):
        for area in ("kitchen", "living_room"):
            await report(home, "rssi", anchor=source(area), rssi=-65)
        await report(home, "rssi", anchor="Router", rssi=-58)
        await report(home, "rssi", anchor="Repeater", rssi=-40)
        await home.clock.async_pass(1)
    estimate = next(iter(home.runtime.positioning.tracks.values())).presence.estimate
    assert estimate is not None
    assert estimate.room_probabilities["kitchen"] > 0.7


async def test_motion_is_shown(home: House) -> None:
    track = next(iter(home.runtime.positioning.tracks.values()))
    for moving in (False, True):
        for _ in range(15):
            home.transmit("kitchen")
            await report(home, "motion", moving=moving)
            await home.clock.async_pass(1)
        assert track.presence.estimate is not None
        assert track.presence.estimate.moving is not None
        assert (track.presence.estimate.moving > 0.5) is moving


@pytest.mark.parametrize(
    ("kind", "data", "key"),
    [
        ("bearing", {"anchor": "Router", "azimuth": 400}, "measurement_azimuth_out_of_range"),
        ("bearing", {"anchor": "Router", "azimuth": "nan"}, "measurement_azimuth_out_of_range"),
        ("bearing", {"anchor": "Router", "azimuth": 1, "elevation": 91}, "measurement_elevation_out_of_range"),
        ("bearing", {"anchor": "Router", "azimuth": 1, "sigma": 0}, "measurement_sigma_not_positive"),
        ("bearing", {"anchor": "Nowhere", "azimuth": 1}, "report_anchor_unknown"),
        ("bearing", {"anchor": "Unplaced", "azimuth": 1}, "report_anchor_unplaced"),
        ("range", {"anchor": "Router", "distance": -0.1}, "measurement_distance_out_of_range"),
        ("range", {"anchor": "Router", "distance": "inf"}, "measurement_distance_out_of_range"),
        ("range", {"anchor": "Tag", "distance": 1}, "report_anchor_unknown"),
        ("rssi", {"anchor": "Router", "rssi": 0}, "measurement_rssi_out_of_range"),
        ("rssi", {"anchor": "Router", "rssi": -200}, "measurement_rssi_out_of_range"),
        ("position", {"x": 52.5e6, "y": 13.4}, "measurement_position_out_of_range"),
        ("position", {"x": 1, "y": 1, "floor": "Attic"}, "report_floor_unknown"),
        ("position", {"x": 1, "y": 1, "sigma": -1}, "measurement_sigma_not_positive"),
        ("position", {"x": 1, "y": 1, "beacon": "Cat"}, "report_beacon_unknown"),
        ("motion", {}, "measurement_says_nothing"),
        ("motion", {"speed": -1}, "measurement_speed_out_of_range"),
        ("motion", {"heading": 500}, "measurement_heading_out_of_range"),
    ],
)
async def test_what_makes_no_sense_is_refused_in_words(
    home: House, kind: str, data: Mapping[str, Any], key: str
) -> None:
    await async_add_other_anchor(home, "Unplaced", x=None, y=None)
    with pytest.raises(ServiceValidationError) as caught:
        await report(home, kind, **data)
    assert caught.value.translation_key == key
    message = ENGLISH["exceptions"][key]["message"]
    assert placeholders_of(message) == set(caught.value.translation_placeholders or {})


@pytest.mark.parametrize(("ago", "key"), [(6.0, "report_too_old"), (-2.0, "report_in_future")])
@pytest.mark.parametrize("as_date", [True, False])
async def test_times_that_are_of_no_use_are_refused(home: House, ago: float, key: str, as_date: bool) -> None:
    now = clock.time()
    await report(home, "motion", moving=True, time=dt_util.utc_from_timestamp(now - 1.0).isoformat())
    then = now - ago
    with pytest.raises(ServiceValidationError) as caught:
        await report(home, "motion", moving=True, time=dt_util.utc_from_timestamp(then) if as_date else then)
    assert caught.value.translation_key == key
    with pytest.raises(ServiceValidationError) as caught:
        await report(home, "motion", moving=True, time=math.nan)
    assert caught.value.translation_key == "measurement_time_not_finite"


async def test_without_a_plan_places_mean_nothing(house: House) -> None:
    await house.async_set_up()
    await house.async_add_beacon()
    with pytest.raises(ServiceValidationError, match="No room is drawn"):
        await report(house, "position", x=1, y=1)
    await report(house, "motion", moving=True)


async def test_a_locator_that_would_ignore_reports_says_so(home: House) -> None:
    assert home.entry
    home.hass.config_entries.async_update_entry(home.entry, options={"locator": "centroid"})
    await home.hass.async_block_till_done()
    with pytest.raises(ServiceValidationError) as caught:
        await report(home, "position", x=1, y=1)
    assert caught.value.translation_key == "report_not_weighed"


async def test_only_administrators_report(home: House, hass_read_only_user: User) -> None:
    data = {"beacon": "Tag", "moving": True}
    context = Context(user_id=hass_read_only_user.id)
    with pytest.raises(Unauthorized):
        await home.hass.services.async_call(DOMAIN, "report_motion", data, blocking=True, context=context)


@pytest.mark.parametrize("kind", ["position", "range", "rssi"])
async def test_no_report_opens_a_door(locked_home: House, told: Told, kind: str) -> None:  # noqa: F811
    """The phone lies in the kitchen; somebody reports, step by step, that it walks up to the safe and stays there."""
    await add(locked_home)
    await async_add_other_anchor(locked_home, "UWB", kind="uwb", x=6.0, y=1.5)
    await at(locked_home, 1.0, 12)
    for x in (1.0, 2.0, 3.0, 4.0, 5.0, *[6.0] * 20):
        for _ in range(2):
            if kind == "position":
                await report(locked_home, "position", beacon="Phone", x=x, y=1.5, floor="ground_floor", sigma=0.1)
            elif kind == "range":
                await report(locked_home, "range", beacon="Phone", anchor="UWB", distance=abs(6.0 - x), sigma=0.05)
            else:
                source = locked_home.source("living_room")
                await report(locked_home, "rssi", beacon="Phone", anchor=source, rssi=-70 + 5 * min(x, 6.0))
            await at(locked_home, 1.0, 0.5)
    track = next(iter(locked_home.runtime.positioning.tracks.values()))
    if kind == "position":
        assert track.presence.room == "living_room", "the reports did move the phone"
    assert told.take() == []


async def test_reports_do_not_keep_the_right_one_out(locked_home: House, told: Told) -> None:  # noqa: F811
    await add(locked_home)
    await report(locked_home, "position", beacon="Phone", x=1.0, y=1.5, floor="ground_floor", sigma=0.2)
    await come(locked_home)
    assert told.take() == [("Phone", True, [])]
    assert RULES["secured"]


def problems(house: House) -> set[str]:
    return {issue_id for domain, issue_id in ir.async_get(house.hass).issues if domain == DOMAIN}


async def test_an_anchor_whose_distances_are_off_is_named_and_left_out_until_it_is_moved(home: House) -> None:
    router = home.runtime.positioning.model.home.other_anchors[0].id
    (track,) = home.runtime.positioning.tracks.values()
    for _ in range(80):
        home.transmit("living_room")
        # It stands beside the router.
        await report(home, "range", anchor="Router", distance=6.0, sigma=0.1)
        await home.clock.async_pass(1)
    assert problems(home) == {f"ranges_biased_{router}"}
    issue = ir.async_get(home.hass).async_get_issue(DOMAIN, f"ranges_biased_{router}")
    assert issue is not None
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["name"] == "Router"
    texts = ENGLISH["issues"]["ranges_biased"]
    assert placeholders_of(texts["title"] + texts["description"]) <= issue.translation_placeholders.keys()
    assert not issue.is_fixable
    assert track.presence.room == "living_room", "outvoted all the time"
    assert home.entry
    moved = home.entry.subentries[router]
    home.hass.config_entries.async_update_subentry(home.entry, moved, data={**moved.data, "x": 0.0})
    await home.hass.async_block_till_done()
    await home.clock.async_pass(1)
    assert problems(home) == set()


async def test_sound_distances_are_no_problem(home: House) -> None:
    for _ in range(80):
        home.transmit("living_room")
        await report(home, "range", anchor="Router", distance=0.4, sigma=0.1)
        await home.clock.async_pass(1)
    assert problems(home) == set()
