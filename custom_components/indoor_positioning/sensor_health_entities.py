"""Whether the sensors of an anchor or a beacon are sound: a diagnostic of the device that they belong to."""

from __future__ import annotations

from homeassistant.components.binary_sensor import BinarySensorDeviceClass, BinarySensorEntity
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import EntityCategory
from homeassistant.core import callback

from .entity import SubentryEntity
from .runtime import Runtime
from .sensor_watch import SensorState

HEALTHY = "healthy"


class SensorHealthEntity(SubentryEntity, BinarySensorEntity):
    """On while something is wrong with a sensor; its reason says what."""

    _attr_device_class = BinarySensorDeviceClass.PROBLEM
    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, runtime: Runtime, subentry: ConfigSubentry) -> None:
        super().__init__(runtime, subentry, "sensor_problem")
        self._shown: tuple[object, ...] = ()

    async def async_added_to_hass(self) -> None:
        """Follow what is found."""
        self._take(self._runtime.sensor_watch.states(self._subentry))
        self.async_on_remove(self._runtime.sensor_watch.subscribe(self._look))

    @callback
    def _look(self) -> None:
        """Write a state where it is another one: an amount that wavers is none."""
        if self._take(self._runtime.sensor_watch.states(self._subentry)):
            self.async_write_ha_state()

    def _take(self, states: list[SensorState]) -> bool:
        """Take how the sensors are, the worst first, to show it; return whether it is another state."""
        worst = next((one for one in states if one.finding is not None), None)
        finding = worst.finding if worst else None
        sensors: dict[str, str] = {}
        for one in states:
            sensors.setdefault(one.kind, one.finding.problem if one.finding else HEALTHY)
        reason = finding.problem if finding else HEALTHY
        # Not known before one of them has told anything.
        self._attr_is_on = finding is not None if states else None
        self._attr_extra_state_attributes = {
            "reason": reason if states else None,
            "amount": None if finding is None or finding.amount is None else round(finding.amount, 1),
            "entity_id": worst.entity_id if worst else None,
            "sensors": sensors,
        }
        before, self._shown = self._shown, (self._attr_is_on, reason, worst and worst.entity_id, sensors)
        return self._shown != before
