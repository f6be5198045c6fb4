"""How an anchor does, as its device shows it; and that what is dead is no evidence within 15 s."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er

from custom_components.indoor_positioning.const import DOMAIN
from custom_components.indoor_positioning.engine.reception import HABIT_MINUTES, WINDOW_MINUTES
from custom_components.indoor_positioning.engine.tracker import Tracker
from tests.house import FAR_DBM, NEAR_DBM, TAG_ADDRESS, House, ibeacon_data

FIGURES = ("packets_per_minute", "expected_share", "last_packet", "level_change")


def entity_id(house: House, area_id: str, key: str, platform: str = "sensor") -> str:
    anchor = house.subentry(f"anchor_{house.source(area_id)}")
    found = er.async_get(house.hass).async_get_entity_id(platform, DOMAIN, f"{anchor.subentry_id}_{key}")
    assert found
    return found


def value(house: House, area_id: str, key: str) -> str:
    return house.state(entity_id(house, area_id, key)).state


async def async_enable(house: House) -> None:
    """Enable the figures of all anchors, which are off at first."""
    assert house.entry
    registry = er.async_get(house.hass)
    for one in er.async_entries_for_config_entry(registry, house.entry.entry_id):
        if one.unique_id.endswith(FIGURES):
            assert one.disabled_by is er.RegistryEntryDisabler.INTEGRATION
            registry.async_update_entity(one.entity_id, disabled_by=None)
    assert await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.hass.async_block_till_done()


async def live(house: House, minutes: int, every: dict[str, int]) -> None:
    """Let the tag lie in the kitchen for some minutes; each proxy hears one of so many of its packets, 0 for none."""
    for count in range(minutes * 15):
        for area_id, one_in in every.items():
            if one_in and count % one_in == 0:
                rssi = NEAR_DBM if area_id == "kitchen" else FAR_DBM
                house.proxies[area_id].hear(TAG_ADDRESS, rssi, manufacturer_data=ibeacon_data())
        await house.clock.async_pass(4, step=4)


async def test_an_anchor_has_a_device_that_is_linked_with_the_proxys(house: House) -> None:
    await house.async_set_up()
    assert house.entry
    anchor = house.subentry(f"anchor_{house.source('kitchen')}")
    devices = dr.async_get(house.hass)
    device = devices.async_get_device_by_identifier((DOMAIN, anchor.subentry_id), house.entry.entry_id)
    assert device
    assert device.name == anchor.title == "Kitchen proxy"
    assert (dr.CONNECTION_BLUETOOTH, house.source("kitchen")) in device.connections
    house.hass.config_entries.async_update_subentry(house.entry, anchor, title="Stove")
    await house.hass.async_block_till_done()
    renamed = devices.async_get(device.id)
    assert renamed
    assert renamed.name == "Stove"
    house.hass.config_entries.async_remove_subentry(house.entry, anchor.subentry_id)
    await house.hass.async_block_till_done()
    assert devices.async_get(device.id) is None


async def test_it_shows_packets_share_and_age(house: House) -> None:
    await house.async_set_up()
    await house.async_add_beacon()
    await async_enable(house)
    every = {"kitchen": 1, "living_room": 1, "bedroom": 2}
    await live(house, 3, every)
    assert float(value(house, "kitchen", "packets_per_minute")) == pytest.approx(15, abs=2)
    assert float(value(house, "bedroom", "packets_per_minute")) == pytest.approx(7.5, abs=2)
    assert value(house, "kitchen", "expected_share") == "unknown"
    await live(house, int(HABIT_MINUTES) + WINDOW_MINUTES, every)
    assert {area: value(house, area, "expected_share") for area in every} == dict.fromkeys(every, "100")
    await live(house, WINDOW_MINUTES + 1, every | {"living_room": 3})
    assert float(value(house, "living_room", "expected_share")) == pytest.approx(33, abs=4)
    heard = datetime.fromisoformat(value(house, "living_room", "last_packet"))
    assert 0 <= house.clock.time() - heard.timestamp() <= 80


async def test_the_habit_outlives_a_restart_and_goes_with_the_entry(house: House, hass_storage: dict[str, Any]) -> None:
    await house.async_set_up()
    assert house.entry
    await house.async_add_beacon()
    every = {"kitchen": 1, "living_room": 1, "bedroom": 2}
    await live(house, int(HABIT_MINUTES) + 3, every)
    await async_enable(house)
    await live(house, WINDOW_MINUTES + 2, every | {"living_room": 0})
    assert value(house, "living_room", "expected_share") == "0"
    key = f"{DOMAIN}.{house.entry.entry_id}.reception"
    assert {key, f"{key}.last_good"} <= hass_storage.keys()
    await house.hass.config_entries.async_remove(house.entry.entry_id)
    await house.hass.async_block_till_done()
    assert not {key, f"{key}.last_good"} & hass_storage.keys()
    house.entry = None


@pytest.mark.parametrize("data", [{}, {"habits": 3}, {"habits": {"kitchen": {"minutes": "x"}}}])
async def test_what_cannot_be_read_from_disk_is_learnt_anew(
    house: House, hass_storage: dict[str, Any], data: dict[str, Any]
) -> None:
    await house.async_set_up()
    assert house.entry
    key = f"{DOMAIN}.{house.entry.entry_id}.reception"
    await house.hass.config_entries.async_unload(house.entry.entry_id)
    hass_storage[key] = {"version": 1, "minor_version": 1, "key": key, "data": data}
    await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.hass.async_block_till_done()
    assert house.runtime.reception_watch.reception.to_dict() == {}


async def test_an_anchor_shows_that_it_has_grown_deaf_and_that_it_hears_again(house: House) -> None:
    await house.async_set_up()
    await house.async_add_beacon()
    await live(house, 1, {"kitchen": 1, "living_room": 1, "bedroom": 1})
    listening = entity_id(house, "kitchen", "listening", "binary_sensor")
    assert house.state(listening).state == "on"
    for _ in range(11):
        house.proxies["bedroom"].hear(TAG_ADDRESS, FAR_DBM, manufacturer_data=ibeacon_data())
        await house.clock.async_pass(2)
    assert house.state(listening).state == "off"
    house.proxies["kitchen"].hear(TAG_ADDRESS, NEAR_DBM, manufacturer_data=ibeacon_data())
    await house.clock.async_pass(6)
    assert house.state(listening).state == "on"


async def test_a_dead_anchor_is_no_evidence_within_15_s(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the tracker is asked, its silence counts no longer than 15 s after its last packet."""
    await house.async_set_up()
    await house.async_add_beacon()
    await house.async_stay("kitchen", 20)
    asked: list[tuple[float, frozenset[str]]] = []
    update = Tracker.update

    def spied(self: Tracker, now: float, listening: frozenset[str]) -> Any:
        asked.append((now, listening))
        return update(self, now, listening)

    monkeypatch.setattr(Tracker, "update", spied)
    kitchen, died = house.source("kitchen"), house.proxies["kitchen"].heard_at
    for _ in range(60):
        for area_id in ("living_room", "bedroom"):
            house.proxies[area_id].hear(TAG_ADDRESS, FAR_DBM, manufacturer_data=ibeacon_data())
        await house.clock.async_pass(0.5)
    counted = [now - died for now, listening in asked if kitchen in listening]
    assert 13.0 < max(counted) <= 15.0
    assert any(now - died > 15.0 for now, _ in asked)
    assert all({house.source("living_room"), house.source("bedroom")} <= listening for _, listening in asked)
