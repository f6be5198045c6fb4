"""The doors of a home: secure zones, who may pass them now, and who was refused and why.

The engine decides; here it is fed with every packet and estimate, and what it says is told to entities, automations
and the logbook.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import STATE_HOME, STATE_ON
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util import dt as dt_util
from homeassistant.util.signal_type import SignalType

from . import clock
from .const import (
    CONF_ANCHORS,
    CONF_APPROACH_FROM,
    CONF_ASSURANCE,
    CONF_BEACONS,
    CONF_INTERVAL,
    CONF_OUTLINE,
    CONF_PROBABILITY,
    CONF_SECOND_FACTOR,
    CONF_SECURE,
    DOMAIN,
    SUBENTRY_ZONE,
)
from .engine.authorisation import DoorGuard, DoorRules, Outcome, Verdict
from .engine.decision import Presence
from .engine.identity import Assurance
from .listeners import call_all, register
from .positioning import Positioning

# On the event bus, for the logbook and whoever keeps a record.
EVENT_DOOR: Final = f"{DOMAIN}_door"


@dataclass(frozen=True, slots=True)
class DoorNews:
    """A beacon was authorised at a secure zone, or refused for `reasons`, at `at`."""

    zone: str
    beacon: str
    beacon_name: str
    authorised: bool
    reasons: tuple[str, ...]
    probability: float
    at: datetime


# Carries every authorisation and refusal.
SIGNAL_DOOR: Final = SignalType[DoorNews](f"{DOMAIN}_door")


@dataclass(frozen=True, slots=True)
class _Lock:
    """What a secure zone asks for, beyond the engine's rules a second factor; and what it is drawn by."""

    rules: DoorRules
    second_factor: str | None
    outline: tuple[tuple[float, float], ...]
    beacons: frozenset[str]

    @classmethod
    def of(cls, zone: ConfigSubentry) -> _Lock | None:
        """Return the lock of a zone, None where it is not secure."""
        secure: Mapping[str, Any] | None = zone.data.get(CONF_SECURE)
        if not secure:
            return None
        rules = DoorRules(
            Assurance(secure[CONF_ASSURANCE]),
            secure[CONF_ANCHORS],
            secure[CONF_PROBABILITY],
            secure[CONF_INTERVAL],
            frozenset(secure[CONF_APPROACH_FROM]),
        )
        outline = tuple((x, y) for x, y in zone.data[CONF_OUTLINE])
        return cls(rules, secure.get(CONF_SECOND_FACTOR), outline, frozenset(zone.data.get(CONF_BEACONS, ())))


@dataclass(slots=True)
class Door:
    """One secure zone at run time: who may pass now, and the newest authorisation and refusal."""

    lock: _Lock
    authorised: set[str] = field(default_factory=set)
    last_authorised: DoorNews | None = None
    last_refused: DoorNews | None = None


class Doors:
    """Keeps a guard for every secure zone and every beacon that it counts for."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any], positioning: Positioning) -> None:
        self._hass = hass
        self._entry = entry
        self._positioning = positioning
        self._doors: dict[str, Door] = {}
        self._guards: dict[tuple[str, str], list[CALLBACK_TYPE]] = {}
        self._listeners: list[CALLBACK_TYPE] = []

    def door(self, zone_id: str) -> Door | None:
        """Return the door of a zone, None where the zone is not secure."""
        return self._doors.get(zone_id)

    @callback
    def subscribe(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` when a door has something new to show."""
        return register(self._listeners, listener)

    @callback
    def follow(self) -> None:
        """Bring the guards in step with the zones and beacons; those that are not concerned keep what they know."""
        locks = {zone.subentry_id: _Lock.of(zone) for zone in self._entry.get_subentries_of_type(SUBENTRY_ZONE)}
        wanted = {zone: lock for zone, lock in locks.items() if lock is not None}
        changed = {zone for zone, door in self._doors.items() if wanted.get(zone) != door.lock}
        beacons = self._positioning.tracks.keys()
        for zone, beacon in [key for key in self._guards if key[0] in changed or key[1] not in beacons]:
            self._release(zone, beacon)
        for zone in changed:
            del self._doors[zone]
        for zone, lock in wanted.items():
            self._doors.setdefault(zone, Door(lock))
            for beacon in lock.beacons & beacons if lock.beacons else beacons:
                if (zone, beacon) not in self._guards:
                    self._guards[zone, beacon] = list(self._guarded(zone, beacon, lock))
        self._notify()

    @callback
    def stop(self) -> None:
        """Guard nothing any more."""
        for key in tuple(self._guards):
            self._release(*key)

    def _guarded(self, zone_id: str, beacon_id: str, lock: _Lock) -> Iterator[CALLBACK_TYPE]:
        guard = DoorGuard(zone_id, lock.rules)
        positioning = self._positioning

        @callback
        def judge(_presence: Presence) -> None:
            # What other sensors report proves no sender: only packets count here.
            estimate = positioning.tracks[beacon_id].tracker.unaided_estimate
            if estimate is None:
                return
            verdict = guard.judge(
                clock.monotonic(),
                positioning.model,
                estimate,
                clone_suspected=positioning.tracks[beacon_id].clone_suspicion() is not None,
                second_factor=self._second_factor(lock),
            )
            self._take(zone_id, beacon_id, verdict, estimate.zone_probabilities.get(zone_id, 0.0))

        yield positioning.tap(beacon_id, guard.observe)
        yield positioning.subscribe(beacon_id, judge)

    def _second_factor(self, lock: _Lock) -> bool:
        if lock.second_factor is None:
            return True
        state = self._hass.states.get(lock.second_factor)
        return state is not None and state.state in (STATE_ON, STATE_HOME)

    def _take(self, zone_id: str, beacon_id: str, verdict: Verdict, chance: float) -> None:
        """Show what has changed, and tell what is new."""
        door = self._doors[zone_id]
        authorised = verdict.outcome is Outcome.AUTHORISED
        changed = authorised != (beacon_id in door.authorised)
        door.authorised = door.authorised | {beacon_id} if authorised else door.authorised - {beacon_id}
        if verdict.news:
            self._tell(door, zone_id, beacon_id, verdict, chance)
        if changed or verdict.news:
            self._notify()

    def _tell(self, door: Door, zone_id: str, beacon_id: str, verdict: Verdict, chance: float) -> None:
        subentries = self._entry.subentries
        authorised = verdict.outcome is Outcome.AUTHORISED
        news = DoorNews(
            zone_id,
            beacon_id,
            subentries[beacon_id].title,
            authorised,
            tuple(reason.value for reason in verdict.refusals),
            chance,
            dt_util.utc_from_timestamp(clock.time()),
        )
        if authorised:
            door.last_authorised = news
        else:
            door.last_refused = news
        data = {
            "zone": subentries[zone_id].title,
            "beacon": news.beacon_name,
            "authorised": authorised,
            "reasons": list(news.reasons),
        }
        self._hass.bus.async_fire(EVENT_DOOR, data)
        async_dispatcher_send(self._hass, SIGNAL_DOOR, news)

    def _release(self, zone_id: str, beacon_id: str) -> None:
        for stop in self._guards.pop((zone_id, beacon_id)):
            stop()
        self._doors[zone_id].authorised.discard(beacon_id)

    def _notify(self) -> None:
        call_all(self._listeners)
