"""What ordinary use teaches the networks: gathered, bounded, on disk. What counts as a lesson is the engine's."""

from __future__ import annotations

import hashlib
from typing import Any, Final, TypedDict

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from .anchors import AnchorWatch
from .engine.decision import Presence
from .engine.model import PositioningModel
from .engine.neural.learnt_samples import LearntSamples
from .engine.neural.self_learning import SelfLearner
from .engine.observation import Observation
from .kept_store import KeptStore
from .positioning import Positioning
from .track import Track

STORAGE_VERSION: Final = 1

# Lessons come all day, and a crash may lose an hour of them (s).
SAVE_DELAY_S: Final = 3600.0


class _StoredLessons(TypedDict):
    home: str
    fresh: int
    samples: list[dict[str, Any]]


class NetworkLessons:
    """Gathers samples while `active`; they are those of the present anchors and rooms, and begin anew with others."""

    def __init__(self, hass: HomeAssistant, entry_id: str, anchors: AnchorWatch) -> None:
        self._anchors = anchors
        self._store = _store(hass, entry_id)
        self._positioning: Positioning | None = None
        self._model: PositioningModel
        self._home = ""
        self._release: list[CALLBACK_TYPE] = []
        self.active = False
        self.samples = LearntSamples()

    async def async_load(self) -> None:
        """Read what is on disk; what cannot be read is learnt anew."""
        lost = "What use has taught the networks cannot be read and is learnt anew"
        if (read := await self._store.async_read(_from_row, lost)) is not None:
            self._home, self.samples = read

    @callback
    def start(self, positioning: Positioning) -> None:
        """Look on from now on."""
        self._positioning = positioning

    async def async_stop(self) -> None:
        """Stop, and keep what was learnt."""
        self._untap()
        self._positioning = None
        await self._store.async_save(self._stored())

    @callback
    def follow(self, model: PositioningModel, *, active: bool) -> None:
        """Go on in a changed home, or with gathering switched on or off."""
        self._model, self.active = model, active
        if (home := _key(model)) != self._home:
            self._home = home
            self.samples.clear()
        self._untap()
        if active and self._positioning is not None:
            for beacon_id, track in self._positioning.tracks.items():
                self._tap(self._positioning, beacon_id, track)

    async def async_forget(self) -> None:
        """Forget all of it."""
        self.samples.clear()
        await self._store.async_save(self._stored())

    def _tap(self, positioning: Positioning, beacon_id: str, track: Track) -> None:
        learner, tracker = SelfLearner(beacon_id), track.tracker

        # Hot path, a microsecond a packet: a reading goes into a list.
        def hear(reading: Observation) -> None:
            learner.hear(reading, tracker.offset_of(reading.anchor))

        def look(presence: Presence) -> None:
            # After a rebuild that is on its way the tracker may speak of a home that is not this one any more.
            if tracker.model is not self._model:
                return
            sample = learner.look(self._model, tracker.by_packets(presence), self._anchors.listening())
            if sample is not None:
                self.samples.add(sample)
                self._store.save_later(self._stored, SAVE_DELAY_S)

        self._release += [positioning.tap(beacon_id, hear), positioning.subscribe(beacon_id, look)]

    def _untap(self) -> None:
        for release in self._release:
            release()
        self._release = []

    def _stored(self) -> _StoredLessons:
        return {"home": self._home, "fresh": self.samples.taken, "samples": self.samples.to_rows()}

    @staticmethod
    async def async_remove_file(hass: HomeAssistant, entry_id: str) -> None:
        """Delete what is on disk."""
        await _store(hass, entry_id).async_remove()


def _store(hass: HomeAssistant, entry_id: str) -> KeptStore[_StoredLessons]:
    return KeptStore(hass, STORAGE_VERSION, entry_id, "network_lessons", serialize_in_event_loop=False)


def _from_row(row: _StoredLessons) -> tuple[str, LearntSamples]:
    samples = LearntSamples.from_rows(row["samples"])
    samples.taken = int(row["fresh"])
    return str(row["home"]), samples


def _key(model: PositioningModel) -> str:
    """Return what tells whether samples are still of the same anchors and rooms."""
    anchors = sorted((one.id, one.floor, one.position, one.rssi_offset) for one in model.home.anchors)
    rooms = sorted((one.id, one.floor, one.outline) for one in model.home.rooms)
    return hashlib.sha256(repr((anchors, rooms)).encode()).hexdigest()
