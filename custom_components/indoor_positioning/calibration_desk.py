"""Calibration by walking: one stand after another, which goes on though the browser that began it is gone."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from .anchors import AnchorWatch
from .calibration import Place, Stand
from .positioning import Positioning
from .refusal import refusal
from .survey_store import SurveyStore


class StandStatus(StrEnum):
    """How it is with the newest stand."""

    IDLE = "idle"
    COLLECTING = "collecting"
    KEPT = "kept"
    NOTHING_HEARD = "nothing_heard"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class StandState:
    """What is told of the newest stand: the done `share` (0..1), what was heard, and whether it was held still.

    `moving` is of this moment, `moved` of the stand as a whole. `sample` is the id of what was kept.
    """

    status: StandStatus = StandStatus.IDLE
    beacon: str | None = None
    place: Place | None = None
    share: float = 0.0
    packets: int = 0
    anchors: int = 0
    moving: bool = False
    moved: bool = False
    sample: str | None = None


class CalibrationDesk:
    """Runs the stands of one home and remembers which samples they gave, for whoever looks on."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        positioning: Positioning,
        anchors: AnchorWatch,
        survey: SurveyStore,
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._positioning = positioning
        self._anchors = anchors
        self._survey = survey
        self._listeners: list[CALLBACK_TYPE] = []
        self._stand: Stand
        self._task: asyncio.Task[None] | None = None
        # The ids of the samples kept since the start, oldest first; undo takes them back one by one.
        self._kept: list[str] = []
        self.state = StandState()

    @property
    def kept(self) -> tuple[str, ...]:
        """The samples kept since the start that are still there, oldest first."""
        there = {one.id for one in self._survey.samples}
        return tuple(one for one in self._kept if one in there)

    @callback
    def subscribe(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` when the state has changed."""
        self._listeners.append(listener)

        @callback
        def remove() -> None:
            self._listeners.remove(listener)

        return remove

    @callback
    def start(self, beacon_id: str, place: Place) -> None:
        """Begin a stand. Raises ServiceValidationError while another one runs."""
        if self._running:
            raise refusal("calibration_runs")
        self._stand = Stand(self._positioning, self._anchors, beacon_id, place)
        self._show(StandState(StandStatus.COLLECTING, beacon_id, place))
        # In the background, and of the entry: neither a start nor an unload waits for somebody who stands still.
        self._task = self._entry.async_create_background_task(
            self._hass, self._async_stand(self._stand), "indoor_positioning stand"
        )

    @callback
    def finish(self) -> None:
        """Keep what the present stand has heard so far. Raises ServiceValidationError where it has heard nothing."""
        if not self._running:
            raise refusal("calibration_runs_not")
        if not self._stand.packets:
            raise refusal("calibration_nothing_heard")
        self._stand.finish()

    @callback
    def cancel(self) -> None:
        """Throw the present stand away; without one, nothing happens."""
        if self._running and self._task:
            self._task.cancel()
            self._show(replace(self.state, status=StandStatus.CANCELLED, moving=False))

    async def async_undo(self) -> str:
        """Delete the newest sample and return its id. Raises ServiceValidationError where there is none."""
        if not (kept := self.kept):
            raise refusal("calibration_nothing_to_undo")
        await self._survey.async_delete([kept[-1]])
        return kept[-1]

    @property
    def _running(self) -> bool:
        return self.state.status is StandStatus.COLLECTING

    async def _async_stand(self, stand: Stand) -> None:
        try:
            sample = await stand.async_collect(lambda share: self._show(self._told(stand, share)))
            # From here on there is nothing to cancel: what was heard is kept.
            self._task = None
            sample_id = await self._survey.async_add(sample) if sample else None
        except Exception:
            self._show(replace(self.state, status=StandStatus.CANCELLED, moving=False))
            raise
        if sample_id:
            self._kept.append(sample_id)
        status = StandStatus.KEPT if sample_id else StandStatus.NOTHING_HEARD
        told = self._told(stand, 1.0)
        self._show(replace(told, status=status, moving=False, moved=stand.moved, sample=sample_id))

    def _told(self, stand: Stand, share: float) -> StandState:
        return replace(self.state, share=share, packets=stand.packets, anchors=stand.anchors, moving=stand.moving)

    def _show(self, state: StandState) -> None:
        self.state = state
        for listener in tuple(self._listeners):
            listener()
