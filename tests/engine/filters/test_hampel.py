from __future__ import annotations

from custom_components.indoor_positioning.engine.filters.hampel import HampelFilter


def test_an_outlier_is_replaced_by_the_median() -> None:
    link = HampelFilter()
    for second, rssi in enumerate((-70.0, -71.0, -70.0, -69.0, -70.0)):
        assert link.update(float(second), rssi) == rssi
    assert link.update(5.0, -95.0) == -70.0


def test_a_new_level_is_believed_once_it_is_the_majority() -> None:
    link = HampelFilter()
    for second in range(7):
        link.update(float(second), -60.0)
    levels = [link.update(7.0 + second, -80.0) for second in range(5)]
    assert levels == [-60.0, -60.0, -60.0, -80.0, -80.0]


def test_with_threshold_zero_it_is_the_moving_median() -> None:
    link = HampelFilter(readings=3, threshold=0.0)
    assert [link.update(0.0, value) for value in (-60.0, -90.0, -70.0, -71.0)] == [-60.0, -75.0, -70.0, -71.0]
