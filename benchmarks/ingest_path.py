"""Times the integration's path of a packet: from Home Assistant's callback to the tracker that waits for it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol
from unittest.mock import MagicMock, patch

PACKETS = 20_000
ANCHORS = 5
PACKETS_A_SECOND = 10

STRANGERS = 1000
# A phone changes what it says every few seconds; packets that say the same again reach no wildcard callback.
PAYLOADS = 10

TAG = "C0:FF:EE:00:00:01"


class _Packet(Protocol):
    """What time a packet has."""

    time: float


@dataclass(slots=True)
class Path:
    """The callbacks that Home Assistant would call: of any news, and of each packet of the tag; and what came out."""

    discovered: Callable[..., None]
    receive: Callable[[Any], None]
    packet: Callable[..., Any]
    received: list[object] = field(default_factory=list)


def packet_cost() -> float | None:
    """Return the microseconds that one packet of a tracked beacon takes, None where there is no Home Assistant.

    Everything included that looks at it: who it is, what it proves, whether there is a double.
    """
    try:
        with _path() as path:
            packets = [
                path.packet(TAG, {0x0059: b"tag"}, second=index / PACKETS_A_SECOND, anchor=index % ANCHORS)
                for index in range(PACKETS)
            ]
            spent = _seconds(path.receive, packets)
            if len(path.received) != PACKETS:
                raise RuntimeError(f"only {len(path.received)} of {PACKETS} packets came through")
    except ImportError:
        return None
    return 1e6 * spent / PACKETS


def strangers_cost() -> float | None:
    """Return the milliseconds of the event loop a second that 1,000 strangers take, each with a new payload a second.

    None where there is no Home Assistant.
    """
    rng = random.Random(1)
    addresses = [f"{0x40 | rng.randrange(64):02X}:{rng.randbytes(5).hex(':').upper()}" for _ in range(STRANGERS)]
    try:
        with _path() as path:
            packets = [
                path.packet(address, {0x004C: rng.randbytes(8)}, second=float(second))
                for second in range(PAYLOADS)
                for address in addresses
            ]
            spent = _seconds(lambda info: path.discovered(info, None), packets)
    except ImportError:
        return None
    return 1e3 * spent / PAYLOADS


def _seconds(call: Callable[[Any], None], packets: list[Any]) -> float:
    begin = time.process_time()
    for info in packets:
        call(info)
    return time.process_time() - begin


@contextmanager
def _path() -> Iterator[Path]:
    """A home with a tag, 20 phones and an EID beacon, with Home Assistant's callbacks laid open.

    Time stands where the newest packet says. Raises ImportError where there is no Home Assistant.
    """
    from bleak.backends.device import BLEDevice  # noqa: PLC0415 - absent where only the engine is installed
    from bleak.backends.scanner import AdvertisementData  # noqa: PLC0415
    from home_assistant_bluetooth import BluetoothServiceInfoBleak  # noqa: PLC0415

    from custom_components.indoor_positioning.bound_sensors import BoundSensors  # noqa: PLC0415
    from custom_components.indoor_positioning.engine.identity import parse_identity  # noqa: PLC0415
    from custom_components.indoor_positioning.identification import Identification  # noqa: PLC0415
    from custom_components.indoor_positioning.ingest import Ingest  # noqa: PLC0415

    callbacks: list[Any] = []
    received: list[object] = []
    now = [0.0]
    advertisement = AdvertisementData(None, {}, {}, [], None, -60, ())

    def packet(address: str, manufacturer_data: dict[int, bytes], second: float, anchor: int = 0) -> object:
        return BluetoothServiceInfoBleak(
            name=address,
            address=address,
            rssi=-60,
            manufacturer_data=manufacturer_data,
            service_data={},
            service_uuids=[],
            source=f"AA:BB:CC:DD:EE:{anchor:02X}",
            device=BLEDevice(address, None, {"address_type": 1}),
            advertisement=advertisement,
            connectable=False,
            time=second,
            tx_power=None,
        )

    def register(_hass: object, call: object, *_: object) -> MagicMock:
        callbacks.append(call)
        return MagicMock()

    module = "custom_components.indoor_positioning"
    registered = "homeassistant.components.bluetooth.async_register_"
    with (
        patch(f"{registered}callback", register),
        patch(f"{registered}advertisement_callback", register),
        patch("homeassistant.components.bluetooth.async_discovered_service_info", return_value=[]),
        patch(f"{module}.ingest.async_track_time_interval", return_value=MagicMock()),
        patch(f"{module}.clock.monotonic", lambda: now[0]),
        patch(f"{module}.clock.time", lambda: 1_790_000_000.0 + now[0]),
    ):
        identification = Identification(MagicMock(), "home", lambda *_: None, lambda: None)
        sensors = BoundSensors(MagicMock(), MagicMock(), MagicMock())
        ingest = Ingest(MagicMock(), identification, received.append, lambda *_: None, sensors.read)
        rng = random.Random(2)
        ingest.set_beacon("tag", [parse_identity("address", TAG)])
        for number in range(20):
            ingest.set_beacon(f"phone {number}", [parse_identity("private_address", rng.randbytes(16).hex())])
        ingest.set_beacon("locker", [parse_identity("eddystone_eid", f"{rng.randbytes(16).hex()}/10")])
        ingest.start()
        callbacks[0](packet(TAG, {0x0059: b"tag"}, second=0.0), None)  # discovery registers the address
        received.clear()

        def at_its_time(call: Callable[..., None]) -> Callable[..., None]:
            def at(info: _Packet, *more: object) -> None:
                now[0] = info.time
                call(info, *more)

            return at

        yield Path(at_its_time(callbacks[0]), at_its_time(callbacks[-1]), packet, received)
