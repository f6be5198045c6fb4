"""How well readings fit every cell: the measurement model of the Bayes filter.

Two kinds of evidence: how strong an anchor heard the beacon, and that a listening anchor did not hear it at all while
another one did.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .geometry import FloatArray
from .motion import RESTING, WALKING, FloatArray32
from .observation import Observation
from .radio_map import RadioMap

# Power offsets considered (dB). Real phones and tags span 17 dB, and without a survey the path loss itself is off by as
# much: a grid that ends too early takes rooms from 86 to 57 % (real flat, no survey).
OFFSETS_DB: FloatArray = np.arange(-20.0, 20.1, 4.0, dtype=np.float64)

# Degrees of freedom of the Student-t: at 5, one reading 20 dB off costs about as much as three ordinary ones.
TAIL_NU = 5.0

# One packet scatters around the mean of its place by this: three channels some dB apart (dB).
PACKET_SD_DB = 4.0

# Fading of a link lasts about this long: evidence within it counts once (s).
FADING_S = 1.0

# At rest the next packet meets the same fading and the same error of the map, so evidence counts for less: walking
# weighs this often as much. (An integer, so that one exponential serves both.)
WALKING_PER_RESTING = 3

# Readings are gathered this long before they count (s). Corrected by every packet at once, the filter takes a proxy
# that merely missed this packet for a far one: 90 instead of 94 % of rooms, and slower at doors (simulated house).
GATHER_S = 0.9

# The first readings of all have no time between them and the last; they count at once, for as much as this (s).
FIRST_INTERVAL_S = 0.5

# Half of the packets that arrive with this power are received; ESP32 proxies fade out over some dB around it.
SENSITIVITY_DBM = -94.0
SENSITIVITY_SPREAD_DB = 3.0

# Even a strong packet is missed while a proxy scans another channel or speaks on Wi-Fi.
BEST_RECEPTION = 0.5

# A logistic curve of scale s is a normal one of sd 1.7 s: joins the map's own uncertainty to the receiver's curve.
LOGISTIC_PER_SD = 1.0 / 1.7


@dataclass(frozen=True, slots=True)
class Links:
    """What the links of one beacon gave since the last correction.

    `rows` index the anchors of the radio map, `rssi` the mean in dBm, `packets` how many, all (m,); `silent` (k,) the
    anchors that listened and heard nothing; `weight` is the share of an independent piece of evidence that the lot is
    worth.
    """

    rows: NDArray[np.intp]
    rssi: FloatArray
    packets: FloatArray
    silent: NDArray[np.intp]
    weight: float


class LinkEvidence:
    """Gathers the readings between two corrections."""

    def __init__(self) -> None:
        self.newest: float | None = None
        self._readings: dict[str, list[float]] = defaultdict(list)
        self._last_correction: float | None = None

    def add(self, observations: Iterable[Observation]) -> None:
        """Take readings of known anchors."""
        for reading in observations:
            self._readings[reading.anchor].append(reading.rssi)
            self.newest = reading.time if self.newest is None else max(self.newest, reading.time)

    def take(self, now: float, row: Mapping[str, int], listening: frozenset[str]) -> Links | None:
        """Return what has come since it was last taken, None where nothing has or more is still to be gathered."""
        since = FIRST_INTERVAL_S if self._last_correction is None else now - self._last_correction
        if not self._readings or (self._last_correction is not None and since < GATHER_S):
            return None
        self._last_correction = now
        known = [(row[anchor], values) for anchor, values in self._readings.items() if anchor in row]
        silent = [row[anchor] for anchor in listening if anchor in row and anchor not in self._readings]
        self._readings.clear()
        return Links(
            rows=np.array([index for index, _ in known], dtype=np.intp),
            rssi=np.array([sum(values) / len(values) for _, values in known]),
            packets=np.array([len(values) for _, values in known], dtype=float),
            silent=np.array(silent, dtype=np.intp),
            weight=min(1.0, since / FADING_S),
        )


class RssiLikelihood:
    """Likelihood over (cells, offsets) given one radio map; one object serves all beacons of a model."""

    def __init__(self, radio_map: RadioMap, offsets: FloatArray = OFFSETS_DB) -> None:
        self.row = {anchor: index for index, anchor in enumerate(radio_map.anchors)}
        self._mean = radio_map.mean.astype(np.float32)
        self._variance = (radio_map.spread**2 + radio_map.visit**2).astype(np.float32)
        self._offsets = offsets.astype(np.float32)
        self._missed, self._caught = _log_reception(radio_map, offsets)

    def correct(self, belief: FloatArray32, links: Links) -> FloatArray32:
        """Return the belief (modes, cells, offsets) after the links' evidence."""
        log_likelihood = self.log_likelihood(links)
        # The maximum keeps the exponential in range; one serves both modes.
        resting = np.exp((links.weight / WALKING_PER_RESTING) * (log_likelihood - log_likelihood.max()))
        corrected = np.empty_like(belief)
        for mode, tempered, power in (
            (RESTING, resting, WALKING_PER_RESTING),
            (WALKING, resting**WALKING_PER_RESTING, 1),
        ):
            corrected[mode] = belief[mode] * tempered
            before, after = float(belief[mode].sum()), float(corrected[mode].sum())
            if after > 0.0:
                # Tempered evidence would flatter its own mode: the modes are weighed by the whole of it.
                corrected[mode] *= (after / before) ** (power - 1)
        total = float(corrected.sum())
        if not total > 0.0:  # belief and evidence exclude each other: the evidence is newer
            corrected = np.broadcast_to(resting, belief.shape)
            total = float(corrected.sum())
        return np.asarray(corrected / total, dtype=np.float32)

    def log_likelihood(self, links: Links) -> FloatArray32:
        """Return the log-likelihood, shape (cells, offsets), up to a constant."""
        cells, offsets = self._mean.shape[1], len(self._offsets)
        # The product of all anchors' terms needs one logarithm instead of one each; doubles hold it.
        misfit = np.ones((cells, offsets))
        level = np.ones(cells)
        for row, rssi, packets in zip(links.rows, links.rssi, links.packets, strict=True):
            variance = self._variance[row] + np.float32(PACKET_SD_DB**2 / packets)
            gap = (np.float32(rssi) - self._mean[row])[:, None] - self._offsets
            misfit *= 1.0 + gap * gap / (TAIL_NU * variance)[:, None]
            level *= variance
        result = -0.5 * (TAIL_NU + 1.0) * np.log(misfit) - 0.5 * np.log(level)[:, None]
        result += self._hearing(links)
        return np.asarray(result, dtype=np.float32)

    def _hearing(self, links: Links) -> FloatArray:
        """Return the log-likelihood of who heard how many of the packets, whatever their strength, (cells, offsets)."""
        # The best-heard anchor tells how many were sent.
        sent = links.packets.max(initial=0.0) / BEST_RECEPTION
        result: FloatArray = sent * self._missed[links.silent].sum(axis=0)
        for row, packets in zip(links.rows, links.packets, strict=True):
            result += packets * self._caught[row] + (sent - packets) * self._missed[row]
        return result


def _log_reception(radio_map: RadioMap, offsets: FloatArray) -> tuple[FloatArray32, FloatArray32]:
    """Return the logs of the chance that one packet is missed and caught, shapes (anchors, cells, offsets)."""
    scale = LOGISTIC_PER_SD * np.sqrt(radio_map.spread**2 + radio_map.visit**2 + SENSITIVITY_SPREAD_DB**2)
    above = (radio_map.mean[..., None] + offsets - SENSITIVITY_DBM) / scale[..., None]
    received = BEST_RECEPTION / (1.0 + np.exp(-above))
    return np.asarray(np.log1p(-received), dtype=np.float32), np.asarray(np.log(received), dtype=np.float32)
