"""Files on their way in, piece by piece: a message of the websocket must stay small, a floor plan need not."""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from homeassistant.core import callback

from . import clock
from .refusal import refusal


class UploadKind(StrEnum):
    """What a file is for, and so how large it may be."""

    PICTURE = "picture"
    HOME = "home"


_MIB: Final = 1024 * 1024

# Bytes. A scan of a plan at 300 dpi or a photograph of one has 3 to 12 MB; a home is its pictures and a survey.
MAX_BYTES: Final = {UploadKind.PICTURE: 16 * _MIB, UploadKind.HOME: 64 * _MIB}

# Bytes a piece: as base64 it fills a third of the 4 MiB that a message of the websocket may have.
MAX_PIECE: Final = _MIB

# One file is replaced after the other; whoever begins a third has given up the first.
MAX_AT_ONCE: Final = 2

# Seconds without another piece after which nobody is going to finish.
GIVEN_UP_AFTER_S: Final = 300.0


@dataclass(slots=True)
class _Upload:
    kind: UploadKind
    size: int
    touched: float
    data: bytearray = field(default_factory=bytearray)


class Uploads:
    """Keeps the unfinished files of one home in memory, few and not for long."""

    def __init__(self) -> None:
        self._uploads: dict[str, _Upload] = {}

    @callback
    def begin(self, kind: UploadKind, size: int) -> str:
        """Expect a file of `size` bytes and return its id. Raises ServiceValidationError where it is too large."""
        if size > (most := MAX_BYTES[kind]):
            raise refusal("upload_too_large", size=_in_megabytes(size), most=_in_megabytes(most))
        now = clock.monotonic()
        fresh = {key: one for key, one in self._uploads.items() if now - one.touched < GIVEN_UP_AFTER_S}
        newest = sorted(fresh, key=lambda key: fresh[key].touched)[-(MAX_AT_ONCE - 1) :]
        self._uploads = {key: fresh[key] for key in newest}
        upload_id = uuid.uuid4().hex
        self._uploads[upload_id] = _Upload(kind, size, now)
        return upload_id

    @callback
    def add(self, upload_id: str, piece: bytes) -> int:
        """Take the next piece and return how many bytes are there. Raises ServiceValidationError for one too many."""
        if (upload := self._uploads.get(upload_id)) is None:
            raise refusal("upload_gone")
        if len(upload.data) + len(piece) > upload.size:
            del self._uploads[upload_id]
            raise refusal("upload_wrong_size")
        upload.data += piece
        upload.touched = clock.monotonic()
        return len(upload.data)

    @callback
    def take(self, upload_id: str, kind: UploadKind, *, keep: bool = False) -> bytes:
        """Return a whole file, which is forgotten here unless it is to be kept for another look.

        Raises ServiceValidationError where it is none.
        """
        if (upload := self._uploads.get(upload_id)) is None or upload.kind is not kind:
            raise refusal("upload_gone")
        whole = len(upload.data) == upload.size
        if not (keep and whole):
            del self._uploads[upload_id]
        if not whole:
            raise refusal("upload_wrong_size")
        return bytes(upload.data)


def _in_megabytes(size: int) -> str:
    return str(math.ceil(size / _MIB))
