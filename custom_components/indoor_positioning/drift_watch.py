"""The drift of anchors, followed by what stands at known places: fed, remembered, made good and reported.

The engine decides what has drifted; here it gets the reference beacons' packets and its hours.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, TypedDict

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval

from . import clock
from .engine.dynamic_calibration import Drift, DynamicCalibration
from .engine.model import PositioningModel
from .kept_store import KeptStore
from .positioning import Positioning

STORAGE_VERSION: Final = 1

# Drift is a matter of minutes; fitting it costs about a millisecond.
FIT_INTERVAL: Final = timedelta(minutes=1)

type DriftListener = Callable[[frozenset[str]], None]


class _StoredDrift(TypedDict):
    calibrated_at: float
    links: dict[str, Any]


class DriftWatch:
    """One home's drift; `on_drift` is told after each look which anchors (by source) ask for a new calibration."""

    def __init__(self, hass: HomeAssistant, entry_id: str, on_drift: DriftListener) -> None:
        self._hass = hass
        self._on_drift = on_drift
        self._store = _store(hass, entry_id)
        self._calibration = DynamicCalibration()
        self._calibrated_at = 0.0
        self._untap: list[CALLBACK_TYPE] = []
        self._positioning: Positioning
        self._cancel: CALLBACK_TYPE

    @property
    def drift(self) -> Drift:
        """What has changed since the home was calibrated, and is made good."""
        return self._calibration.drift

    async def async_load(self) -> None:
        """Read the baselines of the last run."""
        read = await self._store.async_read(
            lambda stored: (float(stored["calibrated_at"]), DynamicCalibration.from_dict(stored["links"])),
            "The levels of the reference beacons on disk cannot be read and are heard anew",
        )
        if read is not None:
            self._calibrated_at, self._calibration = read

    @callback
    def start(self, positioning: Positioning) -> None:
        """Listen to the reference beacons from now on."""
        self._positioning = positioning
        self.follow(positioning.model)
        self._cancel = async_track_time_interval(self._hass, self._look, FIT_INTERVAL, cancel_on_shutdown=True)

    async def async_stop(self) -> None:
        """Stop, and keep the baselines."""
        self._cancel()
        self._release()
        await self.async_save()

    async def async_save(self) -> None:
        """Write the baselines now."""
        await self._store.async_save({"calibrated_at": self._calibrated_at, "links": self._calibration.to_dict()})

    @callback
    def follow(self, model: PositioningModel) -> None:
        """Go on in a changed home. A newer survey knows the gains of today, so what drifted before it is settled."""
        calibrated_at = max((sample.time for sample in model.survey), default=0.0)
        if calibrated_at > self._calibrated_at:
            self._calibration.rebase()
        self._calibrated_at = calibrated_at
        self._calibration.follow(model.home)
        self._release()
        self._untap = [
            self._positioning.tap(beacon.id, self._calibration.hear)
            for beacon in model.home.beacons
            if beacon.position is not None and beacon.id in self._positioning.tracks
        ]
        self._tell()

    @callback
    def start_anew(self) -> None:
        """Take what is heard from now on for right: somebody has looked after it."""
        self._calibration.rebase()
        self._tell()

    @callback
    def _look(self, _now: datetime) -> None:
        self._calibration.fit(clock.monotonic())
        self._tell()

    def _tell(self) -> None:
        self._positioning.compensate(self._calibration.drift.corrections)
        self._on_drift(self._calibration.to_recalibrate(clock.monotonic()))

    def _release(self) -> None:
        for untap in self._untap:
            untap()
        self._untap = []

    @staticmethod
    async def async_remove_file(hass: HomeAssistant, entry_id: str) -> None:
        """Delete what is on disk."""
        await _store(hass, entry_id).async_remove()


def _store(hass: HomeAssistant, entry_id: str) -> KeptStore[_StoredDrift]:
    return KeptStore(hass, STORAGE_VERSION, entry_id, "drift")
