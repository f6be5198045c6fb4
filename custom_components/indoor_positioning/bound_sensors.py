"""Sensors of Home Assistant that tell of a beacon: distances and levels at anchors, motion, air pressure.

Each beacon's form names them. What a state means stands here; what it says of the place is the engine's business.
States that are unavailable, unknown or no numbers say nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import (
    ATTR_GPS_ACCURACY,
    ATTR_LATITUDE,
    ATTR_LONGITUDE,
    ATTR_UNIT_OF_MEASUREMENT,
    SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
    STATE_OFF,
    STATE_ON,
    UnitOfLength,
    UnitOfPressure,
    UnitOfSpeed,
)
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, State, callback
from homeassistant.helpers.event import (
    EventStateChangedData,
    EventStateReportedData,
    async_track_state_change_event,
    async_track_state_report_event,
    async_track_time_interval,
)
from homeassistant.util import dt as dt_util
from homeassistant.util.unit_conversion import BaseUnitConverter, DistanceConverter, PressureConverter, SpeedConverter

from . import clock
from .const import (
    CONF_ACTIVITY,
    CONF_ANCHOR,
    CONF_ENTITY_ID,
    CONF_HEADING,
    CONF_LINKS,
    CONF_MOTION,
    CONF_PRESSURE,
    CONF_REFERENCE_PRESSURE,
    CONF_SIGMA,
    CONF_SPEED,
    CONF_STEPS,
    CONF_TRACKER,
    DEFAULT_RANGE_SD_M,
)
from .engine.identity import Advertisement
from .engine.measurement import Measurement, Movement, Pressure, Range, Signal
from .engine.outdoors import Whereabout, distance_beyond_plan, is_far
from .engine.payloads import motion_report_of
from .engine.tag_motion import TagMotion
from .engine.world import WorldPin
from .positioning import Positioning
from .settings import Settings

# A sensor that stays as it is goes on saying so, this often.
HELD_INTERVAL: Final = timedelta(seconds=1)

# What phones and watches call their wearer's activity; everything else is not known.
RESTING_ACTIVITIES: Final = frozenset({"still", "stationary", "sitting", "lying", "sleeping", "tilting"})
MOVING_ACTIVITIES: Final = frozenset(
    {"walking", "running", "on_foot", "on foot", "cycling", "on_bicycle", "in_vehicle"}
)

# What receivers in the open reach that do not say how good they are (m).
DEFAULT_GPS_ACCURACY_M: Final = 20.0

type _Take = Callable[[State], Measurement | None]


@dataclass(slots=True)
class _Bound:
    """The sensors of one beacon. `events` are taken when they report, `held` as long as they stay."""

    data: Mapping[str, Any]
    motion: TagMotion
    events: dict[str, list[_Take]] = field(default_factory=dict)
    held: bool = False
    stop: list[CALLBACK_TYPE] = field(default_factory=list)


class BoundSensors:
    """Follows the sensors of all beacons, and hands on what they tell."""

    def __init__(self, hass: HomeAssistant, positioning: Positioning, settings: Callable[[], Settings]) -> None:
        self._hass = hass
        self._positioning = positioning
        self._settings = settings
        self._bound: dict[str, _Bound] = {}
        self._stop_holding: CALLBACK_TYPE | None = None

    @callback
    def follow(self, beacon: ConfigSubentry) -> None:
        """Follow the sensors that a beacon names now."""
        beacon_id, data = beacon.subentry_id, {key: beacon.data.get(key) for key in BOUND_FIELDS}
        if (before := self._bound.get(beacon_id)) is not None:
            if before.data == data:
                return
            self.forget(beacon_id)
            self._positioning.forget_sensors(beacon_id)
        bound = self._bound[beacon_id] = _Bound(data, TagMotion(beacon_id))
        self._listen(beacon_id, bound)
        self._hold()

    @callback
    def forget(self, beacon_id: str) -> None:
        """Follow a beacon's sensors no more."""
        for stop in self._bound.pop(beacon_id).stop:
            stop()
        self._hold()

    @callback
    def stop(self) -> None:
        """Follow nothing any more."""
        for beacon_id in tuple(self._bound):
            self.forget(beacon_id)

    @callback
    def read(self, beacon_id: str, heard: float, adv: Advertisement) -> None:
        """Take what a packet tells of the tag's own motion. Hot path: most packets tell nothing."""
        if (report := motion_report_of(adv)) is None or (bound := self._bound.get(beacon_id)) is None:
            return
        if (movement := bound.motion.of_report(report, heard)) is not None:
            self._positioning.measure(movement)

    def _listen(self, beacon_id: str, bound: _Bound) -> None:
        data = bound.data
        for link in data[CONF_LINKS] or ():
            bound.events.setdefault(link[CONF_ENTITY_ID], []).append(_link_taker(beacon_id, link))
        if (steps := data[CONF_STEPS]) is not None:
            bound.events.setdefault(steps, []).append(
                lambda state: (
                    None if (total := _number(state)) is None else bound.motion.of_steps(total, clock.monotonic())
                )
            )
        if (pressure := data[CONF_PRESSURE]) and data[CONF_REFERENCE_PRESSURE]:
            bound.events.setdefault(pressure, []).append(
                lambda state: self._pressure(beacon_id, state, data[CONF_REFERENCE_PRESSURE])
            )
        if (tracker := data[CONF_TRACKER]) is not None:
            bound.events.setdefault(tracker, []).append(lambda state: self._follow_carrier(beacon_id, state))
            if (state := self._state(tracker)) is not None:
                self._follow_carrier(beacon_id, state)
        bound.held = bool(data[CONF_MOTION]) or any(data[key] for key in (CONF_ACTIVITY, CONF_SPEED, CONF_HEADING))
        if not bound.events:
            return

        @callback
        def take(event: Event[EventStateChangedData] | Event[EventStateReportedData]) -> None:
            if (state := event.data["new_state"]) is None:
                return
            for one in bound.events[state.entity_id]:
                if (measurement := one(state)) is not None:
                    self._positioning.measure(measurement)

        entities = list(bound.events)
        bound.stop = [
            async_track_state_change_event(self._hass, entities, take),
            # A distance that is measured anew and found the same is news all the same.
            async_track_state_report_event(self._hass, entities, take),
        ]

    def _hold(self) -> None:
        """Look at what stays as it is only as long as any beacon has such sensors."""
        wanted = any(bound.held for bound in self._bound.values())
        if wanted and self._stop_holding is None:
            self._stop_holding = async_track_time_interval(
                self._hass, self._look, HELD_INTERVAL, cancel_on_shutdown=True
            )
        elif not wanted and self._stop_holding is not None:
            self._stop_holding()
            self._stop_holding = None

    @callback
    def _look(self, _now: datetime) -> None:
        for beacon_id, bound in self._bound.items():
            if bound.held and (movement := self._movement(beacon_id, bound.data)) is not None:
                self._positioning.measure(movement)

    def _movement(self, beacon_id: str, data: Mapping[str, Any]) -> Movement | None:
        """Return what the sensors of motion say at this moment, None where they say nothing."""
        flags = [_flag(self._state(one)) for one in data[CONF_MOTION] or ()]
        flags.append(_activity(self._state(data[CONF_ACTIVITY])))
        known = [flag for flag in flags if flag is not None]
        speed = _converted(self._state(data[CONF_SPEED]), SpeedConverter, UnitOfSpeed.METERS_PER_SECOND)
        compass, pin = _number(self._state(data[CONF_HEADING])), self._settings().pin
        heading = None if compass is None or pin is None else pin.heading(compass)
        if not known and speed is None and heading is None:
            return None
        # One that feels a movement is right; those that do not may be asleep.
        return Movement(clock.monotonic(), beacon_id, speed, heading, any(known) if known else None)

    def _pressure(self, beacon_id: str, state: State, reference: str) -> Measurement | None:
        here, there = (
            _converted(one, PressureConverter, UnitOfPressure.HPA) for one in (state, self._state(reference))
        )
        return None if here is None or there is None else Pressure(clock.monotonic(), beacon_id, here - there)

    def carrier(self, beacon_id: str) -> Whereabout | None:
        """Return where the receiver that is carried with a beacon says it is, None where that is not known."""
        state, pin = self._state(self._bound[beacon_id].data[CONF_TRACKER]), self._settings().pin
        if state is None or pin is None or not self._positioning.health.trusts_receiver(beacon_id):
            return None
        return _whereabout(state, pin)

    def _follow_carrier(self, beacon_id: str, state: State) -> None:
        """Let a beacon be away soon when its carrier is far off. It says nothing of the place indoors."""
        pin, tracker = self._settings().pin, self._positioning.tracks[beacon_id].tracker
        carrier = None if pin is None else _whereabout(state, pin)
        if carrier is not None and not self._positioning.follow_receiver(beacon_id, carrier):
            carrier = None
        beyond = 0.0 if carrier is None else distance_beyond_plan(self._positioning.model.home, carrier.position)
        tracker.carrier_is_far(far=carrier is not None and is_far(beyond, carrier.accuracy))

    def _state(self, entity_id: str | None) -> State | None:
        return self._hass.states.get(entity_id) if entity_id else None


