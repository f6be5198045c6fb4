"""Every field of a frame at its place: large numbers, and bytes behind what the frame needs."""

from __future__ import annotations

from uuid import UUID

import pytest

from custom_components.indoor_positioning.engine.identity import Advertisement, Telemetry, decode_telemetry
from custom_components.indoor_positioning.engine.identity.altbeacon import decode_altbeacon
from custom_components.indoor_positioning.engine.identity.eddystone import EDDYSTONE_UUID
from custom_components.indoor_positioning.engine.identity.eddystone_tlm import EncryptedTelemetry, decode_eddystone_tlm
from custom_components.indoor_positioning.engine.identity.eddystone_uid import EddystoneUidIdentity
from custom_components.indoor_positioning.engine.identity.ibeacon import decode_ibeacon
from custom_components.indoor_positioning.engine.identity.uribeacon import decode_uribeacon

PROXIMITY_UUID = UUID("f7826da6-4fa2-4e98-8024-bc5b71e0893e")
PROXIMITY = PROXIMITY_UUID.bytes + bytes.fromhex("0a0b0c0d")
PLAIN = bytes.fromhex("2000 0bb8 1540 01020304 05060708")
ENCRYPTED = bytes.fromhex("2001 000102030405060708090a0b 0c0d 0e0f")


@pytest.mark.parametrize("behind", [b"", b"\x2a", b"\x2a\x63"])
def test_proximity_frames(behind: bytes) -> None:
    apple = decode_ibeacon(b"\x02\x15" + PROXIMITY + b"\xc5" + behind)
    other = decode_altbeacon(0x1234, b"\xbe\xac" + PROXIMITY + b"\xc4" + behind)
    assert apple is not None
    assert other is not None
    assert (apple.uuid, apple.major, apple.minor, apple.tx_power_1m) == (PROXIMITY_UUID, 0x0A0B, 0x0C0D, -59)
    assert (other.uuid, other.major, other.minor, other.tx_power_1m) == (PROXIMITY_UUID, 0x0A0B, 0x0C0D, -60)
    assert (other.company, other.manufacturer_reserved) == (0x1234, 0x2A if behind else 0)


@pytest.mark.parametrize("behind", [b"", b"\x63"])
def test_telemetry(behind: bytes) -> None:
    plain = Telemetry(3000, 21.25, 0x01020304, 0x05060708 * 0.1)
    assert decode_eddystone_tlm(PLAIN + behind) == plain
    assert decode_eddystone_tlm(ENCRYPTED + behind) == EncryptedTelemetry(bytes(range(12)), 0x0C0D, 0x0E0F)
    told = [
        decode_telemetry(Advertisement("", service_data={EDDYSTONE_UUID: one + behind})) for one in (PLAIN, ENCRYPTED)
    ]
    assert told == [plain, None]
    assert decode_telemetry(Advertisement("")) is None


def test_uribeacon() -> None:
    web, named = decode_uribeacon(b"\x2a\xee\x02home-a\x08"), decode_uribeacon(b"\x2a\xee\x04" + PROXIMITY)
    assert web is not None
    assert named is not None
    assert (web.uri, web.flags, web.tx_power_0m) == ("http://home-a.org", 0x2A, -18)
    assert (named.uri, named.flags, named.tx_power_0m) == (f"urn:uuid:{PROXIMITY_UUID}", 0x2A, -18)


@pytest.mark.parametrize("behind", [b"", b"\0\0"])
def test_a_uid_frame_announces_the_whole_identity_first(behind: bytes) -> None:
    namespace, instance = bytes(range(10)), bytes(range(20, 26))
    adv = Advertisement("", service_data={EDDYSTONE_UUID: b"\x00\xe7" + namespace + instance + behind})
    lookups = EddystoneUidIdentity.advertised(adv)
    assert lookups == tuple(
        one.lookup for one in (EddystoneUidIdentity(namespace, instance), EddystoneUidIdentity(namespace))
    )
    assert EddystoneUidIdentity.advertised(Advertisement("", service_data={EDDYSTONE_UUID: PLAIN})) == ()
