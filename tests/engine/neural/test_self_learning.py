"""What ordinary use teaches: from whom, how much, and that it cannot do harm."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.decision import Presence
from custom_components.indoor_positioning.engine.home import Beacon
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.neural import self_learning, trainer
from custom_components.indoor_positioning.engine.neural.learnt_samples import (
    MAX_PER_SPOT,
    MAX_READINGS,
    MAX_SAMPLES,
    LearntSamples,
)
from custom_components.indoor_positioning.engine.neural.map_rows import MapRows
from custom_components.indoor_positioning.engine.neural.objectives import MAP_SHARE, MAX_LEARNT_SHARE, PlaceObjective
from custom_components.indoor_positioning.engine.neural.scaling import Extent
from custom_components.indoor_positioning.engine.neural.self_learning import (
    AGAIN_S,
    GAP_S,
    MIN_ANCHORS,
    STAY_S,
    SelfLearner,
    learn_labels,
)
from custom_components.indoor_positioning.engine.neural.two_trainings import train_twice
from custom_components.indoor_positioning.engine.observation import Observation
from custom_components.indoor_positioning.engine.replay.recording import Recording
from custom_components.indoor_positioning.engine.replay.stream import prepare_model
from custom_components.indoor_positioning.engine.survey import SurveySample
from tests.engine.neural.homes import noisy_survey
from tests.engine.small_home import FLAT, ROOMS_ONLY, ideal_rssi, readings

ANCHORS = frozenset(anchor.id for anchor in FLAT.anchors)
HERE = (1.5, 1.5)


@pytest.fixture(scope="module")
def model() -> PositioningModel:
    return PositioningModel.build(FLAT, noisy_survey())


def said(time: float, **changes) -> Presence:
    """What is said of a beacon whose place is beyond doubt."""
    sure = Presence(time, room="kitchen", floor="0", position=HERE, accuracy=0.6, confidence=0.97, last_heard=time)
    return replace(sure, **changes)


def stay(
    learner: SelfLearner,
    model: PositioningModel,
    *,
    start: float = 0.0,
    seconds: float = STAY_S + 1.0,
    louder: float = 0.0,
    listening: frozenset[str] = ANCHORS,
    **changes,
) -> list[SurveySample]:
    found = []
    for time in np.arange(start, start + seconds + 0.5):
        for anchor in FLAT.anchors:
            if anchor.id in listening:
                level = ideal_rssi(FLAT, anchor, HERE, "0") + louder
                learner.hear(Observation(float(time), "tag", anchor.id, level))
        sample = learner.look(model, said(float(time), **changes), listening)
        if sample is not None:
            found.append(sample)
    return found


def test_a_stay_beyond_doubt_becomes_a_sample(model: PositioningModel) -> None:
    (sample,) = stay(SelfLearner("tag"), model)
    assert (sample.floor, sample.room) == ("0", "kitchen")
    assert sample.position == pytest.approx(HERE)
    assert sample.duration == STAY_S
    assert set(sample.readings) == ANCHORS
    assert all(len(values) == STAY_S for values in sample.readings.values())


@pytest.mark.parametrize(
    "doubt",
    [
        {"confidence": 0.5},
        {"accuracy": 4.0},
        {"accuracy": None},
        {"settled": False},
        {"room": None},
        {"away": True},
    ],
)
def test_what_is_in_doubt_teaches_nothing(model: PositioningModel, doubt: dict) -> None:
    assert stay(SelfLearner("tag"), model, **doubt) == []


def test_an_anchor_that_is_off_is_not_learnt_as_one_that_hears_nothing(model: PositioningModel) -> None:
    assert stay(SelfLearner("tag"), model, listening=ANCHORS - {"b1"}) == []


def test_whoever_walks_teaches_nothing(model: PositioningModel) -> None:
    learner = SelfLearner("tag")
    for time in range(60):
        learner.hear(Observation(float(time), "tag", "k", -60.0))
        assert learner.look(model, said(float(time), position=(1.0 + 0.2 * time, 1.0)), ANCHORS) is None


def test_a_weaker_beacon_teaches_what_the_surveys_own_would_have_heard(model: PositioningModel) -> None:
    (one,), (other,) = stay(SelfLearner("tag"), model), stay(SelfLearner("phone"), model, louder=-9.0)
    for anchor in ANCHORS:
        assert np.mean(one.readings[anchor]) == pytest.approx(np.mean(other.readings[anchor]), abs=0.01)


def test_whoever_stays_teaches_again_only_after_a_while(model: PositioningModel) -> None:
    learner = SelfLearner("tag")
    assert len(stay(learner, model, seconds=AGAIN_S - STAY_S)) == 1
    assert len(stay(learner, model, start=AGAIN_S - STAY_S + 1.0, seconds=4.0 * STAY_S)) == 1


def test_a_reference_beacon_needs_nobodys_word(model: PositioningModel) -> None:
    home = replace(FLAT, beacons=(Beacon("lamp", position=(5.5, 1.5, 1.0), floor="0"),))
    (sample,) = stay(SelfLearner("lamp"), replace(model, home=home), confidence=0.1, position=(0.0, 0.0))
    assert sample.position == pytest.approx((5.5, 1.5))
    assert sample.room == "living"


def test_a_flood_of_packets_is_kept_no_further_than_a_sample_needs(model: PositioningModel) -> None:
    learner = SelfLearner("tag")
    learner.look(model, said(0.0), ANCHORS)
    for anchor in FLAT.anchors:
        for _ in range(self_learning.MAX_READINGS // 2):
            learner.hear(Observation(1.0, "tag", anchor.id, -60.0))
    assert learner.look(model, said(STAY_S), ANCHORS) is None, "what the flood left out is not learnt as silence"
    (sample,) = stay(learner, model, start=STAY_S + 1.0)
    assert set(sample.readings) == ANCHORS, "and it is forgotten with the stay"


@pytest.mark.parametrize("heard", [MIN_ANCHORS - 1, MIN_ANCHORS])
def test_too_few_anchors_tell_no_power(model: PositioningModel, heard: int) -> None:
    learner = SelfLearner("tag")
    found = []
    for time in np.arange(0.0, STAY_S + 1.0):
        for anchor in FLAT.anchors[:heard]:
            learner.hear(Observation(float(time), "tag", anchor.id, -60.0))
        # Of an anchor that is none of the home nothing is learnt, and it does not count.
        learner.hear(Observation(float(time), "tag", "stranger", -60.0))
        found.append(learner.look(model, said(float(time)), ANCHORS))
    samples = [one for one in found if one is not None]
    assert len(samples) == (heard >= MIN_ANCHORS)
    assert all(one.silent == {"b2"} and "stranger" not in one.readings for one in samples)


def test_too_few_packets_tell_no_power(model: PositioningModel) -> None:
    learner = SelfLearner("tag")
    learner.look(model, said(0.0), ANCHORS)
    for anchor in FLAT.anchors[:MIN_ANCHORS]:
        for time in range(4):
            learner.hear(Observation(float(time), "tag", anchor.id, -60.0))
    assert learner.look(model, said(STAY_S), ANCHORS) is None


def test_packets_of_before_the_stay_are_none_of_it(model: PositioningModel) -> None:
    learner = SelfLearner("tag")
    learner.look(model, said(10.0), ANCHORS)
    for anchor in FLAT.anchors:
        for _ in range(10):
            learner.hear(Observation(9.0, "tag", anchor.id, -60.0))
    assert learner.look(model, said(10.0 + STAY_S), ANCHORS) is None


def test_in_a_home_without_plan_a_stay_teaches_its_room() -> None:
    undrawn = PositioningModel.build(ROOMS_ONLY, tuple(replace(one, position=None) for one in noisy_survey()))
    (sample,) = stay(SelfLearner("tag"), undrawn, position=None, accuracy=None)
    assert (sample.floor, sample.room, sample.position) == ("0", "kitchen", None)
    expected = undrawn.radio_map.mean[:, int(np.flatnonzero(undrawn.grid.room == 0)[0])]
    off = [np.mean(sample.readings[anchor]) - expected[row] for row, anchor in enumerate(undrawn.radio_map.anchors)]
    assert np.median(off) == pytest.approx(0.0, abs=0.5), "as loud as the beacon of the survey"


@pytest.mark.parametrize("gone", [{"room": "attic", "position": None}, {"floor": "attic"}])
def test_a_room_or_floor_that_is_gone_since_teaches_nothing(model: PositioningModel, gone: dict) -> None:
    assert stay(SelfLearner("tag"), model, **gone) == []


def test_a_room_of_many_cells_without_a_place_is_too_vague(model: PositioningModel) -> None:
    assert stay(SelfLearner("tag"), model, position=None, accuracy=None) == []


def sample_at(x: float, y: float, **changes) -> SurveySample:
    sample = SurveySample("tag", "0", "kitchen", (x, y), {"k": (-60.0,) * 50, "l": (-70.0,)}, frozenset({"b1"}), 7.0)
    return replace(sample, **changes)


def test_samples_are_spread_over_the_plan() -> None:
    learnt = LearntSamples()
    for index in range(50):
        learnt.add(sample_at(0.5, 0.5, duration=float(index)))
    learnt.add(sample_at(3.5, 0.5))
    assert len(learnt) == MAX_PER_SPOT + 1
    assert [one.duration for one in learnt][:MAX_PER_SPOT] == [47.0, 48.0, 49.0]
    assert learnt.taken == MAX_PER_SPOT + 1


@given(seed=st.integers(0, 2**32), count=st.integers(0, 450), side=st.floats(1.0, 40.0))
@settings(max_examples=15, deadline=None)
def test_there_are_never_more_than_they_may_be(seed: int, count: int, side: float) -> None:
    places = np.random.default_rng(seed).uniform(-side, side, (count, 2))
    learnt = LearntSamples(sample_at(float(x), float(y)) for x, y in places)
    assert len(learnt) <= MAX_SAMPLES
    spots = Counter((np.floor(one.position[0]), np.floor(one.position[1])) for one in learnt if one.position)
    assert max(spots.values(), default=0) <= MAX_PER_SPOT


def test_neither_who_nor_when_is_kept() -> None:
    learnt = LearntSamples([sample_at(1.0, 1.0), sample_at(2.0, 1.0, beacon="phone", time=99.0)])
    assert {one.beacon for one in learnt.survey} == {"use"}
    assert [one.time for one in learnt.survey] == [0.0, 1000.0]
    assert all(len(values) <= MAX_READINGS for one in learnt for values in one.readings.values())


def test_they_outlive_a_restart() -> None:
    learnt = LearntSamples([sample_at(1.0, 1.0), sample_at(0.0, 0.0, position=None)])
    again = LearntSamples.from_rows(json.loads(json.dumps(learnt.to_rows())))
    assert again.survey == learnt.survey


@pytest.mark.parametrize("change", [{"duration": float("nan")}, {"position": ["a", 1.0]}, {"readings": {"k": [None]}}])
def test_damaged_ones_are_refused(change: dict) -> None:
    (row,) = LearntSamples([sample_at(1.0, 1.0)]).to_rows()
    with pytest.raises((TypeError, ValueError)):
        LearntSamples.from_rows([{**row, **change}])


@pytest.mark.parametrize(("learnt", "share"), [(0, 0.0), (5, 0.125), (10, MAX_LEARNT_SHARE), (90, MAX_LEARNT_SHARE)])
def test_the_surveys_share_of_a_batch_is_never_touched(model: PositioningModel, learnt: int, share: float) -> None:
    expected = MapRows(model, np.arange(len(model.grid)))
    extent = Extent((0.0, 0.0), (10.0, 10.0))
    surveyed, taught = ((np.full((n, 4), -60.0), np.full((n, 2), at)) for n, at in ((10, 100.0), (learnt, 200.0)))
    _, wanted = PlaceObjective(surveyed, extent, expected, taught).batch(64, np.random.default_rng(0))
    places = extent.places(wanted)[:, 0]
    assert (places > 150.0).sum() == 64 * share
    assert ((places > 50.0) & (places < 150.0)).sum() == 64 * (1.0 - MAP_SHARE)


def test_what_misleads_is_dropped(model: PositioningModel) -> None:
    """Use that swears that all of it is elsewhere leaves the networks as they are without."""
    lies = tuple(
        replace(one, beacon="use", position=(8.0 - one.position[0], 6.5 - one.position[1]), time=1000.0 * index)
        for index, one in enumerate(noisy_survey(seed=5))
        if one.position
    )
    without, misled = train_twice(model), train_twice(replace(model, learnt=lies))
    assert "0" not in misled.first.helped
    for one, other in zip(
        without.models.places["0"].network.layers, misled.models.places["0"].network.layers, strict=True
    ):
        assert (one.weights == other.weights).all()


def test_what_helps_is_kept(model: PositioningModel, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thin survey and true labels of the rest; whether it is by the margin is luck with so few blocks."""
    monkeypatch.setattr(trainer, "MIN_GAIN", -10.0)
    truths = tuple(replace(one, beacon="use", time=1000.0 * index) for index, one in enumerate(noisy_survey(seed=5)))
    taught = train_twice(replace(model, learnt=truths))
    assert taught.first.helped == {"0", None}
    plain = train_twice(model)
    assert any(
        (one.weights != other.weights).any()
        for one, other in zip(
            plain.models.places["0"].network.layers, taught.models.places["0"].network.layers, strict=True
        )
    )


