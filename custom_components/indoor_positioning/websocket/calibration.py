"""Calibration by walking: stands, their samples, and what they were good for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

import probatio as vol
from homeassistant.core import CALLBACK_TYPE

from ..calibration import Place
from ..calibration_desk import StandState
from ..const import CONF_AREA_ID, CONF_BEACON, CONF_X, CONF_Y
from ..engine.model import corrected_survey
from ..engine.next_spot import next_spot
from ..engine.survey import SurveySample
from ..engine.survey_error import survey_error
from ..flows.fields import MAX_COORDINATE_M
from ..refusal import refusal
from ..survey_store import KeptSample
from .base import Command, Request, command
from .subscription import Subscription

CONF_SAMPLES: Final = "samples"

# More samples than anybody deletes at once.
MAX_SAMPLES: Final = 1000

_METRES = vol.All(vol.Coerce(float), vol.Range(min=-MAX_COORDINATE_M, max=MAX_COORDINATE_M))


class StandProgress(Subscription):
    """The newest stand, whoever began it: a browser that has lost its connection finds it here again."""

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
            "sample": state.sample,
        }


@command("calibration/progress")
async def _progress(request: Request) -> None:
    StandProgress(request).start()


@command(
    "calibration/start",
    {
        vol.Required(CONF_BEACON): str,
        vol.Required(CONF_AREA_ID): str,
        vol.Inclusive(CONF_X, "place"): _METRES,
        vol.Inclusive(CONF_Y, "place"): _METRES,
    },
)
async def _start(request: Request) -> None:
    """Begin to listen to a beacon that somebody holds in a room, at a spot of the plan where it is given."""
    runtime, msg = request.entry.runtime_data, request.msg
    if (beacon_id := msg[CONF_BEACON]) not in runtime.positioning.tracks:
        raise refusal("beacon_gone", beacon=beacon_id)
    if (room := runtime.positioning.model.home.room(msg[CONF_AREA_ID])) is None:
        raise refusal("not_a_room", area=msg[CONF_AREA_ID])
    position = (msg[CONF_X], msg[CONF_Y]) if CONF_X in msg else None
    runtime.calibration.start(beacon_id, Place(room.floor, room.id, position))


@command("calibration/finish")
async def _finish(request: Request) -> None:
    """Keep what was heard so far."""
    request.entry.runtime_data.calibration.finish()


@command("calibration/cancel")
async def _cancel(request: Request) -> None:
    """Throw the present stand away."""
    request.entry.runtime_data.calibration.cancel()


@command("calibration/undo")
async def _undo(request: Request) -> dict[str, str]:
    """Delete the newest sample of this calibration."""
    return {"sample": await request.entry.runtime_data.calibration.async_undo()}


@command("calibration/delete", {vol.Required(CONF_SAMPLES): vol.All([str], vol.Length(max=MAX_SAMPLES))})
async def _delete(request: Request) -> None:
    """Delete samples; those that are gone already are no error."""
    await request.entry.runtime_data.survey.async_delete(request.msg[CONF_SAMPLES])


@command("calibration/samples")
async def _samples(request: Request) -> dict[str, Any]:
    """All samples, the age of the survey, which anchors have drifted since, and where to stand next."""
    runtime = request.entry.runtime_data
    samples = runtime.survey.samples
    spot = await request.hass.async_add_executor_job(next_spot, runtime.positioning.model)
    return {
        CONF_SAMPLES: [_sample_row(one) for one in samples],
        "oldest": samples[0].sample.time if samples else None,
        "newest": samples[-1].sample.time if samples else None,
        "kept_lately": list(runtime.calibration.kept),
        "drifted": sorted(runtime.drift.drift.anchors),
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
    _finish,
    _cancel,
    _undo,
    _delete,
    _samples,
    _report,
)
