"""Whether a beacon rests, told by its links alone: at rest a link repeats itself, on the way it never does.

Multipath gives each of the three advertising channels its own level at a place, and another one a few centimetres on.
So the packets of a resting beacon come back to the same few levels of each link, to within their noise, where those of
one that is carried about spread evenly around a drifting mean: readings that look alike to a mean tell the two apart.
Each packet is compared with those of the seconds before as with a kernel density (E. Parzen, "On Estimation of a
Probability Density Function and Mode", Annals of Mathematical Statistics 33(3), 1962). With it, the filter's
own belief tells rest from walk in simulated flat, house and hall in 76, 84 and 88 % of pairs instead of 71, 81 and 86,
on the real flat in 66 instead of 61.
"""

from __future__ import annotations

import numpy as np

from .geometry import FloatArray
from .likelihood import Links

# Packets kept of each link, and for how long they are compared with (s): several of each channel.
KEPT = 12
MEMORY_S = 15.0

# Nearer packets may share one burst on one channel, whether or not anybody walks (s).
LEAST_AGE_S = 0.5

# A level that comes back does so within this; on the way levels spread around their mean by that (dB).
REPEATED_SD_DB = 2.0
SPREAD_SD_DB = 6.5

# Chance that the next packet is on a channel not heard yet, or that somebody else passed by, as so many packets.
UNSEEN_PACKETS = 2.0

# Packets of one second share the passers-by, and all links the beacon's own turning. With more, a robot that creeps
# along at 0.25 m/s is taken for one at rest.
NEW_SHARE = 0.3
MOST_EVIDENCE = 3.0


class LinkRepetition:
    """The latest packets of each link of one beacon."""

    def __init__(self, anchors: int) -> None:
        """Begin with nothing heard by any of `anchors`."""
        self._rssi = np.zeros((anchors, KEPT))
        self._time = np.full((anchors, KEPT), -np.inf)
        self._next = np.zeros(anchors, dtype=np.intp)

    def evidence(self, now: float, links: Links) -> float:
        """Take in what was heard, and return the log of how much likelier it is on the way than at rest."""
        packets = np.array([value for values in links.values for value in values])
        if not len(packets):
            return 0.0
        rows = np.repeat(links.rows, [len(values) for values in links.values])
        age = now - self._time[rows]
        usable = ((age >= LEAST_AGE_S) & (age <= MEMORY_S)).astype(float)
        count = usable.sum(axis=1)
        known = count > 0.0
        before = self._rssi[rows]
        mean = (usable * before).sum(axis=1) / np.maximum(count, 1.0)
        off = packets[:, None] - before
        repeated = (usable * np.exp(-0.5 * (off / REPEATED_SD_DB) ** 2)).sum(axis=1) / REPEATED_SD_DB
        spread = SPREAD_SD_DB * np.sqrt(1.0 + 1.0 / np.maximum(count, 1.0))
        anywhere = np.exp(-0.5 * ((packets - mean) / spread) ** 2) / spread + 1e-4
        resting = (repeated + UNSEEN_PACKETS * anywhere) / (count + UNSEEN_PACKETS)
        told = float(np.log(anywhere[known] / resting[known]).sum())
        self._keep(now, rows, packets)
        return NEW_SHARE * float(np.clip(told, -MOST_EVIDENCE, MOST_EVIDENCE))

    def _keep(self, now: float, rows: np.ndarray[tuple[int], np.dtype[np.intp]], packets: FloatArray) -> None:
        for row, rssi in zip(rows, packets, strict=True):
            slot = self._next[row]
            self._rssi[row, slot], self._time[row, slot] = rssi, now
            self._next[row] = (slot + 1) % KEPT
