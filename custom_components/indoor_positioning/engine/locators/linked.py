"""What the classic locators have in common: they look at the present level of each link, and remember nothing else."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..estimate import Estimate
from ..filters.links import FilteredLinks
from ..model import PositioningModel
from ..observation import Observation


class LinkedLocator(ABC):
    """Locates from filtered links; between readings the last estimate stands."""

    def __init__(self, model: PositioningModel, beacon_id: str, *, link_filter: str = "kalman_agile") -> None:
        """Locate `beacon_id` in `model`, smoothing each link by the named filter."""
        self._beacon_id = beacon_id
        self._links = FilteredLinks(link_filter)
        self._last: Estimate | None = None
        self._take(model)

    def update(self, now: float, observations: Sequence[Observation], listening: frozenset[str]) -> Estimate | None:
        """Filter the readings and locate by the links that are fresh. Silence is no evidence here."""
        del listening
        self._links.add(reading for reading in observations if reading.anchor in self._known)
        if self._links.newest is None:
            return None
        # An anchor may have been removed since it was heard.
        levels = {anchor: level for anchor, level in self._links.fresh(now).items() if anchor in self._known}
        if levels:
            self._last = self._locate(now, self._links.newest, levels)
        elif self._last is not None:
            self._last = replace(self._last, time=now)
        return self._last

    def adopt(self, model: PositioningModel) -> None:
        """Go on in a changed home; what was filtered stays."""
        self._last = None
        self._take(model)

    def _take(self, model: PositioningModel) -> None:
        self._known = frozenset(anchor.id for anchor in model.home.anchors)
        self._prepare(model)

    @abstractmethod
    def _prepare(self, model: PositioningModel) -> None:
        """Take in a model."""

    @abstractmethod
    def _locate(self, now: float, evidence_time: float, levels: Mapping[str, float]) -> Estimate:
        """Return the estimate from the level in dBm of at least one known anchor."""
