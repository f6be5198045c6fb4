"""Anchors that have been deaf for long: said in the repairs, and withdrawn when they hear again.

Seconds of deafness are the tracker's business (`anchors.py`); here are the hours in which somebody should look.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval

from . import clock
from .anchors import AnchorWatch

LOOK_INTERVAL: Final = timedelta(minutes=1)

type SilenceListener = Callable[[frozenset[str]], None]


class SilenceWatch:
    """Tells `on_silence`, once a minute, which anchors (by source) have heard nothing of anybody for too long."""

    def __init__(
        self, hass: HomeAssistant, anchors: AnchorWatch, sources: Callable[[], set[str]], on_silence: SilenceListener
    ) -> None:
        self._hass = hass
        self._anchors = anchors
        self._sources = sources
        self._on_silence = on_silence
        self._heard: dict[str, float] = {}
        self._cancel: CALLBACK_TYPE
        # Minutes; 0: never.
        self.after = 0

    @callback
    def start(self, after: int) -> None:
        """Look from now on; what was before this run counts for nobody's silence."""
        self.after = after
        self._cancel = async_track_time_interval(self._hass, self._look, LOOK_INTERVAL, cancel_on_shutdown=True)

    @callback
    def stop(self) -> None:
        """Look no more."""
        self._cancel()

    @callback
    def _look(self, _now: datetime) -> None:
        now, listening = clock.monotonic(), self._anchors.listening()
        self._heard = {
            source: now if source in listening else self._heard.get(source, now) for source in self._sources()
        }
        oldest = now - 60.0 * self.after
        silent = {source for source, heard in self._heard.items() if heard <= oldest} if self.after else set()
        self._on_silence(frozenset(silent))
