"""The entry that runs, for whoever is asked from outside of it."""

from __future__ import annotations

from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN
from .refusal import refusal
from .runtime import IndoorPositioningConfigEntry


@callback
def loaded_entry(hass: HomeAssistant) -> IndoorPositioningConfigEntry:
    """Return the entry. Raises ServiceValidationError, translated, while none is loaded."""
    entries: list[IndoorPositioningConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    if not entries:
        raise refusal("not_loaded")
    return entries[0]
