"""The networks of `sequence` in PyTorch: the perceptron over filtered links, and three that filter themselves.

All are trained alike: same rows, same augmentation, same number of steps, stopped by the same held-out blocks.
"""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from custom_components.indoor_positioning.engine.geometry import FloatArray
from custom_components.indoor_positioning.engine.neural.augmentation import (
    COMMON_OFFSET_DB,
    DROPPED_LINKS,
    LINK_NOISE_DB,
)
from custom_components.indoor_positioning.engine.neural.perceptron import HIDDEN
from custom_components.indoor_positioning.engine.neural.scaling import scale_levels

from .sequence_rows import WINDOW_S, SequenceRows

STEPS = 3000
BATCH = 64
LOOK_EVERY = 100
LEARNING_RATE = 3e-3
CHANNELS = (16, 32)
UNITS = 32


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of network: whether it sees the window, and what TensorFlow Lite Micro needs to run it."""

    title: str
    windowed: bool
    kernels: str


KINDS = {
    "mlp": Kind("MLP on filtered links", False, "FULLY_CONNECTED"),
    "cnn": Kind("1-D CNN, 8 s", True, "RESHAPE, CONV_2D, FULLY_CONNECTED"),
    "gru": Kind("GRU, 8 s", True, "no kernel of its own: FULLY_CONNECTED, LOGISTIC, TANH, MUL, ADD, SUB, unrolled"),
    "lstm": Kind("LSTM, 8 s", True, "UNIDIRECTIONAL_SEQUENCE_LSTM (16-bit cell state), FULLY_CONNECTED"),
}


def torch_or_none() -> ModuleType | None:
    """Return PyTorch where it is installed."""
    try:
        torch = importlib.import_module("torch")
    except ImportError:
        return None
    torch.set_num_threads(1)
    return torch


def errors_of_kind(
    torch: ModuleType, kind: str, rows: tuple[SequenceRows, SequenceRows, SequenceRows], seed: int
) -> FloatArray:
    """Return the errors (n,) in metres at the test rows, the last of the three, of a network trained with a seed."""
    train, held_out, test = rows
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    low = train.places.min(axis=0)
    size = np.maximum(np.ptp(train.places, axis=0), 1.0)
    modules, forward = _network(torch, kind, train.levels.shape[1])
    parameters = [one for module in modules for one in module.parameters()]
    adam = torch.optim.Adam(parameters, lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(adam, STEPS)

    def located(part: SequenceRows) -> FloatArray:
        with torch.no_grad():
            found = forward(torch.tensor(scale_levels(_seen(kind, part)), dtype=torch.float32)).numpy()
        return np.asarray(found * size + low)

    best, best_error = located(test), np.inf
    for step in range(1, STEPS + 1):
        chosen = rng.integers(len(train), size=BATCH)
        inputs = scale_levels(_augmented(_seen(kind, train)[chosen], rng))
        wanted = (train.places[chosen] - low) / size
        away = forward(torch.tensor(inputs, dtype=torch.float32)) - torch.tensor(wanted, dtype=torch.float32)
        loss = torch.sqrt((away**2).sum(dim=1) + 0.015**2).mean()
        adam.zero_grad()
        loss.backward()
        adam.step()
        schedule.step()
        if step % LOOK_EVERY or not len(held_out):
            continue
        error = float(np.linalg.norm(located(held_out) - held_out.places, axis=1).mean())
        if error < best_error:
            best, best_error = located(test), error
    if not len(held_out):
        best = located(test)
    return np.asarray(np.linalg.norm(best - test.places, axis=1))


def cost(kind: str, anchors: int) -> tuple[int, int]:
    """Return the number of weights and biases, and of multiplications, of one answer."""
    gates = {"gru": 3, "lstm": 4}
    if kind in gates:
        weights = gates[kind] * UNITS * (anchors + UNITS)
        return weights + gates[kind] * 2 * UNITS + 2 * UNITS + 2, WINDOW_S * weights + 2 * UNITS
    if kind == "cnn":
        first, second = 3 * anchors * CHANNELS[0], 3 * CHANNELS[0] * CHANNELS[1]
        flat = (WINDOW_S - 4) * CHANNELS[1]
        dense = flat * UNITS + 2 * UNITS
        multiplications = (WINDOW_S - 2) * first + (WINDOW_S - 4) * second + dense
        return first + second + dense + sum(CHANNELS) + UNITS + 2, multiplications
    sizes = (anchors, *HIDDEN, 2)
    weights = sum(before * after for before, after in itertools.pairwise(sizes))
    return weights + sum(sizes[1:]), weights


def _network(torch: ModuleType, kind: str, anchors: int) -> tuple[list[Any], Callable[[Any], Any]]:
    """Return the modules with the parameters, and what they make of a batch."""
    nn = torch.nn
    if kind in ("gru", "lstm"):
        cell = (nn.GRU if kind == "gru" else nn.LSTM)(anchors, UNITS, batch_first=True)
        last = nn.Linear(UNITS, 2)
        return [cell, last], lambda batch: last(cell(batch)[0][:, -1])
    if kind == "cnn":
        layers = nn.Sequential(
            nn.Conv1d(anchors, CHANNELS[0], 3),
            nn.ReLU(),
            nn.Conv1d(*CHANNELS, 3),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear((WINDOW_S - 4) * CHANNELS[1], UNITS),
            nn.ReLU(),
            nn.Linear(UNITS, 2),
        )
        return [layers], lambda batch: layers(batch.transpose(1, 2))
    sizes = (anchors, *HIDDEN)
    dense = [part for pair in itertools.pairwise(sizes) for part in (nn.Linear(*pair), nn.ReLU())]
    layers = nn.Sequential(*dense, nn.Linear(HIDDEN[-1], 2))
    return [layers], layers


def _seen(kind: str, rows: SequenceRows) -> FloatArray:
    return rows.windows if KINDS[kind].windowed else rows.levels


def _augmented(levels: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return rows as another beacon on another day might have given them: offsets last as long as a window does."""
    flat = levels.reshape(len(levels), -1, levels.shape[-1])
    count, _, anchors = flat.shape
    changed = flat + rng.uniform(-COMMON_OFFSET_DB, COMMON_OFFSET_DB, (count, 1, 1))
    changed += rng.normal(0.0, LINK_NOISE_DB, (count, 1, anchors))
    missing = rng.random((count, 1, anchors)) < DROPPED_LINKS
    return np.where(missing, np.nan, changed).reshape(levels.shape)
