"""Raw bytes into AD structures."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.identity.ad_structures import ad_structures, parse_advertisement

ADDRESS = "C0:11:22:33:44:55"


def structure(ad_type: int, content: bytes) -> bytes:
    return bytes([len(content) + 1, ad_type]) + content


def test_uuid_lists_of_all_widths() -> None:
    wide = bytes.fromhex("6e400001b5a3f393e0a9e50e24dcca9e")
    data = (
        structure(0x03, bytes.fromhex("aafed8fe"))
        + structure(0x05, bytes.fromhex("78563412"))
        + structure(0x07, wide[::-1])
    )
    assert parse_advertisement(ADDRESS, data).service_uuids == (
        "0000feaa-0000-1000-8000-00805f9b34fb",
        "0000fed8-0000-1000-8000-00805f9b34fb",
        "12345678-0000-1000-8000-00805f9b34fb",
        "6e400001-b5a3-f393-e0a9-e50e24dcca9e",
    )


def test_half_a_uuid_at_the_end_is_left_out() -> None:
    assert parse_advertisement(ADDRESS, structure(0x03, b"\xaa\xfe\xd8")).service_uuids == (
        "0000feaa-0000-1000-8000-00805f9b34fb",
    )


def test_later_structure_of_a_company_wins() -> None:
    data = structure(0xFF, b"\x34\x12first") + structure(0xFF, b"\x34\x12second") + structure(0xFF, b"\x35\x12")
    assert parse_advertisement(ADDRESS, data).manufacturer_data == {0x1234: b"second", 0x1235: b""}


def test_too_short_for_its_company_or_service_is_left_out() -> None:
    adv = parse_advertisement(ADDRESS, structure(0xFF, b"\x34") + structure(0x16, b"\xaa") + structure(0x21, bytes(15)))
    assert (adv.manufacturer_data, adv.service_data) == ({}, {})


def test_empty_name_is_no_name() -> None:
    assert parse_advertisement(ADDRESS, structure(0x09, b"\0\0")).name is None


def test_what_the_receiver_knows_of_the_address_is_kept() -> None:
    assert parse_advertisement(ADDRESS, b"", random_address=True).random_address is True


@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=29)), max_size=8), st.integers(0, 5))
def test_structures_come_out_as_they_went_in(structures: list[tuple[int, bytes]], padding: int) -> None:
    data = b"".join(structure(ad_type, content) for ad_type, content in structures)
    assert list(ad_structures(bytes(padding) + data + bytes(padding))) == structures


@given(st.binary(max_size=120))
def test_a_cut_only_loses_the_end(data: bytes) -> None:
    whole = list(ad_structures(data))
    for end in range(len(data)):
        cut = list(ad_structures(data[:end]))
        assert cut == whole[: len(cut)]


def test_names_lose_their_padding_and_the_complete_one_wins() -> None:
    short, complete = structure(0x08, b"Key\0\0"), structure(0x09, b"Key ring\0")
    assert parse_advertisement(ADDRESS, short).name == "Key"
    assert parse_advertisement(ADDRESS, short + complete).name == "Key ring"
    assert parse_advertisement(ADDRESS, structure(0x09, b"\0")).name is None


def test_power_is_one_byte_of_its_own_type() -> None:
    assert parse_advertisement(ADDRESS, structure(0x0A, b"\xfb")).tx_power == -5
    assert parse_advertisement(ADDRESS, structure(0x0A, b"\xfb\x01")).tx_power is None
    assert parse_advertisement(ADDRESS, structure(0x01, b"\x06")).tx_power is None


def test_service_without_data_is_there() -> None:
    assert parse_advertisement(ADDRESS, structure(0x16, b"\xaa\xfe")).service_data == {
        "0000feaa-0000-1000-8000-00805f9b34fb": b""
    }
