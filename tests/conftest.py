"""Fixtures for tests in a real Home Assistant, in process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import floor_registry as fr
from homeassistant.setup import async_setup_component

import custom_components  # noqa: F401  the project's own, before the test plugin's example takes the name
from tests.house import House
from tests.simulated_clock import SimulatedClock
from tests.translations import checked_flows


@pytest.fixture
def checked_translations() -> Iterator[None]:
    """Every form that a test reaches must have all its texts."""
    with checked_flows():
        yield


@pytest.fixture
def simulated_clock(hass: HomeAssistant) -> Iterator[SimulatedClock]:
    """The integration's clock, moved by the test."""
    simulated = SimulatedClock(hass)
    with simulated.installed():
        yield simulated


@pytest.fixture
async def house(
    hass: HomeAssistant,
    enable_custom_integrations: None,
    mock_bluetooth: None,
    checked_translations: None,
    simulated_clock: SimulatedClock,
) -> AsyncIterator[House]:
    """Home Assistant with its Bluetooth stack and three proxies on two floors; the integration is not set up."""
    await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, "bluetooth", {})
    await hass.async_block_till_done()
    house = House(hass, simulated_clock)
    ground = fr.async_get(hass).async_create("Ground floor", level=0)
    upper = fr.async_get(hass).async_create("Upper floor", level=1)
    for name, floor in (("Kitchen", ground), ("Living room", ground), ("Bedroom", upper)):
        ar.async_get(hass).async_create(name, floor_id=floor.floor_id)
    house.add_proxy("Kitchen proxy", "kitchen")
    house.add_proxy("Living room proxy", "living_room")
    house.add_proxy("Bedroom proxy", "bedroom")
    yield house
    await house.async_close()
