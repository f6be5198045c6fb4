"""A file of a home that is wrong anywhere is refused, and nothing of it comes in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from homeassistant.helpers import floor_registry as fr
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.indoor_positioning.engine.replay.archive import write_archive
from tests.house import TAG_UUID, House
from tests.protocols import INSTANCE, NAMESPACE
from tests.websocket.client import Client
from tests.websocket.uploading import upload
from tests.websocket.whole_home import (
    async_furnish,
    changed,
    everything,
    exported,
)


@pytest.fixture
async def client(house: House, hass_ws_client: WebSocketGenerator, tmp_path: Path) -> Client:
    return await async_furnish(house, hass_ws_client, tmp_path)


def set_at(*path: Any, to: Any) -> Callable[[dict[str, Any]], None]:
    """Return a change of one value deep in the settings."""

    def change(settings: dict[str, Any]) -> None:
        one: Any = settings
        for step in path[:-1]:
            one = one[step]
        one[path[-1]] = to

    return change


def twice(kind: str) -> Callable[[dict[str, Any]], None]:
    return lambda settings: settings[kind].append(settings[kind][0])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (set_at("version", to=2), "home_newer"),
        (set_at("version", to="1"), "home_invalid"),
        (set_at("format", to="recipe"), "home_no_home"),
        (set_at("surprise", to=1), "home_invalid"),
        (set_at("options", "locator", to="../../x"), "home_invalid"),
        (set_at("options", "everyone_sees_map", to=True), "home_invalid"),
        (set_at("room", 0, "data", "outline", to=[[0, 0], [1, 1]]), "home_invalid"),
        (set_at("room", 0, "data", "outline", to=[[i, i * i] for i in range(900)]), "home_invalid"),
        (set_at("room", 0, "data", "area_id", to="nowhere"), "home_invalid"),
        (set_at("anchor", 0, "data", "x", to=None), "home_invalid"),
        (set_at("anchor", 0, "data", "x", to=1e300), "home_invalid"),
        (set_at("anchor", 0, "data", "x", to="1"), "home_invalid"),
        (set_at("other_anchor", 0, "data", "kind", to="spy"), "home_invalid"),
        (set_at("other_anchor", 0, "data", "y", to=None), "home_invalid"),
        (set_at("anchor", 0, "data", "height", to=float("nan")), "home_invalid"),
        (set_at("beacon", 0, "data", "links", 0, "sigma", to=0), "home_invalid"),
        (set_at("beacon", 0, "data", "steps", to=["sensor.a"]), "home_invalid"),
        (set_at("beacon", 0, "data", "identities", to=[{"kind": "magic"}]), "home_invalid"),
        (set_at("beacon", 1, "data", "identities", to=[{"kind": "ibeacon", "uuid": TAG_UUID}]), "home_invalid"),
        (set_at("zone", 0, "data", "secure", to={"assurance": "public"}), "home_invalid"),
        (set_at("zone", 0, "title", to=""), "home_invalid"),
        (set_at("samples", 0, "readings", to={"a": ["loud"]}), "home_invalid"),
        (set_at("samples", 0, "position", to=[1]), "home_invalid"),
        (set_at("pictures", 0, "file", to="../../secrets.yaml"), "home_invalid"),
        (set_at("pictures", 0, "scale", to=0), "home_invalid"),
        (twice("room"), "home_invalid"),
        (twice("anchor"), "home_invalid"),
        (twice("zone"), "home_invalid"),
        (twice("other_anchor"), "home_invalid"),
        (twice("beacon"), "home_invalid"),
        (twice("samples"), "home_invalid"),
        (twice("pictures"), "home_invalid"),
        (twice("areas"), "home_invalid"),
        (set_at("areas", 0, "floor_id", to="nowhere"), "home_invalid"),
        (set_at("areas", 0, "name", to="Living room"), "home_invalid"),
    ],
)
async def test_a_file_that_is_wrong_anywhere_changes_nothing(
    house: House, client: Client, change: Callable[[dict[str, Any]], None], code: str
) -> None:
    data = changed(await exported(client), change)
    before = await everything(house, client)
    sent = await upload(client, data, "home")
    assert await client.async_error("home/import", upload=sent) == code
    assert await everything(house, client) == before


async def test_two_beacons_of_a_file_must_not_share_an_identity(house: House, client: Client) -> None:
    def change(settings: dict[str, Any]) -> None:
        shared = {"kind": "eddystone_uid", "namespace": NAMESPACE}
        for row, more in zip(settings["beacon"], ({}, {"instance": INSTANCE}), strict=True):
            row["data"]["identities"].append({**shared, **more})

    data = changed(await exported(client), change)
    before = await everything(house, client)
    sent = await upload(client, data, "home")
    answer = await client.async_ask("home/import", upload=sent)
    assert answer["error"]["code"] == "home_invalid"
    assert answer["error"]["translation_placeholders"] == {"where": "beacon: Phone"}
    assert await everything(house, client) == before


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"no archive", "archive_unreadable"),
        (write_archive([]), "home_no_home"),
        (write_archive([("home.json", b"{}")]), "home_no_home"),
        (write_archive([("settings.json", b"[]")]), "home_no_home"),
        (write_archive([("settings.json", b"[" * 100_000)]), "home_no_home"),
        (write_archive([("settings.json", b"\xff\xfe")]), "home_no_home"),
        (write_archive([("settings.json", b" " * 40_000_000)]), "archive_too_large"),
        (write_archive([("../settings.json", b"{}")]), "archive_path"),
    ],
)
async def test_what_is_no_home_is_refused(house: House, client: Client, data: bytes, code: str) -> None:
    before = await everything(house, client)
    sent = await upload(client, data, "home")
    assert await client.async_error("home/import", upload=sent) == code
    assert await everything(house, client) == before


async def test_a_picture_in_the_file_that_is_none(house: House, client: Client) -> None:
    data = await exported(client)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = next(name for name in members if name.startswith("pictures/"))
    before = await everything(house, client)
    sent = await upload(client, write_archive({**members, name: b"<svg/>"}.items()), "home")
    assert await client.async_error("home/import", upload=sent) == "home_picture"
    assert await everything(house, client) == before


async def test_a_full_disk_changes_nothing(house: House, client: Client) -> None:
    attic = fr.async_get(house.hass).async_create("Attic", level=5)
    data = await exported(client)
    fr.async_get(house.hass).async_delete(attic.floor_id)
    before = await everything(house, client)
    sent = await upload(client, data, "home")
    with patch("pathlib.Path.write_bytes", side_effect=OSError("no space left")):
        assert await client.async_error("home/import", upload=sent) == "home_disk"
    assert await everything(house, client) == before
    assert await client.async_result("pictures/get", floor_id="ground_floor")
