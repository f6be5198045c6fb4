"""A flat with a front door, somebody who comes home to it, and others who would like to.

The radio is that of the benchmarks' simulated homes: body, walls, fading, gain errors, lost packets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from benchmarks.homes import RADIO, BareBeacon, surveyed
from benchmarks.plans import FLAT
from custom_components.indoor_positioning.engine.authorisation import DoorGuard, DoorRules, Outcome, Refusal
from custom_components.indoor_positioning.engine.geometry import FloatArray, Point, parse_outline, rectangle
from custom_components.indoor_positioning.engine.home import Anchor, Door, Home, Room, Zone
from custom_components.indoor_positioning.engine.identity.base import Assurance
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.observation import Observation
from custom_components.indoor_positioning.engine.tracker import Tracker
from demo.radio import RadioModel
from demo.simulation import Carried, Carrier, Emitter
from demo.walker import Track

# The zone lies on both sides of the door: nobody can say on which side of it a radio stands.
DOORSTEP = Zone(
    "front_door",
    "Front door",
    "0",
    parse_outline(
        ((8.0, 3.6), (11.0, 3.6), (11.0, 6.6), (8.0, 6.6), (8.0, 5.7), (6.0, 5.7), (6.0, 4.5), (8.0, 4.5)),
    ),
)

# The benchmarks' flat with a porch at the end of its hall and a garden path that leads there.
HOME: Home = replace(
    FLAT,
    rooms=(
        *FLAT.rooms,
        Room("porch", "Porch", "0", rectangle(8.0, 3.6, 3.0, 3.0)),
        Room("path", "Garden path", "0", rectangle(11.0, 3.6, 7.0, 3.0)),
    ),
    anchors=(
        *FLAT.anchors,
        Anchor("door", "0", (8.1, 4.0, 2.2), "porch"),
        Anchor("porch", "0", (10.8, 6.4, 2.2), "porch"),
        Anchor("gate", "0", (14.5, 6.5, 1.2), "path"),
    ),
    doors=(*FLAT.doors, Door("0", (8.0, 4.7), (8.0, 5.6)), Door("0", (11.0, 3.6), (11.0, 6.6))),
    zones=(DOORSTEP,),
)
ALL_ANCHORS = frozenset(anchor.id for anchor in HOME.anchors)

# As phones and door tags send (Android's "balanced" is 0.25 s); a tag that sends once a second is too slow for a door.
INTERVAL_S = 0.25

# How often positioning looks at what has come.
TICK_S = 0.25


@dataclass(frozen=True, slots=True)
class Way:
    """Somebody on straight legs from knot to knot, at rest after the last: `places` (k, 2) at `times` (k,)."""

    times: FloatArray
    places: FloatArray

    @classmethod
    def through(cls, places: Sequence[Point], speed: float, start: float = 0.0) -> Way:
        """Walk through `places` at `speed` m/s from `start` on."""
        corners = np.array(places, dtype=float)
        lengths = np.hypot(*np.diff(corners, axis=0).T)
        return cls(start + np.concatenate(([0.0], np.cumsum(lengths) / speed)), corners)

    @property
    def arrival(self) -> float:
        """When the last place is reached."""
        return float(self.times[-1])

    def track(self, times: FloatArray) -> Track:
        """Return the places at `times` (n,)."""
        leg = np.clip(np.searchsorted(self.times, times, side="right") - 1, 0, max(len(self.times) - 2, 0))
        ahead = self.places[np.minimum(leg + 1, len(self.places) - 1)] - self.places[leg]
        return Track(
            time=times,
            floor=np.zeros(len(times), dtype=np.int64),
            position=np.stack([np.interp(times, self.times, axis) for axis in self.places.T], axis=1),
            heading=np.arctan2(ahead[:, 1], ahead[:, 0]),
            walking=(times >= self.times[0]) & (times < self.times[-1]),
        )


def standing(place: Point) -> Way:
    """Return the way of somebody who stays where they are."""
    return Way(np.zeros(1), np.array([place], dtype=float))


@dataclass(frozen=True, slots=True)
class Transmitter:
    """Something that sends the beacon's identity. `swell` in dB/s, from its `power` on, is how its power grows."""

    carrier: Carrier
    assurance: Assurance = Assurance.ROTATING
    power: float = 0.0
    start: float = 0.0
    interval: float = INTERVAL_S
    worn: bool = True
    swell: float = 0.0


