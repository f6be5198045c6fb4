"""Reports over the websocket: many at once, each taken or refused by itself."""

from __future__ import annotations

import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.indoor_positioning.engine.decision import Presence
from custom_components.indoor_positioning.websocket.report import MOST_REPORTS
from tests.house import House
from tests.reporting import async_prepare
from tests.websocket.client import Client


@pytest.fixture
async def client(house: House, hass_ws_client: WebSocketGenerator) -> Client:
    """The owner's connection to a drawn house with a tag and an access point."""
    await async_prepare(house)
    return await Client.async_connect(house, hass_ws_client)


async def test_a_batch_is_taken_and_what_is_wrong_is_named(house: House, client: Client) -> None:
    good = {"kind": "range", "beacon": "Tag", "anchor": "Router", "distance": 1.0}
    answer = await client.async_result(
        "report",
        reports=[
            good,
            {**good, "distance": -1.0},
            {**good, "kind": "smell"},
            {key: value for key, value in good.items() if key != "anchor"},
            {"kind": "motion", "beacon": "Tag", "moving": True},
            {"beacon": "Tag"},
        ],
    )
    assert answer["accepted"] == 2
    assert [(one["index"], one["code"]) for one in answer["refused"]] == [
        (1, "measurement_distance_out_of_range"),
        (2, "invalid_format"),
        (3, "invalid_format"),
        (5, "invalid_format"),
    ]
    assert "between 0 and 1000 m" in answer["refused"][0]["message"]


async def test_fifty_a_second_cost_no_more_estimates_than_four(house: House, client: Client) -> None:
    estimates: list[Presence] = []
    (beacon,) = house.runtime.positioning.tracks
    house.runtime.positioning.subscribe(beacon, estimates.append)
    fix = {"kind": "position", "beacon": beacon, "x": 6.0, "y": 1.5, "floor": "ground_floor", "sigma": 0.3}
    for _ in range(50):
        assert (await client.async_result("report", reports=[fix] * 5))["accepted"] == 5
        await house.clock.async_pass(0.1, step=0.1)
    assert 10 <= len(estimates) <= 22
    assert estimates[-1].room == "living_room"


async def test_only_the_owner_reports_and_not_too_much(
    house: House, client: Client, hass_ws_client: WebSocketGenerator, hass_read_only_access_token: str
) -> None:
    motion = {"kind": "motion", "beacon": "Tag", "moving": True}
    assert await client.async_error("report", reports=[motion] * (MOST_REPORTS + 1)) == "invalid_format"
    guest = await Client.async_connect(house, hass_ws_client, hass_read_only_access_token)
    assert await guest.async_error("report", reports=[motion]) == "unauthorized"
