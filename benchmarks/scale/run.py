"""Runs the sites one after another and gathers what is measured of each."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from demo.hass import PROJECT, START_TIMEOUT_S, HomeAssistantProcess, StartError
from demo.rest import HomeAssistantClient, Json, RequestError

from .site import SIZES, Size

NOTHING: Final = ""
OURS: Final = "indoor_positioning"
PEER: Final = "peer"

# Seconds until what has just been switched on has settled: places are found, entities exist, first states are written.
SETTLE_S: Final = 15.0
MEASURE_S: Final = 30.0
QUICK_S: Final = 10.0

# Starting many proxies and computing their radio takes long on a slow machine.
LOAD_TIMEOUT_S: Final = 180.0
# The recorder writes every 5 s (demo.hass).
COMMITTED_S: Final = 7.0


@dataclass(frozen=True, slots=True)
class Phase:
    """What was seen while one thing ran: shares of a core, MB, seconds; percentiles 50, 99 and 100.

    `rows` are the recorder's rows a minute: in all, of a resting beacon, and of a walking one; `kinds` those of a
    resting beacon by what they tell.
    """

    core: float
    resident_mb: float
    loop: tuple[float, float, float]
    latency: tuple[float, float, float] | None
    readings: float
    rows: tuple[float, float, float]
    kinds: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class SiteResult:
    """All phases of a size by (what ran, whether strangers were about), each of `seconds`.

    `row_bytes` a recorder's row takes on disk.
    """

    size: Size
    phases: dict[tuple[str, bool], Phase] = field(default_factory=dict)
    row_bytes: float = 0.0
    seconds: float = MEASURE_S

    def added_core(self, what: str, *, strangers: bool) -> float:
        """Return the share of a core that `what` takes on top of Home Assistant with its proxies."""
        return self.phases[what, strangers].core - self.phases[NOTHING, strangers].core

    def added_loop_p99(self, what: str, *, strangers: bool) -> float:
        """Return the seconds by which the delay of the loop grows, 99th percentile."""
        return self.phases[what, strangers].loop[1] - self.phases[NOTHING, strangers].loop[1]


def measure(*, quick: bool, sizes: Sequence[Size] = SIZES, seconds: float = MEASURE_S) -> list[SiteResult]:
    """Return the figures of all sizes, with phases of `seconds`; a quick run looks at a home, and shortly."""
    settle, seconds = (QUICK_S, QUICK_S) if quick else (SETTLE_S, seconds)
    results = []
    for size in SIZES[:1] if quick else sizes:
        try:
            results.append(asyncio.run(_site(size, settle, seconds)))
        except (RequestError, StartError, TimeoutError) as error:
            # The others' figures are worth having all the same.
            _tell(f"{size.name} could not be measured: {error!r}")
    return results


async def _site(size: Size, settle: float, seconds: float) -> SiteResult:
    result = SiteResult(size, seconds=seconds)
    _tell(f"{size.name}: starting")
    async with _load(size) as (load, ports), _home_assistant() as hass, HomeAssistantClient(hass.url) as client:
        await client.onboard("Owner", "owner", "scale-owner")
        await _until_up(client)
        for number, port in enumerate(ports):
            await client.command("scale/connect", number=number, port=port)
        await client.command("scale/prepare", beacons=size.beacons, proxies=size.proxies)
        await asyncio.sleep(settle)
        before = _database_bytes(hass.folder), _rows_in_all(hass.folder)
        measured: dict[tuple[str, bool], Json] = {}
        for what in (NOTHING, OURS, PEER):
            for strangers in (False, True):
                _tell(f"{size.name}: {what or 'nothing'}{' among strangers' if strangers else ''}")
                await _say(load, strangers=strangers)
                if not strangers:
                    await client.command("scale/switch", to=what)
                await asyncio.sleep(settle)
                measured[what, strangers] = await _measured(client, seconds)
        await asyncio.sleep(COMMITTED_S)
        result.phases = {key: _phase(one, size, hass.folder) for key, one in measured.items()}
        after = _database_bytes(hass.folder), _rows_in_all(hass.folder)
        result.row_bytes = (after[0] - before[0]) / max(after[1] - before[1], 1)
        _complain(hass.log_lines())
    return result


async def _until_up(client: HomeAssistantClient) -> None:
    """Wait for the probe: pages are served while components are still being set up."""
    async with asyncio.timeout(START_TIMEOUT_S):
        while not await _runs(client):  # noqa: ASYNC110 - nothing tells it over a connection
            await asyncio.sleep(0.5)


async def _runs(client: HomeAssistantClient) -> bool:
    return bool((await client.command("get_config"))["state"] == "RUNNING")


async def _measured(client: HomeAssistantClient, seconds: float) -> Json:
    # The client waits no longer than a minute for an answer, so the minute comes in parts.
    parts = max(1, round(seconds / 15.0))
    looked = [await client.command("scale/measure", seconds=seconds / parts) for _ in range(parts)]
    return {
        "core": float(np.mean([one["core"] for one in looked])),
        "resident_mb": looked[-1]["resident_mb"],
        "loop": [late for one in looked for late in one["loop"]],
        "latency": [waited for one in looked for waited in one["latency"]],
        "readings": float(np.mean([one["readings"] for one in looked])),
        "from": looked[0]["from"],
        "to": looked[-1]["to"],
    }


def _phase(measured: Json, size: Size, folder: Path) -> Phase:
    minutes = (measured["to"] - measured["from"]) / 60.0
    rows = _rows(folder, measured["from"], measured["to"])
    kinds: Counter[str] = Counter()
    for entity, count in rows.items():
        if ".resting_" in entity:
            kinds[re.sub(r".*\.resting_\d+_?", "", entity)] += count
    resting = sum(count for entity, count in rows.items() if ".resting_" in entity)
    walking = sum(count for entity, count in rows.items() if ".walking_" in entity)
    return Phase(
        measured["core"],
        measured["resident_mb"],
        _percentiles(measured["loop"]),
        _percentiles(measured["latency"]) if measured["latency"] else None,
        measured["readings"],
        (
            sum(rows.values()) / minutes,
            resting / minutes / (size.beacons - size.walkers),
            walking / minutes / max(size.walkers, 1),
        ),
        {kind: count / minutes / (size.beacons - size.walkers) for kind, count in kinds.items()},
    )


def _percentiles(values: Sequence[float]) -> tuple[float, float, float]:
    p50, p99, highest = np.percentile(values, (50, 99, 100))
    return float(p50), float(p99), float(highest)


@contextlib.contextmanager
def _database(folder: Path) -> Iterator[sqlite3.Connection]:
    database = sqlite3.connect(f"file:{folder / 'home-assistant_v2.db'}?mode=ro", uri=True)
    try:
        yield database
    finally:
        database.close()


def _rows(folder: Path, since: float, until: float) -> dict[str, int]:
    with _database(folder) as database:
        found = database.execute(
            "SELECT states_meta.entity_id, count(*) FROM states JOIN states_meta USING (metadata_id)"
            " WHERE last_updated_ts BETWEEN ? AND ? GROUP BY states_meta.entity_id",
            (since, until),
        )
        return dict(found.fetchall())


def _rows_in_all(folder: Path) -> int:
    with _database(folder) as database:
        return int(database.execute("SELECT count(*) FROM states").fetchone()[0])


def _database_bytes(folder: Path) -> int:
    with _database(folder) as database:
        pages, size = (int(database.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("page_count", "page_size"))
        return pages * size


@contextlib.asynccontextmanager
async def _load(size: Size) -> AsyncIterator[tuple[asyncio.subprocess.Process, list[int]]]:
    """Run the proxies beside the core that is measured."""
    with _on_core(0):
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "benchmarks.scale.load",
            str(size.beacons),
            str(size.proxies),
            cwd=PROJECT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), LOAD_TIMEOUT_S)
        yield process, json.loads(line)["ports"]
    finally:
        process.stdin.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), 10.0)
        if process.returncode is None:
            process.kill()
            await process.wait()


@contextlib.asynccontextmanager
async def _home_assistant() -> AsyncIterator[HomeAssistantProcess]:
    hass = HomeAssistantProcess(components={"scale_probe": PROBE}, configuration="scale_probe:\n")
    with _on_core(-1):
        await hass.__aenter__()
    try:
        yield hass
    finally:
        await hass.__aexit__()


# The component in Home Assistant's folder; all it holds is the way to the probe.
PROBE: Final = f"""import sys

sys.path.append({str(PROJECT)!r})

from benchmarks.scale.probe import async_setup

__all__ = ["async_setup"]
"""


@contextlib.contextmanager
def _on_core(index: int) -> Iterator[None]:
    """Let what is started meanwhile have one core for itself; on a machine with one core there is no choice."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(allowed)[index]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


async def _say(load: asyncio.subprocess.Process, *, strangers: bool) -> None:
    assert load.stdin is not None
    load.stdin.write(json.dumps({"strangers": strangers}).encode() + b"\n")
    await load.stdin.drain()


# Whose errors matter: a machine without a camera's tools is none of this.
DOMAINS: Final = {"indoor_positioning", "scale_probe", "bluetooth", "esphome", "benchmarks"}


def _complain(lines: Sequence[str]) -> None:
    """Show errors that Home Assistant has logged: figures of something broken are worth nothing."""
    for line in lines:
        if " ERROR " in line and DOMAINS & set(re.findall(r"\w+", line)):
            _tell(line)


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")
