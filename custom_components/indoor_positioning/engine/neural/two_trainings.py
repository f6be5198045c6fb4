"""Two trainings: without the held-out blocks, to know how far off it is; and with everything, to be used."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..model import PositioningModel
from ..propagation import PropagationParameters
from ..survey import Survey
from .dataset import Block, split
from .models import TinyModels
from .trainer import TrainedModels, train_models
from .training import Progress


@dataclass(frozen=True, slots=True, eq=False)
class TwoTrainings:
    """`models` learnt everything and know the covariance of those that did not.

    `first` was trained in `judging`, the home without the `held_out` blocks, which may be none; then it learnt
    everything too.
    """

    models: TinyModels
    first: TrainedModels
    judging: PositioningModel
    held_out: tuple[Block, ...]


def train_twice(
    model: PositioningModel,
    prior: PropagationParameters | None = None,
    *,
    seed: int = 0,
    progress: Progress = lambda _: None,
) -> TwoTrainings:
    """Train from the survey in `model`, which was built from `prior`; takes seconds.

    Raises TrainingError where there is too little to learn from.
    """
    train, held_out = split(model.survey)
    if not held_out:
        # What use has taught cannot be tested, so it is left alone.
        only = train_models(model, seed=seed, progress=progress)
        return TwoTrainings(only.models, only, replace(model, tiny=only.models), ())
    judging = rebuilt(model, train, prior)
    first = train_models(
        judging, held_out, learnt=model.learnt, seed=seed, progress=lambda share: progress(0.6 * share)
    )
    second = train_models(
        model,
        learnt=model.learnt,
        helped=first.helped,
        seed=seed,
        progress=lambda share: progress(0.6 + 0.4 * share),
    )
    return TwoTrainings(
        _with_covariances(second.models, first.models), first, replace(judging, tiny=first.models), held_out
    )


def rebuilt(model: PositioningModel, survey: Survey, prior: PropagationParameters | None) -> PositioningModel:
    """Return the model with another survey. Readings in a model have the anchors' offsets added already."""
    anchors = tuple(replace(anchor, rssi_offset=0.0) for anchor in model.home.anchors)
    return replace(PositioningModel.build(replace(model.home, anchors=anchors), survey, prior), learnt=model.learnt)


def _with_covariances(models: TinyModels, tested: TinyModels) -> TinyModels:
    """Return models that say of themselves what was measured of those that were tested."""
    places = {
        floor: replace(one, meaning=replace(one.meaning, covariance=tested.places[floor].meaning.covariance))
        if floor in tested.places
        else one
        for floor, one in models.places.items()
    }
    return replace(models, places=places)
