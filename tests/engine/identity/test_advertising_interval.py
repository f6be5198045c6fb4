"""The interval of a beacon, from when its packets arrive."""

from __future__ import annotations

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.geometry import FloatArray
from custom_components.indoor_positioning.engine.identity.advertising_interval import (
    ON_THE_BEAT_S,
    advertising_interval,
    fullest_beat,
)


def arrivals(interval: float, *, phase: float = 0.0, count: int = 30, seed: int = 0) -> FloatArray:
    """A third lost, the random delay of Bluetooth, batches of 0.2 s."""
    rng = np.random.default_rng(seed)
    sent = phase + np.cumsum(interval + rng.uniform(0.0, 0.01, count))
    return np.ceil(sent[rng.random(count) > 0.35] / 0.2) * 0.2


@pytest.mark.parametrize("interval", [0.6, 1.0, 1.285, 2.0, 5.0, 10.0])
def test_one_train(interval: float) -> None:
    found = advertising_interval([arrivals(interval, seed=seed) for seed in range(4)])
    assert found == pytest.approx(interval + 0.005, rel=0.03, abs=0.03)


def test_too_few_say_nothing() -> None:
    assert advertising_interval([]) is None
    assert advertising_interval([np.array([0.0, 1.0, 2.0])]) is None


def test_the_beat_holds_its_train() -> None:
    times = np.sort(np.concatenate([arrivals(1.0, seed=1), arrivals(1.0, seed=2)]))
    beat = fullest_beat(times, 1.0)
    on_beat = (times - beat.start) % beat.period <= ON_THE_BEAT_S
    assert on_beat.mean() >= 0.95
