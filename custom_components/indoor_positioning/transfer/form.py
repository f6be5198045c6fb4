"""The form of `settings.json`: what a file may say of a home, and nothing else."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import probatio as vol
from homeassistant.const import CONF_NAME
from homeassistant.helpers.typing import VolDictType

from ..const import (
    CONF_ACTIVITY,
    CONF_ANCHOR,
    CONF_ANCHORS,
    CONF_APPROACH_FROM,
    CONF_AREA_ID,
    CONF_ASSURANCE,
    CONF_BEACONS,
    CONF_CARRIED_HEIGHT,
    CONF_CIRCLE,
    CONF_DWELL,
    CONF_ENTER,
    CONF_ENTITY_ID,
    CONF_EXIT_DELAY,
    CONF_EXPONENT,
    CONF_FLOOR_ID,
    CONF_HEADING,
    CONF_HEIGHT,
    CONF_HOLD,
    CONF_IDENTITIES,
    CONF_INTERVAL,
    CONF_KIND,
    CONF_LEAVE,
    CONF_LINKS,
    CONF_MOTION,
    CONF_ORIENTATION,
    CONF_OUTLINE,
    CONF_PRESSURE,
    CONF_PROBABILITY,
    CONF_REFERENCE_PRESSURE,
    CONF_REFERENCE_RSSI,
    CONF_RSSI_OFFSET,
    CONF_SECOND_FACTOR,
    CONF_SECURE,
    CONF_SENSORS,
    CONF_SIGMA,
    CONF_SOURCE,
    CONF_SPEED,
    CONF_SPREAD,
    CONF_STEPS,
    CONF_STILL_AFTER,
    CONF_TRACKER,
    CONF_X,
    CONF_Y,
    SUBENTRY_ANCHOR,
    SUBENTRY_BEACON,
    SUBENTRY_OTHER_ANCHOR,
    SUBENTRY_ROOM,
    SUBENTRY_ZONE,
)
from ..engine.geometry import OutlineError, parse_outline
from ..engine.identity import Assurance, IdentityError, identity_from_dict
from ..engine.locators import LOCATORS
from ..flows.anchor import MAX_HEIGHT_M, MAX_RSSI_OFFSET_DB
from ..flows.beacon import MAX_CARRIED_HEIGHT_M
from ..flows.fields import MAX_COORDINATE_M
from ..home_builder import RADIO_LAWS
from ..litert import Engine
from ..picture_store import MAX_SCALE, MIN_SCALE
from ..plan_draft import CONF_ID, MAX_ROWS
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
    CONF_WAYS,
    MAX_ELEVATION_M,
    MAX_RISE_M,
    MIN_ELEVATION_M,
    MIN_RISE_M,
)
from ..settings import (
    CONF_AWAY_AFTER,
    CONF_ENTER_DWELL,
    CONF_ENTER_PROBABILITY,
    CONF_LOCATOR,
    CONF_NETWORK_ENGINE,
    CONF_NETWORK_LEARNING,
    CONF_POSITION_INTERVAL,
    CONF_POSITION_THRESHOLD,
    CONF_SELF_CALIBRATION,
)

FORMAT: Final = "indoor_positioning.home"
VERSION: Final = 1

CONF_FILE: Final = "file"
CONF_LEVEL: Final = "level"
CONF_KEYS_LEFT_OUT: Final = "keys_left_out"
CONF_TITLE: Final = "title"

# Texts that are ids, addresses or names; longer ones are none.
_MAX_TEXT: Final = 200

# Samples of a survey, and readings of one: a stand of 45 s hears a beacon of ten packets a second at 50 anchors.
_MAX_SAMPLES: Final = 20_000
_MAX_READINGS: Final = 5_000

# Seconds; the longest time that any form offers is a day.
_DAY_S: Final = 86_400.0


type Check = Callable[[object], object]
type Validator = Check | VolDictType | vol.All[Any] | vol.Any | type


def _number(low: float, high: float) -> Check:
    """Accept numbers only: a text or a truth value in such a place is another program's file."""

    def check(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise vol.Invalid("not a number")
        if not low <= value <= high:
            raise vol.Invalid(f"not between {low:g} and {high:g}")
        return float(value)

    return check


def _outline(value: object) -> list[list[float]]:
    try:
        return [list(corner) for corner in parse_outline(vol.Schema([_POINT])(value))]
    except OutlineError as error:
        raise vol.Invalid(str(error)) from error


def _identity(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise vol.Invalid("not an identity")
    try:
        return identity_from_dict(value).to_dict()
    except IdentityError as error:
        raise vol.Invalid(error.problem) from error


def _maybe(validator: Validator) -> vol.Any:
    return vol.Any(None, validator)


_TEXT: Final = vol.All(str, vol.Length(min=1, max=_MAX_TEXT))
_TEXTS: Final = vol.All([_TEXT], vol.Length(max=MAX_ROWS))
_METRES: Final = _number(-MAX_COORDINATE_M, MAX_COORDINATE_M)
_POINT: Final = vol.All([_METRES], vol.Length(min=2, max=2))
_HEIGHT: Final = _number(0.0, MAX_HEIGHT_M)
_SECONDS: Final = _number(0.0, _DAY_S)
_SHARE: Final = _number(0.0, 1.0)
_DEGREES: Final = _number(-360.0, 360.0)
_DBM: Final = _number(-150.0, 50.0)


def _rows(row: Validator, most: int = MAX_ROWS) -> vol.All[Any]:
    return vol.All([row], vol.Length(max=most))


_PLACE: Final[VolDictType] = {
    vol.Optional(CONF_AREA_ID): _maybe(_TEXT),
    vol.Optional(CONF_X): _maybe(_METRES),
    vol.Optional(CONF_Y): _maybe(_METRES),
    vol.Optional(CONF_HEIGHT): _maybe(_HEIGHT),
}

_ROOM: Final[VolDictType] = {
    vol.Required(CONF_AREA_ID): _TEXT,
    vol.Required(CONF_OUTLINE): _maybe(_outline),
    vol.Optional(CONF_ELEVATION): _maybe(_number(MIN_RISE_M, MAX_RISE_M)),
    vol.Optional(CONF_SENSORS): _TEXTS,
    vol.Optional(CONF_HOLD): _SECONDS,
    vol.Optional(CONF_STILL_AFTER): _SECONDS,
}

# An anchor always has a place, if an empty one; a beacon only once it was said to stay there.
_MOUNTED: Final[VolDictType] = {
    **{vol.Required(str(key)): place for key, place in _PLACE.items()},
    vol.Optional(CONF_ORIENTATION): _maybe(vol.All([_DEGREES], vol.Length(min=3, max=3))),
}

_ANCHOR: Final[VolDictType] = {
    vol.Required(CONF_SOURCE): _TEXT,
    **_MOUNTED,
    vol.Optional(CONF_RSSI_OFFSET): _number(-MAX_RSSI_OFFSET_DB, MAX_RSSI_OFFSET_DB),
}

_OTHER_ANCHOR: Final[VolDictType] = {
    vol.Required(CONF_KIND): vol.In(list(RADIO_LAWS)),
    **_MOUNTED,
    vol.Optional(CONF_REFERENCE_RSSI): _maybe(_number(-90.0, 0.0)),
    vol.Optional(CONF_EXPONENT): _maybe(_number(1.0, 6.0)),
    vol.Optional(CONF_SPREAD): _maybe(_number(1.0, 20.0)),
}

# Entities that tell of a beacon.
_SENSORS: Final = (
    CONF_ACTIVITY,
    CONF_HEADING,
    CONF_PRESSURE,
    CONF_REFERENCE_PRESSURE,
    CONF_SPEED,
    CONF_STEPS,
    CONF_TRACKER,
)

_BEACON: Final[VolDictType] = {
    vol.Required(CONF_IDENTITIES): _rows(_identity),
    vol.Required(CONF_REFERENCE_RSSI): _maybe(_DBM),
    vol.Optional(CONF_CARRIED_HEIGHT): _maybe(_number(0.0, MAX_CARRIED_HEIGHT_M)),
    **_PLACE,
    vol.Optional(CONF_MOTION): _maybe(_TEXTS),
    **{vol.Optional(key): _maybe(_TEXT) for key in _SENSORS},
    vol.Optional(CONF_LINKS): _maybe(
        _rows(
            {
                vol.Required(CONF_ANCHOR): _TEXT,
                vol.Required(CONF_ENTITY_ID): _TEXT,
                vol.Required(CONF_SIGMA): _maybe(_number(0.01, 20.0)),
            }
        )
    ),
}

_SECURE: Final[VolDictType] = {
    vol.Required(CONF_APPROACH_FROM): vol.All(_TEXTS, vol.Length(min=1)),
    vol.Required(CONF_ASSURANCE): vol.In([Assurance.ROTATING.value, Assurance.CRYPTOGRAPHIC.value]),
    vol.Required(CONF_ANCHORS): vol.All(int, vol.Range(min=2, max=20)),
    vol.Required(CONF_PROBABILITY): _number(0.5, 0.99),
    vol.Required(CONF_INTERVAL): _SECONDS,
    vol.Required(CONF_SECOND_FACTOR): _maybe(_TEXT),
}

_ZONE: Final[VolDictType] = {
    vol.Required(CONF_FLOOR_ID): _TEXT,
    vol.Required(CONF_OUTLINE): _outline,
    vol.Optional(CONF_CIRCLE): _maybe(
        {vol.Required(CONF_X): _METRES, vol.Required(CONF_Y): _METRES, vol.Required("radius"): _METRES}
    ),
    vol.Optional(CONF_BEACONS): _TEXTS,
    vol.Optional(CONF_ENTER): _SHARE,
    vol.Optional(CONF_LEAVE): _SHARE,
    vol.Optional(CONF_DWELL): _SECONDS,
    vol.Optional(CONF_EXIT_DELAY): _SECONDS,
    vol.Optional(CONF_SECURE): _maybe(_SECURE),
}


def _named(data: VolDictType, **further: Validator) -> VolDictType:
    return {
        vol.Required(CONF_ID): _TEXT,
        vol.Required(CONF_TITLE): _TEXT,
        vol.Required("data"): data,
        **{vol.Required(key): validator for key, validator in further.items()},
    }


_SEGMENT: Final[VolDictType] = {
    vol.Required(CONF_FLOOR_ID): _TEXT,
    vol.Required(CONF_FROM): _POINT,
    vol.Required(CONF_TO): _POINT,
}

# Stairs and openings in the slab alike.
_BETWEEN: Final[VolDictType] = {
    vol.Required(CONF_FROM_FLOOR): _TEXT,
    vol.Required(CONF_TO_FLOOR): _TEXT,
    vol.Required(CONF_OUTLINE): _outline,
}

_SAMPLE: Final[VolDictType] = {
    vol.Required("id"): _TEXT,
    vol.Required("beacon"): _TEXT,
    vol.Required("floor"): _TEXT,
    vol.Required("room"): _maybe(_TEXT),
    vol.Required("position"): _maybe(_POINT),
    vol.Required("readings"): vol.All({_TEXT: _rows(_DBM, _MAX_READINGS)}, vol.Length(max=MAX_ROWS)),
    vol.Required("silent"): _TEXTS,
    vol.Required("time"): _number(0.0, 1e10),
    vol.Required("duration"): _number(0.0, _DAY_S),
    vol.Required("still"): bool,
}

# What concerns who sees whom, whose memory is kept, and where on earth this is, is no matter of a file: it stays as
# it is.
_OPTIONS: Final[VolDictType] = {
    vol.Optional(CONF_LOCATOR): vol.In(list(LOCATORS)),
    vol.Optional(CONF_AWAY_AFTER): _number(10.0, 3600.0),
    vol.Optional(CONF_SELF_CALIBRATION): bool,
    vol.Optional(CONF_NETWORK_ENGINE): vol.In([engine.value for engine in Engine]),
    vol.Optional(CONF_NETWORK_LEARNING): bool,
    vol.Optional(CONF_POSITION_INTERVAL): _number(0.5, 60.0),
    vol.Optional(CONF_POSITION_THRESHOLD): _number(0.05, 5.0),
    vol.Optional(CONF_ENTER_PROBABILITY): _number(0.5, 0.95),
    vol.Optional(CONF_ENTER_DWELL): _number(0.0, 30.0),
}

OPTIONS: Final = tuple(str(key) for key in _OPTIONS)

# What of a subentry's data goes into the file, by type.
DATA_KEYS: Final = {
    kind: tuple(str(key) for key in data)
    for kind, data in (
        (SUBENTRY_ROOM, _ROOM),
        (SUBENTRY_ANCHOR, _ANCHOR),
        (SUBENTRY_OTHER_ANCHOR, _OTHER_ANCHOR),
        (SUBENTRY_ZONE, _ZONE),
        (SUBENTRY_BEACON, _BEACON),
    )
}

SETTINGS: Final = vol.Schema(
    {
        vol.Required("format"): FORMAT,
        vol.Required("version"): VERSION,
        vol.Required("options"): _OPTIONS,
        vol.Required("floors"): _rows(
            {
                vol.Required(CONF_ID): _TEXT,
                vol.Required(CONF_NAME): _TEXT,
                vol.Required(CONF_LEVEL): _maybe(vol.All(int, vol.Range(min=-100, max=200))),
            }
        ),
        vol.Required("areas"): _rows(
            {
                vol.Required(CONF_ID): _TEXT,
                vol.Required(CONF_NAME): _TEXT,
                vol.Required(CONF_FLOOR_ID): _maybe(_TEXT),
            }
        ),
        vol.Required(SUBENTRY_ROOM): _rows(_named(_ROOM)),
        vol.Required(SUBENTRY_ANCHOR): _rows(_named(_ANCHOR)),
        vol.Required(SUBENTRY_OTHER_ANCHOR): _rows(_named(_OTHER_ANCHOR)),
        vol.Required(SUBENTRY_ZONE): _rows(_named(_ZONE)),
        vol.Required(SUBENTRY_BEACON): _rows(
            _named(_BEACON, **{CONF_KEYS_LEFT_OUT: vol.All(int, vol.Range(min=0, max=MAX_ROWS))})
        ),
        vol.Required(CONF_WAYS): {
            vol.Required(CONF_DOORS): _rows(_SEGMENT),
            vol.Required(CONF_WALLS): _rows({**_SEGMENT, vol.Required(CONF_LOSS): _maybe(_number(0.0, 100.0))}),
            vol.Required(CONF_STAIRS): _rows(_BETWEEN),
            vol.Optional(CONF_OPENINGS, default=list): _rows(_BETWEEN),
            vol.Optional(CONF_ELEVATIONS, default=list): _rows(
                {
                    vol.Required(CONF_FLOOR_ID): _TEXT,
                    vol.Required(CONF_ELEVATION): _number(MIN_ELEVATION_M, MAX_ELEVATION_M),
                }
            ),
        },
        vol.Required("samples"): _rows(_SAMPLE, _MAX_SAMPLES),
        vol.Required("pictures"): _rows(
            {
                vol.Required(CONF_FLOOR_ID): _TEXT,
                vol.Required(CONF_FILE): _TEXT,
                vol.Required(CONF_X): _METRES,
                vol.Required(CONF_Y): _METRES,
                vol.Required("scale"): _number(MIN_SCALE, MAX_SCALE),
                vol.Required("rotation"): _DEGREES,
                vol.Required("opacity"): _SHARE,
            }
        ),
    }
)
