"""Tracks as files: appended to, read back, and readable whatever happened to them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.recorded_track import AWAY, RECORD, Records
from custom_components.indoor_positioning.engine.track_file import (
    SIGNATURE,
    append_places,
    append_records,
    read_places,
    read_records,
)


def records(*times: float) -> Records:
    return np.array([(time, 1.5, -2.25, 0.5, 3) for time in times], RECORD)


def test_what_is_appended_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "1.track"
    append_records(path, records(1.0, 2.0))
    append_records(path, records(3.0))
    read = read_records(path)
    assert read.tolist() == records(1.0, 2.0, 3.0).tolist()
    assert path.stat().st_size == len(SIGNATURE) + 3 * 22


def test_half_a_record_is_none_and_spoils_no_later_one(tmp_path: Path) -> None:
    path = tmp_path / "1.track"
    append_records(path, records(1.0, 2.0))
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert len(read_records(path)) == max(0, length - len(SIGNATURE)) // RECORD.itemsize
        append_records(path, records(5.0))
        assert read_records(path)["time"].tolist()[-1] == 5.0


def test_a_file_of_another_version_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "1.track"
    path.write_bytes(b"IPTRACK\x02" + bytes(220))
    assert len(read_records(path)) == 0
    assert len(read_records(tmp_path / "missing.track")) == 0


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_can_be_read(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    path = tmp_path_factory.mktemp("track") / "1.track"
    path.write_bytes(SIGNATURE + body)
    read = read_records(path)
    assert len(read) <= len(body) // RECORD.itemsize
    assert (np.diff(read["time"]) >= 0.0).all()


def test_places_keep_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "places.jsonl"
    append_places(path, [("ground", "kitchen"), ("ground", None)])
    append_places(path, [("upper\n", "Küche")])
    assert read_places(path) == [AWAY, ("ground", "kitchen"), ("ground", None), ("upper\n", "Küche")]


def test_a_line_that_is_broken_off_shifts_no_number(tmp_path: Path) -> None:
    path = tmp_path / "places.jsonl"
    append_places(path, [("ground", "kitchen"), ("ground", "hall")])
    path.write_bytes(path.read_bytes()[:-6])
    assert read_places(path) == [AWAY, ("ground", "kitchen"), AWAY]
    append_places(path, [("upper", "bedroom")])
    assert read_places(path) == [AWAY, ("ground", "kitchen"), AWAY, ("upper", "bedroom")]
