"""The simulated homes' plans: a flat, the demo's two-storey house, a museum hall, a lab room."""

from __future__ import annotations

from dataclasses import replace

from custom_components.indoor_positioning.engine.geometry import rectangle
from custom_components.indoor_positioning.engine.home import Anchor, Door, Floor, Home, Room, Zone
from demo.home import DEMO_HOME

_GROUND = Floor("0", "Ground floor")

# 8 x 8 m, five rooms, five proxies at plugs and shelves; the bathroom has none.
FLAT = Home(
    rooms=(
        Room("living_room", "Living room", "0", rectangle(0.0, 0.0, 5.0, 4.5)),
        Room("kitchen", "Kitchen", "0", rectangle(5.0, 0.0, 3.0, 4.5)),
        Room("hall", "Hall", "0", rectangle(0.0, 4.5, 8.0, 1.2)),
        Room("bedroom", "Bedroom", "0", rectangle(0.0, 5.7, 4.6, 2.8)),
        Room("bathroom", "Bathroom", "0", rectangle(4.6, 5.7, 3.4, 2.8)),
    ),
    anchors=(
        Anchor("living_a", "0", (0.2, 1.0, 0.4), "living_room"),
        Anchor("living_b", "0", (4.8, 4.2, 1.7), "living_room"),
        Anchor("kitchen", "0", (7.8, 2.2, 1.1), "kitchen"),
        Anchor("hall", "0", (7.7, 5.0, 1.5), "hall"),
        Anchor("bedroom", "0", (0.3, 8.2, 0.5), "bedroom"),
    ),
    floors=(_GROUND,),
    doors=(
        Door("0", (5.0, 1.8), (5.0, 2.8)),
        Door("0", (2.2, 4.5), (3.1, 4.5)),
        Door("0", (6.2, 4.5), (7.1, 4.5)),
        Door("0", (1.5, 5.7), (2.4, 5.7)),
        Door("0", (5.6, 5.7), (6.4, 5.7)),
    ),
)

# The demo's house with fewer proxies than the demo shows: nine for ten rooms, the landing has none.
HOUSE = replace(
    DEMO_HOME,
    anchors=(
        Anchor("living", "ground_floor", (0.2, 3.4, 0.5), "living_room"),
        Anchor("kitchen", "ground_floor", (9.8, 1.3, 1.3), "kitchen"),
        Anchor("hall", "ground_floor", (7.0, 6.8, 1.6), "hall"),
        Anchor("study", "ground_floor", (0.3, 9.4, 0.8), "study"),
        Anchor("utility", "ground_floor", (8.9, 9.8, 1.9), "utility_room"),
        Anchor("bedroom", "upper_floor", (1.2, 0.2, 0.4), "bedroom"),
        Anchor("children", "upper_floor", (9.8, 2.4, 0.7), "childrens_room"),
        Anchor("bathroom", "upper_floor", (0.2, 6.2, 1.9), "bathroom"),
        Anchor("studio", "upper_floor", (5.2, 9.8, 0.9), "studio"),
    ),
)

_CASES = ((2.0, 5.0), (8.0, 9.0), (14.0, 5.0), (20.0, 9.0), (4.0, 1.0), (18.0, 13.0))

# 24 x 16 m: a nave between four galleries with wide passages; six show-cases are zones.
MUSEUM = Home(
    rooms=(
        Room("nave", "Nave", "0", rectangle(0.0, 4.0, 24.0, 8.0)),
        Room("gallery_a", "Gallery A", "0", rectangle(0.0, 0.0, 12.0, 4.0)),
        Room("gallery_b", "Gallery B", "0", rectangle(12.0, 0.0, 12.0, 4.0)),
        Room("gallery_c", "Gallery C", "0", rectangle(0.0, 12.0, 12.0, 4.0)),
        Room("gallery_d", "Gallery D", "0", rectangle(12.0, 12.0, 12.0, 4.0)),
    ),
    anchors=tuple(
        Anchor(f"m{index}", "0", (x, y, 3.2), room)
        for index, (x, y, room) in enumerate(
            (
                (3.0, 0.2, "gallery_a"),
                (9.0, 0.2, "gallery_a"),
                (18.0, 0.2, "gallery_b"),
                (23.8, 8.0, "nave"),
                (0.2, 8.0, "nave"),
                (8.0, 8.0, "nave"),
                (16.0, 8.0, "nave"),
                (6.0, 15.8, "gallery_c"),
                (15.0, 15.8, "gallery_d"),
                (21.0, 15.8, "gallery_d"),
            )
        )
    ),
    floors=(Floor("0", "Hall", height=4.5),),
    doors=tuple(Door("0", (x, y), (x + 3.0, y)) for y in (4.0, 12.0) for x in (4.5, 16.5)),
    zones=tuple(
        Zone(f"case_{index}", f"Show-case {index}", "0", rectangle(x, y, 2.5, 2.5))
        for index, (x, y) in enumerate(_CASES)
    ),
)

# The literature's room: anchors (2.5, 0), (0, 5), (5, 5).
LAB_ANCHORS = ((2.5, 0.0), (0.0, 5.0), (5.0, 5.0))
LAB = Home(
    rooms=(Room("lab", "Lab", "0", rectangle(0.0, 0.0, 5.0, 5.0)),),
    anchors=tuple(Anchor(f"b{index}", "0", (x, y, 1.1), "lab") for index, (x, y) in enumerate(LAB_ANCHORS)),
    floors=(_GROUND,),
)

PLANS: dict[str, Home] = {"flat": FLAT, "house": HOUSE, "museum": MUSEUM, "lab": LAB}
