"""Mean of the last seconds."""

from __future__ import annotations

from collections import deque

# Long enough for packets on all three advertising channels, short enough to pass a door in (s).
WINDOW_S = 3.0

# A bound on memory where something transmits a hundred times a second.
MAX_READINGS = 64


class MovingMeanFilter:
    """Arithmetic mean in dB of the readings of the last `window` seconds."""

    __slots__ = ("_readings", "_window")

    def __init__(self, window: float = WINDOW_S) -> None:
        self._window = window
        self._readings: deque[tuple[float, float]] = deque(maxlen=MAX_READINGS)

    def update(self, time: float, rssi: float) -> float:
        """Take a reading and return the mean of the window that ends with it."""
        self._readings.append((time, rssi))
        while self._readings[0][0] < time - self._window:
            self._readings.popleft()
        return sum(value for _, value in self._readings) / len(self._readings)
