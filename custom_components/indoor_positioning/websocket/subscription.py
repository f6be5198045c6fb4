"""A subscription that speaks seldom enough: what changed meanwhile goes out together."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Final

from homeassistant.components import websocket_api
from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
    ConfigEntryState,
)
from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from .base import Request

# Five pictures a second are smooth where nobody walks faster than 1.5 m/s, and a third of what the stack would bear.
MIN_INTERVAL_S: Final = 0.2

# Silence raises no event; so often it is looked at what has fallen silent (s).
SILENCE_INTERVAL_S: Final = 2.0


class Subscription(ABC):
    """Sends what has changed, at most five times a second, until the client, its connection or the entry ends it.

    The last event of a subscription that the entry ends is `{"ended": true}`: the client then subscribes anew.
    """

    def __init__(self, request: Request) -> None:
        self.hass = request.hass
        self.entry = request.entry
        self._connection = request.connection
        self._id: int = request.msg["id"]
        self._timer: asyncio.TimerHandle
        self._sent_at = float("-inf")
        self._unsubscribe: list[CALLBACK_TYPE] = []

    @callback
    def start(self) -> None:
        """Begin, once the answer to the request is out."""
        loop = self.hass.loop
        self._timer = loop.call_at(loop.time(), self._send)
        self._unsubscribe = [
            async_dispatcher_connect(self.hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._entry_changed),
            *self.listen(),
        ]
        self._connection.subscriptions[self._id] = self.stop

    @callback
    def stop(self) -> None:
        """End it."""
        self._timer.cancel()
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe = []

    @abstractmethod
    def listen(self) -> list[CALLBACK_TYPE]:
        """Let whatever changes call `changed`; return what ends that."""

    @abstractmethod
    def changes(self) -> Mapping[str, Any]:
        """Return what is to be sent, JSON-able; nothing where all was said before."""

    @callback
    def changed(self) -> None:
        """Look for changes as soon as the pace allows."""
        when = max(self.hass.loop.time(), self._sent_at + MIN_INTERVAL_S)
        if when < self._timer.when():
            self._timer.cancel()
            self._timer = self.hass.loop.call_at(when, self._send)

    @callback
    def _send(self) -> None:
        loop = self.hass.loop
        self._sent_at = loop.time()
        self._timer = loop.call_at(self._sent_at + SILENCE_INTERVAL_S, self._send)
        if changes := self.changes():
            self._connection.send_message(websocket_api.event_message(self._id, changes))

    @callback
    def _entry_changed(self, _change: ConfigEntryChange, entry: ConfigEntry[Any]) -> None:
        if entry is self.entry and entry.state is not ConfigEntryState.LOADED:
            self.stop()
            self._connection.subscriptions.pop(self._id, None)
            self._connection.send_message(websocket_api.event_message(self._id, {"ended": True}))


def difference(before: Mapping[str, Any] | None, now: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of `now` that differ from `before`, all where there was nothing before."""
    if before is None:
        return dict(now)
    return {key: value for key, value in now.items() if before[key] != value}
