"""The predicted accuracy, of the home as it is or with changes that are only tried out."""

from __future__ import annotations

from typing import Any, Final

import probatio as vol

from ..const import CONF_FLOOR_ID
from ..engine.accuracy_map import AccuracyMap, accuracy_map
from ..engine.home import Home
from ..engine.model import PositioningModel
from ..engine.propagation import PropagationParameters
from ..engine.survey import Survey
from .base import Command, Request, command
from .plan import CHANGES, draft_of, home_of_draft

# Decimals: a decimetre is finer than any prediction, a percent likewise.
_METRES: Final = 1
_SHARE: Final = 2


@command("accuracy_map", {vol.Required(CONF_FLOOR_ID): str, **CHANGES})
async def _accuracy_map(request: Request) -> dict[str, Any]:
    """The expected error on one floor; with changes of the plan, as it would be with them: try out another anchor."""
    runtime, msg = request.entry.runtime_data, request.msg
    wait = request.hass.async_add_executor_job
    if any(str(change) in msg for change in CHANGES):
        home = home_of_draft(request, draft_of(request))
        expected = await wait(_tried_out, home, runtime.survey.survey(), runtime.learner.parameters, msg[CONF_FLOOR_ID])
    else:
        expected = await wait(accuracy_map, runtime.positioning.model, msg[CONF_FLOOR_ID])
    if expected is None:
        return {"size": None, "points": [], "error": [], "room_chance": []}
    return {
        "size": round(expected.size, 3),
        "points": expected.points.round(3).tolist(),
        "error": expected.error.round(_METRES).tolist(),
        "room_chance": expected.room_chance.round(_SHARE).tolist(),
    }


def _tried_out(home: Home, survey: Survey, parameters: PropagationParameters, floor_id: str) -> AccuracyMap | None:
    return accuracy_map(PositioningModel.build(home, survey, parameters), floor_id)


ACCURACY_COMMANDS: Final[tuple[Command, ...]] = (_accuracy_map,)
