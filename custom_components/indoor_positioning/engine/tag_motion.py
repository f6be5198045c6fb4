"""Whether a tag is being carried about, out of what its packets and sensors tell: flags, shakes, counters, steps."""

from __future__ import annotations

import math

from .measurement import Movement
from .payloads.motion_report import MotionReport

# Accelerometers of tags scatter by some hundredths of g; a hand that carries one shakes and tilts it by more (g).
SHAKE_G = 0.08

# Packets of one second tell the same sample several times; a shake or a step counts this long (s).
HELD_S = 3.0

# Length of an ordinary step indoors (m), and the longest time between two counts that still tells a speed (s).
STEP_M = 0.65
MAX_STEP_INTERVAL_S = 10.0

# Nobody walks faster (m/s): more steps were counted before and told late.
FASTEST_WALK_M_S = 3.0


class TagMotion:
    """Turns one beacon's motion reports into movements."""

    def __init__(self, beacon: str) -> None:
        """Begin with nothing told."""
        self._beacon = beacon
        self._acceleration: tuple[float, float, float] | None = None
        self._movements: int | None = None
        self._steps: tuple[float, float] | None = None
        self._shaken_at = -math.inf

    def of_report(self, report: MotionReport, time: float) -> Movement | None:
        """Return what a packet tells, None where it tells nothing yet."""
        compared = self._compare(report, time)
        moving = report.moving
        if moving is None and compared:
            moving = time - self._shaken_at <= HELD_S
        if moving is None and report.speed is None:
            return None
        return Movement(time, self._beacon, speed=report.speed, moving=moving)

    def of_steps(self, total: float, time: float) -> Movement | None:
        """Return what a counter of steps tells; None at its first word, and where it began anew or stands.

        A counter that stands is no sign of rest: phones tell their steps late.
        """
        before, self._steps = self._steps, (time, total)
        if before is None or total <= before[1]:
            return None
        elapsed = time - before[0]
        speed = (total - before[1]) * STEP_M / max(elapsed, 1.0)
        known = elapsed <= MAX_STEP_INTERVAL_S and speed <= FASTEST_WALK_M_S
        return Movement(time, self._beacon, speed=speed if known else None, moving=True)

    def _compare(self, report: MotionReport, time: float) -> bool:
        """Note a shake or a counted movement since the last report; False at the first one."""
        acceleration, self._acceleration = self._acceleration, report.acceleration or self._acceleration
        movements, self._movements = (
            self._movements,
            (self._movements if report.movements is None else report.movements),
        )
        shaken = (
            acceleration is not None
            and report.acceleration is not None
            and math.dist(acceleration, report.acceleration) > SHAKE_G
        )
        counted = movements is not None and report.movements is not None and report.movements != movements
        if shaken or counted:
            self._shaken_at = time
        return acceleration is not None or movements is not None
