"""The converters, against the public recordings where they are at hand."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from benchmarks.__main__ import USUAL_DATA
from benchmarks.datasets import load_all, main, rooms_only, variant
from benchmarks.sessions import BLOCK_S, Session, block_folds
from custom_components.indoor_positioning.engine.replay.recording import Recording, read_recording
from custom_components.indoor_positioning.engine.replay.rows import TruthRow
from tests.engine.small_home import FLAT, readings


def _session(name: str, seconds: int) -> Session:
    truth = [TruthRow(float(time), "tag", (1.0, 1.0), "0", "kitchen") for time in range(seconds)]
    return Session(name, readings(FLAT, (1.0, 1.0), "0", [float(time) for time in range(seconds)]), truth)


def test_folds_test_every_block_once_and_never_survey_it() -> None:
    folds = block_folds("x", FLAT, [_session("one", 300), _session("two", 120)])
    tested = [advert.beacon for fold in folds.values() for advert in fold.adverts]
    assert set(tested) == {f"one@{30 * block}" for block in range(10)} | {f"two@{30 * block}" for block in range(4)}
    for fold in folds.values():
        assert not {advert.beacon for advert in fold.adverts} & {sample.beacon for sample in fold.survey}
        assert not {advert.beacon for advert in fold.adverts} & {advert.beacon for advert in fold.history}


def test_runs_of_a_fold_do_not_overlap_in_time() -> None:
    fold = block_folds("x", FLAT, [_session("one", 600)])["x/fold1"]
    spans = sorted(
        (
            min(row.time for row in fold.truth if row.device == device),
            max(row.time for row in fold.truth if row.device == device),
        )
        for device in {row.device for row in fold.truth}
    )
    assert all(end - start < BLOCK_S for start, end in spans)
    assert all(later[0] - earlier[1] >= 2.0 for earlier, later in itertools.pairwise(spans))


def test_variants_take_knowledge_away() -> None:
    fold = block_folds("x", FLAT, [_session("one", 300)])["x/fold1"]
    assert variant(fold, survey=False, history=True).survey == ()
    assert variant(fold, survey=True, history=False).history == []
    plain = rooms_only(fold)
    assert not plain.home.has_plan
    assert all(anchor.position is None for anchor in plain.home.anchors)
    assert all(sample.position is None and sample.room for sample in plain.survey)
    assert all(row.position is None for row in plain.truth)


@pytest.fixture(scope="module")
def recordings() -> dict[str, Recording]:
    if not USUAL_DATA.is_dir():
        pytest.skip("the public recordings are not at hand")
    return load_all(USUAL_DATA)


@pytest.mark.datasets
def test_every_dataset_is_read(recordings: dict[str, Recording]) -> None:
    groups = {name.split("/")[0] for name in recordings}
    assert groups == {"flat", "flat_raw", "uji", "tetam", "atrium", "espresense", "sal"}


@pytest.mark.datasets
def test_adverts_and_truth_speak_of_the_same_devices_and_anchors(recordings: dict[str, Recording]) -> None:
    for name, recording in recordings.items():
        known = {anchor.id for anchor in recording.home.anchors}
        assert {advert.anchor for advert in recording.adverts} <= known, name
        assert {row.device for row in recording.truth} <= {advert.beacon for advert in recording.adverts}, name
        assert {row.room for row in recording.truth} <= {room.id for room in recording.home.rooms}, name


@pytest.mark.datasets
def test_recordings_are_written_in_the_replay_form(
    recordings: dict[str, Recording], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(USUAL_DATA), "--out", str(tmp_path)]) == 0
    assert "flat/fold1: " in capsys.readouterr().out
    again = read_recording(tmp_path / "uji" / "-12dBm")
    assert again.home == recordings["uji/-12dBm"].home
    assert len(again.adverts) == len(recordings["uji/-12dBm"].adverts)
    assert len(again.survey) == len(recordings["uji/-12dBm"].survey)


def test_a_folder_without_datasets_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "none of flat_kolakowski" in capsys.readouterr().err
