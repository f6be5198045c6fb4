"""Whether the sensors of anchors and beacons are sound: what the engine finds, and what Home Assistant knows of them.

The engine judges what is told; here is added what tells nothing: entities that are unavailable or gone, anchors that
have fallen silent, and links to anchors that are no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_time_interval

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
    CONF_SOURCE,
    CONF_SPEED,
    CONF_STEPS,
    CONF_TRACKER,
    SUBENTRY_BEACON,
)
from .engine.sensor_findings import Finding, SensorKind, SensorProblem, Subject
from .engine.sensor_silence import SensorSilence
from .listeners import call_all, register
from .positioning import Positioning

LOOK_INTERVAL: Final = timedelta(minutes=1)

# Integrations come up one after the other; what has no entity after this is gone (s).
MISSING_AFTER_S: Final = 300.0

_KINDS: Final = {
    CONF_MOTION: SensorKind.MOTION,
    CONF_STEPS: SensorKind.MOTION,
    CONF_ACTIVITY: SensorKind.MOTION,
    CONF_SPEED: SensorKind.MOTION,
    CONF_HEADING: SensorKind.MOTION,
    CONF_PRESSURE: SensorKind.PRESSURE,
    CONF_REFERENCE_PRESSURE: SensorKind.PRESSURE,
    CONF_TRACKER: SensorKind.RECEIVER,
}


@dataclass(frozen=True, slots=True)
class SensorState:
    """What is known of one sensor: its problem, None where it is sound, and the entity where it is one."""

    kind: SensorKind
    finding: Finding | None
    entity_id: str | None = None


class SensorWatch:
    """Answers for each anchor and beacon how its sensors are."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any], positioning: Positioning) -> None:
        self._hass = hass
        self._entry = entry
        self._positioning = positioning
        self._silence = SensorSilence()
        # Since when (s, monotonic) entities have told nothing.
        self._out: dict[str, float] = {}
        self._listeners: list[CALLBACK_TYPE] = []
        self._cancel: CALLBACK_TYPE
        # Minutes; 0: never.
        self.after = 0

    @callback
    def start(self, after: int) -> None:
        """Look from now on."""
        self.after = after
        self._cancel = async_track_time_interval(self._hass, self._look, LOOK_INTERVAL, cancel_on_shutdown=True)

    @callback
    def stop(self) -> None:
        """Look no more."""
        self._cancel()

    @callback
    def subscribe(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` when the states may be others: once a minute, and after whatever changes them at once."""
        return register(self._listeners, listener)

    @callback
    def changed(self) -> None:
        """Tell that anchors, beacons, their sensors, or what is found of those are others now."""
        call_all(self._listeners)

    def has_sensors(self, subentry: ConfigSubentry) -> bool:
        """Whether an anchor or beacon has sensors that can be sound or not."""
        about = about_of(subentry)
        return any(subject.about == about for subject in self._positioning.health.told) or any(_entities(subentry))

    def states(self, subentry: ConfigSubentry) -> list[SensorState]:
        """Return how the sensors of an anchor or beacon are, those with a problem first."""
        about, health = about_of(subentry), self._positioning.health
        findings, silent = health.findings, self._silent()
        states = [
            SensorState(one.kind, findings.get(one) or (Finding(SensorProblem.SILENT) if one in silent else None))
            for one in health.told
            if one.about == about
        ]
        states += [SensorState(kind, self._of_entity(one), one) for kind, one in _entities(subentry)]
        states += self._unbound(subentry)
        return sorted(states, key=lambda one: one.finding is None)

    def problems(self) -> Iterator[tuple[ConfigSubentry, SensorState]]:
        """Yield what somebody should do something about."""
        for subentry in self._entry.subentries.values():
            for state in self.states(subentry):
                if state.finding is not None and state.finding.problem is not SensorProblem.SILENT:
                    yield subentry, state

    def _silent(self) -> frozenset[Subject]:
        return self._silence.silent(60.0 * self.after) if self.after else frozenset()

    def _of_entity(self, entity_id: str) -> Finding | None:
        since = self._out.get(entity_id)
        if since is None:
            return None
        lasted = clock.monotonic() - since
        gone = self._hass.states.get(entity_id) is None and er.async_get(self._hass).async_get(entity_id) is None
        if gone and lasted >= MISSING_AFTER_S:
            return Finding(SensorProblem.SENSOR_MISSING)
        return Finding(SensorProblem.SILENT) if self.after and lasted >= 60.0 * self.after else None

    def _unbound(self, subentry: ConfigSubentry) -> Iterator[SensorState]:
        placed = {anchor.id: anchor.position for anchor in self._positioning.model.home.all_anchors}
        for link in subentry.data.get(CONF_LINKS) or ():
            anchor, kind = link[CONF_ANCHOR], _kind_of(link)
            if anchor not in placed or (kind is SensorKind.RANGES and placed[anchor] is None):
                yield SensorState(kind, Finding(SensorProblem.ANCHOR_UNBOUND), link[CONF_ENTITY_ID])

    @callback
    def _look(self, _now: datetime) -> None:
        now = clock.monotonic()
        anybody_home = any(
            track.presence.last_heard is not None and not track.presence.away
            for track in self._positioning.tracks.values()
        )
        self._silence.look(now, self._positioning.health.told, anybody_home=anybody_home)
        named = {one for subentry in self._entry.subentries.values() for _, one in _entities(subentry)}
        self._out = {one: self._out.get(one, now) for one in named if self._tells_nothing(one)}
        self.changed()

    def _tells_nothing(self, entity_id: str) -> bool:
        state = self._hass.states.get(entity_id)
        return state is None or state.state in {STATE_UNAVAILABLE, STATE_UNKNOWN}


def about_of(subentry: ConfigSubentry) -> str:
    """Return by what the engine knows an anchor or beacon."""
    return str(subentry.data.get(CONF_SOURCE, subentry.subentry_id))


def _entities(subentry: ConfigSubentry) -> Iterator[tuple[SensorKind, str]]:
    """Yield the entities that a beacon names, and what they tell."""
    if subentry.subentry_type != SUBENTRY_BEACON:
        return
    for field, kind in _KINDS.items():
        named = subentry.data.get(field) or ()
        yield from ((kind, one) for one in ([named] if isinstance(named, str) else named))
    for link in subentry.data.get(CONF_LINKS) or ():
        yield _kind_of(link), link[CONF_ENTITY_ID]


def _kind_of(link: Mapping[str, Any]) -> SensorKind:
    """Return what a link measures: a scatter is asked for of distances only."""
    return SensorKind.LEVELS if link.get(CONF_SIGMA) is None else SensorKind.RANGES
