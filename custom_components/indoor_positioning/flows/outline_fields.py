"""The fields in which outlines are typed."""

from __future__ import annotations

from typing import Any

import probatio as vol
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import TextSelector

from ..const import CONF_CIRCLE, CONF_X, CONF_Y
from .fields import metres
from .outline import CONF_DEPTH, CONF_POLYGON, CONF_RADIUS, CONF_RECTANGLE, CONF_WIDTH


def outline_fields() -> dict[vol.Marker, Any]:
    """Return the fields for a room: a rectangle or corners."""
    rectangle = {
        vol.Optional(CONF_X): metres(),
        vol.Optional(CONF_Y): metres(),
        vol.Optional(CONF_WIDTH): metres(minimum=0.0),
        vol.Optional(CONF_DEPTH): metres(minimum=0.0),
    }
    return {
        vol.Optional(CONF_RECTANGLE): section(vol.Schema(rectangle), {"collapsed": False}),
        vol.Optional(CONF_POLYGON): TextSelector(),
    }


def zone_outline_fields() -> dict[vol.Marker, Any]:
    """Return the fields for a zone, which may be round as well."""
    circle = {
        vol.Optional(CONF_X): metres(),
        vol.Optional(CONF_Y): metres(),
        vol.Optional(CONF_RADIUS): metres(minimum=0.0),
    }
    return {**outline_fields(), vol.Optional(CONF_CIRCLE): section(vol.Schema(circle), {"collapsed": False})}
