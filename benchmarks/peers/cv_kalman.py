"""Constant-velocity Kalman filter over positions, axis by axis alike, as two of the peers use it."""

from __future__ import annotations

import numpy as np

from custom_components.indoor_positioning.engine.geometry import FloatArray


class ConstantVelocityFilter:
    """State (position, velocity) for each axis; all axes share one 2 x 2 covariance."""

    def __init__(self, position: FloatArray, covariance: FloatArray) -> None:
        """Start at rest at `position` (d,) with the per-axis `covariance` (2, 2)."""
        self.position = position.astype(float)
        self.velocity = np.zeros_like(self.position)
        self._covariance = covariance.astype(float)

    def predict(self, elapsed: float, acceleration_variance: float) -> None:
        """Move on by `elapsed` seconds; white acceleration of this variance."""
        self.position = self.position + elapsed * self.velocity
        step = np.array(((1.0, elapsed), (0.0, 1.0)))
        noise = acceleration_variance * np.array(((elapsed**4 / 4.0, elapsed**3 / 2.0), (elapsed**3 / 2.0, elapsed**2)))
        self._covariance = step @ self._covariance @ step.T + noise

    def correct(self, measured: FloatArray, variance: float) -> None:
        """Take a measured position (d,) with this variance on each axis."""
        gain = self._covariance[:, 0] / (self._covariance[0, 0] + variance)
        error = measured - self.position
        self.position = self.position + gain[0] * error
        self.velocity = self.velocity + gain[1] * error
        self._covariance = self._covariance - np.outer(gain, self._covariance[0])

    def limit_speed(self, speed: float) -> None:
        """Shorten the velocity to at most `speed` m/s."""
        norm = float(np.linalg.norm(self.velocity))
        if norm > speed:
            self.velocity = self.velocity * (speed / norm)
