"""Automations in a test: what ran, and what the trigger told it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.indoor_positioning.const import DOMAIN

TOLD = (
    "beacon",
    "where",
    "where_id",
    "area_id",
    "from_where",
    "probability",
    "assurance",
    "position",
    "floor",
    "distance",
    "speed",
    "still_for",
    "silent_for",
)


class Automation:
    """One automation whose only action is to say that it ran."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.hass = hass
        self._events: list[Event[Any]] = async_capture_events(hass, "automation_ran")

    def take(self) -> list[Mapping[str, Any]]:
        """Return what the trigger told, for each run since the last time."""
        told = [event.data for event in self._events]
        self._events.clear()
        return told

    def where(self) -> list[str]:
        """Return the places of each run since the last time."""
        return [one["where"] for one in self.take()]

    async def async_set_up(self, trigger: Mapping[str, Any], *conditions: Mapping[str, Any]) -> None:
        """Set the automation up."""
        told = {key: f"{{{{ trigger.{key} }}}}" for key in TOLD}
        automation = {
            "alias": "Test",
            "triggers": [trigger],
            "conditions": list(conditions),
            "actions": [{"event": "automation_ran", "event_data": told}],
            "mode": "queued",
        }
        assert await async_setup_component(self.hass, "automation", {"automation": [automation]})
        await self.hass.async_block_till_done()

    async def async_turn_off(self) -> None:
        """Stop it, as when it is deleted."""
        await self.hass.services.async_call(
            "automation", "turn_off", {ATTR_ENTITY_ID: "automation.test"}, blocking=True
        )

    @property
    def works(self) -> bool:
        """Whether Home Assistant took its configuration."""
        state = self.hass.states.get("automation.test")
        return state is not None and state.state == "on"


def device_of(hass: HomeAssistant, subentry_id: str) -> str:
    """Return the device of a beacon, room or zone."""
    for entry in hass.config_entries.async_entries(DOMAIN):
        if device := dr.async_get(hass).async_get_device_by_identifier((DOMAIN, subentry_id), entry.entry_id):
            return device.id
    raise AssertionError(f"no device stands for {subentry_id}")


def trigger(kind: str, device_id: str, **options: Any) -> dict[str, Any]:
    """Return the configuration of a trigger for one beacon."""
    return {"trigger": f"{DOMAIN}.{kind}", "target": {"device_id": [device_id]}, "options": options}


def condition(kind: str, device_id: str, **options: Any) -> dict[str, Any]:
    """Return the configuration of a condition for one beacon."""
    return {"condition": f"{DOMAIN}.{kind}", "target": {"device_id": [device_id]}, "options": options}
