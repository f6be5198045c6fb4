from __future__ import annotations

import json

from benchmarks import learning
from benchmarks.learning import SURVEYED, LearningResults, Learnt
from benchmarks.runner import Outcome
from custom_components.indoor_positioning.engine.propagation import PropagationParameters
from custom_components.indoor_positioning.engine.replay.rows import EstimateRow, TruthRow
from tests.engine.small_home import FLAT


def _learnt(error: float) -> Learnt:
    outcome = Outcome()
    rows = [EstimateRow(float(time), "tag", (1.0, 1.0 + error), "0", "kitchen", 1.0, 0.8) for time in range(10)]
    outcome.tally.add(rows, [TruthRow(float(time), "tag", (1.0, 1.0), "0", "kitchen") for time in range(10)], FLAT)
    return Learnt(outcome, PropagationParameters(anchor_offsets={"k": 1.5}))


def test_seeds_are_pooled_and_stages_told_apart() -> None:
    results = LearningResults({("flat", "0 h"): [_learnt(1.0), _learnt(3.0)], ("flat", SURVEYED): [_learnt(0.5)]})
    assert results.pooled("flat", "0 h").tally.errors == [1.0] * 10 + [3.0] * 10
    assert "| flat | 0 h | 2.00 |" in learning.markdown_report(results)
    assert "| flat | survey | 0.50 |" in learning.markdown_report(results)
    figures = json.loads(json.dumps(learning.json_report(results)))
    assert figures["learning"][0]["parameters"][0]["anchor_offsets"] == {"k": 1.5}
