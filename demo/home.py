"""The demo home: two storeys of 10 x 10 m, ten rooms and twelve proxies, one for every 17 square metres."""

from __future__ import annotations

from dataclasses import dataclass

from custom_components.indoor_positioning.engine.geometry import parse_outline, rectangle
from custom_components.indoor_positioning.engine.home import (
    Anchor,
    Door,
    Floor,
    Home,
    Position,
    Room,
    Stairs,
)


@dataclass(frozen=True, slots=True)
class ProxySite:
    """Where a proxy hangs. `bluetooth_mac` is what Home Assistant calls the scanner's source."""

    name: str
    room: str
    mac: str
    bluetooth_mac: str
    position: Position

    @property
    def friendly_name(self) -> str:
        """The name a user would have given in the proxy's own configuration."""
        return self.name.replace("-", " ").capitalize()


GROUND = Floor("ground_floor", "Ground floor", level=0, elevation=0.0)
UPPER = Floor("upper_floor", "Upper floor", level=1, elevation=2.7)

_ROOMS = (
    Room("living_room", "Living room", GROUND.id, rectangle(0, 0, 6, 5.5)),
    Room("kitchen", "Kitchen", GROUND.id, rectangle(6, 0, 4, 4.5)),
    # An L around the stairs: homes are not made of rectangles only.
    Room(
        "hall",
        "Hall",
        GROUND.id,
        parse_outline(((6, 4.5), (10, 4.5), (10, 7), (3.6, 7), (3.6, 5.5), (6, 5.5))),
    ),
    Room("study", "Study", GROUND.id, rectangle(0, 5.5, 3.6, 4.5)),
    Room("utility_room", "Utility room", GROUND.id, rectangle(3.6, 7, 6.4, 3)),
    Room("bedroom", "Bedroom", UPPER.id, rectangle(0, 0, 5.5, 4.5)),
    Room("childrens_room", "Children's room", UPPER.id, rectangle(5.5, 0, 4.5, 4.5)),
    Room("bathroom", "Bathroom", UPPER.id, rectangle(0, 4.5, 4.5, 2.5)),
    Room("landing", "Landing", UPPER.id, rectangle(4.5, 4.5, 5.5, 2.5)),
    Room("studio", "Studio", UPPER.id, rectangle(0, 7, 10, 3)),
)

_DOORS = (
    Door(GROUND.id, (4.4, 5.5), (5.3, 5.5)),  # living room - hall
    Door(GROUND.id, (6.0, 2.0), (6.0, 3.2)),  # living room - kitchen, an open passage
    Door(GROUND.id, (7.0, 4.5), (7.9, 4.5)),  # kitchen - hall
    Door(GROUND.id, (3.6, 5.8), (3.6, 6.7)),  # study - hall
    Door(GROUND.id, (5.0, 7.0), (5.9, 7.0)),  # utility room - hall
    Door(UPPER.id, (4.6, 4.5), (5.4, 4.5)),  # bedroom - landing
    Door(UPPER.id, (6.5, 4.5), (7.4, 4.5)),  # children's room - landing
    Door(UPPER.id, (4.5, 5.3), (4.5, 6.2)),  # bathroom - landing
    Door(UPPER.id, (6.6, 7.0), (7.5, 7.0)),  # studio - landing
)

# Where plugs and shelves are: at the walls, at every height, never in the middle of a room. The two
# largest rooms have a second one.
PROXIES = (
    ProxySite("living-room-proxy", "living_room", "D8A01D400010", "D8:A0:1D:40:00:12", (0.2, 3.4, 0.5)),
    ProxySite("kitchen-proxy", "kitchen", "D8A01D400020", "D8:A0:1D:40:00:22", (9.8, 1.3, 1.3)),
    ProxySite("hall-proxy", "hall", "D8A01D400030", "D8:A0:1D:40:00:32", (7.0, 6.8, 1.6)),
    ProxySite("study-proxy", "study", "D8A01D400040", "D8:A0:1D:40:00:42", (0.3, 9.4, 0.8)),
    ProxySite("utility-proxy", "utility_room", "D8A01D400050", "D8:A0:1D:40:00:52", (8.9, 9.8, 1.9)),
    ProxySite("bedroom-proxy", "bedroom", "D8A01D400060", "D8:A0:1D:40:00:62", (1.2, 0.2, 0.4)),
    ProxySite("children-proxy", "childrens_room", "D8A01D400070", "D8:A0:1D:40:00:72", (9.8, 2.4, 0.7)),
    ProxySite("bathroom-proxy", "bathroom", "D8A01D400080", "D8:A0:1D:40:00:82", (0.2, 6.2, 1.9)),
    ProxySite("landing-proxy", "landing", "D8A01D4000A0", "D8:A0:1D:40:00:A2", (9.8, 5.6, 1.4)),
    ProxySite("studio-proxy", "studio", "D8A01D400090", "D8:A0:1D:40:00:92", (5.2, 9.8, 0.9)),
    ProxySite("sofa-proxy", "living_room", "D8A01D4000B0", "D8:A0:1D:40:00:B2", (5.8, 0.3, 0.4)),
    ProxySite("easel-proxy", "studio", "D8A01D4000C0", "D8:A0:1D:40:00:C2", (0.4, 8.5, 1.1)),
)

_FLOOR_OF_ROOM = {room.id: room.floor for room in _ROOMS}

DEMO_HOME = Home(
    rooms=_ROOMS,
    anchors=tuple(Anchor(site.bluetooth_mac, _FLOOR_OF_ROOM[site.room], site.position, site.room) for site in PROXIES),
    floors=(GROUND, UPPER),
    doors=_DOORS,
    # The flight of stairs lies inside the hall and comes out on the landing.
    stairs=(Stairs(GROUND.id, UPPER.id, rectangle(8.3, 5.0, 1.5, 1.8)),),
)

# Where people stay and things are put; hall and landing are passed through on every way, and often.
DEMO_LIVED_IN = tuple(room.id for room in _ROOMS if room.id not in ("hall", "landing"))
