"""The re-implementation against figures that were measured with the real algorithm."""

from __future__ import annotations

import math

import numpy as np
import pytest

from benchmarks.peers.bermuda import ATTENUATION, POLL_S, REFERENCE_DBM, Bermuda
from custom_components.indoor_positioning.engine.home import Anchor, Home, Room
from custom_components.indoor_positioning.engine.observation import Observation

HOME = Home(
    rooms=(Room("kitchen", "Kitchen", "ground"), Room("living", "Living room", "ground")),
    anchors=(Anchor("k", "ground", None, "kitchen"), Anchor("l", "ground", None, "living")),
)


def _distance(rssi: float) -> float:
    return float(10.0 ** ((REFERENCE_DBM - rssi) / (10.0 * ATTENUATION)))


def _poll(bermuda: Bermuda, cycle: int, levels: dict[str, float]) -> dict[str, float]:
    """Deliver a packet of each scanner just before poll `cycle` and let it happen; the first packet starts polling."""
    for anchor, rssi in levels.items():
        bermuda.observe(Observation(max(cycle * POLL_S - 0.01, 0.0), "tag", anchor, rssi))
    bermuda.answer(cycle * POLL_S + 0.01)
    return bermuda.distances()


@pytest.mark.parametrize(("repeats", "half", "most", "whole"), [(1, 10.5, 20.0, 21.0), (2, 5.3, 10.5, 10.5)])
def test_the_retreat_after_a_step_of_15_db_is_as_slow_as_measured(
    repeats: int, half: float, most: float, whole: float
) -> None:
    bermuda = Bermuda(HOME, repeats=repeats)
    near = [_poll(bermuda, cycle, {"k": -60.0})["k"] for cycle in range(60)][-1]
    far = _distance(-75.0)
    reached: dict[float, float] = {}
    for cycle in range(60, 100):
        share = (_poll(bermuda, cycle, {"k": -75.0})["k"] - near) / (far - near)
        for goal in (0.5, 0.9, 1.0):
            if share >= goal - 1e-9:
                reached.setdefault(goal, (cycle - 59) * POLL_S)
    assert reached[0.5] == pytest.approx(half, abs=1.1)
    assert reached[0.9] == pytest.approx(most, abs=1.1)
    assert reached[1.0] == pytest.approx(whole, abs=1.1)


def test_an_approach_is_instantaneous() -> None:
    bermuda = Bermuda(HOME)
    for cycle in range(30):
        _poll(bermuda, cycle, {"k": -75.0})
    assert _poll(bermuda, 30, {"k": -55.0})["k"] == pytest.approx(1.0)  # the distance of the reference power


@pytest.mark.parametrize(
    ("repeats", "noise", "median"),
    [(1, 2.0, 2.57), (1, 4.0, 2.11), (1, 6.0, 1.74), (2, 2.0, 2.71), (2, 4.0, 2.33), (2, 6.0, 2.00)],
)
def test_the_bias_towards_near_is_as_measured(repeats: int, noise: float, median: float) -> None:
    rng = np.random.default_rng(7)
    true = REFERENCE_DBM - 10.0 * ATTENUATION * math.log10(3.16)
    bermuda = Bermuda(HOME, repeats=repeats)
    found = [_poll(bermuda, cycle, {"k": true + noise * rng.normal()})["k"] for cycle in range(3000)]
    assert np.median(found[50:]) == pytest.approx(median, abs=0.08)


def test_the_nearer_scanner_wins_at_30_percent_at_once_and_at_15_after_a_while() -> None:
    bermuda = Bermuda(HOME)
    for cycle in range(30):
        _poll(bermuda, cycle, {"k": -70.0, "l": -75.0})
    assert bermuda.answer(29 * POLL_S + 0.01).room == "kitchen"
    # 2 dB nearer is less than 15 %: never.
    for cycle in range(30, 90):
        _poll(bermuda, cycle, {"k": -72.0, "l": -70.5})
    assert bermuda.answer(89 * POLL_S + 0.01).room == "kitchen"
    # 6 dB nearer is 45 %.
    _poll(bermuda, 90, {"k": -72.0, "l": -64.0})
    assert bermuda.answer(90 * POLL_S + 0.01).room == "living"


def test_silence_ends_the_distance_and_then_the_presence() -> None:
    bermuda = Bermuda(HOME)
    _poll(bermuda, 0, {"k": -60.0})
    assert not bermuda.answer(29.0).away
    later = bermuda.answer(33.0)
    assert (later.room, later.away) == (None, True)


def test_only_the_newest_packet_of_a_poll_counts() -> None:
    bermuda = Bermuda(HOME)
    _poll(bermuda, 0, {"k": -60.0})
    bermuda.observe(Observation(0.2, "tag", "k", -40.0))
    bermuda.observe(Observation(0.9, "tag", "k", -61.0))
    bermuda.answer(POLL_S + 0.01)
    assert bermuda.distances()["k"] == pytest.approx((_distance(-60.0) + _distance(-61.0)) / 2.0)


def test_strangers_are_not_heard() -> None:
    bermuda = Bermuda(HOME)
    bermuda.observe(Observation(0.0, "tag", "stranger", -40.0))
    assert bermuda.answer(10.0).room is None
