"""A recording that may be given away: who and where is out of it, what locating depends on is all there.

Ids and names are replaced by numbers, the same throughout; the plan is moved so that its lowest corner is (0, 0);
times begin at 0. The shape of the home stays: without it no replay would be the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from ..geometry import Point
from ..measurement import Fix, Measurement, Movement, Pressure
from ..observation import Observation
from ..survey import SurveySample
from .home_file import home_from_dict, home_to_dict
from .recording import Recording

# The lists of the form and what their members are called.
_KINDS: Final = {
    "floors": "floor",
    "rooms": "room",
    "zones": "zone",
    "anchors": "anchor",
    "other_anchors": "other_anchor",
    "beacons": "beacon",
}

# Members that hold the id of something of this kind, and those that hold a place or places.
_REFERENCES: Final = {"floor": "floors", "from_floor": "floors", "to_floor": "floors", "room": "rooms"}
_PLACES: Final = frozenset({"from", "to", "position"})
_OUTLINE: Final = "polygon"


def disguise(recording: Recording) -> Recording:
    """Return the recording without anything private. What names nothing of the home is left out; so is the truth."""
    plain = home_to_dict(recording.home)
    known = {reading.beacon for reading in (*recording.adverts, *recording.history)}
    known |= {measurement.beacon for measurement in recording.measurements}
    known |= {sample.beacon for sample in recording.survey}
    plain["beacons"] += [{"id": one} for one in sorted(known - {one["id"] for one in plain["beacons"]})]
    names = {
        part: {one["id"]: f"{kind}_{number}" for number, one in enumerate(plain[part], 1)}
        for part, kind in _KINDS.items()
    }
    origin = _lowest_corner(plain)
    begin = _first(recording.adverts, recording.measurements)
    home = home_from_dict(
        {part: [_disguised(one, part, names, origin) for one in rows] for part, rows in plain.items()}
    )
    return Recording(
        home=home,
        survey=tuple(_sample(one, names, origin, _begin(recording.survey)) for one in recording.survey),
        adverts=_readings(recording.adverts, names, begin),
        history=_readings(recording.history, names, _first(recording.history)),
        measurements=_measurements(recording.measurements, names, begin, origin),
    )


def _disguised(
    one: Mapping[str, Any], part: str, names: Mapping[str, Mapping[str, str]], origin: Point
) -> dict[str, Any]:
    hidden = dict(one)
    for member, value in one.items():
        if member == "id":
            hidden[member] = names[part][value]
        elif member == "name":
            hidden[member] = names[part][one["id"]].replace("_", " ").capitalize()
        elif member in _REFERENCES:
            hidden[member] = names[_REFERENCES[member]].get(value)
        elif member in _PLACES:
            hidden[member] = _moved(value, origin)
        elif member == _OUTLINE:
            hidden[member] = [_moved(corner, origin) for corner in value]
    return {member: value for member, value in hidden.items() if value is not None}


def _sample(sample: SurveySample, names: Mapping[str, Mapping[str, str]], origin: Point, begin: float) -> SurveySample:
    place = sample.position
    anchors = names["anchors"]
    return replace(
        sample,
        beacon=names["beacons"][sample.beacon],
        floor=names["floors"].get(sample.floor, "unknown"),
        room=None if sample.room is None else names["rooms"].get(sample.room),
        position=None if place is None else (place[0] - origin[0], place[1] - origin[1]),
        readings={anchors[one]: values for one, values in sample.readings.items() if one in anchors},
        silent=frozenset(anchors[one] for one in sample.silent if one in anchors),
        time=sample.time - begin,
    )


def _first(*parts: Iterable[Observation | Measurement]) -> float:
    """Return the earliest time of anything, 0 where there is nothing."""
    return min((one.time for part in parts for one in part), default=0.0)


def _measurements(
    measurements: Iterable[Measurement], names: Mapping[str, Mapping[str, str]], begin: float, origin: Point
) -> list[Measurement]:
    anchors = {**names["anchors"], **names["other_anchors"]}
    sources = sorted({one.source for one in measurements if isinstance(one, Fix) and one.source})
    source_names = {source: f"source_{number}" for number, source in enumerate(sources, 1)}
    hidden: list[Measurement] = []
    for one in measurements:
        beacon, time = names["beacons"][one.beacon], one.time - begin
        if isinstance(one, Movement | Pressure):
            hidden.append(replace(one, beacon=beacon, time=time))
        elif isinstance(one, Fix):
            hidden.append(
                replace(
                    one,
                    beacon=beacon,
                    time=time,
                    position=(one.position[0] - origin[0], one.position[1] - origin[1]),
                    floor=None if one.floor is None else names["floors"].get(one.floor),
                    source=source_names.get(one.source, ""),
                )
            )
        elif (anchor := anchors.get(one.anchor)) is not None:
            hidden.append(replace(one, beacon=beacon, anchor=anchor, time=time))
    return sorted(hidden, key=lambda one: one.time)


def _readings(
    readings: Iterable[Observation], names: Mapping[str, Mapping[str, str]], begin: float
) -> list[Observation]:
    inside = sorted((one for one in readings if one.anchor in names["anchors"]), key=lambda one: one.time)
    return [
        Observation(one.time - begin, names["beacons"][one.beacon], names["anchors"][one.anchor], one.rssi)
        for one in inside
    ]


def _begin(survey: Iterable[SurveySample]) -> float:
    return min((sample.time for sample in survey), default=0.0)


def _moved(place: Iterable[float], origin: Point) -> list[float]:
    x, y, *height = place
    return [x - origin[0], y - origin[1], *height]


def _lowest_corner(plain: Mapping[str, Iterable[Mapping[str, Any]]]) -> Point:
    places = [
        place
        for rows in plain.values()
        for one in rows
        for place in (*one.get(_OUTLINE, ()), *(one[member] for member in _PLACES if member in one))
    ]
    return min((one[0] for one in places), default=0.0), min((one[1] for one in places), default=0.0)
