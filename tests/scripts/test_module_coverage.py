"""Each module is held to the share by itself."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parents[2]

_spec = importlib.util.spec_from_file_location("module_coverage", PROJECT / "scripts" / "lib" / "module_coverage.py")
assert _spec is not None
assert _spec.loader is not None
module_coverage = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(module_coverage)


def report(**shares: float) -> dict[str, Any]:
    """Return what coverage writes of modules with these shares."""
    return {
        "files": {
            name: {"summary": {"percent_covered": share}, "missing_lines": [7] if share < 100 else []}
            for name, share in shares.items()
        }
    }


def run(folder: Path, found: dict[str, Any]) -> int:
    path = folder / "report.json"
    path.write_text(json.dumps(found))
    code: int = module_coverage.main([str(path), "95"])
    return code


def test_one_module_below_fails_whatever_the_others_have(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, report(good=100.0, just=95.0, worse=94.9, worst=10.0)) == 1
    first, second, last = capsys.readouterr().out.splitlines()
    assert (first, second) == (" 10.0 %  worst: lines 7", " 94.9 %  worse: lines 7")
    assert last == "2 of 4 modules have 95 % or more."


def test_all_modules_above_pass(tmp_path: Path) -> None:
    assert run(tmp_path, report(good=100.0, just=95.0)) == 0


def test_nothing_measured_is_no_success(tmp_path: Path) -> None:
    assert run(tmp_path, report()) == 1


@pytest.mark.parametrize("arguments", [[], ["nowhere.json", "95"], ["nowhere.json"]])
def test_without_a_report_the_usage_is_told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert module_coverage.main(arguments) == 2
    assert "REPORT.json PERCENT" in capsys.readouterr().err
