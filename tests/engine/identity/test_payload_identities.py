"""Identities in the payload: what matches, what overlaps, which power they announce."""

from __future__ import annotations

import pytest

from custom_components.indoor_positioning.engine.identity import Advertisement, parse_identity
from custom_components.indoor_positioning.engine.identity.overlap import overlap
from custom_components.indoor_positioning.engine.identity.uribeacon import URIBEACON_UUID
from tests.engine.identity.frames import framed
from tests.engine.identity.vectors import OWN

UUID = "f7826da6-4fa2-4e98-8024-bc5b71e0893e"
OTHER_UUID = "f7826da6-4fa2-4e98-8024-bc5b71e0893f"
NAMESPACE, INSTANCE = "8b0ca750e7a7d4e9c1f2", "0a1b2c3d4e5f"
PACKETS = {vector.name: framed(vector.form, vector.data) for vector in OWN}


@pytest.mark.parametrize(
    ("packet", "kind", "text", "reference_rssi"),
    [
        ("ibeacon", "ibeacon", UUID, -65.0),
        ("ibeacon", "ibeacon", f"{UUID}/7", -65.0),
        ("ibeacon", "ibeacon", f"{UUID}/7/258", -65.0),
        ("ibeacon without calibration", "ibeacon", UUID, None),
        ("altbeacon", "altbeacon", f"{UUID}/65535/0", -60.0),
        ("altbeacon without reserved byte", "altbeacon", UUID, -60.0),
        ("uid", "eddystone_uid", NAMESPACE, -61.0),
        ("uid in a structure of 32 bits", "eddystone_uid", NAMESPACE + INSTANCE, -61.0),
        ("url", "eddystone_url", "https://www.home-a.org/tag", -56.0),
        ("uribeacon", "uribeacon", "http://a.b.org/", -59.0),
        ("uribeacon of a uuid", "uribeacon", f"urn:uuid:{UUID}", -59.0),
        ("uid on the link layer", "address", "C1:02:03:04:05:06", None),
        ("ibeacon with name behind", "pattern", "name=Key*", None),
        ("ibeacon with name behind", "pattern", "name=Key ring; manufacturer=004c; data=0215", None),
    ],
)
def test_matches(packet: str, kind: str, text: str, reference_rssi: float | None) -> None:
    match = parse_identity(kind, text).matches(PACKETS[packet], now=0.0)
    assert match is not None
    assert (match.reference_rssi, match.expired) == (reference_rssi, False)


@pytest.mark.parametrize("sent", [b"\x03home-a\x08", b"\x03home-a\x01", b"\x03HOME-A.org"])
@pytest.mark.parametrize("typed", ["https://home-a.org", "https://home-a.org/"])
def test_a_bare_host_matches_however_it_is_written(sent: bytes, typed: str) -> None:
    for kind, adv in (
        ("eddystone_url", framed("svc_feaa", b"\x10\xee" + sent)),
        ("uribeacon", Advertisement("C1:02:03:04:05:06", service_data={URIBEACON_UUID: b"\x00\xee" + sent})),
    ):
        identity = parse_identity(kind, typed)
        assert identity.matches(adv, now=0.0)
        assert identity.lookup in type(identity).advertised(adv)


@pytest.mark.parametrize(
    ("packet", "kind", "text"),
    [
        ("ibeacon", "ibeacon", OTHER_UUID),
        ("ibeacon", "ibeacon", f"{UUID}/8"),
        ("ibeacon", "ibeacon", f"{UUID}/7/259"),
        ("ibeacon", "altbeacon", UUID),
        ("ibeacon one byte short", "ibeacon", UUID),
        ("altbeacon", "ibeacon", UUID),
        ("altbeacon", "altbeacon", f"{UUID}/65535/1"),
        ("uid", "eddystone_uid", NAMESPACE + "0a1b2c3d4e5e"),
        ("uid", "eddystone_url", "https://www.home-a.org/tag"),
        ("url", "eddystone_url", "https://www.home-a.org/tags"),
        ("url", "uribeacon", "https://www.home-a.org/tag"),
        ("uribeacon", "eddystone_url", "http://a.b.org/"),
        ("uid", "address", "C1:02:03:04:05:06"),
        ("ibeacon", "pattern", "name=Key*"),
        ("ibeacon with name behind", "pattern", "name=Key"),
        ("ibeacon with name behind", "pattern", "name=Kex*"),
        ("ibeacon with name behind", "pattern", "name=Key*; manufacturer=0059"),
    ],
)
def test_does_not_match(packet: str, kind: str, text: str) -> None:
    assert parse_identity(kind, text).matches(PACKETS[packet], now=0.0) is None


