from __future__ import annotations

import pytest

from benchmarks.lab import EXPONENT, REFERENCE_DBM, lab_lines, reproduce


def test_fit_and_filter_of_the_literature_are_reproduced() -> None:
    result = reproduce()
    assert result.reference == pytest.approx(REFERENCE_DBM, abs=0.2)
    assert result.exponent == pytest.approx(EXPONENT, abs=0.05)
    assert result.filtered_sd <= 2.3
    assert result.robust < result.trilateration
    assert any("fitted n" in line for line in lab_lines(result))
