"""What a locator answers: where a beacon probably is, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .geometry import FloatArray, Point


@dataclass(frozen=True, slots=True)
class Place:
    """A place on one floor; the fields are those of `Estimate`."""

    position: Point
    covariance: FloatArray | None
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """The belief about one beacon at `time`.

    `evidence_time` is the time of the newest reading behind it. `position` (x, y in metres on
    `floor`) and `covariance` (2, 2) in square metres are None where the home has no plan, the
    covariance also where a locator cannot say. `accuracy` is the radius in metres around `position`
    that holds the truth 68 % of the time. The probabilities sum to one over rooms and over floors
    (a room missing from the mapping has none); zones overlap and do not. `moving` is the probability
    that the beacon walks, None where the locator does not know; `known_rest` for how many seconds it is known not to
    have been moved, by more than what is heard of it. `elsewhere` has the places on other floors that are
    almost as likely, by floor.
    """

    time: float
    evidence_time: float
    floor: str | None
    position: Point | None
    covariance: FloatArray | None
    accuracy: float | None
    room_probabilities: Mapping[str, float]
    floor_probabilities: Mapping[str, float]
    zone_probabilities: Mapping[str, float] = field(default_factory=dict)
    moving: float | None = None
    known_rest: float = 0.0
    elsewhere: Mapping[str, Place] = field(default_factory=dict)

    @property
    def room(self) -> str | None:
        """The most probable room."""
        probabilities = self.room_probabilities
        return max(probabilities, key=probabilities.__getitem__) if probabilities else None
