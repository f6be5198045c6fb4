"""Time that passes when a test says so."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant

# Seconds; no timer of the integration is shorter.
STEP_S = 0.25

# Passes of the event loop in a step: enough for as many beacons as any test lets come together.
PASSES = 12

# Real seconds that work in a thread may take in a step. What takes longer, a test holds up: not waited for again.
THREADS_S = 5.0


class SimulatedClock:
    """A monotonic and a wall clock that start at the real ones and go on in `async_pass`."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        self.passed = 0.0
        self._monotonic = time.monotonic()
        self._time = time.time()
        self._at_work: set[asyncio.Future[Any]] = set()

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return self._monotonic + self.passed

    def time(self) -> float:
        """Return seconds since the epoch."""
        return self._time + self.passed

    def set_back(self, seconds: float) -> None:
        """Set the wall clock back, as a time server or a person does; time goes on all the same."""
        self._time -= seconds

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Let the integration and the timers of the event loop go by this clock."""
        loop, real = self._hass.loop, self._hass.loop.time
        executor = self._hass.async_add_executor_job

        def noted(target: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:
            job = executor(target, *args)
            self._at_work.add(job)
            job.add_done_callback(self._at_work.discard)
            return job

        with (
            patch.object(self._hass, "async_add_executor_job", noted),
            patch.multiple("custom_components.indoor_positioning.clock", monotonic=self.monotonic, time=self.time),
            patch.object(loop, "time", lambda: real() + self.passed),
        ):
            yield

    async def async_pass(self, seconds: float, step: float = STEP_S) -> None:
        """Let time pass in steps, and all timers run that are due in each.

        Work in threads, such as writing a file, takes no time: however slow this machine is, it is done in its step.
        """
        end = self.passed + seconds
        while self.passed < end - 1e-9:
            self.passed += min(step, end - self.passed)
            # Once round for the loop to find the timers due, and on for what they start: an estimate in each pass.
            await self._async_go_round()
            while self._at_work:
                _, held_up = await asyncio.wait(self._at_work, timeout=THREADS_S)
                self._at_work -= held_up
                await self._async_go_round()

    async def _async_go_round(self) -> None:
        for _ in range(PASSES):
            await asyncio.sleep(0)
        await self._hass.async_block_till_done()
