"""What is heard now and can be tracked: the list a user picks a beacon from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from homeassistant.components import bluetooth
from homeassistant.components.bluetooth import BluetoothServiceInfoBleak
from homeassistant.core import HomeAssistant, callback

from . import clock
from .engine.identity import Identity, may_be_stable, parse_identity
from .engine.identity.eddystone import EDDYSTONE_UUID
from .engine.identity.eddystone_uid import decode_eddystone_uid
from .engine.identity.ibeacon import APPLE, decode_ibeacon
from .engine.observation import is_valid_rssi
from .ingest import advertisement_of
from .scanners import scanner_name

# Seconds; a beacon in one's hand was heard within this time.
HEARD_WITHIN_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class HeardBeacon:
    """Something with a stable identity. `scanner` is the name of the receiver that hears it best."""

    identity: Identity
    name: str | None
    rssi: int
    scanner: str

    @property
    def title(self) -> str:
        """Its name, or what it is known by."""
        return self.name or self._known_by

    @property
    def label(self) -> str:
        """One line for a list."""
        parts = [self.name, self._known_by, f"{self.rssi} dBm", self.scanner]
        return " · ".join(part for part in parts if part)

    @property
    def _known_by(self) -> str:
        return self.identity.key.partition(":")[2]


@callback
def heard_beacons(hass: HomeAssistant) -> list[HeardBeacon]:
    """Return what is heard now, strongest first, each identity once."""
    oldest = clock.monotonic() - HEARD_WITHIN_S
    found: dict[str, HeardBeacon] = {}
    for info in bluetooth.async_discovered_service_info(hass, connectable=False):
        if info.time < oldest or not is_valid_rssi(info.rssi) or (identity := _identity_of(info)) is None:
            continue
        known = found.get(identity.key)
        if known is None or known.rssi < info.rssi:
            name = info.name if info.name != info.address else None
            found[identity.key] = HeardBeacon(identity, name, info.rssi, scanner_name(hass, info.source))
    return sorted(found.values(), key=lambda beacon: beacon.rssi, reverse=True)


def _identity_of(info: BluetoothServiceInfoBleak) -> Identity | None:
    """Return the most specific stable identity of a packet; None where the sender only has passing addresses."""
    if frame := decode_ibeacon(info.manufacturer_data.get(APPLE, b"")):
        return parse_identity("ibeacon", f"{frame.uuid}/{frame.major}/{frame.minor}")
    if uid := decode_eddystone_uid(info.service_data.get(EDDYSTONE_UUID, b"")):
        return parse_identity("eddystone_uid", f"{uid.namespace.hex()}/{uid.instance.hex()}")
    random_address = advertisement_of(info).random_address
    if random_address is False or may_be_stable(info.address):
        return parse_identity("address", info.address)
    return None
