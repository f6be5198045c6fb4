"""The tag that is held next to a receiver comes first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.identity.risers import is_clear, rank_risers

LEVELS = st.dictionaries(st.sampled_from("abcdef"), st.floats(-100, -20))


def first(before: dict[str, float], after: dict[str, float]) -> str:
    return rank_risers(before, after)[0].key


def test_the_one_that_rose_comes_before_the_one_that_is_always_loud() -> None:
    before = {"tag": -75.0, "television": -40.0}
    after = {"tag": -42.0, "television": -38.0}
    assert first(before, after) == "tag"
    assert is_clear(rank_risers(before, after))


def test_one_that_just_woke_up_comes_before_a_faint_newcomer() -> None:
    ranked = rank_risers({}, {"tag": -45.0, "stranger": -85.0})
    assert [riser.key for riser in ranked] == ["tag", "stranger"]
    assert is_clear(ranked)


def test_who_held_it_there_before_finds_it_all_the_same() -> None:
    before = {"tag": -36.0, "shelf": -70.0, "far": -85.0}
    after = {"tag": -35.0, "shelf": -66.0, "far": -80.0}
    assert first(before, after) == "tag"
    assert not is_clear(rank_risers(before, after)), "it may as well lie there for ever"


def test_two_that_came_together_are_not_clear() -> None:
    ranked = rank_risers({"left": -80.0, "right": -80.0}, {"left": -45.0, "right": -50.0})
    assert ranked[0].key == "left"
    assert not is_clear(ranked)


def test_nothing_heard_is_not_clear() -> None:
    assert not is_clear(rank_risers({"tag": -60.0}, {}))


@given(LEVELS, LEVELS)
def test_everything_that_is_heard_is_ranked_once(before: dict[str, float], after: dict[str, float]) -> None:
    ranked = rank_risers(before, after)
    assert sorted(riser.key for riser in ranked) == sorted(after)
    assert all(riser.rise == after[riser.key] - before.get(riser.key, -100.0) for riser in ranked)


@given(LEVELS, LEVELS, st.sampled_from("abcdef"))
def test_to_rise_further_never_ranks_lower(before: dict[str, float], after: dict[str, float], key: str) -> None:
    place = [riser.key for riser in rank_risers(before, {key: -99.0, **after})].index(key)
    louder = {**after, key: after.get(key, -99.0) + 10.0}
    assert [riser.key for riser in rank_risers(before, louder)].index(key) <= place
