"""Is anybody in a room? Beacons, motion, presence and door sensors together, by one rule that people can follow.

A room is occupied while at least one of these reasons holds:

- `sensor`: a motion or presence sensor sees somebody.
- `sensor_lately`: one did, or a door was opened or closed, within the last `hold` seconds.
- `closed_door`: motion began after the last door was closed, and none has been opened since: whoever moved is still
  there. Only with door sensors, and not while a presence sensor answers, which knows better.
- `beacon`: a beacon is in the room that was carried within the last `still_after` seconds. One that lies still for
  longer is a thing on a table. While no motion or presence sensor answers, every beacon counts, however still.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

# Sensors of other integrations may take this long to give their first word after a restart; until then a room
# does not conclude from their silence that beacons at rest must count (s).
FIRST_WORD_S = 120.0


class Reason(StrEnum):
    """Why a room is occupied."""

    SENSOR = "sensor"
    SENSOR_LATELY = "sensor_lately"
    CLOSED_DOOR = "closed_door"
    BEACON = "beacon"


class SensorKind(StrEnum):
    """What a sensor sees: movement only, people also when still, or a door that is open."""

    MOTION = "motion"
    PRESENCE = "presence"
    DOOR = "door"


@dataclass(frozen=True, slots=True)
class PresenceRule:
    """The two times of the rule, in seconds.

    Two minutes bridge what a motion sensor misses of somebody who reads; in a quarter of an hour everybody who
    carries a beacon has stood up or at least turned round, and nobody minds a light that burns so long in vain.
    """

    hold: float = 120.0
    still_after: float = 900.0


@dataclass(frozen=True, slots=True)
class RoomOccupancy:
    """Why a room is occupied, empty if it is not.

    `counted` are the beacons that count and `resting` those that are there and do not. `changes_at` is the time (s)
    at which the passing of time alone may change this, None if it cannot.
    """

    reasons: tuple[Reason, ...] = ()
    counted: frozenset[str] = frozenset()
    resting: frozenset[str] = frozenset()
    changes_at: float | None = None

    @property
    def occupied(self) -> bool:
        """Whether anybody is there."""
        return bool(self.reasons)


@dataclass(frozen=True, slots=True)
class _Sensor:
    kind: SensorKind
    # None while it does not answer.
    on: bool | None


class RoomPresence:
    """Remembers what the sensors of one room have seen. Times in seconds on any one clock."""

    def __init__(self, rule: PresenceRule | None = None) -> None:
        self.rule = rule or PresenceRule()
        self._sensors: dict[str, _Sensor] = {}
        # Sensors that have said nothing yet, and until when that is waited for.
        self._silent: set[str] = set()
        self._patient_until = float("-inf")
        self._seen_at = float("-inf")
        self._shut_in = False

    def choose(self, now: float, sensors: Collection[str]) -> None:
        """Go by these sensors from now on."""
        self._sensors = {name: sensor for name, sensor in self._sensors.items() if name in sensors}
        self._silent = set(sensors) - self._sensors.keys()
        self._patient_until = now + FIRST_WORD_S

    def resume(self, now: float, reasons: Iterable[str]) -> None:
        """Go on from the reasons before a restart: what was seen lately is held anew, a closed door until it opens."""
        said = set(reasons)
        if said & {Reason.SENSOR, Reason.SENSOR_LATELY}:
            self._seen_at = now
        self._shut_in = Reason.CLOSED_DOOR in said

    def sense(self, now: float, name: str, kind: SensorKind, *, on: bool | None) -> None:
        """Take what a sensor says; None where it does not answer. Its first word is a state, not an event."""
        before = self._sensors.get(name)
        self._sensors[name] = _Sensor(kind, on)
        was = before.on if before else None
        if kind is SensorKind.DOOR:
            if name not in self._silent or on is not None:
                # A door that has not spoken since the start has opened for nobody yet.
                self._shut_in &= on is False
            moved = was is not None and on is not None and was != on
        else:
            # A sensor that was on when the door closed may still see who has left.
            self._shut_in |= on is True and was is False and self._doors_shut()
            moved = was is True and on is not True
        if moved:
            self._seen_at = now
        if on is not None:
            self._silent.discard(name)

    def decide(self, now: float, beacons: Mapping[str, float | None]) -> RoomOccupancy:
        """Return whether the room is occupied, given since when each beacon in it is still (None: not known)."""
        reasons: list[Reason] = []
        ends: list[float] = []
        if any(sensor.on and sensor.kind is not SensorKind.DOOR for sensor in self._sensors.values()):
            reasons.append(Reason.SENSOR)
        elif now < (end := self._seen_at + self.rule.hold):
            reasons.append(Reason.SENSOR_LATELY)
            ends.append(end)
        patient = bool(self._silent) and now < self._patient_until
        if self._shut_in and (patient or self._doors_shut()) and not self._answers(SensorKind.PRESENCE):
            reasons.append(Reason.CLOSED_DOOR)
        rest_at = {name: (now if since is None else since) + self.rule.still_after for name, since in beacons.items()}
        sensed = patient or self._answers(SensorKind.MOTION) or self._answers(SensorKind.PRESENCE)
        counted = frozenset(name for name, end in rest_at.items() if now < end or not sensed)
        if counted:
            reasons.append(Reason.BEACON)
            ends.extend(end for end in rest_at.values() if now < end and sensed)
        if patient:
            ends.append(self._patient_until)
        return RoomOccupancy(tuple(reasons), counted, frozenset(beacons) - counted, min(ends, default=None))

    def _answers(self, kind: SensorKind) -> bool:
        return any(sensor.kind is kind and sensor.on is not None for sensor in self._sensors.values())

    def _doors_shut(self) -> bool:
        doors = [sensor for sensor in self._sensors.values() if sensor.kind is SensorKind.DOOR]
        return bool(doors) and all(door.on is False for door in doors)
