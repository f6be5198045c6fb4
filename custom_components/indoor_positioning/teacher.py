"""The home's own networks in ordinary use: trained when asked for and when what they learnt from has changed.

Training itself is the engine's, and runs beside the event loop; here are its hours, its memory and its switch.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later, async_track_time_interval

from . import clock
from .anchors import AnchorWatch
from .engine.model import PositioningModel
from .engine.neural.fitting import Misfit, missing_anchors, problem_of_model, resting
from .engine.neural.judging import Taught, TrainingReport, teach
from .engine.neural.models import TinyModel, TinyModels, assemble
from .engine.neural.problems import ModelError, TrainingError, TrainingProblem
from .engine.propagation import PropagationParameters
from .listeners import call_all, register
from .litert import Engine, with_engine
from .network_lessons import NetworkLessons
from .network_store import KeptNetworks, NetworkStore
from .positioning import Positioning

_LOGGER = logging.getLogger(__name__)

# Seconds after the last change before networks are trained anew: a calibration goes from room to room for minutes.
RETRAIN_DELAY_S: Final = 120.0

# So often it is looked at whether ordinary use has taught enough to train anew, and how many samples that is: a tenth
# of a survey of four stands in each of ten rooms would hardly show.
LESSON_INTERVAL: Final = timedelta(days=1)
MIN_LESSONS: Final = 20

type ProgressListener = Callable[[float | None], None]


class TrainingStopped(Exception):  # noqa: N818  no error: nobody waits for the result any more
    """Training is not wanted any more."""


@dataclass(frozen=True, slots=True)
class NetworkUse:
    """What runs the networks, whether the chosen method needs them, and whether ordinary use may teach them."""

    engine: Engine = Engine.AUTO
    wanted: bool = False
    learning: bool = True


class Teacher:
    """Owns the networks of one home; `on_change` is called when a model is to be built with others.

    `progress` is the done share of a training that runs, None while none does; `problem` why the last one that the home
    began by itself came to nothing.
    """

    def __init__(self, hass: HomeAssistant, entry_id: str, anchors: AnchorWatch, on_change: CALLBACK_TYPE) -> None:
        self._hass = hass
        self._on_change = on_change
        self._store = NetworkStore(hass, entry_id)
        self._lock = asyncio.Lock()
        self._stopping = threading.Event()
        self._listeners: list[ProgressListener] = []
        self._use = NetworkUse()
        self._cancel: CALLBACK_TYPE | None = None
        self._model: PositioningModel
        self._prior: PropagationParameters
        self._retraining: CALLBACK_TYPE | None = None
        self.kept = KeptNetworks.none()
        self.models = TinyModels()
        self.progress: float | None = None
        self.problem: TrainingProblem | None = None
        self.lessons = NetworkLessons(hass, entry_id, anchors)

    async def async_load(self, use: NetworkUse) -> None:
        """Read what is on disk."""
        self._use = use
        self.kept = await self._store.async_load()
        await self.lessons.async_load()
        await self._async_take_up()

    @callback
    def start(self, positioning: Positioning, prior: PropagationParameters) -> None:
        """Follow the home, and let ordinary use teach from now on."""
        self.lessons.start(positioning)
        self.follow(positioning.model, prior)
        self._cancel = async_track_time_interval(
            self._hass, self._look_at_lessons, LESSON_INTERVAL, cancel_on_shutdown=True
        )

    @callback
    def stop(self) -> None:
        """Stop; a training that runs ends soon, without result."""
        self._stopping.set()
        self._put_off()

    async def async_stop(self) -> None:
        """Keep what use has taught."""
        if self._cancel:
            self._cancel()
        await self.lessons.async_stop()

    @property
    def in_use(self) -> bool:
        """Whether the home has networks, or a method that needs them."""
        return self._use.wanted or bool(self.kept.models)

    @property
    def outdated(self) -> bool:
        """Whether survey, rooms or anchors are others than at the last training."""
        return bool(self.kept.models) and source_of(self._model) != self.kept.source

    @property
    def missing_anchors(self) -> frozenset[str]:
        """The anchors that the networks in use ask for and that are gone."""
        return missing_anchors(self.kept.models, self._model.home)

    @property
    def resting(self) -> list[tuple[TinyModel, Misfit]]:
        """The networks that the present home cannot use, and why."""
        return resting(self.kept.models, self._model.home)

    @callback
    def configure(self, use: NetworkUse) -> None:
        """Go on with another engine, with the method that needs networks chosen or not, with or without lessons."""
        changed = use.engine != self._use.engine
        self._use = use
        if changed and self.kept.models:
            self._hass.async_create_task(self._async_change_engine(), "indoor_positioning engine of the networks")
        self._follow_lessons()
        self._retrain_if_due()

    @callback
    def follow(self, model: PositioningModel, prior: PropagationParameters) -> None:
        """Learn from `model`, built from `prior`, from here on; where survey or anchors are others, anew and soon."""
        self._model, self._prior = model, prior
        self._follow_lessons()
        self._retrain_if_due()
        self._tell(self.progress)

    @callback
    def subscribe(self, listener: ProgressListener) -> CALLBACK_TYPE:
        """Call `listener` with the done share of a training, and None at its end."""
        return register(self._listeners, listener)

    async def async_train(self) -> TrainingReport:
        """Train now, keep the result unless it is worse than what is in use, and tell how it did.

        Raises TrainingError where there is too little to learn from; what is in use stays then.
        """
        async with self._lock:
            model, prior, before = self._model, self._prior, self.kept
            if self._use.learning:
                model = replace(model, learnt=self.lessons.samples.survey)
            self.lessons.samples.taken = 0
            try:
                taught = await self._hass.async_add_executor_job(self._teach, model, prior, before.judged)
                self.problem = None
            finally:
                self._tell(None)
            if taught.report.replaces:
                # Nothing here is trained for areas: their networks were taken in.
                models = replace(taught.models, areas=before.models.areas)
                self.kept = KeptNetworks(models, taught.judged, taught.report, source_of(model), clock.time())
                await self._async_take_up()
                self._follow_lessons()
                self._on_change()
            else:
                # The same survey would only lead to the same network.
                self.kept = replace(before, source=source_of(model))
            await self._store.async_save(self.kept)
            return taught.report

    async def async_adopt(self, model: TinyModel) -> None:
        """Use a network from elsewhere, in place of the one for the same floor or for the rooms.

        It stays until a network trained here errs no more. Raises ModelError where it does not fit the home.
        """
        async with self._lock:
            if problem := problem_of_model(model, self._model.home):
                raise ModelError(problem)
            self.kept = KeptNetworks(
                models=assemble([*self.kept.models, model]),
                judged=assemble([*self.kept.judged, model]),
                report=None,
                source=source_of(self._model),
                trained_at=clock.time(),
            )
            await self._async_take_up()
            await self._store.async_save(self.kept)
        self._put_off()
        self.problem = None
        self._follow_lessons()
        self._on_change()
        self._tell(None)

    def _teach(self, model: PositioningModel, prior: PropagationParameters, before: TinyModels) -> Taught:
        """Train; runs in the executor."""
        return teach(model, prior, before=before or None, progress=self._on_progress)

    def _on_progress(self, share: float) -> None:
        if self._stopping.is_set() or self._hass.is_stopping:
            raise TrainingStopped
        self._hass.loop.call_soon_threadsafe(self._tell, share)

    @callback
    def _tell(self, share: float | None) -> None:
        self.progress = share
        call_all(self._listeners, share)

    async def _async_change_engine(self) -> None:
        await self._async_take_up()
        self._on_change()

    async def _async_take_up(self) -> None:
        self.models = await self._hass.async_add_executor_job(with_engine, self.kept.models, self._use.engine)

    def _follow_lessons(self) -> None:
        self.lessons.follow(self._model, active=self._use.learning and self.in_use)

    @callback
    def _look_at_lessons(self, _now: datetime) -> None:
        if self.lessons.active and self.lessons.samples.taken >= MIN_LESSONS and self._model.survey:
            self._retrain_soon()

    @callback
    def _retrain_if_due(self) -> None:
        if self.in_use and self._model.survey and source_of(self._model) != self.kept.source:
            self._retrain_soon()

    @callback
    def _retrain_soon(self) -> None:
        """Train once nothing has changed for a while: a calibration is no place to stop and think."""
        self._put_off()
        if not self._stopping.is_set():
            self._retraining = async_call_later(self._hass, RETRAIN_DELAY_S, self._retrain)

    @callback
    def _put_off(self) -> None:
        if self._retraining is not None:
            self._retraining()
            self._retraining = None

    @callback
    def _retrain(self, _now: datetime) -> None:
        self._retraining = None
        self._hass.async_create_background_task(self._async_retrain(), "indoor_positioning networks trained anew")

    async def _async_retrain(self) -> None:
        try:
            report = await self.async_train()
        except TrainingError as error:
            self.problem = error.problem
            self._tell(None)
            _LOGGER.info("The home's networks are not trained anew: %s", error)
        except TrainingStopped:
            _LOGGER.debug("A training was stopped")
        else:
            _LOGGER.info(
                "The home's networks were trained anew%s", "" if report.replaces else ", but the ones before are better"
            )


def source_of(model: PositioningModel) -> str:
    """Return what tells whether anchors, rooms or survey have changed."""
    samples = [(one.time, one.beacon, one.floor, one.room, one.position, one.packets) for one in model.survey]
    return hashlib.sha256(repr((model.home.anchors, model.home.rooms, sorted(samples, key=repr))).encode()).hexdigest()


def report_of(report: TrainingReport, room_names: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return a report as an answer; rooms by the names that are given, else by their areas."""
    room_names = room_names or {}
    told = asdict(report)
    for errors in (*told["errors"].values(), *([told["before"]] if told["before"] else [])):
        errors["mean_by_room"] = {room_names.get(room, room): one for room, one in errors["mean_by_room"].items()}
    return {"kept": told.pop("replaces"), **told}
