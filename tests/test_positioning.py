"""When estimates are made, and what happens to them while things change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from unittest.mock import patch

import pytest

from custom_components.indoor_positioning.engine.tracker import Tracker
from custom_components.indoor_positioning.pace import WITH_NEWS_S
from tests.house import House


class Calls:
    """Counts the estimates of all trackers, and notes whose each was."""

    def __init__(self) -> None:
        self.count = 0
        self.beacons: list[str] = []
        self._update = Tracker.update

    def wrapper(self) -> Any:
        calls = self

        def update(tracker: Tracker, now: float, listening: frozenset[str]) -> Any:
            calls.count += 1
            calls.beacons.append(tracker.beacon_id)
            return calls._update(tracker, now, listening)

        return patch.object(Tracker, "update", update)


async def test_at_most_four_estimates_a_second(house: House) -> None:
    await house.async_set_up()
    await house.async_add_beacon()
    calls = Calls()
    with calls.wrapper():
        for _ in range(100):
            house.transmit("kitchen")
            await house.clock.async_pass(0.05)
    assert 15 <= calls.count <= 21, "5 s"


async def test_packets_drive_estimates_and_silence_slows_them(house: House) -> None:
    await house.async_set_up()
    await house.async_add_beacon()
    await house.async_stay("kitchen", 3)
    calls = Calls()
    with calls.wrapper():
        await house.clock.async_pass(20)
        assert 9 <= calls.count <= 11
        await house.clock.async_pass(45)
        assert house.state("sensor.tag_room").state == "away"
        calls.count = 0
        await house.clock.async_pass(120)
        assert calls.count == 0


async def test_the_first_packet_after_silence_is_estimated_at_once(house: House) -> None:
    await house.async_set_up()
    await house.async_add_beacon()
    await house.async_stay("kitchen", 5)
    await house.clock.async_pass(90)
    assert house.state("device_tracker.tag").state == "not_home"
    house.transmit("bedroom")
    await house.clock.async_pass(0.25)
    assert house.state("device_tracker.tag").state == "home"
    assert house.state("sensor.tag_room").state == "Bedroom"


async def test_without_any_scanner_nothing_is_concluded(house: House) -> None:
    await house.async_set_up()
    await house.async_add_beacon()
    await house.async_stay("kitchen", 5)
    for area_id in tuple(house.proxies):
        house.disconnect(area_id)
    await house.clock.async_pass(600)
    assert house.state("sensor.tag_room").state == "Kitchen"
    for area_id in tuple(house.proxies):
        house.connect(area_id)
    await house.async_stay("bedroom", 10)
    assert house.state("sensor.tag_room").state == "Bedroom"


async def test_a_proxy_that_reconnects_is_heard_again(house: House) -> None:
    runtime = await house.async_set_up()
    await house.async_add_beacon()
    await house.async_stay("kitchen", 5)
    house.disconnect("kitchen")
    await house.async_stay("kitchen", 5)
    assert house.source("kitchen") not in runtime.anchors.listening()
    house.connect("kitchen")
    await house.async_stay("kitchen", 5)
    assert house.source("kitchen") in runtime.anchors.listening()
    assert runtime.ingest.receptions.per_anchor[house.source("kitchen")] == 10


async def test_a_deaf_proxy_does_not_listen(house: House, caplog: pytest.LogCaptureFixture) -> None:
    runtime = await house.async_set_up()
    house.transmit("kitchen")
    await house.clock.async_pass(1)  # the answer is kept for a second, and was asked for at the start
    assert len(runtime.anchors.listening()) == 3
    for _ in range(16):
        house.proxies["bedroom"].hear("C4:00:00:00:00:77", -70, name="Stranger")
        await house.clock.async_pass(1)
    assert runtime.anchors.listening() == {house.source("bedroom")}
    await house.clock.async_pass(20)
    assert runtime.anchors.listening() == frozenset()
    assert caplog.text.count("No Bluetooth receiver hears anything") == 1


async def test_a_plan_is_adopted_by_running_trackers(house: House) -> None:
    runtime = await house.async_set_up()
    beacon_id = await house.async_add_beacon()
    await house.async_stay("kitchen", 10)
    tracker = runtime.positioning.tracks[beacon_id].tracker
    assert house.hass.states.get("sensor.tag_x") is None
    await house.async_draw()
    assert house.runtime is runtime
    assert runtime.positioning.tracks[beacon_id].tracker is tracker
    assert house.state("sensor.tag_room").state == "Kitchen"
    await house.async_stay("kitchen", 10)
    x, y = (float(house.state(f"sensor.tag_{axis}").state) for axis in "xy")
    assert 0 <= x <= 4
    assert 0 <= y <= 3


async def test_a_faulty_estimate_is_told_once_and_does_no_harm(house: House, caplog: pytest.LogCaptureFixture) -> None:
    await house.async_set_up()
    await house.async_add_beacon()
    await house.async_stay("kitchen", 5)
    with patch.object(Tracker, "update", side_effect=ZeroDivisionError):
        await house.async_stay("bedroom", 5)
    assert caplog.text.count("could not be estimated") == 1
    assert house.state("sensor.tag_room").state == "Kitchen"
    await house.async_stay("bedroom", 10)
    assert house.state("sensor.tag_room").state == "Bedroom"


async def test_a_failing_model_keeps_the_old_one(house: House, caplog: pytest.LogCaptureFixture) -> None:
    runtime = await house.async_set_up()
    await house.async_add_beacon()
    await house.clock.async_pass(2)
    model = runtime.positioning.model
    with patch("custom_components.indoor_positioning.runtime.PositioningModel.build", side_effect=ValueError("why")):
        runtime.request_rebuild()
        await house.clock.async_pass(2)
    assert runtime.positioning.model is model
    assert "could not be built" in caplog.text
    await house.async_stay("kitchen", 5)
    assert house.state("sensor.tag_room").state == "Kitchen"


@contextmanager
def each_estimate_takes(seconds: float) -> Iterator[None]:
    """Let every look at the processor's clock be so much later than the last: there are two an estimate."""
    looks = count()
    with patch("custom_components.indoor_positioning.clock.thread_time", lambda: seconds * next(looks)):
        yield


