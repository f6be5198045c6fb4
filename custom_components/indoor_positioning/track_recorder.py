"""Where beacons have been, for the last hours: kept on this machine only, and only if the household asked for it.

One folder a beacon, one file an hour, appended to every few minutes. Whatever is older than the household wanted is
deleted, and everything when it wants none any more. Nothing of it goes into the recorder.
"""

from __future__ import annotations

import asyncio
import logging
import math
import shutil
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_track_time_interval

from . import clock
from .const import DOMAIN
from .engine.decision import Presence
from .engine.recorded_track import AWAY, RECORD, Place, Track, TrackPoint, TrackThinner
from .engine.track_file import PLACES_FILE, append_places, append_records, read_places, read_records
from .positioning import SIGNAL_PRESENCE

_LOGGER = logging.getLogger(__name__)

# A crash loses so much; a card of flash memory is written to no more often.
FLUSH_INTERVAL: Final = timedelta(minutes=5)

# A week: what one looks for is what was lost yesterday, and a longer memory of people is another matter.
MAX_HOURS: Final = 168

_HOUR_S: Final = 3600
_SUFFIX: Final = ".track"


@dataclass(slots=True)
class _Recording:
    """What is not on disk yet of one beacon."""

    thinner: TrackThinner = field(default_factory=TrackThinner)
    points: list[TrackPoint] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TrackSpan:
    """From when to when there is anything of a beacon (seconds since the epoch)."""

    oldest: float
    newest: float


