"""Files over the websocket: announced by their size, sent in pieces, used by whatever command they are for."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

import probatio as vol

from ..refusal import refusal
from ..uploads import MAX_PIECE, UploadKind
from .base import Command, Request, command

CONF_UPLOAD: Final = "upload"

# Characters of base64 for the largest piece.
_MAX_TEXT: Final = -(-MAX_PIECE // 3) * 4

# Beyond what any file system holds; only a bound on what is a number of bytes.
_MAX_SIZE: Final = 2**63


@command(
    "upload/begin",
    {
        vol.Required("kind"): vol.All(str, vol.In([kind.value for kind in UploadKind])),
        vol.Required("size"): vol.All(int, vol.Range(min=1, max=_MAX_SIZE)),
    },
)
async def _begin(request: Request) -> dict[str, Any]:
    """Announce a file; one that is too large is refused before a byte of it is sent."""
    uploads = request.entry.runtime_data.uploads
    upload = uploads.begin(UploadKind(request.msg["kind"]), request.msg["size"])
    return {CONF_UPLOAD: upload, "piece": MAX_PIECE}


@command(
    "upload/piece",
    {vol.Required(CONF_UPLOAD): str, vol.Required("data"): vol.All(str, vol.Length(max=_MAX_TEXT))},
)
async def _piece(request: Request) -> dict[str, Any]:
    """Send the next piece as base64."""
    try:
        piece = base64.b64decode(request.msg["data"], validate=True)
    except (binascii.Error, ValueError) as error:
        raise refusal("upload_not_base64") from error
    return {"received": request.entry.runtime_data.uploads.add(request.msg[CONF_UPLOAD], piece)}


UPLOAD_COMMANDS: Final[tuple[Command, ...]] = (_begin, _piece)
