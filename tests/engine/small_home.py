"""A flat of three rooms and four anchors, and readings as an ideal radio would give them there."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from custom_components.indoor_positioning.engine.geometry import Point, rectangle
from custom_components.indoor_positioning.engine.home import Anchor, Door, Floor, Home, Room, Stairs, Zone
from custom_components.indoor_positioning.engine.observation import Observation
from custom_components.indoor_positioning.engine.survey import SurveySample

FLAT = Home(
    rooms=(
        Room("kitchen", "Kitchen", "0", rectangle(0.0, 0.0, 4.0, 4.0)),
        Room("living", "Living room", "0", rectangle(4.0, 0.0, 5.0, 4.0)),
        Room("bedroom", "Bedroom", "0", rectangle(0.0, 4.0, 9.0, 3.0)),
    ),
    anchors=(
        Anchor("k", "0", (0.2, 0.2, 1.1), "kitchen"),
        Anchor("l", "0", (8.8, 0.2, 1.1), "living"),
        Anchor("b1", "0", (0.2, 6.8, 1.1), "bedroom"),
        Anchor("b2", "0", (8.8, 6.8, 1.1), "bedroom"),
    ),
    floors=(Floor("0", "Flat"),),
    zones=(Zone("sofa", "Sofa", "0", rectangle(6.0, 1.0, 2.0, 1.0)),),
    doors=(Door("0", (4.0, 1.5), (4.0, 2.5)), Door("0", (1.0, 4.0), (2.0, 4.0))),
)

HOUSE = Home(
    rooms=(
        Room("down", "Downstairs", "g", rectangle(0.0, 0.0, 8.0, 6.0)),
        Room("up", "Upstairs", "u", rectangle(0.0, 0.0, 8.0, 6.0)),
    ),
    anchors=(
        Anchor("d1", "g", (0.2, 0.2, 1.1), "down"),
        Anchor("d2", "g", (7.8, 5.8, 1.1), "down"),
        Anchor("u1", "u", (0.2, 5.8, 1.1), "up"),
        Anchor("u2", "u", (7.8, 0.2, 1.1), "up"),
    ),
    floors=(Floor("g", "Ground floor", 0, 0.0), Floor("u", "Upper floor", 1, 2.7)),
    stairs=(Stairs("g", "u", rectangle(3.0, 2.0, 2.0, 2.0)),),
)

# The same flat in the eyes of somebody who has drawn nothing.
ROOMS_ONLY = Home(
    rooms=tuple(Room(room.id, room.name, room.floor) for room in FLAT.rooms),
    anchors=tuple(Anchor(anchor.id, anchor.floor, None, anchor.room) for anchor in FLAT.anchors),
    floors=FLAT.floors,
)


def ideal_rssi(home: Home, anchor: Anchor, place: Point, floor: str) -> float:
    """Return what an open home without walls would give: A -59, n 2.2, 10 dB a slab."""
    floors = {item.id: item for item in home.floors}
    x, y, z = anchor.position or (0.0, 0.0, 1.1)
    rise = floors[anchor.floor].elevation + z - floors[floor].elevation - 1.1
    distance = math.sqrt((place[0] - x) ** 2 + (place[1] - y) ** 2 + rise**2)
    slabs = abs(floors[anchor.floor].level - floors[floor].level)
    return -59.0 - 22.0 * math.log10(max(distance, 0.5)) - 10.0 * slabs


def readings(home: Home, place: Point, floor: str, times: Iterable[float], beacon: str = "tag") -> list[Observation]:
    """Return what all anchors hear of a beacon at `place`."""
    return [
        Observation(time, beacon, anchor.id, ideal_rssi(home, anchor, place, floor))
        for time in times
        for anchor in home.anchors
    ]


def survey(home: Home, places: Sequence[tuple[str, str, Point]], beacon: str = "tag") -> tuple[SurveySample, ...]:
    """Return a sample of ten packets at each (room, floor, place)."""
    return tuple(
        SurveySample(
            beacon,
            floor,
            room,
            place,
            {anchor.id: (ideal_rssi(home, anchor, place, floor),) * 10 for anchor in home.anchors},
            duration=10.0,
        )
        for room, floor, place in places
    )


FLAT_SURVEY = survey(
    FLAT,
    [
        ("kitchen", "0", (1.0, 1.0)),
        ("kitchen", "0", (3.0, 3.0)),
        ("living", "0", (5.5, 1.5)),
        ("living", "0", (7.5, 2.5)),
        ("bedroom", "0", (2.0, 5.5)),
        ("bedroom", "0", (7.0, 5.5)),
    ],
)
