"""`scripts/benchmark speed`: time a reading and an estimate take, how that grows, and what a beacon costs in memory."""

from __future__ import annotations

import gc
import math
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np

from custom_components.indoor_positioning.engine.geometry import rectangle
from custom_components.indoor_positioning.engine.home import Anchor, Floor, Home, Room
from custom_components.indoor_positioning.engine.locators import DEFAULT_LOCATOR, LOCATORS
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.observation import Observation
from custom_components.indoor_positioning.engine.tracker import Tracker

from . import identity_speed
from .datasets import variant
from .homes import simulated
from .ingest_path import STRANGERS, packet_cost, strangers_cost
from .live_stream import ANCHORS, BEACONS, EVENTS_A_SECOND, LiveCost, live_cost
from .peers import PEERS, Setup
from .report import aligned_table, environment, markdown_table
from .runner import methods

# A seldom-moving tag is heard by each anchor in six of ten seconds.
HEARD = 0.6
ROOM_M = 4.0
STEPS = 30

TARGET_BEACONS = 200
TARGET_ANCHORS = 50
TARGET_SHARE = 0.5
TARGET_BYTES = 1e6
RESOLVING_TARGET_MS = 1.0
LIVE_TARGET_SHARE = 0.02

# Half-metre cells of the home that is watched: 300 m2.
LIVE_CELLS = 1200


@dataclass(frozen=True, slots=True)
class Method:
    """Cost of one method on the two-storey house with nine anchors."""

    name: str
    reading_us: float
    estimate_ms: float


@dataclass(frozen=True, slots=True)
class Growth:
    """Cost of the default locator at one size."""

    anchors: int
    cells: int
    beacons: int
    build_s: float
    estimate_ms: float
    core_share: float
    bytes_a_beacon: float


@dataclass(slots=True)
class SpeedResults:
    """Everything that a run found."""

    methods: list[Method] = field(default_factory=list)
    growth: list[Growth] = field(default_factory=list)
    packet_us: float | None = None
    # Milliseconds of the event loop a second for 1,000 strangers, and what knowing who is who costs, by name.
    strangers_ms: float | None = None
    identity: dict[str, float] = field(default_factory=dict)
    live: LiveCost | None = None


def measure(*, quick: bool = False) -> SpeedResults:
    """Measure everything on this machine, one core."""
    results = SpeedResults(packet_us=packet_cost(), strangers_ms=strangers_cost(), identity=identity_speed.measure())
    recording = variant(simulated("house", 1, history=1.0, test=60.0 if quick else 180.0), survey=True, history=False)
    model = PositioningModel.build(recording.home, recording.survey)
    tag = [advert for advert in recording.adverts if advert.beacon == "tag"]
    for name in methods(survey=True):
        results.methods.append(_method(name, model, tag))
    sizes = [(9, 900, 1), (50, 2500, 200)] if quick else list(_sizes())
    results.growth = [_growth(*size) for size in sizes]
    results.live = live_cost(_square_home(ANCHORS, LIVE_CELLS))
    return results


def _sizes() -> Iterator[tuple[int, int, int]]:
    """Yield (anchors, cells, beacons), one of them growing at a time, and the target."""
    for anchors in (5, 20, 50, 100):
        yield anchors, 2500, 1
    for cells in (10, 100, 1000, 5000, 20_000):
        yield 20, cells, 1
    for beacons in (10, 100, 500):
        yield 20, 1000, beacons
    yield TARGET_ANCHORS, 2500, TARGET_BEACONS


def _method(name: str, model: PositioningModel, adverts: Sequence[Observation]) -> Method:
    listening = frozenset(anchor.id for anchor in model.home.anchors)
    if name in LOCATORS:
        tracker = Tracker("tag", model, locator=name)
        take: Callable[[Observation], None] = tracker.observe

        def answer(now: float) -> object:
            return tracker.update(now, listening)
    else:
        peer = PEERS[name].make(Setup(model), "tag")
        take, answer = peer.observe, peer.answer
    reading_s, estimate_s, steps = 0.0, 0.0, 0
    waiting = list(adverts)
    now = math.ceil(waiting[0].time)
    while waiting:
        due = [advert for advert in waiting if advert.time <= now]
        waiting = waiting[len(due) :]
        begin = time.process_time()
        for advert in due:
            take(advert)
        middle = time.process_time()
        answer(float(now))
        estimate_s += time.process_time() - middle
        reading_s += middle - begin
        steps += 1
        now += 1
    return Method(name, 1e6 * reading_s / len(adverts), 1e3 * estimate_s / steps)


