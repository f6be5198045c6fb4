"""Minew accelerometer frames (A1 03): three axes in g as signed 8.8 fixed point, in service data of FFE1."""

from __future__ import annotations

from .motion_report import MotionReport

MINEW_UUID = "0000ffe1-0000-1000-8000-00805f9b34fb"

_FRAME = bytes((0xA1, 0x03))
_LENGTH = 9
_G_PER_STEP = 1.0 / 256.0


def read_minew(data: bytes) -> MotionReport | None:
    """Return the report in the service data after the UUID; None where it is another frame. Never raises."""
    if len(data) < _LENGTH or data[:2] != _FRAME:
        return None
    x, y, z = (int.from_bytes(data[at : at + 2], "big", signed=True) * _G_PER_STEP for at in (3, 5, 7))
    return MotionReport(acceleration=(x, y, z))
