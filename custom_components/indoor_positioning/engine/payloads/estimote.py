"""Estimote Telemetry, subframe A: acceleration and whether the tag moves, in service data of FE9A."""

from __future__ import annotations

from .motion_report import MotionReport

ESTIMOTE_UUID = "0000fe9a-0000-1000-8000-00805f9b34fb"

_TELEMETRY = 0x02
_SUBFRAME_A = 0x00
_LENGTH = 16
_G_PER_STEP = 2.0 / 127.0
_MOVING = 0x01


def read_estimote(data: bytes) -> MotionReport | None:
    """Return the report in the service data after the UUID; None where it is another frame. Never raises."""
    if len(data) < _LENGTH or data[0] & 0x0F != _TELEMETRY or data[9] & 0x03 != _SUBFRAME_A:
        return None
    x, y, z = (int.from_bytes(data[at : at + 1], "big", signed=True) * _G_PER_STEP for at in (10, 11, 12))
    return MotionReport(moving=data[15] & 0x03 == _MOVING, acceleration=(x, y, z))
