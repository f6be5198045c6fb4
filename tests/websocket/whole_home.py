"""A home with everything, as one file: how it is made, taken out, brought in, and changed on the way."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from homeassistant.helpers import area_registry as ar
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.indoor_positioning.engine.replay.archive import write_archive
from tests.house import House
from tests.pictures import encoded
from tests.protocols import IRK
from tests.reporting import async_add_other_anchor
from tests.websocket.client import Client
from tests.websocket.uploading import upload

WELL = {
    "from_floor_id": "ground_floor",
    "to_floor_id": "upper_floor",
    "outline": [[1.0, 1.0], [2.0, 1.0], [2.0, 2.0], [1.0, 2.0]],
}
ELEVATION = {"floor_id": "upper_floor", "elevation": 3.1}
DOOR = {"floor_id": "ground_floor", "from": [4.0, 1.0], "to": [4.0, 2.0]}


async def async_furnish(house: House, hass_ws_client: WebSocketGenerator, tmp_path: Path) -> Client:
    """Return the owner's browser in a home with everything: plan, zone, survey, picture, a phone with a key."""
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
