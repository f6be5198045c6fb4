"""The panel's data view: the home's own network is trained, told of, and saved for an ESP32."""

from __future__ import annotations

import hashlib
import io
import json
import math
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.async_api import Page, expect

from custom_components.indoor_positioning.engine.neural.tflite_reader import read_tflite

from .conftest import PHONE, Stage

pytestmark = [pytest.mark.browser, pytest.mark.end_to_end, pytest.mark.asyncio(loop_scope="session")]

STANDS_A_ROOM = 4


async def saved(page: Page, button: str) -> bytes:
    """Click what saves a file, and return what the browser got."""
    async with page.expect_download(timeout=60_000) as begun:
        await page.get_by_role("button", name=button).click()
    download = await begun.value
    assert download.suggested_filename.endswith(".zip")
    return _content(await download.path())


def _content(path: Path) -> bytes:
    return path.read_bytes()


def _with_samples(home: bytes) -> bytes:
    """Return the file of a home after a calibration: stands in each room, heard as the distance says."""
    rng = np.random.default_rng(0)
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(home)) as before, zipfile.ZipFile(content, "w") as after:
        settings = json.loads(before.read("settings.json"))
        settings["samples"] = _samples(json.loads(before.read("home.json")), rng)
        for name in before.namelist():
            after.writestr(name, json.dumps(settings) if name == "settings.json" else before.read(name))
    return content.getvalue()


def _samples(home: dict[str, Any], rng: np.random.Generator) -> list[dict[str, Any]]:
    levels = {floor["id"]: floor["level"] for floor in home["floors"]}
    made: list[dict[str, Any]] = []
    for room in home["rooms"]:
        corners = np.array(room["polygon"])
        low, high = corners.min(axis=0), corners.max(axis=0)
        for _ in range(STANDS_A_ROOM):
            place = low + (high - low) * rng.uniform(0.2, 0.8, 2)
            readings = {}
            for anchor in home["anchors"]:
                away = math.hypot(
                    *(place - anchor["position"][:2]), 2.7 * (levels[anchor["floor"]] - levels[room["floor"]])
                )
                level = -55.0 - 25.0 * math.log10(max(away, 0.5))
                readings[anchor["id"]] = np.round(rng.normal(level, 3.0, 12)).tolist()
            made.append(
                {
                    "id": f"{len(made):032x}",
                    "beacon": "tag",
                    "floor": room["floor"],
                    "room": room["id"],
                    "position": place.tolist(),
                    "readings": readings,
                    "silent": [],
                    "time": 60.0 * len(made),
                    "duration": 12.0,
                    "still": True,
                }
            )
    return made


async def _bring_in(page: Page, file: bytes, folder: Path) -> None:
    path = folder / "home.zip"
    path.write_bytes(file)
    await page.get_by_label("Bring in a file").set_input_files(path)
    await page.get_by_role("button", name="Bring it in").click()
    await expect(page.get_by_text("Brought in:")).to_be_visible()


async def test_a_network_is_trained_and_saved_for_a_microcontroller(stage: Stage, tmp_path: Path) -> None:
    page = await stage.open_panel("data", PHONE)
    home = await saved(page, "Save as a file")
    await _bring_in(page, _with_samples(home), tmp_path)
    try:
        await page.get_by_role("button", name="Train now").click()
        table = page.get_by_role("table").first
        await expect(table).to_contain_text("Network alone", timeout=40_000)
        await expect(table).to_contain_text("Mean error")
        await page.get_by_text("Mean error by room").click()
        await expect(page.locator("indoor-positioning-data-view .rooms tbody tr")).to_have_count(10)
        await expect(page.get_by_text("8 bits instead of floating point")).to_be_visible()
        assert await page.evaluate("document.scrollingElement.scrollWidth") == PHONE[0]
        archive = zipfile.ZipFile(io.BytesIO(await saved(page, "Save for an ESP32")))
    finally:
        await _bring_in(page, home, tmp_path)
    assert archive.testzip() is None
    folders = {name.split("/")[0] for name in archive.namelist()}
    assert {"floor_0", "rooms"} <= folders
    model = read_tflite(archive.read("floor_0/model.tflite"))
    told = json.loads(archive.read("floor_0/model.json"))
    assert told["anchors"] == list(model.meaning.anchors)
    vectors = np.array([one["input"] for one in told["golden"]], dtype=np.int8)
    assert model.run(vectors).tolist() == [one["output"] for one in told["golden"]]
    assert b"ble_position_place" in archive.read("floor_0/ble_position.h")
    assert b"ble_rssi" in archive.read("floor_0/ble_position.yaml")
    # The C array is the file itself, byte by byte.
    array = archive.read("floor_0/model_data.h").decode()
    assert bytes(int(one, 16) for one in re.findall(r"0x([0-9a-f]{2})\b", array)) == archive.read(
        "floor_0/model.tflite"
    )
    assert hashlib.sha256(archive.read("floor_0/model.tflite")).hexdigest() == told["file_sha256"]
    # Whoever looks afterwards is told that the receivers are the same, and the calibration another.
    await expect(page.get_by_text("have changed since")).to_be_visible()
