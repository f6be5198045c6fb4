"""Surveys of the small flat that are worth training on, with readings as a noisy radio gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from custom_components.indoor_positioning.engine.geometry import Point
from custom_components.indoor_positioning.engine.home import Home
from custom_components.indoor_positioning.engine.neural.perceptron import Perceptron
from custom_components.indoor_positioning.engine.neural.quantisation import QuantisedPerceptron, quantise
from custom_components.indoor_positioning.engine.survey import Survey
from tests.engine.small_home import FLAT, survey

STAND_S = 12.0

PLACES: tuple[tuple[str, str, Point], ...] = (
    ("kitchen", "0", (1.0, 1.0)),
    ("kitchen", "0", (3.0, 3.0)),
    ("kitchen", "0", (1.0, 3.0)),
    ("living", "0", (5.5, 1.5)),
    ("living", "0", (7.5, 2.5)),
    ("living", "0", (5.0, 3.2)),
    ("bedroom", "0", (2.0, 5.5)),
    ("bedroom", "0", (7.0, 5.5)),
    ("bedroom", "0", (4.5, 6.0)),
)


def noisy_survey(home: Home = FLAT, places: Sequence[tuple[str, str, Point]] = PLACES, seed: int = 0) -> Survey:
    """Return a stand at each place, a minute apart, 12 packets with 3 dB of noise a link."""
    rng = np.random.default_rng(seed)
    return tuple(
        replace(
            sample,
            readings={
                anchor: tuple(float(value) for value in np.round(values[0] + rng.normal(0.0, 3.0, 12)))
                for anchor, values in sample.readings.items()
            },
            time=60.0 * index,
            duration=STAND_S,
        )
        for index, sample in enumerate(survey(home, places))
    )


def random_network(seed: int, inputs: int = 8, outputs: int = 2) -> QuantisedPerceptron:
    """Return a quantised network with random weights and biases."""
    rng = np.random.default_rng(seed)
    network = Perceptron.random(inputs, outputs, rng)
    biases = tuple(rng.normal(0.0, 0.2, len(bias)) for bias in network.biases)
    network, calibration = Perceptron(network.weights, biases), rng.random((500, inputs))
    return quantise(network.raised(-float(network(calibration).min())), calibration)
