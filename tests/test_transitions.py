"""The stream of transitions in a running Home Assistant: what is told, and what is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from homeassistant.core import callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from custom_components.indoor_positioning.engine.transition import Transition
from custom_components.indoor_positioning.positioning import SIGNAL_TRANSITION
from tests.house import House


class Heard:
    """What came over the signal."""

    def __init__(self, house: House) -> None:
        self.all: list[Transition] = []
        self.stop = async_dispatcher_connect(house.hass, SIGNAL_TRANSITION, self._take)

    @callback
    def _take(self, transition: Transition) -> None:
        self.all.append(transition)

    def take(self) -> list[tuple[str, str]]:
        """Return what was told since the last time."""
        said = [(one.change.value, one.place) for one in self.all]
        self.all.clear()
        return said


@pytest.fixture
def heard(house: House) -> Iterator[Heard]:
    """Everything that is told from here on."""
    listener = Heard(house)
    yield listener
    listener.stop()


async def change(house: House, zone_id: str, **data: Any) -> None:
    """Change a zone as its flow would."""
    assert house.entry
    zone = house.entry.subentries[zone_id]
    house.hass.config_entries.async_update_subentry(house.entry, zone, data={**zone.data, **data})
    await house.hass.async_block_till_done()
    await house.clock.async_pass(1)


async def test_a_walk_through_the_house(house: House, heard: Heard) -> None:
    await house.async_set_up()
    beacon_id = await house.async_add_beacon()
    await house.async_draw()
    zone_id = await house.async_add_zone()
    await house.async_stay("living_room", 15)
    assert heard.take() == [], "the first place is learnt"
    await house.async_stay("kitchen", 10)
    # Zone and room are decided apart, in either order.
    transition = next(told for told in heard.all if told.place == "kitchen")
    assert (transition.beacon, transition.kind.value) == (beacon_id, "room")
    assert (transition.place, transition.from_place) == ("kitchen", "living_room")
    assert transition.probability is not None
    assert transition.probability > 0.5
    assert transition.position is not None
    assert transition.floor == "ground_floor"
    assert set(heard.take()) == {("left", "living_room"), ("entered", "kitchen"), ("entered", zone_id)}
    await house.async_stay("bedroom", 10)
    assert set(heard.take()) == {
        ("left", zone_id),
        ("left", "kitchen"),
        ("entered", "bedroom"),
        ("left", "ground_floor"),
        ("entered", "upper_floor"),
    }
    await house.clock.async_pass(70)
    assert set(heard.take()) == {("left", "bedroom"), ("left", "upper_floor")}
    await house.async_stay("kitchen", 5)
    assert set(heard.take()) == {("entered", "kitchen"), ("entered", "ground_floor"), ("entered", zone_id)}


async def test_a_reload_tells_nothing_of_who_stays(house: House, heard: Heard) -> None:
    await house.async_set_up()
    assert house.entry
    beacon_id = await house.async_add_beacon()
    await house.async_draw()
    zone_id = await house.async_add_zone()
    await house.async_stay("kitchen", 20)
    assert await house.hass.config_entries.async_reload(house.entry.entry_id)
    assert house.runtime.positioning.tracks[beacon_id].presence.zones == {zone_id}
    await house.async_stay("kitchen", 30)
    assert house.runtime.positioning.tracks[beacon_id].presence.zones == {zone_id}
    assert heard.take() == []
    await house.async_stay("living_room", 10)
    assert ("left", zone_id) in heard.take()


async def test_a_slow_tag_has_its_time_after_a_reload(house: House, heard: Heard) -> None:
    await house.async_set_up()
    assert house.entry
    await house.async_add_beacon()
    await house.async_draw()
    zone_id = await house.async_add_zone()
    await house.async_stay("kitchen", 60)
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    await house.clock.async_pass(600)
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    for _ in range(6):
        await house.clock.async_pass(9)
        house.transmit("kitchen")
    await house.clock.async_pass(1)
    assert heard.take() == []
    assert house.runtime.positioning.count_in_zone(zone_id) == 1


async def test_who_left_during_a_restart_is_told_of(house: House, heard: Heard) -> None:
    await house.async_set_up()
    assert house.entry
    await house.async_add_beacon()
    await house.async_stay("kitchen", 20)
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    await house.clock.async_pass(30)
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.clock.async_pass(100)
    assert set(heard.take()) == {("left", "kitchen"), ("left", "ground_floor")}


async def test_after_hours_without_it_places_are_learnt_anew(house: House, heard: Heard) -> None:
    await house.async_set_up()
    assert house.entry
    await house.async_add_beacon()
    await house.async_stay("kitchen", 20)
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    house.clock.passed += 2 * 3600
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.async_stay("bedroom", 20)
    assert house.state("sensor.tag_room").state == "Bedroom"
    assert heard.take() == []


async def test_editing_a_zone_around_somebody_tells_nothing(house: House, heard: Heard) -> None:
    await house.async_set_up()
    beacon_id = await house.async_add_beacon()
    await house.async_draw()
    zone_id = await house.async_add_zone(left=4.0)
    await house.async_stay("kitchen", 20)
    track = house.runtime.positioning.tracks[beacon_id]
    assert track.presence.zones == frozenset()
    kitchen, elsewhere = ([[left, 0], [left + 4, 0], [left + 4, 3], [left, 3]] for left in (0, 4))
    await change(house, zone_id, outline=kitchen)
    await house.async_stay("kitchen", 20)
    assert track.presence.zones == {zone_id}
    await change(house, zone_id, outline=elsewhere, exit_delay=60)
    await house.async_stay("kitchen", 20)
    assert track.presence.zones == frozenset()
    await change(house, zone_id, outline=kitchen, dwell=60)
    await house.async_stay("kitchen", 20)
    assert track.presence.zones == {zone_id}
    await change(house, zone_id, beacons=["somebody else"])
    await house.async_stay("kitchen", 15)
    assert track.presence.zones == frozenset()
    assert heard.take() == []


async def test_a_zone_counts_for_those_it_is_made_for(house: House, heard: Heard) -> None:
    await house.async_set_up()
    beacon_id = await house.async_add_beacon()
    await house.async_draw()
    mine = await house.async_add_zone("Mine", beacons=[beacon_id])
    await house.async_add_zone("Yours", beacons=["somebody else"])
    await house.async_stay("living_room", 15)
    await house.async_stay("kitchen", 15)
    assert house.runtime.positioning.tracks[beacon_id].presence.zones == {mine}
    assert house.runtime.positioning.count_in_zone(mine) == 1
    assert ("entered", mine) in heard.take()
