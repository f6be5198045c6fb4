"""Times the integration's path of a packet: from Home Assistant's callback to the tracker that waits for it."""

from __future__ import annotations

import time
from typing import Any
from unittest.mock import MagicMock, patch

PACKETS = 20_000


def packet_cost() -> float | None:
    """Return the microseconds that one packet of a tracked beacon takes, None where there is no Home Assistant."""
    try:
        from bleak.backends.device import BLEDevice  # noqa: PLC0415 - absent where only the engine is installed
        from bleak.backends.scanner import AdvertisementData  # noqa: PLC0415
        from home_assistant_bluetooth import BluetoothServiceInfoBleak  # noqa: PLC0415

        from custom_components.indoor_positioning.engine.identity import parse_identity  # noqa: PLC0415
        from custom_components.indoor_positioning.identification import Identification  # noqa: PLC0415
        from custom_components.indoor_positioning.ingest import Ingest  # noqa: PLC0415
    except ImportError:
        return None
    callbacks: list[Any] = []
    received: list[object] = []
    address = "C0:FF:EE:00:00:01"
    info = BluetoothServiceInfoBleak(
        name="tag",
        address=address,
        rssi=-60,
        manufacturer_data={},
        service_data={},
        service_uuids=[],
        source="AA:BB:CC:DD:EE:FF",
        device=BLEDevice(address, "tag", {}),
        advertisement=AdvertisementData("tag", {}, {}, [], None, -60, ()),
        connectable=False,
        time=time.monotonic(),
        tx_power=None,
    )
    registered = "homeassistant.components.bluetooth.async_register_"

    def register(_hass: object, call: object, *_: object) -> MagicMock:
        callbacks.append(call)
        return MagicMock()

    with (
        patch(f"{registered}callback", register),
        patch(f"{registered}advertisement_callback", register),
        patch("homeassistant.components.bluetooth.async_discovered_service_info", return_value=[]),
        patch("custom_components.indoor_positioning.ingest.async_track_time_interval", return_value=MagicMock()),
    ):
        ingest = Ingest(
            MagicMock(),
            Identification(MagicMock(), "home", lambda *_: None, lambda: None),
            received.append,
            lambda *_: None,
        )
        ingest.set_beacon("tag", [parse_identity("address", address)])
        ingest.start()
        callbacks[0](info, None)  # discovery registers the address
        receive = callbacks[-1]
        received.clear()
        begin = time.process_time()
        for _ in range(PACKETS):
            receive(info)
        spent = time.process_time() - begin
    if len(received) != PACKETS:
        raise RuntimeError(f"only {len(received)} of {PACKETS} packets came through")
    return 1e6 * spent / PACKETS
