"""Beacons carried through a home, and what its anchors receive of them, as fast as one asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from custom_components.indoor_positioning.engine.geometry import BoolArray, FloatArray
from custom_components.indoor_positioning.engine.home import Home

from .beacons import Beacon, DemoBeacons, Payload
from .home import DEMO_LIVED_IN
from .radio import RadioModel, RadioSettings, Receptions
from .walker import Habits, Track, Walker

# advDelay, Bluetooth Core Specification, Vol 6 Part B 4.4.2.2.1: a random 0 to 10 ms on each interval.
ADVERTISING_DELAY_S = 0.010


class Carrier(Protocol):
    """Whatever takes a beacon about."""

    def track(self, times: FloatArray) -> Track: ...


@dataclass(frozen=True, slots=True)
class Resting:
    """A carrier that never moves."""

    floor: int
    x: float
    y: float

    def track(self, times: FloatArray) -> Track:
        """Return the one place at all `times` (n,)."""
        count = len(times)
        return Track(
            time=times,
            floor=np.full(count, self.floor, dtype=np.int64),
            position=np.tile((self.x, self.y), (count, 1)),
            heading=np.zeros(count),
            walking=np.zeros(count, dtype=bool),
        )


@dataclass(frozen=True, slots=True)
class Carried:
    """A beacon on its carrier. `height` in m; worn always, only on the way (an asset), or never."""

    beacon: Beacon
    carrier: Carrier
    height: float = 1.1
    worn: bool = True
    worn_at_rest: bool = True


@dataclass(frozen=True, slots=True)
class Heard:
    """One reception, ready for a proxy: `anchor` is the anchor's id, `beacon` the beacon's name."""

    time: float
    beacon: str
    anchor: str
    rssi: int
    payload: Payload


class Sway:
    """The little movements of somebody who stays where they are: nobody is a tripod.

    A few centimetres and degrees over seconds (quiet standing sways by less, handwork and talking
    by more), enough to pass from one fade of the 12 cm wave to the next.
    """

    POSITION_SD_M = 0.025
    HEADING_SD_RAD = 0.15
    PERIODS_S = (2.0, 12.0)
    WAVES = 4

    def __init__(self, rng: np.random.Generator) -> None:
        self._rate = 2.0 * np.pi / rng.uniform(*self.PERIODS_S, (3, self.WAVES))
        self._phase = rng.uniform(0.0, 2.0 * np.pi, (3, self.WAVES))

    def apply(self, track: Track, moved: BoolArray) -> Track:
        """Return `track` with the sway added at the times that `moved` (n,) marks."""
        angle = track.time[:, None, None] * self._rate + self._phase
        swing = np.sqrt(2.0 / self.WAVES) * np.sin(angle).sum(axis=2) * moved[:, None]
        return replace(
            track,
            position=track.position + self.POSITION_SD_M * swing[:, :2],
            heading=track.heading + self.HEADING_SD_RAD * swing[:, 2],
        )


class Emitter:
    """One beacon's transmissions in order of time, each used once."""

    def __init__(
        self, carried: Carried, radio: RadioModel, *, seed: int, start: float = 0.0, body: int | None = None
    ) -> None:
        """Begin to transmit at a random moment of the first interval after `start`; one `body` sways as one."""
        self.carried = carried
        self._radio = radio
        self._schedule = np.random.default_rng([seed, 1])
        self._chance = np.random.default_rng([seed, 2])
        self._sway = Sway(np.random.default_rng([seed if body is None else body, 3]))
        self._next = start + float(self._schedule.uniform(0.0, carried.beacon.interval))

    def receive(self, until: float) -> Receptions:
        """Transmit up to `until` (not included) and return what is heard."""
        times = np.array(list(self._times(until)), dtype=float)
        carried = self.carried
        track = carried.carrier.track(times)
        worn = (track.walking | carried.worn_at_rest) & carried.worn
        track = self._sway.apply(track, worn & ~track.walking)
        draws = self._chance.random((len(times), len(self._radio.anchor_ids), RadioModel.DRAWS))
        return self._radio.receive(
            track, tx_offset=carried.beacon.tx_offset, height=carried.height, worn=worn, draws=draws
        )

    def _times(self, until: float) -> Iterator[float]:
        while self._next < until:
            yield self._next
            self._next += self.carried.beacon.interval + float(self._schedule.uniform(0.0, ADVERTISING_DELAY_S))


