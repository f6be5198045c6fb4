"""Calibration by walking: one stand or line after another, which goes on though the browser that began it is gone."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from .anchors import AnchorWatch
from .calibration import Place, Stand
from .engine.geometry import Point
from .engine.survey import SurveySample
from .line_walk import LineWalk
from .listeners import call_all, register
from .positioning import Positioning
from .refusal import refusal
from .survey_store import SurveyStore


class StandStatus(StrEnum):
    """How it is with the newest stand or line."""

    IDLE = "idle"
    COLLECTING = "collecting"
    KEPT = "kept"
    NOTHING_HEARD = "nothing_heard"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class StandState:
    """What is told of the newest stand or line: the done `share` (0..1), what was heard, and whether it was held still.

    `moving` is of this moment, `moved` of the stand as a whole. `samples` are the ids of what was kept. Of a line,
    `corners` are those tapped so far (metres) on `floor`, and `share` is of the time within which the next is expected.
    """

    status: StandStatus = StandStatus.IDLE
    beacon: str | None = None
    place: Place | None = None
    share: float = 0.0
    packets: int = 0
    anchors: int = 0
    moving: bool = False
    moved: bool = False
    samples: tuple[str, ...] = ()
    floor: str | None = None
    corners: tuple[Point, ...] = ()


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
        self._collecting: Stand | LineWalk
        self._task: asyncio.Task[None] | None = None
        # The ids of what each stand or line has given since the start, oldest first; undo takes them back one by one.
        self._kept: list[tuple[str, ...]] = []
        self.state = StandState()

    @property
    def kept(self) -> tuple[str, ...]:
        """The samples kept since the start that are still there, oldest first."""
        return tuple(one for given in self._kept for one in self._still_there(given))

    def _still_there(self, samples: tuple[str, ...]) -> tuple[str, ...]:
        there = {one.id for one in self._survey.samples}
        return tuple(one for one in samples if one in there)

    @callback
    def subscribe(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` when the state has changed."""
        return register(self._listeners, listener)

    @callback
    def start(self, beacon_id: str, place: Place) -> None:
        """Begin a stand. Raises ServiceValidationError while something else runs."""
        self._must_be_free()
        stand = Stand(self._positioning, self._anchors, beacon_id, place)
        self._begin(stand, StandState(StandStatus.COLLECTING, beacon_id, place, floor=place.floor))

    @callback
    def start_line(self, beacon_id: str, floor: str, corner: Point) -> None:
        """Begin to walk a line at its first corner. Raises ServiceValidationError while something else runs."""
        self._must_be_free()
        line = LineWalk(self._positioning, self._anchors, beacon_id, floor, corner)
        self._begin(line, StandState(StandStatus.COLLECTING, beacon_id, floor=floor, corners=line.corners))

    @callback
    def tap_corner(self, corner: Point) -> None:
        """Say that the walk has come to another corner. Raises ServiceValidationError where none is under way."""
        if not (self._running and isinstance(line := self._collecting, LineWalk)):
            raise refusal("calibration_no_line")
        if line.full:
            raise refusal("calibration_line_full")
        line.tap(corner)
        self._show(replace(self.state, corners=line.corners))

    @callback
    def finish(self) -> None:
        """Keep what was heard so far; of a line, up to its last corner. Raises ServiceValidationError for nothing."""
        if not self._running:
            raise refusal("calibration_runs_not")
        if not self._collecting.packets:
            raise refusal("calibration_nothing_heard")
        self._collecting.finish()

    @callback
    def cancel(self) -> None:
        """Throw the present stand or line away; without one, nothing happens."""
        if self._running and self._task:
            self._task.cancel()
            self._show(replace(self.state, status=StandStatus.CANCELLED, moving=False))

    async def async_undo(self) -> tuple[str, ...]:
        """Delete what the newest stand or line gave, and return its ids.

        Raises ServiceValidationError where nothing is left.
        """
        newest = next((there for given in reversed(self._kept) if (there := self._still_there(given))), ())
        if not newest:
            raise refusal("calibration_nothing_to_undo")
        await self._survey.async_delete(newest)
        return newest

    @property
    def _running(self) -> bool:
        return self.state.status is StandStatus.COLLECTING

    def _must_be_free(self) -> None:
        if self._running:
            raise refusal("calibration_runs")

    def _begin(self, collecting: Stand | LineWalk, state: StandState) -> None:
        self._collecting = collecting
        self._show(state)
        # In the background, and of the entry: neither a start nor an unload waits for somebody who stands still.
        self._task = self._entry.async_create_background_task(
            self._hass, self._async_collect(collecting), "indoor_positioning calibration"
        )

    async def _async_collect(self, collecting: Stand | LineWalk) -> None:
        try:
            given = await collecting.async_collect(lambda share: self._show(self._told(collecting, share)))
            # From here on there is nothing to cancel: what was heard is kept.
            self._task = None
            samples = (given,) if isinstance(given, SurveySample) else given or ()
            kept = await self._survey.async_extend(samples) if samples else ()
        except Exception:
            self._show(replace(self.state, status=StandStatus.CANCELLED, moving=False))
            raise
        if kept:
            self._kept.append(kept)
        status = StandStatus.KEPT if kept else StandStatus.NOTHING_HEARD
        moved = isinstance(collecting, Stand) and collecting.moved
        told = self._told(collecting, 1.0)
        self._show(replace(told, status=status, moving=False, moved=moved, samples=kept))

    def _told(self, heard: Stand | LineWalk, share: float) -> StandState:
        return replace(self.state, share=share, packets=heard.packets, anchors=heard.anchors, moving=heard.moving)

    def _show(self, state: StandState) -> None:
        self.state = state
        call_all(self._listeners)