def _growth(anchors: int, cells: int, beacons: int) -> Growth:
    home = _square_home(anchors, cells)
    begin = time.process_time()
    model = PositioningModel.build(home)
    build_s = time.process_time() - begin
    rng = np.random.default_rng(anchors * 100_003 + cells)
    listening = frozenset(anchor.id for anchor in home.anchors)
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    trackers = [Tracker(f"b{index}", model) for index in range(beacons)]
    for step in range(3):
        _second(trackers, home, listening, float(step), rng)
    gc.collect()
    held = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    steps = max(3, STEPS // max(1, beacons // 10))
    spent = sum(_second(trackers, home, listening, 3.0 + step, rng) for step in range(steps))
    each = spent / (steps * beacons)
    return Growth(anchors, len(model.grid), beacons, build_s, 1e3 * each, each * beacons, held / beacons)


def _second(
    trackers: Sequence[Tracker], home: Home, listening: frozenset[str], now: float, rng: np.random.Generator
) -> float:
    """Feed one second of readings to each tracker and update it; returns the engine's time in seconds."""
    spent = 0.0
    for tracker in trackers:
        heard = rng.random(len(home.anchors)) < HEARD
        levels = rng.uniform(-90.0, -50.0, len(home.anchors))
        readings = [
            Observation(now - 0.5, tracker.beacon_id, anchor.id, float(level))
            for anchor, level, hears in zip(home.anchors, levels, heard, strict=True)
            if hears
        ]
        begin = time.process_time()
        for reading in readings:
            tracker.observe(reading)
        tracker.update(now, listening)
        spent += time.process_time() - begin
    return spent


def _square_home(anchors: int, cells: int) -> Home:
    """Return a square floor of about `cells` half-metre cells, cut into square rooms, anchors spread evenly."""
    side = max(math.sqrt(cells) * 0.5, 1.0)
    count = max(1, round(side / ROOM_M))
    step = side / count
    rooms = tuple(
        Room(f"r{x}_{y}", f"Room {x} {y}", "0", rectangle(x * step, y * step, step, step))
        for x in range(count)
        for y in range(count)
    )
    rows = math.ceil(math.sqrt(anchors))
    places = [((x + 0.5) * side / rows, (y + 0.5) * side / rows) for x in range(rows) for y in range(rows)]
    return Home(
        rooms=rooms,
        anchors=tuple(Anchor(f"a{index}", "0", (*place, 1.5)) for index, place in enumerate(places[:anchors])),
        floors=(Floor("0", "Floor"),),
    )


def _method_rows(results: SpeedResults) -> list[list[str]]:
    rows = [["method", "µs a reading", "ms an estimate"]]
    rows.extend([item.name, f"{item.reading_us:.1f}", f"{item.estimate_ms:.2f}"] for item in results.methods)
    return rows


def _growth_rows(results: SpeedResults) -> list[list[str]]:
    rows = [["anchors", "cells", "beacons", "model s", "ms an estimate", "core at 1 Hz %", "kB a beacon"]]
    rows.extend(
        [
            str(item.anchors),
            str(item.cells),
            str(item.beacons),
            f"{item.build_s:.2f}",
            f"{item.estimate_ms:.2f}",
            f"{100.0 * item.core_share:.1f}",
            f"{item.bytes_a_beacon / 1e3:.0f}",
        ]
        for item in results.growth
    )
    return rows


def _target_line(results: SpeedResults) -> str:
    target = [item for item in results.growth if item.beacons == TARGET_BEACONS and item.anchors == TARGET_ANCHORS]
    if not target:
        return ""
    item = target[0]
    held = item.core_share < TARGET_SHARE and item.bytes_a_beacon < TARGET_BYTES
    return (
        f"Target, {TARGET_BEACONS} beacons x {TARGET_ANCHORS} anchors at 1 Hz below {TARGET_SHARE:.0%} of a core and "
        f"{TARGET_BYTES / 1e6:.0f} MB a beacon: {item.core_share:.0%}, {item.bytes_a_beacon / 1e6:.2f} MB, "
        f"{'held' if held else 'not held'}."
    )


def _packet_line(results: SpeedResults) -> str:
    if results.packet_us is None:
        return "The integration's own path of a packet is not measured: Home Assistant is not installed here."
    return f"Home Assistant's callback of a packet, to the tracker's doorstep: {results.packet_us:.1f} µs."


def _strangers_line(results: SpeedResults) -> str:
    """Return what strangers take of the loop, and whether resolving their addresses keeps its target."""
    lines: list[str] = []
    if results.strangers_ms is not None:
        lines.append(
            f"{STRANGERS:,} strangers, each with a new payload a second, among 20 phones' keys and an EID beacon: "
            f"{results.strangers_ms:.1f} ms of the event loop a second, {results.strangers_ms / 10:.1f} %."
        )
    if (resolving := results.identity.get(identity_speed.RESOLVING)) is not None:
        held = "held" if resolving < RESOLVING_TARGET_MS else "not held"
        lines.append(
            f"Target, several thousand unknown addresses against {identity_speed.KEYS} IRKs below "
            f"{RESOLVING_TARGET_MS:.0f} ms a second: {resolving:.2f} ms for {identity_speed.STRANGERS:,}, {held}."
        )
    return " ".join(lines)


def _live_line(results: SpeedResults) -> str:
    if results.live is None:
        return "The live map is not measured: Home Assistant is not installed here."
    held = "held" if results.live.core_share < LIVE_TARGET_SHARE else "not held"
    return (
        f"Target, the live map of {BEACONS} walking beacons and {ANCHORS} anchors for one client "
        f"at {EVENTS_A_SECOND} Hz below {LIVE_TARGET_SHARE:.0%} of a core: {results.live.core_share:.1%}, "
        f"{results.live.event_bytes / 1e3:.1f} kB an event, {held}."
    )


def _identity_rows(results: SpeedResults) -> list[list[str]]:
    rows = [["who is it", "cost"]]
    named = (name.rpartition(", ") for name in results.identity)
    rows.extend(
        [what, f"{value:.2f} {unit}"] for (what, _, unit), value in zip(named, results.identity.values(), strict=True)
    )
    return rows


def text_report(results: SpeedResults) -> str:
    """Return the figures for a terminal."""
    return "\n\n".join(
        (
            "Two-storey house of 200 m2, 9 anchors",
            aligned_table(_method_rows(results)),
            f"Growth ({DEFAULT_LOCATOR})",
            aligned_table(_growth_rows(results)),
            _target_line(results),
            _packet_line(results),
            aligned_table(_identity_rows(results)),
            _strangers_line(results),
            _live_line(results),
        )
    )


def markdown_report(results: SpeedResults) -> str:
    """Return the speed section of the report."""
    return "\n\n".join(
        (
            "## Speed",
            f"{environment(dated=True)}, processor time of one core, by `scripts/benchmark speed`.",
            "A two-storey house of 200 m², 9 anchors, one packet a second:",
            markdown_table(_method_rows(results)),
            f"How `{DEFAULT_LOCATOR}` grows, each anchor hearing a beacon in six of ten seconds:",
            markdown_table(_growth_rows(results)),
            _target_line(results),
            _packet_line(results),
            "Knowing who is who, with 20 phones, 20 tags and an EID beacon, and 5,000 strangers around:",
            markdown_table(_identity_rows(results)),
            _strangers_line(results),
            _live_line(results),
        )
    )


def json_report(results: SpeedResults) -> dict[str, object]:
    """Return everything as one JSON object."""
    return {
        "environment": environment(dated=True),
        "methods": [asdict(item) for item in results.methods],
        "growth": [asdict(item) for item in results.growth],
        "packet_us": results.packet_us,
        "strangers_ms": results.strangers_ms,
        "identity": results.identity,
        "live": None if results.live is None else asdict(results.live),
    }