# What a beacon's subentry may hold of sensors.
BOUND_FIELDS: Final = (
    CONF_LINKS,
    CONF_STEPS,
    CONF_ACTIVITY,
    CONF_MOTION,
    CONF_SPEED,
    CONF_HEADING,
    CONF_PRESSURE,
    CONF_REFERENCE_PRESSURE,
    CONF_TRACKER,
)


def is_distance_unit(unit: str | None) -> bool:
    """Whether a sensor of this unit measures a distance."""
    return unit in DistanceConverter.VALID_UNITS


def _link_taker(beacon_id: str, link: Mapping[str, Any]) -> _Take:
    """Return what makes a measurement of a state: of a distance or, where its unit is dBm, of a level."""

    def take(state: State) -> Measurement | None:
        now, anchor = clock.monotonic(), link[CONF_ANCHOR]
        if state.attributes.get(ATTR_UNIT_OF_MEASUREMENT) == SIGNAL_STRENGTH_DECIBELS_MILLIWATT:
            level = _number(state)
            return None if level is None else Signal(now, beacon_id, anchor, level)
        distance = _converted(state, DistanceConverter, UnitOfLength.METERS)
        sigma = link.get(CONF_SIGMA) or DEFAULT_RANGE_SD_M
        return None if distance is None else Range(now, beacon_id, anchor, distance, sigma)

    return take


