"""Where to stand next: the spot around which the radio map is least sure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .geometry import Point
from .grid import NO_ROOM
from .likelihood import SENSITIVITY_DBM
from .model import PositioningModel

# A stand teaches what lies around it, so a spot counts by the cells within about this many steps of half a metre.
STEPS_AROUND = 3

# Where even this much above its mean an anchor is not heard, its map needs no survey (standard deviations).
HOPE_SD = 1.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A place to stand at; `position` in metres, None in a room that is not drawn.

    `uncertainty` in dB is how far the expectation of an audible anchor may be wrong there.
    """

    floor: str
    room: str
    position: Point | None
    uncertainty: float


def next_spot(model: PositioningModel) -> Spot | None:
    """Return the spot inside a room that would teach most; None in a home without rooms or anchors."""
    home, grid, radio_map = model.home, model.grid, model.radio_map
    in_rooms = grid.room != NO_ROOM
    if not home.anchors or not in_rooms.any():
        return None
    audible = radio_map.mean + HOPE_SD * radio_map.spread >= SENSITIVITY_DBM
    variance = np.where(audible, radio_map.spread**2, 0.0).mean(axis=0)
    worth = np.where(in_rooms, variance, 0.0)
    real = grid.neighbours != np.arange(len(grid))[:, None]
    # Around a corner lies less to learn than around the middle; a room of one cell speaks for itself.
    placed = grid.placed
    for _ in range(STEPS_AROUND):
        around = (worth + np.where(real, worth[grid.neighbours], 0.0).sum(axis=1)) / (1.0 + real.shape[1])
        worth = np.where(placed, around, worth)
    best = int(np.where(in_rooms, worth, -1.0).argmax())
    x, y = grid.points[best]
    return Spot(
        floor=home.floors[grid.floor[best]].id,
        room=home.rooms[grid.room[best]].id,
        position=(float(x), float(y)) if placed[best] else None,
        uncertainty=float(np.sqrt(variance[best])),
    )
