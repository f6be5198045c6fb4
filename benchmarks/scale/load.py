"""The proxies of a site in a process of their own, which sends frames that were encoded beforehand.

Speaks JSON lines: on start `{"ports": [...]}` on standard output, then one line is read for each change:
`{"strangers": true}` or false. Ends with its standard input.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from demo.proxy import BATCH, FLUSH_INTERVAL_S, ProxyConfig, VirtualProxy, adverts_frame

from .site import LOOP_S, Heard, Size, beacons_heard, proxy_address, strangers_heard

SLOTS: Final = round(LOOP_S / FLUSH_INTERVAL_S)

# The frames of each proxy in each slot of the loop, ready to be written.
type Frames = dict[tuple[int, int], bytes]


def encode(heard: Iterable[Heard]) -> Frames:
    """Return the frames of a loop: what a proxy hears within a flush interval goes together, up to a batch."""
    gathered: dict[tuple[int, int], list[Heard]] = defaultdict(list)
    for one in heard:
        gathered[int(one.time / FLUSH_INTERVAL_S) % SLOTS, one.proxy].append(one)
    return {
        key: b"".join(
            adverts_frame((one.payload, one.rssi) for one in together[first : first + BATCH])
            for first in range(0, len(together), BATCH)
        )
        for key, together in gathered.items()
    }


class Load:
    """Runs the proxies of a site."""

    def __init__(self, size: Size) -> None:
        """Encode everything that will be sent."""
        self._beacons = encode(beacons_heard(size))
        self._strangers = encode(strangers_heard(size))
        self._with_strangers = False
        self.proxies = [VirtualProxy(_config(number)) for number in range(size.proxies)]

    def change(self, line: bytes) -> None:
        """Do what a line on standard input says."""
        self._with_strangers = bool(json.loads(line)["strangers"])

    async def run(self) -> None:
        """Send for ever, slot after slot."""
        loop = asyncio.get_running_loop()
        start, count = loop.time(), len(self.proxies)
        slot = 0
        while True:
            for number, proxy in enumerate(self.proxies):
                # Proxies are not in step: each has its own moment within the slot.
                await _sleep_until(start + (slot + number / count) * FLUSH_INTERVAL_S)
                key = slot % SLOTS, number
                proxy.pass_on(
                    self._beacons.get(key, b"") + (self._strangers.get(key, b"") if self._with_strangers else b"")
                )
            slot += 1


async def _sleep_until(when: float) -> None:
    loop = asyncio.get_running_loop()
    if (delay := when - loop.time()) > 0.0:
        await asyncio.sleep(delay)


def _config(number: int) -> ProxyConfig:
    address = proxy_address(number)
    return ProxyConfig(
        name=f"proxy-{number}",
        friendly_name=f"Proxy {number}",
        mac=f"D8A01D50{number:04X}",
        bluetooth_mac=address,
        suggested_area=f"Room {number}",
    )


async def main(size: Size) -> None:
    """Run the proxies until standard input ends."""
    load = Load(size)
    for proxy in load.proxies:
        await proxy.start()
    print(json.dumps({"ports": [proxy.port for proxy in load.proxies]}), flush=True)
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    sending = asyncio.create_task(load.run())
    while line := await reader.readline():
        load.change(line)
    sending.cancel()
    for proxy in load.proxies:
        await proxy.stop()


if __name__ == "__main__":
    asyncio.run(main(Size(int(sys.argv[1]), int(sys.argv[2]))))