@pytest.mark.parametrize(
    ("kind", "first", "second", "overlap"),
    [
        ("ibeacon", UUID, f"{UUID}/7/258", True),
        ("ibeacon", f"{UUID}/7", f"{UUID}/7/258", True),
        ("ibeacon", f"{UUID}/7/257", f"{UUID}/7/258", False),
        ("ibeacon", UUID, OTHER_UUID, False),
        ("altbeacon", UUID, f"{UUID}/7", True),
        ("eddystone_uid", NAMESPACE, NAMESPACE + INSTANCE, True),
        ("eddystone_uid", NAMESPACE + "0a1b2c3d4e5e", NAMESPACE + INSTANCE, False),
        ("eddystone_url", "http://a.b/", "http://a.b/", True),
        ("eddystone_url", "http://a.b/", "http://a.c/", False),
        ("address", "C1:02:03:04:05:06", "C1:02:03:04:05:07", False),
        ("pattern", "manufacturer=0059; data=0102", "manufacturer=0059; data=01", True),
        ("pattern", "manufacturer=0059; data=0102; mask=00ff", "manufacturer=0059; data=0700; mask=ff00", True),
        ("pattern", "manufacturer=0059; data=0102", "manufacturer=0059; data=0103", False),
        ("pattern", "manufacturer=0059", "manufacturer=005a", False),
        ("pattern", "manufacturer=0059; name=Tag1", "manufacturer=0059; name=Tag2", False),
        ("pattern", "name=Tag*", "name=Tag2", True),
        ("pattern", "name=Tag*", "name=Tag2*", True),
        ("pattern", "name=Tagged*", "name=Tag", False),
        ("pattern", "name=Tag", "name=Tag*", True),
        ("pattern", "name=Tag*", "name=Tag 1", True),
        ("pattern", "manufacturer=0059; name=Tag1", "name=Tag1", True),
        ("pattern", "service=feed; name=Tag1", "name=Tag1", True),
        ("pattern", "service=feed", "name=Tag", False),
        ("pattern", "service=feed; service_data=01", "service=feed; service_data=02", False),
    ],
)
def test_overlap_is_seen_from_both_sides(kind: str, first: str, second: str, overlap: bool) -> None:
    one, other = parse_identity(kind, first), parse_identity(kind, second)
    assert (one.overlaps(other), other.overlaps(one)) == (overlap, overlap)


def test_kinds_do_not_overlap() -> None:
    assert not overlap(parse_identity("ibeacon", UUID), parse_identity("altbeacon", UUID))
    assert not overlap(parse_identity("pattern", "name=Tag"), parse_identity("ibeacon", UUID))


@pytest.mark.parametrize(
    ("pattern", "kind", "text", "overlaps"),
    [
        ("manufacturer=004c; data=0215", "ibeacon", UUID, True),
        (f"manufacturer=004c; data=0215{UUID.replace('-', '')}0007", "ibeacon", f"{UUID}/7/258", True),
        (f"manufacturer=004c; data=0215{UUID.replace('-', '')}0007; name=Key*", "ibeacon", f"{UUID}/7/258", True),
        (f"manufacturer=004c; data=0215{UUID.replace('-', '')}0008", "ibeacon", f"{UUID}/7/258", False),
        ("manufacturer=0059; data=0215", "ibeacon", UUID, False),
        ("manufacturer=0059", "altbeacon", UUID, True),
        ("manufacturer=0059; data=beacf7", "altbeacon", UUID, True),
        ("manufacturer=0059; data=beacf8", "altbeacon", UUID, False),
        ("name=Tag", "altbeacon", UUID, False),
        ("service=feaa; service_data=00ee8b0c", "eddystone_uid", NAMESPACE, True),
        ("service=feaa; service_data=00ee8b0d", "eddystone_uid", NAMESPACE, False),
        ("service=feaa; service_data=10ee", "eddystone_uid", NAMESPACE, False),
        ("name=Tag*", "pattern", "name=Tag2", True),
    ],
)
def test_a_pattern_overlaps_what_it_would_take_packets_of(pattern: str, kind: str, text: str, overlaps: bool) -> None:
    one, other = parse_identity("pattern", pattern), parse_identity(kind, text)
    assert (overlap(one, other), overlap(other, one)) == (overlaps, overlaps)


@pytest.mark.parametrize(
    ("packet", "kind", "text"),
    [
        ("ibeacon", "ibeacon", UUID),
        ("ibeacon", "ibeacon", f"{UUID}/7/258"),
        ("altbeacon", "altbeacon", UUID),
        ("uid", "eddystone_uid", NAMESPACE + INSTANCE),
    ],
)
def test_a_pattern_of_a_whole_packet_overlaps_its_identity(packet: str, kind: str, text: str) -> None:
    adv, identity = PACKETS[packet], parse_identity(kind, text)
    written = [f"manufacturer={company:04x}; data={data.hex()}" for company, data in adv.manufacturer_data.items()]
    written += [f"service={uuid}; service_data={data.hex()}" for uuid, data in adv.service_data.items()]
    assert written
    assert all(overlap(parse_identity("pattern", pattern), identity) for pattern in written)


def test_altbeacon_is_found_among_several_manufacturers() -> None:
    altbeacon = PACKETS["altbeacon"].manufacturer_data[0x1234]
    adv = Advertisement("C0:00:00:00:00:01", {0x0001: b"\x01\x02", 0x1234: altbeacon})
    assert parse_identity("altbeacon", UUID).matches(adv, 0.0)


class TestPattern:
    """Masks, and services that are only listed."""

    def test_mask(self) -> None:
        tag = parse_identity("pattern", "manufacturer=0059; data=a0ff01; mask=f00001")
        for data, matches in (
            ("a37b01", True),
            ("a30003ff", True),
            ("b37b01", False),
            ("a37b00", False),
            ("a37b", False),
        ):
            adv = Advertisement("C0:00:00:00:00:01", {0x0059: bytes.fromhex(data)})
            assert (tag.matches(adv, 0.0) is not None) is matches, data

    def test_service(self) -> None:
        uuid = "0000feed-0000-1000-8000-00805f9b34fb"
        bare, with_data = (
            parse_identity("pattern", "service=feed"),
            parse_identity("pattern", "service=feed; service_data=02"),
        )
        listed = Advertisement("C0:00:00:00:00:01", service_uuids=[uuid])
        filled = Advertisement("C0:00:00:00:00:01", service_data={uuid: b"\x02\x00"})
        other = Advertisement("C0:00:00:00:00:01", service_data={uuid: b"\x03\x00"})
        assert [bare.matches(adv, 0.0) is not None for adv in (listed, filled, other)] == [True, True, True]
        assert [with_data.matches(adv, 0.0) is not None for adv in (listed, filled, other)] == [False, True, False]
