"""Pictures of floor plans: whatever somebody uploads is decoded within limits and written anew.

What is kept is made of pixels only: no metadata (a photograph tells where it was taken), no second file hidden behind
the first, no script. SVG is a program rather than a picture, and refused.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PIL import Image, ImageOps

# Pixels of a picture before it is decoded: an A2 plan at 300 dpi has 35 million, and a phone's photograph at most 50.
# As RGBA, 50 million pixels take 200 MB for a moment, which the small machines that run homes still have.
MAX_PIXELS: Final = 50_000_000

# Longest edge that is kept (pixels): 1 cm a pixel in a home of 40 m, and no phone shows more.
KEPT_EDGE: Final = 4096

# JPEG and WebP at this quality show lines of plans without fringes, at a tenth of the bytes of none.
QUALITY: Final = 88

# Bytes above which a PNG is no drawing but a photograph, which the other kinds hold in a tenth. It bounds what one
# message of the websocket has to carry, and what the file of a home may hold of a picture.
LARGE_PNG_BYTES: Final = 6 * 1024 * 1024

MIME_TYPES: Final = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


class PictureProblem(StrEnum):
    """Why a picture is refused; the values are translation keys."""

    UNREADABLE = "picture_unreadable"
    SVG = "picture_svg"
    TOO_MANY_PIXELS = "picture_too_many_pixels"


class PictureError(ValueError):
    """Something that is no picture to be kept."""

    def __init__(self, problem: PictureProblem) -> None:
        super().__init__(problem.value.replace("_", " "))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded picture; width and height in pixels."""

    data: bytes
    mime_type: str
    width: int
    height: int


def reencode(data: bytes) -> Picture:
    """Return the picture in `data` (PNG, JPEG or WebP), upright, at most KEPT_EDGE long, and without anything else.

    Costs up to seconds and MAX_PIXELS pixels of memory: not for an event loop. Raises PictureError.
    """
    if _is_svg(data):
        raise PictureError(PictureProblem.SVG)
    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures by itself; the limit here is our own.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=tuple(MIME_TYPES)) as image:
                return _written_anew(image)
    except Image.DecompressionBombError as error:
        raise PictureError(PictureProblem.TOO_MANY_PIXELS) from error
    # Pillow's decoders raise these for broken files of their format; nothing else is ours to explain.
    except (OSError, SyntaxError, ValueError, EOFError, IndexError) as error:
        if isinstance(error, PictureError):
            raise
        raise PictureError(PictureProblem.UNREADABLE) from error


def _written_anew(image: Image.Image) -> Picture:
    kind = str(image.format)
    if image.width * image.height > MAX_PIXELS:
        raise PictureError(PictureProblem.TOO_MANY_PIXELS)
    # A JPEG is decoded at half or a quarter of its size where that is enough.
    image.draft("RGB", (KEPT_EDGE, KEPT_EDGE))
    image.thumbnail((KEPT_EDGE, KEPT_EDGE), Image.Resampling.LANCZOS)
    upright = ImageOps.exif_transpose(image)
    see_through = kind != "JPEG" and upright.has_transparency_data
    pixels = upright.convert("RGBA" if see_through else "RGB")
    # A picture of its own, so that nothing that the file said of itself is written again.
    bare = Image.new(pixels.mode, pixels.size)
    bare.paste(pixels)
    written = _encoded(bare, kind)
    if kind == "PNG" and len(written) > LARGE_PNG_BYTES:
        kind = "WEBP" if see_through else "JPEG"
        written = _encoded(bare, kind)
    return Picture(written, MIME_TYPES[kind], bare.width, bare.height)


def _encoded(image: Image.Image, kind: str) -> bytes:
    written = io.BytesIO()
    # PNG knows no quality, and passes the word over.
    image.save(written, kind, quality=QUALITY)
    return written.getvalue()


def _is_svg(data: bytes) -> bool:
    return b"<svg" in data[:4096].lower()
