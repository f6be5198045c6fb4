"""The plan: read, checked while it is drawn, and saved by one editor at a time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

import probatio as vol
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import CONF_NAME
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import floor_registry as fr
from homeassistant.helpers.typing import VolDictType

from ..const import (
    CONF_AREA_ID,
    CONF_FLOOR_ID,
    CONF_HEIGHT,
    CONF_KIND,
    CONF_ORIENTATION,
    CONF_OUTLINE,
    CONF_SOURCE,
    CONF_X,
    CONF_Y,
    SUBENTRY_ANCHOR,
    SUBENTRY_OTHER_ANCHOR,
    SUBENTRY_ROOM,
    SUBENTRY_ZONE,
)
from ..engine.grid import Grid, build_grid
from ..engine.home import DEFAULT_FLOOR, Home
from ..engine.plan_check import check_plan
from ..engine.storeys import misplaced
from ..engine.zone_cells import cells_of_zone
from ..home_builder import home_of
from ..plan_draft import ANCHOR_PLACE, CONF_ID, MAX_ROWS, PlanDraft
from ..plan_ways import (
    CONF_DOORS,
    CONF_ELEVATION,
    CONF_ELEVATIONS,
    CONF_FROM,
    CONF_FROM_FLOOR,
    CONF_LOSS,
    CONF_OPENINGS,
    CONF_STAIRS,
    CONF_TO,
    CONF_TO_FLOOR,
    CONF_WALLS,
    MAX_ELEVATION_M,
    MAX_RISE_M,
    MIN_ELEVATION_M,
    MIN_RISE_M,
    Ways,
)
from ..refusal import refusal
from ..runtime import IndoorPositioningConfigEntry
from ..scanners import known_scanners
from .base import Command, Request, command
from .fields import DEGREES, HEIGHT, METRES

CONF_ANCHORS: Final = "anchors"
CONF_OTHER_ANCHORS: Final = "other_anchors"
CONF_REMOVE_ZONES: Final = "remove_zones"
CONF_REVISION: Final = "revision"
CONF_ROOMS: Final = "rooms"
CONF_ZONES: Final = "zones"

# No wall of a home swallows more (dB).
MAX_WALL_LOSS_DB: Final = 40.0

# Longer names are no names.
MAX_NAME: Final = 100

_POINT = vol.All([METRES], vol.Length(min=2, max=2))
_OUTLINE = [_POINT]
_SEGMENT: VolDictType = {
    vol.Required(CONF_FLOOR_ID): str,
    vol.Required(CONF_FROM): _POINT,
    vol.Required(CONF_TO): _POINT,
}

_ROOM: VolDictType = {
    vol.Required(CONF_AREA_ID): str,
    vol.Required(CONF_OUTLINE): vol.Any(None, _OUTLINE),
    vol.Optional(CONF_ELEVATION): vol.Any(None, vol.All(vol.Coerce(float), vol.Range(min=MIN_RISE_M, max=MAX_RISE_M))),
}
_ANCHOR_PLACE: VolDictType = {
    vol.Optional(CONF_AREA_ID): vol.Any(None, str),
    vol.Optional(CONF_X): vol.Any(None, METRES),
    vol.Optional(CONF_Y): vol.Any(None, METRES),
    vol.Optional(CONF_HEIGHT): vol.Any(None, HEIGHT),
    vol.Optional(CONF_ORIENTATION): vol.Any(None, vol.All([DEGREES], vol.Length(min=3, max=3))),
}
_ANCHOR: VolDictType = {vol.Required(CONF_SOURCE): str, **_ANCHOR_PLACE}
_OTHER_ANCHOR: VolDictType = {vol.Required(CONF_ID): str, **_ANCHOR_PLACE}
_ZONE: VolDictType = {
    vol.Optional(CONF_ID): str,
    vol.Required(CONF_NAME): vol.All(str, vol.Length(max=MAX_NAME)),
    vol.Required(CONF_FLOOR_ID): str,
    vol.Required(CONF_OUTLINE): _OUTLINE,
}
_WALL: VolDictType = {
    **_SEGMENT,
    vol.Optional(CONF_LOSS): vol.Any(None, vol.All(vol.Coerce(float), vol.Range(min=0.0, max=MAX_WALL_LOSS_DB))),
}
# Stairs and openings in the slab alike.
_BETWEEN: VolDictType = {
    vol.Required(CONF_FROM_FLOOR): str,
    vol.Required(CONF_TO_FLOOR): str,
    vol.Required(CONF_OUTLINE): _OUTLINE,
}
_ELEVATION: VolDictType = {
    vol.Required(CONF_FLOOR_ID): str,
    vol.Required(CONF_ELEVATION): vol.All(vol.Coerce(float), vol.Range(min=MIN_ELEVATION_M, max=MAX_ELEVATION_M)),
}
CHANGES: VolDictType = {
    **{
        vol.Optional(key): vol.All([row], vol.Length(max=MAX_ROWS))
        for key, row in (
            (CONF_ROOMS, _ROOM),
            (CONF_ANCHORS, _ANCHOR),
            (CONF_OTHER_ANCHORS, _OTHER_ANCHOR),
            (CONF_ZONES, _ZONE),
        )
    },
    vol.Optional(CONF_REMOVE_ZONES): [str],
    vol.Optional(CONF_DOORS): [_SEGMENT],
    vol.Optional(CONF_WALLS): [_WALL],
    vol.Optional(CONF_STAIRS): [_BETWEEN],
    vol.Optional(CONF_OPENINGS): [_BETWEEN],
    vol.Optional(CONF_ELEVATIONS): [_ELEVATION],
}


@command("plan/get", admin=False)
async def _get(request: Request) -> dict[str, Any]:
    """The whole plan, with the revision that a change must name."""
    return _plan(request.hass, request.entry)


@command("plan/check", CHANGES)
async def _check(request: Request) -> dict[str, Any]:
    """What would be found wrong with the plan if these changes were saved; nothing is."""
    home = home_of_draft(request, draft_of(request))
    parameters = request.entry.runtime_data.positioning.model.parameters
    findings = await request.hass.async_add_executor_job(check_plan, home, parameters)
    return {"findings": [asdict(finding) for finding in findings]}


@command("plan/save", {vol.Required(CONF_REVISION): str, **CHANGES})
async def _save(request: Request) -> dict[str, Any]:
    """Save changes: all or, if any is wrong or the plan has changed meanwhile, none."""
    _must_be_current(request)
    draft = draft_of(request)
    home = home_of_draft(request, draft)
    if CONF_ELEVATIONS in request.msg and (floor := misplaced(home.floors)):
        raise refusal("plan_floor_misplaced", floor=floor.name)
    survey = request.entry.runtime_data.survey.survey()
    grid = await request.hass.async_add_executor_job(build_grid, home, survey)
    for zone in draft.zones_drawn_anew():
        _must_be_inside(zone, home, grid)
    # Another editor may have saved while the cells were laid out.
    _must_be_current(request)
    draft.apply()
    return _plan(request.hass, request.entry)


@command(
    "plan/create_area",
    {
        vol.Required(CONF_NAME): vol.All(str, vol.Length(max=MAX_NAME)),
        vol.Optional(CONF_FLOOR_ID): vol.Any(None, str),
    },
)
async def _create_area(request: Request) -> dict[str, str]:
    """Create an area for a room that is about to be drawn; the room itself comes with the next save."""
    areas, name = ar.async_get(request.hass), request.msg[CONF_NAME].strip()
    if not name:
        raise refusal("plan_area_nameless")
    if areas.async_get_area_by_name(name):
        raise refusal("plan_area_there_already", area=name)
    floor_id = request.msg.get(CONF_FLOOR_ID)
    if floor_id is not None and fr.async_get(request.hass).async_get_floor(floor_id) is None:
        # Without any floor in the registry, everything lies on the one that the home is said to have.
        if floor_id != DEFAULT_FLOOR:
            raise refusal("plan_floor_missing", floor=floor_id)
        floor_id = None
    return {CONF_AREA_ID: areas.async_create(name, floor_id=floor_id).id}


def _must_be_current(request: Request) -> None:
    if request.msg[CONF_REVISION] != _revision(request.entry):
        raise refusal("plan_changed_meanwhile")


def _must_be_inside(zone: ConfigSubentry, home: Home, grid: Grid) -> None:
    """A zone that touches no cell of its floor would never hold anybody."""
    index = next((i for i, floor in enumerate(home.floors) if floor.id == zone.data[CONF_FLOOR_ID]), None)
    outline = tuple((x, y) for x, y in zone.data[CONF_OUTLINE])
    if index is None or not len(cells_of_zone(grid, index, outline)[0]):
        raise refusal("plan_zone_outside", zone=zone.title)


def draft_of(request: Request) -> PlanDraft:
    """Return the plan with the changes of a message. Raises ServiceValidationError for the first that cannot be."""
    draft, msg = PlanDraft(request.hass, request.entry), request.msg
    for room in msg.get(CONF_ROOMS, ()):
        draft.set_room(room)
    for anchor in msg.get(CONF_ANCHORS, ()):
        draft.set_anchor(anchor)
    for anchor in msg.get(CONF_OTHER_ANCHORS, ()):
        draft.set_other_anchor(anchor)
    for zone_id in msg.get(CONF_REMOVE_ZONES, ()):
        draft.remove_zone(zone_id)
    for zone in msg.get(CONF_ZONES, ()):
        draft.set_zone(zone)
    draft.set_ways(msg)
    return draft


def home_of_draft(request: Request, draft: PlanDraft) -> Home:
    """Return the home that a draft would make."""
    return home_of(request.hass, draft.subentries, draft.ways, {})


@callback
def _plan(hass: HomeAssistant, entry: IndoorPositioningConfigEntry) -> dict[str, Any]:
    areas = ar.async_get(hass)
    anchors = list(entry.get_subentries_of_type(SUBENTRY_ANCHOR))
    known = {anchor.data[CONF_SOURCE] for anchor in anchors}
    return {
        CONF_REVISION: _revision(entry),
        "floors": floor_rows(hass, entry),
        CONF_ROOMS: [
            {
                CONF_AREA_ID: area.id,
                CONF_NAME: area.name,
                CONF_FLOOR_ID: area.floor_id or DEFAULT_FLOOR,
                CONF_OUTLINE: room.data[CONF_OUTLINE],
                CONF_ELEVATION: room.data.get(CONF_ELEVATION),
            }
            for room in entry.get_subentries_of_type(SUBENTRY_ROOM)
            if (area := areas.async_get_area(room.data[CONF_AREA_ID]))
        ],
        CONF_ANCHORS: [{CONF_SOURCE: one.data[CONF_SOURCE], **_anchor_row(one, areas)} for one in anchors],
        CONF_OTHER_ANCHORS: [
            {CONF_ID: one.subentry_id, CONF_KIND: one.data[CONF_KIND], **_anchor_row(one, areas)}
            for one in entry.get_subentries_of_type(SUBENTRY_OTHER_ANCHOR)
        ],
        "scanners": [asdict(scanner) for scanner in known_scanners(hass) if scanner.source not in known],
        CONF_ZONES: [
            {
                CONF_ID: zone.subentry_id,
                CONF_NAME: zone.title,
                CONF_FLOOR_ID: zone.data[CONF_FLOOR_ID],
                CONF_OUTLINE: zone.data[CONF_OUTLINE],
            }
            for zone in entry.get_subentries_of_type(SUBENTRY_ZONE)
        ],
        **Ways.from_data(entry.data).to_data(),
    }


def _anchor_row(anchor: ConfigSubentry, areas: ar.AreaRegistry) -> dict[str, Any]:
    data = anchor.data
    area = areas.async_get_area(data[CONF_AREA_ID]) if data.get(CONF_AREA_ID) else None
    return {
        CONF_NAME: anchor.title,
        CONF_AREA_ID: area.id if area else None,
        CONF_FLOOR_ID: (area.floor_id if area else None) or DEFAULT_FLOOR,
        **{key: data.get(key) for key in (CONF_X, CONF_Y, CONF_HEIGHT, CONF_ORIENTATION)},
    }


def floor_rows(hass: HomeAssistant, entry: IndoorPositioningConfigEntry) -> list[dict[str, Any]]:
    """Return all floors that one may draw on, also empty ones, lowest first; those in use first have their level."""
    rows: dict[str, dict[str, Any]] = {
        floor.id: {CONF_ID: floor.id, CONF_NAME: floor.name, "level": floor.level, CONF_ELEVATION: floor.elevation}
        for floor in entry.runtime_data.positioning.model.home.floors
    }
    for floor in fr.async_get(hass).async_list_floors():
        row = {CONF_ID: floor.floor_id, CONF_NAME: floor.name, "level": floor.level, CONF_ELEVATION: None}
        rows.setdefault(floor.floor_id, row)
    return sorted(rows.values(), key=lambda row: row["level"] if row["level"] is not None else len(rows))


# What a change of the plan is a change of; names and rules are edited elsewhere and disturb nobody who draws.
_DRAWN: Final[dict[str, Sequence[str]]] = {
    SUBENTRY_ROOM: (CONF_AREA_ID, CONF_OUTLINE, CONF_ELEVATION),
    SUBENTRY_ANCHOR: (CONF_SOURCE, *ANCHOR_PLACE),
    SUBENTRY_OTHER_ANCHOR: ANCHOR_PLACE,
    SUBENTRY_ZONE: (CONF_FLOOR_ID, CONF_OUTLINE),
}


def _revision(entry: IndoorPositioningConfigEntry) -> str:
    """Return a digest of what is drawn: whatever way it was changed by, an editor with an older one is told."""
    drawn = {
        one.subentry_id: [one.data.get(key) for key in _DRAWN[one.subentry_type]]
        for one in entry.subentries.values()
        if one.subentry_type in _DRAWN
    }
    text = json.dumps([drawn, Ways.from_data(entry.data).to_data()], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


PLAN_COMMANDS: Final[tuple[Command, ...]] = (_get, _check, _save, _create_area)
