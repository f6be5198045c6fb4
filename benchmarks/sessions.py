"""Continuous stretches of a recording, and how they become runs, folds and surveys."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from custom_components.indoor_positioning.engine.home import Anchor, Home
from custom_components.indoor_positioning.engine.observation import Observation
from custom_components.indoor_positioning.engine.propagation import BEACON_HEIGHT_M
from custom_components.indoor_positioning.engine.replay.recording import Recording, survey_from_rows
from custom_components.indoor_positioning.engine.replay.rows import TruthRow
from custom_components.indoor_positioning.engine.survey import Survey

# 30 s is long beside the fading and the filters (seconds), short enough that five folds see every room.
BLOCK_S = 30.0
FOLDS = 5

# Between two sessions put on one clock. Each has its own device id, so the gap only has to keep truth
# rows apart; it is short because the anchors, heard from a moment ago, do go on listening.
SESSION_GAP_S = 5.0

# Where a source knows no height, anchors are put level with the beacon: distances are then in the plane.
UNKNOWN_HEIGHT_M = BEACON_HEIGHT_M


@dataclass(frozen=True, slots=True)
class Session:
    """One continuous recording of one device with its truth, seconds from its own start."""

    name: str
    adverts: list[Observation]
    truth: list[TruthRow]


def block_folds(name: str, home: Home, sessions: Sequence[Session]) -> dict[str, Recording]:
    """Return the folds: every FOLDS-th block of BLOCK_S is tested, the others are survey and history."""
    blocks = [block for session in sessions for block in _blocks(session)]
    return {
        f"{name}/fold{fold + 1}": recording_of(
            home,
            [block for index, block in enumerate(blocks) if index % FOLDS != fold],
            blocks[fold::FOLDS],
        )
        for fold in range(FOLDS)
    }


def _blocks(session: Session) -> Iterator[Session]:
    end = max(row.time for row in session.truth)
    start = 0.0
    while start <= end:
        within = (start, start + BLOCK_S)
        block = Session(
            f"{session.name}@{start:.0f}",
            [advert for advert in session.adverts if within[0] <= advert.time < within[1]],
            [row for row in session.truth if within[0] <= row.time < within[1]],
        )
        if block.adverts and block.truth:
            yield block
        start += BLOCK_S


def recording_of(home: Home, training: Sequence[Session], tests: Sequence[Session]) -> Recording:
    """Return training sessions as survey and history, and tests as what is streamed and scored."""
    adverts, truth = join(tests)
    return Recording(home=home, survey=survey_of(training), adverts=adverts, history=join(training)[0], truth=truth)


def survey_of(sessions: Sequence[Session]) -> Survey:
    """Return the samples of sessions with truth."""
    return survey_from_rows(*join(sessions))


def join(sessions: Sequence[Session]) -> tuple[list[Observation], list[TruthRow]]:
    """Put sessions one after another on one clock, each under a device id of its own."""
    adverts: list[Observation] = []
    truth: list[TruthRow] = []
    clock = 0.0
    for session in sessions:
        times = [item.time for item in session.adverts] + [row.time for row in session.truth]
        shift = clock - min(times)
        adverts.extend(
            replace(item, time=item.time + shift, beacon=session.name)
            for item in sorted(session.adverts, key=lambda item: item.time)
        )
        truth.extend(replace(row, time=row.time + shift, device=session.name) for row in session.truth)
        clock = shift + max(times) + SESSION_GAP_S
    return adverts, truth


def read_sessions(folder: Path, observations: str = "observations.csv", truth_file: str = "truth.csv") -> list[Session]:
    """Return the sessions of a dataset that have truth, in the file's order."""
    sessions: dict[str, Session] = {}
    for row in read_table(folder / truth_file):
        session = sessions.setdefault(row["session"], Session(row["session"], [], []))
        place = (float(row["x"]), float(row["y"])) if row["x"] else None
        for column in ("time_s", "time_end_s"):
            if row.get(column):
                session.truth.append(TruthRow(float(row[column]), row["device_id"], place, row["floor"], row["room"]))
    for row in read_table(folder / observations):
        if row["session"] in sessions:
            sessions[row["session"]].adverts.append(read_advert(row))
    return [session for session in sessions.values() if session.adverts]


def read_anchors(folder: Path, default_floor: str = "0") -> tuple[Anchor, ...]:
    """Return the anchors of a dataset."""
    return tuple(
        Anchor(
            row["anchor_id"],
            row["floor"] or default_floor,
            (float(row["x"]), float(row["y"]), float(row["z"] or UNKNOWN_HEIGHT_M)) if row["x"] else None,
            row["room"] or None,
        )
        for row in read_table(folder / "anchors.csv")
    )


def read_advert(row: dict[str, str]) -> Observation:
    """Return the reception in a row of the common form."""
    return Observation(float(row["time_s"]), row["device_id"], row["anchor_id"], float(row["rssi"]))


def read_meta(folder: Path) -> dict[str, Any]:
    """Return a dataset's description of itself."""
    meta: dict[str, Any] = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    return meta


def read_table(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file, gzipped or not."""
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
    else:
        with path.open(newline="", encoding="utf-8") as file:
            yield from csv.DictReader(file)
