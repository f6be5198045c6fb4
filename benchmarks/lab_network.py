"""The literature's lab for small networks: 5 x 5 m, a beacon in each corner, a survey on a 0.5 m grid.

Published errors of such set-ups lie below half a metre. The answer depends on the noise that the link filter leaves, so
it is measured over that noise; levels follow the lab's law (lab.py), and what varies is white.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from custom_components.indoor_positioning.engine.geometry import FloatArray, rectangle
from custom_components.indoor_positioning.engine.home import Anchor, Floor, Home, Room
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.neural.scaling import scale_levels
from custom_components.indoor_positioning.engine.neural.trainer import train_models
from custom_components.indoor_positioning.engine.survey import Survey, SurveySample

from .lab import EXPONENT, REFERENCE_DBM

SIDE_M = 5.0
SPACING_M = 0.5
STAND_S = 6.0
TESTS = 2000

# What is left after the filter (dB): next to nothing; a stand's mean; a walk's; the lab's own.
NOISES_DB = (0.5, 1.0, 1.5, 2.0, 2.3, 3.0)

CORNERS = np.array([(0.0, 0.0), (SIDE_M, 0.0), (0.0, SIDE_M), (SIDE_M, SIDE_M)])
HOME = Home(
    rooms=(Room("lab", "Lab", "0", rectangle(0.0, 0.0, SIDE_M, SIDE_M)),),
    anchors=tuple(Anchor(f"b{index}", "0", (x, y, 1.1), "lab") for index, (x, y) in enumerate(CORNERS)),
    floors=(Floor("0", "Lab"),),
)


@dataclass(frozen=True, slots=True)
class NetworkResult:
    """The mean error in metres at one noise in dB, and by which share 8 bits have changed it."""

    noise: float
    error: float
    quantisation_loss: float


def network_in_lab(noise: float, seed: int = 0) -> NetworkResult:
    """Survey the grid, train, and test at places of another draw, all with the same noise."""
    rng = np.random.default_rng([seed, 0x4C4142])
    trained = train_models(PositioningModel.build(HOME, _survey(noise, rng)), seed=seed)
    places = rng.uniform(0.0, SIDE_M, (TESTS, 2))
    levels = _levels(places, noise, rng)
    model = trained.models.places["0"]
    extent = model.meaning.extent
    assert extent is not None
    error = _mean_error(model.places(levels), places)
    exact = _mean_error(extent.places(trained.floats["0"](scale_levels(levels))), places)
    return NetworkResult(noise, error, error / exact - 1.0)


def _mean_error(found: FloatArray, places: FloatArray) -> float:
    return float(np.linalg.norm(found - places, axis=1).mean())


def _levels(places: FloatArray, noise: float, rng: np.random.Generator) -> FloatArray:
    distance = np.maximum(np.linalg.norm(places[:, None] - CORNERS, axis=2), 0.1)
    expected = REFERENCE_DBM - 10.0 * EXPONENT * np.log10(distance)
    return np.asarray(expected + noise * rng.normal(size=expected.shape))


def _survey(noise: float, rng: np.random.Generator) -> Survey:
    steps = np.arange(SPACING_M / 2.0, SIDE_M, SPACING_M)
    places = np.array([(x, y) for x in steps for y in steps])
    levels = np.stack([_levels(places, noise, rng) for _ in range(round(STAND_S))], axis=2)
    return tuple(
        SurveySample(
            "tag",
            "0",
            "lab",
            (float(x), float(y)),
            {anchor.id: tuple(map(float, row)) for anchor, row in zip(HOME.anchors, heard, strict=True)},
            time=100.0 * index,
            duration=STAND_S,
        )
        for index, ((x, y), heard) in enumerate(zip(places, levels, strict=True))
    )


def network_lines(results: list[NetworkResult]) -> list[str]:
    """Return the errors as lines of a Markdown table."""
    return [
        "| noise after the filter, dB | mean error, m | of which 8 bits, % |",
        "|---:|---:|---:|",
        *(f"| {one.noise:.1f} | {one.error:.2f} | {100.0 * one.quantisation_loss:+.1f} |" for one in results),
    ]