class Simulation:
    """A home with everything that moves and transmits in it. Same seed, same receptions."""

    def __init__(self, home: Home, radio: RadioModel, cast: Sequence[Carried], *, seed: int = 0) -> None:
        """Let `cast` transmit from time 0 on."""
        self.home = home
        self.radio = radio
        self.cast = tuple(cast)
        self._emitters = [
            Emitter(carried, radio, seed=int(word))
            for carried, word in zip(
                self.cast, np.random.SeedSequence([seed, 0xE317]).generate_state(len(self.cast)), strict=True
            )
        ]

    def receive(self, until: float) -> Mapping[str, Receptions]:
        """Return what is heard of each beacon (by name) since the last call and before `until`."""
        return {emitter.carried.beacon.name: emitter.receive(until) for emitter in self._emitters}

    def heard(self, until: float) -> list[Heard]:
        """Return the same as single receptions with their payloads, in order of time."""
        heard = [
            Heard(
                time=float(time),
                beacon=carried.beacon.name,
                anchor=self.radio.anchor_ids[anchor],
                rssi=int(rssi),
                payload=carried.beacon.payload(float(time)),
            )
            for carried, receptions in zip(self.cast, self.receive(until).values(), strict=True)
            for time, anchor, rssi in zip(receptions.time, receptions.anchor, receptions.rssi, strict=True)
        ]
        return sorted(heard, key=lambda reception: reception.time)


# An ordinary home, where walls reflect; the defaults are those of the harsher half. Turning round costs 3 to 8 dB there
# (7 to 14 in a conference room), and ESP32 boards receive down to about -97 dBm by their data sheet, less two for the
# housing.
DEMO_RADIO = RadioSettings(body_loss=8.0, body_loss_hidden=4.5, sensitivity=-95.0)


@dataclass(frozen=True, slots=True)
class DemoWorld:
    """The demo: `walkers` by the name of the beacon that each carries."""

    simulation: Simulation
    walkers: Mapping[str, Walker]
    beacons: DemoBeacons


def demo_simulation(home: Home, *, seed: int = 0) -> DemoWorld:
    """Return the demo home with its people, its carried toolbox and its strangers."""
    beacons = DemoBeacons()
    # Busier than people at home are, so that there is something to see.
    people = Habits(dwell=(60.0, 240.0), rooms=DEMO_LIVED_IN)
    # Things lie where they are for longer than people stay.
    thing = Habits(dwell=(120.0, 480.0), restless=0.0, rooms=DEMO_LIVED_IN)
    walkers = {
        beacons.tag.name: Walker(home, people, seed=3 * seed),
        beacons.phone.name: Walker(home, people, seed=3 * seed + 1),
        beacons.asset.name: Walker(home, thing, seed=3 * seed + 2),
    }
    floors = len(home.floors)
    strangers = [
        Carried(stranger, Resting(index % floors, 1.5 + 2.0 * index, 1.0 + 2.0 * index), height=0.8, worn=False)
        for index, stranger in enumerate(beacons.strangers)
    ]
    cast = [
        Carried(beacons.tag, walkers[beacons.tag.name], height=1.2),
        Carried(beacons.phone, walkers[beacons.phone.name], height=0.9),
        Carried(beacons.asset, walkers[beacons.asset.name], height=0.7, worn_at_rest=False),
        *strangers,
    ]
    return DemoWorld(Simulation(home, RadioModel(home, DEMO_RADIO, seed=seed), cast, seed=seed), walkers, beacons)
