"""What ordinary use has taught about the path loss, on disk."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypedDict

from homeassistant.core import HomeAssistant, callback

from .engine.propagation import PropagationParameters, clamp_parameters
from .engine.self_calibration import SelfCalibration
from .kept_store import KeptStore

STORAGE_VERSION: Final = 1

# Seconds from a lesson to the write. Lessons come all day and change the sums little; a crash loses an hour of them.
SAVE_DELAY_S: Final = 3600.0


class _StoredLearning(TypedDict):
    sums: dict[str, Any]
    parameters: dict[str, Any]
    before: dict[str, Any] | None
    changed_at: float | None


@dataclass(frozen=True, slots=True)
class Learnt:
    """The sums, the parameters in use, those in use before, and when they changed (seconds since the epoch)."""

    sums: SelfCalibration
    parameters: PropagationParameters
    before: PropagationParameters | None
    changed_at: float | None

    @classmethod
    def nothing(cls, anchors: tuple[str, ...] = ()) -> Learnt:
        """Return what a home starts with."""
        return cls(SelfCalibration(anchors), PropagationParameters(), None, None)


class LearningStore:
    """Keeps what one home has taught."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        self._store = _store(hass, entry_id)

    async def async_load(self) -> Learnt:
        """Return what is on disk; what cannot be read is learnt anew."""
        lost = "What self-calibration had learnt cannot be read and is learnt anew"
        return await self._store.async_read(_from_row, lost) or Learnt.nothing()

    @callback
    def save_later(self, learnt: Callable[[], Learnt]) -> None:
        """Write within the hour."""
        self._store.save_later(lambda: _to_row(learnt()), SAVE_DELAY_S)

    async def async_save(self, learnt: Learnt) -> None:
        """Write now."""
        await self._store.async_save(_to_row(learnt))

    @staticmethod
    async def async_remove_file(hass: HomeAssistant, entry_id: str) -> None:
        """Delete what is on disk."""
        await _store(hass, entry_id).async_remove()


def _store(hass: HomeAssistant, entry_id: str) -> KeptStore[_StoredLearning]:
    return KeptStore(hass, STORAGE_VERSION, entry_id, "learning")


def _to_row(learnt: Learnt) -> _StoredLearning:
    return {
        "sums": learnt.sums.to_dict(),
        "parameters": learnt.parameters.to_dict(),
        "before": None if learnt.before is None else learnt.before.to_dict(),
        "changed_at": learnt.changed_at,
    }


def _from_row(row: _StoredLearning) -> Learnt:
    before, changed_at = row["before"], row["changed_at"]
    return Learnt(
        _sums(row["sums"]),
        _parameters(row["parameters"]),
        None if before is None else _parameters(before),
        None if changed_at is None else _finite(changed_at),
    )


def _sums(data: Mapping[str, Any]) -> SelfCalibration:
    sums = SelfCalibration.from_dict(data, tuple(data["anchors"]))
    # The engine takes malformed sums for none at all; here that is worth a word.
    if sums.to_dict() != data:
        raise ValueError("the sums do not fit together")
    return sums


def _parameters(data: Mapping[str, Any]) -> PropagationParameters:
    parameters = PropagationParameters.from_dict(data)
    for value in (*parameters.to_dict().values(), *parameters.anchor_offsets.values()):
        if isinstance(value, float):
            _finite(value)
    return clamp_parameters(parameters)


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(f"{value} is no number")
    return float(value)
