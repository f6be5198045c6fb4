"""What has become of an anchor that hears otherwise: deaf by so many dB, or moved, or neither can be told.

Deaf (a bad antenna, a cabinet in front of it) is one number for all places. Moved is a pattern: louder where it has
come nearer, weaker where it has gone from. Both are fitted to the changes of its spots, and the simpler explanation is
taken that leaves the least (Schwarz' criterion, 1978, with Huber's loss, so that one odd spot decides nothing).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from .geometry import FloatArray, Point
from .home import Home
from .level_history import SpotChanges
from .propagation import PropagationParameters, path_features

# By how much a spot's level differs from one week to the next with nothing wrong: other places within it, people,
# doors, chairs; and half a minute around that (dB). Simulated homes show 1 dB in all; real ones have chairs and doors.
SPOT_SD_DB = 2.0
HALF_MINUTE_SD_DB = 3.0

# Huber's loss is quadratic up to so many standard deviations.
ROBUST_SD = 2.0

# So many spots make a pattern, and so many a change.
LEAST_TO_LOCATE = 5
LEAST_TO_CHANGE = 2

# So many anchors must tell of a spot before a pattern is believed: where three others say where a beacon is, a week in
# one room only looks like a move (simulated flat with four anchors).
LEAST_AROUND = 5

# An explanation must be better than "nothing has changed" by this much, and than the other one to be named (both are
# twice the logarithm of a ratio of chances).
EVIDENT = 22.0
DECIDED = 4.0

# What is smaller is no reason to disturb anybody: an ordinary difference between two of a kind, a shelf's length.
LEAST_CHANGE_DB = 6.0
LEAST_MOVE_M = 2.0

# Changes that are tried (dB).
LEVELS_DB: FloatArray = np.arange(-25.0, 15.5, 0.5, dtype=np.float64)

# The mean of a level that is heard now and then falls no further than this (dBm): only its peaks get through.
FLOOR_DBM = -90.0

# A beacon is known to a few metres, so that the pattern of a move is blurred: so much of it may be left.
SHARES = (0.35, 0.5, 0.7, 1.0)

# So many looks in a row must find the same anchor: in the first hours a neighbour may seem to be the moved one.
LOOKS = 3

# Where a moved anchor is looked for: this far around (m), in steps of so many.
REACH_M = 8.0
STEP_M = 1.0


class ChangeKind(StrEnum):
    """What an anchor has become; the values are parts of translation keys."""

    QUIETER = "quieter"
    LOUDER = "louder"
    MOVED = "moved"
    OTHERWISE = "otherwise"


@dataclass(frozen=True, slots=True)
class AnchorChange:
    """`level` = mean change in dB; `distance` in m and `place` of an anchor that was moved; `evidence` as above."""

    anchor: str
    kind: ChangeKind
    level: float
    evidence: float
    distance: float | None = None
    place: Point | None = None


def find_changes(
    home: Home, parameters: PropagationParameters, changes: Iterable[SpotChanges]
) -> tuple[AnchorChange, ...]:
    """Return the anchors that have changed, the surest first. Some milliseconds an anchor that has."""
    found = [one for spots in changes if (one := _explain(home, parameters, spots)) is not None]
    found.sort(key=lambda one: -one.evidence)
    # One that is off pulls the places of beacons, and so the levels of its neighbours, a little with it.
    return tuple(one for one in found if one.evidence >= 0.5 * found[0].evidence)


def _explain(home: Home, parameters: PropagationParameters, spots: SpotChanges) -> AnchorChange | None:
    count = len(spots.change)
    if count < LEAST_TO_CHANGE:
        return None
    sd = np.sqrt(SPOT_SD_DB**2 + HALF_MINUTE_SD_DB**2 * (1.0 / spots.half_minutes + 1.0 / spots.before))
    nothing = _misfit(spots.change, sd)
    penalty = math.log(count)
    deaf, level = _deaf(spots, sd)
    deaf += penalty
    moved, distance, place = math.inf, 0.0, None
    locatable = count >= LEAST_TO_LOCATE and spots.compared >= LEAST_AROUND
    if locatable and nothing > EVIDENT:
        moved, distance, place = _moved(home, parameters, spots, sd)
        moved += 3.0 * penalty
    evidence = nothing - min(deaf, moved)
    is_deaf, is_moved = abs(level) >= LEAST_CHANGE_DB, distance >= LEAST_MOVE_M
    if evidence < EVIDENT or not (is_deaf if deaf <= moved else is_moved):
        return None
    if is_moved and moved <= deaf - DECIDED:
        return AnchorChange(spots.anchor.id, ChangeKind.MOVED, level, evidence, distance, place)
    if is_deaf and (deaf <= moved - DECIDED or spots.anchor.position is None or not locatable):
        kind = ChangeKind.QUIETER if level < 0.0 else ChangeKind.LOUDER
        return AnchorChange(spots.anchor.id, kind, level, evidence)
    return AnchorChange(spots.anchor.id, ChangeKind.OTHERWISE, level, evidence)


def _deaf(spots: SpotChanges, sd: FloatArray) -> tuple[float, float]:
    """Return the least misfit of one change for all places, and that change (dB)."""
    misfits = [_misfit(spots.change - _shown(spots, np.full(len(sd), level)), sd) for level in LEVELS_DB]
    best = int(np.argmin(misfits))
    return misfits[best], float(LEVELS_DB[best])


def _moved(
    home: Home, parameters: PropagationParameters, spots: SpotChanges, sd: FloatArray
) -> tuple[float, float, Point | None]:
    """Return the least misfit of any place around the anchor, how far that is from its own (m), and the place."""
    anchor = spots.anchor
    if anchor.position is None or np.isnan(spots.centre).any():
        return math.inf, 0.0, None
    x, y, height = anchor.position
    steps = [STEP_M * step for step in range(-round(REACH_M / STEP_M), round(REACH_M / STEP_M) + 1)]
    offsets = [(dx, dy) for dx in steps for dy in steps if math.hypot(dx, dy) <= REACH_M]
    candidates = [replace(anchor, position=(x + dx, y + dy, height)) for dx, dy in offsets]
    expected = np.empty((len(candidates) + 1, len(spots.change)))
    for number, floor in enumerate(home.floors):
        at = np.flatnonzero(spots.floor == number)
        if len(at):
            features = path_features(home, [anchor, *candidates], spots.centre[at], floor)
            expected[:, at] = features.expected_rssi(parameters, [anchor] * (len(candidates) + 1))
    misfits = [
        min(_misfit(spots.change - _shown(spots, share * (row - expected[0])), sd) for share in SHARES)
        for row in expected[1:]
    ]
    best = int(np.argmin(misfits))
    dx, dy = offsets[best]
    return misfits[best], math.hypot(dx, dy), (x + dx, y + dy)


def _shown(spots: SpotChanges, change: FloatArray) -> FloatArray:
    """Return how much of a change shows: what falls below what an anchor can hear is not heard falling."""
    shown: FloatArray = np.maximum(spots.baseline + change, np.minimum(spots.baseline, FLOOR_DBM)) - spots.baseline
    return shown


def _misfit(residual: FloatArray, sd: FloatArray) -> float:
    """Return Huber's loss in units of twice a logarithm."""
    size = np.abs(residual) / sd
    return float(np.where(size <= ROBUST_SD, size**2, 2.0 * ROBUST_SD * size - ROBUST_SD**2).sum())


