"""Hampel's outlier rejection (F. R. Hampel, 1974) over the last readings; with threshold 0 the moving median."""

from __future__ import annotations

from collections import deque
from statistics import median

# Packets looked back over: two of each advertising channel and one more, so that the median is one of them.
READINGS = 7

# Standard deviations from the median at which a reading is an outlier; three is the usual choice.
THRESHOLD = 3.0

# Median absolute deviation to standard deviation of a normal distribution, 1 / Phi^-1(3/4).
MAD_TO_SD = 1.4826

# Readings are whole dBm: a spread below the rounding's own would reject honest steps of 1 dB.
MIN_SD_DB = 1.0


class HampelFilter:
    """Passes a reading that is near the median of the last ones, and replaces another by that median."""

    __slots__ = ("_readings", "_threshold")

    def __init__(self, readings: int = READINGS, threshold: float = THRESHOLD) -> None:
        self._readings: deque[float] = deque(maxlen=readings)
        self._threshold = threshold

    def update(self, time: float, rssi: float) -> float:
        """Take a reading and return it, or the median where it is an outlier."""
        del time  # the window counts readings
        self._readings.append(rssi)
        middle = median(self._readings)
        if self._threshold == 0.0:
            return middle
        sd = max(MAD_TO_SD * median(abs(value - middle) for value in self._readings), MIN_SD_DB)
        return rssi if abs(rssi - middle) <= self._threshold * sd else middle
