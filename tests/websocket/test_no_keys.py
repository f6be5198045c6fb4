"""No key in any answer: every command and every action is asked in a home with keys, and all that comes is searched."""

from __future__ import annotations

import base64
import binascii
import io
import json
import logging
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from homeassistant.components import websocket_api
from homeassistant.core import SupportsResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.indoor_positioning.calibration_desk import StandStatus
from custom_components.indoor_positioning.const import DOMAIN
from custom_components.indoor_positioning.engine.replay.archive import write_archive
from custom_components.indoor_positioning.recording_desk import FILE_NAME
from tests.house import House
from tests.pictures import encoded
from tests.protocols import EIK, IRK, eid_payload, resolvable_address
from tests.test_secrets import fill_in, leaks
from tests.test_teacher import calibrate, short_training
from tests.websocket.client import Client
from tests.websocket.uploading import upload

__all__ = ["short_training"]

KITCHEN = [[0.0, 0.0], [4.0, 0.0], [4.0, 3.0], [0.0, 3.0]]
PLACE = {"area_id": "kitchen", "x": 1.0, "y": 2.0}


class Listener(Client):
    """Keeps whatever comes, and which commands it was the answer to."""

    heard: list[dict[str, Any]]
    asked: set[str]

    async def async_ask(self, command: str, **fields: Any) -> dict[str, Any]:
        self.asked.add(f"{DOMAIN}/{command}")
        return await super().async_ask(command, **fields)

    async def _async_receive(self) -> dict[str, Any]:
        message = await super()._async_receive()
        self.heard.append(message)
        return message


def texts(value: Any) -> Iterator[str]:
    """Yield every text within an answer."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from (str(key), *texts(one))
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, str):
        yield value


def opened(data: bytes) -> Iterator[bytes]:
    """Yield a file, and what is in it if it is an archive."""
    yield data
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from (archive.read(name) for name in archive.namelist())


def contents(folder: Path) -> list[bytes]:
    """Return all that was written into the configuration's folder, tracks and the exported home among it."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert ".track" in {path.suffix for path in files}
    assert {"homes", FILE_NAME} <= {path.parent.name for path in files} | {path.name for path in files}
    return [part for path in files for part in opened(path.read_bytes())]


def leaks_of_bytes(data: bytes) -> list[str]:
    """Return what of a key is in a file, in letters or as it is."""
    bare = [key.hex() for one in (IRK, EIK) for key in (one, one[::-1]) if key in data]
    return bare + leaks(data.decode("latin-1"))


def leaks_of_answer(message: dict[str, Any]) -> list[str]:
    """Return what of a key is in an answer, or in a file that it brings."""
    found = leaks(json.dumps(message))
    for text in texts(message):
        try:
            data = base64.b64decode(text, validate=True)
        except binascii.Error, ValueError:
            continue
        found += [leak for part in opened(data) for leak in leaks_of_bytes(part)]
    return found


def test_a_leak_in_a_file_would_be_found() -> None:
    file = write_archive([("settings.json", b'"irk": "%s"' % IRK.hex().encode())])
    assert leaks_of_answer({"result": {"data": base64.b64encode(file).decode()}})
    assert leaks_of_bytes(b"..." + EIK)
    assert not leaks_of_answer({"result": {"data": base64.b64encode(b"nothing").decode()}})


@pytest.fixture
async def home(house: House, tmp_path: Path) -> House:
    """A drawn home in which a phone and a locker have keys, tracks are recorded, and what matters was heard."""
    house.hass.config.config_dir = str(tmp_path)
    runtime = await house.async_set_up()
    await house.async_draw()
    await fill_in(house, "private_address", {"identity": IRK.hex(), "name": "Phone"})
    locker = {"identity": EIK.hex(), "rotation_exponent": 10, "name": "Locker"}
    await fill_in(house, "eddystone_eid", locker)
    assert house.entry
    options = {**house.entry.options, "track_hours": 24}
    house.hass.config_entries.async_update_entry(house.entry, options=options)
    await calibrate(house, runtime)
    await hear(house, 5)
    return house


async def hear(house: House, seconds: int) -> None:
    for _ in range(seconds):
        house.transmit("bedroom", "42:00:00:00:00:01", **eid_payload(house.clock.time()))
        await house.async_stay("kitchen", 1, resolvable_address(1), name="Phone")


def beacon(house: House, title: str = "Phone") -> str:
    assert house.entry
    return next(one.subentry_id for one in house.entry.subentries.values() if one.title == title)


async def ask_about_plan(client: Listener) -> None:
    plan = await client.async_result("plan/get")
    room = {"area_id": "kitchen", "outline": KITCHEN}
    await client.async_result("plan/check", rooms=[room])
    await client.async_result("plan/save", revision=plan["revision"], rooms=[room])
    await client.async_result("plan/create_area", name="Wine")
    await client.async_result("accuracy_map", floor_id="ground_floor")


async def ask_about_pictures(client: Listener) -> None:
    sent = await upload(client, encoded("PNG"))
    await client.async_result("pictures/set", floor_id="ground_floor", upload=sent)
    await client.async_result("pictures/place", floor_id="ground_floor", x=1.0)
    await client.async_result("pictures/list")
    await client.async_result("pictures/get", floor_id="ground_floor")
    await client.async_result("pictures/remove", floor_id="ground_floor")


