"""A survey as a plain table: one row a place and moment, one column of dBm for each anchor, and x, y."""

from __future__ import annotations

import math
from pathlib import Path

from ..geometry import bounds, rectangle
from ..home import DEFAULT_FLOOR, Anchor, Floor, Home, Room
from ..replay.recording import Recording
from ..replay.rows import RecordingError, Row, read_rows
from ..survey import SurveySample

# Columns that are no anchors.
PLACE_COLUMNS = ("x", "y")
OTHER_COLUMNS = ("time", "floor", "room", *PLACE_COLUMNS)


def read_table_home(path: Path) -> Recording:
    """Return a table as a recording of a home of which nothing else is known.

    `time` (s), `floor` and `room` may be there; without `time` the rows are one walk, a second apart. An empty field is
    an anchor that heard nothing. Raises RecordingError that names the row.
    """
    rows = list(read_rows(path, PLACE_COLUMNS))
    if not rows:
        raise RecordingError(f"{path.name}: there are no rows")
    anchors = tuple(name for name in rows[0].fields if name and name not in OTHER_COLUMNS)
    if not anchors:
        raise RecordingError(f"{path.name} row 1: there is no column of an anchor")
    survey = tuple(_sample(row, index, anchors) for index, row in enumerate(rows))
    floors = tuple(dict.fromkeys(sample.floor for sample in survey))
    rooms = dict.fromkeys((sample.floor, sample.room) for sample in survey if sample.room is not None)
    home = Home(
        rooms=tuple(Room(room, room, floor) for floor, room in rooms)
        or tuple(_around(floor, survey) for floor in floors),
        anchors=tuple(Anchor(anchor, floors[0]) for anchor in anchors),
        floors=tuple(Floor(floor, floor, level) for level, floor in enumerate(floors)),
    )
    return Recording(home, survey)


def _sample(row: Row, index: int, anchors: tuple[str, ...]) -> SurveySample:
    levels = {anchor: level for anchor in anchors if (level := row.optional_number(anchor)) is not None}
    time = row.optional_number("time")
    return SurveySample(
        beacon="table",
        floor=row.optional_text("floor") or DEFAULT_FLOOR,
        room=row.optional_text("room"),
        position=row.position(),
        readings={anchor: (level,) for anchor, level in levels.items()},
        silent=frozenset(anchors) - levels.keys(),
        time=float(index) if time is None else time,
        duration=1.0,
        still=False,
    )


def _around(floor: str, survey: tuple[SurveySample, ...]) -> Room:
    """Return a room as large as what was surveyed, for a table that names none."""
    places = tuple(one.position for one in survey if one.floor == floor and one.position is not None)
    if not places:
        return Room(floor, floor, floor)
    left, low, right, high = bounds(places)
    return Room(
        floor,
        floor,
        floor,
        rectangle(math.floor(left), math.floor(low), math.ceil(right - left) + 1.0, math.ceil(high - low) + 1.0),
    )