class Advice:
    """What is said of the anchors: only what several looks in a row have found, and until several no longer do."""

    def __init__(self) -> None:
        """Begin with nothing said."""
        self._looks: dict[str, int] = {}
        self._said: dict[str, AnchorChange] = {}

    @property
    def said(self) -> tuple[AnchorChange, ...]:
        """What is said at present."""
        return tuple(self._said.values())

    def look(self, found: Iterable[AnchorChange], looked_at: frozenset[str]) -> tuple[AnchorChange, ...]:
        """Take what one look has found among the anchors that it had enough of; return what is to be said."""
        changed = {one.anchor: one for one in found}
        for anchor in looked_at:
            looks = self._looks.get(anchor, 0)
            # Upwards while it is found, downwards while it is not; what is said is said until that comes to nothing.
            looks = min(looks + 1, LOOKS) if anchor in changed else max(looks - 1, 0)
            self._looks[anchor] = looks
            if looks == LOOKS and anchor in changed:
                self._said[anchor] = changed[anchor]
            elif not looks:
                self._said.pop(anchor, None)
        return self.said

    def keep(self, anchors: frozenset[str]) -> None:
        """Say nothing any more of other anchors than these."""
        self._looks = {anchor: looks for anchor, looks in self._looks.items() if anchor in anchors}
        self._said = {anchor: change for anchor, change in self._said.items() if anchor in anchors}
