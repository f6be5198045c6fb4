"""Pictures under the plan over the websocket: uploaded in pieces, placed, seen, replaced and removed."""

from __future__ import annotations

import base64
import errno
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from homeassistant.helpers import floor_registry as fr
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.indoor_positioning.const import DOMAIN
from tests.house import House
from tests.pictures import encoded
from tests.websocket.client import Client
from tests.websocket.uploading import upload


@pytest.fixture
async def client(house: House, hass_ws_client: WebSocketGenerator, tmp_path: Path) -> Client:
    """The owner's browser, with a configuration folder of the test's own."""
    house.hass.config.config_dir = str(tmp_path)
    await house.async_set_up()
    return await Client.async_connect(house, hass_ws_client)


def folder(house: House) -> Path:
    return Path(house.hass.config.path(DOMAIN))


def files(house: House) -> list[str]:
    return sorted(path.name for path in folder(house).rglob("*") if path.is_file())


async def put(client: Client, data: bytes, floor_id: str = "ground_floor") -> dict[str, Any]:
    row: dict[str, Any] = await client.async_result(
        "pictures/set", floor_id=floor_id, upload=await upload(client, data)
    )
    return row


async def test_a_picture_is_kept_and_delivered(house: House, client: Client) -> None:
    row = await put(client, encoded("PNG", (500, 300)))
    assert row == {
        "id": row["id"],
        "floor_id": "ground_floor",
        "width": 500,
        "height": 300,
        "x": 0.0,
        "y": 0.0,
        "scale": 0.02,
        "rotation": 0.0,
        "opacity": 0.5,
    }
    assert (await client.async_result("pictures/list"))["pictures"] == [row]
    got = await client.async_result("pictures/get", floor_id="ground_floor")
    assert (got["id"], got["mime_type"]) == (row["id"], "image/png")
    assert base64.b64decode(got["data"]).startswith(b"\x89PNG")
    assert files(house) == [f"{row['id']}.png"]


async def test_it_is_placed_and_outlives_a_restart(house: House, client: Client) -> None:
    before = await put(client, encoded("JPEG"))
    place = {"x": -1.5, "y": 2.0, "scale": 0.05, "rotation": 90.0, "opacity": 0.25}
    placed = await client.async_result("pictures/place", floor_id="ground_floor", **place)
    assert placed == {**before, **place}
    assert (await client.async_result("pictures/place", floor_id="ground_floor", opacity=1))["x"] == -1.5
    assert house.entry
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    assert (await client.async_result("pictures/list"))["pictures"] == [{**placed, "opacity": 1.0}]
    assert await client.async_result("pictures/get", floor_id="ground_floor")


async def test_another_takes_its_place_as_wide_as_it_was(house: House, client: Client) -> None:
    first = await put(client, encoded("PNG", (500, 300)))
    await client.async_result("pictures/place", floor_id="ground_floor", x=3.0, scale=0.04)
    second = await put(client, encoded("WEBP", (1000, 600)))
    assert second["id"] != first["id"]
    assert (second["x"], second["scale"]) == (3.0, 0.02)
    assert files(house) == [f"{second['id']}.webp"]


async def test_a_removed_picture_leaves_nothing(house: House, client: Client) -> None:
    await put(client, encoded("PNG"))
    await client.async_result("pictures/remove", floor_id="ground_floor")
    await client.async_result("pictures/remove", floor_id="ground_floor")
    assert files(house) == []
    assert (await client.async_result("pictures/list"))["pictures"] == []
    assert await client.async_error("pictures/get", floor_id="ground_floor") == "picture_gone"
    assert await client.async_error("pictures/place", floor_id="ground_floor", x=1) == "picture_gone"


async def test_they_go_with_the_entry(house: House, client: Client, hass_storage: dict[str, Any]) -> None:
    await put(client, encoded("PNG"))
    assert house.entry
    key = f"{DOMAIN}.{house.entry.entry_id}.pictures"
    assert key in hass_storage
    await house.hass.config_entries.async_remove(house.entry.entry_id)
    assert not folder(house).exists()
    assert [one for one in hass_storage if one.startswith(key)] == []


