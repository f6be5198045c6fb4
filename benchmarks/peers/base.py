"""The seam behind which the peers' algorithms sit: they get the same readings at the same times as the engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from custom_components.indoor_positioning.engine.geometry import Point, contains, distance_to_outline
from custom_components.indoor_positioning.engine.home import Home
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.observation import Observation
from custom_components.indoor_positioning.engine.ranging import Ranging, ranging_of
from custom_components.indoor_positioning.engine.survey import Survey


@dataclass(frozen=True, slots=True)
class Answer:
    """What a peer shows at a moment; `confidence` None where it claims no probability."""

    room: str | None = None
    floor: str | None = None
    position: Point | None = None
    confidence: float | None = None
    away: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Setup:
    """What a peer's user has typed in: the home, and for the tuned variants the path loss that a survey gives."""

    model: PositioningModel

    @property
    def home(self) -> Home:
        """The plan."""
        return self.model.home

    @property
    def survey(self) -> Survey:
        """The survey, empty where there is none."""
        return self.model.survey

    @property
    def ranging(self) -> Ranging:
        """The fitted path loss without walls and the anchors' places."""
        return ranging_of(self.model)


class Peer(Protocol):
    """One peer following one device."""

    def observe(self, reading: Observation) -> None:
        """Take a reading; readings come in order of time."""
        ...

    def answer(self, now: float) -> Answer:
        """Return what is shown at `now`, not before the newest reading."""
        ...


type PeerFactory = Callable[[Setup, str], Peer]


@dataclass(frozen=True, slots=True)
class PeerEntry:
    """A peer in the registry: what it is trained or tuned by, and what it cannot do without."""

    make: PeerFactory
    needs_survey: bool = False
    needs_plan: bool = False
    uses_survey: bool = False


def room_containing(home: Home, floor: str, position: Point) -> str | None:
    """Return the room of `floor` that holds `position`."""
    point = np.array([position])
    return next(
        (room.id for room in home.rooms_on(floor) if room.outline is not None and contains(room.outline, point)[0]),
        None,
    )


def nearest_room(home: Home, floor: str, position: Point) -> str | None:
    """Return the room that holds `position`, or else the nearest drawn one of the floor."""
    inside = room_containing(home, floor, position)
    if inside is not None:
        return inside
    point = np.array([position])
    drawn = [
        (float(distance_to_outline(room.outline, point)[0]), room.id)
        for room in home.rooms_on(floor)
        if room.outline is not None
    ]
    return min(drawn)[1] if drawn else None


def floor_bounds(home: Home, floor: str) -> tuple[Point, Point] | None:
    """Return the corners (low, high) of a floor's drawn rooms, None where nothing is drawn."""
    outlines: list[Sequence[Point]] = [room.outline for room in home.rooms_on(floor) if room.outline is not None]
    if not outlines:
        return None
    corners = np.concatenate([np.asarray(outline) for outline in outlines])
    low, high = corners.min(axis=0), corners.max(axis=0)
    return (float(low[0]), float(low[1])), (float(high[0]), float(high[1]))
