"""A home that hears: packets of honest and dishonest transmitters as proxies would report them."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from custom_components.indoor_positioning.engine.identity.sighting import Sighting

Place = tuple[float, float]
Path = Callable[[float], Place]

# A flat of 14 x 9 m with five proxies.
ANCHORS: dict[str, Place] = {"hall": (7, 4.5), "kitchen": (1, 1), "living": (1, 8), "bed": (13, 1), "study": (13, 8)}


def anchor_distance(first: str, second: str) -> float | None:
    """Metres on the plan."""
    return math.dist(ANCHORS[first], ANCHORS[second])


def stays(place: Place) -> Path:
    """It lies there."""
    return lambda time: place


def walks(speed: float = 1.2, seed: int = 0) -> Path:
    """It goes from room to room for ever."""
    rng = random.Random(seed)
    points = [(rng.uniform(0, 14), rng.uniform(0, 9)) for _ in range(500)]
    starts = [0.0]
    for here, there in pairwise(points):
        starts.append(starts[-1] + math.dist(here, there) / speed)

    def place(time: float) -> Place:
        time %= starts[-1]
        leg = max(i for i, start in enumerate(starts) if start <= time)
        if leg == len(points) - 1:
            return points[-1]
        share = (time - starts[leg]) / (starts[leg + 1] - starts[leg])
        (x0, y0), (x1, y1) = points[leg], points[leg + 1]
        return x0 + share * (x1 - x0), y0 + share * (y1 - y0)

    return place


@dataclass
class Transmitter:
    """Sends with an interval (and the random delay of up to 10 ms that Bluetooth adds) from a moving place."""

    path: Path
    interval: float | Callable[[float], float] = 1.0
    address: Callable[[float], str] | str = "C0:00:00:00:00:01"
    power: float = -59.0
    start: float = 0.0
    end: float = math.inf


@dataclass
class Scene:
    """Radio and proxies with the figures of real homes: what single packets go through on their way."""

    seed: int = 0
    loss: float = 0.4
    fading_sd: float = 4.0
    channel_sd: float = 6.0  # the three channels' means at one place lie 8 dB apart, 14 dB one time in ten
    body: float = 12.0
    turn_seconds: float = 44.0
    batch: float = 0.2
    stalls_per_hour: float = 6.0
    stall: float = 15.0
    beacon: str = "keys"
    identity: str = "ibeacon:00000000-0000-0000-0000-000000000001/1/1"
    rng: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.gain = {anchor: self.rng.gauss(0, 4) for anchor in ANCHORS}
        self._channels: dict[tuple[object, ...], float] = {}

    def rssi(self, anchor: str, place: Place, time: float, power: float) -> float:
        """One packet's strength: path loss, gain, channel, the turning body, fading with the odd deep fade."""
        distance = max(0.3, math.dist(place, ANCHORS[anchor]))
        # Multi-path changes every few decimetres, differently on each channel and for each anchor.
        cell = (anchor, self.rng.randrange(3), round(place[0] * 3), round(place[1] * 3))
        if cell not in self._channels:
            self._channels[cell] = self.rng.gauss(0, self.channel_sd)
        facing = math.sin(
            2 * math.pi * time / self.turn_seconds
            + math.atan2(ANCHORS[anchor][1] - place[1], ANCHORS[anchor][0] - place[0])
        )
        fade = self.rng.gauss(0, self.fading_sd) - (self.rng.expovariate(1 / 8) if self.rng.random() < 0.1 else 0)
        loss = 22 * math.log10(distance) + self.body * max(0.0, facing)
        return power - loss + self.gain[anchor] + self._channels[cell] + fade

    def play(self, transmitters: list[Transmitter], seconds: float) -> Iterator[Sighting]:
        """Receptions in the order and with the times of their arrival."""
        arrivals = [sighting for transmitter in transmitters for sighting in self._sent(transmitter, seconds)]
        return iter(sorted(arrivals, key=lambda sighting: sighting.time))

    def _sent(self, transmitter: Transmitter, seconds: float) -> Iterator[Sighting]:
        stalls = {anchor: self._stalls(seconds) for anchor in ANCHORS}
        time = transmitter.start + self.rng.random()
        while time < min(seconds, transmitter.end):
            place = transmitter.path(time)
            address = transmitter.address if isinstance(transmitter.address, str) else transmitter.address(time)
            for anchor in ANCHORS:
                rssi = self.rssi(anchor, place, time, transmitter.power)
                # Weak packets are lost more often; at -95 dBm nothing gets through.
                if self.rng.random() < self.loss or rssi < self.rng.gauss(-93, 2):
                    continue
                yield Sighting(
                    time=self._arrival(time, stalls[anchor]),
                    beacon=self.beacon,
                    anchor=anchor,
                    rssi=round(rssi),
                    address=address,
                    identity=self.identity,
                    reference_rssi=transmitter.power,
                )
            interval = transmitter.interval if isinstance(transmitter.interval, float) else transmitter.interval(time)
            time += interval + self.rng.uniform(0, 0.01)

    def _stalls(self, seconds: float) -> list[tuple[float, float]]:
        """Wi-Fi goes quiet and then delivers everything at once."""
        count = int(seconds / 3600 * self.stalls_per_hour)
        starts = sorted(self.rng.uniform(0, seconds) for _ in range(count))
        return [(start, start + self.rng.uniform(1, self.stall)) for start in starts]

    def _arrival(self, sent: float, stalls: list[tuple[float, float]]) -> float:
        for start, end in stalls:
            if start <= sent < end:
                return end
        # A proxy's batches leave on its own beat.
        return math.ceil(sent / self.batch) * self.batch
