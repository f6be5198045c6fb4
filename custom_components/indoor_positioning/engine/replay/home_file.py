"""`home.json`: the home of a recording, as a file."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..geometry import Outline, OutlineError, Point, parse_outline
from ..home import (
    DEFAULT_FLOOR,
    DEFAULT_STOREY_HEIGHT_M,
    Anchor,
    Beacon,
    Door,
    Floor,
    Home,
    Opening,
    Orientation,
    Position,
    RadioLaw,
    Room,
    Stairs,
    Wall,
    Zone,
)
from ..propagation import ANCHOR_HEIGHT_M
from .rows import RecordingError


def read_home(path: Path) -> Home:
    """Return the home in a file. Raises RecordingError naming the entry that is wrong."""
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise RecordingError(f"{path.name}: there is no such file in {path.parent}") from None
    except json.JSONDecodeError as error:
        raise RecordingError(f"{path.name} line {error.lineno}: not JSON: {error.msg}") from error
    except UnicodeDecodeError as error:
        raise RecordingError(f"{path.name}: not a text in UTF-8 (byte {error.start})") from error
    except OSError as error:
        raise RecordingError(f"{path.name}: {error.strerror}") from error
    return home_from_dict(data, path.name)


def write_home(path: Path, home: Home) -> None:
    """Write a home."""
    path.write_text(json.dumps(home_to_dict(home), indent=1) + "\n", encoding="utf-8")


def home_from_dict(data: object, source: str = "home.json") -> Home:
    """Return the home in a JSON object. Raises RecordingError naming `source` and the entry."""
    whole = _Entry(source, data)
    floors = whole.each("floors", _floor)
    default_floor = floors[0].id if floors else DEFAULT_FLOOR
    rooms = whole.each("rooms", lambda entry: _room(entry, default_floor))
    anchors = whole.each("anchors", lambda entry: _anchor(entry, default_floor, rooms))
    if not floors:
        # A home that lists no floors still may name them: in order of appearance, one above the other.
        names = dict.fromkeys([room.floor for room in rooms] + [anchor.floor for anchor in anchors])
        floors = tuple(Floor(name, name, level, level * DEFAULT_STOREY_HEIGHT_M) for level, name in enumerate(names))
    home = Home(
        rooms=rooms,
        anchors=anchors,
        other_anchors=whole.each("other_anchors", lambda entry: _anchor(entry, default_floor, rooms)),
        floors=floors or (Floor(DEFAULT_FLOOR, "Ground floor"),),
        zones=whole.each(
            "zones",
            lambda entry: Zone(entry.id("id"), entry.name(), entry.floor(default_floor), entry.outline("polygon")),
        ),
        doors=whole.each(
            "doors", lambda entry: Door(entry.floor(default_floor), entry.point("from"), entry.point("to"))
        ),
        walls=whole.each(
            "walls",
            lambda entry: Wall(
                entry.floor(default_floor),
                entry.point("from"),
                entry.point("to"),
                entry.optional_number("attenuation"),
            ),
        ),
        stairs=whole.each(
            "stairs",
            lambda entry: Stairs(entry.id("from_floor"), entry.id("to_floor"), entry.outline("polygon")),
        ),
        openings=whole.each(
            "openings",
            lambda entry: Opening(entry.id("from_floor"), entry.id("to_floor"), entry.outline("polygon")),
        ),
        beacons=whole.each("beacons", _beacon),
    )
    _check_references(home, source)
    return home


def home_to_dict(home: Home) -> dict[str, Any]:
    """Return a home as a JSON object of the replay form."""
    return {
        "floors": [
            {
                "id": floor.id,
                "name": floor.name,
                "level": floor.level,
                "elevation": floor.elevation,
                "height": floor.height,
            }
            for floor in home.floors
        ],
        "rooms": [
            {"id": room.id, "name": room.name, "floor": room.floor}
            | ({} if room.outline is None else {"polygon": [list(corner) for corner in room.outline]})
            | ({"elevation": room.elevation} if room.elevation else {})
            for room in home.rooms
        ],
        "doors": [{"floor": door.floor, "from": list(door.start), "to": list(door.end)} for door in home.doors],
        "walls": [
            {"floor": wall.floor, "from": list(wall.start), "to": list(wall.end)}
            | ({} if wall.attenuation is None else {"attenuation": wall.attenuation})
            for wall in home.walls
        ],
        "stairs": [_between(stairs) for stairs in home.stairs],
        "openings": [_between(opening) for opening in home.openings],
        "zones": [
            {"id": zone.id, "name": zone.name, "floor": zone.floor, "polygon": [list(c) for c in zone.outline]}
            for zone in home.zones
        ],
        "anchors": [_anchor_row(anchor) for anchor in home.anchors],
        "other_anchors": [_anchor_row(anchor) for anchor in home.other_anchors],
        "beacons": [
            {"id": beacon.id}
            | ({} if beacon.reference_rssi is None else {"reference_rssi": beacon.reference_rssi})
            | ({} if beacon.position is None else {"position": list(beacon.position)})
            | ({} if beacon.floor is None else {"floor": beacon.floor})
            | ({} if beacon.carried_height is None else {"carried_height": beacon.carried_height})
            for beacon in home.beacons
        ],
    }


def _anchor_row(anchor: Anchor) -> dict[str, Any]:
    return (
        {"id": anchor.id, "floor": anchor.floor, "rssi_offset": anchor.rssi_offset}
        | ({} if anchor.position is None else {"position": list(anchor.position)})
        | ({} if anchor.room is None else {"room": anchor.room})
        | ({"orientation": list(anchor.orientation)} if any(anchor.orientation) else {})
        | ({} if anchor.law is None else {"law": asdict(anchor.law)})
    )


def _between(one: Stairs | Opening) -> dict[str, Any]:
    return {
        "from_floor": one.from_floor,
        "to_floor": one.to_floor,
        "polygon": [list(corner) for corner in one.outline],
    }


class _Entry:
    """A JSON object that knows its place in the file."""

    def __init__(self, where: str, data: object) -> None:
        self.where = where
        if not isinstance(data, Mapping):
            raise RecordingError(f"{where}: an object is expected, not {_kind(data)}")
        self._data = data

    def error(self, problem: str) -> RecordingError:
        return RecordingError(f"{self.where}: {problem}")

    def each[T](self, key: str, make: Callable[[_Entry], T]) -> tuple[T, ...]:
        items = self._data.get(key)
        if items is None:
            return ()
        if not isinstance(items, list):
            raise self.error(f"{key} is {_kind(items)}, not a list")
        return tuple(make(_Entry(f"{self.where} {key}[{index}]", item)) for index, item in enumerate(items))

    def has(self, key: str) -> bool:
        return self._data.get(key) is not None

    def id(self, key: str) -> str:
        value = self._data.get(key)
        # A floor "1" is often written as the number 1; the CSV files know texts only.
        if isinstance(value, bool) or not isinstance(value, (str, int)) or value == "":
            raise self.error(f"{key} is {'missing' if value is None else _kind(value)}, not a name")
        return str(value)

    def optional_id(self, key: str) -> str | None:
        return self.id(key) if self._data.get(key) not in (None, "") else None

    def name(self) -> str:
        return self.optional_id("name") or self.id("id")

    def floor(self, default: str) -> str:
        return self.optional_id("floor") or default

    def number(self, key: str, default: float) -> float:
        value = self.optional_number(key)
        return default if value is None else value

    def optional_number(self, key: str) -> float | None:
        value = self._data.get(key)
        return None if value is None else self._finite(value, key)

    def point(self, key: str) -> Point:
        numbers = self._numbers(key, (2,))
        return (numbers[0], numbers[1])

    def optional_position(self, key: str) -> Position | None:
        if not self.has(key):
            return None
        x, y, z = (*self._numbers(key, (2, 3)), ANCHOR_HEIGHT_M)[:3]
        return (x, y, z)

    def orientation(self) -> Orientation:
        if not self.has("orientation"):
            return (0.0, 0.0, 0.0)
        yaw, pitch, roll = (*self._numbers("orientation", (1, 3)), 0.0, 0.0)[:3]
        return (yaw, pitch, roll)

    def law(self) -> RadioLaw | None:
        if not self.has("law"):
            return None
        law = _Entry(f"{self.where} law", self._data["law"])
        reference, exponent, spread = map(law.optional_number, ("reference_rssi", "exponent", "spread"))
        if reference is None or exponent is None or spread is None:
            raise law.error("reference_rssi, exponent and spread are wanted")
        if not (exponent > 0.0 and spread > 0.0):
            raise law.error("exponent and spread are not both above 0")
        return RadioLaw(reference, exponent, spread)

    def outline(self, key: str) -> Outline:
        corners = self._data.get(key)
        if not isinstance(corners, list) or not all(isinstance(corner, list) for corner in corners):
            raise self.error(f"{key} is not a list of [x, y] corners")
        try:
            return parse_outline([[self._finite(value, key) for value in corner] for corner in corners])
        except OutlineError as error:
            raise self.error(f"{key}: {error}") from error

    def optional_outline(self, key: str) -> Outline | None:
        return self.outline(key) if self._data.get(key) else None

    def _numbers(self, key: str, lengths: tuple[int, ...]) -> tuple[float, ...]:
        values = self._data.get(key)
        if not isinstance(values, list) or len(values) not in lengths:
            expected = " or ".join(str(length) for length in lengths)
            raise self.error(f"{key} is not a list of {expected} numbers")
        return tuple(self._finite(value, key) for value in values)

    def _finite(self, value: object, key: str) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise self.error(f"{key}: {value!r} is not a finite number")
        return float(value)


def _floor(entry: _Entry) -> Floor:
    level = round(entry.number("level", 0.0))
    return Floor(
        entry.id("id"),
        entry.name(),
        level,
        entry.number("elevation", level * DEFAULT_STOREY_HEIGHT_M),
        entry.number("height", DEFAULT_STOREY_HEIGHT_M),
    )


def _room(entry: _Entry, default_floor: str) -> Room:
    return Room(
        entry.id("id"),
        entry.name(),
        entry.floor(default_floor),
        entry.optional_outline("polygon"),
        entry.number("elevation", 0.0),
    )


def _anchor(entry: _Entry, default_floor: str, rooms: Iterable[Room]) -> Anchor:
    room = entry.optional_id("room")
    room_floor = next((item.floor for item in rooms if item.id == room), default_floor)
    return Anchor(
        entry.id("id"),
        entry.floor(room_floor),
        entry.optional_position("position"),
        room,
        entry.number("rssi_offset", 0.0),
        entry.orientation(),
        entry.law(),
    )


def _beacon(entry: _Entry) -> Beacon:
    return Beacon(
        entry.id("id"),
        entry.optional_number("reference_rssi"),
        entry.optional_position("position"),
        entry.optional_id("floor"),
        entry.optional_number("carried_height"),
    )


def _check_references(home: Home, source: str) -> None:
    """Raise where ids repeat or name what is not there: a typing error must not look like bad radio."""
    for kind, ids in (
        ("floors", [floor.id for floor in home.floors]),
        ("rooms", [room.id for room in home.rooms]),
        ("anchors", [anchor.id for anchor in home.all_anchors]),
        ("beacons", [beacon.id for beacon in home.beacons]),
    ):
        repeated = next((item for index, item in enumerate(ids) if item in ids[:index]), None)
        if repeated is not None:
            raise RecordingError(f"{source} {kind}: the id {repeated!r} is there twice")
    floors = {floor.id for floor in home.floors}
    placed: list[tuple[str, str]] = [
        *((f"rooms ({room.id})", room.floor) for room in home.rooms),
        *((f"anchors ({anchor.id})", anchor.floor) for anchor in home.all_anchors),
        *((f"zones ({zone.id})", zone.floor) for zone in home.zones),
        *(("doors", door.floor) for door in home.doors),
        *(("walls", wall.floor) for wall in home.walls),
        *(("stairs", floor) for stairs in home.stairs for floor in (stairs.from_floor, stairs.to_floor)),
        *(("openings", floor) for one in home.openings for floor in (one.from_floor, one.to_floor)),
        *((f"beacons ({beacon.id})", beacon.floor) for beacon in home.beacons if beacon.floor),
    ]
    for where, floor in placed:
        if floor not in floors:
            raise RecordingError(f"{source} {where}: the floor {floor!r} is not among the floors")
    rooms = {room.id for room in home.rooms}
    for anchor in home.all_anchors:
        if anchor.room is not None and anchor.room not in rooms:
            raise RecordingError(f"{source} anchors ({anchor.id}): the room {anchor.room!r} is not among the rooms")


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "a truth value", type(None): "nothing"}
    return names.get(type(value), "a number")
