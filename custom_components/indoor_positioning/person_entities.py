"""What is shown of a person: the room, and whether anybody of the household is home."""

from __future__ import annotations

from typing import Any

from homeassistant.components.device_tracker import BaseScannerEntity, SourceType
from homeassistant.components.sensor import SensorEntity
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import callback

from .const import CONF_AREA_ID, STATE_AWAY
from .engine.companions import Together
from .entity import SubentryEntity
from .runtime import Runtime
from .world_place import WorldPlace, place_of_person


class PersonEntity(SubentryEntity):
    """An entity of a person's device."""

    def __init__(self, runtime: Runtime, subentry: ConfigSubentry, key: str) -> None:
        super().__init__(runtime, subentry, key)
        self._person_id = subentry.subentry_id

    @property
    def where(self) -> Together:
        """Where the person is."""
        return self._runtime.persons.where(self._person_id)

    async def async_added_to_hass(self) -> None:
        """Follow the person, and the names of rooms."""
        self.async_on_remove(self._runtime.persons.subscribe(self._person_id, self.async_write_ha_state))
        self.async_on_remove(self._runtime.positioning.subscribe_model(self.async_write_ha_state))


class PersonRoom(PersonEntity, SensorEntity):
    """The room by name, or away; which beacon tells it."""

    _unrecorded_attributes = frozenset({"x", "y", "accuracy"})

    def __init__(self, runtime: Runtime, subentry: ConfigSubentry, key: str) -> None:
        super().__init__(runtime, subentry, key)
        self._attr_translation_key = "person_room"

    @property
    def native_value(self) -> str | None:
        """The room's name."""
        where = self.where
        if where.away:
            return STATE_AWAY
        room = self._runtime.positioning.model.home.room(where.room) if where.room else None
        return room.name if room else None

    @property
    def extra_state_attributes(self) -> dict[str, Any]:
        """By which beacon, and where in the room."""
        where = self.where
        x, y = where.position or (None, None)
        return {
            "beacon": self._runtime.beacon_name(where.beacon) if where.beacon else None,
            CONF_AREA_ID: where.room,
            "x": None if x is None else round(x, 2),
            "y": None if y is None else round(y, 2),
            "accuracy": None if where.accuracy is None else round(where.accuracy, 2),
        }


class PersonTracker(PersonEntity, BaseScannerEntity):
    """Home while any of the person's beacons is heard."""

    _attr_name = None
    _attr_source_type = SourceType.BLUETOOTH_LE

    def __init__(self, runtime: Runtime, subentry: ConfigSubentry, key: str) -> None:
        super().__init__(runtime, subentry, key)
        self._world = WorldPlace(runtime)

    @property
    def is_connected(self) -> bool:
        """Whether a beacon of the person is at home."""
        return self.where.beacon is not None

    @property
    def extra_state_attributes(self) -> dict[str, Any]:
        """Where in the world, where that was asked for."""
        return self._world.attributes

    async def async_added_to_hass(self) -> None:
        """Follow each step as well."""
        await super().async_added_to_hass()
        self.async_on_remove(self._runtime.persons.subscribe_estimates(self._person_id, self._follow))
        self._follow()

    @callback
    def _follow(self) -> None:
        believed = self.where.beacon
        presence = self._runtime.positioning.tracks[believed].presence if believed else None
        if self._world.take(place_of_person(self._runtime, self._person_id) if believed else None, presence):
            self.async_write_ha_state()
