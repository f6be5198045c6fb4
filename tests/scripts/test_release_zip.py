"""What is published is the same wherever it is packed, and is all that runs."""

from __future__ import annotations

import importlib.util
import io
import json
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import pytest

PROJECT = Path(__file__).parents[2]

_spec = importlib.util.spec_from_file_location("release_zip", PROJECT / "scripts" / "lib" / "release_zip.py")
assert _spec is not None
assert _spec.loader is not None
release_zip = importlib.util.module_from_spec(_spec)
sys.modules["release_zip"] = release_zip
_spec.loader.exec_module(release_zip)

MOMENT = datetime(2026, 11, 25, 12, 30, 20, tzinfo=UTC)


def entries(packed: bytes) -> list[zipfile.ZipInfo]:
    """Return the entries of a zip."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return archive.infolist()


def test_same_files_give_the_same_bytes_in_any_order() -> None:
    files = {PurePosixPath("b.py"): b"2", PurePosixPath("a.py"): b"1"}
    packed = release_zip.pack(files, MOMENT)
    assert packed == release_zip.pack(dict(reversed(files.items())), MOMENT)
    assert [entry.filename for entry in entries(packed)] == ["a.py", "b.py"]
    assert {entry.date_time for entry in entries(packed)} == {(2026, 11, 25, 12, 30, 20)}


def test_a_commit_older_than_zip_files_is_packed_all_the_same() -> None:
    packed = release_zip.pack({PurePosixPath("a.py"): b""}, datetime(1970, 1, 1, tzinfo=UTC))
    assert entries(packed)[0].date_time == (1980, 1, 1, 0, 0, 0)


def test_the_version_is_written_and_the_order_of_keys_kept() -> None:
    manifest = (PROJECT / release_zip.INTEGRATION / "manifest.json").read_bytes()
    stamped = json.loads(release_zip.with_version(manifest, "9.8.7"))
    assert stamped == json.loads(manifest) | {"version": "9.8.7"}
    assert list(stamped) == list(json.loads(manifest))


def test_committed_files_are_those_that_run() -> None:
    files = release_zip.committed_files()
    assert PurePosixPath("manifest.json") in files
    assert PurePosixPath("engine/tracker.py") in files
    assert PurePosixPath("translations/en.json") in files
    assert not [name for name in files if name.parts[0] == "frontend" or "__pycache__" in name.parts]


def test_the_built_front_end_goes_where_it_is_served_from(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "panel.js").write_text("1")
    assert release_zip.built_front_end(tmp_path) == {PurePosixPath("frontend/dist/assets/panel.js"): b"1"}


def test_without_a_built_front_end_nothing_is_released(tmp_path: Path) -> None:
    with pytest.raises(release_zip.ReleaseError, match="not built"):
        release_zip.built_front_end(tmp_path)
