"""The search for an EID's quantum: its bounds, what it remembers, and how much it may cost."""

from __future__ import annotations

import pytest

from custom_components.indoor_positioning.engine.identity import eid_search
from custom_components.indoor_positioning.engine.identity.eid_search import EidSearch
from custom_components.indoor_positioning.engine.identity.ephemeral_id import ephemeral_id

KEY = bytes(range(16))
EXPONENT = 10
QUANTUM_S = 1 << EXPONENT
NOW = 1_790_000_000.0
CENTRE = int(NOW) >> EXPONENT


def identifier(quantum: int) -> bytes:
    return ephemeral_id(KEY, EXPONENT, quantum << EXPONENT)


def found(search: EidSearch, quantum: int, now: float = NOW, *further: float) -> int | None:
    return search.quantum_of(identifier(quantum), now, (now, *further))


@pytest.mark.parametrize("off", [0, 1, -1, 2, -2, 3, -3])
def test_quanta_around_the_expected_one_are_found(off: int) -> None:
    assert found(EidSearch(KEY, EXPONENT), CENTRE + off) == CENTRE + off


def test_as_far_as_a_clock_may_be_off_is_found_on_both_sides() -> None:
    search = EidSearch(KEY, EXPONENT)
    for off in (search.half_width, -search.half_width):
        assert found(search, CENTRE + off) == CENTRE + off
    assert found(search, CENTRE + 10 * search.half_width) is None


def test_the_window_follows_the_clock() -> None:
    """A table serves for a while, and never so long that its edge comes nearer than the clock's error."""
    search = EidSearch(KEY, EXPONENT)
    for step in range(0, 3 * search.half_width, search.half_width // 8):
        centre, now = CENTRE + step, NOW + step * QUANTUM_S
        for off in (search.half_width, -search.half_width):
            assert found(search, centre + off, now) == centre + off, step


def test_a_counter_from_power_up_is_found_within_a_year() -> None:
    search = EidSearch(KEY, EXPONENT)
    assert found(search, 5, NOW, 0.0) == 5
    last = (365 * 86400 >> EXPONENT) - 1
    assert found(search, last, NOW, 0.0) == last
    assert found(search, 5) == 5, "what was found once stays true"
    assert found(search, 6) is None, "without being asked for"


def test_a_stranger_is_asked_about_again_once_the_window_has_moved() -> None:
    search = EidSearch(KEY, EXPONENT)
    ahead = CENTRE + 3 * search.half_width
    assert found(search, ahead) is None
    later = NOW + 3 * search.half_width * QUANTUM_S
    assert found(search, ahead, later) == ahead


def test_no_more_searches_than_allowed() -> None:
    search = EidSearch(KEY, EXPONENT)
    asked = iter(range(CENTRE + 3, CENTRE + 200))
    allowed = eid_search._SEARCHES_PER_S

    def searched(now: float, times: int) -> int:
        return sum(found(search, next(asked), now) is not None for _ in range(times))

    assert searched(NOW, allowed + 5) == allowed
    assert searched(NOW, 5) == 0, "no time has passed"
    assert searched(NOW + 0.25, allowed) == allowed // 4
    assert searched(NOW + 100.0, allowed + 5) == allowed, "nothing is saved up"


def test_a_clock_that_was_set_back_stops_no_search() -> None:
    search = EidSearch(KEY, EXPONENT)
    for quantum in range(CENTRE + 3, CENTRE + 3 + eid_search._SEARCHES_PER_S):
        assert found(search, quantum) == quantum
    back = NOW - 3600.0
    for quantum in range(CENTRE + 50, CENTRE + 50 + eid_search._SEARCHES_PER_S):
        assert found(search, quantum, back) == quantum
    assert found(search, CENTRE + 90, back) is None
