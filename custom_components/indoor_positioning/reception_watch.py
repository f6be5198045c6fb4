"""How the anchors do, followed while the home is lived in: counted, remembered and shown.

What is normal for an anchor is the engine's to say; here are the minutes, the file and whoever wants to know.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, TypedDict

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval

from . import clock
from .anchors import AnchorWatch
from .engine.reception import Reception
from .ingest import Receptions
from .kept_store import KeptStore
from .listeners import call_all, register
from .positioning import Positioning
from .stays import Stays

STORAGE_VERSION: Final = 1

# An anchor counts as deaf 15 s after its last packet; that this shows a few seconds later is soon enough.
LOOK_INTERVAL: Final = timedelta(seconds=5)
MINUTE_S: Final = 60.0

# Seconds from a change to the write. Habits change little in an hour, and a crash costs no more than that hour.
SAVE_DELAY_S: Final = 3600.0


class _StoredHabits(TypedDict):
    habits: dict[str, Any]


class ReceptionWatch:
    """One home's anchors. `listening` and `reception` are what there is to show; listeners hear of news of each."""

    def __init__(self, hass: HomeAssistant, entry_id: str, anchors: AnchorWatch) -> None:
        self._hass = hass
        self._anchors = anchors
        self._store = _store(hass, entry_id)
        self._minute_at = 0.0
        self._stays = Stays()
        self._minute_listeners: list[CALLBACK_TYPE] = []
        self._listening_listeners: list[CALLBACK_TYPE] = []
        self._positioning: Positioning
        self._receptions: Receptions
        self._cancel: CALLBACK_TYPE
        self.listening: frozenset[str] = frozenset()
        self.reception = Reception()

    async def async_load(self) -> None:
        """Read the habits of earlier runs; what cannot be read is learnt anew."""
        lost = "What the receivers usually hear cannot be read from disk and is learnt anew"
        read = await self._store.async_read(lambda stored: Reception.from_dict(stored["habits"]), lost)
        self.reception = read or self.reception

    @callback
    def start(self, positioning: Positioning, receptions: Receptions) -> None:
        """Look from now on."""
        self._positioning, self._receptions = positioning, receptions
        self._minute_at = clock.monotonic()
        self.listening = self._anchors.listening()
        self._cancel = async_track_time_interval(self._hass, self._look, LOOK_INTERVAL, cancel_on_shutdown=True)

    async def async_stop(self) -> None:
        """Stop, and keep what is usual."""
        self._cancel()
        await self.async_save()

    async def async_save(self) -> None:
        """Write now."""
        await self._store.async_save(self._stored())

    @callback
    def subscribe_minutes(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` after each minute that was counted."""
        return register(self._minute_listeners, listener)

    @callback
    def subscribe_listening(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` when an anchor has grown deaf, or hears again."""
        return register(self._listening_listeners, listener)

    def heard_at(self, source: str) -> datetime | None:
        """Return when an anchor last heard anything of anybody; None where nobody knows."""
        return self._anchors.heard_at(source)

    @callback
    def _look(self, _now: datetime) -> None:
        if (listening := self._anchors.listening()) != self.listening:
            self.listening = listening
            call_all(self._listening_listeners)
        if (now := clock.monotonic()) - self._minute_at >= MINUTE_S:
            self._minute_at = now
            self._count()
            call_all(self._minute_listeners)

    def _count(self) -> None:
        home = self._positioning.model.home
        stayed = self._stays.look(self._positioning.tracks)
        anchors = frozenset(anchor.id for anchor in home.anchors)
        self.reception.forget_others(frozenset(room.id for room in home.rooms), anchors)
        self.reception.take(self._receptions.take_links(), stayed, self.listening, anchors)
        self._store.save_later(self._stored, SAVE_DELAY_S)

    def _stored(self) -> _StoredHabits:
        return {"habits": self.reception.to_dict()}

    @staticmethod
    async def async_remove_file(hass: HomeAssistant, entry_id: str) -> None:
        """Delete what is on disk."""
        await _store(hass, entry_id).async_remove()


def _store(hass: HomeAssistant, entry_id: str) -> KeptStore[_StoredHabits]:
    return KeptStore(hass, STORAGE_VERSION, entry_id, "reception")
