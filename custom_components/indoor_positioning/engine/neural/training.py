"""Trains a perceptron: mini-batches, augmentation, early stop on blocks that are held out. Reproducible by its seed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..geometry import FloatArray
from .adam import LEARNING_RATE, Adam
from .perceptron import Perceptron

# The budget is in steps, not epochs: with few samples an epoch is a few steps, and networks end half-trained.
MAX_STEPS = 5000
BATCH = 64

# How often the held-out error is looked at, and after how many looks without a better one training stops.
LOOK_EVERY = 100
PATIENCE = 15

# Not before: the steps are still large, and a thin survey's held-out blocks are few enough to be right by chance (with
# the first 300 steps chosen so, the simulated flat's error was 1.40 m instead of 1.11 m).
MIN_STEPS = 2500


class Objective(Protocol):
    """What a network shall give for its inputs."""

    outputs: int

    def batch(self, size: int, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
        """Draw augmented inputs (size, anchors) and what is wanted of them (size, outputs)."""
        ...

    def gradient(self, found: FloatArray, wanted: FloatArray) -> FloatArray:
        """Return the gradient of the loss at the outputs (n, outputs)."""
        ...

    def error(self, network: Perceptron, levels: FloatArray, wanted: FloatArray) -> float:
        """Return the error at levels (n, anchors) in dBm, n >= 1; what is `wanted` is in people's units."""
        ...


# Levels (n, anchors) and what is wanted of them.
type HeldOut = tuple[FloatArray, FloatArray]

# Is told the done share, 0 to 1.
type Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A network and the number of steps that it took."""

    network: Perceptron
    steps: int


def train(
    objective: Objective,
    inputs: int,
    *,
    seed: int,
    held_out: HeldOut | None = None,
    steps: int = MAX_STEPS,
    progress: Progress = lambda _: None,
) -> Trained:
    """Return a network of `inputs` anchors after `steps` steps, or the one that was best on what is held out.

    `progress` is told the done share, 0 to 1, and may raise to stop.
    """
    rng = np.random.default_rng(seed)
    untrained = Perceptron.random(inputs, objective.outputs, rng)
    parameters = untrained.parameters
    network, adam = untrained.over(parameters), Adam(parameters)
    best, best_error, best_step = parameters, math.inf, steps
    for step in range(1, steps + 1):
        batch, wanted = objective.batch(BATCH, rng)
        values = network.layers(batch)
        gradient = network.gradient(values, objective.gradient(values[-1], wanted))
        # Large steps find the valley, small ones its floor.
        adam.step(gradient, LEARNING_RATE * 0.5 * (1.0 + math.cos(math.pi * step / (steps + 1))))
        if step % LOOK_EVERY:
            continue
        progress(step / steps)
        if held_out is None or step < MIN_STEPS:
            continue
        error = objective.error(network, *held_out)
        if error < best_error:
            best, best_error, best_step = parameters.copy(), error, step
        elif step - best_step >= PATIENCE * LOOK_EVERY:
            break
    return Trained(untrained.over(best), best_step)
