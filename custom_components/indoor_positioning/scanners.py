"""Bluetooth scanners as Home Assistant knows them: names and areas."""

from __future__ import annotations

from collections.abc import Iterator
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
        Scanner(scanner.source, _name(hass, scanner), scanner_area(hass, scanner.source))
        for scanner in bluetooth.async_current_scanners(hass)
    )
    return sorted(scanners, key=lambda scanner: (scanner.name.casefold(), scanner.source))


@callback
def scanner_name(hass: HomeAssistant, source: str) -> str:
    """Return the name of a scanner, its address where it is not registered."""
    scanner = bluetooth.async_scanner_by_source(hass, source)
    return _name(hass, scanner) if scanner else source


@callback
def scanner_device_name(hass: HomeAssistant, source: str) -> str | None:
    """Return what a scanner's device is called, connected or not."""
    return next((name for one in _devices(hass, source) if (name := one.name_by_user or one.name)), None)


@callback
def scanner_area(hass: HomeAssistant, source: str) -> str | None:
    """Return the area of a scanner."""
    areas = (dr.async_get_effective_area_id(hass, device) for device in _devices(hass, source))
    return next((area_id for area_id in areas if area_id), None)


@callback
def scanner_exists(hass: HomeAssistant, source: str) -> bool:
    """Whether a scanner is registered, or known to the Bluetooth integration though it is off at present."""
    return (
        bluetooth.async_scanner_by_source(hass, source) is not None
        or hass.config_entries.async_entry_for_domain_unique_id("bluetooth", source) is not None
    )


def _devices(hass: HomeAssistant, source: str) -> Iterator[dr.AnyDeviceEntry]:
    """Yield the devices of a scanner.

    A proxy has two: its own, which people name and put into an area, and the Bluetooth integration's behind it,
    which copies that area once and never again. So the proxy's own goes first.
    """
    devices = dr.async_get(hass)
    for device in devices.async_get_devices(connections={(dr.CONNECTION_BLUETOOTH, source)}):
        if any(domain == DOMAIN for domain, *_ in device.identifiers):
            continue
        if device.via_device_id and (proxy := devices.async_get(device.via_device_id)):
            yield proxy
        yield device


def _name(hass: HomeAssistant, scanner: BaseHaScanner) -> str:
    """The name that people know it by: what they have called its device, or what the proxy calls itself."""
    named = scanner_device_name(hass, scanner.source)
    # The stack names scanners "name (address)"; the address tells nobody anything.
    return str(named or scanner.name).removesuffix(f" ({scanner.source})")
