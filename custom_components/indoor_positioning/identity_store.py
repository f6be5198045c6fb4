"""What was learnt of the beacons' identities, on disk: clocks, habits, suspicions, what tags told of themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypedDict

from homeassistant.core import HomeAssistant, callback

from . import clock
from .kept_store import KeptStore

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

    async def async_load(self) -> tuple[Mapping[str, Any], float]:
        """Return the parts, and how many seconds ago they were stored."""
        read = await self._store.async_read(
            # A clock that was set back since then makes no age below zero.
            lambda stored: (dict(stored["parts"]), max(0.0, clock.time() - stored["saved_at"])),
            "What was learnt of beacons' identities cannot be read and is learnt anew",
        )
        return read or ({}, 0.0)

    @callback
    def save_later(self, parts: Callable[[], dict[str, Any]]) -> None:
        """Write within some minutes."""
        self._store.save_later(lambda: _stored(parts()), SAVE_DELAY_S)

    async def async_save(self, parts: dict[str, Any]) -> None:
        """Write now."""
        await self._store.async_save(_stored(parts))

    @staticmethod
    async def async_remove_file(hass: HomeAssistant, entry_id: str) -> None:
        """Delete what is on disk."""
        await _store(hass, entry_id).async_remove()


def _stored(parts: dict[str, Any]) -> _Stored:
    return {"saved_at": clock.time(), "parts": parts}


def _store(hass: HomeAssistant, entry_id: str) -> KeptStore[_Stored]:
    return KeptStore(hass, STORAGE_VERSION, entry_id, "identities")
