"""One-dimensional Kalman filter of a link's level, modelled as a random walk (R. E. Kalman, 1960)."""

from __future__ import annotations

# The usual constants for BLE at one packet a second: the level wanders by Q = 0.1 dB^2 a second, a packet
# errs by R = 7 dB^2. Steady gain 0.11: a step is followed to 90 % after some 19 packets.
PROCESS_VARIANCE_DB2 = 0.1
READING_VARIANCE_DB2 = 7.0

# For things that are carried about: a level changes by several dB in the seconds that a walk to the next room
# takes. Followed to 90 % after six packets; better than 0.1 at error and delay on every recording at hand.
AGILE_PROCESS_VARIANCE_DB2 = 1.0

# After a longer silence the old level says nothing anyway, so the variance stops growing here (s).
MAX_GAP_S = 60.0


class KalmanFilter:
    """x' = x + w, z = x + v with var(w) = `process_variance` x seconds and var(v) = `reading_variance`.

    The process noise counts by time and not by packet, so a beacon that sends ten times a second is smoothed
    over the same seconds as one that sends once.
    """

    __slots__ = ("_level", "_process_variance", "_reading_variance", "_time", "_variance")

    def __init__(
        self, process_variance: float = PROCESS_VARIANCE_DB2, reading_variance: float = READING_VARIANCE_DB2
    ) -> None:
        self._process_variance = process_variance
        self._reading_variance = reading_variance
        self._level = 0.0
        self._variance = float("inf")
        self._time = 0.0

    def update(self, time: float, rssi: float) -> float:
        """Predict over the time since the last reading, correct by this one, and return the level."""
        if self._variance == float("inf"):
            self._level, self._variance, self._time = rssi, self._reading_variance, time
            return rssi
        gap = min(max(time - self._time, 0.0), MAX_GAP_S)
        self._time = max(time, self._time)
        self._variance += self._process_variance * gap
        gain = self._variance / (self._variance + self._reading_variance)
        self._level += gain * (rssi - self._level)
        self._variance *= 1.0 - gain
        return self._level
