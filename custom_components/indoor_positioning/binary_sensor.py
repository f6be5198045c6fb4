"""Whether anybody is in a room or may pass a door, a beacon has a double, an anchor listens, sensors are sound."""

from __future__ import annotations

from collections.abc import Iterator

from homeassistant.components.binary_sensor import DOMAIN as BINARY_SENSOR
from homeassistant.components.binary_sensor import BinarySensorDeviceClass, BinarySensorEntity
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .anchor_entities import AnchorListeningSensor
from .const import (
    CONF_SECURE,
    SUBENTRY_ANCHOR,
    SUBENTRY_BEACON,
    SUBENTRY_OTHER_ANCHOR,
    SUBENTRY_ROOM,
    SUBENTRY_ZONE,
)
from .door_entities import AuthorisedApproachSensor
from .entity import PlaceEntity, async_follow_subentries
from .identity_entities import DuplicateSensor
from .room_occupancy import RoomOccupancySensor
from .runtime import IndoorPositioningConfigEntry, Runtime
from .sensor_health_entities import SensorHealthEntity

PARALLEL_UPDATES = 0


async def async_setup_entry(
    _hass: HomeAssistant, entry: IndoorPositioningConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add occupancy of rooms and zones, doubles of beacons, how anchors and sensors do, and what may open doors."""
    async_follow_subentries(entry, async_add_entities, _entities_of)


def _entities_of(runtime: Runtime, subentry: ConfigSubentry) -> Iterator[BinarySensorEntity]:
    if subentry.subentry_type == SUBENTRY_OTHER_ANCHOR or runtime.sensor_watch.has_sensors(subentry):
        yield SensorHealthEntity(runtime, subentry)
    if subentry.subentry_type == SUBENTRY_ROOM:
        yield RoomOccupancySensor(BINARY_SENSOR, runtime, subentry, "occupancy")
    elif subentry.subentry_type == SUBENTRY_ZONE:
        yield ZoneOccupancySensor(BINARY_SENSOR, runtime, subentry, "occupancy")
        if subentry.data.get(CONF_SECURE):
            yield AuthorisedApproachSensor(BINARY_SENSOR, runtime, subentry, "authorised_approach")
    elif subentry.subentry_type == SUBENTRY_BEACON:
        yield DuplicateSensor(runtime, subentry, "duplicate_suspected")
    elif subentry.subentry_type == SUBENTRY_ANCHOR:
        yield AnchorListeningSensor(runtime, subentry, "listening")


class ZoneOccupancySensor(PlaceEntity, BinarySensorEntity):
    """On while at least one beacon is in the zone."""

    _attr_device_class = BinarySensorDeviceClass.OCCUPANCY

    @property
    def is_on(self) -> bool:
        """Whether a beacon is there."""
        return self.occupants > 0
