"""Whether a beacon is being carried about, told by its links alone: at rest their levels stay, on the way they drift.

No map is needed for it, so it errs independently of the place. For every link the mean of the last seconds is compared
with that of the seconds before; what packets scatter anyway is known from how many there were. After M. Youssef,
M. Mah, A. Agrawala, "Challenges: device-free passive localization for wireless environments", MobiCom 2007, who
compare a short with a long window; here it is the device that moves.
"""

from __future__ import annotations

import numpy as np

from .geometry import FloatArray
from .likelihood import Links

# Memory of the two means (s): a walker has left the place of the slow one and not yet that of the fast one.
FAST_S = 2.0
SLOW_S = 8.0

# Packets of one place scatter by this around their mean; while walking the difference of the two means is as if they
# scattered by that (dB; medians over simulated homes, a flat and an office, where rest and walk are known).
RESTING_SD_DB = 3.5
WALKING_SD_DB = 6.5

# Fading at rest that no number of packets averages away (dB).
FLOOR_SD_DB = 0.7

# The two means share packets, so their difference is never known better than this share of one packet's variance.
LEAST_SHARE = 0.03

# Degrees of freedom of the Student-t: a door that shuts changes one link by many decibels.
TAIL_NU = 5.0

# A link with fewer packets in memory, or silent for longer, has no two means to compare.
LEAST_PACKETS = 3.0
SILENT_S = 2.5

# Successive differences share most of their packets: about one in three seconds is new.
NEW_SHARE = 0.3

# All links together never say more than this (nepers): they are shadowed by one and the same body.
MOST_EVIDENCE = 3.0


class LinkMotion:
    """Two running means for each link of one beacon."""

    def __init__(self, anchors: int) -> None:
        """Begin with nothing heard by any of `anchors`."""
        self._time = np.full(anchors, -np.inf)
        self._fast = _RunningMean(anchors, FAST_S)
        self._slow = _RunningMean(anchors, SLOW_S)

    def evidence(self, now: float, links: Links) -> float:
        """Take in what was heard, and return the log of how much likelier it is on the way than at rest."""
        rows = links.rows
        elapsed = now - self._time[rows]
        for mean in (self._fast, self._slow):
            mean.add(rows, elapsed, links.rssi, links.packets)
        self._time[rows] = now
        fresh = np.flatnonzero((now - self._time <= SILENT_S) & (self._slow.weight >= LEAST_PACKETS))
        drift = self._fast.mean[fresh] - self._slow.mean[fresh]
        share = np.maximum(self._fast.variance_share(fresh) - self._slow.variance_share(fresh), LEAST_SHARE)
        resting = _log_student(drift, FLOOR_SD_DB**2 + RESTING_SD_DB**2 * share)
        walking = _log_student(drift, FLOOR_SD_DB**2 + WALKING_SD_DB**2 * share)
        return NEW_SHARE * float(np.clip((walking - resting).sum(), -MOST_EVIDENCE, MOST_EVIDENCE))


class _RunningMean:
    """Exponentially forgetting means of levels in dBm, one a link."""

    def __init__(self, links: int, memory: float) -> None:
        self._memory = memory
        self.mean = np.zeros(links)
        self.weight = np.zeros(links)
        self._squares = np.zeros(links)

    def add(
        self,
        rows: np.ndarray[tuple[int], np.dtype[np.intp]],
        elapsed: FloatArray,
        rssi: FloatArray,
        packets: FloatArray,
    ) -> None:
        kept = np.exp(-elapsed / self._memory)
        weight = self.weight[rows] * kept + packets
        self.mean[rows] += (rssi - self.mean[rows]) * packets / weight
        self.weight[rows] = weight
        self._squares[rows] = self._squares[rows] * kept**2 + packets

    def variance_share(self, rows: np.ndarray[tuple[int], np.dtype[np.intp]]) -> FloatArray:
        """Return the variance of the means as a share of one packet's."""
        result: FloatArray = self._squares[rows] / self.weight[rows] ** 2
        return result


def _log_student(value: FloatArray, variance: FloatArray) -> FloatArray:
    result: FloatArray = -0.5 * (TAIL_NU + 1.0) * np.log1p(value**2 / (TAIL_NU * variance)) - 0.5 * np.log(variance)
    return result
