"""Every blueprint, taken as a user would import it and run in a real Home Assistant with simulated movement."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict
from pytest_homeassistant_custom_component.common import async_mock_service

from tests.automations import device_of
from tests.flows.test_zone import go_on, start, zone_of
from tests.house import TAG_ADDRESS, House, ibeacon_data
from tests.protocols import IRK
from tests.test_doors import SAFE, come
from tests.test_packaging import MANIFEST, ROOT

FOLDER = ROOT / "blueprints" / "automation" / "indoor_positioning"
BLUEPRINTS = sorted(FOLDER.glob("*.yaml"))
OTHER: dict[str, Any] = {"address": "C4:00:00:00:00:02", "manufacturer_data": ibeacon_data(minor=3)}
ALERT = [{"action": "notify.alert", "data": {"message": "{{ message }}"}}]
REMIND = [{"action": "notify.alert", "data": {"message": "{{ trigger.beacon }} at {{ trigger.where }}"}}]


@pytest.fixture
async def home(house: House, tmp_path: Path) -> House:
    """A drawn house with a tag that has settled in the kitchen, and the blueprints in its configuration."""
    await house.async_set_up()
    await house.async_draw()
    await house.async_add_beacon()
    await house.async_stay("kitchen", 15)
    house.hass.config.config_dir = str(tmp_path)
    shutil.copytree(FOLDER, tmp_path / "blueprints" / "automation" / "indoor_positioning")
    return house


@pytest.fixture
def calls(hass: HomeAssistant) -> Callable[[str], list[Any]]:
    """What was called since the last time, by service; an entity or message of each call."""
    offered = {
        "light": ("turn_on", "turn_off"),
        "lock": ("unlock", "lock"),
        "notify": ("alert",),
        "media_player": ("play_media", "media_stop"),
    }
    services = {
        f"{domain}.{name}": async_mock_service(hass, domain, name)
        for domain, names in offered.items()
        for name in names
    }

    def take(name: str) -> list[Any]:
        said = [call.data.get("entity_id") or call.data["message"] for call in services[name]]
        services[name].clear()
        return said

    return take


def beacon(house: House, name: str = "Tag") -> str:
    """Return the device of a beacon."""
    assert house.entry
    found = next(one for one in house.entry.get_subentries_of_type("beacon") if one.title == name)
    return device_of(house.hass, found.subentry_id)


def put(house: House, domain: str, area_id: str) -> str:
    """Put a lamp, lock or player into a room."""
    registry = er.async_get(house.hass)
    entity = registry.async_get_or_create(domain, "test", area_id, suggested_object_id=area_id)
    registry.async_update_entity(entity.entity_id, area_id=area_id)
    return entity.entity_id


async def use(house: House, name: str, **inputs: Any) -> None:
    """Make an automation of a blueprint."""
    automation = {
        "alias": "Test",
        "use_blueprint": {"path": f"indoor_positioning/{name}.yaml", "input": inputs},
    }
    assert await async_setup_component(house.hass, "automation", {"automation": [automation]})
    await house.hass.async_block_till_done()
    assert house.state("automation.test").state == "on"


@pytest.mark.parametrize("path", BLUEPRINTS, ids=lambda path: path.stem)
def test_they_say_where_they_come_from_and_what_they_ask_for(path: Path) -> None:
    about = load_yaml_dict(str(path))["blueprint"]
    assert about["source_url"] == f"{MANIFEST['documentation']}/blob/main/{path.relative_to(ROOT)}"
    assert about["domain"] == "automation"
    assert all(asked["name"] and asked["description"] and asked["selector"] for asked in about["input"].values())
    imported = f"import/?blueprint_url={about['source_url'].replace(':', '%3A').replace('/', '%2F')}"
    assert imported in (ROOT / "docs" / "automations.md").read_text(), "the link to import it"


async def test_light_follows_person(home: House, calls: Callable[[str], list[Any]]) -> None:
    await home.async_add_beacon("2f234454-cf6d-4a0f-adf2-f4911ba9ffa6/1/3", name="Other")
    lights = [put(home, "light", area) for area in ("kitchen", "living_room", "bedroom")]
    await use(
        home,
        "light_follows_person",
        people=[beacon(home), beacon(home, "Other")],
        rooms=["kitchen", "living_room"],
        lights=lights,
        off_after=5,
    )
    await home.async_stay("living_room", 12)
    assert calls("light.turn_on") == [["light.living_room"]]
    assert calls("light.turn_off") == [["light.kitchen"]]
    await home.async_stay("living_room", 15, **OTHER)
    home.transmit("living_room")
    # Carried off in no time, as nobody walks: that is believed when it has been sure for a while.
    for _ in range(20):
        home.transmit("kitchen")
        await home.async_stay("living_room", 1, **OTHER)
    assert calls("light.turn_on") == [["light.kitchen"]]
    assert calls("light.turn_off") == [], "somebody is still there"
    await home.async_stay("bedroom", 15)
    assert calls("light.turn_on") == []


async def test_light_follows_person_only_if(home: House, calls: Callable[[str], list[Any]]) -> None:
    light = put(home, "light", "living_room")
    dark = [{"condition": "state", "entity_id": "sun.sun", "state": "below_horizon"}]
    home.hass.states.async_set("sun.sun", "above_horizon")
    await use(
        home, "light_follows_person", people=[beacon(home)], rooms=["kitchen", "living_room"], lights=[light], dark=dark
    )
    await home.async_stay("living_room", 10)
    assert calls("light.turn_on") == []
    home.hass.states.async_set("sun.sun", "below_horizon")
    await home.async_stay("kitchen", 10)
    await home.async_stay("living_room", 10)
    assert calls("light.turn_on") == [["light.living_room"]]


async def test_a_light_must_be_chosen(
    home: House, calls: Callable[[str], list[Any]], caplog: pytest.LogCaptureFixture
) -> None:
    await use(home, "light_follows_person", people=[beacon(home)], rooms=["living_room"], lights=[])
    await home.async_stay("living_room", 10)
    assert "No light is chosen: open the automation and choose the lights that should follow." in caplog.text


async def test_what_a_blueprint_needs_is_asked_for(home: House) -> None:
    automation = {
        "alias": "Test",
        "use_blueprint": {
            "path": "indoor_positioning/light_follows_person.yaml",
            "input": {"people": [beacon(home)], "rooms": ["kitchen"]},
        },
    }
    await async_setup_component(home.hass, "automation", {"automation": [automation]})
    await home.hass.async_block_till_done()
    assert home.state("automation.test").state == "unavailable"
    (issue,) = (issue for (domain, _), issue in ir.async_get(home.hass).issues.items() if domain == "automation")
    assert "lights" in str(issue.translation_placeholders)


async def test_door_unlocks_on_authorised_approach(home: House, calls: Callable[[str], list[Any]]) -> None:
    await home.async_add_beacon(IRK.hex(), kind="private_address", name="Phone")
    await go_on(home, await start(home), SAFE)
    safe = device_of(home.hass, zone_of(home, "Safe").subentry_id)
    door = put(home, "lock", "living_room")
    await use(
        home,
        "door_unlocks_on_authorised_approach",
        people=[beacon(home, "Phone"), beacon(home)],
        zones=[safe],
        door=door,
        lock_after=20,
        opened=[{"action": "notify.alert", "data": {"message": "{{ trigger.beacon }} opened {{ trigger.where }}"}}],
    )
    await come(home, TAG_ADDRESS, manufacturer_data=ibeacon_data())
    assert calls("lock.unlock") == [], "anyone can copy it"
    await come(home)
    assert calls("lock.unlock") == [[door]]
    assert calls("notify.alert") == ["Phone opened Safe"]
    home.hass.states.async_set(door, "unlocked")
    await home.clock.async_pass(15)
    assert calls("lock.lock") == []
    await home.clock.async_pass(10)
    assert calls("lock.lock") == [[door]]


@pytest.mark.parametrize(("pause", "again"), [(3600, []), (0, ["Tag at Living room"])], ids=["once", "every time"])
async def test_reminder_at_a_place(
    home: House, calls: Callable[[str], list[Any]], pause: int, again: Sequence[str]
) -> None:
    await home.async_add_beacon("2f234454-cf6d-4a0f-adf2-f4911ba9ffa6/1/3", name="Other")
    near = {
        "condition": "indoor_positioning.is_near",
        "target": {"device_id": [beacon(home)]},
        "options": {"beacon": beacon(home, "Other"), "distance": 3},
    }
    await use(
        home,
        "reminder_at_place",
        person_beacon=beacon(home),
        areas=["living_room"],
        remind=REMIND,
        unless=[{"condition": "not", "conditions": [near]}],
        pause=pause,
    )
    for _ in range(15):
        home.transmit("living_room")
        await home.async_stay("living_room", 1, **OTHER)
    assert calls("notify.alert") == [], "the keys are near"
    for _ in range(15):
        home.transmit("kitchen")
        await home.async_stay("bedroom", 1, **OTHER)
    await home.async_stay("living_room", 15)
    assert calls("notify.alert") == ["Tag at Living room"]
    await home.async_stay("kitchen", 10)
    await home.async_stay("living_room", 10)
    assert calls("notify.alert") == again


@pytest.mark.parametrize(
    ("hour", "told"),
    [
        (23, ["Tag has left Bedroom.", "Nothing is heard of Tag any more."]),
        (12, ["Tag has not moved in Kitchen for 2 minutes.", "Nothing is heard of Tag any more."]),
    ],
    ids=["night", "day"],
)
async def test_caregiver_alert(
    home: House,
    calls: Callable[[str], list[Any]],
    monkeypatch: pytest.MonkeyPatch,
    hour: int,
    told: Sequence[str],
) -> None:
    monkeypatch.setattr("homeassistant.util.dt.now", lambda *_: datetime(2026, 11, 1, hour, 30, tzinfo=UTC))
    await use(
        home,
        "caregiver_alert",
        person_beacon=beacon(home),
        safe_areas=["bedroom"],
        away_for=10,
        still_for=120,
        silent_for=300,
        alert=ALERT,
    )
    await home.async_stay("bedroom", 20)
    await home.async_stay("kitchen", 150)
    await home.clock.async_pass(320)
    assert calls("notify.alert") == told


async def test_object_left_its_place(home: House, calls: Callable[[str], list[Any]]) -> None:
    zone = await home.async_add_zone("Show-case")
    await home.async_stay("kitchen", 15)
    case = device_of(home.hass, zone)
    await use(home, "object_left_its_place", objects=[beacon(home)], zones=[case], alert=ALERT, silent_for=100)
    await home.async_stay("kitchen", 30)
    assert calls("notify.alert") == []
    await home.async_stay("living_room", 20)
    assert calls("notify.alert") == ["Tag has left Show-case."]
    await home.clock.async_pass(110)
    assert calls("notify.alert") == ["Nothing is heard of Tag any more."]


async def test_audio_starts_at_an_exhibit(home: House, calls: Callable[[str], list[Any]]) -> None:
    zone = await home.async_add_zone("Amphora", left=4.0)
    await home.async_stay("kitchen", 15)
    player = put(home, "media_player", "living_room")
    await use(
        home,
        "audio_at_exhibit",
        visitors=[beacon(home)],
        exhibit=device_of(home.hass, zone),
        player=player,
        media={"entity_id": player, "media_content_id": "media-source://amphora.mp3", "media_content_type": "music"},
    )
    await home.async_stay("living_room", 12)
    assert calls("media_player.play_media") == [[player]]
    await home.async_stay("kitchen", 12)
    assert calls("media_player.media_stop") == [[player]]


async def test_find_my_thing(home: House, calls: Callable[[str], list[Any]]) -> None:
    lights = [put(home, "light", area) for area in ("kitchen", "living_room")]
    speakers = [put(home, "media_player", area) for area in ("kitchen", "living_room")]
    sound = {"entity_id": speakers[0], "media_content_id": "media-source://here.mp3", "media_content_type": "music"}
    away = [{"action": "notify.alert", "data": {"message": "{{ found.name }} is away"}}]
    home.hass.states.async_set("input_button.find", "unknown")
    await use(
        home,
        "find_my_thing",
        thing=beacon(home),
        button="input_button.find",
        lights=lights,
        speakers=speakers,
        sound=sound,
        not_here=away,
    )
    home.hass.states.async_set("input_button.find", "1")
    await home.hass.async_block_till_done()
    assert calls("light.turn_on") == [["light.kitchen"]]
    assert calls("media_player.play_media") == [["media_player.kitchen"]]
    await home.clock.async_pass(100)
    home.hass.states.async_set("input_button.find", "2")
    await home.hass.async_block_till_done()
    assert calls("light.turn_on") == []
    assert calls("notify.alert") == ["Tag is away"]


async def test_a_light_or_speaker_must_be_chosen(home: House, caplog: pytest.LogCaptureFixture) -> None:
    home.hass.states.async_set("input_button.find", "unknown")
    await use(home, "find_my_thing", thing=beacon(home), button="input_button.find")
    home.hass.states.async_set("input_button.find", "1")
    await home.hass.async_block_till_done()
    assert "No light and no speaker is chosen: open the automation and choose at least one." in caplog.text
