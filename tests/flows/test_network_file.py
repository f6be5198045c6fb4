"""A network from a file: used from then on, kept over a restart, or refused with the reason and the old one kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from homeassistant.components.file_upload import DOMAIN as FILE_UPLOAD
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.indoor_positioning.engine.neural.models import Meaning, Task, TinyModel
from custom_components.indoor_positioning.engine.neural.quantisation import QuantisedPerceptron
from custom_components.indoor_positioning.engine.neural.scaling import Extent
from custom_components.indoor_positioning.engine.neural.tflite_reader import MAX_BYTES
from custom_components.indoor_positioning.engine.neural.tflite_writer import write_tflite
from custom_components.indoor_positioning.runtime import Runtime
from tests.engine.neural.homes import random_network
from tests.flows.test_options import open_step
from tests.house import House
from tests.test_teacher import calibrate, choose, short_training

__all__ = ["short_training"]

AREAS = ("kitchen", "living_room", "bedroom")


@pytest.fixture
async def runtime(house: House) -> Runtime:
    runtime = await house.async_set_up()
    await house.async_draw()
    return runtime


def _network(house: House, *, floor: str = "ground_floor", anchors: tuple[str, ...] | None = None) -> TinyModel:
    """Return a network that gives the same place whatever it hears."""
    anchors = anchors or tuple(house.source(area) for area in AREAS)
    *hidden, last = random_network(5, inputs=len(anchors)).layers
    return TinyModel.of(
        QuantisedPerceptron((*hidden, replace(last, weights=np.zeros_like(last.weights)))),
        Meaning(Task.PLACE, anchors, floor, Extent((0.0, 0.0), (8.0, 3.0))),
    )


async def _take(house: House, hass_client: ClientSessionGenerator, content: bytes) -> ConfigFlowResult:
    """Upload a file as the browser does, and hand it to the step."""
    assert await async_setup_component(house.hass, FILE_UPLOAD, {})
    client = await hass_client()
    sent = await client.post("/api/file_upload", data={"file": content})
    file_id = (await sent.json())["file_id"]
    form = await open_step(house, "network_file")
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "network_file")
    return await house.hass.config_entries.options.async_configure(form["flow_id"], {"file": file_id})


async def test_it_is_used_and_outlives_a_restart(
    house: House, runtime: Runtime, hass_client: ClientSessionGenerator
) -> None:
    choose(house, locator="neural")
    await house.async_add_beacon()
    network = _network(house)
    result = await _take(house, hass_client, write_tflite(network))
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "network_taken")
    assert runtime.teacher.kept.report is None
    await house.clock.async_pass(2)
    assert set((await _models(house)).places) == {"ground_floor"}
    await house.async_stay("kitchen", 10)
    found = float(house.state("sensor.tag_x").state)
    assert found == pytest.approx(float(network.places(np.full((1, 3), -60.0))[0, 0]), abs=0.1)
    assert house.entry
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.hass.async_block_till_done()
    again = (await _models(house)).places["ground_floor"]
    assert write_tflite(again) == write_tflite(network)


async def _models(house: House):
    assert house.entry
    models = house.entry.runtime_data.positioning.model.tiny
    assert models is not None
    return models


async def test_it_takes_the_place_of_its_floors_only(
    house: House, runtime: Runtime, hass_client: ClientSessionGenerator
) -> None:
    await calibrate(house, runtime)
    await runtime.teacher.async_train()
    trained = runtime.teacher.kept.models
    network = _network(house)
    await _take(house, hass_client, write_tflite(network))
    kept = runtime.teacher.kept.models
    assert write_tflite(kept.places["ground_floor"]) == write_tflite(network)
    assert kept.places["upper_floor"] is trained.places["upper_floor"]
    assert kept.rooms is trained.rooms


async def test_a_network_trained_here_replaces_it_once_it_is_better(
    house: House, runtime: Runtime, hass_client: ClientSessionGenerator
) -> None:
    await calibrate(house, runtime)
    await _take(house, hass_client, write_tflite(_network(house)))
    # The one that was taken in hears nothing, so that anything trained is better.
    report = await runtime.teacher.async_train()
    assert report.replaces
    assert report.before is not None
    assert report.before.mean is not None
    assert report.errors["neural"].mean is not None
    assert report.errors["neural"].mean < report.before.mean


@pytest.mark.parametrize(
    ("floor", "anchors", "problem"),
    [
        ("attic", None, "it is for the floor 'attic', which is not here"),
        (
            "ground_floor",
            ("EE:00:00:00:00:01", "EE:00:00:00:00:02"),
            "it is for other anchors: 2 of its 2 are not here, such as EE:00:00:00:00:01",
        ),
    ],
)
async def test_one_for_another_home_is_refused(
    house: House,
    runtime: Runtime,
    hass_client: ClientSessionGenerator,
    floor: str,
    anchors: tuple[str, ...] | None,
    problem: str,
) -> None:
    await calibrate(house, runtime)
    await runtime.teacher.async_train()
    kept = runtime.teacher.kept
    result = await _take(house, hass_client, write_tflite(_network(house, floor=floor, anchors=anchors)))
    assert result["errors"] == {"file": "network_refused"}
    assert result["description_placeholders"] == {"problem": problem}
    assert runtime.teacher.kept is kept


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"no network", "this is no file of the kind TFL3"),
        (b"\0" * (MAX_BYTES + 9), f"it has {MAX_BYTES + 1} bytes"),
    ],
    ids=["something else", "too much"],
)
async def test_what_is_no_network_is_refused(
    house: House, runtime: Runtime, hass_client: ClientSessionGenerator, content: bytes, problem: str
) -> None:
    result = await _take(house, hass_client, content)
    assert result["errors"] == {"file": "network_refused"}
    assert problem in (result["description_placeholders"] or {})["problem"]
    assert not runtime.teacher.kept.models


async def test_a_file_that_did_not_arrive_is_asked_for_again(house: House, runtime: Runtime) -> None:
    form = await open_step(house, "network_file")
    result = await house.hass.config_entries.options.async_configure(form["flow_id"], {"file": "0" * 32})
    assert result["errors"] == {"file": "network_refused"}
    assert not runtime.teacher.kept.models


async def test_nothing_is_taken_while_it_does_not_run(house: House, runtime: Runtime) -> None:
    assert house.entry
    await house.hass.config_entries.async_unload(house.entry.entry_id)
    assert (await open_step(house, "network_file"))["reason"] == "not_loaded"
