"""How many packets each anchor delivers, and what share that is of what it should: by its own habit, room by room.

While a beacon stays in a room, the anchors share its packets in proportions that are a habit of that room: they depend
on distance and walls, not on how often the beacon sends. What the other anchors deliver therefore foretells what one of
them should, and one that is deaf to half of everything shows at once, however quiet or busy the home is.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# Beacon-minutes over which the habit of a room fades: some days of ordinary use, so that a moved sofa becomes habit
# and a receiver that has grown deaf does not within the days in which somebody should look.
MEMORY_MINUTES = 5000.0

# Minutes of one beacon in a room before its proportions are a habit: the spread of a share is then below a tenth.
HABIT_MINUTES = 30.0

# Minutes over which is counted what came and what should have come.
WINDOW_MINUTES = 10

# Below so many expected packets chance alone makes the share waver by more than a sixth (1 / sqrt(40)).
LEAST_EXPECTED = 40.0

# The other anchors must deliver at least this part of the packets, or one of them stands for all.
LEAST_OTHERS = 0.2

type Counts = Mapping[str, int]


@dataclass(slots=True)
class _Habit:
    """The part of a room's packets that each anchor delivers, from so many minutes."""

    minutes: float = 0.0
    parts: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class _Minute:
    """What came from each anchor in one minute, and of that what could be foretold, beside what was expected."""

    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    foretold: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    expected: dict[str, float] = field(default_factory=lambda: defaultdict(float))


class Reception:
    """One home's anchors. Fed once a minute; constant cost for each beacon and anchor."""

    def __init__(self) -> None:
        """Begin with no habits."""
        self._habits: dict[str, _Habit] = {}
        self._minutes: deque[_Minute] = deque(maxlen=WINDOW_MINUTES)

    def take(
        self, counts: Mapping[str, Counts], rooms: Mapping[str, str], listening: frozenset[str], anchors: frozenset[str]
    ) -> None:
        """Take the packets of a minute, by beacon and anchor.

        `rooms` are those of the beacons that have stayed in one all the minute. Only `listening` anchors can shape a
        habit: the silence of a dead one is no habit, but it is missed.
        """
        minute = _Minute()
        for beacon, heard in counts.items():
            own = {anchor: count for anchor, count in heard.items() if anchor in anchors}
            for anchor, count in own.items():
                minute.counts[anchor] += count
            if (room := rooms.get(beacon)) is not None:
                habit = self._habits.setdefault(room, _Habit())
                _foretell(minute, habit, own, listening & anchors, anchors)
                _learn(habit, own, listening & anchors)
        self._minutes.append(minute)

    def packets_per_minute(self, anchor: str) -> int | None:
        """Return how many packets of tracked beacons an anchor delivered in the last minute; None before the first."""
        return self._minutes[-1].counts.get(anchor, 0) if self._minutes else None

    def share(self, anchor: str) -> float | None:
        """Return the part of the expected packets that came within WINDOW_MINUTES; None where too few are expected."""
        expected = sum(minute.expected.get(anchor, 0.0) for minute in self._minutes)
        if expected < LEAST_EXPECTED:
            return None
        return sum(minute.foretold.get(anchor, 0) for minute in self._minutes) / expected

    def forget_others(self, rooms: frozenset[str], anchors: frozenset[str]) -> None:
        """Keep the habits of these rooms and anchors only."""
        self._habits = {room: habit for room, habit in self._habits.items() if room in rooms}
        for habit in self._habits.values():
            habit.parts = {anchor: part for anchor, part in habit.parts.items() if anchor in anchors}

    def to_dict(self) -> dict[str, Any]:
        """Return the habits, JSON-able; what came lately is counted anew within minutes."""
        return {
            room: {"minutes": habit.minutes, "parts": {one: round(part, 5) for one, part in habit.parts.items()}}
            for room, habit in self._habits.items()
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Reception:
        """Return what `to_dict` gave. Raises KeyError, TypeError or ValueError where it is malformed."""
        result = cls()
        for room, row in dict(data).items():
            parts = {str(anchor): float(part) for anchor, part in dict(row["parts"]).items()}
            minutes = float(row["minutes"])
            if not all(0.0 <= one <= 1.0 for one in parts.values()) or not 0.0 <= minutes < math.inf:
                raise ValueError(f"the habit of a room is out of range: {minutes} minutes")
            result._habits[str(room)] = _Habit(minutes, parts)
        return result


def _foretell(
    minute: _Minute, habit: _Habit, heard: Counts, listening: frozenset[str], anchors: frozenset[str]
) -> None:
    """Add what each anchor should have delivered, by what the other listening ones did."""
    if habit.minutes < HABIT_MINUTES:
        return
    total = sum(heard.get(anchor, 0) for anchor in listening)
    part_of_all = sum(habit.parts.get(anchor, 0.0) for anchor in listening)
    for anchor in anchors:
        own = habit.parts.get(anchor, 0.0)
        count = heard.get(anchor, 0) if anchor in listening else 0
        others = part_of_all - (own if anchor in listening else 0.0)
        if own and others >= LEAST_OTHERS:
            minute.foretold[anchor] += count
            minute.expected[anchor] += own * (total - count) / others


def _learn(habit: _Habit, heard: Counts, listening: frozenset[str]) -> None:
    """Let a minute shape the habit. What is dead keeps its part; the others divide theirs."""
    total = sum(heard.get(anchor, 0) for anchor in listening)
    if not total:
        return
    known = sum(part for anchor, part in habit.parts.items() if anchor in listening)
    dead = sum(part for anchor, part in habit.parts.items() if anchor not in listening)
    to_divide = (known or 1.0) if dead else 1.0
    habit.minutes = min(habit.minutes + 1.0, MEMORY_MINUTES)
    for anchor in listening:
        before = habit.parts.get(anchor, 0.0)
        now = to_divide * heard.get(anchor, 0) / total
        part = before + (now - before) / habit.minutes
        if part > 0.0:
            habit.parts[anchor] = part
    # An anchor that is heard for the first time while others are dead takes its part from all.
    whole = sum(habit.parts.values())
    habit.parts = {anchor: part / whole for anchor, part in habit.parts.items()}
