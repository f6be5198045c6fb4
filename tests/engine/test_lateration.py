from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from custom_components.indoor_positioning.engine.lateration import SOFTENING_M, Prior, laterate

SQUARE = np.array(((0.0, 0.0), (10.0, 0.0), (0.0, 10.0), (10.0, 10.0)))
WEAK = Prior(np.array((5.0, 5.0)), 100.0)
WEAK_3D = Prior(np.array((5.0, 5.0, 2.0)), 100.0)


def _softened(place: np.ndarray, anchors: np.ndarray) -> np.ndarray:
    return np.asarray(np.sqrt(((place - anchors) ** 2).sum(axis=1) + SOFTENING_M**2))


@pytest.mark.parametrize("place", [(2.0, 7.0), (9.5, 0.5), (5.0, 5.0), (12.0, 3.0)])
def test_exact_distances_give_the_exact_place(place: tuple[float, float]) -> None:
    fix = laterate(SQUARE, _softened(np.array(place), SQUARE), 0.2, WEAK)
    assert fix.position == pytest.approx(place, abs=0.02)


def test_it_works_in_space() -> None:
    anchors = np.array(((0.0, 0.0, 0.0), (8.0, 0.0, 3.0), (0.0, 8.0, 3.0), (8.0, 8.0, 0.0), (4.0, 4.0, 5.0)))
    place = np.array((3.0, 5.0, 1.0))
    fix = laterate(anchors, _softened(place, anchors), 0.2, WEAK_3D)
    assert fix.position == pytest.approx(place, abs=0.05)
    assert fix.covariance.shape == (3, 3)


def test_known_heights_make_slant_distances_a_place_in_the_plane() -> None:
    rise = np.array((2.0, 2.0, 2.0, 2.0))
    place = np.array((3.0, 4.0))
    distances = np.sqrt(((place - SQUARE) ** 2).sum(axis=1) + rise**2 + SOFTENING_M**2)
    assert laterate(SQUARE, distances, 0.2, WEAK, rise=rise).position == pytest.approx(place, abs=0.02)


def test_a_common_factor_on_all_distances_is_found_where_it_is_allowed() -> None:
    place = np.array((3.0, 6.0))
    distances = 1.7 * _softened(place, SQUARE)
    free = laterate(SQUARE, distances, 0.1, Prior(np.array((5.0, 5.0)), 100.0, gain_sd=1.0))
    assert free.position == pytest.approx(place, abs=0.1)


def test_one_wild_anchor_does_not_pull_the_fix() -> None:
    anchors = np.array([(x, y) for x in (0.0, 5.0, 10.0) for y in (0.0, 5.0, 10.0)])
    place = np.array((3.0, 7.0))
    distances = _softened(place, anchors)
    distances[0] *= 6.0
    assert laterate(anchors, distances, 0.2, WEAK).position == pytest.approx(place, abs=0.5)


def test_the_covariance_is_what_repetition_shows() -> None:
    rng = np.random.default_rng(1)
    place = np.array((4.0, 6.0))
    true = _softened(place, SQUARE)
    fixes = [laterate(SQUARE, true * np.exp(0.1 * rng.normal(size=4)), 0.1, WEAK) for _ in range(400)]
    spread = np.cov(np.array([fix.position for fix in fixes]).T)
    said = np.mean([fix.covariance for fix in fixes], axis=0)
    # Misfit inflates what is said, so it is careful rather than exact.
    assert np.trace(spread) <= np.trace(said) <= 2.5 * np.trace(spread)


def test_without_anchors_the_prior_answers() -> None:
    fix = laterate(np.empty((0, 2)), np.empty(0), 0.3, Prior(np.array((1.0, 2.0)), 3.0))
    assert fix.position == pytest.approx((1.0, 2.0))
    assert fix.covariance == pytest.approx(9.0 * np.eye(2))


coordinates = st.floats(-100.0, 100.0)


@given(
    anchors=hnp.arrays(float, st.tuples(st.integers(0, 8), st.sampled_from([2, 3])), elements=coordinates),
    data=st.data(),
)
def test_it_always_answers_with_a_finite_positive_covariance(anchors: np.ndarray, data: st.DataObject) -> None:
    """Few, coincident and collinear anchors are all drawn here: hypothesis likes to repeat values."""
    count, dimensions = anchors.shape
    distances = data.draw(hnp.arrays(float, count, elements=st.floats(0.0, 1000.0)))
    fix = laterate(anchors, distances, 0.3, Prior(np.zeros(dimensions), 10.0, gain_sd=0.3))
    assert np.isfinite(fix.position).all()
    assert np.isfinite(fix.covariance).all()
    assert (np.linalg.eigvalsh(fix.covariance) > 0.0).all()
