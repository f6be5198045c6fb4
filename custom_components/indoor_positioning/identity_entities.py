"""What a beacon proves, what it tells of itself, and whether it has a double: the diagnostics of its device."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.components.binary_sensor import BinarySensorDeviceClass, BinarySensorEntity
from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import EntityCategory, UnitOfElectricPotential, UnitOfTemperature
from homeassistant.util import dt as dt_util

from . import clock
from .engine.identity import Assurance
from .engine.identity.tag_report import TagReport
from .entity import BeaconEntity
from .presentation import Aspect
from .runtime import Runtime


@dataclass(frozen=True, kw_only=True)
class ReportSensorDescription(SensorEntityDescription):
    """One thing that tags tell of themselves; `measured` is its name in the telemetry."""

    measured: str
    value: Callable[[TagReport], float | datetime | None]


def _volts(report: TagReport) -> float | None:
    millivolts = report.telemetry.battery_millivolts
    return None if millivolts is None else millivolts / 1000


REPORT_SENSORS: Final = (
    ReportSensorDescription(
        key="battery_voltage",
        measured="battery_millivolts",
        value=_volts,
        native_unit_of_measurement=UnitOfElectricPotential.VOLT,
        device_class=SensorDeviceClass.VOLTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=2,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
    ReportSensorDescription(
        key="temperature",
        measured="temperature",
        value=lambda report: report.telemetry.temperature,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        device_class=SensorDeviceClass.TEMPERATURE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
    ReportSensorDescription(
        key="packets_sent",
        measured="advertisements",
        value=lambda report: report.telemetry.advertisements,
        state_class=SensorStateClass.TOTAL_INCREASING,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
    ReportSensorDescription(
        key="switched_on",
        measured="uptime",
        value=lambda report: dt_util.utc_from_timestamp(report.switched_on),
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
)


def identity_sensors(runtime: Runtime, subentry: ConfigSubentry) -> Iterator[SensorEntity]:
    """Yield what a beacon should have: what a tag measures is known once it was heard."""
    yield AssuranceSensor(runtime, subentry, "assurance")
    if report := runtime.identification.report(subentry.subentry_id):
        told = report.told
        yield from (ReportSensor(runtime, subentry, one) for one in REPORT_SENSORS if one.measured in told)


class AssuranceSensor(BeaconEntity, SensorEntity):
    """What hearing the beacon proves at present."""

    _attr_device_class = SensorDeviceClass.ENUM
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _aspect = Aspect.ASSURANCE

    def __init__(self, runtime: Runtime, subentry: ConfigSubentry, key: str) -> None:
        super().__init__(runtime, subentry, key)
        self._attr_options = [assurance.value for assurance in Assurance]

    @property
    def native_value(self) -> str | None:
        """The class, unknown in silence."""
        return self._view.assurance


class _IdentificationEntity(BeaconEntity):
    """Written when the beacon's report, or the suspicion about it, has changed."""

    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, runtime: Runtime, subentry: ConfigSubentry, key: str) -> None:
        super().__init__(runtime, subentry, key)
        self._beacon_id = subentry.subentry_id

    async def async_added_to_hass(self) -> None:
        """Follow what is told."""
        self.async_on_remove(self._runtime.identification.subscribe(self._beacon_id, self.async_write_ha_state))


class ReportSensor(_IdentificationEntity, SensorEntity):
    """One number that the tag measures."""

    entity_description: ReportSensorDescription

    def __init__(self, runtime: Runtime, subentry: ConfigSubentry, description: ReportSensorDescription) -> None:
        super().__init__(runtime, subentry, description.key)
        self.entity_description = description

    @property
    def native_value(self) -> float | datetime | None:
        """What it told last; a restart does not make it unknown."""
        report = self._runtime.identification.report(self._beacon_id)
        return self.entity_description.value(report) if report else None


class DuplicateSensor(_IdentificationEntity, BinarySensorEntity):
    """On while there seems to be a second transmitter with the beacon's identity."""

    _attr_device_class = BinarySensorDeviceClass.PROBLEM

    @property
    def is_on(self) -> bool:
        """Whether a double is suspected."""
        return self._runtime.identification.suspicion(self._beacon_id) is not None

    @property
    def extra_state_attributes(self) -> dict[str, Any]:
        """Why, since when, and which anchors show it."""
        if (suspicion := self._runtime.identification.suspicion(self._beacon_id)) is None:
            return {"reason": None, "since": None, "anchors": None}
        since = dt_util.utcnow() - timedelta(seconds=clock.monotonic() - suspicion.since)
        return {
            "reason": suspicion.reason,
            "since": since.replace(microsecond=0),
            "anchors": sorted(self._runtime.anchor_name(anchor) for anchor in suspicion.anchors),
        }
