"""The part of a room's form that says what tells whether anybody is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import probatio as vol
from homeassistant.components.binary_sensor import DOMAIN as BINARY_SENSOR
from homeassistant.const import UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import section
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import EntitySelector, EntitySelectorConfig

from ..const import CONF_HOLD, CONF_SENSORS, CONF_STILL_AFTER, DOMAIN
from ..engine.presence import PresenceRule
from ..room_sensors import SENSOR_KINDS, presence_rule
from .fields import number

SECTION_PRESENCE: Final = "presence"


def presence_fields() -> dict[vol.Marker, Any]:
    """Return the fields for sensors and the rule's times."""
    default = PresenceRule()
    sensors = EntitySelectorConfig(filter={"domain": BINARY_SENSOR, "device_class": list(SENSOR_KINDS)}, multiple=True)
    fields = {
        vol.Optional(CONF_SENSORS): EntitySelector(sensors),
        vol.Required(CONF_HOLD, default=default.hold): number(0, 3600, 1, UnitOfTime.SECONDS),
        vol.Required(CONF_STILL_AFTER, default=default.still_after): number(30, 86400, 1, UnitOfTime.SECONDS),
    }
    return {vol.Optional(SECTION_PRESENCE): section(vol.Schema(fields), {"collapsed": True})}


def presence_from_input(hass: HomeAssistant, user_input: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what the form says, and what is wrong with it.

    A sensor of this integration would keep the room occupied because it is occupied.
    """
    given, default = user_input.get(SECTION_PRESENCE, {}), PresenceRule()
    data = {
        CONF_SENSORS: given.get(CONF_SENSORS, []),
        CONF_HOLD: given.get(CONF_HOLD, default.hold),
        CONF_STILL_AFTER: given.get(CONF_STILL_AFTER, default.still_after),
    }
    registry = er.async_get(hass)
    chosen = (registry.async_get(entity_id) for entity_id in data[CONF_SENSORS])
    own = any(entry is not None and entry.platform == DOMAIN for entry in chosen)
    return data, {"base": "own_sensor"} if own else {}


def presence_to_input(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form shows for a room's data."""
    rule = presence_rule(data)
    shown = {CONF_SENSORS: data.get(CONF_SENSORS, []), CONF_HOLD: rule.hold, CONF_STILL_AFTER: rule.still_after}
    return {SECTION_PRESENCE: shown}
