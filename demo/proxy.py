"""A virtual ESPHome Bluetooth proxy: speaks the native API to whoever connects, as the firmware does.

Home Assistant's own `esphome` integration cannot tell it from a small board with an antenna, apart
from the numbers it hears, which are given to `VirtualProxy.hear`.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, cast

from aioesphomeapi import BluetoothProxyFeature
from aioesphomeapi.core import MESSAGE_TYPE_TO_PROTO
from google.protobuf.message import DecodeError  # type: ignore[import-untyped] # has no types

from .beacons import Payload
from .esphome_frames import FrameError, Framing, NoiseFraming, PlaintextFraming

_LOGGER = logging.getLogger(__name__)

# The message classes come into being while this module is imported, so no checker knows them.
pb: Any = import_module("aioesphomeapi.api_pb2")
type Message = Any

# The firmware sends when 16 adverts have gathered, or every 100 ms what there is.
BATCH: Final = 16
FLUSH_INTERVAL_S: Final = 0.1

# A passive proxy: raw adverts and a scanner that tells its state, no connections.
FEATURES: Final = (
    BluetoothProxyFeature.PASSIVE_SCAN
    | BluetoothProxyFeature.RAW_ADVERTISEMENTS
    | BluetoothProxyFeature.FEATURE_STATE_AND_MODE
)

# 1.15 is the first version whose clients ask for the device's capabilities.
API_VERSION: Final = (1, 15)
FIRMWARE_VERSION: Final = "2026.10.0"

_TYPE_OF_MESSAGE: Final = {message: number for number, message in MESSAGE_TYPE_TO_PROTO.items()}


@dataclass(frozen=True, slots=True)
class ProxyConfig:
    """What a proxy tells about itself. `mac` without, `bluetooth_mac` with colons; `key` (base64) encrypts."""

    name: str
    friendly_name: str
    mac: str
    bluetooth_mac: str
    suggested_area: str = ""
    key: str | None = None
    flush_interval: float = FLUSH_INTERVAL_S


class VirtualProxy:
    """One proxy with a port of its own. `sent` counts the adverts that went out, by the label given."""

    def __init__(self, config: ProxyConfig) -> None:
        """Prepare a proxy; `start` makes it reachable."""
        self.config = config
        self.sent: Counter[str] = Counter()
        self.port = 0
        self._server: asyncio.Server | None = None
        self._connections: set[_Connection] = set()
        self._subscriber: _Connection | None = None
        self._subscribed = asyncio.Event()
        self._queue: list[tuple[str, Message]] = []
        self._flush_timer: asyncio.TimerHandle | None = None
        self._mode = pb.BluetoothScannerMode.BLUETOOTH_SCANNER_MODE_PASSIVE

    @property
    def subscribed(self) -> bool:
        """Whether somebody listens to the adverts."""
        return self._subscriber is not None

    async def wait_subscribed(self) -> None:
        """Wait until somebody listens to the adverts."""
        await self._subscribed.wait()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen on `host`; port 0 takes any free one, see `port`."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), host, port)
        self.port = cast("int", self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Hang up on everybody and stop listening."""
        if self._server is not None:
            self._server.close()
        for connection in list(self._connections):
            connection.hang_up()
        if self._server is not None:
            await self._server.wait_closed()
        self._server = None

    def hear(self, address: int, address_type: int, rssi: int, data: bytes, label: str = "") -> bool:
        """Pass on one received advert; return whether anybody listens."""
        if self._subscriber is None:
            return False
        advert = pb.BluetoothLERawAdvertisement(address=address, rssi=rssi, address_type=address_type, data=data)
        self._queue.append((label, advert))
        if len(self._queue) >= BATCH or not self.config.flush_interval:
            self.flush()
        elif self._flush_timer is None:
            loop = asyncio.get_running_loop()
            self._flush_timer = loop.call_later(self.config.flush_interval, self.flush)
        return True

    def flush(self) -> None:
        """Send what has gathered."""
        if self._flush_timer is not None:
            self._flush_timer.cancel()
            self._flush_timer = None
        if self._subscriber is not None and self._queue:
            adverts = [advert for _, advert in self._queue]
            self._subscriber.send(pb.BluetoothLERawAdvertisementsResponse(advertisements=adverts))
            self.sent.update(label for label, _ in self._queue)
        self._queue.clear()

    def pass_on(self, frames: bytes) -> None:
        """Send frames of `adverts_frame` as they are, if anybody listens: a load without the work of encoding."""
        if self._subscriber is not None:
            self._subscriber.write(frames)

    def framing(self) -> Framing:
        """Return the framing for a new connection."""
        config = self.config
        return NoiseFraming(config.key, config.name, config.mac) if config.key else PlaintextFraming()

    def connected(self, connection: _Connection) -> None:
        """Remember a new connection."""
        self._connections.add(connection)

    def disconnected(self, connection: _Connection) -> None:
        """Forget a connection, and its subscription."""
        self._connections.discard(connection)
        self._unsubscribe(connection)

    def answer(self, connection: _Connection, request: Message) -> None:
        """Do what the firmware does on a request; those that a plain proxy ignores are ignored."""
        match request:
            case pb.HelloRequest():
                major, minor = API_VERSION
                connection.send(
                    pb.HelloResponse(
                        api_version_major=major,
                        api_version_minor=minor,
                        server_info=f"{self.config.name} (esphome v{FIRMWARE_VERSION})",
                        name=self.config.name,
                    )
                )
            case pb.DeviceInfoRequest():
                connection.send(self._device_info())
            case pb.DeviceCapabilitiesRequest():
                capabilities = pb.DeviceCapabilitiesResponse()
                capabilities.bluetooth_proxy.feature_flags = int(FEATURES)
                capabilities.bluetooth_proxy.mac_address = self.config.bluetooth_mac
                connection.send(capabilities)
            case pb.ListEntitiesRequest():
                connection.send(pb.ListEntitiesDoneResponse())
            case pb.PingRequest():
                connection.send(pb.PingResponse())
            case pb.DisconnectRequest():
                connection.send(pb.DisconnectResponse())
                connection.hang_up()
            case pb.SubscribeBluetoothLEAdvertisementsRequest():
                self._subscribe(connection)
            case pb.UnsubscribeBluetoothLEAdvertisementsRequest():
                self._unsubscribe(connection)
            case pb.BluetoothScannerSetModeRequest():
                self._mode = request.mode
                connection.send(self._scanner_state())
            case _:
                _LOGGER.debug("%s ignores %s", self.config.name, type(request).__name__)

    def _subscribe(self, connection: _Connection) -> None:
        # The firmware serves one subscriber and turns away the next.
        if self._subscriber not in (None, connection):
            _LOGGER.debug("%s has a subscriber already", self.config.name)
            return
        self._subscriber = connection
        self._subscribed.set()
        # A client that is not told the state at once subscribes anew after 10 s.
        connection.send(self._scanner_state())

    def _unsubscribe(self, connection: _Connection) -> None:
        if self._subscriber is connection:
            self._subscriber = None
            self._subscribed.clear()
            self._queue.clear()

    def _scanner_state(self) -> Message:
        return pb.BluetoothScannerStateResponse(
            state=pb.BluetoothScannerState.BLUETOOTH_SCANNER_STATE_RUNNING,
            mode=self._mode,
            configured_mode=pb.BluetoothScannerMode.BLUETOOTH_SCANNER_MODE_PASSIVE,
        )

    def _device_info(self) -> Message:
        mac = self.config.mac
        return pb.DeviceInfoResponse(
            name=self.config.name,
            friendly_name=self.config.friendly_name,
            mac_address=":".join(mac[i : i + 2] for i in range(0, len(mac), 2)),
            bluetooth_mac_address=self.config.bluetooth_mac,
            esphome_version=FIRMWARE_VERSION,
            model="Virtual proxy",
            manufacturer="Simulation",
            suggested_area=self.config.suggested_area,
            bluetooth_proxy_feature_flags=int(FEATURES),
            api_encryption_supported=self.config.key is not None,
        )


