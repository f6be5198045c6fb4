"""What a home that has used Bermuda has set there: which devices it follows, and how its receivers are levelled.

Bermuda's entry (domain `bermuda`, versions up to 0.8) holds in its options `configured_devices`, a list of addresses
and of iBeacons as `UUID_MAJOR_MINOR`, and `rssi_offsets`, decibels by the receiver's address, which it adds to what
that receiver hears, as we do. A device's strength at 1 m is the number entity whose unique id ends in `_ref_power`; 0
means that nobody has set it. Private BLE Devices it follows of itself; they are among the beacons known to Home
Assistant.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er

from .engine.identity import Identity, IdentityError, parse_identity
from .engine.identity.base import PLAUSIBLE_REFERENCE_RSSI

BERMUDA: Final = "bermuda"

_CONFIGURED_DEVICES: Final = "configured_devices"
_RSSI_OFFSETS: Final = "rssi_offsets"
_REFERENCE_POWER: Final = "_ref_power"

_IBEACON: Final = re.compile(r"(?P<uuid>[0-9A-Fa-f]{32})_(?P<major>\d{1,5})_(?P<minor>\d{1,5})")


@dataclass(frozen=True, slots=True)
class BermudaBeacon:
    """A device that Bermuda follows; `reference_rssi` in dBm at 1 m where somebody has set it."""

    identity: Identity
    title: str
    reference_rssi: float | None


@callback
def has_bermuda(hass: HomeAssistant) -> bool:
    """Return whether Bermuda is, or was, set up here."""
    return bool(_entries(hass))


@callback
def bermuda_beacons(hass: HomeAssistant) -> list[BermudaBeacon]:
    """Return the devices that Bermuda follows, by name; those that we cannot follow are left out."""
    found: dict[str, BermudaBeacon] = {}
    for entry in _entries(hass):
        names, powers = _names(hass, entry), dict(_reference_powers(hass, entry))
        for address in _strings(entry.options.get(_CONFIGURED_DEVICES)):
            if identity := _identity(address):
                key = address.casefold()
                found[identity.key] = BermudaBeacon(identity, names.get(key, address), powers.get(key))
    return sorted(found.values(), key=lambda beacon: beacon.title.casefold())


@callback
def bermuda_offsets(hass: HomeAssistant, limit: float) -> dict[str, float]:
    """Return the receivers' offsets in dB by address in capitals, held to +-`limit`; those of 0 dB are left out."""
    offsets: dict[str, float] = {}
    for entry in _entries(hass):
        stored = entry.options.get(_RSSI_OFFSETS)
        for address, offset in stored.items() if isinstance(stored, Mapping) else ():
            if (number := _number(offset)) is not None and number:
                offsets[str(address).upper()] = min(max(number, -limit), limit)
    return offsets


def _entries(hass: HomeAssistant) -> list[ConfigEntry[Any]]:
    return hass.config_entries.async_entries(BERMUDA, include_ignore=False)


def _identity(address: str) -> Identity | None:
    kind, text = "address", address
    if beacon := _IBEACON.fullmatch(address):
        kind, text = "ibeacon", "/".join(beacon.group("uuid", "major", "minor"))
    try:
        return parse_identity(kind, text)
    except IdentityError:
        # A kind of device that a later version has added.
        return None


def _names(hass: HomeAssistant, entry: ConfigEntry[Any]) -> dict[str, str]:
    """Return what people call Bermuda's devices, by address in small letters."""
    names: dict[str, str] = {}
    for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id):
        if name := device.name_by_user or device.name:
            names |= {identifier[1].casefold(): name for identifier in device.identifiers if identifier[0] == BERMUDA}
    return names


def _reference_powers(hass: HomeAssistant, entry: ConfigEntry[Any]) -> Iterator[tuple[str, float]]:
    for entity in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id):
        state = hass.states.get(entity.entity_id) if entity.unique_id.endswith(_REFERENCE_POWER) else None
        power = _number(state.state) if state else None
        if power is not None and PLAUSIBLE_REFERENCE_RSSI[0] <= power <= PLAUSIBLE_REFERENCE_RSSI[-1]:
            yield entity.unique_id.removesuffix(_REFERENCE_POWER).casefold(), power


def _strings(stored: object) -> list[str]:
    return [one for one in stored if isinstance(one, str)] if isinstance(stored, list) else []


def _number(stored: object) -> float | None:
    try:
        number = float(stored) if isinstance(stored, (str, int, float)) else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None
