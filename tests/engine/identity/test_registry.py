"""Every kind: what people type, what is stored, what is never told."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.identity import (
    IDENTITY_KINDS,
    PROBLEMS,
    Identity,
    IdentityError,
    identity_from_dict,
    parse_identity,
)
from tests.fuzz.advertisements import IDENTITIES, KEY

UUID = "f7826da6-4fa2-4e98-8024-bc5b71e0893e"
NAMESPACE = "8b0ca750e7a7d4e9c1f2"
KEYS = [
    KEY,
    KEY.upper(),
    f"irk:{KEY}",
    f"0x{KEY}",
    " ".join([KEY[:8], KEY[8:]]),
    base64.b64encode(bytes.fromhex(KEY)).decode(),
]


def test_every_kind_has_an_example() -> None:
    assert set(IDENTITIES) == set(IDENTITY_KINDS)


@pytest.mark.parametrize("kind", IDENTITY_KINDS)
def test_round_trip_through_storage(kind: str) -> None:
    identity = parse_identity(kind, IDENTITIES[kind])
    stored = json.loads(json.dumps(identity.to_dict()))
    again = identity_from_dict(stored)
    assert (again.kind, again.key, again.to_dict()) == (kind, identity.key, stored)
    assert identity.key.startswith(f"{kind}:")
    assert again.overlaps(identity)


@pytest.mark.parametrize(
    ("kind", "text", "same_as"),
    [
        ("ibeacon", f"{UUID}_7_258", f"{UUID}/7/258"),
        ("ibeacon", f" {{{UUID.upper()}}} ; 7, 258 ", f"{UUID}/7/258"),
        ("ibeacon", UUID.replace("-", ""), UUID),
        ("ibeacon", f"{UUID}-7", f"{UUID}/7"),
        ("ibeacon", f"{UUID} 7  258", f"{UUID}/7/258"),
        ("eddystone_url", "https://Home-A.org", "https://home-a.org/"),
        ("eddystone_url", "HTTP://home-a.org?Tag", "http://home-a.org/?Tag"),
        ("uribeacon", "https://home-a.org", "https://home-a.org/"),
        ("eddystone_uid", f"{NAMESPACE}:0A1B2C3D4E5F", f"{NAMESPACE}0a1b2c3d4e5f"),
        ("eddystone_uid", NAMESPACE.upper(), NAMESPACE),
        ("address", "c1-02-03-04-05-06", "C1:02:03:04:05:06"),
        ("address", "c10203040506", "C1:02:03:04:05:06"),
        ("uribeacon", f"URN:UUID:{UUID.upper()}", f"urn:uuid:{UUID}"),
        ("pattern", "name=Tag*;manufacturer=0x0059", "manufacturer=59; name=Tag*"),
        ("pattern", "service=0xFEED", "service=feed"),
        (
            "pattern",
            "service=feed; service_data=01ff; service_mask=ff",
            "service=feed; service_data=0100; service_mask=ff00",
        ),
        ("pattern", "service=FEED", "service=0000feed-0000-1000-8000-00805f9b34fb"),
        ("pattern", "manufacturer=0059; data=01ff", "manufacturer=0059; data=01FF; mask=ffff"),
        ("pattern", "manufacturer=0059; data=01ff; mask=ff", "manufacturer=0059; data=0100; mask=ff00"),
        *(("private_address", key, KEY) for key in KEYS),
        ("private_address", bytes.fromhex(KEY)[::-1].hex(), KEY),
        *(("eddystone_eid", f"{key}/10", f"{KEY}/10") for key in KEYS),
        ("eddystone_eid", f"{KEY} 10, -3600", f"{KEY}/10"),
    ],
)
def test_ways_to_write_the_same(kind: str, text: str, same_as: str) -> None:
    assert parse_identity(kind, text).key == parse_identity(kind, same_as).key


@pytest.mark.parametrize(
    ("kind", "text", "problem"),
    [
        ("bluetooth", "", "unknown_kind"),
        ("ibeacon", "", "invalid_uuid"),
        ("ibeacon", UUID[:-1], "invalid_uuid"),
        ("ibeacon", f"{UUID}/7/258/9", "invalid_uuid"),
        ("ibeacon", f"{UUID}//258", "invalid_uuid"),
        ("ibeacon", f"{UUID}/65536", "invalid_major_minor"),
        ("ibeacon", f"{UUID}/{'9' * 5000}", "invalid_major_minor"),
        ("altbeacon", f"{UUID}/1/65536", "invalid_major_minor"),
        ("eddystone_uid", NAMESPACE[:-1], "invalid_namespace"),
        ("eddystone_uid", f"{NAMESPACE}0a1b", "invalid_instance"),
        ("eddystone_uid", f"{NAMESPACE}zz1b2c3d4e5f", "invalid_instance"),
        ("eddystone_url", "www.home-a.org", "invalid_url"),
        ("eddystone_url", "https://", "invalid_url"),
        ("eddystone_url", "https://[home", "invalid_url"),
        ("eddystone_url", "https://höme.org", "invalid_url"),
        ("eddystone_url", f"https://www.home-a.org/{'t' * 11}", "invalid_url"),
        ("uribeacon", f"https://home-a.org.com/{'t' * 12}", "invalid_url"),
        ("uribeacon", "ftp://home-a.org", "invalid_url"),
        ("uribeacon", "urn:uuid:1234", "invalid_uuid"),
        ("address", "C1:02:03:04:05", "invalid_address"),
        ("address", "C1:02:03:04:05:0G", "invalid_address"),
        ("private_address", "", "invalid_key_encoding"),
        ("private_address", "not a key at all!", "invalid_key_encoding"),
        ("private_address", KEY[:-2], "invalid_key_length"),
        ("private_address", KEY + "00", "invalid_key_length"),
        ("private_address", base64.b64encode(bytes(15)).decode(), "invalid_key_length"),
        ("eddystone_eid", KEY, "invalid_rotation_exponent"),
        ("eddystone_eid", KEY[:-2], "invalid_key_length"),
        ("eddystone_eid", f"{KEY}/16", "invalid_rotation_exponent"),
        ("eddystone_eid", f"{KEY}/10/9999999999", "invalid_clock_offset"),
        ("eddystone_eid", f"{KEY[:-2]}/10", "invalid_key_length"),
        ("pattern", "", "invalid_pattern"),
        ("pattern", "colour=red", "invalid_pattern"),
        ("pattern", "name=Tag1; name=Tag2", "invalid_pattern"),
        ("pattern", "data=0102", "invalid_pattern"),
        ("pattern", "data=0102; name=Tag", "invalid_pattern"),
        ("pattern", "service_data=0102; name=Tag", "invalid_pattern"),
        ("pattern", "manufacturer=nordic", "invalid_pattern"),
        ("pattern", "manufacturer=12345", "invalid_pattern"),
        ("pattern", "service=fee", "invalid_pattern"),
        ("pattern", "manufacturer=0059; data=01; mask=ffff", "invalid_pattern"),
        ("pattern", "manufacturer=0059; data=0g", "invalid_pattern"),
        ("pattern", "manufacturer=004c", "pattern_too_wide"),
        ("pattern", "manufacturer=004c; data=10; mask=f0", "pattern_too_wide"),
        ("pattern", "service=feaa", "pattern_too_wide"),
        ("pattern", "name=*", "pattern_too_wide"),
        ("pattern", "name=ab*", "pattern_too_wide"),
    ],
)
def test_what_is_wrong_is_said(kind: str, text: str, problem: str) -> None:
    with pytest.raises(IdentityError) as caught:
        parse_identity(kind, text)
    assert caught.value.problem == problem
    assert problem in PROBLEMS


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({}, "unknown_kind"),
        ({"kind": ["ibeacon"]}, "unknown_kind"),
        ({"kind": "ibeacon"}, "missing_field"),
        ({"kind": "ibeacon", "uuid": "x"}, "invalid_uuid"),
        ({"kind": "ibeacon", "uuid": UUID, "minor": 3}, "invalid_major_minor"),
        ({"kind": "ibeacon", "uuid": UUID, "major": True}, "invalid_major_minor"),
        ({"kind": "ibeacon", "uuid": UUID, "major": "3"}, "invalid_major_minor"),
        ({"kind": "eddystone_uid", "namespace": NAMESPACE, "instance": 5}, "missing_field"),
        ({"kind": "private_address", "irk": 5}, "missing_field"),
        ({"kind": "eddystone_eid", "identity_key": KEY}, "invalid_rotation_exponent"),
        (
            {"kind": "eddystone_eid", "identity_key": KEY, "rotation_exponent": 4, "clock_offset": 1.5},
            "invalid_clock_offset",
        ),
        ({"kind": "eddystone_eid", "identity_key": KEY, "rotation_exponent": 16}, "invalid_rotation_exponent"),
        ({"kind": "ibeacon", "uuid": UUID, "major": 3, "minor": 65536}, "invalid_major_minor"),
        ({"kind": "pattern", "manufacturer_id": -1}, "invalid_pattern"),
        ({"kind": "pattern", "manufacturer_id": 0x10000}, "invalid_pattern"),
    ],
)
def test_damaged_storage_is_an_identity_error(data: dict[str, Any], problem: str) -> None:
    with pytest.raises(IdentityError) as caught:
        identity_from_dict(data)
    assert caught.value.problem == problem


@pytest.mark.parametrize(
    ("kind", "text", "key"),
    [
        ("eddystone_url", "HTTPS://Home-A.org", "eddystone_url:https://home-a.org/"),
        ("eddystone_url", f"https://www.home-a.org/{'t' * 10}", f"eddystone_url:https://www.home-a.org/{'t' * 10}"),
        ("pattern", "name=a=b=c", "pattern:name=a=b=c"),
        ("pattern", "manufacturer=004c; data=10", "pattern:manufacturer=004c/10/ff"),
        (
            "pattern",
            "service=feed; service_data=0102; service_mask=0f",
            "pattern:service=0000feed-0000-1000-8000-00805f9b34fb/0100/0f00",
        ),
    ],
)
def test_keys_stay_as_they_are_written_in_storage(kind: str, text: str, key: str) -> None:
    identity = parse_identity(kind, text)
    assert identity.key == key
    assert identity_from_dict(identity.to_dict()) == identity


def test_a_namespace_alone_is_stored_without_an_instance() -> None:
    assert parse_identity("eddystone_uid", NAMESPACE).to_dict() == {"kind": "eddystone_uid", "namespace": NAMESPACE}


def test_a_clock_offset_is_stored() -> None:
    identity = identity_from_dict(parse_identity("eddystone_eid", f"{KEY}/10/-3600").to_dict())
    assert identity.to_dict()["clock_offset"] == -3600
    assert identity_from_dict(identity.to_dict()).to_dict() == identity.to_dict()


@pytest.mark.parametrize("kind", ["private_address", "eddystone_eid"])
def test_secrets_are_in_storage_only(kind: str) -> None:
    key = "c0ffee00112233445566778899aabbcc"
    identity = parse_identity(kind, {"private_address": key, "eddystone_eid": f"{key}/10"}[kind])
    told = f"{identity!r} {identity!s} {identity.key}"
    assert identity.to_dict()[{"private_address": "irk", "eddystone_eid": "identity_key"}[kind]] == key
    for secret in (key, repr(bytes.fromhex(key)), base64.b64encode(bytes.fromhex(key)).decode(), key[:8]):
        assert secret not in told


@pytest.mark.parametrize("kind", ["private_address", "eddystone_eid"])
def test_errors_do_not_cite_keys(kind: str) -> None:
    with pytest.raises(IdentityError) as caught:
        parse_identity(kind, "c0ffee00112233445566778899aabb/10" if kind == "eddystone_eid" else "c0ffee00112233")
    assert "c0ffee" not in str(caught.value)


def problem_of(make: Callable[[], Identity]) -> str | None:
    """The problem that an identity has; one without survives storage."""
    try:
        identity = make()
    except IdentityError as error:
        return error.problem
    assert identity_from_dict(identity.to_dict()).key == identity.key
    return None


@given(st.sampled_from(sorted(IDENTITY_KINDS)), st.text(max_size=80))
def test_any_text_is_an_identity_or_an_identity_error(kind: str, text: str) -> None:
    assert problem_of(lambda: parse_identity(kind, text)) in {None, *PROBLEMS}


_JSON: st.SearchStrategy[object] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20), st.just([])
)
_FIELDS = st.sampled_from(
    [
        "uuid",
        "major",
        "minor",
        "namespace",
        "instance",
        "url",
        "uri",
        "address",
        "irk",
        "identity_key",
        "rotation_exponent",
        "clock_offset",
        "manufacturer_id",
        "manufacturer_data",
        "manufacturer_mask",
        "service_uuid",
        "service_data",
        "name",
    ]
)


@given(st.sampled_from(sorted(IDENTITY_KINDS)), st.dictionaries(_FIELDS, _JSON, max_size=6))
def test_any_stored_data_is_an_identity_or_an_identity_error(kind: str, data: dict[str, Any]) -> None:
    stored = {**parse_identity(kind, IDENTITIES[kind]).to_dict(), **data}
    assert problem_of(lambda: identity_from_dict(stored)) in {None, *PROBLEMS}
