"""The running trackers: packets in, presences out.

Estimates are driven by packets, a few a second and beacon at most, and go on slowly while a beacon is silent.
The positioning model (plan, survey, radio map) is built in the executor and adopted by the running trackers,
which keep what they believe.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util.signal_type import SignalType

from . import clock
from .anchors import AnchorWatch
from .const import DOMAIN
from .engine.carried import carried_height
from .engine.decision import FRESH_EVIDENCE_S, Presence
from .engine.estimate import Estimate
from .engine.measurement import Measurement, MeasurementProblem, Movement, Pressure, problem_of
from .engine.model import PositioningModel
from .engine.mounting import Mounting, mounting_of
from .engine.observation import Observation
from .engine.outdoors import Whereabout
from .engine.sensor_findings import SensorProblem, Subject, subject_of
from .engine.sensor_health import SensorHealth
from .engine.tracker import MAX_SNAPSHOT_AGE_S, Tracker
from .engine.transition import Transition, TransitionWatch
from .listeners import call_all, register
from .pace import Pace
from .settings import Settings
from .state_store import BeaconState
from .track import ObservationTap, PresenceListener, Track
from .turns import Turns

_LOGGER = logging.getLogger(__name__)

# Seconds from the first receiver's copy of a packet to the estimate: ESPHome proxies hand on what they hear ten times
# a second, so the others' copies of the same packet are in it too, and not in another estimate a moment later.
GATHER_S: Final = 0.1

# How often a beacon that nobody hears is looked at, as long as silence changes what is believed.
SILENT_UPDATE_INTERVAL_S: Final = 2.0

# Carries every room, zone and floor that a beacon enters or leaves, for whoever acts on it.
SIGNAL_TRANSITION: Final = SignalType[Transition](f"{DOMAIN}_transition")

# Carries every new estimate of every beacon, by the beacon's id, after the transitions that it brought.
SIGNAL_PRESENCE: Final = SignalType[str, Presence](f"{DOMAIN}_presence")

type MeasurementTap = Callable[[Measurement], None]
type LessonListener = Callable[[Tracker], None]


class Positioning:
    """Holds one `Track` a beacon and the model that all share."""

    def __init__(
        self,
        hass: HomeAssistant,
        anchors: AnchorWatch,
        model: PositioningModel,
        settings: Settings,
        learn: LessonListener,
    ) -> None:
        """`learn` is called after each estimate, for what it teaches about the home."""
        self._hass = hass
        self._anchors = anchors
        self._learn = learn
        self._settings = settings
        self._tracks: dict[str, Track] = {}
        self._turns = Turns(hass.loop, self._update)
        self._corrections: Mapping[str, float] = {}
        self._model_listeners: list[CALLBACK_TYPE] = []
        self._presence_listeners: list[CALLBACK_TYPE] = []
        self._health_listeners: list[CALLBACK_TYPE] = []
        self._measurement_taps: list[MeasurementTap] = []
        # What is mounted where, as seen from each beacon of which anything else than Bluetooth tells.
        self._mountings: dict[str, Mounting] = {}
        self.health = SensorHealth()
        self.model = model
        self.pace = Pace(self._count_here)

    @property
    def tracks(self) -> dict[str, Track]:
        """The beacons by their id."""
        return self._tracks

    @callback
    def add_beacon(self, beacon_id: str, state: BeaconState | None = None) -> None:
        """Start to track a beacon, going on from an earlier run where there was one."""
        tracker = Tracker(beacon_id, self.model, locator=self._settings.locator, settings=self._settings.decision)
        tracker.compensate(self._corrections)
        said = state.presence if state is not None and state.age <= MAX_SNAPSHOT_AGE_S else None
        track = Track(tracker, tracker.presence, TransitionWatch(beacon_id, self.model.home, said))
        if state is not None:
            tracker.restore(state.tracker, state.age)
            track.presence = state.presence
            track.hold_until = float("inf")
        self._tracks[beacon_id] = track
        self._schedule(track, SILENT_UPDATE_INTERVAL_S)

    @callback
    def remove_beacon(self, beacon_id: str) -> None:
        """Stop to track a beacon."""
        track = self._tracks.pop(beacon_id)
        _cancel(track)
        self._turns.leave(track)
        self.forget_sensors(beacon_id)
        self._notify_presence()

    @callback
    def stop(self) -> None:
        """Stop all timers."""
        for track in self._tracks.values():
            _cancel(track)
        self._turns.stop()

    @callback
    def configure(self, settings: Settings) -> None:
        """Go on with other settings; what is believed stays."""
        self._settings = settings
        for track in self._tracks.values():
            track.tracker.configure(locator=settings.locator, settings=settings.decision)

    @callback
    def compensate(self, corrections: Mapping[str, float]) -> None:
        """Let all trackers add `corrections` (dB, by anchor) to what they hear from now on."""
        self._corrections = corrections
        for track in self._tracks.values():
            track.tracker.compensate(corrections)

    async def async_adopt(self, model: PositioningModel) -> None:
        """Let all trackers go on with a changed plan or radio map."""
        before, self.model = self.model.home, model
        self._mountings.clear()
        # An anchor that was moved or turned may be right now.
        if self.health.forget(frozenset(anchor.id for anchor in {*before.all_anchors} ^ {*model.home.all_anchors})):
            self._notify_health()
        for track in tuple(self._tracks.values()):
            track.tracker.adopt(model)
            track.transitions.adopt(model.home)
            # Each may cost a millisecond; in between the loop is for others.
            await asyncio.sleep(0)
        call_all(self._model_listeners)

    def _mounting(self, beacon_id: str) -> Mounting:
        if beacon_id not in self._mountings:
            home = self.model.home
            self._mountings[beacon_id] = mounting_of(home, carried_height(home, beacon_id))
        return self._mountings[beacon_id]

    @callback
    def observe(self, observation: Observation) -> None:
        """Take one reading. Hot path: it runs for every packet of every tracked beacon."""
        track = self._tracks[observation.beacon]
        track.tracker.observe(observation)
        track.latest[observation.anchor] = observation
        if observation.assurance:
            track.proofs.take(observation.assurance, observation.time)
        for tap in track.taps:
            tap(observation)
        self._wake(track)

    @callback
    def measure(self, measurement: Measurement) -> None:
        """Take what another sensor tells of a beacon. It proves nothing of the sender, so no tap sees it."""
        track = self._tracks[measurement.beacon]
        for tap in self._measurement_taps:
            tap(measurement)
        if (problem := problem_of(measurement)) is not None:
            track.tracker.measure(measurement)  # which drops and counts it
            wrong = SensorProblem.CLOCK_OFF if problem is MeasurementProblem.TIME else SensorProblem.IMPOSSIBLE_VALUES
            self.refuse(subject_of(measurement), wrong)
            return
        believed = _believed_without(track, measurement.time)
        mounting = self._mounting(measurement.beacon)
        self._judge(lambda: self.health.compare(measurement, believed, mounting))
        sound = self.health.sound_part(measurement)
        if sound is None:
            return
        track.tracker.measure(sound)
        # How it moves is news only of what is here.
        if not isinstance(measurement, Movement | Pressure) or (track.hold_until is None and not track.presence.away):
            self._wake(track)

    @callback
    def refuse(self, subject: Subject, problem: SensorProblem) -> None:
        """Take that something a sensor said was refused before it was weighed."""
        self._judge(lambda: self.health.refuse(subject, problem, clock.monotonic()))

    @callback
    def follow_receiver(self, beacon_id: str, place: Whereabout) -> bool:
        """Take where the receiver is that goes with a beacon; return whether it may be believed."""
        self._judge(lambda: self.health.compare_receiver(beacon_id, place, clock.monotonic()))
        return self.health.trusts_receiver(beacon_id)

    @callback
    def forget_sensors(self, beacon_id: str) -> None:
        """Judge anew what goes with a beacon: it has other sensors now."""
        if self.health.forget_beacon(beacon_id):
            self._notify_health()

    def _wake(self, track: Track) -> None:
        """Let an estimate follow on news, no sooner than the pace allows."""
        if not track.due:
            track.hold_until = None
            track.due = True
            now = clock.monotonic()
            self._schedule(track, max(GATHER_S, track.updated_at + self.pace.at(now) - now))

    def beacons_in(self, room_id: str) -> dict[str, Presence]:
        """Return the beacons that are said to be in a room, by their id."""
        return {one: track.presence for one, track in self._tracks.items() if track.presence.room == room_id}

    def count_in_zone(self, zone_id: str) -> int:
        """Return how many beacons are said to be in a zone."""
        return sum(zone_id in track.presence.zones for track in self._tracks.values())

    @callback
    def subscribe(self, beacon_id: str, listener: PresenceListener) -> CALLBACK_TYPE:
        """Call `listener` after each estimate of one beacon."""
        return register(self._tracks[beacon_id].listeners, listener)

    @callback
    def subscribe_all(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` whenever a beacon changed its room or zones or was moved, and when beacons come or go."""
        return register(self._presence_listeners, listener)

    @callback
    def subscribe_model(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` after a changed plan or radio map was adopted."""
        return register(self._model_listeners, listener)

    @callback
    def subscribe_health(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` when a sensor is found to be wrong or right again, or tells something for the first time."""
        return register(self._health_listeners, listener)

    @callback
    def tap(self, beacon_id: str, tap: ObservationTap) -> CALLBACK_TYPE:
        """Call `tap` with every reading of one beacon."""
        return register(self._tracks[beacon_id].taps, tap)

    @callback
    def tap_measurements(self, tap: MeasurementTap) -> CALLBACK_TYPE:
        """Call `tap` with everything that other sensors tell of any beacon, as they tell it."""
        return register(self._measurement_taps, tap)

    def _schedule(self, track: Track, delay: float) -> None:
        _cancel(track)
        if track in self._turns:  # which come sooner than any delay
            return
        loop = self._hass.loop
        track.timer = loop.call_at(loop.time() + delay, self._line_up, track)

    @callback
    def _line_up(self, track: Track) -> None:
        track.timer = None
        self._turns.line_up(track)

    @callback
    def _update(self, track: Track) -> None:
        """Make the estimate that is due, and note what it took."""
        began = clock.thread_time()
        by_packet, track.due = track.due, False
        now = clock.monotonic()
        listening = self._anchors.listening()
        if by_packet or self._silence_counts(track, now):
            self._estimate(track, now, listening)
        if not track.presence.away:
            # Away is the end of what silence can say; the next packet wakes it.
            self._schedule(track, SILENT_UPDATE_INTERVAL_S)
        if by_packet:
            self._learn(track.tracker)
            self.pace.took(clock.thread_time() - began)

    def _count_here(self) -> int:
        said = (track.presence for track in self._tracks.values())
        return sum(presence.last_heard is not None and not presence.away for presence in said)

    def _silence_counts(self, track: Track, now: float) -> bool:
        """Whether not hearing the beacon says anything: without anybody who could hear it, it does not."""
        if not self._anchors.any_connected():
            return False
        if track.hold_until is not None:
            # Scanners connect and beacons advertise at their own pace: without this grace a restart would
            # send everyone away for some seconds.
            track.hold_until = min(track.hold_until, now + self._settings.decision.away_after)
            return now >= track.hold_until
        return True

    def _estimate(self, track: Track, now: float, listening: frozenset[str]) -> None:
        before = track.presence
        try:
            presence = self._carry_on(track.tracker.update(now, listening), before)
        except Exception:  # a faulty estimate of one beacon must stop neither the others nor the next attempt
            if not track.failed:
                _LOGGER.exception("The position of a beacon could not be estimated; it keeps its last place")
                track.failed = True
            return
        track.failed = False
        track.updated_at = now
        track.presence = presence
        call_all(track.listeners, presence)
        if _gist(presence) != _gist(before):
            self._notify_presence()
        for transition in track.transitions.take(presence):
            async_dispatcher_send(self._hass, SIGNAL_TRANSITION, transition)
        async_dispatcher_send(self._hass, SIGNAL_PRESENCE, track.tracker.beacon_id, presence)

    def _carry_on(self, presence: Presence, before: Presence) -> Presence:
        """After a restart, or with another locator, nothing is known yet: what was said stays until silence ends it."""
        if presence.last_heard is not None or before.last_heard is None:
            return presence
        if presence.time - before.last_heard >= self._settings.decision.away_after:
            return Presence(presence.time, away=True, confidence=1.0, last_heard=before.last_heard)
        return replace(before, time=presence.time, settled=False)

    def _judge(self, judge: Callable[[], bool]) -> None:
        """Tell who wants to know where the findings change, and of sensors that tell something for the first time."""
        known = len(self.health.told)
        if judge() or known != len(self.health.told):
            self._notify_health()

    @callback
    def _notify_health(self) -> None:
        call_all(self._health_listeners)

    @callback
    def _notify_presence(self) -> None:
        call_all(self._presence_listeners)


def _believed_without(track: Track, time: float) -> Estimate | None:
    """Return what the packets alone say where they do, else what all sensors together do."""
    unaided = track.tracker.unaided_estimate
    if unaided is not None and time - unaided.evidence_time <= FRESH_EVIDENCE_S:
        return unaided
    return track.presence.estimate


def _gist(presence: Presence) -> tuple[object, ...]:
    return presence.room, presence.away, presence.zones, presence.still_since


def _cancel(track: Track) -> None:
    if track.timer:
        track.timer.cancel()
        track.timer = None
