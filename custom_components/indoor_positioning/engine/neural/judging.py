"""Trains a home's models and judges them by blocks that they have not seen, beside the other ways of locating.

A new model replaces the one in use only if it errs no more on the same held-out blocks; both were trained without them,
since a block's part does not change. Where nothing could be held out, the one in use stays as long as it fits the home.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ..estimate import Estimate
from ..home import Home
from ..locators import create_locator
from ..model import PositioningModel
from ..propagation import PropagationParameters
from ..survey import SurveySample
from .dataset import Block, dataset_of, readings_until, samples_of
from .fitting import fitting
from .models import TinyModels
from .scaling import scale_levels
from .trainer import TrainedModels
from .training import Progress
from .two_trainings import train_twice

# What the network is measured against: the table look-up that needs no training, the default, and both together.
COMPARED = ("neural", "fingerprint", "bayes", "fused")

# The share of the work that training is; the rest is judging.
TRAINING_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Errors:
    """How one method did on the held-out blocks: errors in metres (None without places), share of rooms right."""

    moments: int
    mean: float | None
    median: float | None
    p90: float | None
    rooms: float | None
    mean_by_room: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What a training came to.

    `learnt_samples` is how much ordinary use has taught, and `helped` how many networks err less with it and learnt
    from it; for the others it was left out. `quantisation_loss` is how much larger the mean error is in int8 than in
    floating point, as a share; None where it could not be measured. `errors` by method is empty where nothing could be
    held out. `replaces` tells whether the new model takes the place of the one before.
    """

    samples: int
    rows: int
    held_out_blocks: int
    steps: int
    errors: dict[str, Errors]
    before: Errors | None
    quantisation_loss: float | None
    replaces: bool
    learnt_samples: int = 0
    helped: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Taught:
    """`models` for use, trained on everything; `judged`, trained without the held-out blocks, to compare later ones."""

    models: TinyModels
    judged: TinyModels
    report: TrainingReport


def teach(
    model: PositioningModel,
    prior: PropagationParameters | None = None,
    *,
    before: TinyModels | None = None,
    compared: Sequence[str] = COMPARED,
    seed: int = 0,
    progress: Progress = lambda _: None,
) -> Taught:
    """Train from the survey in `model`; takes seconds, so never on an event loop.

    `prior` is what the path loss was believed to be before the survey, as `model` was built with; `before` is what was
    `judged` last time. Raises TrainingError where there is too little to learn from.
    """
    trained = train_twice(model, prior, seed=seed, progress=lambda share: progress(TRAINING_SHARE * share))
    held_out, judging = trained.held_out, trained.judging
    errors = {name: errors_of(name, judging, held_out) for name in compared if held_out}
    earlier = errors_of("neural", replace(judging, tiny=before), held_out) if before and held_out else None
    report = TrainingReport(
        samples=len(model.survey),
        rows=len(dataset_of(model.home, model.survey)),
        held_out_blocks=len(held_out),
        steps=max(trained.first.steps.values()),
        errors=errors,
        before=earlier,
        quantisation_loss=_quantisation_loss(trained.first, model.home, held_out),
        replaces=_replaces(trained.models, before, model.home)
        if earlier is None or "neural" not in errors
        else is_better(errors["neural"], earlier),
        learnt_samples=len(model.learnt),
        helped=len(trained.first.helped) if held_out else 0,
    )
    progress(1.0)
    return Taught(trained.models, trained.first.models, report)


def _replaces(new: TinyModels, before: TinyModels | None, home: Home) -> bool:
    """Whether networks that could not be compared replace those before: only where those do not know all of the home.

    What was judged once is not given up for what nobody has tested.
    """
    return before is None or len(list(fitting(before, home))) < len(list(new))


def is_better(new: Errors, old: Errors) -> bool:
    """Whether `new` is at least as good: by the mean error where places are known, else by the rooms."""
    if new.mean is not None and old.mean is not None:
        return new.mean <= old.mean
    return (new.rooms or 0.0) >= (old.rooms or 0.0)


def errors_of(locator: str, model: PositioningModel, blocks: Sequence[Block]) -> Errors:
    """Return how a locator does on blocks, each met as if the beacon had just come in."""
    away: list[float] = []
    by_room: dict[str, list[float]] = defaultdict(list)
    right: list[bool] = []
    moments = 0
    for block in blocks:
        for sample, estimate in _followed(locator, model, block):
            moments += 1
            if sample.room is not None:
                right.append(estimate is not None and estimate.room == sample.room)
            if sample.position is not None and estimate is not None and estimate.position is not None:
                away.append(math.dist(estimate.position, sample.position))
                by_room[sample.room or ""].append(away[-1])
    return Errors(
        moments=moments,
        mean=float(np.mean(away)) if away else None,
        median=float(np.median(away)) if away else None,
        p90=float(np.percentile(away, 90.0)) if away else None,
        rooms=float(np.mean(right)) if right else None,
        mean_by_room={room: float(np.mean(values)) for room, values in by_room.items() if room},
    )


def _followed(locator: str, model: PositioningModel, block: Block) -> Iterator[tuple[SurveySample, Estimate | None]]:
    follower = create_locator(locator, model, block[0].beacon)
    for sample in block:
        listening = frozenset(sample.readings) | sample.silent
        for moment, readings in readings_until(sample):
            yield sample, follower.update(moment, readings, listening)


def _quantisation_loss(trained: TrainedModels, home: Home, held_out: Sequence[Block]) -> float | None:
    tests = dataset_of(home, samples_of(held_out))
    exact: list[float] = []
    coarse: list[float] = []
    for floor, model in trained.models.places.items():
        rows, extent = tests.placed_on(floor), model.meaning.extent
        if len(rows) and extent is not None:
            in_floats = extent.places(trained.floats[floor](scale_levels(rows.levels)))
            exact.extend(np.linalg.norm(in_floats - rows.places, axis=1))
            coarse.extend(np.linalg.norm(model.places(rows.levels) - rows.places, axis=1))
    return float(np.mean(coarse) / np.mean(exact)) - 1.0 if exact else None
