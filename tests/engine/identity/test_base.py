"""Assurance, power, and what an error says."""

from __future__ import annotations

import pytest

from custom_components.indoor_positioning.engine.identity import Assurance, IdentityError
from custom_components.indoor_positioning.engine.identity.base import (
    reference_rssi_from_0m,
    reference_rssi_from_1m,
    signed_byte,
)


def test_assurance_is_ordered() -> None:
    assert sorted(Assurance, key=lambda assurance: assurance.rank) == ["public", "rotating", "cryptographic"]


@pytest.mark.parametrize(
    ("power", "at_1m"), [(-59, -59.0), (-100, -100.0), (-21, -21.0), (-20, None), (0, None), (-101, None)]
)
def test_power_at_1m_is_taken_where_it_is_plausible(power: int, at_1m: float | None) -> None:
    assert reference_rssi_from_1m(power) == at_1m


@pytest.mark.parametrize(("power", "at_1m"), [(-18, -59.0), (20, -21.0), (21, None), (-59, -100.0), (-60, None)])
def test_power_at_0m_loses_41_db_on_the_first_metre(power: int, at_1m: float | None) -> None:
    assert reference_rssi_from_0m(power) == at_1m


def test_signed_byte() -> None:
    assert [signed_byte(value) for value in (0, 127, 128, 255)] == [0, 127, -128, -1]


def test_error_carries_its_translation_key() -> None:
    assert IdentityError("invalid_uuid").problem == "invalid_uuid"
    assert str(IdentityError("invalid_uuid")) == "invalid uuid"
