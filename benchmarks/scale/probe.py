"""The measuring part inside Home Assistant: a component of its own that the benchmark puts into its folder.

It makes the site's areas and entries, switches what is measured on and off, and watches the event loop. Its orders
come over the websocket: `scale/connect` for each proxy, `scale/prepare`, `scale/switch`, `scale/measure`.
"""

from __future__ import annotations

import asyncio
import resource
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import probatio as vol
from homeassistant.components import websocket_api
from homeassistant.config_entries import ConfigEntry, ConfigSubentryData
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.typing import ConfigType, VolDictType

from custom_components.indoor_positioning.engine.decision import Presence
from custom_components.indoor_positioning.engine.home import Home
from custom_components.indoor_positioning.engine.observation import Observation
from custom_components.indoor_positioning.positioning import SIGNAL_PRESENCE
from custom_components.indoor_positioning.runtime import Runtime

from .polling_peer import PollingPeer
from .site import Size, beacon_identity, beacon_name, site_home

DOMAIN: Final = "scale_probe"
OURS: Final = "indoor_positioning"
PEER: Final = "peer"

# Seconds between two looks at the loop: often enough for a percentile, too seldom to be a load (1 % of a core).
BEAT_S: Final = 0.01

HOST: Final = "127.0.0.1"


class Probe:
    """Holds what was prepared and what is on at present."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.hass = hass
        self._home: Home
        self._size: Size
        self._ours: ConfigEntry[Runtime]
        self._peer: PollingPeer | None = None
        self._on = ""

    async def async_connect(self, number: int, port: int) -> None:
        """Connect a proxy."""
        data = {"host": HOST, "port": port, "password": "", "noise_psk": "", "device_name": f"proxy-{number}"}
        mac = f"d8:a0:1d:50:{number >> 8:02x}:{number & 255:02x}"
        await self.hass.config_entries.async_add(_entry("esphome", f"Proxy {number}", data, mac, ()))

    async def async_prepare(self, size: Size) -> None:
        """Make the areas that the proxies have not suggested, and add the integration's entry, which stays off."""
        hass = self.hass
        self._size, self._home = size, site_home(size)
        areas = [ar.async_get(hass).async_get_or_create(room.name).id for room in self._home.rooms]
        self._ours = _entry(OURS, "Site", {}, OURS, tuple(_subentries(self._home, areas, size)))
        await hass.config_entries.async_add(self._ours)
        await hass.config_entries.async_unload(self._ours.entry_id)

    async def async_switch(self, to: str) -> None:
        """Let `to` run and nothing else: OURS, PEER, or nothing."""
        if self._on == OURS:
            await self.hass.config_entries.async_unload(self._ours.entry_id)
        if self._peer is not None:
            self._peer.stop()
            self._peer = None
        self._on = to
        if to == OURS:
            await self.hass.config_entries.async_setup(self._ours.entry_id)
        elif to == PEER:
            tracked = [beacon_name(number) for number in range(self._size.beacons)]
            self._peer = PollingPeer(self.hass, self._home, tracked)
            self._peer.start()

    async def async_measure(self, seconds: float) -> dict[str, Any]:
        """Watch for some seconds and return what was seen."""
        late: list[float] = []
        waited: list[float] = []
        stop = self._watch_latency(waited)
        loop = self.hass.loop
        began, wall, processor = loop.time(), time.time(), time.process_time()
        delivered = self._delivered()
        due, busy = began, time.thread_time()
        while due < began + seconds:
            due += BEAT_S
            await asyncio.sleep(due - loop.time())
            # What other processes took from the core is not the delay of this loop: it is no later than it was busy.
            before, busy = busy, time.thread_time()
            late.append(min(max(0.0, loop.time() - due), busy - before))
            # A beat that was missed altogether counts too: whoever had been due then would have waited.
            while due + BEAT_S < loop.time():
                due += BEAT_S
                late.append(min(loop.time() - due, busy - before))
        took = loop.time() - began
        used = time.process_time() - processor
        stop()
        return {
            "core": used / took,
            "resident_mb": _resident_mb(),
            "loop": late,
            "latency": waited,
            "readings": (self._delivered() - delivered) / took,
            "from": wall,
            "to": time.time(),
        }

    def _delivered(self) -> int:
        return self._ours.runtime_data.ingest.receptions.delivered if self._on == OURS else 0

    def _watch_latency(self, waited: list[float]) -> CALLBACK_TYPE:
        """Note for each estimate how long the reading waited that was the first it brought to the states."""
        if self._peer is not None:
            return self._peer.watch(waited)
        if self._on != OURS:
            return lambda: None
        positioning = self._ours.runtime_data.positioning
        first: dict[str, float] = {}

        @callback
        def heard(observation: Observation) -> None:
            first.setdefault(observation.beacon, observation.time)

        @callback
        def shown(beacon_id: str, _presence: Presence) -> None:
            if (since := first.pop(beacon_id, None)) is not None:
                waited.append(time.monotonic() - since)

        stops = [positioning.tap(beacon_id, heard) for beacon_id in positioning.tracks]
        stops.append(async_dispatcher_connect(self.hass, SIGNAL_PRESENCE, shown))

        def stop() -> None:
            for one in stops:
                one()

        return stop


