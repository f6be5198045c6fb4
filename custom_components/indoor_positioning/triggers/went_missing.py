"""A beacon has not been heard for so long: its battery, its owner or the thing itself has gone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, override

import probatio as vol
from homeassistant.const import CONF_FOR
from homeassistant.core import CALLBACK_TYPE, HassJob, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.event import async_call_later

from .. import clock
from ..engine.decision import Presence
from ..track import Track
from .base import BeaconTrigger, runtime_of, schema_of


class WentMissingTrigger(BeaconTrigger):
    """Fires once for every silence that lasts long enough, counted from the last packet that was heard."""

    schema = schema_of({vol.Optional(CONF_FOR, default=timedelta(minutes=5)): cv.positive_time_period})

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._timers: dict[str, CALLBACK_TYPE] = {}
        self._missing: set[str] = set()

    @property
    def _lasting(self) -> float:
        lasting: timedelta = self.options[CONF_FOR]
        return lasting.total_seconds()

    @override
    @callback
    def take_presence(self, beacon_id: str, presence: Presence) -> None:
        silence = presence.time - (presence.last_heard or float("-inf"))
        if silence < self._lasting:
            self._missing.discard(beacon_id)
        if presence.last_heard is not None and beacon_id not in self._timers and beacon_id not in self._missing:
            self._wait(beacon_id, self._lasting - silence)

    def _begin(self, beacon_id: str) -> None:
        """Wait for the end of a silence in which nothing more is said of the beacon, unless it is long enough already.

        Whoever is not away will be told of, also after a restart.
        """
        track = self._track(beacon_id)
        if track is None or not track.presence.away or track.presence.last_heard is None:
            return
        # What a run before has left was said when that ended: what lasted then was told then.
        since = clock.monotonic() if track.updated_at > float("-inf") else track.presence.time
        if since - track.presence.last_heard >= self._lasting:
            self._missing.add(beacon_id)
        else:
            self._wait(beacon_id, self._lasting - (clock.monotonic() - track.presence.last_heard))

    def _track(self, beacon_id: str) -> Track | None:
        runtime = runtime_of(self.hass)
        return runtime.positioning.tracks.get(beacon_id) if runtime else None

    def _wait(self, beacon_id: str, seconds: float) -> None:
        @callback
        def look(_now: object) -> None:
            del self._timers[beacon_id]
            self._look(beacon_id)

        job = HassJob(look, cancel_on_shutdown=True)
        self._timers[beacon_id] = async_call_later(self.hass, max(seconds, 0.0), job)

    def _look(self, beacon_id: str) -> None:
        """Fire, or wait on for as long as was heard of it meanwhile."""
        track = self._track(beacon_id)
        if track is None:
            # Nobody listens while the integration is not loaded, and it may come back to a beacon that is away.
            self._wait(beacon_id, self._lasting)
            return
        if track.presence.last_heard is None:
            return
        silence = clock.monotonic() - track.presence.last_heard
        if silence < self._lasting:
            self._wait(beacon_id, self._lasting - silence)
            return
        self._missing.add(beacon_id)
        self.fire(beacon_id, "went missing", silent_for=round(silence, 1))

    @override
    @callback
    def beacons_changed(self) -> None:
        for beacon_id in self._timers.keys() - self.target.beacons:
            self._timers.pop(beacon_id)()
        self._missing &= self.target.beacons
        for beacon_id in self.target.beacons - self._timers.keys() - self._missing:
            self._begin(beacon_id)

    @override
    @callback
    def detached(self) -> None:
        for stop in self._timers.values():
            stop()
        self._timers.clear()
