"""To train the home's own network, and see what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import probatio as vol
from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult, OptionsFlow
from homeassistant.core import callback

from ..engine.neural.judging import Errors, TrainingReport
from ..engine.neural.problems import TrainingError
from ..runtime import Runtime
from ..teacher import Teacher, TrainingStopped

# What stands where a figure does not exist: no places, or nothing held out.
NO_FIGURE = "–"


class TrainingSteps(OptionsFlow):
    """The steps `train` (progress) -> `trained` (form)."""

    # Set by the first step; the other comes after it.
    _training: asyncio.Task[TrainingReport | TrainingError | None] | None = None
    _told = False

    async def async_step_train(self, _user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Train beside the event loop, and show how far it is."""
        if self.config_entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        if self._training is None:
            runtime: Runtime = self.config_entry.runtime_data
            self._training = self.config_entry.async_create_background_task(
                self.hass, self._async_train(runtime), "indoor_positioning training"
            )
        if not self._training.done():
            return self.async_show_progress(step_id="train", progress_action="training", progress_task=self._training)
        return self.async_show_progress_done(next_step_id="trained")

    async def async_step_trained(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Tell what came of it; the network is in use already where it is better."""
        # A training that ends at once brings the choice from the menu with it.
        if user_input is not None and self._told:
            return self.async_create_entry(data=dict(self.config_entry.options))
        training = self._training
        result = None if training is None or training.cancelled() else training.result()
        if result is None:
            return self.async_abort(reason="interrupted")
        if isinstance(result, TrainingError):
            return self.async_abort(reason=result.problem.value)
        self._told = True
        runtime: Runtime = self.config_entry.runtime_data
        teacher = runtime.teacher
        return self.async_show_form(
            step_id="trained" if result.replaces else "not_replaced",
            data_schema=vol.Schema({}),
            description_placeholders={
                **_figures(result, {room.id: room.name for room in runtime.positioning.model.home.rooms}),
                "resting": str(len(teacher.resting)),
                "missing": str(len(teacher.missing_anchors)),
            },
            errors=_remarks(teacher),
        )

    async def async_step_not_replaced(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Leave; the network of before stays in use."""
        return await self.async_step_trained(user_input)

    async def _async_train(self, runtime: Runtime) -> TrainingReport | TrainingError | None:
        """Train; None where it was stopped. Nothing is raised: who asked may have closed the form meanwhile."""
        unsubscribe = runtime.teacher.subscribe(self._tell_training)
        try:
            return await runtime.async_train()
        except TrainingError as error:
            return error
        except TrainingStopped:
            return None
        finally:
            unsubscribe()

    @callback
    def _tell_training(self, share: float | None) -> None:
        if share is not None:
            self.async_update_progress(share)


def _remarks(teacher: Teacher) -> dict[str, str]:
    """Return what is to be said about networks of before that stay in use, or do not fit the home any more."""
    if teacher.resting:
        return {"base": "networks_rest"}
    return {"base": "networks_miss_anchors"} if teacher.missing_anchors else {}


def _figures(report: TrainingReport, names: Mapping[str, str]) -> dict[str, str]:
    """Return the figures of the network, of both together, of the default and of nearest neighbours, for people."""
    told = {"samples": str(report.samples)}
    for name in ("neural", "fused", "bayes", "fingerprint"):
        errors = report.errors.get(name)
        told[f"{name}_error"] = _metres(errors.mean if errors else None)
        told[f"{name}_rooms"] = _rooms(errors)
    neural = report.errors.get("neural")
    told["neural_median"] = _metres(neural.median if neural else None)
    told["neural_p90"] = _metres(neural.p90 if neural else None)
    by_room = neural.mean_by_room if neural else {}
    told["by_room"] = ", ".join(f"{names.get(room, room)} {_metres(error)}" for room, error in by_room.items())
    told["by_room"] = told["by_room"] or NO_FIGURE
    loss = report.quantisation_loss
    told["quantisation_loss"] = NO_FIGURE if loss is None else f"{100.0 * loss:+.1f} %"
    return told


def _metres(error: float | None) -> str:
    return NO_FIGURE if error is None else f"{error:.2f} m"


def _rooms(errors: Errors | None) -> str:
    return NO_FIGURE if errors is None or errors.rooms is None else f"{100.0 * errors.rooms:.0f} %"
