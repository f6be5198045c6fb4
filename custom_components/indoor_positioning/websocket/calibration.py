"""Calibration by walking: stands and lines, their samples, what they were good for, and reference beacons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

import probatio as vol
from homeassistant.core import CALLBACK_TYPE

from ..calibration import Place
from ..calibration_desk import StandState
from ..const import CONF_AREA_ID, CONF_BEACON, CONF_FLOOR_ID, CONF_HEIGHT, CONF_X, CONF_Y, SUBENTRY_BEACON
from ..engine.model import corrected_survey
from ..engine.next_spot import next_spot
from ..engine.survey import SurveySample
from ..engine.survey_error import survey_error
from ..flows.anchor import place_problems
from ..refusal import refusal
from ..runtime import IndoorPositioningConfigEntry
from ..survey_store import KeptSample
from .base import Command, Request, command
from .fields import HEIGHT, METRES, tracked_beacon
from .subscription import Subscription

CONF_SAMPLES: Final = "samples"

# More samples than anybody deletes at once.
MAX_SAMPLES: Final = 1000


class StandProgress(Subscription):
    """The newest stand or line, whoever began it: a browser that has lost its connection finds it here again."""

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self._sent: StandState | None = None

    def listen(self) -> list[CALLBACK_TYPE]:
        return [self.entry.runtime_data.calibration.subscribe(self.changed)]

    def changes(self) -> Mapping[str, Any]:
        state = self.entry.runtime_data.calibration.state
        if state == self._sent:
            return {}
        self._sent = state
        x, y = (state.place.position if state.place else None) or (None, None)
        return {
            "status": state.status,
            CONF_BEACON: state.beacon,
            CONF_AREA_ID: state.place.room if state.place else None,
            CONF_X: x,
            CONF_Y: y,
            "share": round(state.share, 3),
            "packets": state.packets,
            "anchors": state.anchors,
            "moving": state.moving,
            "moved": state.moved,
            "sample": state.samples[0] if state.samples else None,
            CONF_SAMPLES: list(state.samples),
            CONF_FLOOR_ID: state.floor,
            "corners": [list(corner) for corner in state.corners],
        }


@command("calibration/progress")
async def _progress(request: Request) -> None:
    StandProgress(request).start()


@command(
    "calibration/start",
    {
        vol.Required(CONF_BEACON): str,
        vol.Required(CONF_AREA_ID): str,
        vol.Inclusive(CONF_X, "place"): METRES,
        vol.Inclusive(CONF_Y, "place"): METRES,
    },
)
async def _start(request: Request) -> None:
    """Begin to listen to a beacon that somebody holds in a room, at a spot of the plan where it is given."""
    runtime, msg = request.entry.runtime_data, request.msg
    beacon_id = tracked_beacon(request)
    if (room := runtime.positioning.model.home.room(msg[CONF_AREA_ID])) is None:
        raise refusal("not_a_room", area=msg[CONF_AREA_ID])
    position = (msg[CONF_X], msg[CONF_Y]) if CONF_X in msg else None
    runtime.calibration.start(beacon_id, Place(room.floor, room.id, position))


@command(
    "calibration/start_line",
    {
        vol.Required(CONF_BEACON): str,
        vol.Required(CONF_FLOOR_ID): str,
        vol.Required(CONF_X): METRES,
        vol.Required(CONF_Y): METRES,
    },
)
async def _start_line(request: Request) -> None:
    """Begin to walk a line on a floor, at its first corner."""
    runtime, msg = request.entry.runtime_data, request.msg
    beacon_id = tracked_beacon(request)
    home = runtime.positioning.model.home
    if not any(room.outline for room in home.rooms_on(msg[CONF_FLOOR_ID])):
        raise refusal("calibration_floor_not_drawn", floor=msg[CONF_FLOOR_ID])
    runtime.calibration.start_line(beacon_id, msg[CONF_FLOOR_ID], (msg[CONF_X], msg[CONF_Y]))


@command("calibration/corner", {vol.Required(CONF_X): METRES, vol.Required(CONF_Y): METRES})
async def _corner(request: Request) -> None:
    """Say that the walk has come to another corner."""
    request.entry.runtime_data.calibration.tap_corner((request.msg[CONF_X], request.msg[CONF_Y]))


@command("calibration/finish")
async def _finish(request: Request) -> None:
    """Keep what was heard so far."""
    request.entry.runtime_data.calibration.finish()


@command("calibration/cancel")
async def _cancel(request: Request) -> None:
    """Throw the present stand away."""
    request.entry.runtime_data.calibration.cancel()


@command("calibration/undo")
async def _undo(request: Request) -> dict[str, Any]:
    """Delete what the newest stand or line of this calibration gave."""
    undone = await request.entry.runtime_data.calibration.async_undo()
    return {"sample": undone[0], CONF_SAMPLES: list(undone)}


@command("calibration/delete", {vol.Required(CONF_SAMPLES): vol.All([str], vol.Length(max=MAX_SAMPLES))})
async def _delete(request: Request) -> None:
    """Delete samples; those that are gone already are no error."""
    await request.entry.runtime_data.survey.async_delete(request.msg[CONF_SAMPLES])


@command("calibration/samples")
async def _samples(request: Request) -> dict[str, Any]:
    """All samples, the age of the survey, what has drifted since, the reference beacons, and where to stand next."""
    runtime = request.entry.runtime_data
    samples = runtime.survey.samples
    spot = await request.hass.async_add_executor_job(next_spot, runtime.positioning.model)
    return {
        CONF_SAMPLES: [_sample_row(one) for one in samples],
        "oldest": samples[0].sample.time if samples else None,
        "newest": samples[-1].sample.time if samples else None,
        "kept_lately": list(runtime.calibration.kept),
        "drifted": sorted(runtime.drift.drift.anchors),
        "references": _references(request.entry),
        "next": asdict(spot) if spot else None,
    }


@command("calibration/report")
async def _report(request: Request) -> dict[str, Any]:
    """How well the survey locates its own places, before this calibration's samples and with them; takes seconds."""
    runtime = request.entry.runtime_data
    home, prior = runtime.positioning.model.home, runtime.learner.parameters
    lately = set(runtime.calibration.kept)
    fresh = {(one.sample.beacon, one.sample.time) for one in runtime.survey.samples if one.id in lately}
    survey = corrected_survey(home, runtime.survey.survey())

    def known_before(sample: SurveySample) -> bool:
        return (sample.beacon, sample.time) not in fresh

    judge = request.hass.async_add_executor_job
    return {
        "before": asdict(await judge(survey_error, home, survey, prior, known_before)),
        "after": asdict(await judge(survey_error, home, survey, prior)),
    }


