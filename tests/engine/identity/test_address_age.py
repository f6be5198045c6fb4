"""A rotating address proves something for as long as a device may use it."""

from __future__ import annotations

from custom_components.indoor_positioning.engine.identity import Assurance, parse_identity
from custom_components.indoor_positioning.engine.identity.address_age import (
    MAX_ADDRESS_AGE_S,
    REMEMBERED_ADDRESSES,
    AddressAges,
)

PHONE = parse_identity("private_address", "ec0234a357c8ad05341010a60a397d9b")
TAG = parse_identity("address", "C0:00:00:00:00:01")


def test_an_address_ages_from_when_it_was_first_heard() -> None:
    ages = AddressAges()
    assert ages.assurance(PHONE, "A", 1000.0) is Assurance.ROTATING
    assert ages.assurance(PHONE, "A", 1000.0 + MAX_ADDRESS_AGE_S) is Assurance.ROTATING
    assert ages.assurance(PHONE, "A", 1001.0 + MAX_ADDRESS_AGE_S) is Assurance.PUBLIC
    assert ages.assurance(PHONE, "A", 1e9) is Assurance.PUBLIC, "it does not come back to life"
    assert ages.assurance(PHONE, "B", 1e9) is Assurance.ROTATING


def test_what_does_not_rotate_does_not_age() -> None:
    ages = AddressAges()
    assert ages.assurance(TAG, "C0:00:00:00:00:01", 0.0) is Assurance.PUBLIC
    assert ages.assurance(TAG, "C0:00:00:00:00:01", 1e9) is Assurance.PUBLIC


def test_what_it_remembers_is_bounded() -> None:
    ages = AddressAges()
    for number in range(REMEMBERED_ADDRESSES + 1):
        ages.assurance(PHONE, str(number), 0.0)
    assert ages.assurance(PHONE, "0", 1e9) is Assurance.ROTATING, "the oldest was forgotten"
    assert ages.assurance(PHONE, str(REMEMBERED_ADDRESSES), 1e9) is Assurance.PUBLIC