@dataclass(slots=True)
class Visit:
    """What the door said: when it first authorised (None: never), and every reason for which it refused."""

    authorised_at: float | None = None
    refusals: set[Refusal] = field(default_factory=set)
    # The reasons of the refusal that is told, once the door lost its patience.
    told: frozenset[Refusal] | None = None
    # The greatest probability of the zone.
    nearest: float = 0.0


class Doorstep:
    """One home as one seed draws it, with its survey."""

    def __init__(self, seed: int) -> None:
        self.radio = RadioModel(HOME, RADIO, seed=seed)
        self.model = PositioningModel.build(HOME, surveyed(HOME, self.radio, seed=seed))

    def visit(
        self, transmitters: Sequence[Transmitter], until: float, *, seed: int, rules: DoorRules | None = None
    ) -> Visit:
        """Let all transmit until `until` and return what the door said."""
        packets = sorted(
            (packet for index, one in enumerate(transmitters) for packet in self._packets(one, until, seed + index)),
            key=lambda packet: packet.time,
        )
        tracker = Tracker("phone", self.model)
        guard = DoorGuard(DOORSTEP.id, rules or DoorRules())
        visit, at = Visit(), 0
        for now in np.arange(0.0, until, TICK_S):
            before = at
            while at < len(packets) and packets[at].time <= now:
                tracker.observe(packets[at])
                guard.observe(packets[at])
                at += 1
            if at > before and (estimate := tracker.update(float(now), ALL_ANCHORS).estimate):
                verdict = guard.judge(float(now), self.model, estimate, clone_suspected=False)
                visit.nearest = max(visit.nearest, estimate.zone_probabilities[DOORSTEP.id])
                visit.refusals.update(verdict.refusals)
                if verdict.outcome is Outcome.AUTHORISED and visit.authorised_at is None:
                    visit.authorised_at = float(now)
                if verdict.news and verdict.outcome is Outcome.REFUSED:
                    visit.told = frozenset(verdict.refusals)
        return visit

    def _packets(self, one: Transmitter, until: float, seed: int) -> list[Observation]:
        beacon = BareBeacon("phone", one.power, one.interval)
        emitter = Emitter(Carried(beacon, one.carrier, worn=one.worn), self.radio, seed=seed, start=one.start)
        heard = emitter.receive(until)
        # What swells is sent at full power by the emitter and heard weaker; what falls below hearing is lost.
        rssi = heard.rssi + np.minimum(one.swell * (heard.time - until), 0.0)
        return [
            Observation(float(time), "phone", self.radio.anchor_ids[anchor], round(float(level)), one.assurance)
            for time, anchor, level in zip(heard.time, heard.anchor, rssi, strict=True)
            if level >= RADIO.sensitivity
        ]


def coming_home(rng: np.random.Generator) -> Way:
    """Return a way from the street to the door, at an ordinary walking speed."""
    speed = rng.uniform(0.7, 1.3)
    street = (26.0, rng.uniform(2.0, 8.0))
    gate = (18.0, rng.uniform(4.1, 6.1))
    porch = (11.0, rng.uniform(4.3, 5.9))
    return Way.through((street, gate, porch, at_the_door(rng)), speed)


def at_the_door(rng: np.random.Generator) -> Point:
    """Return a place within reach of the door."""
    return (float(rng.uniform(8.5, 9.6)), float(rng.uniform(4.6, 5.7)))


def off_the_plan(rng: np.random.Generator) -> Point:
    """Return a place in the garden, 2 to 6 m from porch and path."""
    side = 1.0 if rng.random() < 0.5 else -1.0
    return (float(rng.uniform(8.5, 18.0)), 5.1 + side * (1.5 + float(rng.uniform(2.0, 6.0))))
