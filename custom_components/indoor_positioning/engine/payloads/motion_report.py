"""What one packet tells of a tag's motion, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MotionReport:
    """None is what a format does not tell.

    `moving` is the tag's own word; `speed` in m/s; `acceleration` (x, y, z) in g, gravity included; `movements` a
    counter that goes on with every movement and begins anew at some number.
    """

    moving: bool | None = None
    speed: float | None = None
    acceleration: tuple[float, float, float] | None = None
    movements: int | None = None
