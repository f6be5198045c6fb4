"""Evidence of the place alone, whatever it comes from, as one more likelihood over the cells of the Bayes filter."""

from __future__ import annotations

import numpy as np

from .geometry import FloatArray, Point
from .grid import Grid
from .likelihood import WALKING_PER_RESTING
from .motion import RESTING, WALKING, FloatArray32

# A fix is wrong altogether this often: its likelihood falls no lower than that beside its own place.
FIX_OUTLIERS = 0.1

# How deep below the nearest cell's the floor of that tail lies (log).
OUTLIER_DEPTH = 3.0


def weigh(
    belief: FloatArray32, log_likelihood: FloatArray, weight: float, *, repeats: float = WALKING_PER_RESTING
) -> FloatArray32:
    """Return the belief (modes, cells, offsets) after evidence about the cells (cells,), worth `weight`, 0 to 1.

    At rest it says the same so many times, `repeats`, as readings do unless told otherwise, and counts for less.
    """
    relative = weight * (log_likelihood - log_likelihood.max())
    weighed = np.empty_like(belief)
    weighed[RESTING] = belief[RESTING] * np.exp(relative / repeats)[:, None]
    weighed[WALKING] = belief[WALKING] * np.exp(relative)[:, None]
    total = float(weighed.sum())
    # Where belief and this evidence exclude each other, the belief knows more: it has the readings in it.
    return np.asarray(weighed / total, dtype=np.float32) if total > 0.0 else belief


def fix_log_likelihood(grid: Grid, floor: int, position: Point, covariance: FloatArray) -> FloatArray:
    """Return the log-likelihood of a fix on one floor over all cells (cells,), up to a constant.

    A normal distribution around `position` (m) with `covariance` (2, 2) and a share of outliers; cells of other floors,
    and those without a place, get that of the outliers.
    """
    here = np.flatnonzero((grid.floor == floor) & grid.placed)
    result = np.full(len(grid), np.nan)
    if not len(here):
        return np.zeros(len(grid))
    off = grid.points[here] - position
    exponent = -0.5 * np.einsum("ni,ij,nj->n", off, np.linalg.inv(covariance), off)
    exponent -= exponent.max()
    result[here] = np.log((1.0 - FIX_OUTLIERS) * np.exp(exponent) + FIX_OUTLIERS * np.exp(-OUTLIER_DEPTH))
    return np.where(np.isnan(result), result[here].min(), result)
