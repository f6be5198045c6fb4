"""The calibration samples on disk."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, TypedDict

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import area_registry as ar

from .engine.home import DEFAULT_FLOOR
from .engine.survey import Survey, SurveySample
from .kept_store import KeptStore

_LOGGER = logging.getLogger(__name__)

STORAGE_VERSION: Final = 1

# A stand that pins down a room: a beacon of one packet a second, heard by three anchors, gives 45 packets in 15 s.
GOOD_PACKETS: Final = 30
GOOD_ANCHORS: Final = 3
FAIR_PACKETS: Final = 10


class Quality(StrEnum):
    """How much a sample can teach."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


class StoredSample(TypedDict):
    """A sample as it is stored and handed on; fields as in `SurveySample`."""

    id: str
    beacon: str
    floor: str
    room: str | None
    position: list[float] | None
    readings: dict[str, list[float]]
    silent: list[str]
    time: float
    duration: float
    still: bool


class _StoredSurvey(TypedDict):
    samples: list[StoredSample]


@dataclass(frozen=True, slots=True)
class KeptSample:
    """A sample with the id under which it can be deleted."""

    id: str
    sample: SurveySample

    @property
    def quality(self) -> Quality:
        """How much the sample can teach."""
        packets, anchors = self.sample.packets, len(self.sample.readings)
        if packets >= GOOD_PACKETS and anchors >= GOOD_ANCHORS:
            return Quality.GOOD
        return Quality.FAIR if packets >= FAIR_PACKETS else Quality.POOR


class SurveyStore:
    """Keeps the survey; `on_change` is called after samples were added or deleted.

    The time of a sample is seconds since the epoch, so that its age survives restarts.
    """

    def __init__(self, hass: HomeAssistant, entry_id: str, on_change: Callable[[], None]) -> None:
        self._hass = hass
        self._store = _store(hass, entry_id)
        self._samples: dict[str, SurveySample] = {}
        self._on_change = on_change

    async def async_load(self) -> None:
        """Read what is on disk."""
        stored = await self._store.async_load()
        for row in stored["samples"] if stored else []:
            try:
                self._samples[row["id"]] = sample_from_row(row)
            except (KeyError, TypeError, ValueError) as error:
                _LOGGER.warning("A calibration sample on disk cannot be read and is left out: %r", error)

    @property
    def samples(self) -> tuple[KeptSample, ...]:
        """All samples, oldest first."""
        kept = (KeptSample(sample_id, sample) for sample_id, sample in self._samples.items())
        return tuple(sorted(kept, key=lambda one: one.sample.time))

    @callback
    def survey(self) -> Survey:
        """Return the samples for the engine, on the floors where their rooms lie today."""
        areas = ar.async_get(self._hass)
        return tuple(
            replace(sample, floor=area.floor_id or DEFAULT_FLOOR)
            if sample.room and (area := areas.async_get_area(sample.room))
            else sample
            for sample in self._samples.values()
        )

    async def async_add(self, sample: SurveySample) -> str:
        """Keep a sample and return its id."""
        return (await self.async_extend((sample,)))[0]

    async def async_extend(self, samples: Iterable[SurveySample]) -> tuple[str, ...]:
        """Keep samples, all at once, and return their ids."""
        new = {uuid.uuid4().hex: sample for sample in samples}
        self._samples |= new
        await self._async_save()
        return tuple(new)

    async def async_delete(self, sample_ids: Iterable[str]) -> None:
        """Forget samples; ids that are gone already are no error."""
        for sample_id in sample_ids:
            self._samples.pop(sample_id, None)
        await self._async_save()

    async def async_replace(self, samples: Mapping[str, SurveySample]) -> None:
        """Keep these samples, by id, in place of all others."""
        self._samples = dict(samples)
        await self._async_save()

    async def async_move(self, from_room: str, to_room: str) -> None:
        """Give the samples of one room to another: its area was made anew."""
        self._samples = {
            sample_id: replace(sample, room=to_room) if sample.room == from_room else sample
            for sample_id, sample in self._samples.items()
        }
        await self._async_save()

    @staticmethod
    async def async_remove_file(hass: HomeAssistant, entry_id: str) -> None:
        """Delete what is on disk."""
        await _store(hass, entry_id).async_remove()

    async def _async_save(self) -> None:
        self._on_change()
        await self._store.async_save(
            {"samples": [sample_to_row(sample_id, s) for sample_id, s in self._samples.items()]}
        )


def _store(hass: HomeAssistant, entry_id: str) -> KeptStore[_StoredSurvey]:
    return KeptStore(hass, STORAGE_VERSION, entry_id, "survey", serialize_in_event_loop=False)


def sample_to_row(sample_id: str, sample: SurveySample) -> StoredSample:
    """Return a sample as it is stored."""
    return {
        "id": sample_id,
        "beacon": sample.beacon,
        "floor": sample.floor,
        "room": sample.room,
        "position": list(sample.position) if sample.position else None,
        "readings": {anchor: list(values) for anchor, values in sample.readings.items()},
        "silent": sorted(sample.silent),
        "time": sample.time,
        "duration": sample.duration,
        "still": sample.still,
    }


def sample_from_row(row: StoredSample) -> SurveySample:
    """Return a stored sample. Raises KeyError, TypeError or ValueError for a row that is none."""
    position = row["position"]
    return SurveySample(
        beacon=row["beacon"],
        floor=row["floor"],
        room=row["room"],
        position=(float(position[0]), float(position[1])) if position else None,
        readings={anchor: tuple(map(float, values)) for anchor, values in row["readings"].items()},
        silent=frozenset(row["silent"]),
        time=float(row["time"]),
        duration=float(row["duration"]),
        still=bool(row["still"]),
    )
