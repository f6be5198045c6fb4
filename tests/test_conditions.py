"""Every condition in a running Home Assistant, with simulated movement."""

from __future__ import annotations

from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.condition import async_get_all_descriptions
from homeassistant.setup import async_setup_component

from custom_components.indoor_positioning.condition import CONDITIONS
from custom_components.indoor_positioning.const import DOMAIN
from tests.automations import Automation, condition, device_of
from tests.house import House, ibeacon_data
from tests.translations import ENGLISH

ASK = {"trigger": "event", "event_type": "ask"}
OTHER: dict[str, Any] = {"address": "C4:00:00:00:00:02", "manufacturer_data": ibeacon_data(minor=3)}


@pytest.fixture
async def tags(house: House) -> tuple[str, str]:
    """A drawn house with two tags, the first settled in the kitchen and the other in the living room; their devices."""
    await house.async_set_up()
    await house.async_draw()
    tag = await house.async_add_beacon()
    other = await house.async_add_beacon("2f234454-cf6d-4a0f-adf2-f4911ba9ffa6/1/3", name="Other")
    await _stay(house, "kitchen", "living_room", 15)
    return device_of(house.hass, tag), device_of(house.hass, other)


@pytest.fixture
def automation(hass: HomeAssistant) -> Automation:
    """An automation that is still to be set up."""
    return Automation(hass)


async def _stay(house: House, tag: str, other: str, seconds: int) -> None:
    for _ in range(seconds):
        house.transmit(tag)
        await house.async_stay(other, 1, **OTHER)


async def _holds(house: House, automation: Automation) -> bool:
    house.hass.bus.async_fire("ask")
    await house.hass.async_block_till_done()
    return bool(automation.take())


async def test_being_in_a_room(house: House, tags: tuple[str, str], automation: Automation) -> None:
    await automation.async_set_up(ASK, condition("is_in", tags[0], areas=["kitchen"]))
    assert await _holds(house, automation)
    await _stay(house, "living_room", "living_room", 10)
    assert not await _holds(house, automation)


async def test_being_in_a_zone(house: House, tags: tuple[str, str], automation: Automation) -> None:
    zone = await house.async_add_zone("Stove")
    await _stay(house, "kitchen", "living_room", 15)
    await automation.async_set_up(ASK, condition("is_in", tags[0], zones=[device_of(house.hass, zone)]))
    assert await _holds(house, automation)
    await _stay(house, "living_room", "living_room", 10)
    assert not await _holds(house, automation)


async def test_being_there_for_a_time(house: House, tags: tuple[str, str], automation: Automation) -> None:
    lasting = {"for": {"seconds": 30}}
    await automation.async_set_up(ASK, condition("is_in", tags[0], areas=["living_room"], **lasting))
    await _stay(house, "living_room", "living_room", 20)
    assert not await _holds(house, automation)
    await _stay(house, "living_room", "living_room", 20)
    assert await _holds(house, automation)


async def test_being_there_as_surely_as_asked(house: House, tags: tuple[str, str], automation: Automation) -> None:
    await automation.async_set_up(ASK, condition("is_in", tags[0], areas=["kitchen"], probability=1.0))
    assert not await _holds(house, automation)


@pytest.mark.parametrize(("behavior", "expected"), [("any", True), ("all", False)])
async def test_any_or_all(
    house: House, tags: tuple[str, str], automation: Automation, behavior: str, *, expected: bool
) -> None:
    config = condition("is_in", tags[0], areas=["kitchen"], behavior=behavior)
    config["target"]["device_id"].append(tags[1])
    await automation.async_set_up(ASK, config)
    assert await _holds(house, automation) is expected


async def test_nobody_is_anywhere_once_away(house: House, tags: tuple[str, str], automation: Automation) -> None:
    await automation.async_set_up(ASK, condition("is_in", tags[0], areas=["kitchen"]))
    await house.clock.async_pass(100)
    assert not await _holds(house, automation)


async def test_being_near_another_beacon(house: House, tags: tuple[str, str], automation: Automation) -> None:
    await automation.async_set_up(ASK, condition("is_near", tags[0], beacon=tags[1], distance=2.5))
    assert not await _holds(house, automation)
    await _stay(house, "living_room", "living_room", 15)
    assert await _holds(house, automation)
    await _stay(house, "bedroom", "living_room", 15)
    assert not await _holds(house, automation)


async def test_being_near_for_a_time(house: House, tags: tuple[str, str], automation: Automation) -> None:
    options = {"beacon": tags[1], "distance": 2.5, "for": {"seconds": 20}}
    await automation.async_set_up(ASK, condition("is_near", tags[0], **options))
    await _stay(house, "living_room", "living_room", 15)
    assert not await _holds(house, automation)
    await _stay(house, "living_room", "living_room", 30)
    assert await _holds(house, automation)
    # The other one goes.
    await house.async_stay("bedroom", 15, **OTHER)
    assert not await _holds(house, automation)


async def test_nobody_is_near_to_itself(house: House, tags: tuple[str, str], automation: Automation) -> None:
    await automation.async_set_up(ASK, condition("is_near", tags[0], beacon=tags[0]))
    assert not await _holds(house, automation)


async def test_a_beacon_to_be_near_to_that_is_gone_is_reported(
    house: House, tags: tuple[str, str], automation: Automation
) -> None:
    await automation.async_set_up(ASK, condition("is_near", tags[0], beacon="f" * 32))
    assert ir.async_get(house.hass).async_get_issue(DOMAIN, f"reference_missing_{'f' * 32}") is not None
    assert not await _holds(house, automation)


async def test_moving(house: House, tags: tuple[str, str], automation: Automation) -> None:
    await automation.async_set_up(ASK, condition("is_moving", tags[0]))
    await _stay(house, "kitchen", "living_room", 60)
    assert not await _holds(house, automation)
    moved = []
    for _ in range(4):
        await _stay(house, "living_room", "living_room", 1)
        moved.append(await _holds(house, automation))
    assert any(moved)
    await house.clock.async_pass(20)
    assert not await _holds(house, automation), "what is not heard is not known to move"


async def test_a_condition_needs_a_place(house: House, tags: tuple[str, str], automation: Automation) -> None:
    await automation.async_set_up(ASK, condition("is_in", tags[0]))
    assert not automation.works


async def test_home_assistant_describes_all_conditions(house: House, tags: tuple[str, str]) -> None:
    assert await async_setup_component(house.hass, "automation", {})
    found = await async_get_all_descriptions(house.hass)
    for key in CONDITIONS:
        described = found[f"{DOMAIN}.{key}"]
        assert described is not None
        assert described["target"]
        assert described["fields"].keys() == ENGLISH["conditions"][key]["fields"].keys()
