"""Fields that several commands share, and what they must name."""

from __future__ import annotations

from typing import Final

import probatio as vol

from ..const import CONF_BEACON
from ..flows.anchor import MAX_HEIGHT_M
from ..flows.fields import MAX_COORDINATE_M
from ..refusal import refusal
from .base import Request

METRES: Final = vol.All(vol.Coerce(float), vol.Range(min=-MAX_COORDINATE_M, max=MAX_COORDINATE_M))
HEIGHT: Final = vol.All(vol.Coerce(float), vol.Range(min=0.0, max=MAX_HEIGHT_M))
DEGREES: Final = vol.All(vol.Coerce(float), vol.Range(min=-360.0, max=360.0))


def tracked_beacon(request: Request) -> str:
    """Return the beacon of a message. Raises ServiceValidationError where it is none of ours."""
    beacon_id: str = request.msg[CONF_BEACON]
    if beacon_id not in request.entry.runtime_data.positioning.tracks:
        raise refusal("beacon_gone", beacon=beacon_id)
    return beacon_id