def _entry(
    domain: str, title: str, data: dict[str, Any], unique_id: str, subentries: Sequence[ConfigSubentryData]
) -> ConfigEntry[Any]:
    return ConfigEntry(
        data=data,
        discovery_keys={},  # type: ignore[arg-type] # an empty one is as good as theirs
        domain=domain,
        minor_version=1,
        options={},
        source="user",
        subentries_data=subentries,
        title=title,
        unique_id=unique_id,
        version=1,
    )


def _subentries(home: Home, areas: Sequence[str], size: Size) -> Iterator[ConfigSubentryData]:
    for room, area_id in zip(home.rooms, areas, strict=True):
        data = {"area_id": area_id, "outline": [list(corner) for corner in room.outline or ()]}
        yield ConfigSubentryData(data=data, subentry_type="room", title=room.name, unique_id=f"room_{area_id}")
    for anchor, area_id in zip(home.anchors, areas, strict=True):
        assert anchor.position is not None
        place = dict(zip(("x", "y", "height"), anchor.position, strict=True))
        placed = {"source": anchor.id, "area_id": area_id, **place}
        yield ConfigSubentryData(data=placed, subentry_type="anchor", title=anchor.id, unique_id=f"anchor_{anchor.id}")
    for number in range(size.beacons):
        known_by = {"identities": [beacon_identity(number)], "reference_rssi": None}
        yield ConfigSubentryData(
            data=known_by, subentry_type="beacon", title=beacon_name(number), unique_id=f"beacon_{number}"
        )


def _order(name: str, **arguments: Any) -> VolDictType:
    fields: VolDictType = {vol.Required("type"): f"scale/{name}"}
    return fields | {vol.Required(one): kind for one, kind in arguments.items()}


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


async def async_setup(hass: HomeAssistant, _config: ConfigType) -> bool:
    """Offer the orders."""
    probe = Probe(hass)

    @websocket_api.websocket_command(_order("connect", number=int, port=int))
    @websocket_api.async_response
    async def connect(_hass: HomeAssistant, connection: websocket_api.ActiveConnection, msg: dict[str, Any]) -> None:
        await probe.async_connect(msg["number"], msg["port"])
        connection.send_result(msg["id"])

    @websocket_api.websocket_command(_order("prepare", beacons=int, proxies=int))
    @websocket_api.async_response
    async def prepare(_hass: HomeAssistant, connection: websocket_api.ActiveConnection, msg: dict[str, Any]) -> None:
        await probe.async_prepare(Size(msg["beacons"], msg["proxies"]))
        connection.send_result(msg["id"])

    @websocket_api.websocket_command(_order("switch", to=str))
    @websocket_api.async_response
    async def switch(_hass: HomeAssistant, connection: websocket_api.ActiveConnection, msg: dict[str, Any]) -> None:
        await probe.async_switch(msg["to"])
        connection.send_result(msg["id"])

    @websocket_api.websocket_command(_order("measure", seconds=vol.Coerce(float)))
    @websocket_api.async_response
    async def measure(_hass: HomeAssistant, connection: websocket_api.ActiveConnection, msg: dict[str, Any]) -> None:
        connection.send_result(msg["id"], await probe.async_measure(msg["seconds"]))

    for command in (connect, prepare, switch, measure):
        websocket_api.async_register_command(hass, command)
    return True
