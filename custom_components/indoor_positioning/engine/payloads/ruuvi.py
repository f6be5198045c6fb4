"""Ruuvi data format 5 (RAWv2): acceleration and a counter of movements, in manufacturer data of company 0499."""

from __future__ import annotations

from .motion_report import MotionReport

RUUVI_COMPANY = 0x0499

_FORMAT = 5
_LENGTH = 24
_G_PER_MILLI_G = 0.001
_NOT_MEASURED = -0x8000
_NOT_COUNTED = 0xFF


def read_ruuvi(data: bytes) -> MotionReport | None:
    """Return the report in manufacturer data after the company; None where it is another format. Never raises."""
    if len(data) < _LENGTH or data[0] != _FORMAT:
        return None
    x, y, z = (int.from_bytes(data[at : at + 2], "big", signed=True) for at in (7, 9, 11))
    measured = _NOT_MEASURED not in (x, y, z)
    movements = data[15] if data[15] != _NOT_COUNTED else None
    if not measured and movements is None:
        return None
    acceleration = (x * _G_PER_MILLI_G, y * _G_PER_MILLI_G, z * _G_PER_MILLI_G) if measured else None
    return MotionReport(acceleration=acceleration, movements=movements)
