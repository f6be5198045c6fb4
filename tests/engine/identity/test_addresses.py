"""Addresses as text, and what their bits say."""

from __future__ import annotations

import pytest

from custom_components.indoor_positioning.engine.identity import may_be_resolvable, may_be_stable, normalise_address
from custom_components.indoor_positioning.engine.identity.addresses import address_bytes


def test_text_forms() -> None:
    for text in ("c1:02:03:04:05:0a", "C1-02-03-04-05-0A", " c10203.04050a ", "c1 02 03 04 05 0a"):
        assert normalise_address(text) == "C1:02:03:04:05:0A"


@pytest.mark.parametrize(
    ("first", "resolvable", "stable"),
    [("0", False, False), ("3", False, False), ("4", True, False), ("7", True, False), ("8", False, False),
     ("B", False, False), ("C", False, True), ("d", False, True), ("E", False, True),
     ("f", False, True)],
)  # fmt: skip
def test_top_bits(first: str, resolvable: bool, stable: bool) -> None:
    address = f"{first}0:00:00:00:00:00"
    assert (may_be_resolvable(address), may_be_stable(address)) == (resolvable, stable)


def test_no_address_is_nothing() -> None:
    assert (may_be_resolvable(""), may_be_stable("")) == (False, False)
    assert [address_bytes(text) for text in ("", "x", "C1:02", "C1:02:03:04:05:06:07")] == [None] * 4
