"""The whole home as one file over the websocket: out of one Home Assistant, into another, all of it or nothing."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import floor_registry as fr
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.indoor_positioning.engine.replay.archive import write_archive
from custom_components.indoor_positioning.engine.replay.recording import read_recording
from tests.house import TAG_UUID, House
from tests.pictures import encoded
from tests.protocols import INSTANCE, IRK, NAMESPACE
from tests.reporting import async_add_other_anchor
from tests.test_secrets import leaks
from tests.websocket.client import Client
from tests.websocket.uploading import upload

WELL = {
    "from_floor_id": "ground_floor",
    "to_floor_id": "upper_floor",
    "outline": [[1.0, 1.0], [2.0, 1.0], [2.0, 2.0], [1.0, 2.0]],
}
ELEVATION = {"floor_id": "upper_floor", "elevation": 3.1}
DOOR = {"floor_id": "ground_floor", "from": [4.0, 1.0], "to": [4.0, 2.0]}


@pytest.fixture
async def client(house: House, hass_ws_client: WebSocketGenerator, tmp_path: Path) -> Client:
    """The owner's browser in a home with everything: plan, zone, survey, picture, a phone with a key."""
    house.hass.config.config_dir = str(tmp_path)
    await house.async_set_up()
    await house.async_draw()
    tag = await house.async_add_beacon()
    await house.async_add_beacon(IRK.hex(), "private_address", "Phone")
    await house.async_add_zone(enter=0.8, leave=0.2, beacons=[tag])
    router = await async_add_other_anchor(house, area_id="kitchen", x=1.0, y=1.0, orientation=[90.0, 0.0, 0.0])
    link = {"anchor": router, "entity_id": "sensor.distance", "sigma": None}
    assert house.entry
    beacon = house.entry.subentries[tag]
    data = {
        **beacon.data,
        "links": [link],
        "motion": ["binary_sensor.tag"],
        "steps": "sensor.steps",
        "carried_height": 0.4,
    }
    house.hass.config_entries.async_update_subentry(house.entry, beacon, data=data)
    client = await Client.async_connect(house, hass_ws_client)
    plan = await client.async_result("plan/get")
    await client.async_result(
        "plan/save", revision=plan["revision"], doors=[DOOR], elevations=[ELEVATION], openings=[WELL]
    )
    room = {"area_id": "kitchen", "outline": [[0.0, 0.0], [4.0, 0.0], [4.0, 3.0], [0.0, 3.0]], "elevation": -0.3}
    plan = await client.async_result("plan/get")
    await client.async_result("plan/save", revision=plan["revision"], rooms=[room])
    await client.async_result("calibration/start", beacon=tag, area_id="kitchen", x=1.0, y=2.0)
    await house.async_stay("kitchen", 17)
    picture = await upload(client, encoded("PNG", (500, 300)))
    await client.async_result("pictures/set", floor_id="ground_floor", upload=picture)
    await client.async_result("pictures/place", floor_id="ground_floor", x=-1.0, rotation=90)
    return client


async def exported(client: Client) -> bytes:
    answer = await client.async_result("home/export")
    assert answer["name"].endswith(".zip")
    return base64.b64decode(answer["data"])


async def imported(client: Client, data: bytes, **fields: Any) -> dict[str, Any]:
    sent = await upload(client, data, "home")
    report: dict[str, Any] = await client.async_result("home/import", upload=sent, **fields)
    return report


async def everything(house: House, client: Client) -> dict[str, Any]:
    """Return what an import must not touch while it is refused."""
    assert house.entry
    return {
        "plan": await client.async_result("plan/get"),
        "samples": (await client.async_result("calibration/samples"))["samples"],
        "pictures": await client.async_result("pictures/list"),
        "options": dict(house.entry.options),
        "subentries": {key: (one.title, dict(one.data)) for key, one in house.entry.subentries.items()},
        "areas": sorted(ar.async_get(house.hass).areas),
    }


