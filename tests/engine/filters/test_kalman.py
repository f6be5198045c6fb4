from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.filters.kalman import AGILE_PROCESS_VARIANCE_DB2, KalmanFilter


def test_a_still_beacon_of_8_7_db_is_smoothed_to_2_3_db_at_most() -> None:
    rng = np.random.default_rng(3)
    deviations: list[float] = []
    for _ in range(50):
        link = KalmanFilter()
        levels = [link.update(float(second), -70.0 + 8.7 * rng.normal()) for second in range(300)]
        deviations.extend(level + 70.0 for level in levels[60:])
    assert np.std(deviations) <= 2.3
    assert abs(np.mean(deviations)) < 0.3


@pytest.mark.parametrize(("process", "readings"), [(0.1, 19), (AGILE_PROCESS_VARIANCE_DB2, 6)])
def test_a_step_is_followed_to_90_percent_after_as_many_packets_as_promised(process: float, readings: int) -> None:
    link = KalmanFilter(process_variance=process)
    for second in range(100):
        link.update(float(second), -60.0)
    levels = [link.update(100.0 + second, -80.0) for second in range(60)]
    followed = next(index for index, level in enumerate(levels, start=1) if level <= -78.0)
    assert followed == pytest.approx(readings, abs=2)


def test_smoothing_goes_by_time_and_not_by_packets() -> None:
    def gain_after_a_minute(interval: float) -> float:
        link = KalmanFilter()
        for index in range(round(60.0 / interval)):
            link.update(index * interval, -60.0)
        before = link.update(60.0, -60.0)
        return (before - link.update(60.0 + interval, -70.0)) / interval

    # The same ten decibels pull as hard a second, however many packets bring them: within the root of the rate.
    assert gain_after_a_minute(0.1) == pytest.approx(10.0**0.5 * gain_after_a_minute(1.0), rel=0.15)


def test_after_a_long_silence_the_new_level_counts() -> None:
    link = KalmanFilter()
    for second in range(100):
        link.update(float(second), -60.0)
    assert link.update(10_000.0, -90.0) < -74.0


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-127.0, 20.0)), min_size=1, max_size=50))
def test_the_level_stays_within_what_was_read(readings: list[tuple[float, float]]) -> None:
    link = KalmanFilter()
    values = [rssi for _, rssi in readings]
    for time, rssi in readings:
        assert min(values) - 1e-6 <= link.update(time, rssi) <= max(values) + 1e-6
