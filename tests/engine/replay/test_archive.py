"""Archives: read within limits, and nothing but read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.replay import archive
from custom_components.indoor_positioning.engine.replay.__main__ import main
from custom_components.indoor_positioning.engine.replay.archive import (
    MAX_MEMBERS,
    ArchiveError,
    ArchiveProblem,
    read_archive,
    write_archive,
)
from custom_components.indoor_positioning.engine.replay.recording import (
    Recording,
    RecordingError,
    read_recording,
    write_recording,
)
from custom_components.indoor_positioning.engine.survey import SurveySample
from tests.engine.small_home import FLAT


def read(data: bytes, limit: int = 1000) -> Mapping[str, bytes]:
    return read_archive(io.BytesIO(data), lambda name: limit if name.endswith(".txt") else None)


def refused(data: bytes, limit: int = 1000) -> ArchiveError:
    with pytest.raises(ArchiveError) as caught:
        read(data, limit)
    return caught.value


def test_what_is_written_is_read_and_the_rest_passed_over() -> None:
    data = write_archive([("a.txt", b"one"), ("b.bin", b"two"), ("c/d.txt", b"three")])
    assert read(data) == {"a.txt": b"one", "c/d.txt": b"three"}
    assert data == write_archive([("a.txt", b"one"), ("b.bin", b"two"), ("c/d.txt", b"three")])


@pytest.mark.parametrize("name", ["../a.txt", "/etc/a.txt", "a/../../b.txt", "..\\a.txt", "C:\\a.txt"])
def test_a_name_that_leads_out_is_refused(name: str) -> None:
    error = refused(write_archive([("a.txt", b""), (name, b"")]))
    assert (error.problem, error.member) == (ArchiveProblem.PATH, name)


def test_a_bomb_is_not_unpacked() -> None:
    bomb = write_archive([("a.txt", bytes(50_000_000))])
    assert len(bomb) < 100_000
    assert refused(bomb).problem is ArchiveProblem.TOO_LARGE


def test_a_size_that_is_a_lie_helps_nobody() -> None:
    honest = write_archive([("a.txt", bytes(5000))])
    lie = honest.replace((5000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lie != honest
    with pytest.raises(ArchiveError):
        read(lie)


def test_many_small_ones_are_bounded_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_TOTAL", 1500)
    assert refused(write_archive([(f"{number}.txt", bytes(900)) for number in range(2)])).member == "1.txt"


def test_too_many_members() -> None:
    data = write_archive([(f"{number}.txt", b"") for number in range(MAX_MEMBERS + 1)])
    assert refused(data).problem is ArchiveProblem.TOO_LARGE


def test_one_name_twice() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        made.writestr("a.txt", "one")
        with pytest.warns(UserWarning, match="Duplicate"):
            made.writestr("a.txt", "two")
    assert refused(written.getvalue()).problem is ArchiveProblem.UNREADABLE


@pytest.mark.parametrize("data", [b"", b"PK", b"no archive", write_archive([("a.txt", b"one")])[:30]])
def test_what_is_no_archive(data: bytes) -> None:
    assert refused(data).problem is ArchiveProblem.UNREADABLE


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_archive_is_read_or_refused(data: st.DataObject) -> None:
    whole = bytearray(write_archive([("a.txt", b"one" * 50), ("b.txt", b"two" * 50)]))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        members = read(bytes(whole))
    except ArchiveError:
        return
    assert all(len(one) <= 1000 for one in members.values())


def zipped(folder: Path) -> bytes:
    return write_archive((path.name, path.read_bytes()) for path in sorted(folder.iterdir()))


def test_a_recording_in_one_file_is_replayed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sample = SurveySample("tag", "0", "kitchen", (1.0, 1.0), {"k": (-60.0, -62.0), "l": (-70.0,)}, time=5.0)
    write_recording(tmp_path / "folder", Recording(FLAT, (sample,)))
    path = tmp_path / "home.zip"
    path.write_bytes(zipped(tmp_path / "folder"))
    recording = read_recording(path)
    assert recording.home == FLAT
    assert recording.survey == read_recording(tmp_path / "folder").survey
    assert main([str(path)]) == 0
    assert capsys.readouterr().out.startswith("time,device,x,y")


def test_a_file_that_is_no_recording(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "home.zip"
    path.write_bytes(b"no archive")
    with pytest.raises(RecordingError, match=r"home\.zip: archive unreadable"):
        read_recording(path)
    assert main([str(path)]) == 2
    assert "home.zip" in capsys.readouterr().err
