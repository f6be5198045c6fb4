"""The simulated home in real time: everything that its anchors hear goes to the virtual proxies."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from typing import Self

from .home import PROXIES
from .proxy import ProxyConfig, VirtualProxy
from .simulation import DemoWorld

# Well below the proxies' own flush interval, so that it adds next to nothing to the delay.
STEP_S = 0.03


class LiveHome:
    """Runs a world against the clock: simulated second n is real second n after entering the context."""

    def __init__(self, world: DemoWorld, rooms: dict[str, str]) -> None:
        """Give every proxy the name in `rooms` (by room id) as suggested area."""
        self.world = world
        self.proxies = {
            site.bluetooth_mac: VirtualProxy(
                ProxyConfig(
                    name=site.name,
                    friendly_name=site.friendly_name,
                    mac=site.mac,
                    bluetooth_mac=site.bluetooth_mac,
                    suggested_area=rooms[site.room],
                )
            )
            for site in PROXIES
        }
        self._start = 0.0
        self._task: asyncio.Task[None] | None = None

    @property
    def now(self) -> float:
        """Simulated time."""
        return asyncio.get_running_loop().time() - self._start

    @property
    def sent(self) -> Counter[str]:
        """How many receptions of each beacon went to Home Assistant so far."""
        total: Counter[str] = Counter()
        for proxy in self.proxies.values():
            total.update(proxy.sent)
        return total

    async def __aenter__(self) -> Self:
        self._start = asyncio.get_running_loop().time()
        for proxy in self.proxies.values():
            await proxy.start()
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        for proxy in self.proxies.values():
            await proxy.stop()

    def check_alive(self) -> None:
        """Raise what ended the simulation, should anything have."""
        if self._task is not None and self._task.done():
            self._task.result()

    async def _run(self) -> None:
        while True:
            for heard in self.world.simulation.heard(self.now):
                payload = heard.payload
                self.proxies[heard.anchor].hear(
                    payload.address, payload.address_type, heard.rssi, payload.data, heard.beacon
                )
            await asyncio.sleep(STEP_S)
