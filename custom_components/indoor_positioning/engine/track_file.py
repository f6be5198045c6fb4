"""Tracks as files: a signature with the version, then fixed records. To add is to append, and half a record is none."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from .recorded_track import AWAY, RECORD, Place, Records

# The last byte is the version; another one is another layout of the records.
SIGNATURE = b"IPTRACK\x01"

PLACES_FILE = "places.jsonl"

# More places than any home has; beyond them a file is not ours.
MAX_PLACES = 10_000


def append_records(path: Path, records: Records) -> None:
    """Append records to a file, which is made. One that ends within a record (the power went) is mended first."""
    with path.open("ab") as file:
        size = file.tell()
        if size < len(SIGNATURE):
            file.truncate(0)
            file.write(SIGNATURE)
        else:
            file.truncate(size - (size - len(SIGNATURE)) % RECORD.itemsize)
        file.write(records.tobytes())


def read_records(path: Path) -> Records:
    """Return the records of a file in time order; none of a file that is not there or of another version."""
    try:
        data = path.read_bytes()
    except OSError:
        return np.empty(0, RECORD)
    if not data.startswith(SIGNATURE):
        return np.empty(0, RECORD)
    body = data[len(SIGNATURE) :]
    records = np.frombuffer(body[: len(body) - len(body) % RECORD.itemsize], RECORD)
    records = records[np.isfinite(records["time"])]
    in_order: Records = records[np.argsort(records["time"], kind="stable")]
    return in_order


def append_places(path: Path, places: Iterable[Place]) -> None:
    """Append places to a list of them, on lines of their own even where the last one is broken off."""
    with path.open("ab+") as file:
        if file.tell():
            file.seek(-1, 2)
            if file.read(1) != b"\n":
                file.write(b"\n")
        file.writelines(f"{json.dumps(place)}\n".encode() for place in places)


def read_places(path: Path) -> list[Place]:
    """Return the places of a list by number. The first is `AWAY`, and so is what cannot be read: no number shifts."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return [AWAY]
    return [AWAY, *(_place(line) for line in lines[:MAX_PLACES])]


def _place(line: str) -> Place:
    try:
        floor, room = json.loads(line)
    except TypeError, ValueError:
        return AWAY
    return (None if floor is None else str(floor), None if room is None else str(room))
