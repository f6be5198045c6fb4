"""Two places, by strength alone: two anchors keep jumping, and when one gets louder the other does not.

One transmitter makes an anchor jump as well: each of the three advertising channels has a level of its
own (up to 28 dB apart at one still place), and scanners that hop in step make it look concerted. What
channels do not do is to make most packets jump, at two anchors, against each other, for minutes. Two
powers in turn (a tag with several frames) move all anchors alike.

Limits were set on 126 still places of an open floor with twelve receivers (tetam_danis, a minute of each
played eight times) and 1,000 simulated scenes of 25 minutes: no alarm. Two of those places 10 m or more
apart, each within 2.5 m of a receiver, sent at once: half of the pairs were found, after 3 minutes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from .clone_places import Pair, joint_readings
from .reading_log import ReadingLog, TimedValues
from .sighting import Sighting

# Packets further apart than this make no step.
_STEP_WITHIN_S = 2.5
# One deep fade must not decide.
_STEP_LIMIT_DB = 30.0

# Sizes of steps in dB, each with the share of an anchor's steps that must reach it: half of two
# transmitters' packets follow the other's. At the second most jumping anchor, one transmitter makes at
# most 0.38 of real (0.51 of simulated) steps of 12 dB, 0.32 (0.42) of 15 dB and 0.15 (0.27) of 20 dB.
_JUMPS = ((12.0, 0.55), (15.0, 0.45), (20.0, 0.3))

# Steps of the difference between the two anchors, as if both jumped apart. And the covariance of their
# steps (dB²), which two powers in turn make large.
_APART_DB = 20.0
_APART_SHARE = 0.25
_COVARIANCE_DB2 = 0.0

_JUDGED_OVER_S = 240.0
_STEPS_NEEDED = 40
# A beacon that sends ten times a second is judged by the last minute or so.
_MOST_STEPS = 600
_MOST_READINGS = 4000


@dataclass(slots=True)
class _Anchor:
    """The newest reading, the sizes in dB of the steps between readings, and how many reach each jump's size."""

    time: float = float("-inf")
    rssi: float = 0.0
    steps: TimedValues = field(default_factory=TimedValues)
    jumps: list[int] = field(default_factory=lambda: [0] * len(_JUMPS))

    def take(self, sighting: Sighting) -> None:
        if sighting.time - self.time <= _STEP_WITHIN_S:
            step = abs(sighting.rssi - self.rssi)
            self.steps.add(sighting.time, step)
            self._count(step, 1)
        self.time, self.rssi = sighting.time, sighting.rssi

    def keeps_jumping(self, now: float) -> bool:
        for step in self.steps.drop(now - _JUDGED_OVER_S, _MOST_STEPS):
            self._count(step, -1)
        count = len(self.steps)
        shares = zip(self.jumps, _JUMPS, strict=True)
        return count >= _STEPS_NEEDED and any(jumps >= share * count for jumps, (_, share) in shares)

    def _count(self, step: float, change: int) -> None:
        for place, (size, _) in enumerate(_JUMPS):
            if step >= size:
                self.jumps[place] += change


@dataclass(slots=True)
class _Steps:
    """Steps of two anchors between their joint readings: how many there are, how many far apart, sum of products."""

    time: float = float("-inf")
    levels: tuple[float, float] = (0.0, 0.0)
    count: int = 0
    far_apart: int = 0
    products: float = 0.0

    def take(self, time: float, first: float, second: float) -> None:
        if time - self.time <= _STEP_WITHIN_S:
            steps = _limited(first - self.levels[0]), _limited(second - self.levels[1])
            self.count += 1
            self.far_apart += abs(steps[0] - steps[1]) >= _APART_DB
            self.products += steps[0] * steps[1]
        self.time, self.levels = time, (first, second)

    def are_opposed(self) -> bool:
        return (
            self.count >= _STEPS_NEEDED
            and self.far_apart >= _APART_SHARE * self.count
            and self.products <= _COVARIANCE_DB2 * self.count
        )


class OpposedJumps:
    """Steps of each anchor; and where two keep jumping, the steps of the pair."""

    relies_on_plan: ClassVar[bool] = False

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self._anchors: defaultdict[str, _Anchor] = defaultdict(_Anchor)
        self._readings = ReadingLog(_MOST_READINGS)

    def update(self, sightings: Sequence[Sighting]) -> Iterable[Pair]:
        """Take a block of readings in the order of time and judge the pairs of anchors that keep jumping."""
        now = sightings[-1].time
        for sighting in sightings:
            self._anchors[sighting.anchor].take(sighting)
            self._readings.add(sighting.time, sighting.anchor, sighting.rssi)
        self._readings.forget_before(now - _JUDGED_OVER_S)
        jumping = {anchor for anchor, history in self._anchors.items() if history.keeps_jumping(now)}
        if len(jumping) < 2:
            return ()
        pairs: defaultdict[Pair, _Steps] = defaultdict(_Steps)
        for pair, time, first, second in joint_readings(reading for reading in self._readings if reading[1] in jumping):
            pairs[pair].take(time, first, second)
        return {pair for pair, steps in pairs.items() if steps.are_opposed()}


def _limited(step: float) -> float:
    return max(-_STEP_LIMIT_DB, min(_STEP_LIMIT_DB, step))
