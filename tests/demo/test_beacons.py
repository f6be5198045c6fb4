"""Payload bytes, read by other people's parsers."""

import uuid

import pytest
from bluetooth_data_tools import get_cipher_for_irk, parse_advertisement_data, resolve_private_address

from demo.beacons import (
    AddressType,
    DemoBeacons,
    EddystoneTag,
    IBeaconTag,
    PrivatePhone,
    Stranger,
    address_hash,
    format_address,
)

LEGACY_ADVERTISEMENT_BYTES = 31


def everything() -> list[IBeaconTag | PrivatePhone | EddystoneTag | Stranger]:
    cast = DemoBeacons()
    return [cast.tag, cast.phone, cast.asset, *cast.strangers]


@pytest.mark.parametrize("beacon", everything(), ids=lambda beacon: beacon.name)
def test_every_payload_fits_an_advertisement_and_is_well_formed(beacon):
    payload = beacon.payload(12.3)
    assert len(payload.data) <= LEGACY_ADVERTISEMENT_BYTES
    rest = payload.data
    while rest:
        assert 1 <= rest[0] < len(rest)
        rest = rest[1 + rest[0] :]
    assert 0 < payload.address < 1 << 48


def test_ibeacon():
    tag = IBeaconTag("Tag", 0xC00000000001, uuid.UUID(int=0x0123456789ABCDEF), 258, 772, measured_power=-61)
    parsed = parse_advertisement_data([tag.payload(0.0).data])
    frame = parsed.manufacturer_data[76]
    assert frame[:2] == b"\x02\x15"
    assert uuid.UUID(bytes=frame[2:18]) == tag.uuid
    assert frame[18:22] == bytes((1, 2, 3, 4))
    assert int.from_bytes(frame[22:23], signed=True) == -61


def test_eddystone_uid():
    tag = EddystoneTag("Tag", 0xC00000000002, bytes(range(10)), b"instan", measured_power=-58)
    parsed = parse_advertisement_data([tag.payload(0.0).data])
    assert parsed.service_uuids == ["0000feaa-0000-1000-8000-00805f9b34fb"]
    frame = parsed.service_data["0000feaa-0000-1000-8000-00805f9b34fb"]
    assert frame[0] == 0x00
    assert int.from_bytes(frame[1:2], signed=True) == -17
    assert frame[2:18] == bytes(range(10)) + b"instan"


def test_address_hash_of_the_specification():
    # Core Specification, Vol 3 Part H, appendix D.7.
    irk = bytes.fromhex("ec0234a357c8ad05341010a60a397d9b")
    assert address_hash(irk, 0x708194) == 0x0DFBAA


def test_a_private_address_resolves_with_its_key_only_and_rotates():
    phone = PrivatePhone("Phone", bytes(range(16)), rotation=75.0)
    addresses = [format_address(phone.payload(float(time)).address) for time in range(0, 300, 5)]
    assert len(set(addresses)) == 4
    right, wrong = get_cipher_for_irk(bytes(range(16))), get_cipher_for_irk(bytes(16))
    for address in set(addresses):
        assert int(address[:2], 16) >> 6 == 0b01
        assert resolve_private_address(right, address)
        assert not resolve_private_address(wrong, address)
    assert phone.payload(74.9).address == phone.payload(0.0).address != phone.payload(75.1).address


def test_a_phone_sends_what_home_assistant_does_not_filter_away():
    parsed = parse_advertisement_data([DemoBeacons().phone.payload(0.0).data])
    # Of Apple's frames the Bluetooth stack passes on only a few types, "Nearby" (0x10) among them.
    assert list(parsed.manufacturer_data) == [76]
    assert parsed.manufacturer_data[76][0] == 0x10


def test_strangers_are_no_tracked_beacon():
    cast = DemoBeacons()
    key = get_cipher_for_irk(cast.phone.irk)
    for stranger in cast.strangers:
        payload = stranger.payload(0.0)
        assert payload.address_type is AddressType.RANDOM
        assert not resolve_private_address(key, format_address(payload.address))
        assert cast.tag.uuid.bytes not in payload.data