def settings_of(data: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        settings: dict[str, Any] = json.loads(archive.read("settings.json"))
    return settings


def changed(data: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    """Return the file with its settings changed."""
    settings = settings_of(data)
    change(settings)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return write_archive({**members, "settings.json": json.dumps(settings).encode()}.items())


async def wreck(house: House, client: Client) -> None:
    """Undraw everything, and lose survey, zone, picture and the tag."""
    assert house.entry
    for one in tuple(house.entry.subentries.values()):
        if one.subentry_type == "zone" or one.title == "Tag":
            house.hass.config_entries.async_remove_subentry(house.entry, one.subentry_id)
        elif one.subentry_type == "other_anchor":
            data = {**one.data, "x": 3.0, "orientation": None}
            house.hass.config_entries.async_update_subentry(house.entry, one, data=data, title="Moved")
        elif one.subentry_type == "room":
            data = {**one.data, "outline": None, "elevation": 1.0}
            house.hass.config_entries.async_update_subentry(house.entry, one, data=data)
    await client.async_result("calibration/delete", samples=[one.id for one in house.runtime.survey.samples])
    await client.async_result("pictures/remove", floor_id="ground_floor")
    plan = await client.async_result("plan/get")
    await client.async_result("plan/save", revision=plan["revision"], doors=[], elevations=[], openings=[])
    await house.clock.async_pass(1)


async def test_what_is_exported_is_imported(house: House, client: Client) -> None:
    data, before = await exported(client), await everything(house, client)
    await wreck(house, client)
    assert (await everything(house, client)) != before
    runtime = house.runtime
    report = await imported(client, data)
    assert report == {
        "rooms": 3,
        "anchors": 3,
        "zones": 1,
        "beacons": 2,
        "samples": 1,
        "pictures": 1,
        "new_areas": [],
        "new_floors": [],
        "without_keys": [],
        "left_out": [],
    }
    await house.clock.async_pass(1)
    after = await everything(house, client)
    assert house.runtime is runtime
    picture, old_picture = after["pictures"]["pictures"][0], before["pictures"]["pictures"][0]
    assert {**picture, "id": ""} == {**old_picture, "id": ""}
    assert await client.async_result("pictures/get", floor_id="ground_floor")
    assert {**after, "pictures": 0} == {**before, "pictures": 0}
    assert len(runtime.positioning.model.home.doors) == 1
    assert [floor.elevation for floor in runtime.positioning.model.home.floors] == [0.0, 3.1]
    assert len(runtime.positioning.model.survey) == 1


async def test_an_import_into_the_same_home_changes_nothing(house: House, client: Client) -> None:
    before = await everything(house, client)
    entities = sorted(er.async_get(house.hass).entities)
    await imported(client, await exported(client))
    await house.clock.async_pass(1)
    after = await everything(house, client)
    assert {**after, "pictures": 0} == {**before, "pictures": 0}
    assert sorted(er.async_get(house.hass).entities) == entities


async def test_no_key_leaves_the_house_and_the_import_says_so(house: House, client: Client) -> None:
    data = await exported(client)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not [name for name in archive.namelist() if leaks(archive.read(name).decode("latin-1"))]
    assert house.entry
    phone = next(one for one in house.entry.subentries.values() if one.title == "Phone")
    # Where the phone is known, its key stays.
    await imported(client, data)
    assert house.entry.subentries[phone.subentry_id].data["identities"] == phone.data["identities"]
    house.hass.config_entries.async_remove_subentry(house.entry, phone.subentry_id)
    await house.hass.async_block_till_done()
    report = await imported(client, data)
    assert report["without_keys"] == report["left_out"] == ["Phone"]
    assert report["beacons"] == 1
    assert "Phone" not in {one.title for one in house.entry.subentries.values()}


async def test_a_dry_run_tells_and_does_nothing(house: House, client: Client) -> None:
    data = await exported(client)
    await wreck(house, client)
    before = await everything(house, client)
    sent = await upload(client, data, "home")
    told = await client.async_result("home/import", upload=sent, dry_run=True)
    assert told["samples"] == 1
    assert await everything(house, client) == before
    # The upload is still there for the import itself.
    assert await client.async_result("home/import", upload=sent) == told
    assert await everything(house, client) != before
    assert await client.async_error("home/import", upload=sent) == "upload_gone"


async def test_areas_and_floors_that_are_missing_are_made(house: House, client: Client) -> None:
    cellar = fr.async_get(house.hass).async_create("Cellar", level=-1)
    wine = ar.async_get(house.hass).async_create("Wine", floor_id=cellar.floor_id)
    plan = await client.async_result("plan/get")
    rooms = [{"area_id": wine.id, "outline": [[0, 0], [3, 0], [3, 3]]}]
    await client.async_result("plan/save", revision=plan["revision"], rooms=rooms)
    data = await exported(client)
    ar.async_get(house.hass).async_delete(wine.id)
    fr.async_get(house.hass).async_delete(cellar.floor_id)
    await house.clock.async_pass(1)
    report = await imported(client, data)
    assert (report["new_areas"], report["new_floors"]) == (["Wine"], ["Cellar"])
    area = ar.async_get(house.hass).async_get_area_by_name("Wine")
    assert area is not None
    floor = fr.async_get(house.hass).async_get_floor_by_name("Cellar")
    assert floor is not None
    assert (area.floor_id, floor.level) == (floor.floor_id, -1)
    plan = await client.async_result("plan/get")
    assert next(one for one in plan["rooms"] if one["area_id"] == area.id)["outline"] == [[0, 0], [3, 0], [3, 3]]


async def test_areas_are_found_by_name_where_ids_differ(house: House, client: Client) -> None:
    data = await exported(client)
    settings = json.dumps(settings_of(data)).replace('"kitchen"', '"kueche"')
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    before = await everything(house, client)
    report = await imported(client, write_archive({**members, "settings.json": settings.encode()}.items()))
    assert report["new_areas"] == []
    await house.clock.async_pass(1)
    after = await everything(house, client)
    assert {**after, "pictures": 0} == {**before, "pictures": 0}


async def test_settings_are_taken_over_but_not_who_sees_whom(house: House, client: Client) -> None:
    def change(settings: dict[str, Any]) -> None:
        settings["options"] = {"locator": "proximity", "away_after": 30.0}

    assert house.entry
    options = {**house.entry.options, "everyone_sees_map": True, "track_hours": 5, "enter_dwell": 3.0}
    house.hass.config_entries.async_update_entry(house.entry, options=options)
    await imported(client, changed(await exported(client), change))
    assert house.entry.options == {
        "ignored_scanners": [],
        "locator": "proximity",
        "away_after": 30.0,
        "everyone_sees_map": True,
        "track_hours": 5,
    }


async def test_beacons_that_the_file_does_not_know_stay(house: House, client: Client) -> None:
    data = await exported(client)
    await house.async_add_beacon("C4:00:00:00:00:09", "address", "Keys")
    await imported(client, data)
    assert house.entry
    assert {"Keys", "Phone", "Tag"} <= {one.title for one in house.entry.subentries.values()}


async def test_a_beacon_is_known_by_its_identity(house: House, client: Client) -> None:
    data = await exported(client)
    await wreck(house, client)
    again = await house.async_add_beacon(name="Tag again")
    await imported(client, data)
    assert house.entry
    assert house.entry.subentries[again].title == "Tag"
    (zone,) = house.entry.get_subentries_of_type("zone")
    assert zone.data["beacons"] == [again]
    assert house.runtime.survey.samples[0].sample.beacon == again


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


async def test_the_file_is_a_recording(house: House, client: Client, tmp_path: Path) -> None:
    path = tmp_path / "home.zip"
    data = await exported(client)

    def recording() -> Any:
        path.write_bytes(data)
        return read_recording(path)

    read = await house.hass.async_add_executor_job(recording)
    assert read.home.openings == house.runtime.positioning.model.home.openings != ()
    assert {room.elevation for room in read.home.rooms} == {-0.3, 0.0}
    assert read.home.rooms == house.runtime.positioning.model.home.rooms
    assert read.home.doors == house.runtime.positioning.model.home.doors
    assert read.home.floors == house.runtime.positioning.model.home.floors
    assert {beacon.carried_height for beacon in read.home.beacons} == {0.4, None}
    assert read.survey[0].position == (1.0, 2.0)
    assert read.survey[0].packets == house.runtime.survey.samples[0].sample.packets


async def test_only_admins_export_and_import(
    house: House, client: Client, hass_ws_client: WebSocketGenerator, hass_read_only_access_token: str
) -> None:
    ordinary = await Client.async_connect_ordinary(house, hass_ws_client, hass_read_only_access_token)
    assert await ordinary.async_error("home/export") == "unauthorized"
    assert await ordinary.async_error("home/import", upload="x") == "unauthorized"
