"""Recorded tracks: where a beacon has been, and for how long.

For administrators, whoever sees the map: a week tells more of people than the present moment does.
"""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any, Final

import probatio as vol
from homeassistant.helpers.typing import VolDictType

from ..const import CONF_BEACON, CONF_FLOOR_ID
from ..engine.recorded_track import Track, dwell, thinned
from ..refusal import refusal
from .base import Command, Request, command
from .fields import tracked_beacon

# Points of a track that a screen can tell from one another.
DEFAULT_POINTS: Final = 500
MAX_POINTS: Final = 5000

# Metres: the grid of the estimator, and what is still a place.
DEFAULT_CELL_M: Final = 0.5
MIN_CELL_M: Final = 0.1
MAX_CELL_M: Final = 10.0

# Decimals: a centimetre, a tenth of a second.
_METRES: Final = 2
_SECONDS: Final = 1

# Seconds since the epoch up to the year 2286; a bound on what is a moment.
_MOMENT = vol.All(vol.Coerce(float), vol.Range(min=0.0, max=1e10))
_WINDOW: Final[VolDictType] = {
    vol.Required(CONF_BEACON): str,
    vol.Required("start"): _MOMENT,
    vol.Required("end"): _MOMENT,
}


@command("tracks/list")
async def _list(request: Request) -> dict[str, Any]:
    """For how many hours tracks are kept (0: not at all), and from when to when there is one of which beacon."""
    tracks = request.entry.runtime_data.tracks
    return {
        "hours": tracks.hours,
        "tracks": {beacon_id: asdict(span) for beacon_id, span in (await tracks.async_spans()).items()},
    }


@command(
    "tracks/get",
    {**_WINDOW, vol.Optional("points", default=DEFAULT_POINTS): vol.All(int, vol.Range(min=2, max=MAX_POINTS))},
)
async def _get(request: Request) -> dict[str, Any]:
    """The track of a beacon within a window, in no more points than are asked for."""
    track = await _track(request)
    track = await request.hass.async_add_executor_job(thinned, track, request.msg["points"])
    rows = []
    for record in track.records:
        floor, room = track.places[record["place"]]
        rows.append(
            {
                "time": round(float(record["time"]), _SECONDS),
                "floor": floor,
                "room": room,
                **{key: _known(float(record[key])) for key in ("x", "y", "accuracy")},
            }
        )
    return {"points": rows}


@command(
    "tracks/heat",
    {
        **_WINDOW,
        vol.Required(CONF_FLOOR_ID): str,
        vol.Optional("size", default=DEFAULT_CELL_M): vol.All(
            vol.Coerce(float), vol.Range(min=MIN_CELL_M, max=MAX_CELL_M)
        ),
    },
)
async def _heat(request: Request) -> dict[str, Any]:
    """How long a beacon was in each cell of a floor within a window."""
    msg, track = request.msg, await _track(request)
    points, seconds = await request.hass.async_add_executor_job(
        dwell, track, msg[CONF_FLOOR_ID], msg["end"], msg["size"]
    )
    return {
        "size": msg["size"],
        "points": points.round(_METRES).tolist(),
        "seconds": seconds.round(_SECONDS).tolist(),
    }


@command("tracks/erase", {vol.Optional(CONF_BEACON): str})
async def _erase(request: Request) -> None:
    """Delete the track of a beacon, or all."""
    # Only ids that we gave ourselves name a folder.
    beacon_id = tracked_beacon(request) if CONF_BEACON in request.msg else None
    await request.entry.runtime_data.tracks.async_erase(beacon_id)


async def _track(request: Request) -> Track:
    beacon_id = tracked_beacon(request)
    if request.msg["end"] < request.msg["start"]:
        raise refusal("track_window")
    tracks = request.entry.runtime_data.tracks
    return await tracks.async_track(beacon_id, request.msg["start"], request.msg["end"])


def _known(value: float) -> float | None:
    return round(value, _METRES) if math.isfinite(value) else None


TRACK_COMMANDS: Final[tuple[Command, ...]] = (_list, _get, _heat, _erase)
