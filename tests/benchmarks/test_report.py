from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from benchmarks import report
from benchmarks.__main__ import _write, main
from benchmarks.accuracy import Results
from benchmarks.cases import Knowledge
from benchmarks.plans import FLAT
from benchmarks.runner import RIVALS, Outcome
from custom_components.indoor_positioning.engine.replay.rows import EstimateRow, TruthRow


def _outcome(error: float, room: str) -> Outcome:
    outcome = Outcome(seconds=0.5, readings=1000)
    rows = [EstimateRow(float(time), "tag", (1.0, 1.0 + error), "0", room, 1.0, 0.8) for time in range(20)]
    truth = [TruthRow(float(time), "tag", (1.0, 1.0), "0", "living_room") for time in range(20)]
    outcome.tally.add(rows, truth, FLAT)
    return outcome


@pytest.fixture
def results() -> Results:
    outcomes = {
        "bayes": _outcome(0.5, "living_room"),
        "centroid": _outcome(1.0, "living_room"),
        "find3": _outcome(2.0, "hall"),
    }
    return Results(
        outcomes={("flat", Knowledge.SURVEY): outcomes}, disturbances={"a dead anchor": _outcome(1.0, "hall")}
    )


def test_the_best_of_the_others_is_named(results: Results) -> None:
    assert results.best_other("flat", Knowledge.SURVEY, "median_error", RIVALS) == ("centroid", 1.0)
    assert results.best_other("flat", Knowledge.SURVEY, "rooms", RIVALS) == ("centroid", 1.0)
    assert results.best_other("tetam", Knowledge.SURVEY, "rooms", RIVALS) is None


def test_rivals_and_own_locators_stand_apart(results: Results) -> None:
    results.outcomes["flat", Knowledge.SURVEY]["fused"] = _outcome(0.75, "living_room")
    header, row = report.requirement_rows(results)
    assert [row[header.index("best rival")], row[header.index("own other")]] == ["1.00 (centroid)", "0.75 (fused)"]


def test_the_report_holds_tables_and_marks_the_default(results: Results) -> None:
    text = report.markdown_report(results)
    assert "| **bayes** | 0.50 |" in text
    assert "| a dead anchor | 1.00 |" in text
    assert "1.00 (centroid)" in text
    assert "> bayes" in report.text_report(results)


def test_the_figures_are_json(results: Results) -> None:
    figures = json.loads(json.dumps(report.json_report(results)))
    assert figures["results"][0]["method"] == "bayes"
    assert figures["results"][0]["us_per_reading"] == pytest.approx(500.0)


def test_a_section_is_replaced_between_its_markers_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text("before\n<!-- benchmark:summary:begin -->\nold\n<!-- benchmark:summary:end -->\nafter\n", "utf-8")
    assert report.replace_section(path, "summary", "new \\1 table")
    assert path.read_text("utf-8") == (
        "before\n<!-- benchmark:summary:begin -->\nnew \\1 table\n<!-- benchmark:summary:end -->\nafter\n"
    )
    assert not report.replace_section(path, "speed", "x")
    assert not report.replace_section(tmp_path / "absent.md", "speed", "x")


def test_a_report_keeps_its_other_sections(tmp_path: Path) -> None:
    options = argparse.Namespace(report=tmp_path / "docs" / "benchmarks.md", json=None)
    _write(options, {}, "accuracy", "accurate")
    _write(options, {}, "speed", "fast")
    options.report.write_text(options.report.read_text("utf-8").replace("benchmark:learning", "old"), "utf-8")
    _write(options, {}, "learning", "learnt")
    text = options.report.read_text("utf-8")
    assert text.startswith("# Benchmarks\n")
    assert all(section in text for section in ("\naccurate\n", "\nfast\n", "\nlearnt\n"))


def test_data_that_are_not_there_are_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["accuracy", "--data", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith(f"scripts/benchmark: {tmp_path}: none of flat_kolakowski, ")
