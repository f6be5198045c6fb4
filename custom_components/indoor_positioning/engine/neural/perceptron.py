"""A multilayer perceptron with ReLU between its layers: forward, gradient, and nothing that a microcontroller lacks."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from ..geometry import FloatArray

# 2,900 weights with 8 anchors. Larger and recurrent networks were no better on filtered levels, and cannot be exported
# as plainly.
HIDDEN = (16, 32, 64)


@dataclass(frozen=True, slots=True, eq=False)
class Perceptron:
    """`weights` [(outputs, inputs)] and `biases` [(outputs,)] of each layer, in the order in which they are applied."""

    weights: tuple[FloatArray, ...]
    biases: tuple[FloatArray, ...]

    @classmethod
    def random(cls, inputs: int, outputs: int, rng: np.random.Generator) -> Perceptron:
        """Return an untrained network (K. He et al., "Delving Deep into Rectifiers", ICCV 2015)."""
        shapes = [(after, before) for before, after in itertools.pairwise((inputs, *HIDDEN, outputs))]
        weights = tuple(rng.normal(0.0, np.sqrt(2.0 / shape[1]), shape) for shape in shapes)
        return cls(weights, tuple(np.zeros(shape[0]) for shape in shapes))

    @property
    def parameters(self) -> FloatArray:
        """All weights and biases in one row, shape (n,)."""
        return np.concatenate([one.ravel() for one in (*self.weights, *self.biases)])

    def over(self, parameters: FloatArray) -> Perceptron:
        """Return a network of the same shape whose weights and biases are views into `parameters` (n,)."""
        ends = np.cumsum([one.size for one in (*self.weights, *self.biases)])
        parts = np.split(parameters, ends[:-1])
        shaped = [part.reshape(one.shape) for part, one in zip(parts, (*self.weights, *self.biases), strict=True)]
        return Perceptron(tuple(shaped[: len(self.weights)]), tuple(shaped[len(self.weights) :]))

    def raised(self, amount: float) -> Perceptron:
        """Return a network whose outputs are larger by `amount`."""
        return Perceptron(self.weights, (*self.biases[:-1], self.biases[-1] + amount))

    def __call__(self, inputs: FloatArray) -> FloatArray:
        """Return the outputs (n, outputs) for `inputs` (n, inputs)."""
        return self.layers(inputs)[-1]

    def layers(self, inputs: FloatArray) -> list[FloatArray]:
        """Return the inputs and what each layer gives, the last one without ReLU."""
        values = [inputs]
        last = len(self.weights) - 1
        for index, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            value = values[-1] @ weight.T + bias
            values.append(value if index == last else np.maximum(value, 0.0))
        return values

    def gradient(self, values: list[FloatArray], output_gradient: FloatArray) -> FloatArray:
        """Return the gradient of all parameters (n,) by back-propagation.

        `values` is what `layers` gave, `output_gradient` (n, outputs) the loss's gradient at the outputs.
        """
        weights: list[FloatArray] = []
        biases: list[FloatArray] = []
        delta = output_gradient
        for index in range(len(self.weights) - 1, -1, -1):
            weights.append(delta.T @ values[index])
            biases.append(delta.sum(axis=0))
            if index:
                delta = (delta @ self.weights[index]) * (values[index] > 0.0)
        return np.concatenate([one.ravel() for one in (*weights[::-1], *biases[::-1])])
