"""Adam: stochastic gradient steps that adapt to each parameter (D. Kingma, J. Ba, ICLR 2015)."""

from __future__ import annotations

import math

import numpy as np

from ..geometry import FloatArray

# The paper's own constants but for the first: these networks are small and their steps may be larger.
LEARNING_RATE = 1e-2
BETA_1 = 0.9
BETA_2 = 0.999
EPSILON = 1e-8


class Adam:
    """The running moments of some parameters (n,), which it moves in place."""

    def __init__(self, parameters: FloatArray) -> None:
        self._parameters = parameters
        self._mean = np.zeros_like(parameters)
        self._square = np.zeros_like(parameters)
        self._steps = 0

    def step(self, gradient: FloatArray, rate: float = LEARNING_RATE) -> None:
        """Move every parameter against its gradient (n,)."""
        self._steps += 1
        rate *= math.sqrt(1.0 - BETA_2**self._steps) / (1.0 - BETA_1**self._steps)
        self._mean += (1.0 - BETA_1) * (gradient - self._mean)
        self._square += (1.0 - BETA_2) * (gradient * gradient - self._square)
        self._parameters -= rate * self._mean / (np.sqrt(self._square) + EPSILON)
