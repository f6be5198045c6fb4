"""Trains all models of a home from its survey: one for floors and rooms, and one for the place on each floor.

Rooms have a network of their own although a place lies in a room: on a fold of the real flat it names 92 % of them
rightly, the place with its covariance 87 %, and it serves homes without a plan.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..geometry import FloatArray
from ..model import PositioningModel
from ..survey import Survey
from .bias_correction import correct_biases
from .dataset import Block, Dataset, Spot, dataset_of, samples_of
from .map_rows import MapRows, spot_cells
from .models import Meaning, Task, TinyModel, TinyModels
from .objectives import PlaceObjective, RoomObjective, Rows, one_hot
from .perceptron import Perceptron
from .problems import TrainingError, TrainingProblem
from .quantisation import quantise
from .scaling import Extent, scale_levels
from .training import HeldOut, Progress, Trained, train

# Fewer rows or places than this on a floor teach a network nothing that a table would not say better.
MIN_ROWS = 20
MIN_PLACES = 3

# Rows that show the quantiser what the layers take; surveyed and expected ones as in training.
CALIBRATION_ROWS = 2000

# What a network is said to err by where nothing was held out to see (m).
UNTESTED_SD_M = 1.5

# What use has taught must lower the held-out error by this share: less is what another seed brings, and of what passed
# at 2 % on the real flat half made the test worse.
MIN_GAIN = 0.05

# Whatever the held-out blocks say: places and their labels are no better known than this (m).
MIN_SD_M = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class TrainedModels:
    """Models and the number of steps that each took, by floor, None for the rooms'; `floats` before quantisation.

    `helped` are those that err less with what ordinary use has taught, and learnt from it.
    """

    models: TinyModels
    steps: dict[str | None, int] = field(default_factory=dict)
    floats: dict[str | None, Perceptron] = field(default_factory=dict, repr=False)
    helped: frozenset[str | None] = frozenset()


def train_models(
    model: PositioningModel,
    held_out: Sequence[Block] = (),
    *,
    learnt: Survey = (),
    helped: Container[str | None] = (),
    seed: int = 0,
    progress: Progress = lambda _: None,
) -> TrainedModels:
    """Train from the survey in `model`; `held_out`, blocks not in it, say when to stop and how far off it is.

    What use has taught, `learnt`, counts for those networks that err less with it; without held-out blocks to tell, for
    those that it has `helped` before. Raises TrainingError where there is too little to learn from.
    """
    data = dataset_of(model.home, model.survey)
    tests = dataset_of(model.home, samples_of(held_out))
    places = {floor.id: data.placed_on(floor.id) for floor in model.home.floors}
    learnable = [floor for floor, rows in places.items() if _is_enough(rows)]
    taught = dataset_of(model.home, learnt)
    spots = tuple(spot_cells(model))
    with_rooms = len(spots) > 1 and len(data) >= MIN_ROWS
    parts = len(learnable) + with_rooms
    if not parts:
        raise _too_little(data, spots)
    found: dict[str | None, _Network] = {}
    for index, floor in enumerate(learnable):
        part = _Part(model, tests.placed_on(floor), seed, _share(progress, index, parts), taught, floor in helped)
        found[floor] = part.place(floor, places[floor])
    if with_rooms:
        part = _Part(model, tests, seed, _share(progress, parts - 1, parts), taught, None in helped)
        found[None] = part.rooms(spots, data)
    return TrainedModels(
        TinyModels({floor: found[floor].model for floor in learnable}, found[None].model if with_rooms else None),
        {name: one.trained.steps for name, one in found.items()},
        {name: one.trained.network for name, one in found.items()},
        frozenset(name for name, one in found.items() if one.helped),
    )


def _is_enough(rows: Dataset) -> bool:
    return len(rows) >= MIN_ROWS and len(np.unique(rows.places.round(1), axis=0)) >= MIN_PLACES


def _too_little(data: Dataset, spots: Sequence[Spot]) -> TrainingError:
    if not len(data):
        return TrainingError(TrainingProblem.NO_SAMPLES)
    if len(spots) < 2:
        return TrainingError(TrainingProblem.ONE_ROOM)
    return TrainingError(TrainingProblem.TOO_FEW_SAMPLES)


def _share(progress: Progress, part: int, parts: int) -> Progress:
    return lambda share: progress((part + share) / parts)


@dataclass(frozen=True, slots=True, eq=False)
class _Network:
    """A network, how it was trained, and whether with what use has taught."""

    model: TinyModel
    trained: Trained
    helped: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """The training of one network; `taught` by use, and whether that has `helped` before."""

    model: PositioningModel
    tests: Dataset
    seed: int
    progress: Progress
    taught: Dataset
    helped: bool

    def place(self, floor: str, rows: Dataset) -> _Network:
        grid = self.model.grid
        index = [level.id for level in self.model.home.floors].index(floor)
        expected = MapRows(self.model, np.flatnonzero((grid.floor == index) & grid.placed))
        extent = Extent.around(np.concatenate((rows.places, grid.points[expected.cells])))
        taught = self.taught.placed_on(floor)

        def objective(learnt: Rows | None) -> PlaceObjective:
            return PlaceObjective((rows.levels, rows.places), extent, expected, learnt)

        trained, helped = self._train(objective, (self.tests.levels, self.tests.places), (taught.levels, taught.places))
        covariance = self._covariance(trained.network, extent)
        meaning = Meaning(Task.PLACE, rows.anchors, floor, extent, covariance)
        return _Network(self._quantised(trained.network, objective(None), meaning), trained, helped)

    def rooms(self, spots: tuple[Spot, ...], data: Dataset) -> _Network:
        cells = spot_cells(self.model)
        spot_of_cell = np.zeros(len(self.model.grid), dtype=np.intp)
        for index, one in enumerate(spots):
            spot_of_cell[cells[one]] = index
        expected = MapRows(self.model, np.arange(len(self.model.grid)))
        surveyed, tests, taught = (_rows_at(one, spots) for one in (data, self.tests, self.taught))

        def objective(learnt: Rows | None) -> RoomObjective:
            return RoomObjective(surveyed, expected, spot_of_cell, learnt)

        trained, helped = self._train(objective, tests, taught)
        meaning = Meaning(Task.ROOM, data.anchors, spots=spots)
        return _Network(self._quantised(trained.network, objective(None), meaning), trained, helped)

    def _train(
        self, objective: Callable[[Rows | None], PlaceObjective | RoomObjective], tests: HeldOut, taught: Rows
    ) -> tuple[Trained, bool]:
        """Train without what use has taught and with it, and return what errs less, and whether that is the latter."""
        held_out = tests if len(tests[0]) else None
        if not len(taught[0]) or (held_out is None and not self.helped):
            return self._trained(objective(None), held_out, self.progress), False
        if held_out is None:
            return self._trained(objective(taught), None, self.progress), True
        without = self._trained(objective(None), held_out, lambda share: self.progress(0.5 * share))
        with_use = self._trained(objective(taught), held_out, lambda share: self.progress(0.5 + 0.5 * share))
        error = objective(None).error
        helped = error(with_use.network, *held_out) < (1.0 - MIN_GAIN) * error(without.network, *held_out)
        return (with_use if helped else without), helped

    def _trained(
        self, objective: PlaceObjective | RoomObjective, held_out: HeldOut | None, progress: Progress
    ) -> Trained:
        inputs = len(self.model.home.anchors)
        return train(objective, inputs, seed=self.seed, held_out=held_out, progress=progress)

    def _covariance(self, network: Perceptron, extent: Extent) -> FloatArray:
        if len(self.tests) < MIN_ROWS:
            return UNTESTED_SD_M**2 * np.eye(2)
        away = extent.places(network(scale_levels(self.tests.levels))) - self.tests.places
        return np.asarray(away.T @ away / len(away) + MIN_SD_M**2 * np.eye(2))

    def _quantised(self, network: Perceptron, objective: PlaceObjective | RoomObjective, meaning: Meaning) -> TinyModel:
        calibration, _ = objective.batch(CALIBRATION_ROWS, np.random.default_rng(self.seed))
        if meaning.task is Task.ROOM:
            # Log odds are relative, so that they may all lie above zero.
            network = network.raised(-float(network(calibration).min()))
        return TinyModel.of(correct_biases(quantise(network, calibration), network, calibration), meaning)


def _rows_at(data: Dataset, spots: tuple[Spot, ...]) -> Rows:
    rows, spot = data.at_spots(spots)
    return rows.levels, one_hot(spot, len(spots))
