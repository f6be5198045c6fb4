"""The sensors of other integrations that tell whether anybody is in a room, and the rule chosen for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.const import ATTR_DEVICE_CLASS
from homeassistant.core import State

from .const import CONF_HOLD, CONF_STILL_AFTER
from .engine.presence import PresenceRule, SensorKind

SENSOR_KINDS: Final[Mapping[str, SensorKind]] = {
    BinarySensorDeviceClass.MOTION: SensorKind.MOTION,
    BinarySensorDeviceClass.MOVING: SensorKind.MOTION,
    BinarySensorDeviceClass.OCCUPANCY: SensorKind.PRESENCE,
    BinarySensorDeviceClass.PRESENCE: SensorKind.PRESENCE,
    BinarySensorDeviceClass.DOOR: SensorKind.DOOR,
    BinarySensorDeviceClass.GARAGE_DOOR: SensorKind.DOOR,
    BinarySensorDeviceClass.OPENING: SensorKind.DOOR,
}


def kind_of(state: State) -> SensorKind:
    """Return what a sensor sees; one that lost its device class since it was chosen tells least as motion."""
    return SENSOR_KINDS.get(state.attributes.get(ATTR_DEVICE_CLASS, ""), SensorKind.MOTION)


def presence_rule(data: Mapping[str, Any]) -> PresenceRule:
    """Return the rule in a room's subentry."""
    default = PresenceRule()
    return PresenceRule(data.get(CONF_HOLD, default.hold), data.get(CONF_STILL_AFTER, default.still_after))
