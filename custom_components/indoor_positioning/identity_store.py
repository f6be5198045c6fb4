"""What was learnt of the beacons' identities, on disk: clocks, habits, suspicions, what tags told of themselves."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, Final, TypedDict

from homeassistant.core import HomeAssistant, callback

from . import clock
from .kept_store import KeptStore

_LOGGER = logging.getLogger(__name__)

STORAGE_VERSION: Final = 1

# Seconds from something worth keeping to the write.
SAVE_DELAY_S: Final = 300.0


class _Stored(TypedDict):
    saved_at: float
    parts: dict[str, Any]


class IdentityStore:
    """Keeps the parts under their names. What is inside them is their owners' to judge."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        self._store = _store(hass, entry_id)
        self._due = False

    async def async_load(self) -> tuple[Mapping[str, Any], float]:
        """Return the parts, and how many seconds ago they were stored."""
        stored = await self._store.async_load()
        if stored is None:
            return {}, 0.0
        try:
            # A clock that was set back since then makes no age below zero.
            return dict(stored["parts"]), max(0.0, clock.time() - stored["saved_at"])
        except (KeyError, TypeError, ValueError) as error:
            _LOGGER.warning("What was learnt of beacons' identities cannot be read and is learnt anew: %r", error)
            return {}, 0.0

    @callback
    def save_later(self, parts: Callable[[], dict[str, Any]]) -> None:
        """Write within some minutes. A write that is due already is not put off."""
        if not self._due:
            self._due = True
            self._store.async_delay_save(lambda: self._stored(parts()), SAVE_DELAY_S)

    async def async_save(self, parts: dict[str, Any]) -> None:
        """Write now."""
        await self._store.async_save(self._stored(parts))

    @staticmethod
    async def async_remove_file(hass: HomeAssistant, entry_id: str) -> None:
        """Delete what is on disk."""
        await _store(hass, entry_id).async_remove()

    def _stored(self, parts: dict[str, Any]) -> _Stored:
        self._due = False
        return {"saved_at": clock.time(), "parts": parts}


def _store(hass: HomeAssistant, entry_id: str) -> KeptStore[_Stored]:
    return KeptStore(hass, STORAGE_VERSION, entry_id, "identities")