def test_without_held_out_blocks_nothing_is_taken_on_trust() -> None:
    thin = PositioningModel.build(FLAT, noisy_survey()[::3])
    learnt = tuple(replace(one, beacon="use", time=1000.0 * index) for index, one in enumerate(noisy_survey(seed=5)))
    one, other = train_twice(thin), train_twice(replace(thin, learnt=learnt))
    assert other.first.helped == frozenset()
    for layer, same in zip(one.models.places["0"].network.layers, other.models.places["0"].network.layers, strict=True):
        assert (layer.weights == same.weights).all()


def history() -> list[Observation]:
    """Half an hour of somebody who sits in the kitchen and in the bedroom by turns."""
    heard = []
    for turn in range(6):
        place = ((1.5, 1.5), (7.0, 5.5))[turn % 2]
        heard += readings(FLAT, place, "0", [turn * 300.0 + second for second in range(300)])
    return heard


def test_a_recordings_history_teaches(model: PositioningModel) -> None:
    labels = learn_labels(model, history())
    assert {one.room for one in labels} == {"kitchen", "bedroom"}
    for one in labels:
        truth = (1.5, 1.5) if one.room == "kitchen" else (7.0, 5.5)
        assert one.position is not None
        assert np.hypot(one.position[0] - truth[0], one.position[1] - truth[1]) < 1.5


def test_who_was_away_for_long_did_not_stay_meanwhile(model: PositioningModel) -> None:
    """Two short visits to one place, hours apart, are no stay; a gap is skipped, not followed second by second."""
    visits = [
        reading
        for start in (0.0, 30_000.0)
        for reading in readings(FLAT, (1.5, 1.5), "0", [start + second for second in range(5)])
    ]
    assert learn_labels(model, visits) == ()
    near = [
        reading
        for start in (0.0, GAP_S + 30.0)
        for reading in readings(FLAT, (1.5, 1.5), "0", [start + second for second in range(30)])
    ]
    labels = learn_labels(model, near)
    assert {one.room for one in labels} == {"kitchen"}
    assert all(one.duration <= 2.0 * STAY_S for one in labels)


def test_a_replay_learns_from_it_only_where_networks_are_trained() -> None:
    recording = Recording(FLAT, noisy_survey(), readings(FLAT, (1.0, 1.0), "0", [0.0]), history())
    assert prepare_model(recording).learnt == ()
    assert len(prepare_model(recording, networks=True).learnt) > 0
    assert prepare_model(replace(recording, survey=()), networks=True).learnt == ()
