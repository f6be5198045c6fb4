"""Beacons that Home Assistant knows already: from Private BLE Device, iBeacon and the companion app."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er

from .engine.identity import Identity, IdentityError, parse_identity

# What Android's companion app calls the sensor of its iBeacon transmitter, and the attribute that names the beacon
# (`UUID-major-minor`).
TRANSMITTER_ID: Final = "ble_emitter"
TRANSMITTER_ATTRIBUTE: Final = "id"


@dataclass(frozen=True, slots=True)
class KnownBeacon:
    """What another integration calls a thing, and which integration that is."""

    identity: Identity
    title: str
    origin: str

    @property
    def label(self) -> str:
        """One line for a list."""
        return f"{self.title} · {self.origin}"


@callback
def known_beacons(hass: HomeAssistant) -> list[KnownBeacon]:
    """Return all that can be tracked, by name, each identity once."""
    found = {known.identity.key: known for source in _SOURCES for known in source(hass)}
    return sorted(found.values(), key=lambda known: (known.title.casefold(), known.origin))


def _private_ble_devices(hass: HomeAssistant) -> Iterator[KnownBeacon]:
    for entry in hass.config_entries.async_entries("private_ble_device", include_ignore=False):
        if identity := _parsed("private_address", entry.data.get("irk")):
            devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
            named = next((device.name_by_user for device in devices if device.name_by_user), None)
            yield KnownBeacon(identity, named or entry.title, "Private BLE Device")


def _ibeacons(hass: HomeAssistant) -> Iterator[KnownBeacon]:
    for entry in hass.config_entries.async_entries("ibeacon", include_ignore=False):
        for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id):
            for domain, identifier, *_ in device.identifiers:
                # UUID_major_minor, and the address where several send the same.
                parts = identifier.split("_")[:3]
                if domain == "ibeacon" and (identity := _parsed("ibeacon", "/".join(parts))):
                    yield KnownBeacon(identity, device.name_by_user or device.name or str(identity.key), "iBeacon")


def _transmitters(hass: HomeAssistant) -> Iterator[KnownBeacon]:
    """Yield phones whose companion app sends iBeacon. It names the beacon while the app's sensor is enabled."""
    for entry in hass.config_entries.async_entries("mobile_app", include_ignore=False):
        for entity in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id):
            state = hass.states.get(entity.entity_id) if entity.unique_id.endswith(TRANSMITTER_ID) else None
            if state and (identity := _parsed("ibeacon", state.attributes.get(TRANSMITTER_ATTRIBUTE))):
                yield KnownBeacon(identity, entry.title, "Companion app")


def _parsed(kind: str, text: object) -> Identity | None:
    try:
        return parse_identity(kind, text) if isinstance(text, str) else None
    except IdentityError:
        # Another integration's entry that makes no sense is not for this list to report.
        return None


_SOURCES: Final[tuple[Callable[[HomeAssistant], Iterator[KnownBeacon]], ...]] = (
    _private_ble_devices,
    _ibeacons,
    _transmitters,
)
