"""Motion in the packets of tags: the formats' own examples, and that no bytes can do harm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.identity.base import Advertisement
from custom_components.indoor_positioning.engine.payloads import MotionReport, motion_report_of
from custom_components.indoor_positioning.engine.payloads.bthome import BTHOME_UUID, read_bthome
from custom_components.indoor_positioning.engine.payloads.estimote import ESTIMOTE_UUID, read_estimote
from custom_components.indoor_positioning.engine.payloads.minew import MINEW_UUID, read_minew
from custom_components.indoor_positioning.engine.payloads.ruuvi import RUUVI_COMPANY, read_ruuvi

# The test vector of Ruuvi's specification: 0.004 g, -0.004 g, 1.036 g, 66 movements.
RUUVI = bytes.fromhex("0512FC5394C37C0004FFFC040CAC364200CDCBB8334C884F")
RUUVI_INVALID = bytes.fromhex("058000FFFFFFFF800080008000FFFFFFFFFFFFFFFFFFFFFF")

MINEW = bytes.fromhex("A10364FFFA00050100AC233FA0B1C2")
ESTIMOTE = bytes([0x22, *range(8), 0x00, 0x00, 0x00, 0x3F, 0x01, 0x02, 0x41, 0, 0, 0, 0])


@pytest.mark.parametrize(
    ("data", "report"),
    [
        ("402201", MotionReport(moving=True)),
        ("402100", MotionReport(moving=False)),
        ("402C012100", MotionReport(moving=True)),
        # Packet id, battery, temperature, humidity, pressure, and then vibration.
        ("4000090161 02C409 03BF13 04138A01 2C00", MotionReport(moving=False)),
        ("404464002101", MotionReport(moving=True, speed=1.0)),
        # A text of three letters goes before.
        ("4053036162632201", MotionReport(moving=True)),
        # An unknown object: what follows cannot be found.
        ("40EE2201", None),
        # Encrypted, version 1, no motion, cut off, empty.
        ("412201", None),
        ("202201", None),
        ("400161", None),
        ("4022", None),
        ("", None),
    ],
)
def test_bthome(data: str, report: MotionReport | None) -> None:
    assert read_bthome(bytes.fromhex(data)) == report


def test_ruuvi() -> None:
    report = read_ruuvi(RUUVI)
    assert report is not None
    assert report.acceleration == pytest.approx((0.004, -0.004, 1.036))
    assert report.movements == 66
    assert read_ruuvi(RUUVI_INVALID) is None
    assert read_ruuvi(b"\x03" + RUUVI[1:]) is None
    assert read_ruuvi(RUUVI[:-1]) is None


def test_minew() -> None:
    report = read_minew(MINEW)
    assert report is not None
    assert report.acceleration == pytest.approx((-6 / 256, 5 / 256, 1.0))
    assert read_minew(b"\xa1\x01" + MINEW[2:]) is None


def test_estimote() -> None:
    report = read_estimote(ESTIMOTE)
    assert report is not None
    assert report.moving is True
    assert report.acceleration == pytest.approx((0.0, 0.0, 63 * 2 / 127))
    still = bytes([*ESTIMOTE[:15], 0x40, *ESTIMOTE[16:]])
    assert read_estimote(still) == MotionReport(moving=False, acceleration=report.acceleration)
    assert read_estimote(bytes([*ESTIMOTE[:9], 0x01, *ESTIMOTE[10:]])) is None


def test_a_packet_is_read_by_what_it_carries() -> None:
    assert motion_report_of(Advertisement("A", service_data={BTHOME_UUID: b"\x40\x22\x01"})) == MotionReport(True)
    assert motion_report_of(Advertisement("A", manufacturer_data={RUUVI_COMPANY: RUUVI})) == read_ruuvi(RUUVI)
    assert motion_report_of(Advertisement("A", service_data={MINEW_UUID: MINEW})) == read_minew(MINEW)
    assert motion_report_of(Advertisement("A", manufacturer_data={0x004C: RUUVI}, service_data={"x": MINEW})) is None


@given(st.binary(max_size=40))
def test_no_bytes_raise_or_make_nonsense(data: bytes) -> None:
    for first in (b"", b"\x40", b"\x05", b"\xa1\x03", b"\x22"):
        adv = Advertisement(
            "A",
            manufacturer_data={RUUVI_COMPANY: first + data},
            service_data={BTHOME_UUID: first + data, MINEW_UUID: first + data, ESTIMOTE_UUID: first + data},
        )
        report = motion_report_of(adv)
        if report is not None:
            assert report != MotionReport()
            assert report.acceleration is None or all(abs(axis) <= 128.0 for axis in report.acceleration)
            assert report.speed is None or 0.0 <= report.speed <= 655.35
