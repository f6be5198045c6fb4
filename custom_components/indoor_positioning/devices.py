"""The devices of beacons, anchors, rooms, zones and people."""

from __future__ import annotations

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import CONF_ADDRESS
from homeassistant.helpers.device_registry import CONNECTION_BLUETOOTH, DeviceInfo

from .beacons import model_and_manufacturer
from .const import CONF_IDENTITIES, CONF_SOURCE, DOMAIN, SUBENTRY_BEACON, SUBENTRY_ROOM
from .engine.identity.static_address import AddressIdentity


def device_info(subentry: ConfigSubentry) -> DeviceInfo:
    """Return the device of a subentry, linked with what other integrations know of the same thing."""
    info = DeviceInfo(identifiers={(DOMAIN, subentry.subentry_id)}, name=subentry.title)
    if addresses := _addresses(subentry):
        info["connections"] = {(CONNECTION_BLUETOOTH, address) for address in addresses}
    if subentry.subentry_type == SUBENTRY_BEACON:
        info["model"], info["manufacturer"] = model_and_manufacturer(subentry)
    elif subentry.subentry_type == SUBENTRY_ROOM:
        info["suggested_area"] = subentry.title
    return info


def _addresses(subentry: ConfigSubentry) -> set[str]:
    """Return the Bluetooth addresses that belong to it: a beacon's own that never change, an anchor's adapter."""
    if CONF_SOURCE in subentry.data:
        return {subentry.data[CONF_SOURCE]}
    identities = subentry.data.get(CONF_IDENTITIES, ())
    return {one[CONF_ADDRESS] for one in identities if one["kind"] == AddressIdentity.kind}
