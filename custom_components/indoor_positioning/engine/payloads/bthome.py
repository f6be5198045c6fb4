"""BTHome v2 (bthome.io/format): objects of a one-byte id and a value of known length, in service data of FCD2."""

from __future__ import annotations

from collections.abc import Iterator

from .motion_report import MotionReport

BTHOME_UUID = "0000fcd2-0000-1000-8000-00805f9b34fb"

_VERSION = 2
_ENCRYPTED = 0x01

_MOTION, _MOVING, _VIBRATION = 0x21, 0x22, 0x2C
_SPEED = 0x44
_SPEED_UNIT_M_S = 0.01

# Bytes of the objects' values, little-endian; those not named here have one byte.
_LENGTHS = {
    **dict.fromkeys((0x04, 0x05, 0x0A, 0x0B, 0x42, 0x4B), 3),
    **dict.fromkeys((0x3E, 0x4C, 0x4D, 0x4E, 0x4F, 0x50, 0x55, 0x5B, 0x5C, 0x62, 0x63, 0xF1), 4),
    **dict.fromkeys((0x02, 0x03, 0x06, 0x07, 0x08, 0x0C, 0x0D, 0x0E, 0x12, 0x13, 0x14, 0x3C, 0x3D, 0x3F, 0x40), 2),
    **dict.fromkeys((0x41, 0x43, 0x44, 0x45, 0x47, 0x48, 0x49, 0x4A, 0x51, 0x52, 0x56, 0x5A, 0x5D, 0x5E, 0x5F), 2),
    **dict.fromkeys((0x61, 0xF0), 2),
    0xF2: 3,
}
_ONE_BYTE = frozenset(
    (0x00, 0x01, 0x09, *range(0x0F, 0x12), *range(0x15, 0x30), 0x3A, 0x3B, 0x46, 0x57, 0x58, 0x59, 0x60, 0x64, 0x65)
)

# Text and raw bytes say their length themselves.
_SELF_SIZED = frozenset((0x53, 0x54))


def read_bthome(data: bytes) -> MotionReport | None:
    """Return the report in the service data after the UUID; None where it is encrypted, another version or no motion.

    Never raises.
    """
    if not data or data[0] & _ENCRYPTED or data[0] >> 5 != _VERSION:
        return None
    objects = dict(_objects(data))
    flags = [objects[one] for one in (_MOTION, _MOVING, _VIBRATION) if one in objects]
    speed = objects.get(_SPEED)
    if not flags and speed is None:
        return None
    return MotionReport(moving=any(flags) if flags else None, speed=None if speed is None else speed * _SPEED_UNIT_M_S)


def _objects(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield ids and values up to the first object that is unknown or cut off: nothing after it can be found."""
    at = 1
    while at < len(data):
        kind, at = data[at], at + 1
        if kind in _SELF_SIZED:
            at += 1 + (data[at] if at < len(data) else 0)
            continue
        length = 1 if kind in _ONE_BYTE else _LENGTHS.get(kind)
        if length is None or at + length > len(data):
            return
        yield kind, int.from_bytes(data[at : at + length], "little")
        at += length
