"""How well readings fit every cell: the measurement model of the Bayes filter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from .geometry import FloatArray
from .motion import FloatArray32
from .observation import Observation
from .radio_map import RadioMap

# Degrees of freedom of the Student-t: at 5, one reading 20 dB off costs about as much as three ordinary ones.
TAIL_NU = 5.0

# One packet scatters around the mean of its place by this (three channels a few dB apart, dB)...
PACKET_SD_DB = 4.0

# ...and the mean of its place by this around the map, whatever the number of packets (people, doors, orientation).
PLACE_SD_DB = 3.0

# Fading of a link lasts about this long: evidence within it counts once (s).
FADING_S = 1.0

# The first readings of all have no time between them and the last; they count as one packet interval (s).
FIRST_INTERVAL_S = 0.5


@dataclass(frozen=True, slots=True)
class Links:
    """What the links of one beacon gave since the last correction.

    `rows` index the anchors of the radio map, `rssi` the mean in dBm, `packets` how many, all (m,); `weight` is the
    share of an independent piece of evidence that the lot is worth.
    """

    rows: np.ndarray[tuple[int], np.dtype[np.intp]]
    rssi: FloatArray
    packets: FloatArray
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

    def take(self, now: float, row: Mapping[str, int]) -> Links | None:
        """Return what has come since the last call, None where nothing has."""
        if not self._readings:
            return None
        since = FIRST_INTERVAL_S if self._last_correction is None else now - self._last_correction
        self._last_correction = now
        known = [(row[anchor], values) for anchor, values in self._readings.items() if anchor in row]
        self._readings.clear()
        return Links(
            rows=np.array([index for index, _ in known], dtype=np.intp),
            rssi=np.array([sum(values) / len(values) for _, values in known]),
            packets=np.array([len(values) for _, values in known], dtype=float),
            weight=min(1.0, since / FADING_S),
        )


class RssiLikelihood:
    """Student-t likelihood of readings over (cells, offsets), given one radio map."""

    def __init__(self, radio_map: RadioMap, offsets: FloatArray) -> None:
        self.row = {anchor: index for index, anchor in enumerate(radio_map.anchors)}
        self._mean = radio_map.mean.astype(np.float32)
        self._variance = (radio_map.spread**2 + PLACE_SD_DB**2).astype(np.float32)
        self._offsets = offsets.astype(np.float32)

    def correct(self, belief: FloatArray32, links: Links) -> FloatArray32:
        """Return the belief (modes, cells, offsets) after the links' evidence."""
        log_likelihood = self.log_likelihood(links)
        # One exponential serves both modes; the maximum keeps it in range.
        likelihood = np.exp(links.weight * (log_likelihood - log_likelihood.max()))
        corrected = belief * likelihood
        total = corrected.sum()
        if not total > 0.0:  # belief and evidence exclude each other: the evidence is newer
            corrected = np.broadcast_to(likelihood, belief.shape)
            total = corrected.sum()
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
        return np.asarray(result, dtype=np.float32)
