"""The sites of the scale benchmark, and what their proxies hear: a minute of radio that is sent round and round.

A site is a block of rooms of 4 x 4 m with a proxy in the middle of each. Of five beacons four lie still and one
walks to and fro between two rooms; strangers lie still.
"""

from __future__ import annotations

import math
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from custom_components.indoor_positioning.engine.geometry import rectangle
from custom_components.indoor_positioning.engine.home import Anchor, Home, Room
from demo.beacons import IBeaconTag, Payload
from demo.radio import RadioModel, Receptions
from demo.walker import Track

ROOM_M: Final = 4.0
PROXY_HEIGHT_M: Final = 1.5
BEACON_HEIGHT_M: Final = 1.0

# Seconds of radio that are computed; afterwards the same comes again.
LOOP_S: Final = 60.0

# Every so many beacons one walks: most of what a home follows lies about.
WALKERS_EVERY: Final = 5
WALK_M_S: Final = 1.0

# Seconds between two packets of a beacon: each has its own, from 1 to 2 a second.
INTERVAL_S: Final = (0.5, 1.0)

STRANGERS: Final = 1000
STRANGER_INTERVAL_S: Final = 1.0

TAG_UUID: Final = uuid.UUID(int=0x7A1C0000000040008000000000000001)


@dataclass(frozen=True, slots=True)
class Size:
    """A size of site: how many beacons are followed by how many proxies."""

    beacons: int
    proxies: int

    @property
    def name(self) -> str:
        """What the tables call it."""
        return f"{self.beacons} x {self.proxies}"

    @property
    def walkers(self) -> int:
        """How many of the beacons walk."""
        return sum(map(walks, range(self.beacons)))


SIZES: Final = (Size(10, 8), Size(50, 20), Size(200, 50), Size(500, 60))


@dataclass(frozen=True, slots=True)
class Heard:
    """One reception: `time` in s from the beginning of the loop, the proxy's number, the packet and dBm."""

    time: float
    proxy: int
    payload: Payload
    rssi: int


def walks(number: int) -> bool:
    """Whether the beacon of this number is one that walks."""
    return number % WALKERS_EVERY == WALKERS_EVERY - 1


def beacon_name(number: int) -> str:
    """Return the name by which its entities tell what it does."""
    return f"{'Walking' if walks(number) else 'Resting'} {number}"


def beacon_identity(number: int) -> dict[str, object]:
    """Return the identity of a beacon as the integration keeps it."""
    return {"kind": "ibeacon", "uuid": str(TAG_UUID), "major": 1, "minor": number}


def proxy_address(number: int) -> str:
    """Return a proxy's Bluetooth address."""
    return f"D8:A0:1D:60:{number >> 8:02X}:{number & 255:02X}"


