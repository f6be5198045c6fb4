"""What is offered for a packet: an identity that the packet itself has, and that stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.identity import (
    Advertisement,
    identity_from_dict,
    offered_identity,
    parse_advertisement,
)
from tests.engine.identity.frames import framed
from tests.engine.identity.vectors import OWN

UUID = "f7826da6-4fa2-4e98-8024-bc5b71e0893e"
KEYS = {
    "ibeacon": f"ibeacon:{UUID}/7/258",
    "altbeacon": f"altbeacon:{UUID}/65535/0",
    "eddystone_uid": "eddystone_uid:8b0ca750e7a7d4e9c1f2/0a1b2c3d4e5f",
}


@pytest.mark.parametrize("vector", OWN, ids=lambda vector: vector.name)
def test_own_vectors(vector) -> None:
    adv = framed(vector.form, vector.data)
    offered = offered_identity(adv)
    if vector.name in {"find hub", "exposure notification"}:
        assert offered is None
        return
    assert offered is not None  # the address, if nothing else
    assert offered.matches(adv, 0.0) is not None
    kind = vector.expect["type"]
    assert offered.key == KEYS.get(kind, offered.key)
    assert identity_from_dict(offered.to_dict()).key == offered.key
    without_identity = {None, "eddystone_tlm", "eddystone_etlm", "eddystone_eid"}
    assert (offered.kind == "address") is (kind in without_identity or vector.expect.get("url") == "https://")


def ibeacon(uuid: str) -> Advertisement:
    return Advertisement("4A:00:00:00:00:01", {0x004C: bytes.fromhex(f"0215{uuid.replace('-', '')}00010002c5")})


def test_measurements_are_no_identity() -> None:
    """A Tilt hydrometer's major and minor are what it measures."""
    offered = offered_identity(ibeacon("a495bb70-c5b1-4b44-b512-1370f02d74de"))
    assert offered is not None
    assert offered.key == "ibeacon:a495bb70-c5b1-4b44-b512-1370f02d74de"


def test_nothing_is_offered_for_what_passes() -> None:
    assert offered_identity(ibeacon("74278bda-b644-4520-8f0c-720eaf059935")) is None
    assert offered_identity(Advertisement("4A:00:00:00:00:01", {0x004C: b"\x10\x05\x0a"})) is None
    assert offered_identity(Advertisement("0A:00:00:00:00:01", random_address=True)) is None


def test_trackers_of_finding_networks_are_not_offered() -> None:
    """Their addresses look static, and change every day."""
    assert offered_identity(Advertisement("C4:00:00:00:00:01", {0x004C: b"\x12\x19" + bytes(25)})) is None
    assert offered_identity(Advertisement("C4:00:00:00:00:01", {0x004C: b"\x12"}, random_address=False)) is not None


def test_public_address_is_offered_whatever_its_bits() -> None:
    offered = offered_identity(Advertisement("4A:00:00:00:00:01", random_address=False))
    assert offered is not None
    assert offered.key == "address:4A:00:00:00:00:01"


@given(st.binary(max_size=62))
def test_what_is_offered_matches(data: bytes) -> None:
    adv = parse_advertisement("4A:00:00:00:00:01", data)
    offered = offered_identity(adv)
    if offered is not None:
        assert offered.matches(adv, 0.0) is not None
        assert identity_from_dict(offered.to_dict()).key == offered.key
