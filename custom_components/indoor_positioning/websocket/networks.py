"""The home's own networks: trained, compared, and taken along for a microcontroller."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE

from ..engine.neural.export import archive
from ..engine.neural.problems import TrainingError
from ..refusal import refusal
from ..teacher import TrainingStopped, report_of
from .base import Command, Request, command
from .subscription import Subscription, difference

ARCHIVE_NAME: Final = "indoor_positioning_networks.zip"


class NetworkState(Subscription):
    """The networks in use and the training that runs, whoever began it."""

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self._sent: dict[str, Any] | None = None

    def listen(self) -> list[CALLBACK_TYPE]:
        return [self.entry.runtime_data.teacher.subscribe(lambda _: self.changed())]

    def changes(self) -> Mapping[str, Any]:
        now = _state(self)
        changes = difference(self._sent, now)
        self._sent = now
        return changes


@command("networks/subscribe")
async def _subscribe(request: Request) -> None:
    NetworkState(request).start()


@command("networks/train")
async def _train(request: Request) -> dict[str, Any]:
    """Train, and tell how the networks do beside other methods; takes seconds."""
    try:
        return report_of(await request.entry.runtime_data.async_train())
    except TrainingError as error:
        raise refusal(error.problem.value) from error
    except TrainingStopped as error:
        raise refusal("training_stopped") from error


@command("networks/export")
async def _export(request: Request) -> dict[str, str]:
    """All that a microcontroller needs, as one ZIP file in base64."""
    models = request.entry.runtime_data.teacher.kept.models
    if not models:
        raise refusal("networks_missing")
    content = await request.hass.async_add_executor_job(archive, models)
    return {"filename": ARCHIVE_NAME, "content": base64.b64encode(content).decode()}


def _state(state: NetworkState) -> dict[str, Any]:
    teacher = state.entry.runtime_data.teacher
    kept = teacher.kept
    misfits = {id(model): misfit.value for model, misfit in teacher.resting}
    return {
        "training": None if teacher.progress is None else round(teacher.progress, 2),
        "models": [
            {
                "task": one.meaning.task.value,
                "floor": one.meaning.floor,
                "area": one.meaning.area,
                "anchors": list(one.meaning.anchors),
                "misfit": misfits.get(id(one)),
            }
            for one in kept.models
        ],
        "trained_at": kept.trained_at,
        "report": None if kept.report is None else report_of(kept.report),
        "outdated": teacher.outdated,
        "missing_anchors": sorted(teacher.missing_anchors),
        "problem": teacher.problem,
        "lessons": len(teacher.lessons.samples) if teacher.lessons.active else None,
    }


NETWORK_COMMANDS: Final[tuple[Command, ...]] = (_subscribe, _train, _export)