class TrackRecorder:
    """Records the tracks of one home."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        self._hass = hass
        self._folder = _folder(hass, entry_id)
        self._recordings: dict[str, _Recording] = {}
        self._stop: list[CALLBACK_TYPE] = []
        # Files are written, read and deleted one after another.
        self._lock = asyncio.Lock()
        self.hours = 0

    async def async_start(self, hours: int, beacons: Collection[str]) -> None:
        """Begin with `hours` of memory, 0 for none; of beacons that were removed meanwhile, nothing is left."""
        await self._hass.async_add_executor_job(_remove_others, self._folder, frozenset(beacons))
        await self.async_configure(hours)

    async def async_stop(self) -> None:
        """Stop, and keep what was recorded."""
        self._release()
        await self.async_flush()

    async def async_configure(self, hours: int) -> None:
        """Go on with another memory; without any, all that there is is deleted."""
        self.hours = min(hours, MAX_HOURS)
        self._release()
        if not self.hours:
            await self.async_erase()
            return
        self._stop = [
            async_dispatcher_connect(self._hass, SIGNAL_PRESENCE, self._estimated),
            async_track_time_interval(self._hass, self._async_flush_due, FLUSH_INTERVAL, cancel_on_shutdown=True),
        ]
        await self.async_flush()

    async def async_erase(self, beacon_id: str | None = None) -> None:
        """Delete what is there of a beacon, or everything."""
        async with self._lock:
            if beacon_id is None:
                self._recordings.clear()
                await self._hass.async_add_executor_job(_remove, self._folder)
            else:
                self._recordings.pop(beacon_id, None)
                await self._hass.async_add_executor_job(_remove, self._folder / beacon_id)

    async def async_flush(self) -> None:
        """Write what is not on disk yet, and delete what has grown too old."""
        async with self._lock:
            due = {beacon: one.points for beacon, one in self._recordings.items() if one.points}
            for recording in self._recordings.values():
                recording.points = []
            try:
                await self._hass.async_add_executor_job(_write, self._folder, due, self._forget_before())
            except OSError as error:
                _LOGGER.warning("Recorded tracks cannot be written: %s", error)

    async def async_spans(self) -> Mapping[str, TrackSpan]:
        """Return of which beacons there is anything."""
        await self.async_flush()
        async with self._lock:
            return await self._hass.async_add_executor_job(_spans, self._folder)

    async def async_track(self, beacon_id: str, start: float, end: float) -> Track:
        """Return what is there of a beacon within [start, end] (seconds since the epoch)."""
        await self.async_flush()
        start = max(start, self._forget_before())
        async with self._lock:
            return await self._hass.async_add_executor_job(_read, self._folder / beacon_id, start, end)

    @staticmethod
    async def async_remove_file(hass: HomeAssistant, entry_id: str) -> None:
        """Delete what is on disk."""
        await hass.async_add_executor_job(_remove, _folder(hass, entry_id))

    @callback
    def _estimated(self, beacon_id: str, presence: Presence) -> None:
        """Take an estimate. Hot path: it runs for every estimate of every beacon."""
        recording = self._recordings.setdefault(beacon_id, _Recording())
        point = TrackPoint(
            clock.time(),
            AWAY if presence.away else (presence.floor, presence.room),
            None if presence.away else presence.position,
            presence.accuracy,
        )
        if recording.thinner.wanted(point):
            recording.points.append(point)

    async def _async_flush_due(self, _now: datetime) -> None:
        await self.async_flush()

    def _forget_before(self) -> float:
        return clock.time() - self.hours * _HOUR_S

    def _release(self) -> None:
        for stop in self._stop:
            stop()
        self._stop = []


def _folder(hass: HomeAssistant, entry_id: str) -> Path:
    return Path(hass.config.path(DOMAIN, entry_id, "tracks"))


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _remove_others(folder: Path, beacons: frozenset[str]) -> None:
    for other in folder.glob("*"):
        if other.name not in beacons:
            _remove(other)


def _write(folder: Path, due: Mapping[str, list[TrackPoint]], forget_before: float) -> None:
    for beacon_id, points in due.items():
        _append(folder / beacon_id, points)
    for path, hour in _files(folder.glob("*/*")):
        if (hour + 1) * _HOUR_S <= forget_before:
            path.unlink(missing_ok=True)


def _append(folder: Path, points: list[TrackPoint]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    places = read_places(folder / PLACES_FILE)
    numbers: dict[Place, int] = {}
    for number, place in enumerate(places):
        numbers.setdefault(place, number)
    new = dict.fromkeys(point.place for point in points if point.place not in numbers)
    append_places(folder / PLACES_FILE, new)
    numbers |= {place: len(places) + index for index, place in enumerate(new)}
    nan = math.nan
    by_hour: dict[int, list[tuple[float, float, float, float, int]]] = {}
    for point in points:
        x, y = point.position or (nan, nan)
        accuracy = nan if point.accuracy is None else point.accuracy
        by_hour.setdefault(int(point.time // _HOUR_S), []).append((point.time, x, y, accuracy, numbers[point.place]))
    for hour, rows in by_hour.items():
        append_records(folder / f"{hour}{_SUFFIX}", np.array(rows, RECORD))


def _files(paths: Iterable[Path]) -> list[tuple[Path, int]]:
    """Return the hours' files among `paths`, with their hours since the epoch."""
    return [(path, int(path.stem)) for path in paths if path.suffix == _SUFFIX and path.stem.isdecimal()]


def _read(folder: Path, start: float, end: float) -> Track:
    places = tuple(read_places(folder / PLACES_FILE))
    hours = sorted((hour, path) for path, hour in _files(folder.glob("*")))
    wanted = [path for hour, path in hours if start < (hour + 1) * _HOUR_S and hour * _HOUR_S <= end]
    records = np.concatenate([np.empty(0, RECORD), *map(read_records, wanted)])
    inside = (records["time"] >= start) & (records["time"] <= end) & (records["place"] < len(places))
    return Track(records[inside], places)


def _spans(folder: Path) -> dict[str, TrackSpan]:
    spans: dict[str, TrackSpan] = {}
    for beacon in sorted(folder.glob("*")):
        hours = sorted((hour, path) for path, hour in _files(beacon.glob("*")))
        ends = [records["time"] for _, path in (hours[:1] + hours[-1:]) if len(records := read_records(path))]
        if ends:
            spans[beacon.name] = TrackSpan(float(ends[0][0]), float(ends[-1][-1]))
    return spans