@command(
    "calibration/reference",
    {
        vol.Required(CONF_BEACON): str,
        vol.Required(CONF_AREA_ID): vol.Any(None, str),
        **{vol.Required(key): vol.Any(None, METRES) for key in (CONF_X, CONF_Y)},
        vol.Optional(CONF_HEIGHT, default=None): vol.Any(None, HEIGHT),
    },
)
async def _reference(request: Request) -> None:
    """Say that a beacon stays at a place, and so helps to notice what changes; with nulls, that it is carried about."""
    entry, msg = request.entry, request.msg
    beacon_id = tracked_beacon(request)
    area_id = msg[CONF_AREA_ID]
    if area_id is not None and entry.runtime_data.positioning.model.home.room(area_id) is None:
        raise refusal("not_a_room", area=area_id)
    place = {key: msg[key] for key in (CONF_AREA_ID, CONF_X, CONF_Y, CONF_HEIGHT)}
    if place_problems(place):
        raise refusal("calibration_reference_place")
    subentry = entry.subentries[beacon_id]
    request.hass.config_entries.async_update_subentry(entry, subentry, data={**subentry.data, **place})


def _references(entry: IndoorPositioningConfigEntry) -> list[dict[str, Any]]:
    keys = (CONF_AREA_ID, CONF_X, CONF_Y, CONF_HEIGHT)
    return [
        {CONF_BEACON: one.subentry_id, **{key: one.data.get(key) for key in keys}}
        for one in entry.get_subentries_of_type(SUBENTRY_BEACON)
        if one.data.get(CONF_X) is not None
    ]


def _sample_row(kept: KeptSample) -> dict[str, Any]:
    sample = kept.sample
    x, y = sample.position or (None, None)
    return {
        "id": kept.id,
        CONF_BEACON: sample.beacon,
        CONF_AREA_ID: sample.room,
        CONF_X: x,
        CONF_Y: y,
        "time": sample.time,
        "packets": sample.packets,
        "anchors": len(sample.readings),
        "quality": kept.quality,
    }


CALIBRATION_COMMANDS: Final[tuple[Command, ...]] = (
    _progress,
    _start,
    _start_line,
    _corner,
    _finish,
    _cancel,
    _undo,
    _delete,
    _samples,
    _report,
    _reference,
)
