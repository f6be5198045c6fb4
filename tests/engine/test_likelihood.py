"""Readings fit the true place best; silence counts where it means something; nothing is ever infinite."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.geometry import FloatArray
from custom_components.indoor_positioning.engine.likelihood import (
    BEST_RECEPTION,
    FADING_S,
    FIRST_INTERVAL_S,
    GATHER_S,
    LOGISTIC_PER_SD,
    MOST_TRIALS,
    PACKET_SD_DB,
    SENSITIVITY_DBM,
    SENSITIVITY_SPREAD_DB,
    TAIL_NU,
    WALKING_PER_RESTING,
    LinkEvidence,
    Links,
    RssiLikelihood,
)
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.motion import MODES, RESTING, WALKING, FloatArray32
from custom_components.indoor_positioning.engine.observation import Observation
from tests.engine.small_home import FLAT, FLAT_SURVEY

MODEL = PositioningModel.build(FLAT, FLAT_SURVEY)
OFFSETS = np.array([-8.0, 0.0, 8.0])
LIKELIHOOD = RssiLikelihood(MODEL.radio_map, OFFSETS)
CELLS = len(MODEL.grid)
UNIFORM: FloatArray32 = np.full((MODES, CELLS, len(OFFSETS)), 1.0 / (MODES * CELLS * len(OFFSETS)), dtype=np.float32)
NONE = np.empty(0, dtype=np.intp)


def _links(
    rssi: FloatArray, *, rows: list[int] | None = None, silent: list[int] | None = None, weight: float = 1.0
) -> Links:
    known = np.arange(len(rssi)) if rows is None else np.array(rows, dtype=np.intp)
    return Links(known, rssi, np.full(len(rssi), 2.0), np.array(silent or [], dtype=np.intp), weight)


def _cell(x: float, y: float) -> int:
    return int(np.argmin(((MODEL.grid.points - (x, y)) ** 2).sum(axis=1)))


def test_few_anchors_row_by_row_say_what_the_whole_table_does(monkeypatch: pytest.MonkeyPatch) -> None:
    links = _links(np.array([-60.0, -75.0]), rows=[2, 0], silent=[1])
    said = []
    for share in (0.0, 1.0):
        monkeypatch.setattr("custom_components.indoor_positioning.engine.likelihood.FEW_ROWS", share)
        said.append(LIKELIHOOD.log_likelihood(links))
    assert np.ptp(said[0]) > 1.0
    np.testing.assert_allclose(said[0], said[1], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("place", [(1.0, 1.0), (7.5, 2.5), (2.0, 5.5), (4.75, 6.75)])
@pytest.mark.parametrize("offset", [0, 1, 2])
def test_the_true_place_and_power_are_likeliest(place: tuple[float, float], offset: int) -> None:
    cell = _cell(*place)
    heard = MODEL.radio_map.mean[:, cell] + OFFSETS[offset]
    fit = LIKELIHOOD.log_likelihood(_links(heard))
    best_cell, best_offset = np.unravel_index(int(fit.argmax()), fit.shape)
    away = MODEL.grid.points[best_cell] - MODEL.grid.points[cell]
    # Where the map is surer of itself the same misfit weighs more: neighbours may tie.
    assert np.hypot(*away) <= 1.0
    assert best_offset == offset


def _plain_log_likelihood(links: Links) -> FloatArray:
    """Return what the engine computes fast, term by term as the textbook has it, (cells, offsets)."""
    radio_map = MODEL.radio_map
    variance = radio_map.spread**2 + radio_map.visit**2
    expected = radio_map.mean[:, :, None] + OFFSETS
    above = (expected - SENSITIVITY_DBM) / (LOGISTIC_PER_SD * np.sqrt(variance + SENSITIVITY_SPREAD_DB**2))[:, :, None]
    received = BEST_RECEPTION / (1.0 + np.exp(-above))
    sent = links.packets.max(initial=0.0) / BEST_RECEPTION
    counted = min(1.0, MOST_TRIALS / sent) if sent else 0.0
    result = np.zeros(expected.shape[1:])
    for row, rssi, packets in zip(links.rows, links.rssi, links.packets, strict=True):
        spread = (variance[row] + PACKET_SD_DB**2 / packets)[:, None]
        result -= 0.5 * (TAIL_NU + 1.0) * np.log1p((rssi - expected[row]) ** 2 / (TAIL_NU * spread))
        result -= 0.5 * np.log(spread)
        result += counted * (packets * np.log(received[row]) + (sent - packets) * np.log1p(-received[row]))
    for row in links.silent:
        result += counted * sent * np.log1p(-received[row])
    return result


# Any reading of any number of packets, heard by some anchors while others are silent.
ANY_LINKS = st.builds(
    lambda heard, silent, weight: Links(
        np.array(sorted(heard), dtype=np.intp),
        np.array([heard[row][0] for row in sorted(heard)]),
        np.array([float(heard[row][1]) for row in sorted(heard)]),
        np.array(sorted(silent - heard.keys()), dtype=np.intp),
        weight,
    ),
    st.dictionaries(st.integers(0, 3), st.tuples(st.floats(-127.0, 20.0), st.integers(1, 9)), min_size=1),
    st.sets(st.integers(0, 3)),
    st.floats(0.0, 1.0),
)


@settings(max_examples=60, deadline=None)
@given(ANY_LINKS)
def test_the_fast_computation_equals_the_plain_one(links: Links) -> None:
    plain, fast = _plain_log_likelihood(links), LIKELIHOOD.log_likelihood(links)
    # What single precision leaves of logarithms of some hundreds.
    assert fast == pytest.approx(plain, rel=1e-5, abs=2e-3)
    likelihood = np.exp(links.weight * (plain - plain.max()))
    resting = likelihood ** (1.0 / WALKING_PER_RESTING)
    shares = np.array([resting.mean() ** WALKING_PER_RESTING, likelihood.mean()])
    shares /= shares.sum()
    expected = np.stack((shares[0] * resting / resting.sum(), shares[1] * likelihood / likelihood.sum()))
    corrected = LIKELIHOOD.correct(UNIFORM, links)
    # Not one of all cells and powers is believed in by more or less than 5 in 10,000.
    # Of the whole belief at most a thousandth lies elsewhere.
    assert 0.5 * np.abs(corrected - expected).sum() < 1e-3


def test_more_anchors_than_one_logarithm_holds_are_computed_alike() -> None:
    many = np.arange(60) % 4
    radio_map = replace(
        MODEL.radio_map,
        anchors=tuple(f"a{index}" for index in range(60)),
        mean=MODEL.radio_map.mean[many],
        spread=MODEL.radio_map.spread[many],
    )
    quiet = np.full(60, -127.0)
    once = _plain_log_likelihood(_links(quiet[:4]))
    fast = RssiLikelihood(radio_map, OFFSETS).log_likelihood(_links(quiet))
    assert fast == pytest.approx(15.0 * once, rel=1e-4)


def test_nothing_becomes_impossible_for_good() -> None:
    cell = _cell(7.5, 2.5)
    belief = UNIFORM
    for _ in range(200):
        belief = LIKELIHOOD.correct(belief, _links(MODEL.radio_map.mean[:, cell]))
    assert belief.min() > 0.0
    assert belief.sum(dtype=float) == pytest.approx(1.0, abs=1e-5)


def test_the_cost_of_a_wild_reading_grows_slower_and_slower() -> None:
    cell = _cell(7.5, 2.5)

    def cost(off: float) -> float:
        heard = MODEL.radio_map.mean[:, cell].copy()
        fit = LIKELIHOOD.log_likelihood(_links(heard))[cell, 1]
        heard[0] += off
        return float(fit - LIKELIHOOD.log_likelihood(_links(heard))[cell, 1])

    costs = [cost(off) for off in (10.0, 20.0, 40.0, 80.0)]
    assert costs == sorted(costs)
    # A normal distribution would charge four times as much for twice the error; heavy tails charge a constant more.
    assert costs[1] < 4.0 * costs[0]
    assert costs[3] - costs[2] <= 6.0 * np.log(2.0) + 1e-3


def test_belief_after_evidence_is_a_distribution_that_prefers_the_true_place() -> None:
    cell = _cell(7.5, 2.5)
    corrected = LIKELIHOOD.correct(UNIFORM, _links(MODEL.radio_map.mean[:, cell]))
    assert corrected.sum(dtype=float) == pytest.approx(1.0, abs=1e-4)
    assert corrected.dtype == np.float32
    cells = corrected.sum(axis=(0, 2))
    assert cells[cell] > 3.0 / CELLS
    # At rest the same evidence weighs less, so the belief stays wider.
    resting, walking = (corrected[mode].sum(axis=1) / corrected[mode].sum() for mode in (RESTING, WALKING))
    assert walking.max() > resting.max()


def test_evidence_of_little_weight_says_little() -> None:
    heard = MODEL.radio_map.mean[:, _cell(7.5, 2.5)]
    peaks = [LIKELIHOOD.correct(UNIFORM, _links(heard, weight=weight)).max() for weight in (0.0, 0.2, 1.0)]
    assert peaks[0] == pytest.approx(UNIFORM.max(), rel=1e-4)
    assert peaks == sorted(peaks)


def test_silence_speaks_against_the_neighbourhood_of_the_silent() -> None:
    weak = np.array([-92.0])
    without = LIKELIHOOD.log_likelihood(_links(weak, rows=[2]))
    silent = LIKELIHOOD.log_likelihood(_links(weak, rows=[2], silent=[0]))
    cost = silent - without
    near, far = _cell(0.25, 0.25), _cell(8.75, 6.75)
    assert (cost <= 0.0).all()
    assert cost[near, 1] < cost[far, 1]
    # A beacon that sends weakly is easily missed: its silence means less.
    assert (cost[far, 0], cost[near, 0]) > (cost[far, 2], cost[near, 2])


def test_silence_without_any_reading_is_no_evidence() -> None:
    nothing = Links(NONE, np.empty(0), np.empty(0), np.array([0, 1], dtype=np.intp), 1.0)
    assert np.ptp(LIKELIHOOD.log_likelihood(nothing)) == 0.0


def test_excluded_belief_gives_way_to_evidence() -> None:
    impossible = np.zeros_like(UNIFORM)
    corrected = LIKELIHOOD.correct(impossible, _links(MODEL.radio_map.mean[:, _cell(7.5, 2.5)]))
    assert corrected.sum(dtype=float) == pytest.approx(1.0, abs=1e-4)


def test_a_belief_at_the_place_foretells_its_readings_better_than_one_elsewhere() -> None:
    here, there = _cell(0.25, 0.25), _cell(7.5, 2.5)
    links = _links(MODEL.radio_map.mean[:, here])
    at = {}
    for cell in (here, there):
        belief = np.zeros_like(UNIFORM)
        belief[:, cell, :] = 1.0 / (MODES * len(OFFSETS))
        at[cell] = LIKELIHOOD.correct_and_judge(belief, links)[1]
    anywhere = LIKELIHOOD.correct_and_judge(UNIFORM, links)[1]
    assert at[here] > anywhere > at[there]


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(st.integers(0, 3), st.floats(-127.0, 20.0)),
    st.sets(st.integers(0, 3)),
    st.floats(0.0, 1.0),
    st.floats(1.0, 500.0),
)
def test_any_links_leave_a_distribution(
    heard: dict[int, float], silent: set[int], weight: float, packets: float
) -> None:
    links = Links(
        np.array(list(heard), dtype=np.intp),
        np.array(list(heard.values()), dtype=float),
        np.full(len(heard), packets),
        np.array(sorted(silent), dtype=np.intp),
        weight,
    )
    belief = np.zeros_like(UNIFORM)
    belief[:, 3, :] = 1.0 / (MODES * len(OFFSETS))
    for start in (UNIFORM, belief):
        corrected = LIKELIHOOD.correct(start, links)
        assert np.isfinite(corrected).all()
        assert (corrected >= 0.0).all()
        assert corrected.sum(dtype=float) == pytest.approx(1.0, abs=1e-3)


ROW = {"a": 0, "b": 1}


def _reading(time: float, anchor: str = "a", rssi: float = -60.0) -> Observation:
    return Observation(time, "tag", anchor, rssi)


def test_packets_of_one_link_are_one_mean() -> None:
    evidence = LinkEvidence()
    evidence.add([_reading(1.0, rssi=-60.0), _reading(1.2, rssi=-70.0), _reading(1.1, "b", -80.0)])
    links = evidence.take(1.2, ROW, frozenset())
    assert links is not None
    assert dict(zip(links.rows.tolist(), links.rssi.tolist(), strict=True)) == {0: -65.0, 1: -80.0}
    assert dict(zip(links.rows.tolist(), links.packets.tolist(), strict=True)) == {0: 2.0, 1: 1.0}
    assert evidence.newest == 1.2


def test_evidence_is_taken_once() -> None:
    evidence = LinkEvidence()
    assert evidence.take(0.0, ROW, frozenset({"a"})) is None
    evidence.add([_reading(1.0)])
    assert evidence.take(1.0, ROW, frozenset()) is not None
    assert evidence.take(2.0, ROW, frozenset()) is None
    assert evidence.newest == 1.0


def test_only_listening_known_anchors_are_silent() -> None:
    evidence = LinkEvidence()
    evidence.add([_reading(1.0)])
    links = evidence.take(1.0, ROW, frozenset({"a", "b", "stranger"}))
    assert links is not None
    assert links.silent.tolist() == [1]


def test_an_anchor_that_was_removed_is_no_evidence() -> None:
    evidence = LinkEvidence()
    evidence.add([_reading(1.0, "gone"), _reading(1.0, "b")])
    links = evidence.take(1.0, ROW, frozenset({"gone"}))
    assert links is not None
    assert links.rows.tolist() == [1]
    assert links.silent.tolist() == []


def test_evidence_weighs_by_the_time_that_it_spans() -> None:
    evidence = LinkEvidence()
    weights = []
    for time in (0.0, GATHER_S, GATHER_S + 50.0):
        evidence.add([_reading(time)])
        links = evidence.take(time, ROW, frozenset())
        assert links is not None
        weights.append(links.weight)
    assert weights == pytest.approx([FIRST_INTERVAL_S / FADING_S, min(GATHER_S / FADING_S, 1.0), 1.0])


def test_packets_are_gathered_before_they_count() -> None:
    evidence = LinkEvidence()
    evidence.add([_reading(0.0)])
    assert evidence.take(0.0, ROW, frozenset()) is not None
    for step in range(1, 4):
        evidence.add([_reading(0.2 * step * GATHER_S, rssi=-60.0 - step)])
        assert evidence.take(0.2 * step * GATHER_S, ROW, frozenset()) is None
    links = evidence.take(GATHER_S, ROW, frozenset())
    assert links is not None
    assert links.packets.tolist() == [3.0]
    assert links.rssi.tolist() == [-62.0]
