"""The home's own networks in ordinary use: trained when asked for and when what they learnt from has changed.

Training itself is the engine's, and runs beside the event loop; here are its hours, its memory and its switch.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.debounce import Debouncer

from . import clock
from .engine.model import PositioningModel
from .engine.neural.judging import Taught, TrainingReport, teach
from .engine.neural.models import TinyModels
from .engine.neural.problems import TrainingError
from .engine.propagation import PropagationParameters
from .litert import Engine, with_engine
from .network_store import KeptNetworks, NetworkStore

_LOGGER = logging.getLogger(__name__)

# Seconds after the last change before networks are trained anew: a calibration goes from room to room for minutes.
RETRAIN_DELAY_S: Final = 120.0

type ProgressListener = Callable[[float | None], None]


class TrainingStopped(Exception):  # noqa: N818  no error: nobody waits for the result any more
    """Training is not wanted any more."""


class Teacher:
    """Owns the networks of one home; `on_change` is called when a model is to be built with others.

    `progress` is the done share of a training that runs, None while none does.
    """

    def __init__(self, hass: HomeAssistant, entry_id: str, on_change: CALLBACK_TYPE) -> None:
        self._hass = hass
        self._on_change = on_change
        self._store = NetworkStore(hass, entry_id)
        self._lock = asyncio.Lock()
        self._stopping = threading.Event()
        self._listeners: list[ProgressListener] = []
        self._engine = Engine.AUTO
        self._wanted = False
        self._model: PositioningModel
        self._prior: PropagationParameters
        self._retrain = Debouncer(
            hass,
            _LOGGER,
            cooldown=RETRAIN_DELAY_S,
            immediate=False,
            function=self._async_retrain,
            background=True,
        )
        self.kept = KeptNetworks.none()
        self.models = TinyModels()
        self.progress: float | None = None

    async def async_load(self, engine: Engine, *, wanted: bool) -> None:
        """Read what is on disk, to be run by `engine`; `wanted` while the method that needs networks is chosen."""
        self._engine, self._wanted = engine, wanted
        self.kept = await self._store.async_load()
        await self._async_take_up()

    @callback
    def stop(self) -> None:
        """Stop; a training that runs ends soon, without result."""
        self._stopping.set()
        self._retrain.async_shutdown()

    @callback
    def configure(self, engine: Engine, *, wanted: bool) -> None:
        """Go on with another engine, or with the method that needs networks chosen or not."""
        changed = engine != self._engine
        self._engine, self._wanted = engine, wanted
        if changed and self.kept.models:
            self._hass.async_create_task(self._async_change_engine(), "indoor_positioning engine of the networks")
        self._retrain_if_due()

    @callback
    def follow(self, model: PositioningModel, prior: PropagationParameters) -> None:
        """Learn from `model`, built from `prior`, from here on; where survey or anchors are others, anew and soon."""
        self._model, self._prior = model, prior
        self._retrain_if_due()

    @callback
    def subscribe(self, listener: ProgressListener) -> CALLBACK_TYPE:
        """Call `listener` with the done share of a training, and None at its end."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def async_train(self) -> TrainingReport:
        """Train now, keep the result unless it is worse than what is in use, and tell how it did.

        Raises TrainingError where there is too little to learn from; what is in use stays then.
        """
        async with self._lock:
            model, prior, before = self._model, self._prior, self.kept
            try:
                taught = await self._hass.async_add_executor_job(self._teach, model, prior, before.judged)
            finally:
                self._tell(None)
            if taught.report.replaces:
                self.kept = KeptNetworks(taught.models, taught.judged, taught.report, source_of(model), clock.time())
                await self._async_take_up()
                self._on_change()
            else:
                # The same survey would only lead to the same network.
                self.kept = replace(before, source=source_of(model))
            await self._store.async_save(self.kept)
            return taught.report

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
        for listener in tuple(self._listeners):
            listener(share)

    async def _async_change_engine(self) -> None:
        await self._async_take_up()
        self._on_change()

    async def _async_take_up(self) -> None:
        self.models = await self._hass.async_add_executor_job(with_engine, self.kept.models, self._engine)

    @callback
    def _retrain_if_due(self) -> None:
        in_use = self._wanted or bool(self.kept.models)
        if in_use and self._model.survey and source_of(self._model) != self.kept.source:
            self._retrain.async_schedule_call()

    async def _async_retrain(self) -> None:
        try:
            report = await self.async_train()
        except TrainingError as error:
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


def report_of(report: TrainingReport, room_names: dict[str, str]) -> dict[str, Any]:
    """Return a report as an answer of an action; rooms by their names."""
    told = asdict(report)
    for errors in (*told["errors"].values(), *([told["before"]] if told["before"] else [])):
        errors["mean_by_room"] = {room_names.get(room, room): one for room, one in errors["mean_by_room"].items()}
    return {"kept": told.pop("replaces"), **told}
