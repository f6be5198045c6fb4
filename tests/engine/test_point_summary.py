from __future__ import annotations

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.point_summary import PointSummary, radius_of, softmax
from tests.engine.small_home import FLAT, HOUSE


def test_a_sharp_point_is_in_its_room_and_zone() -> None:
    summary = PointSummary(PositioningModel.build(FLAT))
    estimate = summary.at_point(5.0, 4.0, np.array([1.0]), (7.0, 1.5), 0.04 * np.eye(2))
    assert estimate.room == "living"
    assert estimate.room_probabilities["living"] > 0.99
    assert estimate.zone_probabilities["sofa"] > 0.7


def test_a_point_on_a_wall_is_half_here_and_half_there() -> None:
    summary = PointSummary(PositioningModel.build(FLAT))
    estimate = summary.at_point(0.0, 0.0, np.array([1.0]), (4.0, 1.75), 0.25 * np.eye(2))
    assert estimate.room_probabilities["kitchen"] == pytest.approx(0.5, abs=0.1)
    assert estimate.room_probabilities["living"] == pytest.approx(0.5, abs=0.1)


def test_a_point_far_off_the_plan_belongs_to_the_nearest_room() -> None:
    summary = PointSummary(PositioningModel.build(FLAT))
    estimate = summary.at_point(0.0, 0.0, np.array([1.0]), (500.0, 1.0), None)
    assert estimate.room == "living"
    assert estimate.accuracy is None


def test_floors_share_the_belief() -> None:
    summary = PointSummary(PositioningModel.build(HOUSE))
    estimate = summary.at_point(0.0, 0.0, np.array([0.2, 0.8]), (4.0, 3.0), np.eye(2))
    assert estimate.floor == "u"
    assert estimate.room_probabilities == pytest.approx({"down": 0.2, "up": 0.8})


def test_the_radius_holds_68_percent_of_a_round_normal_distribution() -> None:
    rng = np.random.default_rng(0)
    away = np.linalg.norm(rng.normal(scale=2.0, size=(20_000, 2)), axis=1)
    assert (away <= radius_of(4.0 * np.eye(2))).mean() == pytest.approx(0.68, abs=0.01)


def test_softmax_survives_large_scores() -> None:
    assert softmax(np.array([1e6, 1e6])) == pytest.approx([0.5, 0.5])
    assert len(softmax(np.empty(0))) == 0
