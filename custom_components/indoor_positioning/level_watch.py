"""How strongly the anchors hear, followed over weeks: gathered, remembered and reported.

What has changed is the engine's to say; here are the half minutes, the file and the hours of looking.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, TypedDict

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval

from . import clock
from .anchors import AnchorWatch
from .engine.anchor_change import Advice, AnchorChange, find_changes
from .engine.level_history import LEAST_A_DAY, LevelHistory
from .engine.level_window import WINDOW_S, LevelWindow
from .engine.likelihood import Links
from .engine.model import PositioningModel
from .engine.spot_levels import Assessment, SpotMap, assess, followed
from .kept_store import KeptStore
from .positioning import Positioning
from .stays import Stays

STORAGE_VERSION: Final = 1
_SECONDS_A_DAY: Final = 86_400
_EPOCH: Final = date(1970, 1, 1)

WINDOW: Final = timedelta(seconds=WINDOW_S)

# Beacons that are weighed in one half minute, in turn. One takes 1 ms in an executor with 9 anchors and 800 cells, 2 ms
# with 10 and 1500: 0.1 % of a core at most. Twelve fill a day with thousands of half minutes, and changes take days.
MOST_BEACONS: Final = 12

# What is found thrice in a row is reported: somebody is at home in at least one of three looks.
LOOK_INTERVAL: Final = timedelta(hours=6)

# Seconds from a change to the write; a crash costs no more than that.
SAVE_DELAY_S: Final = 3600.0


class _StoredLevels(TypedDict):
    calibrated_at: float
    history: dict[str, Any]


@dataclass(frozen=True, slots=True)
class NamedChange:
    """An anchor that hears otherwise, by source, and since when that shows."""

    change: AnchorChange
    since: date | None


type ChangeListener = Callable[[Collection[NamedChange]], None]


class LevelWatch:
    """One home's levels; `on_change` is told after each look which anchors hear otherwise."""

    def __init__(self, hass: HomeAssistant, entry_id: str, anchors: AnchorWatch, on_change: ChangeListener) -> None:
        self._hass = hass
        self._anchors = anchors
        self._on_change = on_change
        self._store = _store(hass, entry_id)
        self._calibrated_at = 0.0
        self._window = LevelWindow()
        self._stays = Stays()
        self._powers: dict[str, float] = {}
        self._turn = 0
        self._weighing = False
        self._spots: SpotMap | None = None
        self._advice = Advice()
        self._untap: list[CALLBACK_TYPE] = []
        self._cancel: list[CALLBACK_TYPE] = []
        self._positioning: Positioning
        self.history = LevelHistory()

    async def async_load(self) -> None:
        """Read the levels of earlier runs; what cannot be read is heard anew."""
        read = await self._store.async_read(
            lambda stored: (float(stored["calibrated_at"]), LevelHistory.from_dict(stored["history"])),
            "The levels of the receivers on disk cannot be read and are heard anew",
        )
        if read is not None:
            self._calibrated_at, self.history = read

    @callback
    def start(self, positioning: Positioning) -> None:
        """Listen to all beacons from now on."""
        self._positioning = positioning
        self.follow(positioning.model)
        hass = self._hass
        self._cancel = [
            async_track_time_interval(hass, self._async_weigh, WINDOW, cancel_on_shutdown=True),
            async_track_time_interval(hass, self._async_look, LOOK_INTERVAL, cancel_on_shutdown=True),
        ]

    async def async_stop(self) -> None:
        """Stop, and keep the levels."""
        for cancel in (*self._cancel, *self._untap):
            cancel()
        self._cancel, self._untap = [], []
        await self.async_save()

    async def async_save(self) -> None:
        """Write now."""
        await self._store.async_save(self._stored())

    @callback
    def follow(self, model: PositioningModel) -> None:
        """Go on in a changed home. After a calibration what was normal is another map's: it is heard anew."""
        calibrated_at = max((sample.time for sample in model.survey), default=0.0)
        begun = self.history.follow(model)
        if calibrated_at > self._calibrated_at:
            self._forget(None)
        self._calibrated_at = calibrated_at
        self._advice.keep(frozenset(self.history.anchors) - begun)
        for untap in self._untap:
            untap()
        tracks = self._positioning.tracks
        self._untap = [self._positioning.tap(beacon_id, self._window.hear) for beacon_id in tracks]
        self._powers = {beacon_id: power for beacon_id, power in self._powers.items() if beacon_id in tracks}
        self._tell()

    @callback
    def accept(self, source: str) -> None:
        """Take what an anchor hears from now on for normal: somebody has looked after it."""
        self._forget(frozenset({source}))
        self._save_later()
        self._tell()

    def change(self, source: str) -> float | None:
        """Return by how many dB an anchor differed from normal on the newest day that tells; None where none does."""
        days = [one.change for one in self.history.days(source) if one.count >= LEAST_A_DAY]
        return days[-1] if days else None

    @property
    def named(self) -> tuple[NamedChange, ...]:
        """The anchors that hear otherwise."""
        return tuple(NamedChange(one, self._since(one.anchor)) for one in self._advice.said)

    def _since(self, source: str) -> date | None:
        days = self.history.days(source)
        day = self.history.since(source) or (days[-1].day if days else None)
        return None if day is None else _EPOCH + timedelta(days=day)

    def _forget(self, sources: frozenset[str] | None) -> None:
        self.history.forget(sources)
        said = {one.anchor for one in self._advice.said}
        self._advice.keep(frozenset() if sources is None else frozenset(said - sources))

    async def _async_weigh(self, _now: datetime) -> None:
        """Weigh a half minute of the beacons that have stayed in a room all through it."""
        model, stayed = self._positioning.model, sorted(self._stays.look(self._positioning.tracks))
        self._turn += MOST_BEACONS
        if len(stayed) > MOST_BEACONS:
            first = self._turn % len(stayed)
            stayed = (stayed[first:] + stayed[:first])[:MOST_BEACONS]
        windows = tuple(self._window.close(model, frozenset(stayed), self._anchors.listening()))
        if not windows or self._weighing:
            return
        self._weighing = True
        try:
            spots, told = await self._hass.async_add_executor_job(
                _weigh, model, self._spots, windows, dict(self.history.known), dict(self._powers)
            )
        finally:
            self._weighing = False
        self._spots = spots
        day = int(clock.time() // _SECONDS_A_DAY)
        for beacon_id, one in told:
            self.history.take(day, one)
            if one.power is not None:
                self._powers[beacon_id] = followed(self._powers.get(beacon_id, 0.0), one.power)
        self._save_later()

    async def _async_look(self, _now: datetime) -> None:
        if (spots := self._spots) is None:
            return
        changes = self.history.changes(spots)
        home, parameters = spots.model.home, spots.model.parameters
        found = await self._hass.async_add_executor_job(find_changes, home, parameters, changes)
        self._advice.look(found, frozenset(one.anchor.id for one in changes))
        self._tell()

    def _tell(self) -> None:
        self._on_change(self.named)

    def _save_later(self) -> None:
        self._store.save_later(self._stored, SAVE_DELAY_S)

    def _stored(self) -> _StoredLevels:
        return {"calibrated_at": self._calibrated_at, "history": self.history.to_dict()}

    @staticmethod
    async def async_remove_file(hass: HomeAssistant, entry_id: str) -> None:
        """Delete what is on disk."""
        await _store(hass, entry_id).async_remove()


def _weigh(
    model: PositioningModel,
    spots: SpotMap | None,
    windows: tuple[tuple[str, Links], ...],
    known: dict[str, float],
    powers: dict[str, float],
) -> tuple[SpotMap, list[tuple[str, Assessment]]]:
    if spots is None or spots.model is not model:
        spots = SpotMap.build(model)
    return spots, [(one, assess(spots, links, known, powers.get(one, 0.0))) for one, links in windows]


def _store(hass: HomeAssistant, entry_id: str) -> KeptStore[_StoredLevels]:
    return KeptStore(hass, STORAGE_VERSION, entry_id, "levels")
