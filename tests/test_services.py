"""The actions, called as an automation calls them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import label_registry as lr
from homeassistant.util import dt as dt_util
from homeassistant.util.yaml import load_yaml_dict

from custom_components.indoor_positioning.const import DOMAIN
from tests.house import TAG_ADDRESS, House
from tests.test_translations import ICONS
from tests.translations import ENGLISH, FOLDER, placeholders_of

OTHER_ADDRESS = TAG_ADDRESS.replace("01", "02")


async def ask(hass: HomeAssistant, action: str, data: Mapping[str, Any] | None = None) -> dict[str, Any]:
    response = await hass.services.async_call(DOMAIN, action, dict(data or {}), blocking=True, return_response=True)
    assert response is not None
    return dict(response)


def device_of(house: House, subentry_id: str) -> str:
    assert house.entry
    device = dr.async_get(house.hass).async_get_device_by_identifier((DOMAIN, subentry_id), house.entry.entry_id)
    assert device is not None
    return device.id


async def two_tags(house: House, seconds: int = 15, other: str = "living_room") -> tuple[str, str]:
    """Set the house up with a zone, `Tag` in the kitchen, and `Second` in another room."""
    await house.async_set_up()
    first = await house.async_add_beacon()
    second = await house.async_add_beacon(OTHER_ADDRESS, kind="address", name="Second")
    await house.async_draw()
    await house.async_add_zone()
    for _ in range(seconds):
        house.transmit("kitchen")
        house.transmit(other, OTHER_ADDRESS, name="Second")
        await house.clock.async_pass(1)
    return first, second


async def test_locate_tells_everything_of_all(house: House) -> None:
    first, _ = await two_tags(house)
    tag, second = (await ask(house.hass, "locate"))["beacons"]
    assert (tag["name"], second["name"]) == ("Tag", "Second")
    assert tag["device_id"] == device_of(house, first)
    assert (tag["state"], tag["room"], tag["area_id"]) == ("here", "Kitchen", "kitchen")
    assert (tag["floor"], tag["floor_id"], tag["zones"]) == ("Ground floor", "ground_floor", ["Stove"])
    assert 0 <= tag["x"] <= 4
    assert 0 <= tag["y"] <= 3
    assert tag["accuracy"] > 0
    assert tag["probability"] == tag["rooms"]["Kitchen"] > 0.5
    assert next(iter(tag["rooms"])) == "Kitchen"
    assert tag["zone_probabilities"]["Stove"] >= 0.7
    assert 0 <= tag["moving"] <= 1
    heard, still = (dt_util.parse_datetime(tag[key]) for key in ("last_heard", "still_since"))
    assert heard is not None
    assert still is not None
    assert still < heard
    assert (tag["assurance"], tag["duplicate_suspected"]) == ("public", False)


async def test_locate_says_who_is_away_and_who_was_never_heard(house: House) -> None:
    await house.async_set_up()
    await house.async_add_beacon()
    (tag,) = (await ask(house.hass, "locate"))["beacons"]
    assert (tag["state"], tag["room"], tag["last_heard"], tag["rooms"]) == ("unknown", None, None, {})
    await house.async_stay("kitchen", 5)
    await house.clock.async_pass(70)
    (tag,) = (await ask(house.hass, "locate"))["beacons"]
    assert (tag["state"], tag["room"], tag["probability"], tag["x"], tag["rooms"]) == ("away", None, None, None, {})
    assert tag["last_heard"] is not None


async def test_locate_takes_devices_entities_and_labels(house: House) -> None:
    first, second = await two_tags(house, seconds=3)
    label = lr.async_get(house.hass).async_create("Carried")
    dr.async_get(house.hass).async_update_device(device_of(house, second), labels={label.label_id})
    for target, name in (
        ({"device_id": device_of(house, first)}, "Tag"),
        ({"entity_id": "sensor.second_room"}, "Second"),
        ({"label_id": label.label_id}, "Second"),
    ):
        assert [one["name"] for one in (await ask(house.hass, "locate", target))["beacons"]] == [name]
    both = [device_of(house, second), device_of(house, first)]
    assert len((await ask(house.hass, "locate", {"device_id": both}))["beacons"]) == 2


async def test_nearest_comes_first(house: House) -> None:
    first, _ = await two_tags(house)
    await house.async_add_beacon("C4:00:00:00:00:03", kind="address", name="Third")
    for _ in range(10):
        house.transmit("kitchen")
        house.transmit("living_room", OTHER_ADDRESS, name="Second")
        house.transmit("kitchen", "C4:00:00:00:00:03", name="Third")
        await house.clock.async_pass(1)
    answer = await ask(house.hass, "nearest", {"beacon": device_of(house, first)})
    assert answer["beacon"]["name"] == "Tag"
    third, second = answer["nearest"]
    assert (third["name"], third["same_room"]) == ("Third", True)
    assert (second["name"], second["same_room"], second["room"]) == ("Second", False, "Living room")
    assert third["distance"] < second["distance"]
    assert second["distance_accuracy"] > 0
    answer = await ask(house.hass, "nearest", {"beacon": device_of(house, first), "limit": 1})
    assert [one["name"] for one in answer["nearest"]] == ["Third"]


async def test_in_room_tells_who_is_there(house: House) -> None:
    await two_tags(house)
    answer = await ask(house.hass, "in_room", {"room": "kitchen"})
    assert (answer["room"], answer["area_id"]) == ("Kitchen", "kitchen")
    assert [one["name"] for one in answer["beacons"]] == ["Tag"]
    assert (await ask(house.hass, "in_room", {"room": "bedroom"}))["beacons"] == []


@pytest.mark.parametrize(
    ("action", "data", "key"),
    [
        ("locate", {"entity_id": "sensor.kitchen_count"}, "no_beacon_in_target"),
        ("locate", {"device_id": "never_was"}, "no_beacon_in_target"),
        ("nearest", {"beacon": "never_was"}, "not_a_beacon"),
        ("in_room", {"room": "never_was"}, "not_a_room"),
    ],
)
async def test_what_is_not_there_is_refused_in_words(house: House, action: str, data: dict[str, Any], key: str) -> None:
    await house.async_set_up()
    await house.async_add_beacon()
    with pytest.raises(ServiceValidationError) as caught:
        await ask(house.hass, action, data)
    assert caught.value.translation_key == key
    message = ENGLISH["exceptions"][key]["message"]
    assert placeholders_of(message) == set(caught.value.translation_placeholders or {})


async def test_nobody_is_near_who_is_away(house: House) -> None:
    await house.async_set_up()
    beacon = await house.async_add_beacon()
    with pytest.raises(ServiceValidationError, match="away or was not heard yet") as caught:
        await ask(house.hass, "nearest", {"beacon": device_of(house, beacon)})
    assert caught.value.translation_placeholders == {"beacon": "Tag"}


async def test_the_actions_outlive_the_entry_and_say_so(house: House) -> None:
    await house.async_set_up()
    assert house.entry
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    for action, data in (
        ("locate", {}),
        ("nearest", {"beacon": "any"}),
        ("in_room", {"room": "kitchen"}),
        ("train_model", {}),
    ):
        with pytest.raises(ServiceValidationError) as caught:
            await ask(house.hass, action, data)
        assert caught.value.translation_key == "not_loaded"


async def test_a_disabled_entity_still_names_its_beacon(house: House) -> None:
    first, _ = await two_tags(house, seconds=3)
    entity = er.async_get(house.hass).async_get("sensor.tag_confidence")
    assert entity is not None
    assert entity.disabled_by is not None
    (tag,) = (await ask(house.hass, "locate", {"entity_id": "sensor.tag_confidence"}))["beacons"]
    assert tag["device_id"] == device_of(house, first)


def test_every_action_has_texts_and_an_icon() -> None:
    described = load_yaml_dict(str(FOLDER / "services.yaml"))
    assert described.keys() == ENGLISH["services"].keys() == ICONS["services"].keys()
    for name, action in described.items():
        texts = ENGLISH["services"][name]
        assert texts["name"]
        assert texts["description"]
        assert texts.get("fields", {}).keys() == (action or {}).get("fields", {}).keys()
        assert all(field["name"] and field["description"] for field in texts.get("fields", {}).values())
