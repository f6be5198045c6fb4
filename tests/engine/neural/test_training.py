from __future__ import annotations

import math

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.geometry import FloatArray
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.neural.augmentation import augment
from custom_components.indoor_positioning.engine.neural.map_rows import MapRows, spot_cells
from custom_components.indoor_positioning.engine.neural.objectives import PlaceObjective, one_hot, row_softmax
from custom_components.indoor_positioning.engine.neural.perceptron import Perceptron
from custom_components.indoor_positioning.engine.neural.scaling import Extent
from custom_components.indoor_positioning.engine.neural.training import LOOK_EVERY, MIN_STEPS, train
from tests.engine.small_home import FLAT, HOUSE, ideal_rssi


class _Line:
    """Wants 2 a - b of inputs a and b; `worse_from` is the step from which its held-out error grows."""

    outputs = 1

    def __init__(self, worse_from: float = math.inf) -> None:
        self.looks = 0
        self._worse_from = worse_from

    def batch(self, size: int, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
        inputs = rng.random((size, 2))
        return inputs, self.wanted(inputs)

    def wanted(self, inputs: FloatArray) -> FloatArray:
        return np.asarray(2.0 * inputs[:, :1] - inputs[:, 1:])

    def gradient(self, found: FloatArray, wanted: FloatArray) -> FloatArray:
        return np.asarray((found - wanted) / len(found))

    def error(self, network: Perceptron, levels: FloatArray, wanted: FloatArray) -> float:
        step = MIN_STEPS + self.looks * LOOK_EVERY
        self.looks += 1
        return abs(step - self._worse_from) if math.isfinite(self._worse_from) else 1.0 / step


def test_the_gradient_is_that_of_finite_differences() -> None:
    rng = np.random.default_rng(1)
    network = Perceptron.random(3, 2, rng)
    inputs, direction = rng.random((5, 3)), rng.normal(size=(5, 2))
    parameters = network.parameters
    network = network.over(parameters)
    gradient = network.gradient(network.layers(inputs), direction)
    for index in rng.integers(len(parameters), size=200):
        ends = []
        for step in (1e-6, -2e-6):
            parameters[index] += step
            ends.append(float((network(inputs) * direction).sum()))
        parameters[index] += 1e-6
        assert (ends[0] - ends[1]) / 2e-6 == pytest.approx(gradient[index], abs=1e-5)


def test_it_learns() -> None:
    line = _Line()
    network = train(line, 2, seed=0, steps=2000).network
    inputs = np.random.default_rng(5).random((100, 2))
    assert np.abs(network(inputs) - line.wanted(inputs)).max() < 0.1


def test_the_same_seed_gives_the_same_network() -> None:
    first, again, other = (train(_Line(), 2, seed=seed, steps=50).network for seed in (3, 3, 4))
    assert all((a == b).all() for a, b in zip(first.weights, again.weights, strict=True))
    assert not all((a == b).all() for a, b in zip(first.weights, other.weights, strict=True))


def test_it_stops_where_the_held_out_error_was_least() -> None:
    nothing = (np.empty((1, 2)), np.empty((1, 1)))
    line = _Line(worse_from=MIN_STEPS + 2.0 * LOOK_EVERY)
    assert train(line, 2, seed=0, held_out=nothing).steps == MIN_STEPS + 2 * LOOK_EVERY
    assert line.looks == 2 + 1 + 15


def test_progress_is_told_and_may_stop_it() -> None:
    told: list[float] = []

    def stop(share: float) -> None:
        told.append(share)
        if len(told) == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        train(_Line(), 2, seed=0, steps=1000, progress=stop)
    assert told == [0.1, 0.2]


def test_augmentation_moves_all_links_together_and_drops_some() -> None:
    levels = np.full((4000, 3), -60.0)
    levels[:, 2] = np.nan
    changed = augment(levels, np.random.default_rng(0))
    heard = changed[~np.isnan(changed[:, :2]).any(axis=1), :2] + 60.0
    assert np.corrcoef(heard.T)[0, 1] == pytest.approx(0.57, abs=0.06)  # uniform within 4 dB, 2 dB of noise on each
    assert np.isnan(changed[:, 2]).all()
    assert 0.03 < np.isnan(changed[:, :2]).mean() < 0.07
    assert (levels[:, :2] == -60.0).all()


def test_the_map_gives_rows_between_the_stands() -> None:
    model = PositioningModel.build(FLAT)
    expected = MapRows(model, spot_cells(model)["0", "bedroom"])
    rng = np.random.default_rng(0)
    levels, cells = expected.draw(2000, rng)
    places = expected.places(cells, rng)
    assert (places[:, 1] > 4.0 - 0.3).all()
    truth = np.array([[ideal_rssi(FLAT, anchor, (x, y), "0") for anchor in FLAT.anchors] for x, y in places])
    assert abs(float(np.nanmean(levels - truth))) < 6.0
    assert 0.0 < np.isnan(levels).mean() < 0.3


def test_spots_are_rooms_on_floors() -> None:
    cells = spot_cells(PositioningModel.build(HOUSE))
    assert set(cells) == {("g", "down"), ("u", "up")}
    assert spot_cells(PositioningModel.build(FLAT)).keys() == {("0", room.id) for room in FLAT.rooms}


def test_the_place_error_is_in_metres() -> None:
    model = PositioningModel.build(FLAT)
    extent = Extent((0.0, 0.0), (2.0, 2.0))
    expected = MapRows(model, np.arange(len(model.grid)))
    objective = PlaceObjective((np.full((1, 4), -60.0), np.zeros((1, 2))), extent, expected)
    network = Perceptron((np.zeros((2, 4)),), (np.array([0.5, 0.0]),))
    assert objective.error(network, np.full((3, 4), -60.0), np.zeros((3, 2))) == pytest.approx(1.0)
    inputs, wanted = objective.batch(64, np.random.default_rng(0))
    assert inputs.shape == (64, 4)
    assert wanted.shape == (64, 2)
    assert ((inputs >= 0.0) & (inputs <= 1.0)).all()


def test_chances_sum_to_one() -> None:
    chances = row_softmax(np.array([[1000.0, 0.0], [0.0, 0.0]]))
    assert chances == pytest.approx(np.array([[1.0, 0.0], [0.5, 0.5]]))
    assert one_hot(np.array([1, 0], dtype=np.intp), 2).tolist() == [[0.0, 1.0], [1.0, 0.0]]
