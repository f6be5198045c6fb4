"""The whole home as one file over the websocket: out of one Home Assistant, into another."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import floor_registry as fr
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.indoor_positioning.engine.replay.archive import write_archive
from custom_components.indoor_positioning.engine.replay.recording import read_recording
from tests.house import House
from tests.test_secrets import leaks
from tests.websocket.client import Client
from tests.websocket.uploading import upload
from tests.websocket.whole_home import (
    async_furnish,
    changed,
    everything,
    exported,
    imported,
    settings_of,
)


@pytest.fixture
async def client(house: House, hass_ws_client: WebSocketGenerator, tmp_path: Path) -> Client:
    return await async_furnish(house, hass_ws_client, tmp_path)


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


async def test_the_file_is_a_recording(house: House, client: Client, tmp_path: Path) -> None:
    path = tmp_path / "home.zip"
    data = await exported(client)

    def recording() -> Any:
        path.write_bytes(data)
        return read_recording(path)

    read = await house.hass.async_add_executor_job(recording)
    assert read.home.openings == house.runtime.positioning.model.home.openings != ()
    assert read.home.other_anchors == house.runtime.positioning.model.home.other_anchors != ()
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
