"""What others report of a beacon: directions, distances, levels, places and motion, by action or websocket.

Such a report proves nothing of who sent the beacon's packets, so doors do not rest on it (engine/tracker.py).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import probatio as vol
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import async_register_admin_service
from homeassistant.helpers.typing import VolDictType
from homeassistant.util import dt as dt_util

from . import clock
from .automation_references import beacon_of_device
from .const import (
    CONF_ANCHOR,
    CONF_BEACON,
    CONF_DISTANCE,
    CONF_HEADING,
    CONF_SIGMA,
    CONF_SOURCE,
    CONF_SPEED,
    CONF_X,
    CONF_Y,
    DEFAULT_RANGE_SD_M,
    DOMAIN,
)
from .engine.home import Home
from .engine.measurement import BEARING_SD_RAD, Bearing, Fix, Measurement, Movement, Range, Signal, problem_of
from .engine.sensor_findings import SensorProblem, subject_of
from .engine.tracker import MAX_LATENESS_S
from .loaded_entry import loaded_entry
from .refusal import refusal
from .runtime import IndoorPositioningConfigEntry

CONF_AZIMUTH: Final = "azimuth"
CONF_ELEVATION: Final = "elevation"
CONF_FLOOR: Final = "floor"
CONF_MOVING: Final = "moving"
CONF_RSSI: Final = "rssi"
CONF_TIME: Final = "time"

# Clocks of sensors that are kept in step over the network are off by less than this (s).
MAX_AHEAD_S: Final = 1.0

# Usual scatter of places that cameras and robots find (m).
DEFAULT_FIX_SD_M: Final = 0.5

type Row = Mapping[str, Any]
type _Maker = Callable[[Report, Row], Measurement]


@dataclass(frozen=True, slots=True)
class Report:
    """Whom a report is about and when it was measured (s, monotonic), in which home and by which names."""

    entry: IndoorPositioningConfigEntry
    home: Home
    beacon: str
    time: float

    def anchor(self, name: str, *, placed: bool) -> str:
        """Return the id of an anchor that is given by name, address or id. Raises ServiceValidationError."""
        known = {anchor.id: anchor for anchor in self.home.all_anchors}
        called = [one for one in self.entry.subentries.values() if one.title.casefold() == name.casefold()]
        ids: list[str] = [one.data.get(CONF_SOURCE, one.subentry_id) for one in called]
        found = next((one for one in (name, name.upper(), *ids) if one in known), None)
        if found is None:
            raise refusal("report_anchor_unknown", anchor=name)
        if placed and known[found].position is None:
            raise refusal("report_anchor_unplaced", anchor=name)
        return found

    def floor(self, name: str) -> str:
        """Return the id of a floor that is given by id or name. Raises ServiceValidationError."""
        floors = self.home.floors
        found = next((one.id for one in floors if name == one.id or name.casefold() == one.name.casefold()), None)
        if found is None:
            raise refusal("report_floor_unknown", floor=name, floors=", ".join(floor.name for floor in floors))
        return found


def _bearing(report: Report, row: Row) -> Measurement:
    elevation, sigma = row.get(CONF_ELEVATION), row.get(CONF_SIGMA)
    return Bearing(
        report.time,
        report.beacon,
        report.anchor(row[CONF_ANCHOR], placed=True),
        math.radians(row[CONF_AZIMUTH]),
        None if elevation is None else math.radians(elevation),
        BEARING_SD_RAD if sigma is None else math.radians(sigma),
    )


def _range(report: Report, row: Row) -> Measurement:
    anchor = report.anchor(row[CONF_ANCHOR], placed=True)
    return Range(report.time, report.beacon, anchor, row[CONF_DISTANCE], row[CONF_SIGMA])


def _signal(report: Report, row: Row) -> Measurement:
    return Signal(report.time, report.beacon, report.anchor(row[CONF_ANCHOR], placed=False), row[CONF_RSSI])


def _fix(report: Report, row: Row) -> Measurement:
    floor = report.floor(row[CONF_FLOOR]) if CONF_FLOOR in row else None
    position = (row[CONF_X], row[CONF_Y])
    return Fix(report.time, report.beacon, position, row[CONF_SIGMA], floor, row.get(CONF_SOURCE, ""))


def _movement(report: Report, row: Row) -> Measurement:
    heading = row.get(CONF_HEADING)
    return Movement(
        report.time,
        report.beacon,
        row.get(CONF_SPEED),
        None if heading is None else math.radians(heading),
        row.get(CONF_MOVING),
    )


_NUMBER: Final = vol.Coerce(float)
_COMMON: Final[VolDictType] = {
    vol.Required(CONF_BEACON): cv.string,
    vol.Optional(CONF_TIME): vol.Any(_NUMBER, cv.datetime),
}
_OF_ANCHOR: Final[VolDictType] = {**_COMMON, vol.Required(CONF_ANCHOR): cv.string}

# The kinds of reports: their fields, what they become, and whether they need a plan.
_KINDS: Final[Mapping[str, tuple[VolDictType, _Maker, bool]]] = {
    "bearing": (
        {
            **_OF_ANCHOR,
            vol.Required(CONF_AZIMUTH): _NUMBER,
            vol.Optional(CONF_ELEVATION): _NUMBER,
            vol.Optional(CONF_SIGMA): _NUMBER,
        },
        _bearing,
        True,
    ),
    "range": (
        {
            **_OF_ANCHOR,
            vol.Required(CONF_DISTANCE): _NUMBER,
            vol.Optional(CONF_SIGMA, default=DEFAULT_RANGE_SD_M): _NUMBER,
        },
        _range,
        True,
    ),
    "rssi": ({**_OF_ANCHOR, vol.Required(CONF_RSSI): _NUMBER}, _signal, False),
    "position": (
        {
            **_COMMON,
            vol.Required(CONF_X): _NUMBER,
            vol.Required(CONF_Y): _NUMBER,
            vol.Optional(CONF_FLOOR): cv.string,
            vol.Optional(CONF_SIGMA, default=DEFAULT_FIX_SD_M): _NUMBER,
            vol.Optional(CONF_SOURCE): cv.string,
        },
        _fix,
        True,
    ),
    "motion": (
        {
            **_COMMON,
            vol.Optional(CONF_SPEED): _NUMBER,
            vol.Optional(CONF_HEADING): _NUMBER,
            vol.Optional(CONF_MOVING): cv.boolean,
        },
        _movement,
        False,
    ),
}

REPORT_SCHEMAS: Final = {kind: vol.Schema(fields) for kind, (fields, _, _) in _KINDS.items()}


@callback
def async_setup_report_actions(hass: HomeAssistant) -> None:
    """Register one action for each kind. As automations may, administrators may call them."""
    for kind, schema in REPORT_SCHEMAS.items():

        @callback
        def take(call: ServiceCall, kind: str = kind) -> None:
            take_report(hass, loaded_entry(hass), kind, call.data)

        async_register_admin_service(hass, DOMAIN, f"report_{kind}", take, schema)


@callback
def take_report(hass: HomeAssistant, entry: IndoorPositioningConfigEntry, kind: str, row: Row) -> None:
    """Let the beacon's tracker weigh a report that has passed its schema. Raises ServiceValidationError."""
    positioning = entry.runtime_data.positioning
    home = positioning.model.home
    _, make, needs_plan = _KINDS[kind]
    if needs_plan and not home.has_plan:
        raise refusal("report_no_plan")
    beacon = _beacon(hass, entry, row[CONF_BEACON])
    if not positioning.tracks[beacon].tracker.weighs_measurements:
        raise refusal("report_not_weighed")
    measurement = make(Report(entry, home, beacon, clock.monotonic()), row)
    subject = subject_of(measurement)
    try:
        moment = _moment(row.get(CONF_TIME))
    except ServiceValidationError:
        positioning.refuse(subject, SensorProblem.CLOCK_OFF)
        raise
    if (problem := problem_of(measurement)) is not None:
        positioning.refuse(subject, SensorProblem.IMPOSSIBLE_VALUES)
        raise refusal(problem.value)
    positioning.measure(replace(measurement, time=moment))


def _beacon(hass: HomeAssistant, entry: IndoorPositioningConfigEntry, name: str) -> str:
    """Return the beacon that a device, an id or a name stands for."""
    runtime = entry.runtime_data
    tracks = runtime.positioning.tracks
    named = (one for one in tracks if runtime.beacon_name(one).casefold() == name.casefold())
    found = name if name in tracks else beacon_of_device(hass, name) or next(named, None)
    if found not in tracks:
        raise refusal("report_beacon_unknown", beacon=name)
    return found


def _moment(given: float | datetime | None) -> float:
    """Return a time of the wall clock on the monotonic one. Raises ServiceValidationError where it is of no use."""
    now = clock.monotonic()
    if given is None:
        return now
    epoch = dt_util.as_utc(given).timestamp() if isinstance(given, datetime) else given
    ahead = epoch - clock.time()
    if not math.isfinite(ahead):
        raise refusal("measurement_time_not_finite")
    if ahead > MAX_AHEAD_S:
        raise refusal("report_in_future", seconds=f"{ahead:.0f}")
    if -ahead > MAX_LATENESS_S:
        raise refusal("report_too_old", seconds=f"{-ahead:.0f}", most=f"{MAX_LATENESS_S:.0f}")
    return now + min(ahead, 0.0)
