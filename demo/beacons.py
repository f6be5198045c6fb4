"""What the demo's beacons transmit: real advertising payloads, byte by byte.

Formats: AD structures, Bluetooth Core Specification Supplement, Part A; resolvable private addresses
and `ah`, Core Specification, Vol 6 Part B 1.3.2.2 and Vol 3 Part H 2.2.2; iBeacon, Apple's Proximity
Beacon Specification; Eddystone-UID, the Eddystone protocol specification.
"""

from __future__ import annotations

import random
import struct
import uuid
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Protocol

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

APPLE = 0x004C
EDDYSTONE_UUID = 0xFEAA

# AD types, Bluetooth Assigned Numbers 2.3.
_FLAGS = 0x01
_COMPLETE_UUIDS_16 = 0x03
_COMPLETE_NAME = 0x09
_SERVICE_DATA_16 = 0x16
_MANUFACTURER = 0xFF

# LE General Discoverable, BR/EDR not supported.
_GENERAL_DISCOVERABLE = bytes((_FLAGS,)) + b"\x06"

# Loss of the first metre, by which Eddystone's power at 0 m differs from that at 1 m.
_EDDYSTONE_METRE_DB = 41


class AddressType(IntEnum):
    """As ESPHome reports it."""

    PUBLIC = 0
    RANDOM = 1


@dataclass(frozen=True, slots=True)
class Payload:
    """One advertisement on the air; `address` as a 48-bit number."""

    address: int
    address_type: AddressType
    data: bytes


class Beacon(Protocol):
    """Anything that advertises. `interval` in s, `tx_offset` in dB above the reference transmitter."""

    @property
    def name(self) -> str: ...
    @property
    def interval(self) -> float: ...
    @property
    def tx_offset(self) -> float: ...
    def payload(self, time: float) -> Payload: ...


@dataclass(frozen=True, slots=True)
class IBeaconTag:
    """A tag with a fixed address that sends an iBeacon frame."""

    name: str
    address: int
    uuid: uuid.UUID
    major: int
    minor: int
    interval: float = 0.5
    tx_offset: float = 0.0
    # What the maker programmed for every tag of the series, whatever this one really sends.
    measured_power: int = -59

    def payload(self, time: float) -> Payload:
        """Return the frame."""
        frame = b"\x02\x15" + self.uuid.bytes + struct.pack(">HHb", self.major, self.minor, self.measured_power)
        data = _structures(_GENERAL_DISCOVERABLE, _manufacturer(APPLE, frame))
        return Payload(self.address, AddressType.RANDOM, data)


@dataclass(frozen=True, slots=True)
class EddystoneTag:
    """A tag that sends Eddystone-UID frames: a namespace of 10 bytes and an instance of 6."""

    name: str
    address: int
    namespace: bytes
    instance: bytes
    interval: float = 1.0
    tx_offset: float = 0.0
    measured_power: int = -59

    def payload(self, time: float) -> Payload:
        """Return the frame."""
        power = struct.pack("b", self.measured_power + _EDDYSTONE_METRE_DB)
        frame = b"\x00" + power + self.namespace + self.instance + b"\x00\x00"
        data = _structures(
            _GENERAL_DISCOVERABLE,
            struct.pack("<BH", _COMPLETE_UUIDS_16, EDDYSTONE_UUID),
            struct.pack("<BH", _SERVICE_DATA_16, EDDYSTONE_UUID) + frame,
        )
        return Payload(self.address, AddressType.RANDOM, data)


