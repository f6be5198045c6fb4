"""Whether anybody is in a room: its beacons and the sensors chosen for it, by the engine's rule."""

from __future__ import annotations

import asyncio
from typing import Any

from homeassistant.components.binary_sensor import BinarySensorDeviceClass, BinarySensorEntity
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import CALLBACK_TYPE, Event, EventStateChangedData, State, callback
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.helpers.restore_state import RestoreEntity

from . import clock
from .const import CONF_AREA_ID, CONF_HOLD, CONF_SENSORS, CONF_STILL_AFTER
from .engine.presence import RoomOccupancy, RoomPresence
from .entity import PlaceEntity
from .room_sensors import kind_of, presence_rule
from .runtime import Runtime


class RoomOccupancySensor(PlaceEntity, BinarySensorEntity, RestoreEntity):
    """On while anybody is in the room, with or without a beacon."""

    _attr_device_class = BinarySensorDeviceClass.OCCUPANCY
    _unrecorded_attributes = frozenset({CONF_HOLD, CONF_SENSORS, CONF_STILL_AFTER})

    def __init__(self, domain: str, runtime: Runtime, subentry: ConfigSubentry, key: str) -> None:
        super().__init__(domain, runtime, subentry, key)
        self._presence = RoomPresence()
        self._said = RoomOccupancy()
        self._sensors: list[str] = []
        self._unfollow: CALLBACK_TYPE | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_on(self) -> bool:
        """Whether anybody is there."""
        return self._said.occupied

    @property
    def extra_state_attributes(self) -> dict[str, Any]:
        """Why, and by what rule."""
        rule = self._presence.rule
        return {
            "reasons": [reason.value for reason in self._said.reasons],
            "beacons": self._names(self._said.counted),
            "resting_beacons": self._names(self._said.resting),
            CONF_SENSORS: self._sensors,
            CONF_HOLD: rule.hold,
            CONF_STILL_AFTER: rule.still_after,
        }

    async def async_added_to_hass(self) -> None:
        """Follow beacons, sensors and the room's options, from where an earlier run ended."""
        if last := await self.async_get_last_state():
            self._presence.resume(clock.monotonic(), last.attributes.get("reasons") or ())
        self.async_on_remove(self._stop)
        self.async_on_remove(self._runtime.positioning.subscribe_all(self._update))
        self.async_on_remove(self._runtime.subscribe_structure(self._configure))
        self._follow()
        self._decide()

    @callback
    def _configure(self) -> None:
        self._follow()
        self._update()

    def _follow(self) -> None:
        """Take the room's options, and the first word of each sensor chosen."""
        data = self._subentry.data
        self._presence.rule = presence_rule(data)
        if (sensors := list(data.get(CONF_SENSORS, ()))) == self._sensors:
            return
        self._sensors = sensors
        self._presence.choose(clock.monotonic(), sensors)
        if self._unfollow:
            self._unfollow()
        self._unfollow = async_track_state_change_event(self.hass, sensors, self._sensor_changed)
        for entity_id in sensors:
            self._sense(entity_id, self.hass.states.get(entity_id))

    @callback
    def _sensor_changed(self, event: Event[EventStateChangedData]) -> None:
        self._sense(event.data["entity_id"], event.data["new_state"], event.data["old_state"])
        self._update()

    def _sense(self, entity_id: str, state: State | None, before: State | None = None) -> None:
        """Hand a state to the rule; what is removed keeps its kind and no longer answers."""
        if (described := state or before) is None:
            return
        on = {STATE_ON: True, STATE_OFF: False}.get(state.state) if state else None
        self._presence.sense(clock.monotonic(), entity_id, kind_of(described), on=on)

    @callback
    def _update(self) -> None:
        self._decide()
        self.async_write_ha_state()

    def _decide(self) -> None:
        self._cancel()
        now, loop = clock.monotonic(), self.hass.loop
        beacons = self._runtime.positioning.beacons_in(self._subentry.data[CONF_AREA_ID])
        self._said = self._presence.decide(now, {one: said.still_since for one, said in beacons.items()})
        if self._said.changes_at is not None:
            self._timer = loop.call_at(loop.time() + self._said.changes_at - now, self._update)

    def _names(self, beacons: frozenset[str]) -> list[str]:
        return sorted(self._runtime.beacon_name(beacon) for beacon in beacons)

    def _stop(self) -> None:
        self._cancel()
        if self._unfollow:
            self._unfollow()

    def _cancel(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
