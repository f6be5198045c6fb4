"""A plan small enough to know every figure by heart: two rooms with a door, one above with stairs."""

from custom_components.indoor_positioning.engine.geometry import rectangle
from custom_components.indoor_positioning.engine.home import Anchor, Door, Floor, Home, Room, Stairs, Wall

SMALL_PLAN = Home(
    rooms=(
        Room("left", "Left", "ground", rectangle(0, 0, 4, 4)),
        Room("right", "Right", "ground", rectangle(4, 0, 4, 4)),
        Room("above", "Above", "upper", rectangle(0, 0, 8, 4)),
    ),
    anchors=(
        Anchor("in_left", "ground", (1.0, 2.0, 1.0), "left"),
        Anchor("in_right", "ground", (7.0, 2.0, 1.0), "right"),
        Anchor("in_above", "upper", (1.0, 2.0, 1.0), "above"),
        Anchor("nowhere", "ground"),
    ),
    floors=(Floor("ground", "Ground", 0, 0.0), Floor("upper", "Upper", 1, 2.7)),
    doors=(Door("ground", (4.0, 1.0), (4.0, 2.0)),),
    walls=(Wall("upper", (4.0, 0.0), (4.0, 3.0), 12.0),),
    stairs=(Stairs("ground", "upper", rectangle(5.5, 2.5, 2, 1)),),
)