@pytest.mark.parametrize(("cost", "expected"), [(0.001, 200), (0.2, 40), (5.0, 12)])
async def test_the_more_an_estimate_costs_the_rarer_it_is(house: House, cost: float, expected: int) -> None:
    """Three beacons for 20 s: as often as can be, each every 1.5 s of a share of 0.4, or as seldom as is allowed."""
    runtime = await house.async_set_up()
    for number in range(3):
        await house.async_add_beacon(f"C4:00:00:00:01:{number:02X}", kind="address", name=f"Tag {number}")

    async def stay(seconds: int) -> None:
        for _ in range(4 * seconds):
            for number in range(3):
                house.transmit("kitchen", f"C4:00:00:00:01:{number:02X}", name="Tag")
            await house.clock.async_pass(0.25)

    with each_estimate_takes(cost), patch("custom_components.indoor_positioning.pace.AVERAGED", 1):
        await stay(15)
        calls = Calls()
        with calls.wrapper():
            await stay(20)
    assert len(runtime.positioning.tracks) == 3
    assert runtime.positioning.pace.cost == pytest.approx(cost)
    assert calls.count == pytest.approx(expected, rel=0.25, abs=6)


async def test_beacons_that_are_away_slow_nobody(house: House) -> None:
    runtime = await house.async_set_up()
    for number in range(3):
        await house.async_add_beacon(f"C4:00:00:00:01:{number:02X}", kind="address", name=f"Tag {number}")
    with each_estimate_takes(0.2), patch("custom_components.indoor_positioning.pace.AVERAGED", 1):
        for seconds, beacons in ((5, 3), (90, 1)):
            for _ in range(4 * seconds):
                for number in range(beacons):
                    house.transmit("kitchen", f"C4:00:00:00:01:{number:02X}", name="Tag")
                await house.clock.async_pass(0.25)
            assert runtime.positioning.pace.interval == pytest.approx({3: 1.5, 1: WITH_NEWS_S}[beacons])


async def test_estimates_due_together_leave_the_loop_to_others_in_between(house: House) -> None:
    runtime = await house.async_set_up()
    for number in range(5):
        await house.async_add_beacon(f"C4:00:00:00:01:{number:02X}", kind="address", name=f"Tag {number}")
    await house.clock.async_pass(5)
    calls, loop = Calls(), house.hass.loop
    counts: list[int] = []

    def look() -> None:
        counts.append(calls.count)
        if calls.count < 5 and len(counts) < 1000:
            loop.call_soon(look)

    with calls.wrapper():
        for number in range(5):
            house.transmit("kitchen", f"C4:00:00:00:01:{number:02X}", name="Tag")
        loop.call_soon(look)
        await house.clock.async_pass(0.25)
    assert set(range(6)) <= set(counts), "another callback came between every two"
    assert sorted(calls.beacons) == sorted(runtime.positioning.tracks), "each once"


async def test_a_beacon_that_is_removed_while_it_waits_is_not_estimated(house: House) -> None:
    runtime = await house.async_set_up()
    ids = [
        await house.async_add_beacon(f"C4:00:00:00:01:{number:02X}", kind="address", name=f"Tag {number}")
        for number in range(2)
    ]
    await house.clock.async_pass(5)
    positioning, calls = runtime.positioning, Calls()
    for number in range(2):
        house.transmit("kitchen", f"C4:00:00:00:01:{number:02X}", name="Tag")
    first, second = (positioning.tracks[one] for one in ids)
    with calls.wrapper():
        first.listeners.append(lambda _: positioning.remove_beacon(ids[1]) if ids[1] in positioning.tracks else None)
        await house.clock.async_pass(0.25)
    assert calls.beacons == [ids[0]]
    assert second.timer is None
