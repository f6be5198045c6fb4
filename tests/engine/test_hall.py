"""In a hall, bearings and ranges alone say where somebody is, as well as their errors allow."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.hall import bearings, errors, ranges, walk
from custom_components.indoor_positioning.engine.locators.bayes import BayesLocator
from custom_components.indoor_positioning.engine.measurement import Bearing, Fix, Measurement
from custom_components.indoor_positioning.engine.model import PositioningModel
from tests.engine.small_home import HOUSE

SEEDS = (1, 2, 3)


def test_four_anchors_that_tell_directions_to_five_degrees_place_a_walker_within_half_a_metre() -> None:
    results = [errors(walk(seed), bearings(walk(seed), seed)) for seed in SEEDS]
    off = np.concatenate([result[0] for result in results])
    said = np.concatenate([result[1] for result in results])
    assert np.median(off) <= 0.5
    assert np.quantile(off, 0.9) <= 1.0
    assert 0.6 <= np.mean(off <= said) <= 0.9, "the radius holds the truth about as often as it promises, 68 %"


def test_three_anchors_that_range_to_a_decimetre_place_a_walker_within_fifteen_centimetres() -> None:
    results = [errors(walk(seed), ranges(walk(seed), seed)) for seed in SEEDS]
    off = np.concatenate([result[0] for result in results])
    assert np.median(off) <= 0.15
    assert np.mean(off <= np.concatenate([result[1] for result in results])) >= 0.6


@pytest.mark.parametrize(("locator", "reach"), [("bearings", 1.0), ("particle", 1.2)])
def test_other_locators_place_a_walker_by_bearings_too(locator: str, reach: float) -> None:
    results = [errors(walk(seed), bearings(walk(seed), seed), locator) for seed in SEEDS]
    off = np.concatenate([result[0] for result in results])
    assert np.median(off) <= 0.5
    assert np.quantile(off, 0.9) <= reach
    assert np.mean(off <= np.concatenate([result[1] for result in results])) >= 0.45


def test_particles_find_a_place_by_ranges() -> None:
    off, _ = errors(walk(1), ranges(walk(1), 1), "particle")
    assert np.median(off) <= 0.25


def test_azimuths_without_elevations_are_enough() -> None:
    way = walk(4)
    flat = [replace(item, elevation=None) for item in bearings(way, 4) if isinstance(item, Bearing)]
    assert np.median(errors(way, [*flat])[0]) <= 0.5


@pytest.mark.parametrize("share", [0.1, 0.2])
def test_reflections_do_not_outvote_the_rest(share: float) -> None:
    way, rng = walk(5), np.random.default_rng(5)
    reflected = [
        replace(item, azimuth=float(rng.uniform(-math.pi, math.pi)))
        if isinstance(item, Bearing) and rng.random() < share
        else item
        for item in bearings(way, 5)
    ]
    off, _ = errors(way, reflected)
    assert np.median(off) <= 0.6
    assert np.quantile(off, 0.9) <= 1.3


def test_an_anchor_turned_the_wrong_way_is_outvoted() -> None:
    way = walk(6)
    turned = [
        replace(item, azimuth=math.remainder(item.azimuth + math.radians(90.0), 2.0 * math.pi))
        if isinstance(item, Bearing) and item.anchor == "a1"
        else item
        for item in bearings(way, 6)
    ]
    assert np.median(errors(way, turned)[0]) <= 0.8


@pytest.mark.parametrize(("locator", "reach"), [("bayes", 0.35), ("particle", 0.5)])
def test_fixes_place_a_walker_and_wild_ones_do_not(locator: str, reach: float) -> None:
    way, rng = walk(7), np.random.default_rng(7)
    fixes: list[Measurement] = []
    for step in range(0, len(way.places), 5):
        x, y = way.at(step * 0.1)
        place = (float(x + rng.normal(0.0, 0.3)), float(y + rng.normal(0.0, 0.3)))
        if rng.random() < 0.1:
            place = (float(rng.uniform(0.0, 12.0)), float(rng.uniform(0.0, 6.0)))
        fixes.append(Fix(step * 0.1, "tag", place, 0.3, "0", "camera"))
    off, _ = errors(way, fixes, locator)
    assert np.median(off) <= reach
    assert np.quantile(off, 0.9) <= 1.0


def test_a_fix_tells_its_floor() -> None:
    model = PositioningModel.build(HOUSE)
    locator = BayesLocator(model, "tag")
    estimate = None
    for time in range(10):
        locator.measure([Fix(float(time), "tag", (2.0, 2.0), 0.5, "u")])
        estimate = locator.update(float(time), [], frozenset())
    assert estimate is not None
    assert estimate.floor_probabilities["u"] > 0.9
