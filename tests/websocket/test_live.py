"""The live map over the websocket, in a real Home Assistant."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from tests.house import House
from tests.websocket.client import Client


def merged(events: list[dict[str, Any]], key: str) -> dict[str, Any]:
    """Return what a client knows that puts the events together."""
    known: dict[str, Any] = {}
    for event in events:
        for name, news in event.get(key, {}).items():
            known[name] = {**known.get(name, {}), **news} if isinstance(news, dict) else news
    return known


@pytest.fixture
async def client(house: House, hass_ws_client: WebSocketGenerator) -> Client:
    """The owner's browser, with the integration running."""
    await house.async_set_up()
    await house.async_draw()
    return await Client.async_connect(house, hass_ws_client)


async def test_first_event_tells_everything(house: House, client: Client) -> None:
    beacon_id = await house.async_add_beacon()
    await house.async_stay("kitchen", 10)
    subscription = await client.async_subscribe("live/subscribe")
    await house.clock.async_pass(0.25)
    first = (await client.async_events(subscription))[0]
    row = first["beacons"][beacon_id]
    assert row["name"] == "Tag"
    assert row["state"] == "here"
    assert row["room"] == "kitchen"
    assert row["floor"] == "ground_floor"
    assert 0.0 <= row["x"] <= 4.0
    assert 0.0 <= row["y"] <= 3.0
    assert row["accuracy"] > 0.0
    assert max(row["rooms"], key=row["rooms"].get) == "kitchen"
    assert sum(row["rooms"].values()) == pytest.approx(1.0, abs=0.02)
    assert first["anchors"] == {house.source(area): "listening" for area in house.proxies}
    assert first["plan_changed"] is True


async def test_later_events_tell_what_changed_only(house: House, client: Client) -> None:
    beacon_id = await house.async_add_beacon()
    await house.async_stay("kitchen", 10)
    subscription = await client.async_subscribe("live/subscribe")
    await house.clock.async_pass(1)
    known = merged(await client.async_events(subscription), "beacons")[beacon_id]
    await house.async_stay("living_room", 15)
    events = await client.async_events(subscription)
    assert all("anchors" not in event and "plan_changed" not in event for event in events)
    changed = merged(events, "beacons")[beacon_id]
    assert changed["room"] == "living_room"
    assert "name" not in changed
    assert all(known[key] != value for key, value in events[0]["beacons"][beacon_id].items())


async def test_no_more_than_five_events_a_second(house: House, client: Client) -> None:
    tags = [f"C4:00:00:00:00:{number:02X}" for number in range(1, 9)]
    for address in tags:
        await house.async_add_beacon(address, "address", address)
    subscription = await client.async_subscribe("live/subscribe")
    await house.clock.async_pass(1)
    await client.async_events(subscription)
    for step in range(100):
        house.transmit("kitchen" if step % 20 < 10 else "bedroom", tags[step % len(tags)])
        await house.clock.async_pass(0.05, step=0.05)
    events = await client.async_events(subscription)
    # Evidence counts about once a second and tag, at moments of their own.
    assert 5 <= len(events) <= 26


async def test_a_silent_and_a_lost_anchor_are_told(house: House, client: Client) -> None:
    await house.async_add_beacon()
    await house.async_stay("kitchen", 3)
    subscription = await client.async_subscribe("live/subscribe")
    await house.clock.async_pass(1)
    await client.async_events(subscription)
    house.disconnect("bedroom")
    await house.clock.async_pass(20)
    anchors = merged(await client.async_events(subscription), "anchors")
    assert anchors[house.source("bedroom")] == "offline"
    assert anchors[house.source("kitchen")] == "silent"


async def test_beacons_come_and_go(house: House, client: Client) -> None:
    subscription = await client.async_subscribe("live/subscribe")
    await house.clock.async_pass(1)
    assert "beacons" not in (await client.async_events(subscription))[0]
    beacon_id = await house.async_add_beacon()
    await house.clock.async_pass(1)
    assert merged(await client.async_events(subscription), "beacons")[beacon_id]["state"] == "unknown"
    assert house.entry
    house.hass.config_entries.async_remove_subentry(house.entry, beacon_id)
    await house.clock.async_pass(1)
    events = await client.async_events(subscription)
    assert [event["removed"] for event in events if "removed" in event] == [[beacon_id]]


async def test_a_changed_plan_is_told(house: House, client: Client) -> None:
    subscription = await client.async_subscribe("live/subscribe")
    await house.clock.async_pass(1)
    await client.async_events(subscription)
    await house.async_add_zone()
    assert any(event.get("plan_changed") for event in await client.async_events(subscription))


async def test_who_hears_a_beacon(house: House, client: Client) -> None:
    beacon_id = await house.async_add_beacon()
    await house.async_stay("kitchen", 3)
    subscription = await client.async_subscribe("live/links", beacon=beacon_id)
    await house.clock.async_pass(0.25)
    assert (await client.async_events(subscription))[0]["links"] == {
        house.source("kitchen"): -55.0,
        house.source("living_room"): -90.0,
        house.source("bedroom"): -90.0,
    }
    await house.clock.async_pass(15)
    assert (await client.async_events(subscription))[-1]["links"] == {}


async def test_links_of_a_beacon_that_is_gone(client: Client) -> None:
    answer = await client.async_ask("live/links", beacon="nobody")
    assert answer["error"]["code"] == "beacon_gone"
    assert answer["error"]["translation_key"] == "beacon_gone"
    assert "nobody" in answer["error"]["message"]


async def test_it_ends_with_the_entry_and_begins_anew(house: House, client: Client) -> None:
    subscription = await client.async_subscribe("live/subscribe")
    await house.clock.async_pass(1)
    await client.async_events(subscription)
    assert house.entry
    await house.hass.config_entries.async_unload(house.entry.entry_id)
    assert (await client.async_events(subscription))[-1] == {"ended": True}
    assert await client.async_error("live/subscribe") == "not_loaded"
    await house.hass.config_entries.async_setup(house.entry.entry_id)
    subscription = await client.async_subscribe("live/subscribe")
    await house.clock.async_pass(1)
    assert await client.async_events(subscription)


async def test_nothing_is_sent_after_the_end(house: House, client: Client) -> None:
    await house.async_add_beacon()
    subscription = await client.async_subscribe("live/subscribe")
    await house.clock.async_pass(1)
    await client.async_unsubscribe(subscription)
    await client.async_events(subscription)
    await house.async_stay("kitchen", 5)
    assert await client.async_events(subscription) == []


async def test_the_owner_says_whether_everyone_sees_it(
    house: House, client: Client, hass_ws_client: WebSocketGenerator, hass_read_only_access_token: str
) -> None:
    ordinary = await Client.async_connect(house, hass_ws_client, hass_read_only_access_token)
    assert await ordinary.async_error("live/subscribe") == "unauthorized"
    assert house.entry
    options = {**house.entry.options, "everyone_sees_map": True}
    house.hass.config_entries.async_update_entry(house.entry, options=options)
    await house.hass.async_block_till_done()
    assert await ordinary.async_subscribe("live/subscribe")
