"""Time that passes when a test says so."""

from __future__ import annotations

import time
from datetime import timedelta

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

# Timers of the event loop run on real time; a step this long lets those due within it run (seconds).
STEP_S = 0.25


class SimulatedClock:
    """A monotonic and a wall clock that start at the real ones and go on in `async_pass`."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        self.passed = 0.0
        self._monotonic = time.monotonic()
        self._time = time.time()

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return self._monotonic + self.passed

    def time(self) -> float:
        """Return seconds since the epoch."""
        return self._time + self.passed

    async def async_pass(self, seconds: float) -> None:
        """Let time pass, and all timers run that are due in it."""
        end = self.passed + seconds
        while self.passed < end - 1e-9:
            step = min(STEP_S, end - self.passed)
            self.passed += step
            async_fire_time_changed(self._hass, dt_util.utcnow() + timedelta(seconds=step), fire_all=False)
            await self._hass.async_block_till_done()
