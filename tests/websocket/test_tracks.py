"""Recorded tracks over the websocket: off by default, kept for as long as is wanted, and erased for good."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.indoor_positioning import clock
from custom_components.indoor_positioning.const import DOMAIN
from tests.house import House
from tests.websocket.client import Client


@pytest.fixture
async def client(house: House, hass_ws_client: WebSocketGenerator, tmp_path: Path) -> Client:
    """The owner's browser in a drawn home, with a configuration folder of the test's own."""
    house.hass.config.config_dir = str(tmp_path)
    await house.async_set_up()
    await house.async_draw()
    return await Client.async_connect(house, hass_ws_client)


async def remember(house: House, hours: int) -> None:
    assert house.entry
    options = {**house.entry.options, "track_hours": hours}
    house.hass.config_entries.async_update_entry(house.entry, options=options)
    await house.hass.async_block_till_done()


def folder(house: House) -> Path:
    return Path(house.hass.config.path(DOMAIN))


def files(house: House) -> list[Path]:
    return sorted(path for path in folder(house).rglob("*.track"))


def window(**fields: Any) -> dict[str, Any]:
    return {"start": clock.time() - 86_400.0, "end": clock.time(), **fields}


async def points(client: Client, beacon_id: str, **fields: Any) -> list[dict[str, Any]]:
    answer = await client.async_result("tracks/get", **window(beacon=beacon_id, **fields))
    rows: list[dict[str, Any]] = answer["points"]
    return rows


async def test_nothing_is_recorded_unasked(house: House, client: Client) -> None:
    beacon_id = await house.async_add_beacon()
    await house.async_stay("kitchen", 10)
    assert await client.async_result("tracks/list") == {"hours": 0, "tracks": {}}
    assert await points(client, beacon_id) == []
    assert files(house) == []


async def test_a_walk_is_recorded_and_told(house: House, client: Client) -> None:
    await remember(house, 24)
    beacon_id = await house.async_add_beacon()
    began = clock.time()
    await house.async_stay("kitchen", 15)
    await house.async_stay("living_room", 15)
    told = await client.async_result("tracks/list")
    assert told["hours"] == 24
    span = told["tracks"][beacon_id]
    assert began <= span["oldest"] < span["newest"] <= clock.time()
    rows = await points(client, beacon_id)
    times = [row["time"] for row in rows]
    assert times == sorted(times)
    rooms = list(dict.fromkeys(row["room"] for row in rows if row["room"]))
    assert rooms == ["kitchen", "living_room"]
    last = rows[-1]
    assert last["floor"] == "ground_floor"
    assert 4.0 <= last["x"] <= 8.0
    assert last["accuracy"] > 0.0
    assert len(rows) < 30
    assert len(await points(client, beacon_id, points=3)) == 3
    end = times[len(times) // 2]
    part = await client.async_result("tracks/get", beacon=beacon_id, start=0, end=end + 0.1)
    assert 0 < len(part["points"]) < len(rows)


async def test_time_spent_is_told_by_cell(house: House, client: Client) -> None:
    await remember(house, 24)
    beacon_id = await house.async_add_beacon()
    await house.async_stay("kitchen", 60)
    heat = await client.async_result("tracks/heat", floor_id="ground_floor", **window(beacon=beacon_id))
    assert heat["size"] == 0.5
    assert len(heat["points"]) == len(heat["seconds"])
    assert 50.0 <= sum(heat["seconds"]) <= 61.0
    in_kitchen = sum(s for (x, _), s in zip(heat["points"], heat["seconds"], strict=True) if x < 4.0)
    assert in_kitchen > 45.0
    upstairs = await client.async_result("tracks/heat", floor_id="upper_floor", **window(beacon=beacon_id))
    assert sum(upstairs["seconds"]) < 10.0


async def test_a_track_outlives_a_restart(house: House, client: Client) -> None:
    await remember(house, 24)
    beacon_id = await house.async_add_beacon()
    await house.async_stay("kitchen", 10)
    before = await points(client, beacon_id)
    assert house.entry
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    assert (await points(client, beacon_id))[: len(before)] == before


async def test_it_is_written_without_being_asked_for(house: House, client: Client) -> None:
    await remember(house, 24)
    await house.async_add_beacon()
    await house.async_stay("kitchen", 5)
    assert files(house) == []
    assert house.entry
    await house.hass.config_entries.async_unload(house.entry.entry_id)
    assert len(files(house)) == 1


async def test_what_is_too_old_is_deleted(house: House, client: Client) -> None:
    await remember(house, 2)
    beacon_id = await house.async_add_beacon()
    await house.async_stay("kitchen", 5)
    await client.async_result("tracks/list")
    (old,) = files(house)
    older = old.with_name(f"{int(old.stem) - 3}.track")
    older.write_bytes(old.read_bytes())
    await client.async_result("tracks/list")
    assert files(house) == [old]
    house.clock.set_back(-7300.0)
    assert await points(client, beacon_id) == []


async def test_switched_off_it_is_erased(house: House, client: Client) -> None:
    await remember(house, 24)
    await house.async_add_beacon()
    await house.async_stay("kitchen", 5)
    await client.async_result("tracks/list")
    assert files(house)
    await remember(house, 0)
    assert not list(folder(house).rglob("tracks"))
    await house.async_stay("kitchen", 5)
    assert await client.async_result("tracks/list") == {"hours": 0, "tracks": {}}


async def test_a_removed_beacon_leaves_no_track(house: House, client: Client) -> None:
    await remember(house, 24)
    beacon_id = await house.async_add_beacon()
    await house.async_stay("kitchen", 5)
    await client.async_result("tracks/list")
    assert files(house)
    assert house.entry
    house.hass.config_entries.async_remove_subentry(house.entry, beacon_id)
    await house.hass.async_block_till_done()
    assert files(house) == []
    assert await client.async_error("tracks/get", **window(beacon=beacon_id)) == "beacon_gone"


async def test_a_beacon_removed_while_nothing_ran_leaves_no_track(house: House, client: Client) -> None:
    await remember(house, 24)
    beacon_id = await house.async_add_beacon()
    await house.async_stay("kitchen", 5)
    assert house.entry
    await house.hass.config_entries.async_unload(house.entry.entry_id)
    assert files(house)
    house.hass.config_entries.async_remove_subentry(house.entry, beacon_id)
    await house.hass.config_entries.async_setup(house.entry.entry_id)
    assert files(house) == []


async def test_a_removed_entry_leaves_no_track(house: House, client: Client) -> None:
    await remember(house, 24)
    await house.async_add_beacon()
    await house.async_stay("kitchen", 5)
    assert house.entry
    await house.hass.config_entries.async_remove(house.entry.entry_id)
    assert files(house) == []


async def test_one_track_or_all_are_erased(house: House, client: Client) -> None:
    await remember(house, 24)
    tag, other = await house.async_add_beacon(), await house.async_add_beacon("C4:00:00:00:00:02", "address", "Other")
    for _ in range(5):
        house.transmit("kitchen")
        house.transmit("bedroom", "C4:00:00:00:00:02")
        await house.clock.async_pass(1)
    assert (await client.async_result("tracks/list"))["tracks"].keys() == {tag, other}
    await client.async_result("tracks/erase", beacon=tag)
    assert (await client.async_result("tracks/list"))["tracks"].keys() == {other}
    await client.async_result("tracks/erase")
    assert (await client.async_result("tracks/list"))["tracks"] == {}


@pytest.mark.parametrize(
    ("command", "fields", "code"),
    [
        ("tracks/get", {"beacon": "../../secrets", "start": 0, "end": 1}, "beacon_gone"),
        ("tracks/heat", {"beacon": "gone", "start": 0, "end": 1, "floor_id": "x"}, "beacon_gone"),
        ("tracks/erase", {"beacon": ".."}, "beacon_gone"),
        ("tracks/get", {"start": 2, "end": 1}, "track_window"),
        ("tracks/get", {"start": "nan", "end": 1}, "invalid_format"),
        ("tracks/get", {"start": 0, "end": 1, "points": 1}, "invalid_format"),
        ("tracks/get", {"start": 0, "end": 1, "points": 10**9}, "invalid_format"),
        ("tracks/heat", {"start": 0, "end": 1, "floor_id": "x", "size": 0}, "invalid_format"),
    ],
)
async def test_what_cannot_be_is_refused(
    house: House, client: Client, command: str, fields: dict[str, Any], code: str
) -> None:
    beacon_id = await house.async_add_beacon()
    assert await client.async_error(command, **{"beacon": beacon_id, **fields}) == code


async def test_only_admins_see_where_somebody_has_been(
    house: House, client: Client, hass_ws_client: WebSocketGenerator, hass_read_only_access_token: str
) -> None:
    assert house.entry
    options = {**house.entry.options, "everyone_sees_map": True, "track_hours": 24}
    house.hass.config_entries.async_update_entry(house.entry, options=options)
    beacon_id = await house.async_add_beacon()
    ordinary = await Client.async_connect(house, hass_ws_client, hass_read_only_access_token)
    for command, fields in (
        ("tracks/list", {}),
        ("tracks/get", window(beacon=beacon_id)),
        ("tracks/heat", window(beacon=beacon_id, floor_id="ground_floor")),
        ("tracks/erase", {}),
    ):
        assert await ordinary.async_error(command, **fields) == "unauthorized"
