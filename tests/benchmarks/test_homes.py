from __future__ import annotations

import numpy as np
import pytest

from benchmarks.homes import DISTURBANCES, INTERVAL_S, SPOTS_A_ROOM, STAND_S, disturbed, simulated
from benchmarks.plans import PLANS


@pytest.mark.parametrize("name", PLANS)
def test_a_simulated_home_is_a_complete_recording(name: str) -> None:
    recording = simulated(name, 1, history=60.0, test=60.0)
    home = recording.home
    assert len(recording.survey) == SPOTS_A_ROOM * len(home.rooms)
    assert all(sample.still and sample.duration <= STAND_S for sample in recording.survey)
    assert {sample.room for sample in recording.survey} == {room.id for room in home.rooms}
    assert {advert.beacon for advert in recording.adverts} == {"tag", "phone"}
    assert all(row.room is not None for row in recording.truth)
    times = [advert.time for advert in recording.adverts]
    assert times == sorted(times)
    # A tag sends once a second; no anchor can have heard it more often.
    heard = sum(advert.beacon == "tag" and advert.anchor == home.anchors[0].id for advert in recording.adverts)
    assert heard <= 60.0 / INTERVAL_S


def test_the_same_seed_gives_the_same_home_and_another_another() -> None:
    one, again, other = (simulated("flat", seed, history=1.0, test=30.0) for seed in (1, 1, 2))
    assert one.adverts == again.adverts
    assert one.adverts != other.adverts


def test_the_phone_is_weaker() -> None:
    recording = simulated("lab", 1, history=1.0, test=300.0)
    level = {
        beacon: np.mean([advert.rssi for advert in recording.adverts if advert.beacon == beacon])
        for beacon in ("tag", "phone")
    }
    assert level["tag"] - level["phone"] > 3.0


def test_without_spots_there_is_no_survey() -> None:
    assert simulated("flat", 1, spots=0, history=1.0, test=10.0).survey == ()


@pytest.mark.parametrize("kind", DISTURBANCES)
def test_a_disturbance_changes_the_plan_or_the_readings_and_not_the_truth(kind: str) -> None:
    intact = simulated("house", 1, history=1.0, test=60.0)
    wrong = disturbed(intact, kind)
    assert wrong.truth == intact.truth
    assert (wrong.home, wrong.adverts) != (intact.home, intact.adverts)
    assert disturbed(intact, kind).home == wrong.home
