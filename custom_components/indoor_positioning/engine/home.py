"""The home as the engine knows it: floors, rooms, ways between them, and what is mounted where.

Nothing here is required but anchors and rooms: a home may know no geometry at all, and every missing
piece (outline, position, floor) only makes the radio map vaguer. All objects are immutable; a changed
home is a new `Home`.

Frame: metres, x to the right and y up on the plan, z = height above the ground beneath the object: its floor's, or that
of its room where that is raised or sunk.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .geometry import Outline, Point

type Position = tuple[float, float, float]
type Orientation = tuple[float, float, float]

# Storey height of an ordinary dwelling, floor to floor, used where nobody said otherwise.
DEFAULT_STOREY_HEIGHT_M = 2.7

# The one floor of homes that name none.
DEFAULT_FLOOR = "ground"


@dataclass(frozen=True, slots=True)
class Floor:
    """A storey. `elevation` is the height of its ground in metres, `height` how far above it the next one lies."""

    id: str
    name: str
    level: int = 0
    elevation: float = 0.0
    height: float = DEFAULT_STOREY_HEIGHT_M


@dataclass(frozen=True, slots=True)
class Room:
    """A place that people name. Without an outline only its identity and floor are known.

    `elevation` is how far its ground lies above its floor's own (m): negative for a sunken room.
    """

    id: str
    name: str
    floor: str
    outline: Outline | None = None
    elevation: float = 0.0


@dataclass(frozen=True, slots=True)
class ZoneRule:
    """When a zone counts as entered or left, and for whom.

    Entered when its probability held `enter` for `dwell` seconds, left when it stayed at `leave` or below for
    `exit_delay` seconds. `beacons` are the ids of those it counts for, None means all.
    """

    enter: float = 0.7
    leave: float = 0.3
    dwell: float = 0.0
    exit_delay: float = 0.0
    beacons: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Zone:
    """Any outline inside a floor: a sofa, a doorway, a show-case. Zones overlap freely."""

    id: str
    name: str
    floor: str
    outline: Outline
    rule: ZoneRule = ZoneRule()

    def counts_for(self, beacon_id: str) -> bool:
        """Whether the zone is there for a beacon."""
        return self.rule.beacons is None or beacon_id in self.rule.beacons


@dataclass(frozen=True, slots=True)
class Door:
    """An opening in the walls, as the segment that it fills."""

    floor: str
    start: Point
    end: Point


@dataclass(frozen=True, slots=True)
class Wall:
    """A wall besides the rooms' outlines; `attenuation` in dB where it is known."""

    floor: str
    start: Point
    end: Point
    attenuation: float | None = None


@dataclass(frozen=True, slots=True)
class Stairs:
    """A way between two floors that takes off inside an outline present on both."""

    from_floor: str
    to_floor: str
    outline: Outline


@dataclass(frozen=True, slots=True)
class Opening:
    """A hole in the slabs between two floors: an open stairwell, the void beside a gallery."""

    from_floor: str
    to_floor: str
    outline: Outline


@dataclass(frozen=True, slots=True)
class RadioLaw:
    """How another radio than Bluetooth fades: dBm at 1 m, path loss exponent, spread of its readings in dB."""

    reference_rssi: float
    exponent: float
    spread: float


@dataclass(frozen=True, slots=True)
class Anchor:
    """A fixed receiver. `rssi_offset` in dB is added to what it reports.

    `orientation` is (yaw, pitch, roll) in degrees, for those that report bearings: without one the anchor's front looks
    along x and its top upwards, so its bearings are in the plan's frame. `law` is that of a radio of another kind.
    """

    id: str
    floor: str
    position: Position | None = None
    room: str | None = None
    rssi_offset: float = 0.0
    orientation: Orientation = (0.0, 0.0, 0.0)
    law: RadioLaw | None = None


@dataclass(frozen=True, slots=True)
class Beacon:
    """What is tracked. `reference_rssi` = calibrated dBm at 1 m; a position makes it a reference beacon.

    `carried_height` is how high above its floor it is carried (m), where that is known.
    """

    id: str
    reference_rssi: float | None = None
    position: Position | None = None
    floor: str | None = None
    carried_height: float | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """Everything that is known about the place.

    `anchors` hear Bluetooth; `other_anchors` are those that do not: access points, UWB anchors, direction finders.
    """

    rooms: tuple[Room, ...]
    anchors: tuple[Anchor, ...]
    floors: tuple[Floor, ...] = (Floor(DEFAULT_FLOOR, "Ground floor"),)
    zones: tuple[Zone, ...] = ()
    doors: tuple[Door, ...] = ()
    walls: tuple[Wall, ...] = ()
    stairs: tuple[Stairs, ...] = ()
    openings: tuple[Opening, ...] = ()
    beacons: tuple[Beacon, ...] = ()
    other_anchors: tuple[Anchor, ...] = ()

    @property
    def all_anchors(self) -> tuple[Anchor, ...]:
        """All that stand at a known place, of whatever kind."""
        return self.anchors + self.other_anchors

    def room(self, room_id: str) -> Room | None:
        """Return the room with this id."""
        return _find(self.rooms, room_id)

    def floor(self, floor_id: str) -> Floor | None:
        """Return the floor with this id."""
        return _find(self.floors, floor_id)

    def zone(self, zone_id: str) -> Zone | None:
        """Return the zone with this id."""
        return _find(self.zones, zone_id)

    def anchor(self, anchor_id: str) -> Anchor | None:
        """Return the anchor with this id."""
        return _find(self.anchors, anchor_id)

    @property
    def rssi_offsets(self) -> dict[str, float]:
        """Return what is added to an anchor's readings, in dB, where that is not nothing."""
        return {anchor.id: anchor.rssi_offset for anchor in self.anchors if anchor.rssi_offset}

    @property
    def has_plan(self) -> bool:
        """Whether any room is drawn, so that x and y mean something."""
        return any(room.outline is not None for room in self.rooms)

    def rooms_on(self, floor_id: str) -> tuple[Room, ...]:
        """Return the rooms of one floor."""
        return tuple(room for room in self.rooms if room.floor == floor_id)


def _find[T: (Room, Floor, Zone, Anchor)](items: Iterable[T], item_id: str) -> T | None:
    return next((item for item in items if item.id == item_id), None)
