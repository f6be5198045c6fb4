"""All that is known of where a beacon is, as actions answer it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util

from . import clock
from .const import DOMAIN
from .engine.decision import Presence
from .engine.home import Room, Zone
from .runtime import IndoorPositioningConfigEntry
from .world_place import coordinates, place_of_beacon

STATE_HERE = "here"
STATE_AWAY = "away"
STATE_UNKNOWN = "unknown"


def state_of(presence: Presence) -> str:
    """Return whether a beacon is here, away, or not known of yet."""
    if presence.away:
        return STATE_AWAY
    return STATE_UNKNOWN if presence.room is None else STATE_HERE


@callback
def whereabouts(hass: HomeAssistant, entry: IndoorPositioningConfigEntry, beacon_id: str) -> dict[str, Any]:
    """Return everything about one beacon, JSON-able; metres, probabilities 0..1, and None for what is not known."""
    runtime = entry.runtime_data
    home, track = runtime.positioning.model.home, runtime.positioning.tracks[beacon_id]
    presence, estimate = track.presence, track.presence.estimate
    room = home.room(presence.room) if presence.room else None
    floor = home.floor(room.floor) if room else None
    assurance = None if presence.away else track.assurance(clock.monotonic())
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, beacon_id), entry.entry_id)
    position = presence.position or (None, None)
    return {
        "name": runtime.beacon_name(beacon_id),
        "device_id": device.id if device else None,
        "state": state_of(presence),
        "room": room.name if room else None,
        "area_id": room.id if room else None,
        "floor": floor.name if floor else None,
        "floor_id": floor.id if floor else None,
        "zones": [zone.name for zone in home.zones if zone.id in presence.zones],
        "probability": round(presence.confidence, 3) if room else None,
        "x": _rounded(position[0]),
        "y": _rounded(position[1]),
        "accuracy": _rounded(presence.accuracy),
        **coordinates(place_of_beacon(runtime, beacon_id), runtime.settings.pin),
        "rooms": _named(estimate.room_probabilities, home.rooms) if estimate and not presence.away else {},
        "zone_probabilities": _named(estimate.zone_probabilities, home.zones) if estimate and not presence.away else {},
        "moving": _rounded(estimate.moving) if estimate and not presence.away else None,
        "still_since": _moment(presence.still_since),
        "last_heard": _moment(presence.last_heard),
        "assurance": assurance.value if assurance else None,
        "duplicate_suspected": track.clone_suspicion() is not None,
    }


def _named(chances: Mapping[str, float], places: Iterable[Room | Zone]) -> dict[str, float]:
    """Return the probabilities worth telling by name, the greatest first."""
    told = ((place.name, round(chances.get(place.id, 0.0), 3)) for place in places)
    return dict(sorted(((name, chance) for name, chance in told if chance > 0.0), key=lambda one: -one[1]))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _moment(then: float | None) -> str | None:
    """Return the wall clock's time of a moment on the monotonic clock."""
    if then is None:
        return None
    return (dt_util.utcnow() - timedelta(seconds=clock.monotonic() - then)).isoformat(timespec="seconds")
