"""Position from distances to known points: robust weighted non-linear least squares.

Ranging from signal strength errs by a factor, not by metres, so residuals are taken in ln(distance): the
maximum-likelihood form under log-normal errors. N. Patwari et al., "Relative location estimation in wireless
sensor networks", IEEE Trans. Signal Processing 51, 2003. Solved by Levenberg-Marquardt with Student-t weights.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .geometry import FloatArray

# Distances below this are not resolved; it also keeps the Jacobian finite on top of an anchor (m).
SOFTENING_M = 0.3

# Degrees of freedom of the residuals' Student-t: one anchor behind a fridge must not pull the fix.
TAIL_NU = 4.0

MAX_ITERATIONS = 20
CONVERGED_M = 1e-3

# Levenberg's damping: start, and by how much it shrinks on success and grows on failure.
FIRST_DAMPING = 1e-2
DAMPING_DOWN = 0.3
DAMPING_UP = 5.0
MAX_DAMPING = 1e8


@dataclass(frozen=True, slots=True)
class Prior:
    """What is known without any distance: `mean` (d,) and `sd` of the position in metres.

    It keeps the answer finite where anchors are few, coincide or stand in a line. `gain_sd` is the standard
    deviation of a common factor on all distances (the beacon's unknown power), in units of ln(distance).
    """

    mean: FloatArray
    sd: float
    gain_sd: float = 0.0


@dataclass(frozen=True, slots=True)
class Fix:
    """Position (d,), its covariance (d, d) in square metres, and the cost (-2 ln likelihood, up to a constant)."""

    position: FloatArray
    covariance: FloatArray
    cost: float


def laterate(
    anchors: FloatArray,
    distances: FloatArray,
    log_sd: FloatArray | float,
    prior: Prior,
    *,
    rise: FloatArray | None = None,
    start: FloatArray | None = None,
) -> Fix:
    """Return the position that fits `distances` (m,) to `anchors` (m, d), d = 2 or 3, any m.

    `log_sd` = standard deviation of ln(distance), one for all or (m,); `rise` (m,) = known height differences,
    which turn slant distances into a fix in the plane. The covariance is that of the Jacobian at the answer.
    """
    dimensions = anchors.shape[1]
    lift = np.zeros(len(anchors)) if rise is None else rise
    problem = _Problem(
        anchors,
        np.log(np.maximum(distances, SOFTENING_M)),
        lift**2 + SOFTENING_M**2,
        np.broadcast_to(np.asarray(log_sd, dtype=float), (len(anchors),)),
        prior,
    )
    theta = np.zeros(dimensions + 1)
    theta[:dimensions] = prior.mean if start is None else start
    theta = _minimise(problem, theta)
    residual, jacobian = problem.linearise(theta)
    # At most one for each anchor: the curvature at the peak of a Student-t is sharper than what is known.
    weight = _weights(residual) * TAIL_NU / (TAIL_NU + 1.0)
    information = problem.information(jacobian, weight)
    covariance = np.linalg.inv(information)[:dimensions, :dimensions]
    # Residuals larger than the model's own say that the model is wrong here: so is the fix.
    misfit = float((weight * residual**2).sum()) / max(len(anchors), 1)
    covariance = covariance * max(1.0, misfit)
    return Fix(theta[:dimensions], (covariance + covariance.T) / 2.0, problem.cost(theta))


@dataclass(frozen=True, slots=True)
class _Problem:
    """Unknowns theta = (position, gain); the residuals are in standard deviations."""

    anchors: FloatArray
    log_distance: FloatArray
    offset_squared: FloatArray
    log_sd: FloatArray
    prior: Prior

    @property
    def _gain_precision(self) -> float:
        return 1.0 / max(self.prior.gain_sd, 1e-3) ** 2

    def residuals(self, theta: FloatArray) -> FloatArray:
        away = theta[:-1] - self.anchors
        squared = (away**2).sum(axis=1) + self.offset_squared
        return np.asarray((0.5 * np.log(squared) + theta[-1] - self.log_distance) / self.log_sd)

    def linearise(self, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        away = theta[:-1] - self.anchors
        squared = (away**2).sum(axis=1) + self.offset_squared
        residual = (0.5 * np.log(squared) + theta[-1] - self.log_distance) / self.log_sd
        jacobian = np.column_stack((away / squared[:, None], np.ones(len(away)))) / self.log_sd[:, None]
        return residual, jacobian

    def information(self, jacobian: FloatArray, weight: FloatArray) -> FloatArray:
        information = (jacobian.T * weight) @ jacobian
        size = len(information)
        information[range(size - 1), range(size - 1)] += 1.0 / self.prior.sd**2
        information[-1, -1] += self._gain_precision
        return np.asarray(information)

    def prior_pull(self, theta: FloatArray) -> FloatArray:
        return np.append((theta[:-1] - self.prior.mean) / self.prior.sd**2, theta[-1] * self._gain_precision)

    def cost(self, theta: FloatArray) -> float:
        tails = (TAIL_NU + 1.0) * np.log1p(self.residuals(theta) ** 2 / TAIL_NU).sum()
        place = ((theta[:-1] - self.prior.mean) ** 2).sum() / self.prior.sd**2
        return float(tails + place + theta[-1] ** 2 * self._gain_precision)


def _weights(residual: FloatArray) -> FloatArray:
    return np.asarray((TAIL_NU + 1.0) / (TAIL_NU + residual**2))


def _minimise(problem: _Problem, theta: FloatArray) -> FloatArray:
    damping, cost = FIRST_DAMPING, problem.cost(theta)
    for _ in range(MAX_ITERATIONS):
        residual, jacobian = problem.linearise(theta)
        weight = _weights(residual)
        information = problem.information(jacobian, weight)
        gradient = jacobian.T @ (weight * residual) + problem.prior_pull(theta)
        while True:
            damped = information + damping * np.diag(np.diag(information))
            step = -np.linalg.solve(damped, gradient)
            trial_cost = problem.cost(theta + step)
            if trial_cost <= cost:
                break
            damping *= DAMPING_UP
            if damping > MAX_DAMPING:
                return theta
        theta, cost = theta + step, trial_cost
        damping = max(damping * DAMPING_DOWN, 1e-9)
        if np.abs(step[:-1]).max() < CONVERGED_M:
            break
    return theta