async def ask_about_tracks(house: House, client: Listener) -> None:
    assert (await client.async_result("tracks/list"))["tracks"]
    for title in ("Phone", "Locker"):
        window = {"beacon": beacon(house, title), "start": 0, "end": house.clock.time() + 60}
        assert (await client.async_result("tracks/get", **window))["points"]
        await client.async_result("tracks/heat", floor_id="ground_floor", **window)


async def ask_about_calibration(house: House, client: Listener) -> None:
    phone = beacon(house)
    subscription = await client.async_subscribe("calibration/progress")
    await client.async_result("calibration/start", beacon=phone, **PLACE)
    await hear(house, 12)
    await client.async_result("calibration/finish")
    for _ in range(60):
        # What was heard is judged and stored in threads, which take their own time.
        await house.hass.async_block_till_done(wait_background_tasks=True)
        await house.clock.async_pass(1)
        if house.runtime.calibration.state.status is not StandStatus.COLLECTING:
            break
    line = {"beacon": phone, "floor_id": "ground_floor", "x": 1.0, "y": 1.5}
    await client.async_result("calibration/start_line", **line)
    await hear(house, 3)
    await client.async_result("calibration/corner", x=3.0, y=1.5)
    await client.async_result("calibration/cancel")
    samples = await client.async_result("calibration/samples")
    assert samples["samples"]
    await client.async_result("calibration/report")
    await client.async_result("calibration/reference", beacon=phone, height=0.8, **PLACE)
    await client.async_result("calibration/undo")
    await client.async_result("calibration/delete", samples=[])
    assert await client.async_events(subscription)


async def ask_live(house: House, client: Listener) -> None:
    live = await client.async_subscribe("live/subscribe")
    links = [await client.async_subscribe("live/links", beacon=beacon(house, title)) for title in ("Phone", "Locker")]
    networks = await client.async_subscribe("networks/subscribe")
    await client.async_result("networks/train")
    await client.async_result("networks/export")
    await hear(house, 5)
    for subscription in (live, *links, networks):
        assert await client.async_events(subscription)


async def ask_for_home(client: Listener) -> None:
    """The home as a file; and one that somebody wrote keys into, right ones and wrong ones, taken or refused."""
    file = base64.b64decode((await client.async_result("home/export"))["data"])
    sent = await upload(client, file, "home")
    await client.async_result("home/import", upload=sent, dry_run=True)
    await client.async_result("home/import", upload=sent)
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    exponent = {"rotation_exponent": 10}
    written = [
        ({"kind": "private_address", "irk": IRK.hex()}, True),
        ({"kind": "private_address", "irk": IRK.hex()[2:]}, False),
        ({"kind": "eddystone_eid", "identity_key": EIK.hex(), **exponent}, False),
        ({"kind": "eddystone_eid", "identity_key": f"{EIK.hex()}!", **exponent}, False),
        ({"kind": "address", "address": IRK.hex()}, False),
    ]
    for identity, taken in written:
        settings = json.loads(members["settings.json"])
        settings["beacon"][0]["data"]["identities"] = [identity]
        members["settings.json"] = json.dumps(settings).encode()
        sent = await upload(client, write_archive(members.items()), "home")
        answer = await client.async_ask("home/import", upload=sent, dry_run=True)
        assert answer["success"] is taken, answer


async def call_actions(house: House) -> list[Any]:
    """Call every action that answers; return the answers and refusals."""
    hass = house.hass
    device = next(
        one.id
        for one in dr.async_entries_for_config_entry(dr.async_get(hass), house.entry.entry_id if house.entry else "")
        if one.name == "Phone"
    )
    fields: dict[str, dict[str, Any]] = {
        "locate": {"device_id": device},
        "nearest": {"beacon": device},
        "in_room": {"room": "kitchen"},
        "record": {"minutes": 1},
        "train_model": {},
        "export_home": {},
        "import_home": {"file": "gone.zip"},
    }
    registered = hass.services.async_services_for_domain(DOMAIN)
    assert {name for name, one in registered.items() if one.supports_response is not SupportsResponse.NONE} == {*fields}
    answers: list[Any] = []
    for name, data in fields.items():
        try:
            answers.append(await hass.services.async_call(DOMAIN, name, data, blocking=True, return_response=True))
        except ServiceValidationError as error:
            answers.append(str(error))
    await hear(house, 60)
    await hass.async_block_till_done(wait_background_tasks=True)
    return answers


async def test_no_answer_tells_a_key(
    home: House, hass_ws_client: WebSocketGenerator, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG, logger=f"custom_components.{DOMAIN}")
    client = Listener(home, await hass_ws_client(home.hass))
    client.heard, client.asked = [], set()
    await ask_about_plan(client)
    await ask_about_pictures(client)
    await ask_about_tracks(home, client)
    await ask_about_calibration(home, client)
    await ask_live(home, client)
    await ask_for_home(client)
    report = {"kind": "rssi", "beacon": beacon(home), "anchor": "none", "rssi": IRK.hex()[::2]}
    await client.async_result("report", reports=[report])
    answers = await call_actions(home)
    parts = contents(tmp_path)
    await client.async_result("tracks/erase")
    commands = {name for name in home.hass.data[websocket_api.DOMAIN] if name.startswith(f"{DOMAIN}/")}
    assert client.asked == commands
    assert [leak for message in client.heard for leak in leaks_of_answer(message)] == []
    assert [leak for data in parts for leak in leaks_of_bytes(data)] == []
    assert leaks(json.dumps(answers, default=str)) == []
    assert leaks(caplog.text) == []
