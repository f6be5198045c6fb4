"""Doors, stairs, openings, inner walls, heights of floors: what of the plan belongs to no room, as the entry has it."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

from .const import CONF_FLOOR_ID, CONF_OUTLINE
from .engine.geometry import Point, parse_outline
from .engine.home import Door, Opening, Stairs, Wall

CONF_DOORS: Final = "doors"
CONF_ELEVATIONS: Final = "elevations"
CONF_OPENINGS: Final = "openings"
CONF_STAIRS: Final = "stairs"
CONF_WALLS: Final = "walls"
CONF_WAYS: Final = "ways"

CONF_ELEVATION: Final = "elevation"
CONF_FROM: Final = "from"
CONF_FROM_FLOOR: Final = "from_floor_id"
CONF_LOSS: Final = "attenuation"
CONF_TO: Final = "to"
CONF_TO_FLOOR: Final = "to_floor_id"

# No cellar is deeper and no tower higher (m).
MIN_ELEVATION_M: Final = -100.0
MAX_ELEVATION_M: Final = 500.0

# A room is sunk into its floor by some steps or a storey; a mezzanine in a hall lies higher above it (m).
MIN_RISE_M: Final = -5.0
MAX_RISE_M: Final = 10.0


@dataclass(frozen=True, slots=True)
class Ways:
    """Metres on the plan; a wall's attenuation in dB, where it is known.

    `elevations` are the heights in metres that were told of floors, by floor.
    """

    doors: tuple[Door, ...] = ()
    walls: tuple[Wall, ...] = ()
    stairs: tuple[Stairs, ...] = ()
    openings: tuple[Opening, ...] = ()
    elevations: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read the entry's data. What cannot be read (edited by hand in the storage) is left out, not fatal."""
        kept = data.get(CONF_WAYS, {})
        return cls(
            doors=_each(kept.get(CONF_DOORS), door_from_row),
            walls=_each(kept.get(CONF_WALLS), wall_from_row),
            stairs=_each(kept.get(CONF_STAIRS), stairs_from_row),
            openings=_each(kept.get(CONF_OPENINGS), opening_from_row),
            elevations=dict(_each(kept.get(CONF_ELEVATIONS), elevation_from_row)),
        )

    def to_data(self) -> dict[str, Any]:
        """Return what the entry's data and the websocket hold of them, JSON-able."""
        return {
            CONF_DOORS: [_segment_row(door) for door in self.doors],
            CONF_WALLS: [{**_segment_row(wall), CONF_LOSS: wall.attenuation} for wall in self.walls],
            CONF_STAIRS: [_between_row(stairs) for stairs in self.stairs],
            CONF_OPENINGS: [_between_row(opening) for opening in self.openings],
            CONF_ELEVATIONS: [
                {CONF_FLOOR_ID: floor, CONF_ELEVATION: metres} for floor, metres in sorted(self.elevations.items())
            ],
        }

    def on(self, floors: Collection[str]) -> Self:
        """Return those whose floors are all there."""
        return type(self)(
            doors=tuple(door for door in self.doors if door.floor in floors),
            walls=tuple(wall for wall in self.walls if wall.floor in floors),
            stairs=tuple(one for one in self.stairs if one.from_floor in floors and one.to_floor in floors),
            openings=tuple(one for one in self.openings if one.from_floor in floors and one.to_floor in floors),
            elevations={floor: metres for floor, metres in self.elevations.items() if floor in floors},
        )


def door_from_row(row: Mapping[str, Any]) -> Door:
    """Return a door. Raises KeyError, TypeError or ValueError for a row that is none."""
    return Door(row[CONF_FLOOR_ID], _point(row[CONF_FROM]), _point(row[CONF_TO]))


def wall_from_row(row: Mapping[str, Any]) -> Wall:
    """Return a wall; raises as `door_from_row`."""
    loss = row.get(CONF_LOSS)
    return Wall(row[CONF_FLOOR_ID], _point(row[CONF_FROM]), _point(row[CONF_TO]), None if loss is None else float(loss))


def stairs_from_row(row: Mapping[str, Any]) -> Stairs:
    """Return stairs; raises as `door_from_row`, and OutlineError."""
    return Stairs(row[CONF_FROM_FLOOR], row[CONF_TO_FLOOR], parse_outline(row[CONF_OUTLINE]))


def opening_from_row(row: Mapping[str, Any]) -> Opening:
    """Return an opening; raises as `stairs_from_row`."""
    return Opening(row[CONF_FROM_FLOOR], row[CONF_TO_FLOOR], parse_outline(row[CONF_OUTLINE]))


def elevation_from_row(row: Mapping[str, Any]) -> tuple[str, float]:
    """Return a floor and how high it lies; raises as `door_from_row`."""
    metres = float(row[CONF_ELEVATION])
    if not MIN_ELEVATION_M <= metres <= MAX_ELEVATION_M or not math.isfinite(metres):
        raise ValueError(f"no floor lies at {metres} m")
    return row[CONF_FLOOR_ID], metres


def _each[T](rows: Iterable[Mapping[str, Any]] | None, make: Callable[[Mapping[str, Any]], T]) -> tuple[T, ...]:
    made: list[T] = []
    for row in rows or ():
        try:
            made.append(make(row))
        except KeyError, TypeError, ValueError:
            continue
    return tuple(made)


def _segment_row(segment: Door | Wall) -> dict[str, Any]:
    return {CONF_FLOOR_ID: segment.floor, CONF_FROM: list(segment.start), CONF_TO: list(segment.end)}


def _between_row(one: Stairs | Opening) -> dict[str, Any]:
    return {
        CONF_FROM_FLOOR: one.from_floor,
        CONF_TO_FLOOR: one.to_floor,
        CONF_OUTLINE: [list(corner) for corner in one.outline],
    }


def _point(values: Sequence[float]) -> Point:
    x, y = values
    return (float(x), float(y))
