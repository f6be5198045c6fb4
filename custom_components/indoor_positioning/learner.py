"""Self-calibration in ordinary use: beacons teach the path loss, and now and then the model takes a small step.

Learning itself is the engine's; here are its hours, its switch and its memory.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

from . import clock
from .engine.model import PositioningModel
from .engine.propagation import PropagationParameters
from .engine.self_calibration import SelfCalibration, bounded_step
from .engine.tracker import Tracker
from .learning_store import LearningStore, Learnt

_LOGGER = logging.getLogger(__name__)

# A home that was just set up is worth a first step soon; later ones are slow, since each builds the model anew.
FIRST_STEP_S: Final = 1800.0
STEP_INTERVAL_S: Final = 3600.0


class Learner:
    """Owns what was learnt; `on_change` is called when the model is to be built with other `parameters`."""

    def __init__(self, hass: HomeAssistant, entry_id: str, on_change: CALLBACK_TYPE, *, enabled: bool) -> None:
        self._hass = hass
        self._on_change = on_change
        self._store = LearningStore(hass, entry_id)
        self._job = HassJob(self._step, "Self-calibration of indoor positioning", cancel_on_shutdown=True)
        self._cancel: CALLBACK_TYPE | None = None
        self.enabled = enabled
        self.learnt = Learnt.nothing()

    @property
    def parameters(self) -> PropagationParameters:
        """What the path loss is believed to be before the survey is looked at. Switched off, nothing was learnt."""
        return self.learnt.parameters if self.enabled else PropagationParameters()

    async def async_load(self) -> None:
        """Read what is on disk."""
        self.learnt = await self._store.async_load()

    @callback
    def start(self, model: PositioningModel) -> None:
        """Start to learn over `model`."""
        self.follow(model)
        self._cancel = async_call_later(self._hass, FIRST_STEP_S, self._job)

    async def async_stop(self) -> None:
        """Stop, and keep what is known."""
        if self._cancel:
            self._cancel()
            self._cancel = None
        await self._store.async_save(self.learnt)

    @callback
    def configure(self, *, enabled: bool) -> None:
        """Switch learning, and the use of what was learnt, on or off; it is kept for when it is switched on again."""
        if enabled != self.enabled:
            self.enabled = enabled
            if self.learnt.changed_at is not None:
                self._on_change()

    @callback
    def follow(self, model: PositioningModel) -> None:
        """Go on over a changed model. The sums are those of its anchors; with other anchors they start anew."""
        if (anchors := model.radio_map.anchors) != self.learnt.sums.anchors:
            self.learnt = replace(self.learnt, sums=SelfCalibration(anchors))

    @callback
    def learn(self, tracker: Tracker) -> None:
        """Take what the newest estimate teaches. It runs after each estimate that a packet brought."""
        # With 12 anchors and 800 cells 0.1 ms every 2 s to look and 0.4 ms more where it counts (2 us in between): no
        # more than 1.3 % of a core for 50 beacons that all walk, beside some 30 % for their estimates.
        if self.enabled and (lesson := tracker.lesson()) is not None:
            self.learnt.sums.learn(tracker.model, lesson)
            self._save_later()

    async def async_forget(self) -> None:
        """Start anew, as if the home had been set up today."""
        self.learnt = Learnt.nothing(self.learnt.sums.anchors)
        await self._store.async_save(self.learnt)
        self._on_change()

    @callback
    def _step(self, _now: datetime) -> None:
        self._cancel = async_call_later(self._hass, STEP_INTERVAL_S, self._job)
        if not self.enabled:
            return
        learnt = self.learnt
        if learnt.before is not None and learnt.sums.explains_worse(learnt.parameters, learnt.before):
            _LOGGER.info("The last step of self-calibration explains the signals worse than before and is undone")
            self._use(learnt.before, None)
            return
        proposed = learnt.sums.propose(PropagationParameters(), learnt.parameters)
        if proposed is not None:
            self._use(bounded_step(learnt.parameters, proposed), learnt.parameters)

    def _use(self, parameters: PropagationParameters, before: PropagationParameters | None) -> None:
        self.learnt = replace(self.learnt, parameters=parameters, before=before, changed_at=clock.time())
        self._save_later()
        self._on_change()

    def _save_later(self) -> None:
        self._store.save_later(lambda: self.learnt)
