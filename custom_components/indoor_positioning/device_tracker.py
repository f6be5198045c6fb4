"""Whether a beacon is at home; what a person entity looks at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from homeassistant.components.device_tracker import BaseScannerEntity, SourceType
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import SUBENTRY_BEACON, SUBENTRY_PERSON
from .engine.decision import Presence
from .entity import BeaconEntity, async_follow_subentries
from .person_entities import PersonTracker
from .runtime import IndoorPositioningConfigEntry, Runtime
from .world_place import WorldPlace, place_of_beacon

PARALLEL_UPDATES = 0


async def async_setup_entry(
    _hass: HomeAssistant, entry: IndoorPositioningConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add a tracker a beacon."""
    async_follow_subentries(entry, async_add_entities, _entities_of)


def _entities_of(runtime: Runtime, subentry: ConfigSubentry) -> Iterator[BeaconTracker | PersonTracker]:
    if subentry.subentry_type == SUBENTRY_BEACON:
        yield BeaconTracker(runtime, subentry, "tracker")
    elif subentry.subentry_type == SUBENTRY_PERSON:
        yield PersonTracker(runtime, subentry, "tracker")


class BeaconTracker(BeaconEntity, BaseScannerEntity):
    """Home while the beacon is heard."""

    _attr_name = None
    _attr_source_type = SourceType.BLUETOOTH_LE

    def __init__(self, runtime: Runtime, subentry: ConfigSubentry, key: str) -> None:
        super().__init__(runtime, subentry, key)
        self._beacon_id = subentry.subentry_id
        self._world = WorldPlace(runtime)

    @property
    def is_connected(self) -> bool:
        """Whether the beacon is at home. One that was never heard is not."""
        return self._view.heard and not self._view.away

    @property
    def extra_state_attributes(self) -> dict[str, Any]:
        """Where in the world, where that was asked for."""
        return self._world.attributes

    async def async_added_to_hass(self) -> None:
        """Follow each step as well."""
        await super().async_added_to_hass()
        self.async_on_remove(self._runtime.positioning.subscribe(self._beacon_id, self._follow))
        self._follow(self._runtime.positioning.tracks[self._beacon_id].presence)

    @callback
    def _follow(self, presence: Presence) -> None:
        here = self._runtime.settings.tells_world and self.is_connected
        if self._world.take(place_of_beacon(self._runtime, self._beacon_id) if here else None, presence):
            self.async_write_ha_state()
