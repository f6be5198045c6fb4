"""How an anchor does: the diagnostics of its device."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from homeassistant.components.binary_sensor import BinarySensorDeviceClass, BinarySensorEntity
from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import PERCENTAGE, SIGNAL_STRENGTH_DECIBELS, EntityCategory

from .const import CONF_SOURCE
from .entity import SubentryEntity
from .runtime import Runtime

# Percent. Chance alone makes the share waver by more than this.
SHARE_STEP: Final = 5


@dataclass(frozen=True, kw_only=True)
class AnchorSensorDescription(SensorEntityDescription):
    """One figure of an anchor, by its source; written once a minute where it has changed."""

    value: Callable[[Runtime, str], float | datetime | None]


def _share(runtime: Runtime, source: str) -> float | None:
    """More than all is a sign that the others are deaf, not that this one hears too much."""
    share = runtime.reception_watch.reception.share(source)
    return None if share is None else min(SHARE_STEP * round(100.0 * share / SHARE_STEP), 100)


ANCHOR_SENSORS: Final = (
    AnchorSensorDescription(
        key="packets_per_minute",
        value=lambda runtime, source: runtime.reception_watch.reception.packets_per_minute(source),
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
    AnchorSensorDescription(
        key="expected_share",
        value=_share,
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=0,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
    AnchorSensorDescription(
        key="last_packet",
        value=lambda runtime, source: runtime.reception_watch.heard_at(source),
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
    AnchorSensorDescription(
        key="level_change",
        value=lambda runtime, source: None if (change := runtime.levels.change(source)) is None else round(change),
        native_unit_of_measurement=SIGNAL_STRENGTH_DECIBELS,
        suggested_display_precision=0,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
)


def anchor_sensors(runtime: Runtime, subentry: ConfigSubentry) -> Iterator[SensorEntity]:
    """Yield the figures of an anchor."""
    yield from (AnchorSensor(runtime, subentry, one) for one in ANCHOR_SENSORS)


class _AnchorEntity(SubentryEntity):
    """An entity of an anchor's device, which is linked with what other integrations know of the same receiver."""

    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, runtime: Runtime, subentry: ConfigSubentry, key: str) -> None:
        super().__init__(runtime, subentry, key)
        self._watch = runtime.reception_watch
        self._source: str = subentry.data[CONF_SOURCE]


class AnchorSensor(_AnchorEntity, SensorEntity):
    """One figure of an anchor."""

    entity_description: AnchorSensorDescription

    def __init__(self, runtime: Runtime, subentry: ConfigSubentry, description: AnchorSensorDescription) -> None:
        super().__init__(runtime, subentry, description.key)
        self.entity_description = description

    async def async_added_to_hass(self) -> None:
        """Follow the minutes."""
        self.async_on_remove(self._watch.subscribe_minutes(self.async_write_ha_state))

    @property
    def native_value(self) -> float | datetime | None:
        """What the description takes from what is known of the anchor."""
        return self.entity_description.value(self._runtime, self._source)


class AnchorListeningSensor(_AnchorEntity, BinarySensorEntity):
    """On while the anchor hears anything of anybody."""

    _attr_device_class = BinarySensorDeviceClass.CONNECTIVITY

    async def async_added_to_hass(self) -> None:
        """Follow who listens."""
        self.async_on_remove(self._watch.subscribe_listening(self.async_write_ha_state))

    @property
    def is_on(self) -> bool:
        """Whether it listens."""
        return self._source in self._watch.listening
