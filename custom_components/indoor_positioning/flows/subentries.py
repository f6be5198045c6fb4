"""Subentries that are added by other means than their own flow."""

from __future__ import annotations

from types import MappingProxyType

from homeassistant.config_entries import ConfigEntry, ConfigSubentry, ConfigSubentryData
from homeassistant.core import HomeAssistant, callback


@callback
def add_subentry(hass: HomeAssistant, entry: ConfigEntry, new: ConfigSubentryData) -> None:
    """Add a subentry unless there is one with the same unique id."""
    if any(one.unique_id == new["unique_id"] for one in entry.subentries.values()):
        return
    hass.config_entries.async_add_subentry(
        entry,
        ConfigSubentry(
            data=MappingProxyType(dict(new["data"])),
            subentry_type=new["subentry_type"],
            title=new["title"],
            unique_id=new["unique_id"],
        ),
    )
