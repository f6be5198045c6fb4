"""The radio's statistics against the figures it is meant to have."""

import dataclasses

import numpy as np
import pytest
from numpy.typing import ArrayLike

from demo.home import DEMO_HOME
from demo.radio import RadioModel, RadioSettings
from demo.walker import Track
from tests.demo.small_plan import SMALL_PLAN

QUIET = RadioSettings(gain_sd=0.0, shadowing_sd=0.0)


def at(positions: ArrayLike, *, floor: int = 0, heading: float = 0.0, time: np.ndarray | None = None) -> Track:
    places = np.asarray(positions, dtype=float)
    count = len(places)
    return Track(
        time=np.zeros(count) if time is None else time,
        floor=np.full(count, floor),
        position=places,
        heading=np.full(count, heading),
        walking=np.zeros(count, dtype=bool),
    )


def random_places(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0.5, 9.5, (count, 2))


def test_path_loss_follows_the_law():
    radio = RadioModel(SMALL_PLAN, QUIET)
    mean = radio.local_mean(at([[2.0, 2.0], [3.0, 2.0]]), height=1.0)
    assert mean[0, 0] == pytest.approx(-59.0)
    assert mean[1, 0] == pytest.approx(-59.0 - 22.0 * np.log10(2.0))


def test_walls_cost_and_open_doors_do_not():
    radio = RadioModel(SMALL_PLAN, QUIET, seed=1)
    through_wall, through_door = np.array([[5.0, 3.6]]), np.array([[5.5, 1.25]])

    def loss(place: np.ndarray) -> float:
        distance = np.linalg.norm(place[0] - (1.0, 2.0))
        free = -59.0 - 22.0 * np.log10(distance)
        return float(free - radio.local_mean(at(place), height=1.0)[0, 0])

    assert 2.0 <= loss(through_wall) <= 6.0
    assert loss(through_door) == pytest.approx(0.0, abs=1e-9)


def test_a_slab_costs_ten_to_fifteen_decibels():
    radio = RadioModel(SMALL_PLAN, QUIET, seed=2)
    mean = radio.local_mean(at([[1.0, 2.0]]), height=1.0)
    free = -59.0 - 22.0 * np.log10(2.7)
    assert 10.0 <= free - mean[0, 2] <= 15.0


def test_between_floors_each_floor_has_its_own_part_of_the_way():
    radio = RadioModel(SMALL_PLAN, QUIET, seed=2)
    slab = -59.0 - 22.0 * np.log10(2.7) - radio.local_mean(at([[1.0, 2.0]]), height=1.0)[0, 2]
    # The way meets the slab at x = 3.2: it crosses x = 4 below, where a wall stands, and not above.
    free = -59.0 - 22.0 * np.log10(np.sqrt(6.0**2 + 1.0**2 + 2.7**2))
    walls = free - slab - radio.local_mean(at([[7.0, 3.0]]), height=1.0)[0, 2]
    assert 2.0 <= walls <= 6.0
    # The way down from (5, 2.5) meets the slab at x = 3.5: it crosses x = 4 above, where the wall takes 12 dB.
    free = -59.0 - 22.0 * np.log10(np.sqrt(4.0**2 + 0.5**2 + 2.7**2))
    walls = free - slab - radio.local_mean(at([[5.0, 2.5]], floor=1), height=1.0)[0, 0]
    assert walls == pytest.approx(12.0)


def test_the_body_shadows_what_is_behind_it():
    radio = RadioModel(SMALL_PLAN, QUIET)
    place = np.array([[2.5, 2.0]])
    bare = radio.local_mean(at(place), height=1.0)[0, 0]
    worn = np.array([True])
    facing = radio.local_mean(at(place, heading=np.pi), height=1.0, worn=worn)[0, 0]
    away = radio.local_mean(at(place, heading=0.0), height=1.0, worn=worn)[0, 0]
    assert facing == pytest.approx(bare)
    assert away == pytest.approx(bare - 11.0)
    # Through a wall the echoes fill half of the shadow.
    hidden = np.array([[5.0, 3.6]])
    bearing = np.arctan2(2.0 - 3.6, 1.0 - 5.0)
    full = radio.local_mean(at(hidden, heading=bearing + np.pi), height=1.0, worn=worn)[0, 0]
    assert full == pytest.approx(radio.local_mean(at(hidden), height=1.0)[0, 0] - 5.5)


def test_receivers_differ_by_their_gain():
    places = random_places(50)
    spread = []
    for seed in range(30):
        true = RadioModel(DEMO_HOME, dataclasses.replace(QUIET, gain_sd=2.5), seed=seed)
        flat = RadioModel(DEMO_HOME, QUIET, seed=seed)
        difference = true.local_mean(at(places), height=1.0) - flat.local_mean(at(places), height=1.0)
        assert np.ptp(difference, axis=0).max() < 1e-9
        spread.append(difference[0])
    assert np.std(spread) == pytest.approx(2.5, abs=0.4)


