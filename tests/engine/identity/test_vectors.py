"""Payloads of every protocol, right and wrong, and what becomes of them when they are damaged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.identity import Advertisement
from tests.engine.identity.frames import framed, frames
from tests.engine.identity.vectors import ABSENT, OWN, Vector, collected_vectors
from tests.fuzz.advertisements import check_advertisement, check_bytes

COLLECTED = collected_vectors()

# What is known about the packet rather than about a frame in it, and what no frame says.
_ABOUT_PACKET = {"name", "tx_power_ad", "address", "rssi", "service_data_uuid", "trailing_bytes", "lenient"}


def _about_packet(adv: Advertisement) -> dict[str, Any]:
    return {"name": adv.name, "tx_power_ad": adv.tx_power, "address": adv.address.lower()}


def _assert_decodes(vector: Vector) -> None:
    adv = framed(vector.form, vector.data)
    expected = {name: value for name, value in vector.expect.items() if name not in _ABOUT_PACKET}
    if expected["type"] in (None, "other"):
        # UriBeacon is Eddystone's forerunner: the collection calls it "other" and says nothing of its content.
        assert [frame for frame in frames(adv) if frame["type"] != "uribeacon"] == []
    else:
        assert [{**frame, **expected} for frame in frames(adv)] == frames(adv)
        assert len(frames(adv)) == 1
    about = {name: value for name, value in vector.expect.items() if name in _about_packet(adv)}
    assert {**_about_packet(adv), **about} == _about_packet(adv)
    service = vector.expect.get("service_data_uuid")
    assert service is None or any(uuid.startswith(f"0000{service}-") for uuid in adv.service_data)


@pytest.mark.parametrize("vector", OWN, ids=lambda vector: vector.name)
def test_own_vector(vector: Vector) -> None:
    _assert_decodes(vector)


@pytest.mark.datasets
@pytest.mark.skipif(not COLLECTED, reason=ABSENT)
@pytest.mark.parametrize("vector", COLLECTED, ids=lambda vector: vector.name)
def test_collected_vector(vector: Vector) -> None:
    _assert_decodes(vector)


def _damaged(data: bytes) -> Iterator[bytes]:
    for end in range(len(data)):
        yield data[:end]
    for position, byte in enumerate(data):
        for change in range(1, 256):
            yield data[:position] + bytes([byte ^ change]) + data[position + 1 :]


@pytest.mark.parametrize("vector", [*OWN, *COLLECTED], ids=lambda vector: vector.name)
def test_no_damage_raises(vector: Vector) -> None:
    """Every truncation and every change of a single byte is refused or decoded."""
    checked = [check_advertisement(framed(vector.form, data)) for data in [vector.data, *_damaged(vector.data)]]
    assert len(checked) == 1 + 256 * len(vector.data)


@given(st.binary(max_size=255))
@settings(max_examples=300)
def test_any_bytes_are_an_advertisement(data: bytes) -> None:
    check_bytes(data)
    for form in ("hci", "pdu", "svc_feaa", "mfr_004c", "mfr_1234"):
        check_advertisement(framed(form, data))
