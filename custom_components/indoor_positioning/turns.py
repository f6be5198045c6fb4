"""Work that falls due for many in the same moment, done one by one in as many passes of the event loop.

A pass runs all timers that are due before it looks at a socket again: with hundreds of beacons no packet would come in
meanwhile, and nobody else be served.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from homeassistant.core import callback


class Turns[Item]:
    """Who waits: first come, first served, so that none starves; each once, however often it lines up."""

    def __init__(self, loop: asyncio.AbstractEventLoop, work: Callable[[Item], None]) -> None:
        """Call `work` with each item when it is its turn."""
        self._loop = loop
        self._work = work
        # A dict keeps the order, and finds who is in it at once.
        self._waiting: dict[Item, None] = {}
        self._next: asyncio.Handle | None = None

    def __contains__(self, item: Item) -> bool:
        """Whether an item waits."""
        return item in self._waiting

    @callback
    def line_up(self, item: Item) -> None:
        """Let an item wait for its turn."""
        self._waiting.setdefault(item)
        if self._next is None:
            self._next = self._loop.call_soon(self._take)

    @callback
    def leave(self, item: Item) -> None:
        """Wait no more; nothing where the item does not wait."""
        self._waiting.pop(item, None)

    @callback
    def stop(self) -> None:
        """Let nobody have a turn any more."""
        self._waiting.clear()
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def _take(self) -> None:
        self._next = None
        if not self._waiting:  # the last that waited has left
            return
        item = next(iter(self._waiting))
        del self._waiting[item]
        if self._waiting:
            self._next = self._loop.call_soon(self._take)
        self._work(item)
