"""A changed plan before it is in effect: the subentries and ways as they would be, each change checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry, ConfigSubentry, ConfigSubentryData
from homeassistant.const import CONF_NAME
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import area_registry as ar

from .const import (
    CONF_AREA_ID,
    CONF_CIRCLE,
    CONF_FLOOR_ID,
    CONF_HEIGHT,
    CONF_ORIENTATION,
    CONF_OUTLINE,
    CONF_SOURCE,
    CONF_X,
    CONF_Y,
    SUBENTRY_OTHER_ANCHOR,
    SUBENTRY_ZONE,
)
from .engine.geometry import OutlineError, parse_outline
from .flows.anchor import anchor_subentry, anchor_unique_id, place_problems
from .flows.room import room_subentry, room_unique_id
from .plan_ways import (
    CONF_DOORS,
    CONF_ELEVATION,
    CONF_ELEVATIONS,
    CONF_OPENINGS,
    CONF_STAIRS,
    CONF_WALLS,
    CONF_WAYS,
    Ways,
    door_from_row,
    elevation_from_row,
    opening_from_row,
    stairs_from_row,
    wall_from_row,
)
from .refusal import refusal
from .scanners import known_scanners

CONF_ID: Final = "id"

# More zones, doors or walls than any home has; a bound on what one message may make us keep and compute.
MAX_ROWS: Final = 500

# What the plan holds of an anchor.
ANCHOR_PLACE: Final = (CONF_AREA_ID, CONF_X, CONF_Y, CONF_HEIGHT, CONF_ORIENTATION)

type Row = Mapping[str, Any]


class PlanDraft:
    """Takes changes one by one; nothing of the entry is touched until `apply`.

    Every method raises ServiceValidationError that names what is wrong, and where.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
        self._hass = hass
        self._entry = entry
        self._subentries = dict(entry.subentries)
        self._new: set[str] = set()
        self.ways = Ways.from_data(entry.data)

    @property
    def subentries(self) -> tuple[ConfigSubentry, ...]:
        """All subentries as they would be."""
        return tuple(self._subentries.values())

    def set_room(self, row: Row) -> None:
        """Draw a room, with None as the outline undraw it, or raise it; an area that is no room yet becomes one."""
        area = ar.async_get(self._hass).async_get_area(row[CONF_AREA_ID])
        if area is None:
            raise refusal("plan_area_missing", area=row[CONF_AREA_ID])
        room = self._by_unique_id(room_unique_id(area.id)) or self._add(room_subentry(area.id, area.name))
        drawn: dict[str, Any] = {CONF_OUTLINE: _outline(row[CONF_OUTLINE], area.name) if row[CONF_OUTLINE] else None}
        if CONF_ELEVATION in row:
            drawn[CONF_ELEVATION] = row[CONF_ELEVATION]
        self._change(room, drawn)

    def set_anchor(self, row: Row) -> None:
        """Place an anchor; a scanner that is none yet becomes one."""
        source: str = row[CONF_SOURCE]
        anchor = self._by_unique_id(anchor_unique_id(source))
        if anchor is None:
            scanner = next((one for one in known_scanners(self._hass) if one.source == source), None)
            if scanner is None:
                raise refusal("plan_anchor_unknown", anchor=source)
            anchor = self._add(anchor_subentry(source, scanner.name, scanner.area_id))
        self._place_anchor(anchor, row)

    def set_other_anchor(self, row: Row) -> None:
        """Move an anchor of another kind, which has been added by its form."""
        anchor = self._subentries.get(row[CONF_ID])
        if anchor is None or anchor.subentry_type != SUBENTRY_OTHER_ANCHOR:
            raise refusal("plan_anchor_unknown", anchor=row[CONF_ID])
        self._place_anchor(anchor, row)

    def set_zone(self, row: Row) -> None:
        """Draw a zone: a new one without id, else the one that is there, whose rules stay."""
        name: str = row[CONF_NAME].strip()
        if not name:
            raise refusal("plan_zone_nameless")
        zones = [one for one in self.subentries if one.subentry_type == SUBENTRY_ZONE]
        zone = next((one for one in zones if one.subentry_id == row.get(CONF_ID)), None)
        if zone is None and CONF_ID in row:
            raise refusal("plan_zone_gone", zone=name)
        if any(one is not zone and one.title.casefold() == name.casefold() for one in zones):
            raise refusal("plan_zone_twice", zone=name)
        place = {CONF_FLOOR_ID: row[CONF_FLOOR_ID], CONF_OUTLINE: _outline(row[CONF_OUTLINE], name)}
        if zone is None:
            new = ConfigSubentryData(
                data={**place, CONF_CIRCLE: None}, subentry_type=SUBENTRY_ZONE, title=name, unique_id=None
            )
            self._add(new)
            return
        if zone.data[CONF_OUTLINE] != place[CONF_OUTLINE]:
            place[CONF_CIRCLE] = None
        self._change(zone, place, name)

    def remove_zone(self, zone_id: str) -> None:
        """Take a zone away; one that is gone already is no error."""
        if (zone := self._subentries.get(zone_id)) and zone.subentry_type == SUBENTRY_ZONE:
            del self._subentries[zone_id]

    def set_ways(self, rows: Mapping[str, Sequence[Row]]) -> None:
        """Replace all doors, walls, stairs, openings or told elevations, whichever are given."""
        ways = self.ways
        self.ways = Ways(
            doors=_ways(rows[CONF_DOORS], door_from_row, "door") if CONF_DOORS in rows else ways.doors,
            walls=_ways(rows[CONF_WALLS], wall_from_row, "wall") if CONF_WALLS in rows else ways.walls,
            stairs=_ways(rows[CONF_STAIRS], stairs_from_row, "stairs") if CONF_STAIRS in rows else ways.stairs,
            openings=_ways(rows[CONF_OPENINGS], opening_from_row, "opening")
            if CONF_OPENINGS in rows
            else ways.openings,
            elevations=dict(_ways(rows[CONF_ELEVATIONS], elevation_from_row, "floor"))
            if CONF_ELEVATIONS in rows
            else ways.elevations,
        )

    def zones_drawn_anew(self) -> tuple[ConfigSubentry, ...]:
        """Return the zones that are new or lie elsewhere than before."""
        before = self._entry.subentries
        return tuple(
            one
            for one in self.subentries
            if one.subentry_type == SUBENTRY_ZONE
            and (one.subentry_id in self._new or one.data != before[one.subentry_id].data)
        )

    @callback
    def apply(self) -> None:
        """Put it into effect, all at once: trackers go on, and the model is built anew in the background."""
        entries, entry = self._hass.config_entries, self._entry
        for gone in [one for one in entry.subentries if one not in self._subentries]:
            entries.async_remove_subentry(entry, gone)
        for subentry_id, wanted in self._subentries.items():
            if subentry_id in self._new:
                entries.async_add_subentry(entry, wanted)
            elif wanted is not (there := entry.subentries[subentry_id]):
                entries.async_update_subentry(entry, there, data=wanted.data, title=wanted.title)
        if self.ways != Ways.from_data(entry.data):
            entries.async_update_entry(entry, data={**entry.data, CONF_WAYS: self.ways.to_data()})

    def _place_anchor(self, anchor: ConfigSubentry, row: Row) -> None:
        place = {key: row[key] for key in ANCHOR_PLACE if key in row}
        if place_problems({**anchor.data, **place}):
            raise refusal("plan_anchor_place", anchor=anchor.title)
        if area_id := place.get(CONF_AREA_ID, anchor.data[CONF_AREA_ID]):
            area = ar.async_get(self._hass).async_get_area(area_id)
            if area is None and CONF_AREA_ID in place:
                raise refusal("plan_area_missing", area=area_id)
            # An anchor should say something at once, so its area is a room.
            if area and self._by_unique_id(room_unique_id(area.id)) is None:
                self._add(room_subentry(area.id, area.name))
        self._change(anchor, place)

    def _by_unique_id(self, unique_id: str) -> ConfigSubentry | None:
        return next((one for one in self.subentries if one.unique_id == unique_id), None)

    def _add(self, new: ConfigSubentryData) -> ConfigSubentry:
        subentry = ConfigSubentry(
            data=MappingProxyType(dict(new["data"])),
            subentry_type=new["subentry_type"],
            title=new["title"],
            unique_id=new["unique_id"],
        )
        self._subentries[subentry.subentry_id] = subentry
        self._new.add(subentry.subentry_id)
        return subentry

    def _change(self, subentry: ConfigSubentry, data: Mapping[str, Any], title: str | None = None) -> None:
        """Home Assistant changes subentries in place, so what is drafted must be another object."""
        self._subentries[subentry.subentry_id] = ConfigSubentry(
            data=MappingProxyType({**subentry.data, **data}),
            subentry_id=subentry.subentry_id,
            subentry_type=subentry.subentry_type,
            title=title or subentry.title,
            unique_id=subentry.unique_id,
        )


def _outline(points: Sequence[Sequence[float]], name: str) -> list[list[float]]:
    try:
        return [list(corner) for corner in parse_outline(points)]
    except OutlineError as error:
        raise refusal(f"plan_{error.problem}", place=name) from error


def _ways[T](rows: Sequence[Row], make: Callable[[Row], T], kind: str) -> tuple[T, ...]:
    if len(rows) > MAX_ROWS:
        raise refusal("plan_too_many", kind=kind, most=str(MAX_ROWS))
    made: list[T] = []
    for number, row in enumerate(rows, 1):
        try:
            made.append(make(row))
        except OutlineError as error:
            raise refusal(f"plan_{error.problem}", place=f"{kind} {number}") from error
    return tuple(made)
