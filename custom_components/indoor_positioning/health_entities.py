"""Whether the sensors of an anchor or a beacon are sound: a diagnostic of the device that they belong to."""

from __future__ import annotations

from typing import Any

from homeassistant.components.binary_sensor import BinarySensorDeviceClass, BinarySensorEntity
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import EntityCategory
from homeassistant.core import callback
from homeassistant.helpers.device_registry import CONNECTION_BLUETOOTH, DeviceInfo

from .beacons import device_info
from .const import CONF_SOURCE, DOMAIN, SUBENTRY_BEACON
from .runtime import Runtime
from .sensor_watch import SensorState

HEALTHY = "healthy"


class SensorHealthEntity(BinarySensorEntity):
    """On while something is wrong with a sensor; its reason says what."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    _attr_translation_key = "sensor_problem"
    _attr_device_class = BinarySensorDeviceClass.PROBLEM
    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, runtime: Runtime, subentry: ConfigSubentry) -> None:
        self._runtime = runtime
        # Home Assistant changes the subentry in place: a beacon may be given other sensors.
        self._subentry = subentry
        self._attr_unique_id = f"{subentry.subentry_id}_sensor_problem"
        self._attr_device_info = _device(subentry)
        self._shown: tuple[bool | None, dict[str, Any]] = (None, {})

    @property
    def is_on(self) -> bool | None:
        """Whether any sensor has a problem; not known before one has told anything."""
        states = self._states
        return any(one.finding is not None for one in states) if states else None

    @property
    def extra_state_attributes(self) -> dict[str, Any]:
        """The worst problem, by how much, of which entity, and how each kind of sensor is."""
        states = self._states
        worst = states[0] if states and states[0].finding else None
        amount = worst.finding.amount if worst and worst.finding else None
        sensors: dict[str, str] = {}
        for one in states:
            # Those with a problem come first.
            sensors.setdefault(one.kind, one.finding.problem if one.finding else HEALTHY)
        return {
            "reason": worst.finding.problem if worst and worst.finding else HEALTHY if states else None,
            "amount": None if amount is None else round(amount, 1),
            "entity_id": worst.entity_id if worst else None,
            "sensors": sensors,
        }

    @property
    def _states(self) -> list[SensorState]:
        return self._runtime.watch.states(self._subentry)

    async def async_added_to_hass(self) -> None:
        """Follow what is found."""
        self.async_on_remove(self._runtime.positioning.subscribe_health(self._look))
        self.async_on_remove(self._runtime.positioning.subscribe_model(self._look))
        self.async_on_remove(self._runtime.watch.subscribe(self._look))

    @callback
    def _look(self) -> None:
        """Write a state where it is another one: an amount that wavers is none."""
        shown = self.is_on, {key: value for key, value in self.extra_state_attributes.items() if key != "amount"}
        if shown != self._shown:
            self._shown = shown
            self.async_write_ha_state()


def _device(subentry: ConfigSubentry) -> DeviceInfo:
    if subentry.subentry_type == SUBENTRY_BEACON:
        return device_info(subentry)
    connections = {(CONNECTION_BLUETOOTH, subentry.data[CONF_SOURCE])} if CONF_SOURCE in subentry.data else set()
    return DeviceInfo(identifiers={(DOMAIN, subentry.subentry_id)}, connections=connections, name=subentry.title)
