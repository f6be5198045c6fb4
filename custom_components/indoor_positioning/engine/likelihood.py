"""How well readings fit every cell: the measurement model of the Bayes filter.

Two kinds of evidence: how strong an anchor heard the beacon, and which share of the packets a listening anchor heard
at all while another one did.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .geometry import FloatArray
from .motion import RESTING, WALKING, FloatArray32
from .observation import Observation
from .radio_map import RadioMap
from .sample_likelihood import PACKET_SD_DB as SAMPLE_PACKET_SD_DB
from .sample_likelihood import SampleLikelihood

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
# weighs this often as much.
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

# Losses come in bursts: what an anchor heard of the packets of a moment says no more than so many independent ones
# would. Weighed singly, they cost the office 0.1 m.
MOST_TRIALS = 2.0

# No state is ever believed in less than this: far below what single floats resolve beside the rest, so that it moves
# nothing, and far above where they lose digits and arithmetic grows tenfold slower. Nothing is impossible for good.
LEAST_BELIEF = 1e-18
LEAST_LOG_LIKELIHOOD = np.log(LEAST_BELIEF)

# So many anchors' terms are multiplied before a logarithm is taken: a term is below 700 (gap 150 dB, offset 20 dB,
# spread 3 dB), and its twelfth power is about the last that a single float holds.
TERMS_A_LOGARITHM = 12

# Where less than this share of the anchors heard the beacon, their rows are added one by one: a product with the whole
# table reads megabytes on a large site, of which most are multiplied by nothing.
FEW_ROWS = 0.3

# A logistic curve of scale s is a normal one of sd 1.7 s: joins the map's own uncertainty to the receiver's curve.
LOGISTIC_PER_SD = 1.0 / 1.7


@dataclass(frozen=True, slots=True)
class Links:
    """What the links of one beacon gave since the last correction.

    `rows` index the anchors of the radio map, `rssi` the mean in dBm, `packets` how many, all (m,); `silent` (k,) the
    anchors that listened and heard nothing; `weight` is the share of an independent piece of evidence that the lot is
    worth. `values` are the single packets in dBm, by link, where they are known.
    """

    rows: NDArray[np.intp]
    rssi: FloatArray
    packets: FloatArray
    silent: NDArray[np.intp]
    weight: float
    values: tuple[tuple[float, ...], ...] = ()

    def quieter(self, loss: FloatArray) -> Links:
        """Return the links as they would be heard weaker by `loss` (m,) in dB."""
        values = tuple(tuple(one - less for one in single) for single, less in zip(self.values, loss, strict=False))
        return replace(self, rssi=self.rssi - loss, values=values)


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
            values=tuple(tuple(values) for _, values in known),
        )


class RssiLikelihood:
    """Likelihood over (cells, offsets) given one radio map; one object serves all beacons of a model.

    What it holds and returns lies in memory with the cells innermost, since they are many and the offsets few.
    """

    def __init__(
        self, radio_map: RadioMap, offsets: FloatArray = OFFSETS_DB, *, samples: SampleLikelihood | None = None
    ) -> None:
        """Weigh readings by `radio_map`, and near the survey's `samples` by those as well."""
        self._samples = samples if samples is not None and len(samples) else None
        self.row = {anchor: index for index, anchor in enumerate(radio_map.anchors)}
        self._mean = radio_map.mean.astype(np.float32)
        self._variance = (radio_map.spread**2 + radio_map.visit**2).astype(np.float32)
        self._powers = np.vander(offsets, 3, increasing=True).astype(np.float32)
        self._missed, self._odds = _log_reception(radio_map, offsets)
        self._all_missed: tuple[bytes, FloatArray32] | None = None

    def correct(self, belief: FloatArray32, links: Links) -> FloatArray32:
        """Return the belief (modes, cells, offsets) after the links' evidence."""
        return self.correct_and_judge(belief, links)[0]

    def correct_and_judge(self, belief: FloatArray32, links: Links) -> tuple[FloatArray32, float]:
        """Return the belief after the links' evidence, and how well they were foretold.

        That is the logarithm of the chance which `belief` gave them (up to a constant of the links alone): of two maps,
        the one under which it is higher on average foretells better.
        """
        log_likelihood = self.log_likelihood(links)
        best = float(log_likelihood.max())
        log_likelihood -= best  # keeps the exponential in range
        corrected = np.empty_like(belief)
        for mode, power in ((RESTING, WALKING_PER_RESTING), (WALKING, 1)):
            likelihood = _exponential(links.weight / power * log_likelihood)
            np.multiply(belief[mode], likelihood, out=corrected[mode])
            before, after = float(belief[mode].sum()), float(corrected[mode].sum())
            if after > 0.0:
                # Tempered evidence would flatter its own mode: the modes are weighed by the whole of it.
                corrected[mode] *= (after / before) ** (power - 1)
        total = float(corrected.sum())
        foretold = links.weight * best + float(np.log(max(total, LEAST_BELIEF)))
        if not total > 0.0:  # belief and evidence exclude each other: the evidence is newer
            corrected[:] = _exponential(links.weight / WALKING_PER_RESTING * log_likelihood)
            total = float(corrected.sum())
        corrected /= total
        corrected += np.float32(LEAST_BELIEF)
        return corrected, foretold

    def log_likelihood(self, links: Links) -> FloatArray32:
        """Return the log-likelihood, shape (cells, offsets), up to a constant."""
        result = self._strength(links)
        result += self._hearing(links)
        return result.T

    def _strength(self, links: Links) -> FloatArray32:
        """Return the log-likelihood of how strong the beacon was heard, (offsets, cells)."""
        rssi = links.rssi.astype(np.float32)[:, None]
        packets = links.packets.astype(np.float32)[:, None]
        result = _log_student(
            self._powers, rssi - self._mean[links.rows], self._variance[links.rows] + PACKET_SD_DB**2 / packets
        )
        if self._samples is not None:
            mean, variance = self._samples.mean[links.rows], self._samples.variance[links.rows]
            self._samples.mix(
                result, _log_student(self._powers, rssi - mean, variance + SAMPLE_PACKET_SD_DB**2 / packets)
            )
        return result

    def _hearing(self, links: Links) -> FloatArray32:
        """Return the log-likelihood of who heard how many of the packets, whatever their strength, (offsets, cells)."""
        # The best-heard anchor tells how many were sent.
        sent = float(links.packets.max(initial=0.0)) / BEST_RECEPTION
        if not sent > 0.0:
            return np.zeros((len(self._powers), self._mean.shape[1]), dtype=np.float32)
        counted = min(sent, MOST_TRIALS)
        result = np.float32(counted) * self._missed_by_all(np.union1d(links.rows, links.silent))
        packets = (links.packets * (counted / sent)).astype(np.float32)
        if len(links.rows) < FEW_ROWS * len(self._odds):
            odds = np.empty_like(result)
            for row, count in zip(links.rows, packets, strict=True):
                result += np.multiply(self._odds[row], count, out=odds)
        else:
            by_row = np.zeros(len(self._odds), dtype=np.float32)
            by_row[links.rows] = packets
            result += by_row @ self._odds
        return np.asarray(result.reshape(len(self._powers), -1))

    def _missed_by_all(self, listening: NDArray[np.intp]) -> FloatArray32:
        """Return the log of the chance that all of these anchors miss one packet, (offsets x cells).

        The same anchors listen for all beacons and for long, so the last answer is kept.
        """
        key = listening.tobytes()
        if self._all_missed is None or self._all_missed[0] != key:
            self._all_missed = key, self._missed[listening].sum(axis=0)
        return self._all_missed[1]


