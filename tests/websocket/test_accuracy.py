"""The predicted accuracy over the websocket."""

from __future__ import annotations

import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from tests.house import House
from tests.websocket.client import Client


@pytest.fixture
async def client(house: House, hass_ws_client: WebSocketGenerator) -> Client:
    """The owner's browser in a drawn home."""
    await house.async_set_up()
    await house.async_draw()
    return await Client.async_connect(house, hass_ws_client)


async def test_a_floor_has_a_map(client: Client) -> None:
    answer = await client.async_result("accuracy_map", floor_id="ground_floor")
    assert len(answer["points"]) == len(answer["error"]) == len(answer["room_chance"]) > 50
    assert answer["size"] == 0.5
    assert all(0.0 <= x <= 8.0 and 0.0 <= y <= 3.0 for x, y in answer["points"])


async def test_a_floor_that_is_not_drawn_has_none(client: Client) -> None:
    answer = await client.async_result("accuracy_map", floor_id="attic")
    assert answer == {"size": None, "points": [], "error": [], "room_chance": []}


async def test_another_anchor_is_tried_out_and_not_kept(house: House, client: Client) -> None:
    stranger = house.connect_stranger()
    plan = await client.async_result("plan/get")
    before = await client.async_result("accuracy_map", floor_id="ground_floor")
    anchor = {"source": stranger.source, "area_id": "kitchen", "x": 0.5, "y": 0.5}
    after = await client.async_result("accuracy_map", floor_id="ground_floor", anchors=[anchor])
    assert after["points"] == before["points"]
    assert sum(after["error"]) < sum(before["error"])
    assert await client.async_result("plan/get") == plan


async def test_a_change_that_cannot_be_is_refused(client: Client) -> None:
    changes = {"rooms": [{"area_id": "gone", "outline": None}]}
    assert await client.async_error("accuracy_map", floor_id="ground_floor", **changes) == "plan_area_missing"


async def test_admins_only(
    house: House, client: Client, hass_ws_client: WebSocketGenerator, hass_read_only_access_token: str
) -> None:
    ordinary = await Client.async_connect(house, hass_ws_client, hass_read_only_access_token)
    assert await ordinary.async_error("accuracy_map", floor_id="ground_floor") == "unauthorized"
    assert await client.async_result("accuracy_map", floor_id="ground_floor")
