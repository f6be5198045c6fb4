"""Which anchors listen at present: an anchor that is silent about a beacon is evidence only while it is alive."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from habluetooth import HaScannerRegistration, get_manager
from homeassistant.components import bluetooth
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from . import clock

_LOGGER = logging.getLogger(__name__)

# Seconds without any packet of any device after which an anchor counts as deaf. Ordinary homes are full of
# Bluetooth chatter (several packets a second), so a proxy that hears nothing for this long is off, stuck or cut off.
DEAF_AFTER_S: Final = 15.0

# Seconds for which the answer is kept: it is asked for by every estimate of every beacon.
REFRESH_S: Final = 1.0


class AnchorWatch:
    """Knows the scanners that are registered with Home Assistant's Bluetooth stack.

    `on_scanner` is called with a source whenever its scanner is added, changed or removed.
    """

    def __init__(self, hass: HomeAssistant, on_scanner: Callable[[str], None]) -> None:
        self._hass = hass
        self._on_scanner = on_scanner
        self._listening: frozenset[str] = frozenset()
        self._refreshed_at = float("-inf")
        self._unsubscribe: CALLBACK_TYPE

    @callback
    def start(self) -> None:
        """Follow scanners that come and go."""
        self._unsubscribe = get_manager().async_register_scanner_registration_callback(self._registration, None)

    @callback
    def stop(self) -> None:
        """Stop to follow them."""
        self._unsubscribe()

    @callback
    def any_connected(self) -> bool:
        """Whether there is any scanner at all.

        That none hears anything may just mean that the last beacon has left a quiet house; that none is there
        means that nobody can know.
        """
        return bluetooth.async_scanner_count(self._hass, connectable=False) > 0

    @callback
    def listening(self) -> frozenset[str]:
        """Return the sources of the scanners that have heard anything lately."""
        now = clock.monotonic()
        if now - self._refreshed_at >= REFRESH_S:
            self._refreshed_at = now
            self._note(
                scanner.source
                for scanner in bluetooth.async_current_scanners(self._hass)
                # The answer may be as old as it is kept, and must not be too kind even then.
                if scanner.time_since_last_detection() <= DEAF_AFTER_S - REFRESH_S
            )
        return self._listening

    @callback
    def heard_at(self, source: str) -> datetime | None:
        """Return when a scanner last heard anything of anybody, None where it is not registered or never has."""
        scanner = bluetooth.async_scanner_by_source(self._hass, source)
        silence = scanner.time_since_last_detection() if scanner else math.inf
        return dt_util.utc_from_timestamp(clock.time() - silence) if math.isfinite(silence) else None

    def _note(self, listening: Iterable[str]) -> None:
        """Take who listens; tell, once, when nobody does any more."""
        before, self._listening = self._listening, frozenset(listening)
        if before and not self._listening:
            _LOGGER.info("No Bluetooth receiver hears anything; beacons keep their last place until one does")
        elif self._listening and not before:
            _LOGGER.info("%d Bluetooth receivers are listening", len(self._listening))

    @callback
    def _registration(self, registration: HaScannerRegistration) -> None:
        self._refreshed_at = float("-inf")
        self._on_scanner(registration.scanner.source)