def site_home(size: Size) -> Home:
    """Return the plan of a site; the ids of its anchors are the addresses of the proxies."""
    across = math.ceil(math.sqrt(size.proxies * 2))
    floor = Home((), ()).floors[0]
    rooms, anchors = [], []
    for number in range(size.proxies):
        left, bottom = ROOM_M * (number % across), ROOM_M * (number // across)
        room = Room(f"room_{number}", f"Room {number}", floor.id, rectangle(left, bottom, ROOM_M, ROOM_M))
        rooms.append(room)
        place = (left + ROOM_M / 2, bottom + ROOM_M / 2, PROXY_HEIGHT_M)
        anchors.append(Anchor(proxy_address(number), floor=room.floor, position=place, room=room.id))
    return Home(tuple(rooms), tuple(anchors), (floor,))


@dataclass(frozen=True, slots=True)
class Journey:
    """A beacon's loop: its number, where it was when it sent each packet, and what the proxies received of it."""

    beacon: int
    track: Track
    received: Receptions


def journeys(size: Size) -> Iterator[Journey]:
    """Yield the loops of all beacons of a site."""
    home = site_home(size)
    radio = RadioModel(home, seed=1)
    rng = np.random.default_rng([size.beacons, size.proxies])
    for number in range(size.beacons):
        # A whole number of packets fills the loop, so that the pace holds from one loop to the next.
        count = round(LOOP_S / rng.uniform(*INTERVAL_S))
        times = (np.arange(count) + rng.uniform()) * LOOP_S / count
        start, end = (_place(home, rng) for _ in range(2))
        track = _walk(times, start, end) if walks(number) else _rest(times, start)
        yield Journey(number, track, _received(radio, track, rng))


def beacons_heard(size: Size) -> Iterator[Heard]:
    """Yield what all proxies hear of the beacons in a loop, beacon by beacon."""
    for one in journeys(size):
        tag = IBeaconTag(beacon_name(one.beacon), 0xC40000000000 + one.beacon, TAG_UUID, 1, one.beacon)
        yield from _heard(one.received, tag.payload(0.0))


def strangers_heard(size: Size) -> Iterator[Heard]:
    """Yield what all proxies hear of the strangers in a loop, stranger by stranger."""
    home = site_home(size)
    radio = RadioModel(home, seed=1)
    rng = np.random.default_rng([size.beacons, size.proxies, 1])
    content = random.Random(size.beacons)
    for number in range(STRANGERS):
        count = round(LOOP_S / STRANGER_INTERVAL_S)
        times = (np.arange(count) + rng.uniform()) * LOOP_S / count
        # Flags, and a message of a maker that is nobody's identity.
        data = b"\x02\x01\x06" + b"\x0b\xff\x4c\x00\x10\x06" + content.randbytes(6)
        payload = Payload(0x5A0000000000 + number, IBeaconTag("", 0, TAG_UUID, 1, 1).payload(0.0).address_type, data)
        yield from _heard(_received(radio, _rest(times, _place(home, rng)), rng), payload)


def _received(radio: RadioModel, track: Track, rng: np.random.Generator) -> Receptions:
    draws = rng.uniform(size=(len(track.time), len(radio.anchor_ids), RadioModel.DRAWS))
    return radio.receive(track, tx_offset=0.0, height=BEACON_HEIGHT_M, worn=None, draws=draws)


def _heard(received: Receptions, payload: Payload) -> Iterator[Heard]:
    for time, proxy, rssi in zip(received.time, received.anchor, received.rssi, strict=True):
        yield Heard(float(time), int(proxy), payload, int(rssi))


def _place(home: Home, rng: np.random.Generator) -> tuple[float, float]:
    outline = home.rooms[int(rng.integers(len(home.rooms)))].outline
    assert outline is not None
    (left, bottom), (right, top) = np.min(outline, axis=0), np.max(outline, axis=0)
    return float(rng.uniform(left + 0.5, right - 0.5)), float(rng.uniform(bottom + 0.5, top - 0.5))


def _rest(times: np.ndarray[tuple[int], np.dtype[np.float64]], place: tuple[float, float]) -> Track:
    count = len(times)
    still = np.zeros(count, dtype=bool)
    return Track(times, np.zeros(count, dtype=np.int64), np.tile(place, (count, 1)), np.zeros(count), still)


def _walk(
    times: np.ndarray[tuple[int], np.dtype[np.float64]], start: tuple[float, float], end: tuple[float, float]
) -> Track:
    """Go to the other place in the first half of the loop, back in the second, and stay where it is left."""
    way = max(math.dist(start, end), 1e-6)
    takes = min(way / WALK_M_S, LOOP_S / 2)
    there = np.clip(times / takes, 0.0, 1.0) - np.clip((times - LOOP_S / 2) / takes, 0.0, 1.0)
    position = np.asarray(start) + there[:, None] * (np.asarray(end) - np.asarray(start))
    heading = np.full(len(times), math.atan2(end[1] - start[1], end[0] - start[0]))
    return Track(times, np.zeros(len(times), dtype=np.int64), position, heading, (there > 0.0) & (there < 1.0))
