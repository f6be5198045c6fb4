"""What tags tell of themselves, as it is kept."""

from __future__ import annotations

import json

import pytest

from custom_components.indoor_positioning.engine.identity import Telemetry
from custom_components.indoor_positioning.engine.identity.tag_report import TagReport

NOW = 1_790_000_000.0


def telemetry(uptime: float, **changes: float | None) -> Telemetry:
    values = {"battery_millivolts": 2950, "temperature": 21.5, "advertisements": 7, **changes}
    return Telemetry(**values, uptime=uptime)  # type: ignore[arg-type]


def test_the_moment_of_switching_on_stays_with_a_drifting_clock() -> None:
    report: TagReport | None = None
    for second in range(0, 86400, 600):
        report = TagReport.heard(telemetry(100 + second * (1 + 500e-6)), NOW + second, report)
        assert report.switched_on == NOW - 100


def test_a_new_battery_is_a_new_moment() -> None:
    before = TagReport.heard(telemetry(86400.0), NOW, None)
    assert TagReport.heard(telemetry(5.0), NOW + 60, before).switched_on == NOW + 55


def test_it_knows_what_the_tag_measures() -> None:
    everything = {"battery_millivolts", "temperature", "advertisements", "uptime"}
    assert TagReport.heard(telemetry(1.0), NOW, None).told == everything
    assert TagReport.heard(telemetry(1.0, temperature=None), NOW, None).told == everything - {"temperature"}


@pytest.mark.parametrize("changes", [{}, {"battery_millivolts": None}, {"temperature": None}])
def test_it_is_kept_over_a_restart(changes: dict[str, None]) -> None:
    report = TagReport.heard(telemetry(12.5, **changes), NOW, None)
    assert TagReport.from_dict(json.loads(json.dumps(report.to_dict()))) == report


@pytest.mark.parametrize(
    "changes", [{"uptime": "x"}, {"switched_on": float("nan")}, {"advertisements": float("inf")}, {"temperature": "x"}]
)
def test_what_makes_no_sense_is_left_out(changes: dict[str, object]) -> None:
    sound = TagReport.heard(telemetry(12.5), NOW, None).to_dict()
    assert TagReport.from_dict(sound | changes) is None


@pytest.mark.parametrize("stored", [None, "x", [], {}])
def test_what_is_no_report_is_none(stored: object) -> None:
    assert TagReport.from_dict(stored) is None
