"""Where a beacon is and how sure that is; how many beacons a room or zone holds; how the anchors do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.components.sensor import DOMAIN as SENSOR
from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorEntityDescription
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import PERCENTAGE, EntityCategory, UnitOfLength
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from . import clock
from .anchor_entities import anchor_sensors
from .const import (
    CONF_AREA_ID,
    STATE_AWAY,
    SUBENTRY_ANCHOR,
    SUBENTRY_BEACON,
    SUBENTRY_PERSON,
    SUBENTRY_ROOM,
    SUBENTRY_ZONE,
)
from .engine.home import Home, Room
from .entity import BeaconEntity, PlaceEntity, async_follow_subentries
from .identity_entities import identity_sensors
from .person_entities import PersonRoom
from .presentation import Aspect, BeaconView
from .runtime import IndoorPositioningConfigEntry, Runtime

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class BeaconSensorDescription(SensorEntityDescription):
    """What a sensor shows of a beacon, when it is written, and in which homes it exists."""

    aspect: Aspect
    value: Callable[[Runtime, BeaconView], str | float | datetime | None]
    exists: Callable[[Home], bool] = lambda _home: True


def _floor_name(runtime: Runtime, view: BeaconView) -> str | None:
    floor = runtime.positioning.model.home.floor(view.floor) if view.floor else None
    return floor.name if floor else None


def _last_seen(_runtime: Runtime, view: BeaconView) -> datetime | None:
    if view.last_heard is None:
        return None
    return dt_util.utcnow() - timedelta(seconds=clock.monotonic() - view.last_heard)


SENSORS: Final = (
    BeaconSensorDescription(
        key="x",
        aspect=Aspect.POSITION,
        value=lambda _runtime, view: view.position[0] if view.position else None,
        exists=lambda home: home.has_plan,
        native_unit_of_measurement=UnitOfLength.METERS,
        device_class=SensorDeviceClass.DISTANCE,
        suggested_display_precision=1,
    ),
    BeaconSensorDescription(
        key="y",
        aspect=Aspect.POSITION,
        value=lambda _runtime, view: view.position[1] if view.position else None,
        exists=lambda home: home.has_plan,
        native_unit_of_measurement=UnitOfLength.METERS,
        device_class=SensorDeviceClass.DISTANCE,
        suggested_display_precision=1,
    ),
    BeaconSensorDescription(
        key="floor", aspect=Aspect.FLOOR, value=_floor_name, exists=lambda home: len(home.floors) > 1
    ),
    BeaconSensorDescription(
        key="accuracy",
        aspect=Aspect.CERTAINTY,
        value=lambda _runtime, view: view.accuracy,
        exists=lambda home: home.has_plan,
        native_unit_of_measurement=UnitOfLength.METERS,
        device_class=SensorDeviceClass.DISTANCE,
        suggested_display_precision=1,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
    BeaconSensorDescription(
        key="confidence",
        aspect=Aspect.CERTAINTY,
        value=lambda _runtime, view: round(view.confidence * 100),
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=0,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
    BeaconSensorDescription(
        key="last_seen",
        aspect=Aspect.LAST_SEEN,
        value=_last_seen,
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
    BeaconSensorDescription(
        key="strongest_anchor",
        aspect=Aspect.STRONGEST_ANCHOR,
        value=lambda runtime, view: runtime.anchor_name(view.strongest_anchor) if view.strongest_anchor else None,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
)


async def async_setup_entry(
    _hass: HomeAssistant, entry: IndoorPositioningConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors that the home has knowledge for."""
    async_follow_subentries(entry, async_add_entities, _entities_of)


def _entities_of(runtime: Runtime, subentry: ConfigSubentry) -> Iterator[SensorEntity]:
    if subentry.subentry_type == SUBENTRY_BEACON:
        yield BeaconRoomSensor(runtime, subentry, "room")
        home = runtime.positioning.model.home
        yield from (BeaconSensor(runtime, subentry, one) for one in SENSORS if one.exists(home))
        yield from identity_sensors(runtime, subentry)
    elif subentry.subentry_type in (SUBENTRY_ROOM, SUBENTRY_ZONE):
        yield CountSensor(SENSOR, runtime, subentry, "count")
    elif subentry.subentry_type == SUBENTRY_ANCHOR:
        yield from anchor_sensors(runtime, subentry)
    elif subentry.subentry_type == SUBENTRY_PERSON:
        yield PersonRoom(runtime, subentry, "room")


class BeaconRoomSensor(BeaconEntity, SensorEntity):
    """The room's name, or away."""

    # It wavers with every estimate and is of no use in a history.
    _unrecorded_attributes = frozenset({"probability"})

    @property
    def _room(self) -> Room | None:
        return self._runtime.positioning.model.home.room(self._view.room) if self._view.room else None

    @property
    def native_value(self) -> str | None:
        """The name of the area, which may have been renamed since."""
        if self._view.away:
            return STATE_AWAY
        return room.name if (room := self._room) else None

    @property
    def extra_state_attributes(self) -> dict[str, Any]:
        """What automations may want besides the name."""
        room = self._room
        return {
            CONF_AREA_ID: room.id if room else None,
            "floor_id": room.floor if room else None,
            "zones": [zone.name for zone in self._runtime.positioning.model.home.zones if zone.id in self._view.zones],
            "probability": self._view.probability if room else None,
        }


class BeaconSensor(BeaconEntity, SensorEntity):
    """One number or name of a beacon."""

    entity_description: BeaconSensorDescription

    def __init__(self, runtime: Runtime, subentry: ConfigSubentry, description: BeaconSensorDescription) -> None:
        super().__init__(runtime, subentry, description.key)
        self.entity_description = description
        self._aspect = description.aspect

    @property
    def native_value(self) -> str | float | datetime | None:
        """What the description takes from the view."""
        return self.entity_description.value(self._runtime, self._view)


class CountSensor(PlaceEntity, SensorEntity):
    """How many beacons are in a room or zone."""

    _attr_entity_registry_enabled_default = False

    @property
    def native_value(self) -> int:
        """The number of beacons."""
        return self.occupants
