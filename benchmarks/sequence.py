"""`scripts/benchmark sequence`: whether a network that sees eight seconds beats one that sees filtered links.

On the real recordings with places, each split as everywhere here: learnt from the survey, judged by later walks. It
needs PyTorch, which is no dependency of anything else.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np

from custom_components.indoor_positioning.engine.geometry import FloatArray
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.neural.two_trainings import train_twice
from custom_components.indoor_positioning.engine.replay.recording import Recording

from .cases import GROUPS
from .datasets import load_all
from .report import aligned_table, environment, markdown_table
from .sequence_networks import KINDS, cost, errors_of_kind
from .sequence_rows import SequenceRows, judged_rows, training_rows

SEEDS = (0, 1, 2)

# The perceptron as the home trains it: with what the radio map expects between the stands, and in 8 bits.
SHIPPED = "as shipped"

WITHOUT_TORCH = (
    "PyTorch is not installed, and only this comparison needs it. Install it beside the tools "
    "(some 5 GB with what it brings on x86-64): .venv/bin/uv pip install --group sequence"
)

# Anchors of an ordinary home, for what a network costs.
ANCHORS = 8

ABOUT = f"""The same survey rows, augmentation and number of steps for all, stopped by the same held-out blocks;
judged by the tests of the recordings, which come later. Mean over {len(SEEDS)} seeds ± standard deviation between
seeds, over all moments of a group. *{SHIPPED}* is the perceptron as the home trains it, with rows of the radio map
between those of the survey, and in 8 bits."""


@dataclass(slots=True)
class SequenceResults:
    """Errors (n,) in metres by (group, kind) and seed."""

    errors: dict[tuple[str, str], dict[int, FloatArray]]
    rows: dict[str, tuple[int, int]]
    torch: str
    quick: bool = False

    def spread(self, group: str, kind: str, percentile: float | None) -> tuple[float, float]:
        """Return mean and standard deviation over the seeds, of a percentile or (None) of the mean error."""
        figures = [
            float(np.mean(one) if percentile is None else np.percentile(one, percentile))
            for one in self.errors[group, kind].values()
        ]
        return float(np.mean(figures)), float(np.std(figures, ddof=1)) if len(figures) > 1 else 0.0


def measure(torch: ModuleType, data: Path, *, quick: bool = False) -> SequenceResults:
    """Train all kinds on all recordings."""
    errors: dict[tuple[str, str], dict[int, list[FloatArray]]] = defaultdict(lambda: defaultdict(list))
    rows: dict[str, tuple[int, int]] = {}
    for name, recording in _recordings(data, quick=quick).items():
        group = name.split("/", 1)[0]
        parts = (*training_rows(recording), judged_rows(recording))
        learnt, tested = rows.get(group, (0, 0))
        rows[group] = learnt + len(parts[0]), tested + len(parts[2])
        sys.stderr.write(f"{name}: {len(parts[0])} rows to learn from, {len(parts[2])} to be judged by\n")
        for seed in SEEDS:
            errors[group, SHIPPED][seed].append(_shipped(recording, parts[2], seed))
            for kind in KINDS:
                errors[group, kind][seed].append(errors_of_kind(torch, kind, parts, seed))
    pooled = {key: {seed: np.concatenate(found) for seed, found in by_seed.items()} for key, by_seed in errors.items()}
    return SequenceResults(pooled, rows, str(torch.__version__), quick)


def _recordings(data: Path, *, quick: bool) -> Mapping[str, Recording]:
    found = {
        name: one
        for name, one in load_all(data).items()
        # `flat_raw` are the same drives as `flat`.
        if name.split("/")[0] != "flat_raw"
        and not name.endswith("/official")
        and any(sample.position is not None for sample in one.survey)
    }
    if not quick:
        return found
    first = {name.split("/", 1)[0]: name for name in reversed(found)}
    return {name: found[name] for name in first.values()}


def _shipped(recording: Recording, test: SequenceRows, seed: int) -> FloatArray:
    models = train_twice(PositioningModel.build(recording.home, recording.survey), seed=seed).models
    (model,) = models.places.values()
    return np.asarray(np.linalg.norm(model.places(test.levels) - test.places, axis=1))


def _error_rows(results: SequenceResults) -> list[list[str]]:
    table = [["", "network", "median m", "mean m", "90 % m"]]
    for group in results.rows:
        for kind in (*KINDS, SHIPPED):
            figures = (results.spread(group, kind, which) for which in (50.0, None, 90.0))
            title = KINDS[kind].title if kind in KINDS else f"MLP {SHIPPED}"
            table.append([GROUPS[group].title, title, *(f"{mean:.2f} ± {spread:.2f}" for mean, spread in figures)])
    return table


def _cost_rows() -> list[list[str]]:
    table = [["network", "parameters (bytes in 8 bits)", "multiplications", "kernels of TensorFlow Lite Micro"]]
    for kind, about in KINDS.items():
        parameters, multiplications = cost(kind, ANCHORS)
        table.append([about.title, f"{parameters:,}", f"{multiplications:,}", about.kernels])
    return table


def verdict(results: SequenceResults) -> str:
    """Return in words whether any network beats the perceptron by more than the spread between seeds."""
    lines = []
    for group in results.rows:
        mlp, mlp_spread = results.spread(group, "mlp", None)
        better = []
        for kind in (kind for kind, about in KINDS.items() if about.windowed):
            mean, spread = results.spread(group, kind, None)
            if mlp - mean > mlp_spread + spread:
                better.append(f"{KINDS[kind].title} by {100.0 * (1.0 - mean / mlp):.0f} %")
        lines.append(f"{GROUPS[group].title}: {', '.join(better) if better else 'none'}")
    return "Better than the perceptron on filtered links by more than the spread between seeds, in mean error: " + (
        "; ".join(lines) + "."
    )


def text_report(results: SequenceResults) -> str:
    """Return the tables for a terminal."""
    return "\n\n".join((aligned_table(_error_rows(results)), verdict(results), aligned_table(_cost_rows())))


def markdown_report(results: SequenceResults) -> str:
    """Return the section of the report."""
    return "\n\n".join(
        (
            "## Networks that see a sequence",
            f"{environment(dated=True)}, PyTorch {results.torch}, by `scripts/benchmark sequence"
            + (" --quick`: one recording of each kind." if results.quick else "`."),
            ABOUT,
            markdown_table(_error_rows(results)),
            verdict(results),
            f"What each would cost on a microcontroller with {ANCHORS} anchors and a window of eight seconds:",
            markdown_table(_cost_rows()),
        )
    )


def json_report(results: SequenceResults) -> dict[str, object]:
    """Return everything as one JSON object."""
    return {
        "environment": environment(dated=True),
        "torch": results.torch,
        "sequence": [
            {"group": group, "network": kind, "mean": results.spread(group, kind, None)[0]}
            for group, kind in results.errors
        ],
    }