@dataclass(frozen=True, slots=True)
class PrivatePhone:
    """A phone whose address is resolvable by its identity key only and changes every `rotation` seconds.

    Real phones rotate about every 15 minutes; the demo's does it often enough to be seen.
    """

    name: str
    irk: bytes
    interval: float = 0.8
    tx_offset: float = 0.0
    rotation: float = 75.0
    seed: int = 0

    def payload(self, time: float) -> Payload:
        """Return a Nearby frame under the address of this time."""
        period = int(time // self.rotation)
        # Status bits and an authentication tag that changes with the address, as phones do it.
        tag = random.Random(f"{self.seed}/{period}/tag").randbytes(3)
        data = _structures(_GENERAL_DISCOVERABLE, _manufacturer(APPLE, b"\x10\x05\x0b\x1c" + tag))
        return Payload(self.address(period), AddressType.RANDOM, data)

    def address(self, period: int) -> int:
        """Return the resolvable private address of a rotation period."""
        prand = random.Random(f"{self.seed}/{period}/prand").getrandbits(22) | 0b01 << 22
        return prand << 24 | address_hash(self.irk, prand)


@dataclass(frozen=True, slots=True)
class Stranger:
    """Something of the neighbours or the house that nobody tracks."""

    name: str
    address: int
    data: bytes
    interval: float = 1.0
    tx_offset: float = 0.0

    def payload(self, time: float) -> Payload:
        """Return the same bytes every time."""
        return Payload(self.address, AddressType.RANDOM, self.data)


def address_hash(irk: bytes, prand: int) -> int:
    """Return the 24-bit `ah` of a 24-bit `prand` under an identity resolving key of 16 bytes."""
    # `ah` is defined as one block of AES-128; ECB of a single block is just that.
    encryptor = Cipher(algorithms.AES(irk), modes.ECB()).encryptor()  # noqa: S305
    block = encryptor.update(prand.to_bytes(16)) + encryptor.finalize()
    return int.from_bytes(block[-3:])


def format_address(address: int) -> str:
    """Return an address as AA:BB:CC:DD:EE:FF."""
    return address.to_bytes(6).hex(":").upper()


def _structures(*structures: bytes) -> bytes:
    return b"".join(bytes((len(structure),)) + structure for structure in structures)


def _manufacturer(company: int, data: bytes) -> bytes:
    return struct.pack("<BH", _MANUFACTURER, company) + data


@dataclass(frozen=True, slots=True)
class DemoBeacons:
    """The demo's cast."""

    tag: IBeaconTag = field(
        default_factory=lambda: IBeaconTag(
            name="Kim's tag",
            address=0xC4D91A3300A1,
            uuid=uuid.UUID("8f4b3d62-6a50-4f1b-9c1c-2f5f0f5f7a10"),
            major=7,
            minor=21,
            interval=0.4,
            tx_offset=-4.0,
        )
    )
    phone: PrivatePhone = field(
        default_factory=lambda: PrivatePhone(
            name="Alex's phone",
            irk=bytes.fromhex("6e0f1b2c7a914d5583ce70d1a2f4b896"),
            interval=0.5,
            tx_offset=5.0,
        )
    )
    asset: EddystoneTag = field(
        default_factory=lambda: EddystoneTag(
            name="Toolbox",
            address=0xE1770B5C02F3,
            namespace=bytes.fromhex("a1c07e3d5b9024f8d6e1"),
            instance=bytes.fromhex("00000000002a"),
            interval=1.0,
            tx_offset=-1.0,
        )
    )
    strangers: tuple[Stranger, ...] = field(
        default_factory=lambda: (
            Stranger(
                "Soundbar",
                0xF09A11D20C44,
                _structures(_GENERAL_DISCOVERABLE, bytes((_COMPLETE_NAME,)) + b"Soundbar 300"),
                tx_offset=2.0,
            ),
            Stranger(
                "Plant sensor",
                0xC8471D6E9012,
                _structures(_GENERAL_DISCOVERABLE, _manufacturer(0x1234, bytes.fromhex("01005b17a2"))),
                interval=2.0,
                tx_offset=-6.0,
            ),
            Stranger(
                "A neighbour's beacon",
                0xD3A20177BE05,
                _structures(
                    _GENERAL_DISCOVERABLE,
                    _manufacturer(
                        APPLE,
                        b"\x02\x15" + uuid.UUID("0b7a8d1e-93f2-4b55-8a6c-7d1f2e3c4b5a").bytes + b"\x00\x01\x00\x02\xc5",
                    ),
                ),
                tx_offset=4.0,
            ),
            Stranger(
                # Static keys nobody here knows: an address that resolves for nobody, bits 01 on top.
                "A visitor's phone",
                0x5D21C8904E77,
                _structures(_GENERAL_DISCOVERABLE, _manufacturer(APPLE, bytes.fromhex("10050b1c8f2a66"))),
            ),
        )
    )
