"""The pictures under the plan: uploaded by administrators, seen by whoever sees the map."""

from __future__ import annotations

import base64
from dataclasses import asdict
from typing import Any, Final

import probatio as vol
from homeassistant.helpers.typing import VolDictType

from ..const import CONF_FLOOR_ID, CONF_X, CONF_Y
from ..picture_codec import PictureError, reencode
from ..picture_store import MAX_SCALE, MIN_SCALE, KeptPicture
from ..refusal import refusal
from ..uploads import UploadKind
from .base import Command, Request, command
from .fields import DEGREES, METRES
from .plan import floor_rows
from .upload import CONF_UPLOAD

PLACEMENT: Final[VolDictType] = {
    vol.Optional(CONF_X): METRES,
    vol.Optional(CONF_Y): METRES,
    vol.Optional("scale"): vol.All(vol.Coerce(float), vol.Range(min=MIN_SCALE, max=MAX_SCALE)),
    vol.Optional("rotation"): DEGREES,
    vol.Optional("opacity"): vol.All(vol.Coerce(float), vol.Range(min=0.0, max=1.0)),
}


@command("pictures/list", admin=False)
async def _list(request: Request) -> dict[str, Any]:
    """Which floors have a picture, and how it lies on the plan."""
    floors = _floor_ids(request)
    kept = request.entry.runtime_data.pictures.pictures
    return {"pictures": [_row(picture) for picture in kept.values() if picture.floor_id in floors]}


@command("pictures/get", {vol.Required(CONF_FLOOR_ID): str}, admin=False)
async def _get(request: Request) -> dict[str, Any]:
    """The picture of a floor itself."""
    pictures, floor_id = request.entry.runtime_data.pictures, request.msg[CONF_FLOOR_ID]
    data, picture = await pictures.async_data(floor_id), pictures.pictures.get(floor_id)
    if data is None or picture is None:
        raise refusal("picture_gone")
    return {"id": picture.id, "mime_type": picture.mime_type, "data": base64.b64encode(data).decode()}


@command("pictures/set", {vol.Required(CONF_FLOOR_ID): str, vol.Required(CONF_UPLOAD): str})
async def _set(request: Request) -> dict[str, Any]:
    """Make an uploaded file the picture of a floor."""
    runtime, floor_id = request.entry.runtime_data, request.msg[CONF_FLOOR_ID]
    data = runtime.uploads.take(request.msg[CONF_UPLOAD], UploadKind.PICTURE)
    if floor_id not in _floor_ids(request):
        raise refusal("plan_floor_missing", floor=floor_id)
    try:
        picture = await request.hass.async_add_executor_job(reencode, data)
    except PictureError as error:
        raise refusal(error.problem) from error
    return _row(await runtime.pictures.async_set(floor_id, picture))


@command("pictures/place", {vol.Required(CONF_FLOOR_ID): str, **PLACEMENT})
async def _place(request: Request) -> dict[str, Any]:
    """Move, scale, turn or fade the picture of a floor."""
    changes = {str(key): request.msg[str(key)] for key in PLACEMENT if str(key) in request.msg}
    moved = await request.entry.runtime_data.pictures.async_place(request.msg[CONF_FLOOR_ID], changes)
    if moved is None:
        raise refusal("picture_gone")
    return _row(moved)


@command("pictures/remove", {vol.Required(CONF_FLOOR_ID): str})
async def _remove(request: Request) -> None:
    """Delete the picture of a floor."""
    await request.entry.runtime_data.pictures.async_remove(request.msg[CONF_FLOOR_ID])


def _row(picture: KeptPicture) -> dict[str, Any]:
    return {
        "id": picture.id,
        CONF_FLOOR_ID: picture.floor_id,
        "width": picture.width,
        "height": picture.height,
        **asdict(picture.placement),
    }


def _floor_ids(request: Request) -> set[str]:
    return {str(row["id"]) for row in floor_rows(request.hass, request.entry)}


PICTURE_COMMANDS: Final[tuple[Command, ...]] = (_list, _get, _set, _place, _remove)
