"""What is heard now and can be tracked: the lists that a user picks a beacon from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from habluetooth import BaseHaScanner
from homeassistant.components import bluetooth
from homeassistant.core import HomeAssistant, callback

from . import clock
from .engine.identity import Advertisement, Identity, offered_identity
from .engine.observation import is_valid_rssi
from .ingest import advertisement_of, has_random_address
from .scanners import scanner_name

# Seconds; a beacon in one's hand was heard within this time.
HEARD_WITHIN_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class HeardBeacon:
    """Something with a stable identity. `scanner` is the name of the receiver that hears it best."""

    identity: Identity
    name: str | None
    rssi: float
    scanner: str

    @property
    def title(self) -> str:
        """Its name, or what it is known by."""
        return self.name or self._known_by

    @property
    def label(self) -> str:
        """One line for a list."""
        parts = [self.name, self._known_by, f"{self.rssi:.0f} dBm", self.scanner]
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
        if info.time >= oldest:
            _keep_louder(found, advertisement_of(info), info.rssi, scanner_name(hass, info.source))
    return sorted(found.values(), key=lambda beacon: beacon.rssi, reverse=True)


@callback
def is_heard(hass: HomeAssistant, identity: Identity) -> bool:
    """Return whether anything that Home Assistant has heard of late carries this identity."""
    now = clock.time()
    infos = bluetooth.async_discovered_service_info(hass, connectable=False)
    return any(identity.matches(advertisement_of(info), now) for info in infos)


@callback
def heard_by_scanner(scanner: BaseHaScanner, name: str, since: float) -> dict[str, HeardBeacon]:
    """Return what one receiver, whatever others hear, has heard since a moment (monotonic), by identity key."""
    found: dict[str, HeardBeacon] = {}
    times = scanner.discovered_device_timestamps
    for address, (device, packet) in scanner.discovered_devices_and_advertisement_data.items():
        if times.get(address, float("-inf")) >= since:
            adv = Advertisement(
                address,
                packet.manufacturer_data,
                packet.service_data,
                packet.service_uuids,
                packet.local_name,
                random_address=has_random_address(device),
            )
            _keep_louder(found, adv, packet.rssi, name)
    return found


def _keep_louder(found: dict[str, HeardBeacon], adv: Advertisement, rssi: float, scanner: str) -> None:
    """Note a packet of something that can be tracked, unless it was heard louder from another address."""
    if not is_valid_rssi(rssi) or (identity := offered_identity(adv)) is None:
        return
    known = found.get(identity.key)
    if known is None or known.rssi < rssi:
        # The stack calls what has no name by its address.
        name = adv.name if adv.name != adv.address else None
        found[identity.key] = HeardBeacon(identity, name, rssi, scanner)