def _log_student(powers: FloatArray32, gap: FloatArray32, variance: FloatArray32) -> FloatArray32:
    """Return the log of the product of Student-t densities of gap - offset over the links, (offsets, n).

    `gap` and `variance` (links, n), `powers` (offsets, 3) the powers 0 to 2 of the offsets. A term is a quadratic in
    the offset, whose coefficients each cell needs once for all offsets; and the product of many links' terms needs
    one logarithm instead of one each.
    """
    curve = 1.0 / (TAIL_NU * variance)
    slope = curve * gap
    coefficients = np.stack((1.0 + slope * gap, -2.0 * slope, curve), axis=1)
    misfit = np.ones((len(powers), gap.shape[1]), dtype=np.float32)
    logarithm = np.zeros_like(misfit)
    term = np.empty_like(misfit)
    for number, quadratic in enumerate(coefficients, start=1):
        misfit *= np.matmul(powers, quadratic, out=term)
        if number % TERMS_A_LOGARITHM == 0:
            logarithm += np.log(misfit)
            misfit[:] = 1.0
    logarithm += np.log(misfit)
    result: FloatArray32 = np.float32(-0.5 * (TAIL_NU + 1.0)) * logarithm
    result -= np.float32(0.5) * np.log(variance).sum(axis=0)
    return result


def _exponential(logarithm: FloatArray32) -> FloatArray32:
    """Return e to the power of `logarithm`, which is overwritten, but not less than what is ever believed."""
    np.maximum(logarithm, np.float32(LEAST_LOG_LIKELIHOOD), out=logarithm)
    return np.exp(logarithm, out=logarithm)


def _log_reception(radio_map: RadioMap, offsets: FloatArray) -> tuple[FloatArray32, FloatArray32]:
    """Return two logs, of the chance that one packet is missed and of the odds that it is caught.

    Both (anchors, offsets x cells).
    """
    scale = LOGISTIC_PER_SD * np.sqrt(radio_map.spread**2 + radio_map.visit**2 + SENSITIVITY_SPREAD_DB**2)
    above = (radio_map.mean[:, None] + offsets[:, None] - SENSITIVITY_DBM) / scale[:, None]
    received = BEST_RECEPTION / (1.0 + np.exp(-above))
    table = (len(radio_map.anchors), received[:1].size)
    missed = np.log1p(-received).reshape(table)
    caught = np.log(received).reshape(table)
    return np.asarray(missed, dtype=np.float32), np.asarray(caught - missed, dtype=np.float32)
