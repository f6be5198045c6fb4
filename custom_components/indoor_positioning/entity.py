"""What all entities have in common: devices, names, and which of them exist."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import callback
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import slugify

from .const import CONF_AREA_ID, SUBENTRY_ROOM
from .devices import device_info
from .presentation import Aspect
from .runtime import IndoorPositioningConfigEntry, Runtime

type EntitiesOf = Callable[[Runtime, ConfigSubentry], Iterable[Entity]]


@callback
def async_follow_subentries(
    entry: IndoorPositioningConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback, entities_of: EntitiesOf
) -> None:
    """Add the entities of all subentries, and later those of new ones and those that a new plan makes possible.

    `entities_of` names the entities that a subentry should have now. Home Assistant itself removes the entities
    of a subentry that is deleted.
    """
    runtime = entry.runtime_data
    known: set[str | None] = set()

    @callback
    def add_missing() -> None:
        for subentry in runtime.applied_subentries():
            missing = [entity for entity in entities_of(runtime, subentry) if entity.unique_id not in known]
            if missing:
                known.update(entity.unique_id for entity in missing)
                async_add_entities(missing, config_subentry_id=subentry.subentry_id)

    add_missing()
    entry.async_on_unload(runtime.subscribe_structure(add_missing))


class SubentryEntity(Entity):
    """An entity of the device of a beacon, anchor, room, zone or person; `key` tells those of one device apart."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, runtime: Runtime, subentry: ConfigSubentry, key: str) -> None:
        self._runtime = runtime
        # Home Assistant changes the subentry in place: a room may be given another area, a beacon other sensors.
        self._subentry = subentry
        self._attr_unique_id = f"{subentry.subentry_id}_{key}"
        self._attr_translation_key = key
        self._attr_device_info = device_info(subentry)


class BeaconEntity(SubentryEntity):
    """An entity of a beacon's device, written when one aspect of the beacon is to be shown anew."""

    _aspect = Aspect.ROOM

    def __init__(self, runtime: Runtime, subentry: ConfigSubentry, key: str) -> None:
        super().__init__(runtime, subentry, key)
        self._view = runtime.view(subentry.subentry_id)

    async def async_added_to_hass(self) -> None:
        """Follow the beacon, and the names of rooms and floors."""
        self.async_on_remove(self._view.subscribe(self._aspect, self.async_write_ha_state))
        self.async_on_remove(self._runtime.positioning.subscribe_model(self.async_write_ha_state))


class PlaceEntity(SubentryEntity):
    """An entity of the device of a room or zone, written when any beacon changes its room or zones."""

    def __init__(self, domain: str, runtime: Runtime, subentry: ConfigSubentry, key: str) -> None:
        super().__init__(runtime, subentry, key)
        self._is_room = subentry.subentry_type == SUBENTRY_ROOM
        # The device of a room lies in the area of the same name; Home Assistant would name the entity after both.
        self.entity_id = f"{domain}.{slugify(subentry.title)}_{key}"

    @property
    def occupants(self) -> int:
        """How many beacons are in the room or zone."""
        positioning = self._runtime.positioning
        if self._is_room:
            return len(positioning.beacons_in(self._subentry.data[CONF_AREA_ID]))
        return positioning.count_in_zone(self._subentry.subentry_id)

    async def async_added_to_hass(self) -> None:
        """Follow the beacons."""
        self.async_on_remove(self._runtime.positioning.subscribe_all(self.async_write_ha_state))
