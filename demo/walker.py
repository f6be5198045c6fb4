"""People (and things that are carried about): where they are at any time, to the centimetre.

A walker strolls between random spots of random rooms, always through doors and over stairs, and dwells
there, now and then turning or shifting a little. Its way is made of straight legs with constant speed
and heading, planned ahead as far as anyone asks, so that `track` is exact and cheap at any time.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from custom_components.indoor_positioning.engine.geometry import BoolArray, FloatArray
from custom_components.indoor_positioning.engine.home import Home, Room

from .wayfinding import STAIRS_LENGTH_M, Spot, WayFinder

# A fidget moves no further than a step aside, and takes its time.
SHIFT_M = 0.5
SHIFT_S = 1.0


@dataclass(frozen=True, slots=True)
class Habits:
    """How somebody moves; times in seconds, speeds in m/s, each drawn anew between the two bounds.

    Indoor walking runs from a stroll of 0.6 m/s to a hurried 1.3 m/s. Dwells are drawn log-uniformly:
    many short ones, some long. `restless` is the chance that a dwell is one with turns and shifts,
    `fidget` bounds the time between these. `rooms` = where to go, None for everywhere.
    """

    speed: tuple[float, float] = (0.6, 1.3)
    dwell: tuple[float, float] = (30.0, 180.0)
    restless: float = 0.5
    fidget: tuple[float, float] = (8.0, 40.0)
    rooms: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Truth:
    """Where a walker really is; `heading` in radians counter-clockwise from +x."""

    time: float
    floor: str
    room: str | None
    x: float
    y: float
    heading: float
    walking: bool


@dataclass(frozen=True, slots=True)
class Track:
    """A walker at n times: `floor` (n,) indices into home.floors, `position` (n, 2), `heading` (n,), `walking` (n,)."""

    time: FloatArray
    floor: NDArray[np.int64]
    position: FloatArray
    heading: FloatArray
    walking: BoolArray


@dataclass(slots=True)
class _Legs:
    """Knots of a piecewise straight way: leg i runs from knot i to knot i + 1."""

    time: list[float] = field(default_factory=list)
    spot: list[Spot] = field(default_factory=list)
    heading: list[float] = field(default_factory=list)
    walking: list[bool] = field(default_factory=list)

    def add(self, time: float, spot: Spot, heading: float, *, walking: bool) -> None:
        self.time.append(time)
        self.spot.append(spot)
        self.heading.append(heading)
        self.walking.append(walking)

    def cut(self, time: float) -> None:
        keep = int(np.searchsorted(self.time, time, side="right"))
        for values in (self.time, self.spot, self.heading, self.walking):
            del values[keep:]


class Walker:
    """Somebody who lives here. The same seed walks the same ways, however it is asked."""

    def __init__(self, home: Home, habits: Habits | None = None, *, seed: int = 0, start: float = 0.0) -> None:
        """Place the walker into a random room of `home` at time `start`."""
        self._home = home
        self._finder = WayFinder(home)
        self._floors = {floor.id: index for index, floor in enumerate(home.floors)}
        self._rng = np.random.default_rng([seed, 0x3A1C])
        self.habits = habits or Habits()
        self._legs = _Legs()
        self._held = False
        self._legs.add(start, self._next_spot(), self._rng.uniform(-math.pi, math.pi), walking=False)
        self._dwell()

    def track(self, times: FloatArray) -> Track:
        """Return where the walker is at `times` (n,), which must not lie before its start."""
        self._plan(float(times.max(initial=self._legs.time[0])))
        legs = np.clip(np.searchsorted(self._legs.time, times, side="right") - 1, 0, None)
        knots = np.array([(spot.x, spot.y) for spot in self._legs.spot])
        floors = np.array([self._floors[spot.floor] for spot in self._legs.spot])
        ends = np.minimum(legs + 1, len(knots) - 1)
        start, end = np.array(self._legs.time)[legs], np.array(self._legs.time)[ends]
        part = np.clip((times - start) / np.maximum(end - start, 1e-9), 0.0, 1.0)
        return Track(
            time=times,
            floor=floors[legs],
            position=knots[legs] + part[:, None] * (knots[ends] - knots[legs]),
            heading=np.array(self._legs.heading)[legs],
            walking=np.array(self._legs.walking)[legs],
        )

    def truth(self, time: float) -> Truth:
        """Return where the walker is at `time`."""
        track = self.track(np.array([time]))
        floor = self._home.floors[int(track.floor[0])].id
        x, y = float(track.position[0, 0]), float(track.position[0, 1])
        room = self._finder.room_at(Spot(floor, x, y))
        return Truth(time, floor, room.id if room else None, x, y, float(track.heading[0]), bool(track.walking[0]))

    def send_to(self, now: float, goal: Spot, *, speed: float | None = None) -> float:
        """Drop all plans at `now`, walk to `goal` and stay there until released; return the arrival time."""
        here = self.truth(now)
        self._legs.cut(now)
        self._held = True
        spot = Spot(here.floor, here.x, here.y)
        self._legs.add(now, spot, here.heading, walking=False)
        self._walk_to(goal, speed or self.habits.speed[1])
        return self._legs.time[-1]

    def release(self, now: float) -> None:
        """Let a walker that was sent somewhere go its own ways again."""
        self._held = False
        if now > self._legs.time[-1]:
            self._legs.add(now, self._legs.spot[-1], self._legs.heading[-1], walking=False)

    def spot_in(self, room: Room) -> Spot:
        """Return some spot of `room` where one can stand."""
        return self._finder.random_spot(room, self._rng)

    def _plan(self, until: float) -> None:
        while not self._held and self._legs.time[-1] <= until:
            self._walk_to(self._next_spot(), self._rng.uniform(*self.habits.speed))
            self._dwell()

    def _next_spot(self) -> Spot:
        wanted = self.habits.rooms
        here = self._legs.spot[-1] if self._legs.spot else None
        room_here = self._finder.room_at(here) if here else None
        rooms = [
            room
            for room in self._home.rooms
            if room.outline is not None and (wanted is None or room.id in wanted) and room != room_here
        ]
        # A home of one room: stay in it.
        room = rooms[int(self._rng.integers(len(rooms)))] if rooms else room_here
        if room is None:
            raise ValueError("the home has no drawn room to walk in")
        return self._finder.random_spot(room, self._rng)

    def _walk_to(self, goal: Spot, speed: float) -> None:
        """Append the legs to `goal`. The last knot says what is done from there on: standing."""
        way = self._finder.way(self._legs.spot[-1], goal)
        time, heading = self._legs.time[-1], self._legs.heading[-1]
        self._legs.cut(np.nextafter(time, -math.inf))
        for start, end in itertools.pairwise(way):
            if start.floor == end.floor:
                heading = math.atan2(end.y - start.y, end.x - start.x)
                self._legs.add(time, start, heading, walking=True)
                time += math.hypot(end.x - start.x, end.y - start.y) / speed
            else:
                # Half way up one is on the other floor.
                half = STAIRS_LENGTH_M / speed / 2.0
                self._legs.add(time, start, heading, walking=True)
                self._legs.add(time + half, end, heading, walking=True)
                time += 2.0 * half
        self._legs.add(time, goal, heading, walking=False)

    def _dwell(self) -> None:
        low, high = self.habits.dwell
        until = self._legs.time[-1] + low * (high / low) ** self._rng.random()
        restless = self._rng.random() < self.habits.restless
        while restless and (time := self._legs.time[-1] + self._rng.uniform(*self.habits.fidget)) < until - SHIFT_S:
            spot = self._legs.spot[-1]
            step = self._rng.uniform(-SHIFT_M, SHIFT_M, size=2)
            aside = Spot(spot.floor, spot.x + float(step[0]), spot.y + float(step[1]))
            heading = self._rng.uniform(-math.pi, math.pi)
            # A leg of no length in time: the old place holds until `time`.
            self._legs.add(time, spot, heading, walking=False)
            if self._finder.sees(spot, aside) and self._finder.room_at(aside):
                self._legs.add(time + SHIFT_S, aside, heading, walking=False)
        last = self._legs.spot[-1]
        self._legs.add(until, last, self._legs.heading[-1], walking=False)
