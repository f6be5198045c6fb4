"""The path loss learnt from a history without truth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from custom_components.indoor_positioning.engine import learning
from custom_components.indoor_positioning.engine.home import Home
from custom_components.indoor_positioning.engine.learning import learn_from_history
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.observation import Observation
from custom_components.indoor_positioning.engine.propagation import LIMITS, PropagationParameters
from custom_components.indoor_positioning.engine.self_calibration import LEAST_MAP_ERROR_DB, Lesson
from demo.radio import RadioModel, RadioSettings
from demo.walker import Habits, Walker
from tests.engine.small_home import FLAT, FLAT_SURVEY

# A home whose walls and losses are nothing like the prior, its radio otherwise well-behaved.
SETTINGS = RadioSettings(
    reference_rssi=-66.0,
    exponent=2.8,
    wall_loss=(6.0, 6.0),
    gain_sd=0.0,
    shadowing_sd=2.0,
    body_loss=0.0,
    body_loss_hidden=0.0,
    scan_loss=0.0,
)


def _walk(seconds: float, seed: int = 0, beacon: str = "tag") -> list[Observation]:
    """Return what the flat's anchors hear of somebody who lives there, one packet a second."""
    radio = RadioModel(FLAT, SETTINGS, seed=seed)
    times = np.arange(0.0, seconds, 1.0, dtype=np.float64)
    track = Walker(FLAT, Habits(dwell=(10.0, 30.0)), seed=seed).track(times)
    draws = np.random.default_rng(seed).random((len(times), len(radio.anchor_ids), RadioModel.DRAWS))
    heard = radio.receive(track, tx_offset=0.0, height=1.1, worn=None, draws=draws)
    return [
        Observation(float(time), beacon, radio.anchor_ids[anchor], float(rssi))
        for time, anchor, rssi in zip(heard.time, heard.anchor, heard.rssi, strict=True)
    ]


WALK = _walk(600.0)


@pytest.mark.parametrize("home", [FLAT, Home(rooms=(), anchors=())])
def test_an_empty_history_returns_the_priors(home: Home) -> None:
    assert learn_from_history(home, (), []) == PropagationParameters()


def test_a_short_history_returns_the_priors() -> None:
    assert learn_from_history(FLAT, FLAT_SURVEY, _walk(30.0)) == PropagationParameters()


def test_a_history_of_strangers_returns_the_priors() -> None:
    strangers = [Observation(float(time), "tag", "elsewhere", -60.0) for time in range(200)]
    assert learn_from_history(FLAT, (), strangers) == PropagationParameters()


@pytest.fixture(scope="module")
def learnt() -> PropagationParameters:
    return learn_from_history(FLAT, (), WALK)


def test_a_walk_teaches_something_within_the_range_of_homes(learnt: PropagationParameters) -> None:
    assert learnt != PropagationParameters()
    assert learnt.noise < PropagationParameters().noise, "what was learnt explains the walk better"
    for name, (low, high) in LIMITS.items():
        assert low <= getattr(learnt, name) <= high, name
    assert learnt.anchor_offsets.keys() == {anchor.id for anchor in FLAT.anchors}


def test_a_steeper_home_than_thought_is_learnt_to_be_steeper(learnt: PropagationParameters) -> None:
    prior = PropagationParameters()
    assert SETTINGS.exponent > prior.exponent + 0.5
    assert learnt.exponent > prior.exponent
    assert learnt.wall_loss > prior.wall_loss


def test_the_order_of_the_history_does_not_matter(learnt: PropagationParameters) -> None:
    shuffled = [WALK[index] for index in np.random.default_rng(1).permutation(len(WALK))]
    again = learn_from_history(FLAT, (), shuffled)
    # Within one packet the anchors come in another order, which only rounding sees.
    assert again.exponent == pytest.approx(learnt.exponent, abs=0.05)
    assert again.reference_rssi == pytest.approx(learnt.reference_rssi, abs=0.5)


def test_a_year_between_two_readings_is_not_stepped_through() -> None:
    year = 365.0 * 86400.0
    rare = [
        Observation(year * packet, "tag", anchor.id, -60.0 - packet) for packet in range(10) for anchor in FLAT.anchors
    ]
    assert learn_from_history(FLAT, (), rare) == PropagationParameters()


def test_of_a_long_history_a_part_is_followed_that_is_spread_over_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    followed: list[Observation] = []
    lessons = learning._lessons

    def spy(model: PositioningModel, readings: Sequence[Observation]) -> Iterator[Lesson]:
        followed.extend(readings)
        return lessons(model, readings)

    monkeypatch.setattr(learning, "_lessons", spy)
    monkeypatch.setattr(learning, "MAX_HISTORY_S", 120.0)
    monkeypatch.setattr(learning, "BLOCK_S", 30.0)
    monkeypatch.setattr(learning, "ROUNDS", 0)
    learn_from_history(FLAT, (), WALK)
    times = {reading.time for reading in followed}
    assert 100.0 < len(times) <= 150.0
    assert min(times) < 60.0
    assert max(times) > 450.0


def test_constants_that_foretell_no_better_are_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "MIN_FORETOLD_GAIN", 100.0)
    assert learn_from_history(FLAT, (), WALK) == PropagationParameters()


def test_what_is_learnt_claims_no_more_than_a_beacon_can_tell_of_itself(learnt: PropagationParameters) -> None:
    assert learnt.map_error >= LEAST_MAP_ERROR_DB
