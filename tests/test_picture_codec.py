"""Pictures are decoded within limits and written anew; everything else is refused."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from custom_components.indoor_positioning.picture_codec import (
    KEPT_EDGE,
    LARGE_PNG_BYTES,
    PictureError,
    PictureProblem,
    reencode,
)
from tests.pictures import encoded

ORIENTATION_TAG = 0x0112
GPS_TAG = 0x8825


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_that_claims(width: int, height: int) -> bytes:
    """Return some hundred bytes that claim to be a picture of this size."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("kind", "mime_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
def test_each_kind_is_written_anew(kind: str, mime_type: str) -> None:
    picture = reencode(encoded(kind))
    assert (picture.mime_type, picture.width, picture.height) == (mime_type, 60, 40)
    with Image.open(io.BytesIO(picture.data)) as image:
        assert image.format == kind
        assert image.size == (60, 40)
        red, _, blue = np.asarray(image.convert("RGB"))[20, 10]
        assert red > 200
        assert blue < 60


def test_what_is_see_through_stays_so() -> None:
    clear = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(clear, "PNG")
    with Image.open(io.BytesIO(reencode(clear.getvalue()).data)) as image:
        assert image.mode == "RGBA"
        assert image.getpixel((4, 4)) == (0, 0, 0, 0)


def test_metadata_is_left_behind_and_the_picture_upright() -> None:
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = 6
    exif[GPS_TAG] = {1: "N", 2: (52.0, 31.0, 12.0)}
    picture = reencode(encoded("JPEG", exif=exif, comment=b"secret"))
    assert (picture.width, picture.height) == (40, 60)
    assert b"secret" not in picture.data
    with Image.open(io.BytesIO(picture.data)) as image:
        assert not image.getexif()


def test_a_text_in_a_png_and_what_follows_it_are_left_behind() -> None:
    data = encoded("PNG")
    hidden = data[:-12] + chunk(b"tEXt", b"Comment\0secret") + data[-12:] + b"PK\x03\x04 another file"
    picture = reencode(hidden)
    assert b"secret" not in picture.data
    assert b"another file" not in picture.data


def test_a_large_one_is_made_smaller() -> None:
    picture = reencode(encoded("PNG", (6000, 3000)))
    assert (picture.width, picture.height) == (KEPT_EDGE, KEPT_EDGE // 2)


@pytest.mark.parametrize(("mode", "mime_type"), [("RGB", "image/jpeg"), ("RGBA", "image/webp")])
def test_a_photograph_as_png_is_kept_as_what_it_is(mode: str, mime_type: str) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (1800, 1800, len(mode)), dtype=np.uint8)
    written = io.BytesIO()
    Image.fromarray(noise, mode).save(written, "PNG", compress_level=1)
    assert len(written.getvalue()) > LARGE_PNG_BYTES
    picture = reencode(written.getvalue())
    assert picture.mime_type == mime_type
    assert len(picture.data) < LARGE_PNG_BYTES


@pytest.mark.parametrize("size", [(60_000, 60_000), (10_000, 6_000), (2**31 - 1, 2**31 - 1)])
def test_a_decompression_bomb_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(PictureError) as caught:
        reencode(png_that_claims(*size))
    assert caught.value.problem in (PictureProblem.TOO_MANY_PIXELS, PictureProblem.UNREADABLE)


@pytest.mark.parametrize(
    "data",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- plan -->\n<SVG onload="alert(1)"/>',
    ],
)
def test_svg_is_refused_by_its_name(data: bytes) -> None:
    with pytest.raises(PictureError) as caught:
        reencode(data)
    assert caught.value.problem is PictureProblem.SVG


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no picture at all",
        encoded("PNG")[:60],
        encoded("JPEG")[:200],
        encoded("WEBP")[:30],
        encoded("GIF"),
        encoded("BMP"),
        encoded("TIFF"),
        png_that_claims(0, 10),
        png_that_claims(100, 100),
    ],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(PictureError) as caught:
        reencode(data)
    assert caught.value.problem is PictureProblem.UNREADABLE


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["PNG", "JPEG", "WEBP"]), st.data())
def test_a_damaged_file_is_a_picture_or_refused(kind: str, data: st.DataObject) -> None:
    whole = bytearray(encoded(kind))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        picture = reencode(bytes(whole))
    except PictureError:
        return
    assert picture.width <= KEPT_EDGE
    assert picture.height <= KEPT_EDGE
