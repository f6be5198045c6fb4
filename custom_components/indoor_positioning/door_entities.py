"""Whether a door may open now, and who was refused."""

from __future__ import annotations

from typing import Any, override

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.util import dt as dt_util

from .doors import DoorNews
from .entity import PlaceEntity


class AuthorisedApproachSensor(PlaceEntity, BinarySensorEntity):
    """On for some seconds after a beacon was authorised at a secure zone."""

    @property
    def available(self) -> bool:
        """Whether the zone is still a secure one."""
        return self._runtime.doors.door(self._subentry.subentry_id) is not None

    @property
    def is_on(self) -> bool:
        """Whether a beacon is authorised now."""
        door = self._runtime.doors.door(self._subentry.subentry_id)
        return door is not None and bool(door.authorised)

    @property
    def extra_state_attributes(self) -> dict[str, Any]:
        """Who was let in last, and who was refused and why."""
        door = self._runtime.doors.door(self._subentry.subentry_id)
        let_in, refused = (door.last_authorised, door.last_refused) if door else (None, None)
        return {
            "last_authorised": _who(let_in),
            "authorised_at": _when(let_in),
            "last_refused": _who(refused),
            "refused_at": _when(refused),
            "refused_because": list(refused.reasons) if refused else [],
        }

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the doors instead of the occupants."""
        self.async_on_remove(self._runtime.doors.subscribe(self.async_write_ha_state))


def _who(news: DoorNews | None) -> str | None:
    return news.beacon_name if news else None


def _when(news: DoorNews | None) -> str | None:
    return dt_util.as_local(news.at).isoformat(timespec="seconds") if news else None
