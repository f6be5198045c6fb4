"""Test vectors: the project's own, written from the specifications, and collected ones where they are at hand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[3]
COLLECTED = REPOSITORY.parent / "shared" / "datasets" / "adv_payloads"
ABSENT = f"collected payloads are not at {COLLECTED.relative_to(REPOSITORY.parent)} next to the repository"


@dataclass(frozen=True)
class Vector:
    """A packet, and what must (at least) be read out of it; type None: nothing."""

    name: str
    form: str
    data: bytes
    expect: dict[str, Any]


def _own(title: str, form: str, data: str, **expect: Any) -> Vector:
    return Vector(title, form, bytes.fromhex(data), {"type": None, **expect})


OWN = [
    _own(
        "ibeacon",
        "adv",
        "0201061aff4c000215f7826da64fa24e988024bc5b71e0893e00070102bf",
        type="ibeacon",
        uuid="f7826da6-4fa2-4e98-8024-bc5b71e0893e",
        major=7,
        minor=258,
        tx_power_1m=-65,
    ),
    _own(
        "ibeacon with name behind",
        "adv",
        "0201061aff4c000215f7826da64fa24e988024bc5b71e0893e00070102bf09094b65792072696e67",
        type="ibeacon",
        uuid="f7826da6-4fa2-4e98-8024-bc5b71e0893e",
        major=7,
        minor=258,
        tx_power_1m=-65,
        name="Key ring",
    ),
    _own(
        "ibeacon with bytes behind",
        "mfr_004c",
        "0215f7826da64fa24e988024bc5b71e0893e00070102bf00ff",
        type="ibeacon",
        uuid="f7826da6-4fa2-4e98-8024-bc5b71e0893e",
        major=7,
        minor=258,
        tx_power_1m=-65,
    ),
    _own("ibeacon one byte short", "mfr_004c", "0215f7826da64fa24e988024bc5b71e0893e00070102"),
    _own("ibeacon of another company", "mfr_004d", "0215f7826da64fa24e988024bc5b71e0893e00070102bf"),
    _own("ibeacon of wrong length byte", "mfr_004c", "0214f7826da64fa24e988024bc5b71e0893e00070102bf"),
    _own(
        "ibeacon without calibration",
        "mfr_004c",
        "0215f7826da64fa24e988024bc5b71e0893e0007010200",
        type="ibeacon",
        uuid="f7826da6-4fa2-4e98-8024-bc5b71e0893e",
        major=7,
        minor=258,
        tx_power_1m=0,
    ),
    _own(
        "ibeacon in a report",
        "hci",
        "043e2a02010001665544332ef11e0201061aff4c000215f7826da64fa24e988024bc5b71e0893e00070102bfb0",
        type="ibeacon",
        uuid="f7826da6-4fa2-4e98-8024-bc5b71e0893e",
        major=7,
        minor=258,
        tx_power_1m=-65,
        address="f1:2e:33:44:55:66",
    ),
    _own(
        "altbeacon",
        "adv",
        "0201061bff3412beacf7826da64fa24e988024bc5b71e0893effff0000c42a",
        type="altbeacon",
        company="1234",
        uuid="f7826da6-4fa2-4e98-8024-bc5b71e0893e",
        major=65535,
        minor=0,
        tx_power_1m=-60,
        mfg_reserved=42,
    ),
    _own(
        "altbeacon without reserved byte",
        "adv",
        "0201061aff3412beacf7826da64fa24e988024bc5b71e0893effff0000c4",
        type="altbeacon",
        company="1234",
        uuid="f7826da6-4fa2-4e98-8024-bc5b71e0893e",
        major=65535,
        minor=0,
        tx_power_1m=-60,
        mfg_reserved=0,
    ),
    _own("altbeacon two bytes short", "adv", "02010619ff3412beacf7826da64fa24e988024bc5b71e0893effff0000"),
    _own("altbeacon of another code", "adv", "0201061bff3412beaff7826da64fa24e988024bc5b71e0893effff0000c42a"),
    _own(
        "uid",
        "adv",
        "0201060303aafe1716aafe00ec8b0ca750e7a7d4e9c1f20a1b2c3d4e5f0000",
        type="eddystone_uid",
        namespace="8b0ca750e7a7d4e9c1f2",
        instance="0a1b2c3d4e5f",
        tx_power_0m=-20,
    ),
    _own(
        "uid without reserved bytes",
        "adv",
        "0201060303aafe1516aafe00ec8b0ca750e7a7d4e9c1f20a1b2c3d4e5f",
        type="eddystone_uid",
        namespace="8b0ca750e7a7d4e9c1f2",
        instance="0a1b2c3d4e5f",
        tx_power_0m=-20,
    ),
    _own("uid one byte short", "svc_feaa", "00ec8b0ca750e7a7d4e9c1f20a1b2c3d4e"),
    _own(
        "uid in a structure of 32 bits",
        "adv",
        "1720aafe000000ec8b0ca750e7a7d4e9c1f20a1b2c3d4e5f",
        type="eddystone_uid",
        namespace="8b0ca750e7a7d4e9c1f2",
        instance="0a1b2c3d4e5f",
        tx_power_0m=-20,
    ),
    _own(
        "uid in a structure of 128 bits",
        "adv",
        "2321fb349b5f8000008000100000aafe000000ec8b0ca750e7a7d4e9c1f20a1b2c3d4e5f",
        type="eddystone_uid",
        namespace="8b0ca750e7a7d4e9c1f2",
        instance="0a1b2c3d4e5f",
        tx_power_0m=-20,
    ),
    _own(
        "uid on the link layer",
        "pdu",
        "42240605040302c10303aafe1516aafe00ec8b0ca750e7a7d4e9c1f20a1b2c3d4e5f",
        type="eddystone_uid",
        namespace="8b0ca750e7a7d4e9c1f2",
        instance="0a1b2c3d4e5f",
        tx_power_0m=-20,
        address="c1:02:03:04:05:06",
    ),
    _own(
        "url",
        "adv",
        "0201060303aafe1116aafe10f101686f6d652d61082f746167",
        type="eddystone_url",
        url="https://www.home-a.org/tag",
        tx_power_0m=-15,
    ),
    _own(
        "url of every expansion",
        "svc_feaa",
        "10f100000102030405060708090a0b0c0d",
        type="eddystone_url",
        tx_power_0m=-15,
        url="http://www..com/.org/.edu/.net/.info/.biz/.gov/.com.org.edu.net.info.biz.gov",
    ),
    _own("url of a scheme alone", "svc_feaa", "10f103", type="eddystone_url", url="https://", tx_power_0m=-15),
    _own("url of a reserved scheme", "svc_feaa", "10f1046107"),
    _own("url with a reserved code", "svc_feaa", "10f102610e"),
    _own("url with a space", "svc_feaa", "10f102612062"),
    _own("url with a byte beyond ASCII", "svc_feaa", "10f10261c3a4"),
    _own("url without scheme", "svc_feaa", "10f1"),
    _own(
        "telemetry",
        "adv",
        "0201060303aafe1116aafe20000bb81940010203040a0b0c0d",
        type="eddystone_tlm",
        adv_count=16909060,
        seconds_0_1=168496141,
        voltage_mv=3000,
        temperature_c=25.25,
    ),
    _own(
        "telemetry below zero",
        "svc_feaa",
        "20000bb8f6c0010203040a0b0c0d",
        type="eddystone_tlm",
        adv_count=16909060,
        seconds_0_1=168496141,
        voltage_mv=3000,
        temperature_c=-9.25,
    ),
    _own(
        "telemetry of a mains tag",
        "svc_feaa",
        "200000001900010203040a0b0c0d",
        type="eddystone_tlm",
        adv_count=16909060,
        seconds_0_1=168496141,
        voltage_mv=0,
        temperature_c=25.0,
    ),
    _own(
        "telemetry without temperature",
        "svc_feaa",
        "20000bb88000010203040a0b0c0d",
        type="eddystone_tlm",
        adv_count=16909060,
        seconds_0_1=168496141,
        voltage_mv=3000,
        temperature_c=None,
    ),
    _own("telemetry one byte short", "svc_feaa", "20000bb81940010203040a0b0c"),
    _own("telemetry of another version", "svc_feaa", "20020bb81940010203040a0b0c0d"),
    _own(
        "encrypted telemetry",
        "svc_feaa",
        "20010102030405060708090a0b0cbeefcafe",
        type="eddystone_etlm",
        encrypted="0102030405060708090a0b0c",
        salt_raw="beef",
        mic_raw="cafe",
    ),
    _own("encrypted telemetry one byte short", "svc_feaa", "20010102030405060708090a0b0cbeefca"),
    _own(
        "eid",
        "adv",
        "0201060303aafe0d16aafe30f80123456789abcdef",
        type="eddystone_eid",
        eid="0123456789abcdef",
        tx_power_0m=-8,
    ),
    _own("eid one byte short", "svc_feaa", "30f80123456789abcd"),
    _own("frame of no type", "svc_feaa", "5000000000000000000000000000000000000000"),
    _own("frame without bytes", "svc_feaa", ""),
    _own("find hub", "adv", "0201060303aafe1816aafe405a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"),
    _own("exposure notification", "adv", "02010603036ffd17166ffda5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5"),
    _own(
        "uribeacon",
        "adv",
        "0201060303d8fe0a16d8fe00ee02612e6201",
        type="uribeacon",
        url="http://a.b.org/",
        tx_power_0m=-18,
    ),
    _own(
        "uribeacon of a uuid",
        "adv",
        "1616d8fe00ee04f7826da64fa24e988024bc5b71e0893e",
        type="uribeacon",
        url="urn:uuid:f7826da6-4fa2-4e98-8024-bc5b71e0893e",
        tx_power_0m=-18,
    ),
    _own("uribeacon of a uuid cut short", "adv", "1516d8fe00ee04f7826da64fa24e988024bc5b71e089"),
    _own("continuity message", "adv", "0201060bff4c0010061a1b2c3d4e5f"),
    _own("nothing", "adv", ""),
    _own("padding", "adv", "0000000000"),
    _own("length beyond the end", "adv", "1fff4c000215f7826da64fa24e98"),
    _own(
        "padding before a structure",
        "adv",
        "00001aff4c000215f7826da64fa24e988024bc5b71e0893e00070102bf",
        type="ibeacon",
        uuid="f7826da6-4fa2-4e98-8024-bc5b71e0893e",
        major=7,
        minor=258,
        tx_power_1m=-65,
    ),
    _own("names both", "adv", "03084b6504094b6579", name="Key"),
    _own("name not UTF-8", "adv", "04094bfe79", name="K�y"),
    _own("power of two bytes", "adv", "030a0405"),
    _own("power", "adv", "020af4", tx_power_ad=-12),
]


def collected(file: str) -> Any:
    """One of the collected JSON files; None where the collection is absent."""
    path = COLLECTED / file
    return json.loads(path.read_text()) if path.is_file() else None


def collected_vectors() -> list[Vector]:
    """The collected payloads; empty where they are absent."""
    path = COLLECTED / "vectors.jsonl"
    lines = path.read_text().splitlines() if path.is_file() else []
    rows = [json.loads(line) for line in lines]
    return [Vector(row["id"], row["form"], bytes.fromhex(row["hex"]), row["expect"]) for row in rows]
