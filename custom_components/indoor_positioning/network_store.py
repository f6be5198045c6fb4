"""The home's networks on disk: .tflite files, and how they did."""

from __future__ import annotations

import base64
import logging
from dataclasses import asdict, dataclass
from typing import Any, Final, TypedDict

from homeassistant.core import HomeAssistant

from .engine.neural.judging import Errors, TrainingReport
from .engine.neural.models import TinyModels, assemble
from .engine.neural.tflite_reader import read_tflite
from .engine.neural.tflite_writer import write_tflite
from .kept_store import KeptStore

_LOGGER = logging.getLogger(__name__)

STORAGE_VERSION: Final = 1


class _Stored(TypedDict):
    models: list[str]
    judged: list[str]
    report: dict[str, Any] | None
    source: str | None
    trained_at: float | None


@dataclass(frozen=True, slots=True, eq=False)
class KeptNetworks:
    """The networks in use, those to compare later ones with, their report, and what they were trained from and when.

    `source` tells whether survey and anchors are still those of the last training; `trained_at` in seconds since the
    epoch.
    """

    models: TinyModels
    judged: TinyModels
    report: TrainingReport | None
    source: str | None
    trained_at: float | None

    @classmethod
    def none(cls) -> KeptNetworks:
        """Return what a home starts with."""
        return cls(TinyModels(), TinyModels(), None, None, None)


class NetworkStore:
    """Keeps the networks of one home."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        self._hass = hass
        self._store = _store(hass, entry_id)

    async def async_load(self) -> KeptNetworks:
        """Return what is on disk; what cannot be read is trained anew."""
        stored = await self._store.async_load()
        if stored is None:
            return KeptNetworks.none()
        try:
            return await self._hass.async_add_executor_job(_from_row, stored)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            _LOGGER.warning("The home's networks on disk cannot be read and are trained anew: %s", error)
            return KeptNetworks.none()

    async def async_save(self, kept: KeptNetworks) -> None:
        """Write now."""
        await self._store.async_save(
            {
                "models": _files(kept.models),
                "judged": _files(kept.judged),
                "report": None if kept.report is None else asdict(kept.report),
                "source": kept.source,
                "trained_at": kept.trained_at,
            }
        )

    @staticmethod
    async def async_remove_file(hass: HomeAssistant, entry_id: str) -> None:
        """Delete what is on disk."""
        await _store(hass, entry_id).async_remove()


def _store(hass: HomeAssistant, entry_id: str) -> KeptStore[_Stored]:
    return KeptStore(hass, STORAGE_VERSION, entry_id, "networks")


def _files(models: TinyModels) -> list[str]:
    return [base64.b64encode(write_tflite(model)).decode() for model in models]


def _models(files: list[str]) -> TinyModels:
    return assemble(read_tflite(base64.b64decode(file, validate=True)) for file in files)


def _from_row(row: _Stored) -> KeptNetworks:
    report = row["report"]
    return KeptNetworks(
        models=_models(row["models"]),
        judged=_models(row["judged"]),
        report=None if report is None else _report(report),
        source=row["source"],
        trained_at=row["trained_at"],
    )


def _report(row: dict[str, Any]) -> TrainingReport:
    errors = {name: Errors(**one) for name, one in row["errors"].items()}
    before = None if row["before"] is None else Errors(**row["before"])
    return TrainingReport(**{**row, "errors": errors, "before": before})