def test_shadowing_is_correlated_in_space():
    places, shift = random_places(400, 1), np.array([1.75, 0.0])
    here: list[np.ndarray] = []
    there: list[np.ndarray] = []
    for seed in range(12):
        settings = RadioSettings(gain_sd=0.0)
        true, flat = RadioModel(DEMO_HOME, settings, seed=seed), RadioModel(DEMO_HOME, QUIET, seed=seed)
        for values, where in ((here, places), (there, places + shift)):
            values.append(true.local_mean(at(where), height=1.0) - flat.local_mean(at(where), height=1.0))
    first, second = np.ravel(here), np.ravel(there)
    assert first.std() == pytest.approx(4.0, abs=0.3)
    assert first.mean() == pytest.approx(0.0, abs=0.5)
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(np.exp(-1.0), abs=0.08)


def test_channels_lie_eight_decibels_apart_at_a_still_place():
    radio = RadioModel(DEMO_HOME, seed=3)
    places = random_places(500, 2)
    anchors = len(radio.anchor_ids)
    channels = np.stack([radio.fading(at(places), np.full((500, anchors), channel)) for channel in range(3)])
    spread = np.ptp(channels, axis=0)
    # Measured in real homes: median 8.2 dB, 90th percentile 14 dB.
    assert np.median(spread) == pytest.approx(8.2, abs=0.7)
    assert 13.0 < np.quantile(spread, 0.9) < 18.0
    assert channels.mean() == pytest.approx(0.0, abs=0.3)


def test_fading_changes_within_centimetres_and_stays_at_rest():
    radio = RadioModel(DEMO_HOME, seed=4)
    places = random_places(500, 3)
    channel = np.zeros((500, len(radio.anchor_ids)), dtype=int)
    here = radio.fading(at(places), channel)
    np.testing.assert_array_equal(here, radio.fading(at(places), channel))
    for shift, low, high in ((0.005, 0.9, 1.0), (0.06, -0.3, 0.4)):
        moved = radio.fading(at(places + np.array([shift, 0.0])), channel)
        assert low < np.corrcoef(here.ravel(), moved.ravel())[0, 1] < high


def test_packets_of_one_channel_at_a_still_place_scatter_by_one_and_a_half_decibels():
    radio = RadioModel(SMALL_PLAN, QUIET, seed=5)
    times = np.arange(0.0, 3000.0, 0.5)
    track = at(np.tile((2.0, 2.0), (len(times), 1)), time=times)
    draws = np.random.default_rng(0).random((len(times), 3, RadioModel.DRAWS))
    heard = radio.receive(track, tx_offset=0.0, height=1.0, worn=None, draws=draws)
    assert heard.rssi.dtype == np.int64
    for channel in range(3):
        rssi = heard.rssi[(heard.anchor == 0) & (heard.channel == channel)]
        assert len(rssi) > 500
        # Rounding to whole dBm adds 0.29 dB.
        assert rssi.std() == pytest.approx(np.hypot(1.5, 0.29), abs=0.12)
    # Strong everywhere: what is lost is lost between scan windows.
    assert (heard.anchor == 0).mean() * len(heard.rssi) / len(times) == pytest.approx(0.65, abs=0.02)


def test_half_of_the_packets_are_lost_at_the_sensitivity():
    settings = dataclasses.replace(QUIET, scan_loss=0.0, noise_sd=0.0)
    radio = RadioModel(SMALL_PLAN, settings, seed=6)
    times = np.arange(0.0, 2000.0, 0.5)
    place = np.tile((2.0, 2.0), (len(times), 1))
    track = at(place, time=times)
    one_channel = np.zeros((len(times), 3), dtype=int)
    mean = radio.local_mean(track, 1.0)[0, 0] + radio.fading(track, one_channel)[0, 0]
    draws = np.random.default_rng(1).random((len(times), 3, RadioModel.DRAWS))
    for above, share in ((0.0, 0.5), (1.5, 0.73), (8.0, 1.0), (-8.0, 0.0)):
        offset = settings.sensitivity + above - mean
        heard = radio.receive(track, tx_offset=offset, height=1.0, worn=None, draws=draws)
        slots = np.floor(times / settings.scan_interval + radio._scan_phase[0]).astype(int) % 3 == 0
        received = ((heard.anchor == 0) & (heard.channel == 0)).sum()
        assert received / slots.sum() == pytest.approx(share, abs=0.05)


def test_the_field_is_fixed_by_the_seed():
    places = random_places(20)
    first = RadioModel(DEMO_HOME, seed=7).local_mean(at(places), height=1.0)
    np.testing.assert_array_equal(first, RadioModel(DEMO_HOME, seed=7).local_mean(at(places), height=1.0))
    assert not np.allclose(first, RadioModel(DEMO_HOME, seed=8).local_mean(at(places), height=1.0))


def test_anchors_without_a_position_hear_nothing():
    assert RadioModel(SMALL_PLAN).anchor_ids == ("in_left", "in_right", "in_above")
