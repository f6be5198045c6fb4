"""When the positioning model is built anew: soon after a change, once for many changes, or now for who waits for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.debounce import Debouncer

_LOGGER = logging.getLogger(__name__)

# Seconds in which changes are gathered: flows and registries change several things at once.
REBUILD_DELAY_S: Final = 0.5


class Rebuild:
    """Has `build` run after changes. It does not raise."""

    def __init__(self, hass: HomeAssistant, build: Callable[[], Awaitable[None]]) -> None:
        self._build = build
        self._outdated = False
        self._building = asyncio.Lock()
        self._later = Debouncer(hass, _LOGGER, cooldown=REBUILD_DELAY_S, immediate=False, function=self.async_catch_up)

    @callback
    def request(self) -> None:
        """Build soon: something has changed."""
        self._outdated = True
        self._later.async_schedule_call()

    async def async_catch_up(self) -> None:
        """Return once all changes so far are built in."""
        async with self._building:
            if self._outdated:
                self._outdated = False
                await self._build()

    @callback
    def stop(self) -> None:
        """Build no more, whatever changes."""
        self._outdated = False
        self._later.async_shutdown()
