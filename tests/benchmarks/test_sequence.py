from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import __main__ as command
from benchmarks import sequence
from benchmarks.sequence_networks import KINDS, cost
from benchmarks.sequence_rows import WINDOW_S, judged_rows, training_rows
from custom_components.indoor_positioning.engine.replay.recording import Recording
from custom_components.indoor_positioning.engine.replay.rows import TruthRow
from tests.engine.neural.homes import noisy_survey
from tests.engine.small_home import FLAT, readings


def recording() -> Recording:
    times = list(range(20))
    truth = [TruthRow(float(time), "tag", (1.0, 1.0), "0", "kitchen") for time in times]
    return Recording(FLAT, noisy_survey(), readings(FLAT, (1.0, 1.0), "0", times), truth=truth)


def test_a_window_holds_the_seconds_one_by_one() -> None:
    train, held_out = training_rows(recording())
    assert len(train) > len(held_out) > 0
    assert train.windows.shape == (len(train), WINDOW_S, 4)
    # A stand's twelve packets a link, one a second: the newest second is never empty, and filtered levels lie near it.
    assert not np.isnan(train.windows[:, -1]).any()
    assert np.nanmean(np.abs(train.windows.mean(axis=1) - train.levels)) < 3.0


def test_what_was_not_yet_is_missing() -> None:
    rows = judged_rows(recording())
    assert len(rows) == 20
    assert np.isnan(rows.windows[0, :-1]).all()
    assert not np.isnan(rows.windows[-1]).any()
    assert (rows.places == (1.0, 1.0)).all()


def test_nothing_is_looked_ahead() -> None:
    whole = recording()
    half = replace(whole, adverts=[one for one in whole.adverts if one.time <= 10.0])
    count = 10
    assert np.array_equal(judged_rows(whole).windows[:count], judged_rows(half).windows[:count], equal_nan=True)


def test_costs_are_those_of_the_layers() -> None:
    assert cost("mlp", 8) == (2930, 2816)
    # Three gates, each with inputs, state and two biases; then two outputs.
    assert cost("gru", 8)[0] == 3 * 32 * (8 + 32 + 2) + 2 * 32 + 2
    assert cost("lstm", 8)[0] == 4 * 32 * (8 + 32 + 2) + 2 * 32 + 2
    assert cost("cnn", 8)[0] == 3 * 8 * 16 + 16 + 3 * 16 * 32 + 32 + 4 * 32 * 32 + 32 + 2 * 32 + 2
    assert {kind: cost(kind, 8)[1] > cost("mlp", 8)[1] for kind in KINDS if kind != "mlp"} == dict.fromkeys(
        ("cnn", "gru", "lstm"), True
    )


def results(cnn: float) -> sequence.SequenceResults:
    rng = np.random.default_rng(0)
    means = {"mlp": 1.0, "cnn": cnn, "gru": 1.2, "lstm": 1.2, sequence.SHIPPED: 0.9}
    errors = {("flat", kind): {seed: rng.normal(mean, 0.01, 500) for seed in (0, 1, 2)} for kind, mean in means.items()}
    return sequence.SequenceResults(errors, {"flat": (1, 500)}, "2")


def test_only_what_exceeds_the_spread_is_called_better() -> None:
    assert "1-D CNN, 8 s by 20 %" in sequence.verdict(results(0.8))
    assert "Furnished flat: none." in sequence.verdict(results(1.0))
    text = sequence.markdown_report(results(0.8))
    assert "| Furnished flat | 1-D CNN, 8 s | 0.80 ± 0.00 |" in text


def test_without_torch_it_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "torch_or_none", lambda: None)
    assert command.main(["sequence"]) == 2
    assert "uv pip install --group sequence" in capsys.readouterr().err
    monkeypatch.setattr(command, "torch_or_none", lambda: command)
    assert command.main(["sequence", "--data", str(tmp_path)]) == 2
    assert "say where with --data" in capsys.readouterr().err