async def test_a_lost_list_comes_from_its_copy_and_is_said(
    house: House, client: Client, hass_storage: dict[str, Any]
) -> None:
    row = await put(client, encoded("PNG"))
    assert house.entry
    del hass_storage[f"{DOMAIN}.{house.entry.entry_id}.pictures"]
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    assert (await client.async_result("pictures/list"))["pictures"] == [row]
    assert ir.async_get(house.hass).async_get_issue(DOMAIN, "storage_restored_pictures")


async def test_on_a_full_disk_the_picture_before_stays(house: House, client: Client) -> None:
    first = await put(client, encoded("PNG"))
    with patch("tempfile.mkstemp", side_effect=OSError(errno.ENOSPC, "No space left on device")):
        second = await put(client, encoded("WEBP"))
        assert ir.async_get(house.hass).async_get_issue(DOMAIN, "disk_full")
    # The list that is read next may be the one before: its file must still be there.
    assert files(house) == sorted([f"{first['id']}.png", f"{second['id']}.webp"])


async def test_a_file_of_fifty_megabytes_is_refused_before_it_is_sent(client: Client) -> None:
    answer = await client.async_ask("upload/begin", kind="picture", size=50 * 1024 * 1024)
    assert answer["error"]["code"] == "upload_too_large"
    assert "50 MB" in answer["error"]["message"]
    assert "16 MB" in answer["error"]["message"]


async def test_more_than_was_announced_is_refused(client: Client) -> None:
    begun = await client.async_result("upload/begin", kind="picture", size=10)
    data = base64.b64encode(bytes(11)).decode()
    assert await client.async_error("upload/piece", upload=begun["upload"], data=data) == "upload_wrong_size"
    assert await client.async_error("upload/piece", upload=begun["upload"], data=data) == "upload_gone"


async def test_less_than_was_announced_is_refused(client: Client) -> None:
    begun = await client.async_result("upload/begin", kind="picture", size=10)
    fields = {"floor_id": "ground_floor", "upload": begun["upload"]}
    assert await client.async_error("pictures/set", **fields) == "upload_wrong_size"


async def test_memory_is_not_filled_with_what_is_never_finished(client: Client) -> None:
    begun = [(await client.async_result("upload/begin", kind="picture", size=10))["upload"] for _ in range(3)]
    data = base64.b64encode(bytes(5)).decode()
    assert await client.async_error("upload/piece", upload=begun[0], data=data) == "upload_gone"
    assert await client.async_result("upload/piece", upload=begun[2], data=data) == {"received": 5}


async def test_a_file_for_something_else_is_refused(client: Client) -> None:
    sent = await upload(client, encoded("PNG"), kind="home")
    assert await client.async_error("pictures/set", floor_id="ground_floor", upload=sent) == "upload_gone"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture_svg"),
        (b"GIF89a, perhaps", "picture_unreadable"),
        (encoded("TIFF"), "picture_unreadable"),
    ],
)
async def test_what_is_no_picture_is_refused(house: House, client: Client, data: bytes, code: str) -> None:
    sent = await upload(client, data)
    assert await client.async_error("pictures/set", floor_id="ground_floor", upload=sent) == code
    assert files(house) == []


async def test_a_floor_that_is_gone(house: House, client: Client) -> None:
    attic = fr.async_get(house.hass).async_create("Attic", level=2)
    await put(client, encoded("PNG"), attic.floor_id)
    fr.async_get(house.hass).async_delete(attic.floor_id)
    assert (await client.async_result("pictures/list"))["pictures"] == []
    sent = await upload(client, encoded("PNG"))
    assert await client.async_error("pictures/set", floor_id=attic.floor_id, upload=sent) == "plan_floor_missing"


async def test_a_file_that_somebody_has_deleted(house: House, client: Client) -> None:
    await put(client, encoded("PNG"))
    (name,) = files(house)
    next(folder(house).rglob(name)).unlink()
    assert await client.async_error("pictures/get", floor_id="ground_floor") == "picture_gone"


@pytest.mark.parametrize(
    "row",
    [
        {"id": "../../../secrets", "mime_type": "image/png"},
        {"id": "0" * 32, "mime_type": "image/svg+xml"},
        {"id": "0" * 32, "mime_type": "image/png", "placement": {"script": 1}},
    ],
)
async def test_a_list_that_was_tampered_with_leads_nowhere(
    house: House, client: Client, hass_storage: dict[str, Any], row: dict[str, Any]
) -> None:
    whole = {"floor_id": "ground_floor", "width": 1, "height": 1, "placement": {}, **row}
    await start_with(house, hass_storage, {"version": 1, "data": {"pictures": [whole]}})
    assert (await client.async_result("pictures/list"))["pictures"] == []


