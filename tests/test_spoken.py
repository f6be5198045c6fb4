"""Names as people say them."""

from __future__ import annotations

import pytest
from hassil.parse_expression import parse_sentence
from hypothesis import example, given
from hypothesis import strategies as st

from custom_components.indoor_positioning.spoken import match_spoken, spoken
from custom_components.indoor_positioning.voice import SENTENCES

NAMES = {"a": "Anna's keys", "b": "Car (red)", "c": "Keys", "d": "Phone", "e": "Phone"}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("keys", ["c"]),
        ("my KEYS", ["c"]),
        ("anna's keys", ["a"]),
        ("the car red", ["b"]),
        ("car", ["b"]),
        ("meine keys", ["c"]),
        ("das Phone", ["d", "e"]),
        ("phone", ["d", "e"]),
        ("wallet", []),
        ("", []),
    ],
)
def test_who_is_meant(said: str, meant: list[str]) -> None:
    assert match_spoken(said, NAMES) == meant


@given(st.text(max_size=40))
@example("-:-")
def test_a_spoken_name_is_spoken_as_it_is(name: str) -> None:
    assert spoken(spoken(name)) == spoken(name)


@given(st.text(max_size=40))
@example("-:-")
def test_every_name_makes_a_sentence_that_can_be_parsed(name: str) -> None:
    if said := spoken(name):
        for sentence in SENTENCES:
            parse_sentence(sentence.format(name=said))
        assert match_spoken(said, {"it": name}) == ["it"]
