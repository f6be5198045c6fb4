"""A sample speaks for the cells around it, for all anchors at once, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from custom_components.indoor_positioning.engine.grid import build_grid
from custom_components.indoor_positioning.engine.likelihood import Links, RssiLikelihood
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.sample_likelihood import (
    MAX_SAMPLES,
    MOMENT_S,
    REACH_M,
    REACHES,
    UNHEARD_DBM,
    SampleLikelihood,
)
from custom_components.indoor_positioning.engine.survey import Survey, SurveySample
from tests.engine.small_home import FLAT, FLAT_SURVEY

GRID = build_grid(FLAT)
OFFSETS = np.array([-4.0, 0.0, 4.0])
ANCHORS = [anchor.id for anchor in FLAT.anchors]
PLACE = (2.0, 2.0)


def _sample(levels: dict[str, float], position: tuple[float, float] | None = PLACE) -> SurveySample:
    return SurveySample("tag", "0", None, position, {anchor: (level,) * 4 for anchor, level in levels.items()})


def _fit(samples: SampleLikelihood, levels: dict[str, float]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    model = PositioningModel.build(FLAT)
    rows = np.array([model.likelihood.row[anchor] for anchor in levels])
    links = Links(rows, np.array(list(levels.values())), np.full(len(rows), 2.0), np.empty(0, dtype=np.intp), 1.0)
    with_samples = RssiLikelihood(model.radio_map, OFFSETS, samples=samples).log_likelihood(links)
    without = RssiLikelihood(model.radio_map, OFFSETS).log_likelihood(links)
    return with_samples - without


def test_readings_like_the_sample_speak_for_its_surroundings_only() -> None:
    levels = dict.fromkeys(ANCHORS, -71.0)
    samples = SampleLikelihood(FLAT, GRID, (_sample(levels),))
    gain = _fit(samples, levels)[:, 1]
    away = np.hypot(*(GRID.points - PLACE).T)
    assert gain[away.argmin()] > 0.5
    assert not gain[away > REACH_M * REACHES].any()


def test_readings_that_differ_leave_the_map_its_share() -> None:
    samples = SampleLikelihood(FLAT, GRID, (_sample(dict.fromkeys(ANCHORS, -40.0)),))
    loss = _fit(samples, dict.fromkeys(ANCHORS, -90.0))[:, 1]
    # At the very place the map keeps half of the mixture: it loses a factor of two at the most.
    assert loss.min() >= np.log(0.5) - 1e-3


def test_levels_are_taken_together() -> None:
    """Two moments of one place: either fits as a whole, what mixes them fits neither."""
    first, second = {ANCHORS[0]: -60.0, ANCHORS[1]: -80.0}, {ANCHORS[0]: -80.0, ANCHORS[1]: -60.0}
    samples = SampleLikelihood(FLAT, GRID, (_sample(first), _sample(second)))
    here = int(np.hypot(*(GRID.points - PLACE).T).argmin())
    mixed = dict.fromkeys(first, -60.0)
    assert _fit(samples, first)[here, 1] > 0.0
    assert _fit(samples, second)[here, 1] > 0.0
    assert _fit(samples, mixed)[here, 1] < 0.0


def test_an_anchor_that_a_sample_did_not_hear_would_have_been_faint() -> None:
    samples = SampleLikelihood(FLAT, GRID, (_sample({ANCHORS[0]: -60.0}),))
    assert samples.mean[0, 0] == -60.0
    assert (samples.mean[1:, 0] == UNHEARD_DBM).all()
    assert (samples.variance[1:, 0] > samples.variance[0, 0]).all()


def test_a_room_that_is_drawn_is_left_to_the_map() -> None:
    sample = _sample({ANCHORS[0]: -60.0}, None)
    nowhere: Survey = (sample, replace(sample, room="kitchen"), replace(sample, position=PLACE, floor="cellar"))
    assert len(SampleLikelihood(FLAT, GRID, nowhere)) == 0
    assert len(SampleLikelihood(FLAT, GRID, ())) == 0


def test_a_room_that_is_not_drawn_is_its_cell() -> None:
    room = FLAT.rooms[0]
    home = replace(FLAT, rooms=tuple(replace(each, outline=None) for each in FLAT.rooms))
    grid = build_grid(home)
    samples = SampleLikelihood(home, grid, (replace(_sample({ANCHORS[0]: -60.0}, None), room=room.id),))
    assert [home.rooms[index].id for index in grid.room[samples.cells]] == [room.id]


def test_a_sample_of_a_room_is_cut_into_moments_and_loses_nothing() -> None:
    room = FLAT.rooms[0].id
    home = replace(FLAT, rooms=tuple(replace(each, outline=None) for each in FLAT.rooms))
    readings = {ANCHORS[0]: (-60.0, -60.0, -80.0, -80.0), ANCHORS[1]: (-50.0, -70.0)}
    sample = SurveySample("tag", "0", room, None, readings, duration=2.0 * MOMENT_S)
    samples = SampleLikelihood(home, build_grid(home), (sample,))
    assert samples.mean[:2].T.tolist() == [[-60.0, -50.0], [-80.0, -70.0]]


def test_samples_off_the_plan_change_nothing() -> None:
    levels = dict.fromkeys(ANCHORS, -60.0)
    samples = SampleLikelihood(FLAT, GRID, (_sample(levels, (500.0, 500.0)),))
    assert not _fit(samples, levels).any()


def test_shares_of_a_cell_sum_to_one() -> None:
    samples = SampleLikelihood(FLAT, GRID, FLAT_SURVEY)
    np.testing.assert_allclose(samples.share.sum(axis=0) + samples.map_share, 1.0, rtol=1e-5)


def test_a_large_survey_is_thinned_evenly() -> None:
    many = tuple(_sample({ANCHORS[0]: -60.0}, (1.0 + index * 1e-3, 1.0)) for index in range(2 * MAX_SAMPLES + 1))
    assert MAX_SAMPLES // 2 <= len(SampleLikelihood(FLAT, GRID, many)) <= MAX_SAMPLES
