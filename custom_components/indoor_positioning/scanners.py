"""Bluetooth scanners as Home Assistant knows them: names and areas."""

from __future__ import annotations

from dataclasses import dataclass

from habluetooth import BaseHaScanner
from homeassistant.components import bluetooth
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from .const import DOMAIN


@dataclass(frozen=True, slots=True)
class Scanner:
    """A scanner that could be an anchor. `source` is its address, `area_id` where its device is."""

    source: str
    name: str
    area_id: str | None


@callback
def known_scanners(hass: HomeAssistant) -> list[Scanner]:
    """Return the scanners that are registered at present, by name."""
    scanners = (
        Scanner(scanner.source, _short_name(scanner), scanner_area(hass, scanner.source))
        for scanner in bluetooth.async_current_scanners(hass)
    )
    return sorted(scanners, key=lambda scanner: (scanner.name.casefold(), scanner.source))


@callback
def scanner_name(hass: HomeAssistant, source: str) -> str:
    """Return the name of a scanner, its address where it is not registered."""
    scanner = bluetooth.async_scanner_by_source(hass, source)
    return _short_name(scanner) if scanner else source


@callback
def scanner_area(hass: HomeAssistant, source: str) -> str | None:
    """Return the area of a scanner.

    A proxy has two devices: its own, which people put into an area, and the Bluetooth integration's behind it,
    which copies that area once and never again. So the proxy's own goes first.
    """
    devices = dr.async_get(hass)
    for device in devices.async_get_devices(connections={(dr.CONNECTION_BLUETOOTH, source)}):
        if any(domain == DOMAIN for domain, *_ in device.identifiers):
            continue
        via = devices.async_get(device.via_device_id) if device.via_device_id else None
        area_id = (via and dr.async_get_effective_area_id(hass, via)) or dr.async_get_effective_area_id(hass, device)
        if area_id:
            return area_id
    return None


@callback
def scanner_exists(hass: HomeAssistant, source: str) -> bool:
    """Whether a scanner is registered, or known to the Bluetooth integration though it is off at present."""
    return (
        bluetooth.async_scanner_by_source(hass, source) is not None
        or hass.config_entries.async_entry_for_domain_unique_id("bluetooth", source) is not None
    )


def _short_name(scanner: BaseHaScanner) -> str:
    """The stack names scanners "name (address)"; the address tells nobody anything."""
    return str(scanner.name).removesuffix(f" ({scanner.source})")
