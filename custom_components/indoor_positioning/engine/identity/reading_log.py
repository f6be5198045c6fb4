"""Readings of the last minutes, in columns rather than as an object each.

A site of 200 beacons keeps half a million readings for its clone watch. As objects they took some 100 MB, and Python's
garbage collector walked through all of them again and again, holding everything else up for 0.4 s at a time; numbers in
an array are none of its business.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator

type Reading = tuple[float, str, float]
"""Time in s, anchor, dBm."""


class ReadingLog:
    """The newest readings of one address, in the order in which they were added."""

    __slots__ = ("_anchors", "_levels", "_most", "_names", "_numbers", "_times")

    def __init__(self, most: int) -> None:
        """Keep the newest `most`."""
        self._most = most
        self._times = array("d")
        self._levels = array("d")
        self._anchors = array("L")
        self._names: list[str] = []
        self._numbers: dict[str, int] = {}

    def __len__(self) -> int:
        """How many there are."""
        return len(self._times)

    def __iter__(self) -> Iterator[Reading]:
        """Yield them, oldest first."""
        names = self._names
        for time, number, level in zip(self._times, self._anchors, self._levels, strict=True):
            yield time, names[number], level

    def add(self, time: float, anchor: str, level: float) -> None:
        """Take one more, however old it is."""
        number = self._numbers.get(anchor)
        if number is None:
            number = self._numbers[anchor] = len(self._names)
            self._names.append(anchor)
        self._times.append(time)
        self._anchors.append(number)
        self._levels.append(level)
        # In portions: each time the rest is moved.
        if len(self._times) >= 2 * self._most:
            self._drop(len(self._times) - self._most)

    def forget_before(self, time: float) -> None:
        """Drop the oldest up to the first that is not older than `time`, and those beyond the most."""
        too_many = max(0, len(self._times) - self._most)
        self._drop(max(too_many, _leading(self._times, time)))

    def clear(self) -> None:
        """Drop all, and the names of the anchors."""
        self._drop(len(self._times))
        self._names.clear()
        self._numbers.clear()

    def _drop(self, count: int) -> None:
        del self._times[:count], self._anchors[:count], self._levels[:count]


class TimedValues:
    """Numbers with their times in s, oldest first."""

    __slots__ = ("_times", "_values")

    def __init__(self) -> None:
        """Begin with none."""
        self._times = array("d")
        self._values = array("d")

    def __len__(self) -> int:
        """How many there are."""
        return len(self._times)

    def __iter__(self) -> Iterator[tuple[float, float]]:
        """Yield times and values, oldest first."""
        return zip(self._times, self._values, strict=True)

    def add(self, time: float, value: float) -> None:
        """Take one more."""
        self._times.append(time)
        self._values.append(value)

    def drop(self, before: float, most: int) -> array[float]:
        """Drop the oldest up to the first that is not older than `before`, and those beyond the newest `most`.

        Returns the values that were dropped.
        """
        count = max(0, len(self._times) - most, _leading(self._times, before))
        dropped = self._values[:count]
        del self._times[:count], self._values[:count]
        return dropped


def _leading(times: array[float], before: float) -> int:
    """Return how many at the beginning are older than `before`."""
    for count, time in enumerate(times):
        if time >= before:
            return count
    return len(times)
