"""Calibration as a form: say who and where one is, hold still, go on to the next room."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import probatio as vol
from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult, OptionsFlow
from homeassistant.core import callback
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)

from .. import clock
from ..calibration import Place, Stand
from ..const import CONF_X, CONF_Y, SUBENTRY_BEACON
from ..engine.survey import SurveySample
from ..runtime import Runtime
from .fields import metres

CONF_BEACON: Final = "beacon"
CONF_ROOM: Final = "room"

# Seconds between new numbers of packets. The frontend builds the whole step anew for them, and needs some tenths of
# a second until its text is there: asked for twice a second, it shows no text at all.
COUNTS_EVERY_S: Final = 3.0


class CalibrationSteps(OptionsFlow):
    """The steps `calibrate` (form) -> `calibrate_collect` (progress) -> `calibrate_done` (menu)."""

    _place_input: Mapping[str, Any] = MappingProxyType({})
    # Set from the first stand on; the steps that need them come after it.
    _stand: Stand
    _collecting: asyncio.Task[SurveySample | None]
    _sample: SurveySample
    _error: str | None = None
    _counts_told: float

    async def async_step_calibrate(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask which beacon one carries and where one stands."""
        if self.config_entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        runtime: Runtime = self.config_entry.runtime_data
        beacons = self.config_entry.get_subentries_of_type(SUBENTRY_BEACON)
        rooms = runtime.positioning.model.home.rooms
        if not beacons or not rooms:
            return self.async_abort(reason="no_rooms" if beacons else "no_beacons")
        errors: dict[str, str] = {}
        if self._error:
            errors["base"], self._error = self._error, None
        if user_input is not None:
            self._place_input = user_input
            room = runtime.positioning.model.home.room(user_input[CONF_ROOM])
            if room is None or user_input[CONF_BEACON] not in runtime.positioning.tracks:
                errors["base"] = "gone_meanwhile"
            elif not (errors := _problems(user_input)):
                position = (user_input[CONF_X], user_input[CONF_Y]) if CONF_X in user_input else None
                return self._start(runtime, user_input[CONF_BEACON], Place(room.floor, room.id, position))
        schema = vol.Schema(
            {
                vol.Required(CONF_BEACON): _choice([(one.subentry_id, one.title) for one in beacons]),
                vol.Required(CONF_ROOM): _choice([(room.id, room.name) for room in rooms]),
                vol.Optional(CONF_X): metres(),
                vol.Optional(CONF_Y): metres(),
            }
        )
        return self.async_show_form(
            step_id="calibrate",
            data_schema=self.add_suggested_values_to_schema(schema, self._place_input),
            errors=errors,
        )

    async def async_step_calibrate_collect(self, _user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show how the stand goes on; keep its sample when it is over."""
        stand, task = self._stand, self._collecting
        if not task.done():
            return self.async_show_progress(
                step_id="calibrate_collect",
                progress_action="collecting",
                description_placeholders={"packets": str(stand.packets), "anchors": str(stand.anchors)},
                progress_task=task,
            )
        # From here on nothing waits: the frontend and the end of the task both ask for this step.
        if not task.cancelled() and (sample := task.result()):
            self._sample = sample
            return self.async_show_progress_done(next_step_id="calibrate_done")
        self._error = "interrupted" if task.cancelled() else "no_packets"
        return self.async_show_progress_done(next_step_id="calibrate")

    async def async_step_calibrate_done(self, _user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Tell what was heard; next room, or enough."""
        return self.async_show_menu(
            step_id="calibrate_done",
            menu_options=["calibrate_next", "finish"],
            description_placeholders={
                "packets": str(self._sample.packets),
                "anchors": str(len(self._sample.readings)),
            },
        )

    async def async_step_calibrate_next(self, _user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Go on with the same beacon; room and spot are asked for anew."""
        self._place_input = {CONF_BEACON: self._place_input[CONF_BEACON]}
        return await self.async_step_calibrate()

    async def async_step_finish(self, _user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Leave; all samples are kept already, and the options stay as they are."""
        return self.async_create_entry(data=dict(self.config_entry.options))

    def _start(self, runtime: Runtime, beacon_id: str, place: Place) -> ConfigFlowResult:
        self._stand = Stand(runtime.positioning, runtime.anchors, beacon_id, place)
        self._counts_told = clock.monotonic()
        # In the background, and of the entry: neither a start nor an unload waits for somebody who stands still.
        self._collecting = self.config_entry.async_create_background_task(
            self.hass,
            _async_collect_and_keep(runtime, self._stand, self._tell_progress),
            "indoor_positioning calibration",
        )
        return self.async_show_progress(
            step_id="calibrate_collect",
            progress_action="collecting",
            description_placeholders={"packets": "0", "anchors": "0"},
            progress_task=self._collecting,
        )

    @callback
    def _tell_progress(self, share: float) -> None:
        if clock.monotonic() - self._counts_told >= COUNTS_EVERY_S:
            self._counts_told = clock.monotonic()
            # Lets the frontend ask for the step again, and so for the number of packets.
            self.async_notify_flow_changed()
        self.async_update_progress(share)


async def _async_collect_and_keep(
    runtime: Runtime, stand: Stand, on_progress: Callable[[float], None]
) -> SurveySample | None:
    sample = await stand.async_collect(on_progress)
    if sample:
        await runtime.survey.async_add(sample)
    return sample


def _problems(user_input: dict[str, Any]) -> dict[str, str]:
    if (CONF_X in user_input) != (CONF_Y in user_input):
        return {"base": "position_incomplete"}
    if not all(math.isfinite(user_input.get(key, 0.0)) for key in (CONF_X, CONF_Y)):
        return {"base": "not_finite"}
    return {}


def _choice(options: list[tuple[str, str]]) -> SelectSelector:
    listed = [SelectOptionDict(value=value, label=label) for value, label in options]
    return SelectSelector(SelectSelectorConfig(options=listed, mode=SelectSelectorMode.DROPDOWN))
