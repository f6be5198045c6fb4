import numpy as np

from demo.home import DEMO_HOME, PROXIES
from demo.simulation import Resting, Sway, demo_simulation


def test_the_outcome_does_not_depend_on_how_time_is_cut():
    whole = demo_simulation(DEMO_HOME, seed=1).simulation.heard(30.0)
    pieces = demo_simulation(DEMO_HOME, seed=1).simulation
    cut = [heard for until in np.arange(0.03, 30.0, 0.03) for heard in pieces.heard(float(until))]
    cut += pieces.heard(30.0)
    assert cut == whole
    assert len(whole) > 300


def test_another_seed_is_another_world():
    first = demo_simulation(DEMO_HOME, seed=1).simulation.heard(5.0)
    assert first != demo_simulation(DEMO_HOME, seed=2).simulation.heard(5.0)


def test_receptions_come_in_order_with_the_payload_of_their_time():
    world = demo_simulation(DEMO_HOME, seed=1)
    heard = world.simulation.heard(200.0)
    assert [one.time for one in heard] == sorted(one.time for one in heard)
    assert {one.anchor for one in heard} == {site.bluetooth_mac for site in PROXIES}
    phone = world.beacons.phone
    addresses = {one.payload.address for one in heard if one.beacon == phone.name}
    assert addresses == {phone.payload(time).address for time in (0.0, 80.0, 160.0)}


def test_beacons_transmit_at_their_interval():
    world = demo_simulation(DEMO_HOME, seed=3)
    heard = world.simulation.heard(120.0)
    tag = world.beacons.tag
    events = np.unique([one.time for one in heard if one.beacon == tag.name])
    # The random delay of up to 10 ms is on top; a few transmissions are heard by nobody.
    assert 0.85 * 120.0 / (tag.interval + 0.005) < len(events) <= 120.0 / tag.interval
    assert np.diff(events).min() >= tag.interval


def test_proxies_hear_a_device_every_one_to_four_seconds_as_in_real_homes():
    world = demo_simulation(DEMO_HOME, seed=4)
    heard = world.simulation.heard(600.0)
    for beacon in world.walkers:
        a_link = sum(one.beacon == beacon for one in heard) / 600.0 / len(PROXIES)
        assert 0.25 < a_link < 1.1


def test_a_worn_beacon_sways_a_little_at_rest_and_a_lying_one_not_at_all():
    still = Resting(0, 3.0, 2.0).track(np.arange(0.0, 600.0, 0.1, dtype=np.float64))
    sway = Sway(np.random.default_rng(0))
    swaying = sway.apply(still, np.ones(len(still.time), dtype=bool))
    moved = swaying.position - still.position
    assert 0.01 < moved.std() < 0.04
    assert np.abs(moved).max() < 0.12
    assert np.abs(swaying.heading).max() < 0.7
    lying = sway.apply(still, np.zeros(len(still.time), dtype=bool))
    np.testing.assert_array_equal(lying.position, still.position)