async def start_with(house: House, hass_storage: dict[str, Any], stored: dict[str, Any]) -> None:
    """Let the integration start with this list of pictures on disk."""
    assert house.entry
    await house.hass.config_entries.async_unload(house.entry.entry_id)
    key = f"{DOMAIN}.{house.entry.entry_id}.pictures"
    hass_storage[key] = {"key": key, **stored}
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)


async def test_a_list_of_a_later_version_stops_nothing(
    house: House, client: Client, hass_storage: dict[str, Any]
) -> None:
    await start_with(house, hass_storage, {"version": 9, "data": {"plates": []}})
    assert (await client.async_result("pictures/list"))["pictures"] == []
    assert await client.async_result("plan/get")


async def test_a_list_of_a_later_minor_version_is_read(
    house: House, client: Client, hass_storage: dict[str, Any]
) -> None:
    row = {"id": "0" * 32, "floor_id": "ground_floor", "mime_type": "image/png", "width": 6, "height": 4, "frame": 1}
    stored = {"version": 1, "minor_version": 7, "data": {"pictures": [{**row, "placement": {"x": 2}}]}}
    await start_with(house, hass_storage, stored)
    (picture,) = (await client.async_result("pictures/list"))["pictures"]
    assert (picture["width"], picture["x"], picture["opacity"]) == (6, 2.0, 0.5)


@pytest.mark.parametrize(
    ("command", "fields"),
    [
        ("upload/begin", {"kind": "picture", "size": 0}),
        ("upload/begin", {"kind": "program", "size": 1}),
        ("upload/begin", {"kind": "picture", "size": "1"}),
        ("upload/piece", {"upload": "x", "data": "A" * 1_400_000}),
        ("pictures/place", {"floor_id": "ground_floor", "scale": 0}),
        ("pictures/place", {"floor_id": "ground_floor", "x": 1e9}),
        ("pictures/place", {"floor_id": "ground_floor", "opacity": "nan"}),
        ("pictures/place", {"floor_id": "ground_floor", "path": "/etc"}),
    ],
)
async def test_what_does_not_fit_the_form(client: Client, command: str, fields: dict[str, Any]) -> None:
    assert await client.async_error(command, **fields) == "invalid_format"


async def test_a_piece_that_is_not_base64(client: Client) -> None:
    begun = await client.async_result("upload/begin", kind="picture", size=10)
    assert await client.async_error("upload/piece", upload=begun["upload"], data="!!!!") == "upload_not_base64"


async def test_who_sees_the_map_sees_the_pictures_and_changes_none(
    house: House, client: Client, hass_ws_client: WebSocketGenerator, hass_read_only_access_token: str
) -> None:
    await put(client, encoded("PNG"))
    ordinary = await Client.async_connect(house, hass_ws_client, hass_read_only_access_token)
    assert await ordinary.async_error("pictures/list") == "unauthorized"
    assert await ordinary.async_error("pictures/get", floor_id="ground_floor") == "unauthorized"
    assert house.entry
    options = {**house.entry.options, "everyone_sees_map": True}
    house.hass.config_entries.async_update_entry(house.entry, options=options)
    assert len((await ordinary.async_result("pictures/list"))["pictures"]) == 1
    assert await ordinary.async_result("pictures/get", floor_id="ground_floor")
    for command, fields in (
        ("upload/begin", {"kind": "picture", "size": 1}),
        ("upload/piece", {"upload": "x", "data": ""}),
        ("pictures/set", {"floor_id": "ground_floor", "upload": "x"}),
        ("pictures/place", {"floor_id": "ground_floor", "x": 1}),
        ("pictures/remove", {"floor_id": "ground_floor"}),
    ):
        assert await ordinary.async_error(command, **fields) == "unauthorized"


async def test_who_looks_on_is_told(house: House, client: Client) -> None:
    subscription = await client.async_subscribe("live/subscribe")
    await house.clock.async_pass(1)
    await client.async_events(subscription)
    await put(client, encoded("PNG"))
    await house.clock.async_pass(1)
    assert any(event.get("plan_changed") for event in await client.async_events(subscription))
