"""The truth of one device as a function of time: where it is, when it stands still, and its stays in rooms."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..geometry import contains
from ..home import Home
from .rows import TruthRow

# As in the replay form: truth this near in time belongs to an estimate, seconds.
TRUTH_REACH_S = 1.0

# Still = within this of one place; a phone on a table, a person on a chair, SLAM jitter.
STILL_RADIUS_M = 0.3


@dataclass(frozen=True, slots=True)
class Stay:
    """An uninterrupted time in one room, from its first to its last row (seconds)."""

    room: str
    start: float
    end: float

    def adjoins(self, following: Stay) -> bool:
        """Whether the following stay begins where this one ends, so that the door was passed between."""
        return following.start - self.end <= TRUTH_REACH_S


class TruthTrack:
    """The truth of one device as a function of time."""

    def __init__(self, rows: Sequence[TruthRow], home: Home) -> None:
        self._rows = [_with_room(row, home) for row in sorted(rows, key=lambda row: row.time)]
        self._times = [row.time for row in self._rows]

    def at(self, time: float) -> TruthRow | None:
        """Return the row nearest in time, within reach or inside a stand."""
        index = bisect_left(self._times, time)
        before = self._rows[index - 1] if index > 0 else None
        after = self._rows[index] if index < len(self._rows) else None
        if before is not None and after is not None and _same_place(before, after):
            return before
        near = [row for row in (before, after) if row is not None and abs(row.time - time) <= TRUTH_REACH_S]
        return min(near, key=lambda row: abs(row.time - time)) if near else None

    def still_spans(self) -> Iterator[tuple[float, float]]:
        """Yield the times between which the device does not move; without positions, nor change the room."""
        first = last = None
        for row in self._rows:
            if first is not None and last is not None and self._goes_on(first, last, row):
                last = row
                continue
            if first is not None and last is not None:
                yield first.time, last.time
            first = last = row
        if first is not None and last is not None:
            yield first.time, last.time

    def stays(self) -> list[Stay]:
        """Return each stay in a room, in time order."""
        stays: list[Stay] = []
        last: TruthRow | None = None
        for row in self._rows:
            if row.room is not None:
                joined = last is not None and last.room == row.room and self._joined(last, row)
                if joined:
                    stays[-1] = Stay(row.room, stays[-1].start, row.time)
                else:
                    stays.append(Stay(row.room, row.time, row.time))
            last = row
        return stays

    @staticmethod
    def _joined(last: TruthRow, row: TruthRow) -> bool:
        return row.time - last.time <= 2.0 * TRUTH_REACH_S or _same_place(last, row)

    def _goes_on(self, first: TruthRow, last: TruthRow, row: TruthRow) -> bool:
        if (first.floor, first.room) != (row.floor, row.room) or not self._joined(last, row):
            return False
        if first.position is None or row.position is None:
            return first.position is row.position
        return math.dist(first.position, row.position) <= STILL_RADIUS_M


def _with_room(row: TruthRow, home: Home) -> TruthRow:
    """Return the row with the room that it stands in, where the file names none."""
    if row.room is not None or row.position is None:
        return row
    point = np.array([row.position])
    for room in home.rooms:
        if room.outline is not None and row.floor in (None, room.floor) and contains(room.outline, point)[0]:
            return TruthRow(row.time, row.device, row.position, row.floor or room.floor, room.id)
    return row


def _same_place(one: TruthRow, other: TruthRow) -> bool:
    return (one.position, one.floor, one.room) == (other.position, other.floor, other.room)
