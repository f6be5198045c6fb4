"""Subentries as they were when they were last applied, and what of them the positioning model is built of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.config_entries import ConfigSubentry

from .const import (
    CONF_AREA_ID,
    CONF_CARRIED_HEIGHT,
    CONF_HEIGHT,
    CONF_IDENTITIES,
    CONF_OUTLINE,
    CONF_REFERENCE_RSSI,
    CONF_X,
    CONF_Y,
    SUBENTRY_BEACON,
    SUBENTRY_ROOM,
    SUBENTRY_ZONE,
)
from .plan_ways import CONF_ELEVATION


@dataclass(frozen=True, slots=True)
class Seen:
    """A subentry as it was; Home Assistant changes subentries in place."""

    subentry_type: str
    title: str
    data: Mapping[str, Any]

    @classmethod
    def of(cls, subentry: ConfigSubentry) -> Seen:
        """Return what a subentry is now."""
        return cls(subentry.subentry_type, subentry.title, subentry.data)


# What the model holds of a beacon: its strength, how high it is carried, and its place if it stays there.
_OF_BEACONS: Final = (
    CONF_REFERENCE_RSSI,
    CONF_AREA_ID,
    CONF_X,
    CONF_Y,
    CONF_HEIGHT,
    CONF_IDENTITIES,
    CONF_CARRIED_HEIGHT,
)


def geometry(seen: Mapping[str, Seen]) -> dict[str, object]:
    """Return what the model is built of: rooms, anchors, zones and their names, beacons' strengths and places."""
    parts: dict[str, object] = {}
    for key, one in seen.items():
        if one.subentry_type == SUBENTRY_BEACON:
            parts[key] = [one.data.get(part) for part in _OF_BEACONS]
        elif one.subentry_type == SUBENTRY_ROOM:
            parts[key] = one.data[CONF_AREA_ID], one.data.get(CONF_OUTLINE), one.data.get(CONF_ELEVATION)
        else:
            parts[key] = (one.data, one.title) if one.subentry_type == SUBENTRY_ZONE else one.data
    return parts
