"""Whether a beacon is at home; what a person entity looks at."""

from __future__ import annotations

from collections.abc import Iterator

from homeassistant.components.device_tracker import BaseScannerEntity, SourceType
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import SUBENTRY_BEACON, SUBENTRY_PERSON
from .entity import BeaconEntity, async_follow_subentries
from .person_entities import PersonTracker
from .runtime import IndoorPositioningConfigEntry, Runtime

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

    @property
    def is_connected(self) -> bool:
        """Whether the beacon is at home. One that was never heard is not."""
        return self._view.heard and not self._view.away
