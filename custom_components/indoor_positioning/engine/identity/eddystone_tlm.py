"""Eddystone-TLM: what a tag tells of itself (battery, temperature, counters), plain or encrypted."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Advertisement
from .eddystone import EDDYSTONE_UUID, FRAME_TLM

_PLAIN = 0x00
_ENCRYPTED = 0x01
_PLAIN_LENGTH = 14
_ENCRYPTED_LENGTH = 18
_TEMPERATURE_NOT_SUPPORTED = -0x8000
_TICK_S = 0.1


@dataclass(frozen=True, slots=True)
class Telemetry:
    """A plain TLM frame; None where the tag does not measure.

    `battery_millivolts` is None on mains power. `advertisements` and `uptime` (seconds) count
    since power-on, both.
    """

    battery_millivolts: int | None
    temperature: float | None
    advertisements: int
    uptime: float


@dataclass(frozen=True, slots=True)
class EncryptedTelemetry:
    """A TLM frame of an EID beacon: recognised, not read. `salt` and `check` are big-endian."""

    ciphertext: bytes
    salt: int
    check: int


def decode_eddystone_tlm(data: bytes) -> Telemetry | EncryptedTelemetry | None:
    """Service data after the UUID FEAA; None where it is no TLM frame. Never raises."""
    if len(data) < 2 or data[0] != FRAME_TLM:
        return None
    if data[1] == _PLAIN and len(data) >= _PLAIN_LENGTH:
        battery = int.from_bytes(data[2:4], "big")
        temperature = int.from_bytes(data[4:6], "big", signed=True)
        return Telemetry(
            battery_millivolts=battery or None,
            temperature=None if temperature == _TEMPERATURE_NOT_SUPPORTED else temperature / 256,
            advertisements=int.from_bytes(data[6:10], "big"),
            uptime=int.from_bytes(data[10:14], "big") * _TICK_S,
        )
    if data[1] == _ENCRYPTED and len(data) >= _ENCRYPTED_LENGTH:
        return EncryptedTelemetry(
            ciphertext=bytes(data[2:14]),
            salt=int.from_bytes(data[14:16], "big"),
            check=int.from_bytes(data[16:18], "big"),
        )
    return None


def decode_telemetry(adv: Advertisement) -> Telemetry | None:
    """What the packet tells in plain about the tag itself. Never raises."""
    data = adv.service_data.get(EDDYSTONE_UUID)
    frame = None if data is None else decode_eddystone_tlm(data)
    return frame if isinstance(frame, Telemetry) else None
