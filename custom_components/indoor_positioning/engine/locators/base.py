"""The seam behind which every way of locating sits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from ..estimate import Estimate
from ..measurement import Measurement
from ..model import PositioningModel
from ..observation import Observation
from ..self_calibration import Lesson


class Locator(Protocol):
    """Turns readings of ONE beacon into estimates. It holds what it must remember between updates."""

    def update(self, now: float, observations: Sequence[Observation], listening: frozenset[str]) -> Estimate | None:
        """Take the new readings (time order, none later than `now`) and return the belief at `now`.

        `listening` names the anchors that are known to be alive: one of them that does not report the
        beacon is evidence, one that is not listening is none. None until there is anything to say.
        Never raises on readings of unknown anchors: they are not evidence.
        """
        ...

    def adopt(self, model: PositioningModel) -> None:
        """Go on with a changed home or radio map, keeping what is believed as far as it carries over."""
        ...


@runtime_checkable
class Resumable(Protocol):
    """A locator whose belief outlives a restart."""

    def snapshot(self) -> dict[str, Any]:
        """Return the belief, JSON-able and independent of the model's inner numbering."""
        ...

    def resume(self, data: Mapping[str, Any], age: float) -> None:
        """Take up a snapshot that is `age` seconds old; malformed data is ignored."""
        ...


@runtime_checkable
class Teaching(Protocol):
    """A locator whose belief says what the readings crossed, so that the path loss can be learnt from it."""

    def lesson(self) -> Lesson | None:
        """Return what the newest correction teaches, once; None where nothing is new."""
        ...


@runtime_checkable
class Measuring(Protocol):
    """A locator that weighs more than signal strength."""

    def measure(self, measurements: Sequence[Measurement]) -> None:
        """Take bearings, ranges and movements (sound ones, none later than the update that follows).

        Those of unknown anchors are not evidence.
        """
        ...


class LocatorFactory(Protocol):
    """Makes the locator of one beacon."""

    def __call__(self, model: PositioningModel, beacon_id: str) -> Locator:
        """Return a locator that knows nothing yet."""
        ...
