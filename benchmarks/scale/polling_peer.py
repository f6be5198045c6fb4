"""Bermuda's way inside Home Assistant: every 1.05 s it asks all scanners for all that they have heard.

Its algorithm is the one of `benchmarks.peers.bermuda`; as there, every device that is heard is worked over, tracked
or not, and only the tracked ones have states: the area at once, the distance when it falls or every 10 s.
"""

from __future__ import annotations

import time
from typing import Final

from homeassistant.components import bluetooth
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util import slugify

from benchmarks.peers.bermuda import POLL_S, Bermuda
from custom_components.indoor_positioning.engine.home import Home
from custom_components.indoor_positioning.engine.observation import Observation

# Seconds after which a distance that has grown is written.
DISTANCE_INTERVAL_S: Final = 10.0

# The addresses of the benchmark's beacons begin with this; the rest is the number of the beacon.
TRACKED: Final = 0xC40000000000


class PollingPeer:
    """One run of it."""

    def __init__(self, hass: HomeAssistant, home: Home, tracked: list[str]) -> None:
        """Follow everything in `home`, and show the beacons of these names."""
        self._hass = hass
        self._home = home
        self._names = {_address(TRACKED + number): slugify(name) for number, name in enumerate(tracked)}
        self._devices: dict[str, Bermuda] = {}
        self._seen: dict[tuple[str, str], float] = {}
        self._written: dict[str, tuple[float, float]] = {}
        self._waited: list[float] | None = None
        self._cancel: CALLBACK_TYPE = lambda: None

    @callback
    def start(self) -> None:
        """Poll from now on."""
        self._cancel = self._hass.loop.call_later(POLL_S, self._poll).cancel

    @callback
    def stop(self) -> None:
        """Poll no more."""
        self._cancel()

    @callback
    def watch(self, waited: list[float]) -> CALLBACK_TYPE:
        """Note how long each packet of a shown beacon had waited when its poll was over."""
        self._waited = waited

        @callback
        def stop() -> None:
            self._waited = None

        return stop

    @callback
    def _poll(self) -> None:
        now = time.monotonic()
        taken = self._take()
        for address, device in self._devices.items():
            answer = device.answer(now)
            if (name := self._names.get(address)) is not None:
                self._write(name, answer.room, device, now)
        done = time.monotonic()
        if self._waited is not None:
            self._waited.extend(done - stamp for stamp in taken)
        self._cancel = self._hass.loop.call_later(max(0.0, now + POLL_S - done), self._poll).cancel

    def _take(self) -> list[float]:
        """Hand on the newest packet of each scanner and device; returns the times of those of shown beacons."""
        taken = []
        for scanner in bluetooth.async_current_scanners(self._hass):
            stamps = scanner.discovered_device_timestamps
            for address, (_device, packet) in scanner.discovered_devices_and_advertisement_data.items():
                stamp = stamps.get(address, 0.0)
                if self._seen.get((scanner.source, address), 0.0) >= stamp:
                    continue
                self._seen[scanner.source, address] = stamp
                if (device := self._devices.get(address)) is None:
                    repeats = 2 if address in self._names else 1
                    device = self._devices[address] = Bermuda(self._home, repeats=repeats)
                device.observe(Observation(stamp, address, scanner.source, packet.rssi))
                if address in self._names:
                    taken.append(stamp)
        return taken

    def _write(self, name: str, room: str | None, device: Bermuda, now: float) -> None:
        self._hass.states.async_set(f"sensor.{name}_peer_area", room or "unknown")
        distance = min(device.distances().values(), default=None)
        if distance is None:
            return
        shown, at = self._written.get(name, (float("inf"), float("-inf")))
        if distance < shown or now - at >= DISTANCE_INTERVAL_S:
            self._written[name] = distance, now
            self._hass.states.async_set(f"sensor.{name}_peer_distance", f"{distance:.1f}")


def _address(number: int) -> str:
    return number.to_bytes(6).hex(":").upper()
