"""What other radios than Bluetooth say of a place: how strong access points and the like are received there.

Each such anchor has a law of its own (dBm at 1 m, exponent, spread). A device's aerial adds an unknown gain, the same
towards all anchors of one law, which is learnt beside the place: a Bayes filter over a few gains, given the cells.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .geometry import FloatArray
from .grid import Grid
from .home import Home, RadioLaw
from .measurement import Signal
from .propagation import PropagationParameters
from .radio_map import expected_features

# Aerials of phones and tags differ by about this from what a law was measured with; more is not looked for (dB).
GAIN_SD_DB = 6.0
GAINS_DB: FloatArray = np.arange(-15.0, 15.1, 3.0, dtype=np.float64)

# Degrees of freedom of the Student-t, as for Bluetooth.
TAIL_NU = 5.0

# A gain changes when a phone is taken out of the pocket: in so many seconds half of what is known is forgotten.
GAIN_MEMORY_S = 300.0


@dataclass(frozen=True, slots=True, eq=False)
class SignalMap:
    """Expected level in dBm of each anchor with a law of its own, (anchors, cells); `row` finds an anchor."""

    mean: FloatArray
    laws: tuple[RadioLaw, ...]
    row: Mapping[str, int]

    @classmethod
    def build(cls, home: Home, grid: Grid) -> SignalMap:
        """Lay the laws over the cells of a home, with the walls and slabs of its plan."""
        anchors = [(anchor, anchor.law) for anchor in home.other_anchors if anchor.law is not None]
        laws = tuple(law for _, law in anchors)
        if not anchors:
            return cls(np.empty((0, len(grid))), (), {})
        features, losses = expected_features(home, grid, [anchor for anchor, _ in anchors]), PropagationParameters()
        mean = (
            np.array([law.reference_rssi for law in laws])[:, None]
            - np.array([law.exponent for law in laws])[:, None] * features.log_distance
            - losses.wall_loss * features.walls
            - losses.slab_loss * features.slabs
        )
        return cls(mean, laws, {anchor.id: index for index, (anchor, _) in enumerate(anchors)})

    def louder(self, log_distance_change: FloatArray) -> SignalMap:
        """Return the levels where 10 log10(metres) is larger by so much, (anchors, cells)."""
        exponents = np.array([law.exponent for law in self.laws]).reshape(-1, 1)
        return replace(self, mean=self.mean - exponents * log_distance_change)


class SignalEvidence:
    """The gains of one beacon's other radios, and what its levels say of the cells."""

    def __init__(self) -> None:
        """Begin with unknown gains."""
        self._gains: dict[RadioLaw, FloatArray] = {}

    def log_likelihood(
        self, signals: Sequence[Signal], levels: SignalMap, cells: FloatArray, elapsed: float
    ) -> FloatArray | None:
        """Return the log-likelihood of the cells (cells,), up to a constant; None where no anchor is known.

        `cells` is what is believed without these signals, `elapsed` the time since the last ones (s).
        """
        heard: dict[RadioLaw, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
        for signal in signals:
            if (row := levels.row.get(signal.anchor)) is not None:
                heard[levels.laws[row]][row].append(signal.rssi)
        if not heard:
            return None
        result = np.zeros(len(cells))
        for law, readings in heard.items():
            result += self._of_law(law, readings, levels.mean, cells, elapsed)
        return result

    def gain(self, law: RadioLaw) -> float:
        """Return the gain that is believed (dB)."""
        return float(self._gains.get(law, _PRIOR) @ GAINS_DB)

    def _of_law(
        self,
        law: RadioLaw,
        readings: Mapping[int, Sequence[float]],
        mean: FloatArray,
        cells: FloatArray,
        elapsed: float,
    ) -> FloatArray:
        kept = 0.5 ** (elapsed / GAIN_MEMORY_S)
        prior = kept * self._gains.get(law, _PRIOR) + (1.0 - kept) * _PRIOR
        joint = np.zeros((len(GAINS_DB), len(cells)))
        for row, values in readings.items():
            off = sum(values) / len(values) - mean[row] - GAINS_DB[:, None]
            joint -= 0.5 * (TAIL_NU + 1.0) * np.log1p(off**2 / (TAIL_NU * law.spread**2))
        peak = joint.max()
        likelihood = np.exp(joint - peak)
        learnt = prior * (likelihood @ cells)
        total = float(learnt.sum())
        # Where belief and levels exclude each other nothing is learnt of the gain.
        self._gains[law] = learnt / total if total > 0.0 else _PRIOR
        return np.asarray(np.log(prior @ likelihood + np.finfo(float).tiny))


_PRIOR: FloatArray = np.exp(-0.5 * (GAINS_DB / GAIN_SD_DB) ** 2)
_PRIOR /= _PRIOR.sum()
