"""Belief has settled after some time and some readings, not after either alone."""

from __future__ import annotations

from custom_components.indoor_positioning.engine.settling import SETTLE_READINGS, SETTLE_S, Settling


def test_time_and_readings_are_both_needed() -> None:
    settling = Settling()
    assert not settling.hear(100.0, 100.0)
    assert not settling.hear(100.0 + SETTLE_S, 100.0), "one reading, looked at for long"
    assert not settling.hear(101.0 + SETTLE_S, 101.0 + SETTLE_S)
    assert settling.hear(102.0 + SETTLE_S, 102.0 + SETTLE_S)
    quick = Settling()
    assert not any(quick.hear(now / 10, now / 10) for now in range(10 * SETTLE_READINGS))


def test_what_has_settled_stays_so_until_it_begins_anew() -> None:
    settling = Settling()
    settling.skip()
    assert settling.hear(0.0, 0.0)
    settling.begin_anew()
    assert not settling.hear(1000.0, 1000.0)
