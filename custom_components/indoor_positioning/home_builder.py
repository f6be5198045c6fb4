"""The engine's `Home` out of Home Assistant's registries and the entry's subentries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import floor_registry as fr

from .const import (
    CONF_AREA_ID,
    CONF_BEACONS,
    CONF_CARRIED_HEIGHT,
    CONF_DWELL,
    CONF_ENTER,
    CONF_EXIT_DELAY,
    CONF_EXPONENT,
    CONF_FLOOR_ID,
    CONF_HEIGHT,
    CONF_IDENTITIES,
    CONF_KIND,
    CONF_LEAVE,
    CONF_ORIENTATION,
    CONF_OUTLINE,
    CONF_REFERENCE_RSSI,
    CONF_RSSI_OFFSET,
    CONF_SOURCE,
    CONF_SPREAD,
    CONF_X,
    CONF_Y,
    DEFAULT_ANCHOR_HEIGHT_M,
    SUBENTRY_ANCHOR,
    SUBENTRY_BEACON,
    SUBENTRY_OTHER_ANCHOR,
    SUBENTRY_ROOM,
    SUBENTRY_ZONE,
)
from .engine.geometry import Outline, OutlineError, parse_outline
from .engine.home import (
    DEFAULT_FLOOR,
    Anchor,
    Beacon,
    Floor,
    Home,
    Orientation,
    Position,
    RadioLaw,
    Room,
    Zone,
    ZoneRule,
)
from .engine.storeys import elevations, storey_heights
from .plan_ways import CONF_ELEVATION, Ways

# What other radios deliver at 1 m, how they fade, and how far their readings scatter, by the kind of anchor. Access
# points send 15 to 20 dBm, of which the first metre at 2.4 GHz takes 40 dB and aerials and housings some more.
RADIO_LAWS: Final[Mapping[str, RadioLaw]] = {
    "wifi": RadioLaw(reference_rssi=-35.0, exponent=2.2, spread=7.0),
    "uwb": RadioLaw(reference_rssi=-60.0, exponent=2.0, spread=6.0),
    "direction_finder": RadioLaw(reference_rssi=-59.0, exponent=2.0, spread=7.0),
    "other": RadioLaw(reference_rssi=-50.0, exponent=2.2, spread=8.0),
}


@callback
def build_home(hass: HomeAssistant, entry: ConfigEntry[Any], reference_rssi: Mapping[str, float]) -> Home:
    """Return the home as it is known now.

    `reference_rssi` holds the strengths at 1 m that beacons told themselves, by beacon id; what the user set goes
    before. Rooms whose area is gone are left out, and zones, doors, walls and stairs on a floor that has no room or
    anchor any more; anchors of a missing area belong to no room.
    """
    return home_of(hass, tuple(entry.subentries.values()), Ways.from_data(entry.data), reference_rssi)


@callback
def home_of(
    hass: HomeAssistant, subentries: Sequence[ConfigSubentry], ways: Ways, reference_rssi: Mapping[str, float]
) -> Home:
    """Return the home that these subentries and ways would make, as `build_home`."""
    areas = ar.async_get(hass)
    rooms = tuple(
        _room(subentry, area)
        for subentry in _of_type(subentries, SUBENTRY_ROOM)
        if (area := areas.async_get_area(subentry.data[CONF_AREA_ID])) is not None
    )
    anchors = tuple(_anchor(subentry, areas) for subentry in _of_type(subentries, SUBENTRY_ANCHOR))
    others = tuple(_other_anchor(subentry, areas) for subentry in _of_type(subentries, SUBENTRY_OTHER_ANCHOR))
    used_floors = {room.floor for room in rooms} | {anchor.floor for anchor in (*anchors, *others)}
    beacons = tuple(
        _beacon(subentry, areas, anchors, reference_rssi.get(subentry.subentry_id))
        for subentry in _of_type(subentries, SUBENTRY_BEACON)
    )
    floors = _floors(hass, used_floors, ways.elevations)
    known = {floor.id for floor in floors}
    zones = tuple(
        zone
        for subentry in _of_type(subentries, SUBENTRY_ZONE)
        if subentry.data[CONF_FLOOR_ID] in known and (zone := _zone(subentry)) is not None
    )
    ways = ways.on(known)
    return Home(
        rooms=rooms,
        anchors=anchors,
        floors=floors,
        zones=zones,
        doors=ways.doors,
        walls=ways.walls,
        stairs=ways.stairs,
        openings=ways.openings,
        beacons=beacons,
        other_anchors=others,
    )


def _of_type(subentries: Iterable[ConfigSubentry], subentry_type: str) -> Iterator[ConfigSubentry]:
    return (one for one in subentries if one.subentry_type == subentry_type)


def _room(subentry: ConfigSubentry, area: ar.AreaEntry) -> Room:
    rise = subentry.data.get(CONF_ELEVATION) or 0.0
    return Room(area.id, area.name, area.floor_id or DEFAULT_FLOOR, _outline(subentry), float(rise))


def _zone(subentry: ConfigSubentry) -> Zone | None:
    if (outline := _outline(subentry)) is None:
        return None
    data, default = subentry.data, ZoneRule()
    beacons = data.get(CONF_BEACONS)
    rule = ZoneRule(
        enter=data.get(CONF_ENTER, default.enter),
        leave=data.get(CONF_LEAVE, default.leave),
        dwell=data.get(CONF_DWELL, default.dwell),
        exit_delay=data.get(CONF_EXIT_DELAY, default.exit_delay),
        beacons=frozenset(beacons) if beacons else None,
    )
    return Zone(subentry.subentry_id, subentry.title, data[CONF_FLOOR_ID], outline, rule)


def _outline(subentry: ConfigSubentry) -> Outline | None:
    points = subentry.data.get(CONF_OUTLINE)
    try:
        return parse_outline(points) if points else None
    except OutlineError, TypeError, ValueError:
        # The forms refuse nonsense; what was edited by hand in the storage must not take the home down with it.
        return None


def _anchor(subentry: ConfigSubentry, areas: ar.AreaRegistry) -> Anchor:
    data = subentry.data
    area = _area(data, areas)
    return Anchor(
        data[CONF_SOURCE],
        floor=(area.floor_id if area else None) or DEFAULT_FLOOR,
        position=_position(data),
        room=area.id if area else None,
        rssi_offset=data.get(CONF_RSSI_OFFSET, 0.0),
        orientation=_orientation(data),
    )


def _other_anchor(subentry: ConfigSubentry, areas: ar.AreaRegistry) -> Anchor:
    data = subentry.data
    area, usual = _area(data, areas), RADIO_LAWS.get(data[CONF_KIND], RADIO_LAWS["other"])
    measured = {
        key: data[key] for key in (CONF_REFERENCE_RSSI, CONF_EXPONENT, CONF_SPREAD) if data.get(key) is not None
    }
    return Anchor(
        subentry.subentry_id,
        floor=(area.floor_id if area else None) or DEFAULT_FLOOR,
        position=_position(data),
        room=area.id if area else None,
        orientation=_orientation(data),
        law=replace(usual, **measured),
    )


def _beacon(
    subentry: ConfigSubentry, areas: ar.AreaRegistry, anchors: Iterable[Anchor], told_rssi: float | None
) -> Beacon:
    """Return a beacon; with a place if the user gave it one, or if it is an anchor that itself advertises."""
    data = subentry.data
    strength = data.get(CONF_REFERENCE_RSSI) or told_rssi
    if (position := _position(data)) is not None:
        area = _area(data, areas)
        return Beacon(subentry.subentry_id, strength, position, (area.floor_id if area else None) or DEFAULT_FLOOR)
    addresses = {str(identity.get("address", "")).upper() for identity in data[CONF_IDENTITIES]}
    itself = next((anchor for anchor in anchors if anchor.id.upper() in addresses and anchor.position), None)
    if itself is not None:
        return Beacon(subentry.subentry_id, strength, itself.position, itself.floor)
    return Beacon(subentry.subentry_id, strength, carried_height=data.get(CONF_CARRIED_HEIGHT))


def _area(data: Mapping[str, Any], areas: ar.AreaRegistry) -> ar.AreaEntry | None:
    return areas.async_get_area(data[CONF_AREA_ID]) if data.get(CONF_AREA_ID) else None


def _position(data: Mapping[str, Any]) -> Position | None:
    x, y, height = data.get(CONF_X), data.get(CONF_Y), data.get(CONF_HEIGHT)
    if x is None or y is None:
        return None
    return (x, y, DEFAULT_ANCHOR_HEIGHT_M if height is None else height)


def _orientation(data: Mapping[str, Any]) -> Orientation:
    yaw, pitch, roll = data.get(CONF_ORIENTATION) or (0.0, 0.0, 0.0)
    return (yaw, pitch, roll)


def _floors(hass: HomeAssistant, used: Iterable[str], told: Mapping[str, float]) -> tuple[Floor, ...]:
    """Return the used floors, lowest first; `told` is how high some of them lie (m).

    Two floors without a level would lie inside one another and share their radio: each gets the next free storey
    above the known ones, in the order in which the user listed them.
    """
    registry = fr.async_get(hass)
    used = set(used) or {DEFAULT_FLOOR}
    known = [floor for floor in registry.async_list_floors() if floor.floor_id in used]
    levels = {floor.floor_id: floor.level for floor in known if floor.level is not None}
    if DEFAULT_FLOOR in used and DEFAULT_FLOOR not in {floor.floor_id for floor in known}:
        # What lies on no floor: on the ground if that is free, else beside it.
        levels[DEFAULT_FLOOR] = 0
    for floor in known:
        if floor.level is None:
            levels[floor.floor_id] = max(levels.values(), default=-1) + 1
    names = {floor.floor_id: floor.name for floor in known}
    lying = elevations(levels, told)
    heights = storey_heights(lying, levels)
    floors = (
        Floor(
            floor_id,
            names.get(floor_id, "Ground floor"),
            level=level,
            elevation=lying[floor_id],
            height=heights[floor_id],
        )
        for floor_id, level in levels.items()
    )
    return tuple(sorted(floors, key=lambda floor: floor.level))
