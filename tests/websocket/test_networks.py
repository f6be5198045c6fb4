"""The home's own networks over the websocket: trained, followed, taken along."""

from __future__ import annotations

import base64
import io
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.indoor_positioning.engine.neural.fitting import Misfit
from custom_components.indoor_positioning.engine.neural.problems import TrainingProblem
from custom_components.indoor_positioning.engine.neural.tflite_reader import read_tflite
from custom_components.indoor_positioning.runtime import Runtime
from tests.house import House
from tests.test_teacher import calibrate, samples, short_training
from tests.translations import ENGLISH
from tests.websocket.client import Client

__all__ = ["short_training"]


@pytest.fixture
async def runtime(house: House) -> Runtime:
    runtime = await house.async_set_up()
    await house.async_draw()
    return runtime


@pytest.fixture
async def client(house: House, runtime: Runtime, hass_ws_client: WebSocketGenerator) -> Client:
    return await Client.async_connect(house, hass_ws_client)


def put_together(events: list[dict[str, Any]]) -> dict[str, Any]:
    state: dict[str, Any] = {}
    for event in events:
        state |= event
    return state


async def test_a_home_starts_without(house: House, runtime: Runtime, client: Client) -> None:
    subscription = await client.async_subscribe("networks/subscribe")
    await house.clock.async_pass(1)
    assert put_together(await client.async_events(subscription)) == {
        "training": None,
        "models": [],
        "trained_at": None,
        "report": None,
        "outdated": False,
        "missing_anchors": [],
        "problem": None,
        "lessons": None,
    }
    assert await client.async_error("networks/export") == "networks_missing"


async def test_a_training_is_followed_and_told(house: House, runtime: Runtime, client: Client) -> None:
    await calibrate(house, runtime)
    subscription = await client.async_subscribe("networks/subscribe")
    await house.clock.async_pass(1)
    answer = await client.async_result("networks/train")
    assert answer["kept"] is True
    neural, default = answer["errors"]["neural"], answer["errors"]["bayes"]
    assert set(answer["errors"]) == {"neural", "fingerprint", "bayes", "fused"}
    assert set(neural["mean_by_room"]) == {"kitchen", "living_room", "bedroom"}
    assert neural["moments"] == default["moments"] > 0
    assert 0.0 < neural["median"] <= neural["p90"]
    await house.clock.async_pass(3)
    events = await client.async_events(subscription)
    state = put_together(events)
    assert state["training"] is None
    assert state["report"] == answer
    assert state["lessons"] == 0
    assert [(one["task"], one["floor"]) for one in state["models"]] == [
        ("place", "ground_floor"),
        ("place", "upper_floor"),
        ("room", None),
    ]


async def test_one_file_holds_all_that_a_microcontroller_needs(house: House, runtime: Runtime, client: Client) -> None:
    await calibrate(house, runtime)
    await client.async_result("networks/train")
    answer = await client.async_result("networks/export")
    assert answer["filename"] == "indoor_positioning_networks.zip"
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(answer["content"]))) as file:
        assert file.testzip() is None
        assert len(file.namelist()) == 18
        model = read_tflite(file.read("floor_0/model.tflite"))
        header = file.read("floor_0/ble_position.h").decode()
        configuration = file.read("floor_0/ble_position.yaml").decode()
    assert model.meaning.floor == "ground_floor"
    assert "ble_position_place" in header
    assert house.source("kitchen") in configuration
    assert await client.async_result("networks/export") == answer


async def test_too_little_is_refused_and_the_old_ones_stay(house: House, runtime: Runtime, client: Client) -> None:
    assert await client.async_error("networks/train") == "training_no_samples"
    # What has changed this moment counts at once.
    await runtime.survey.async_add(samples(house)[0])
    assert await client.async_error("networks/train") == "training_too_few_samples"
    await calibrate(house, runtime)
    await client.async_result("networks/train")
    kept = runtime.teacher.kept.models
    await runtime.survey.async_delete([one.id for one in runtime.survey.samples])
    assert await client.async_error("networks/train") == "training_no_samples"
    assert runtime.teacher.kept.models is kept


async def test_one_room_only_is_refused(house: House, runtime: Runtime, client: Client) -> None:
    assert house.entry
    for area in ("living_room", "bedroom"):
        room = house.subentry(f"room_{area}")
        house.hass.config_entries.async_remove_subentry(house.entry, room.subentry_id)
    await house.clock.async_pass(1)
    for sample in samples(house)[:4]:
        await runtime.survey.async_add(replace(sample, position=None))
    await house.clock.async_pass(1)
    assert await client.async_error("networks/train") == "training_one_room"


async def test_an_anchor_that_is_gone_is_told(house: House, runtime: Runtime, client: Client) -> None:
    await calibrate(house, runtime)
    await client.async_result("networks/train")
    gone = house.source("bedroom")
    assert house.entry
    subscription = await client.async_subscribe("networks/subscribe")
    await house.clock.async_pass(1)
    house.hass.config_entries.async_remove_subentry(house.entry, house.subentry(f"anchor_{gone}").subentry_id)
    await house.clock.async_pass(2)
    # Told at once to whoever looks, not only with the next training.
    state = put_together(await client.async_events(subscription))
    assert state["missing_anchors"] == [gone]
    assert {one["misfit"] for one in state["models"]} == {None}
    assert state["outdated"] is True
    assert runtime.positioning.model.tiny is runtime.teacher.models


async def test_networks_for_other_anchors_are_set_aside(house: House, runtime: Runtime, client: Client) -> None:
    await calibrate(house, runtime)
    await client.async_result("networks/train")
    assert house.entry
    for area in ("bedroom", "kitchen"):
        anchor = house.subentry(f"anchor_{house.source(area)}")
        house.hass.config_entries.async_remove_subentry(house.entry, anchor.subentry_id)
    await house.clock.async_pass(2)
    model = runtime.positioning.model
    assert model.tiny is not None
    assert not model.tiny
    subscription = await client.async_subscribe("networks/subscribe")
    await house.clock.async_pass(1)
    state = put_together(await client.async_events(subscription))
    assert {one["misfit"] for one in state["models"]} == {"other_anchors"}
    assert runtime.teacher.kept.models


@pytest.mark.parametrize("name", ["networks/train", "networks/export", "networks/subscribe"])
async def test_admins_only(
    house: House, client: Client, hass_ws_client: WebSocketGenerator, hass_read_only_access_token: str, name: str
) -> None:
    ordinary = await Client.async_connect(house, hass_ws_client, hass_read_only_access_token)
    assert await ordinary.async_error(name) == "unauthorized"


def test_the_panel_has_words_for_all_that_is_wrong() -> None:
    texts = ENGLISH["config_panel"]["data"]
    assert {f"networks_rest_{misfit}" for misfit in Misfit} | {f"problem_{one}" for one in TrainingProblem} <= set(
        texts
    )