def _whereabout(state: State, pin: WorldPin) -> Whereabout | None:
    """Return where a tracker or person is on the plan's frame, None where it has no coordinates."""
    try:
        latitude, longitude = float(state.attributes[ATTR_LATITUDE]), float(state.attributes[ATTR_LONGITUDE])
        accuracy = float(state.attributes.get(ATTR_GPS_ACCURACY) or DEFAULT_GPS_ACCURACY_M)
    except LookupError, TypeError, ValueError:
        return None
    if not (math.isfinite(latitude) and math.isfinite(longitude) and math.isfinite(accuracy)):
        return None
    age = max(0.0, (dt_util.utcnow() - state.last_updated).total_seconds())
    return Whereabout(pin.to_plan(latitude, longitude), accuracy, age)


def _number(state: State | None) -> float | None:
    try:
        value = float(state.state) if state is not None else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _converted(state: State | None, converter: type[BaseUnitConverter], unit: str) -> float | None:
    """Return the number of a state in another unit, None where it has none or one of another kind."""
    if state is None or (value := _number(state)) is None:
        return None
    own = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
    return converter.convert(value, own, unit) if own in converter.VALID_UNITS else None


def _flag(state: State | None) -> bool | None:
    return {STATE_ON: True, STATE_OFF: False}.get(state.state) if state is not None else None


def _activity(state: State | None) -> bool | None:
    name = state.state.lower() if state is not None else ""
    if name in MOVING_ACTIVITIES:
        return True
    return False if name in RESTING_ACTIVITIES else None
