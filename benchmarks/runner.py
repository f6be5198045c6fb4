"""Runs every method over the same readings: the engine's locators through the tracker, the peers beside it."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from custom_components.indoor_positioning.engine.locators import LOCATORS, NETWORK_LOCATORS
from custom_components.indoor_positioning.engine.locators.neural import tiny_models_of
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.replay.recording import Recording
from custom_components.indoor_positioning.engine.replay.rows import EstimateRow
from custom_components.indoor_positioning.engine.replay.score import Tally
from custom_components.indoor_positioning.engine.replay.stream import replay, seconds

from .peers import PEERS, Answer, Peer, Setup

# A device is followed a little beyond its truth, for the exits that come late.
GRACE_S = 2.0


@dataclass(slots=True)
class Arrivals:
    """How many arrivals in another room were looked at, and how many were late and stuck; see `recovery`."""

    count: int = 0
    late: int = 0
    stuck: int = 0


@dataclass(slots=True)
class Outcome:
    """What one method did on some recordings; `arrivals` where it was asked for."""

    tally: Tally = field(default_factory=Tally)
    seconds: float = 0.0
    readings: int = 0
    arrivals: Arrivals = field(default_factory=Arrivals)

    def add(self, other: Outcome) -> None:
        """Pool another outcome of the same method into this one."""
        self.tally.merge(other.tally)
        self.seconds += other.seconds
        self.readings += other.readings
        self.arrivals.count += other.arrivals.count
        self.arrivals.late += other.arrivals.late
        self.arrivals.stuck += other.arrivals.stuck


# Without a plan these leave the answer to fingerprinting, without a survey that leaves it to proximity: such a
# row would only repeat another.
NEED_PLAN = frozenset({"particle", "trilateration", "centroid"})
NEED_SURVEY = frozenset({"fingerprint", "neural", "fused"})

# What the default is measured against: other projects, and what the field has used for twenty years.
CLASSIC_LOCATORS = frozenset({"proximity", "centroid", "trilateration", "fingerprint"})
RIVALS = CLASSIC_LOCATORS | PEERS.keys()

# The engine's own further locators: where one of them is better, it should be the default.
OWN_OTHERS = frozenset(LOCATORS) - CLASSIC_LOCATORS

# No recording of the benchmark holds any bearing.
NEED_BEARINGS = frozenset({"bearings"})


def methods(*, survey: bool, plan: bool = True) -> list[str]:
    """Return the names of the engine's locators and of the peers that have something to say with that knowledge."""
    left_out = NEED_BEARINGS | (frozenset() if survey else NEED_SURVEY) | (frozenset() if plan else NEED_PLAN)
    locators = [name for name in LOCATORS if name not in left_out]
    peers = [
        name for name, entry in PEERS.items() if (survey or not entry.needs_survey) and (plan or not entry.needs_plan)
    ]
    return [*locators, *peers]


def run(method: str, recording: Recording, model: PositioningModel) -> Outcome:
    """Return how `method` does on `recording`; `model` is built from what the method may know."""
    ends = ends_of(recording)
    if method in NETWORK_LOCATORS:
        # Training is not part of what a reading costs.
        model = replace(model, tiny=tiny_models_of(model))
    start = time.process_time()
    if method in LOCATORS:
        rows = list(replay(recording, locator=method, model=model, ends=ends))
    else:
        rows = list(run_peer(method, recording, model, ends))
    spent = time.process_time() - start
    tally = Tally()
    tally.add(rows, recording.truth, recording.home)
    return Outcome(tally, spent, sum(advert.beacon in ends for advert in recording.adverts))


def run_peer(
    method: str, recording: Recording, model: PositioningModel, ends: Mapping[str, float]
) -> Iterator[EstimateRow]:
    """Yield a peer's rows, at the times at which the engine gives its own."""
    setup = Setup(model)
    peers: dict[str, Peer] = {}
    for now, readings, _ in seconds(recording):
        for reading in readings:
            if reading.beacon not in ends:
                continue
            if reading.beacon not in peers:
                peers[reading.beacon] = PEERS[method].make(setup, reading.beacon)
            peers[reading.beacon].observe(reading)
        for device, peer in peers.items():
            if now <= ends[device]:
                yield _row(now, device, peer.answer(now))


def ends_of(recording: Recording) -> dict[str, float]:
    """Return until when each device with truth is followed."""
    ends: dict[str, float] = {}
    for row in recording.truth:
        ends[row.device] = max(ends.get(row.device, -math.inf), row.time + GRACE_S)
    return ends


def _row(now: float, device: str, answer: Answer) -> EstimateRow:
    confidence = math.nan if answer.confidence is None else answer.confidence
    return EstimateRow(now, device, answer.position, answer.floor, answer.room, None, confidence, answer.away)
