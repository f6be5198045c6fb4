from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.measurement import (
    Bearing,
    Fix,
    Measurement,
    MeasurementProblem,
    Movement,
    Pressure,
    Range,
    Signal,
    problem_of,
)


@pytest.mark.parametrize(
    "sound",
    [
        Bearing(0.0, "tag", "a", math.radians(-180.0), math.radians(90.0)),
        Bearing(0.0, "tag", "a", math.radians(360.0)),
        Range(0.0, "tag", "a", 0.0, 0.1),
        Movement(0.0, "tag", 0.0, None),
        Movement(0.0, "tag", None, 6.0),
        Movement(0.0, "tag", moving=False),
        Pressure(0.0, "tag", -1.2),
        Fix(0.0, "tag", (1.0, -2.0), 0.5),
        Signal(0.0, "tag", "a", -60.0),
    ],
)
def test_what_is_in_range_is_a_measurement(sound: Measurement) -> None:
    assert problem_of(sound) is None


@pytest.mark.parametrize(
    ("unsound", "problem"),
    [
        (Bearing(math.nan, "tag", "a", 0.0), MeasurementProblem.TIME),
        (Fix(0.0, "tag", (math.nan, 0.0), 0.5), MeasurementProblem.POSITION),
        (Fix(0.0, "tag", (0.0, 20_000.0), 0.5), MeasurementProblem.POSITION),
        (Fix(0.0, "tag", (0.0, 0.0), 0.0), MeasurementProblem.SIGMA),
        (Signal(0.0, "tag", "a", 127.0), MeasurementProblem.RSSI),
        (Bearing(0.0, "tag", "a", math.radians(361.0)), MeasurementProblem.AZIMUTH),
        (Bearing(0.0, "tag", "a", math.nan), MeasurementProblem.AZIMUTH),
        (Bearing(0.0, "tag", "a", 0.0, math.radians(-91.0)), MeasurementProblem.ELEVATION),
        (Bearing(0.0, "tag", "a", 0.0, math.nan), MeasurementProblem.ELEVATION),
        (Bearing(0.0, "tag", "a", 0.0, sigma=0.0), MeasurementProblem.SIGMA),
        (Range(0.0, "tag", "a", -0.1, 0.1), MeasurementProblem.DISTANCE),
        (Range(0.0, "tag", "a", math.inf, 0.1), MeasurementProblem.DISTANCE),
        (Range(0.0, "tag", "a", 1.0, math.nan), MeasurementProblem.SIGMA),
        (Range(math.inf, "tag", "a", 1.0, 0.1), MeasurementProblem.TIME),
        (Movement(0.0, "tag", -1.0), MeasurementProblem.SPEED),
        (Movement(0.0, "tag", math.nan), MeasurementProblem.SPEED),
        (Movement(0.0, "tag", None, 40.0), MeasurementProblem.HEADING),
        (Pressure(0.0, "tag", math.nan), MeasurementProblem.PRESSURE),
        (Pressure(0.0, "tag", 1013.0), MeasurementProblem.PRESSURE),
        (Movement(0.0, "tag"), MeasurementProblem.EMPTY),
    ],
)
def test_what_is_not_is_refused_with_its_reason(unsound: Measurement, problem: MeasurementProblem) -> None:
    assert problem_of(unsound) is problem


@given(st.floats(), st.floats(), st.one_of(st.none(), st.floats()), st.floats())
def test_only_finite_bearings_pass(time: float, azimuth: float, elevation: float | None, sigma: float) -> None:
    if problem_of(Bearing(time, "tag", "a", azimuth, elevation, sigma)) is None:
        assert all(math.isfinite(value) for value in (time, azimuth, elevation or 0.0, sigma))