class _Connection(asyncio.Protocol):
    """One client's connection."""

    def __init__(self, proxy: VirtualProxy) -> None:
        self._proxy = proxy
        self._framing = proxy.framing()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._proxy.connected(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._proxy.disconnected(self)

    def data_received(self, data: bytes) -> None:
        try:
            for message_type, payload in self._framing.feed(data):
                self._receive(message_type, payload)
            self.write(self._framing.take_reply())
        except (FrameError, DecodeError) as error:
            _LOGGER.debug("%s hangs up: %s", self._proxy.config.name, error)
            self.write(getattr(error, "farewell", b""))
            self.hang_up()

    def send(self, message: Message) -> None:
        """Send a message, unless the client is gone."""
        if self._transport is not None and not self._transport.is_closing():
            self.write(self._framing.wrap(_TYPE_OF_MESSAGE[type(message)], message.SerializeToString()))

    def hang_up(self) -> None:
        """Close after what is still to be sent."""
        if self._transport is not None:
            self._transport.close()

    def _receive(self, message_type: int, payload: bytes) -> None:
        if (message := MESSAGE_TYPE_TO_PROTO.get(message_type)) is not None:
            self._proxy.answer(self, message.FromString(payload))

    def write(self, data: bytes) -> None:
        """Send bytes that are framed already, unless the client is gone."""
        if data and self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)


def adverts_frame(adverts: Iterable[tuple[Payload, int]]) -> bytes:
    """Return the plaintext frame that passes on up to a batch of adverts, each with its strength in dBm."""
    message = pb.BluetoothLERawAdvertisementsResponse(
        advertisements=[
            pb.BluetoothLERawAdvertisement(
                address=payload.address, rssi=rssi, address_type=payload.address_type, data=payload.data
            )
            for payload, rssi in adverts
        ]
    )
    return PlaintextFraming().wrap(_TYPE_OF_MESSAGE[type(message)], message.SerializeToString())
