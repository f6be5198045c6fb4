"""Follows one beacon: readings in, presence out. The same object serves Home Assistant and a replay."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .decision import Decision, Presence
from .decision_settings import DecisionSettings
from .estimate import Estimate
from .lesson_pace import LessonPace
from .locators import DEFAULT_LOCATOR, create_locator
from .locators.base import Locator, Measuring, Resumable, Teaching
from .measurement import Measurement, problem_of
from .model import PositioningModel
from .observation import Observation, is_valid_rssi
from .self_calibration import Lesson
from .transition import redrawn_zones, rooms_redrawn

# Readings that wait for the next estimate; more than this in a few seconds is a flood, and the newest count (packets).
MAX_PENDING = 500

# A reading this much older than the newest one was held up on its way and would pull belief back in time (s).
MAX_LATENESS_S = 5.0

# A bearing or a range of a time further ahead than this has been given a wrong one (s).
MAX_AHEAD_S = 5.0

# Belief older than this at a restart says nothing any more (s).
MAX_SNAPSHOT_AGE_S = 3600.0


class Tracker:
    """The state of one beacon. Not thread-safe: all calls come from one event loop or one replay."""

    def __init__(
        self,
        beacon_id: str,
        model: PositioningModel,
        *,
        locator: str = DEFAULT_LOCATOR,
        settings: DecisionSettings | None = None,
    ) -> None:
        self.beacon_id = beacon_id
        self.presence = Presence(time=0.0)
        self.dropped = 0
        self._model = model
        self._locator_name = locator
        self._locator: Locator = create_locator(locator, model, beacon_id)
        # Only packets prove who sent them, and how much. What a door may rest on is kept apart from the first
        # measurement on: the same locator, fed with packets alone.
        self._unaided: Locator | None = None
        self.unaided_estimate: Estimate | None = None
        self._decision = Decision(settings or DecisionSettings())
        self._decide_over(model)
        self._corrections: Mapping[str, float] = {}
        self._offsets = model.home.rssi_offsets
        self._pending: list[Observation] = []
        self._measured: list[Measurement] = []
        self._pace = LessonPace()
        self._newest = float("-inf")
        self._now = float("-inf")

    def observe(self, observation: Observation) -> None:
        """Take one reading; invalid or belated ones are counted in `dropped`. Constant cost."""
        late = observation.time < self._newest - MAX_LATENESS_S
        if late or not math.isfinite(observation.time) or not is_valid_rssi(observation.rssi):
            self.dropped += 1
            return
        self._newest = max(self._newest, observation.time)
        if offset := self._offsets.get(observation.anchor):
            observation = replace(observation, rssi=observation.rssi + offset)
        self._pending.append(observation)
        if len(self._pending) > MAX_PENDING:
            del self._pending[0]
            self.dropped += 1

    def measure(self, measurement: Measurement) -> None:
        """Take a bearing, a range or a movement; unsound or belated ones are counted in `dropped`. Constant cost."""
        if problem_of(measurement) is not None or measurement.time < self._now - MAX_LATENESS_S:
            self.dropped += 1
            return
        self._measured.append(measurement)
        if len(self._measured) > MAX_PENDING:
            del self._measured[0]
            self.dropped += 1

    @property
    def weighs_measurements(self) -> bool:
        """Whether the way to locate looks at more than signal strength."""
        return isinstance(self._locator, Measuring)

    def update(self, now: float, listening: frozenset[str]) -> Presence:
        """Return the presence at `now` (seconds, the readings' clock), given which anchors are alive.

        A clock that went back is held at its latest value until it catches up. `unaided_estimate` is then what the
        beacon's own packets say without any other sensor.
        """
        self._now = now = max(now, self._now)
        due = sorted((reading for reading in self._pending if reading.time <= now), key=lambda reading: reading.time)
        self._pending = [reading for reading in self._pending if reading.time > now]
        self._hand_on_measured(now)
        estimate = self.unaided_estimate = self._locator.update(now, due, listening)
        if self._unaided is not None:
            self.unaided_estimate = self._unaided.update(now, due, listening)
        self.presence = self._decision.decide(now, estimate)
        return self.presence

    def _hand_on_measured(self, now: float) -> None:
        due = sorted((item for item in self._measured if item.time <= now), key=lambda item: item.time)
        # A sensor whose clock runs ahead must not fill the queue with what is never due.
        waiting = [item for item in self._measured if now < item.time <= now + MAX_AHEAD_S]
        self.dropped += len(self._measured) - len(due) - len(waiting)
        self._measured = waiting
        if due and isinstance(self._locator, Measuring):
            if self._unaided is None:
                self._unaided = self._twin()
            self._locator.measure(due)

    def _twin(self) -> Locator:
        """Return a locator that believes what ours does."""
        twin = create_locator(self._locator_name, self._model, self.beacon_id)
        if isinstance(self._locator, Resumable) and isinstance(twin, Resumable):
            twin.resume(self._locator.snapshot(), 0.0)
        return twin

    def carrier_is_far(self, *, far: bool) -> None:
        """Take whether a satellite receiver that is carried with the beacon is far from home."""
        self._decision.far = far

    @property
    def model(self) -> PositioningModel:
        """The model that belief and lessons are about."""
        return self._model

    def offset_of(self, anchor: str) -> float:
        """Return what is added to an anchor's readings in dB: its configured offset and its drift."""
        return self._offsets.get(anchor, 0.0)

    def lesson(self) -> Lesson | None:
        """Return what the newest estimate teaches about the home, at a pace at which it is not mere repetition.

        The path loss is learnt by the place where packets alone put the beacon: a camera that saw somebody else, or
        levels that were made up, would otherwise bend the map of the whole home, and for everybody.
        """
        teacher = self._unaided or self._locator
        if not isinstance(teacher, Teaching) or not self._pace.due(self._now):
            return None
        lesson = teacher.lesson()
        return lesson if lesson is not None and self._pace.accepts(self._now, lesson) else None

    def by_packets(self, presence: Presence) -> Presence:
        """Return a presence as the packets alone place it: what networks may learn from, whatever others report."""
        if self._unaided is None:
            return presence
        if (estimate := self.unaided_estimate) is None:
            return replace(presence, position=None, accuracy=None, confidence=0.0)
        return replace(
            presence,
            floor=estimate.floor,
            position=estimate.position,
            accuracy=estimate.accuracy,
            confidence=estimate.room_probabilities.get(presence.room or "", 0.0),
        )

    def adopt(self, model: PositioningModel) -> None:
        """Go on with a changed home or survey; what is believed is kept as far as it carries over."""
        before, self._model = self._model.home, model
        self._offsets = _sum(model.home.rssi_offsets, self._corrections)
        self._locator.adopt(model)
        if self._unaided is not None:
            self._unaided.adopt(model)
        self._decide_over(model)
        if redrawn_zones(before, model.home) or rooms_redrawn(before, model.home):
            self._decision.unsettle()

    def compensate(self, corrections: Mapping[str, float]) -> None:
        """From now on add `corrections` (dB, by anchor) to what anchors report: they have drifted since the survey."""
        if corrections != self._corrections:
            self._corrections = dict(corrections)
            self._offsets = _sum(self._model.home.rssi_offsets, self._corrections)

    def configure(self, *, locator: str, settings: DecisionSettings) -> None:
        """Change how to locate and decide; the belief starts anew only where the locator changes."""
        self._decision.settings = settings
        if locator != self._locator_name:
            self._locator_name = locator
            self._locator = create_locator(locator, self._model, self.beacon_id)
            self._unaided = None
            self._decision.unsettle()

    def snapshot(self) -> dict[str, Any]:
        """Return what outlives a restart, JSON-able."""
        belief = self._locator.snapshot() if isinstance(self._locator, Resumable) else None
        return {
            "room": self._decision.room,
            "away": self.presence.away,
            "zones": sorted(self._decision.inside),
            "stillness": self._decision.stillness.snapshot(self._now),
            "locator": self._locator_name,
            "belief": belief,
            "measured": self._unaided is not None,
        }

    def restore(self, data: Mapping[str, Any], age: float) -> None:
        """Resume from a snapshot that is `age` seconds old; one too old or of another locator gives the room only."""
        if age > MAX_SNAPSHOT_AGE_S:
            return
        home, room, zones, away = self._model.home, data.get("room"), data.get("zones"), data.get("away") is True
        self._decision.resume(
            room if isinstance(room, str) and home.room(room) is not None else None,
            frozenset(zone for zone in zones if isinstance(zone, str)) if isinstance(zones, list) else frozenset(),
            away=away,
        )
        if not away and isinstance(stillness := data.get("stillness"), dict):
            self._decision.stillness.resume(stillness, age)
        self.presence = replace(self.presence, away=away)
        belief = data.get("belief")
        if (
            data.get("locator") == self._locator_name
            and isinstance(self._locator, Resumable)
            and isinstance(belief, dict)
        ):
            self._locator.resume(belief, age)
            if data.get("measured") is True:
                # What measurements have shaped is no ground for a door: that begins with nothing.
                self._unaided = create_locator(self._locator_name, self._model, self.beacon_id)

    def _decide_over(self, model: PositioningModel) -> None:
        home = model.home
        self._decision.zones = tuple(zone for zone in home.zones if zone.counts_for(self.beacon_id))
        self._decision.floor_of = {room.id: room.floor for room in home.rooms}


def _sum(offsets: Mapping[str, float], corrections: Mapping[str, float]) -> dict[str, float]:
    anchors = offsets.keys() | corrections.keys()
    return {anchor: offsets.get(anchor, 0.0) + corrections.get(anchor, 0.0) for anchor in anchors}
