"""Training through the form: progress, what came of it, and what it says where it cannot be done."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.indoor_positioning.runtime import Runtime
from tests.flows.test_options import open_step
from tests.house import House
from tests.test_teacher import calibrate, samples, short_training

__all__ = ["short_training"]


@pytest.fixture
async def runtime(house: House) -> Runtime:
    runtime = await house.async_set_up()
    await house.async_draw()
    return runtime


async def _train(house: House) -> ConfigFlowResult:
    """Open the step and wait for its end."""
    result = await open_step(house, "train")
    if result["type"] is FlowResultType.SHOW_PROGRESS:
        await house.hass.async_block_till_done(wait_background_tasks=True)
        result = await house.hass.config_entries.options.async_configure(result["flow_id"])
    return result


async def test_it_shows_progress_and_figures(house: House, runtime: Runtime) -> None:
    await calibrate(house, runtime)
    progress = async_capture_events(house.hass, "data_entry_flow_progress_update")
    result = await _train(house)
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "trained")
    placeholders: dict[str, Any] = dict(result["description_placeholders"] or {})
    assert placeholders["samples"] == "12"
    assert placeholders["neural_error"].endswith(" m")
    assert placeholders["bayes_rooms"].endswith(" %")
    assert {"Kitchen", "Living room", "Bedroom"} == {
        one.rsplit(" ", 2)[0] for one in placeholders["by_room"].split(", ")
    }
    assert placeholders["quantisation_loss"].endswith(" %")
    assert not result["errors"]
    assert float(placeholders["neural_median"].split()[0]) <= float(placeholders["neural_p90"].split()[0])
    assert len(progress) >= 2
    assert runtime.teacher.models
    done = await house.hass.config_entries.options.async_configure(result["flow_id"], {})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert house.entry
    assert done["data"] == house.entry.options


async def test_a_worse_network_is_said_to_be_left(
    house: House, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await calibrate(house, runtime)
    await runtime.teacher.async_train()
    monkeypatch.setattr("custom_components.indoor_positioning.engine.neural.judging.is_better", lambda *_: False)
    result = await _train(house)
    assert result["step_id"] == "not_replaced"
    done = await house.hass.config_entries.options.async_configure(result["flow_id"], {})
    assert done["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(("count", "reason"), [(0, "training_no_samples"), (1, "training_too_few_samples")])
async def test_too_few_samples_are_said(house: House, runtime: Runtime, count: int, reason: str) -> None:
    for sample in samples(house)[:count]:
        await runtime.survey.async_add(sample)
    await house.clock.async_pass(1)
    result = await _train(house)
    assert result["type"] is FlowResultType.ABORT, result
    assert result["reason"] == reason


async def test_an_anchor_that_is_gone_is_said_of_the_network_that_stays(
    house: House, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await calibrate(house, runtime)
    await runtime.teacher.async_train()
    assert house.entry
    anchor = house.subentry(f"anchor_{house.source('bedroom')}")
    house.hass.config_entries.async_remove_subentry(house.entry, anchor.subentry_id)
    await house.clock.async_pass(1)
    monkeypatch.setattr("custom_components.indoor_positioning.engine.neural.judging.is_better", lambda *_: False)
    result = await _train(house)
    assert result["step_id"] == "not_replaced"
    assert result["errors"] == {"base": "networks_miss_anchors"}
    assert (result["description_placeholders"] or {})["missing"] == "1"


async def test_networks_that_rest_are_said(house: House, runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    await calibrate(house, runtime)
    await runtime.teacher.async_train()
    assert house.entry
    for area in ("bedroom", "kitchen"):
        anchor = house.subentry(f"anchor_{house.source(area)}")
        house.hass.config_entries.async_remove_subentry(house.entry, anchor.subentry_id)
    await house.clock.async_pass(1)
    monkeypatch.setattr("custom_components.indoor_positioning.engine.neural.judging.is_better", lambda *_: False)
    result = await _train(house)
    assert result["step_id"] == "not_replaced"
    assert result["errors"] == {"base": "networks_rest"}
    assert (result["description_placeholders"] or {})["resting"] == "3"


async def test_one_room_only_is_said(house: House, runtime: Runtime) -> None:
    await calibrate(house, runtime)
    await runtime.teacher.async_train()
    kept = runtime.teacher.kept
    assert house.entry
    for area in ("living_room", "bedroom"):
        house.hass.config_entries.async_remove_subentry(house.entry, house.subentry(f"room_{area}").subentry_id)
    await runtime.survey.async_delete([one.id for one in runtime.survey.samples])
    for sample in samples(house)[:4]:
        await runtime.survey.async_add(replace(sample, position=None))
    await house.clock.async_pass(1)
    assert (await _train(house))["reason"] == "training_one_room"
    assert runtime.teacher.kept is kept


async def test_without_the_anchors_of_the_survey_the_network_of_before_stays(house: House, runtime: Runtime) -> None:
    await calibrate(house, runtime)
    await runtime.teacher.async_train()
    kept = runtime.teacher.kept
    house.add_proxy("Other proxy", "hall")
    assert house.entry
    for area in ("kitchen", "living_room", "bedroom"):
        anchor = house.subentry(f"anchor_{house.source(area)}")
        house.hass.config_entries.async_remove_subentry(house.entry, anchor.subentry_id)
    await house.clock.async_pass(1)
    assert (await _train(house))["reason"] == "training_no_samples"
    assert runtime.teacher.kept is kept


async def test_a_stopped_training_is_said(house: House, runtime: Runtime) -> None:
    await calibrate(house, runtime)
    runtime.teacher.stop()
    assert (await _train(house))["reason"] == "interrupted"


async def test_nothing_is_trained_while_it_does_not_run(house: House, runtime: Runtime) -> None:
    assert house.entry
    await house.hass.config_entries.async_unload(house.entry.entry_id)
    assert (await open_step(house, "train"))["reason"] == "not_loaded"
