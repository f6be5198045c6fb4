"""Self-calibration in ordinary use: its hours, its switch and its memory, in a real Home Assistant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE

from custom_components.indoor_positioning.const import DOMAIN
from custom_components.indoor_positioning.engine.likelihood import Links
from custom_components.indoor_positioning.engine.propagation import PropagationParameters
from custom_components.indoor_positioning.engine.self_calibration import (
    MAX_STEP_DB,
    MAX_STEP_EXPONENT,
    Lesson,
    SelfCalibration,
)
from custom_components.indoor_positioning.learner import FIRST_STEP_S, STEP_INTERVAL_S
from custom_components.indoor_positioning.runtime import Runtime
from tests.house import House
from tests.test_diagnostics import diagnostics

PRIOR = PropagationParameters()

# Constants like nothing the home starts with.
TRUTH = replace(PRIOR, reference_rssi=-66.0, exponent=2.9, slab_loss=17.0)


def teach(runtime: Runtime, truth: PropagationParameters = TRUTH, lessons: int = 1500) -> None:
    """Teach as somebody would who walks through a home whose constants are `truth`."""
    model, rng = runtime.positioning.model, np.random.default_rng(0)
    expected = model.radio_map.features.expected_rssi(truth, model.home.anchors)
    anchors = np.arange(len(expected))
    silent = np.empty(0, dtype=np.intp)
    for _ in range(lessons):
        cells = np.zeros(len(model.grid))
        cells[rng.integers(len(cells))] = 1.0
        heard = expected @ cells + 3.0 * rng.normal(size=len(expected))
        lesson = Lesson(cells, 0.0, Links(anchors, heard, np.ones(len(anchors)), silent, 1.0))
        runtime.learner.learnt.sums.learn(model, lesson)


async def wait(house: House, seconds: float) -> None:
    """Let a long quiet time pass; what was due in it comes at its end."""
    house.clock.passed += seconds - 2.0
    await house.clock.async_pass(2.0)


async def drawn(house: House) -> Runtime:
    runtime = await house.async_set_up()
    await house.async_draw()
    return runtime


def stored(house: House, hass_storage: dict[str, Any]) -> dict[str, Any]:
    assert house.entry
    data = hass_storage[f"{DOMAIN}.{house.entry.entry_id}.learning"]["data"]
    assert isinstance(data, dict)
    return data


async def restart(house: House) -> Runtime:
    assert house.entry
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.hass.async_block_till_done()
    return house.runtime


def largest_step(steps: Sequence[PropagationParameters]) -> tuple[float, float]:
    pairs = list(pairwise(steps))
    return (
        max(abs(after.reference_rssi - before.reference_rssi) for before, after in pairs),
        max(abs(after.exponent - before.exponent) for before, after in pairs),
    )


async def test_ordinary_use_teaches(house: House) -> None:
    runtime = await house.async_set_up()
    await house.async_add_beacon()
    await house.async_stay("kitchen", 20)
    at_rest = runtime.learner.learnt.sums.readings
    assert at_rest > 0.0
    await house.async_stay("bedroom", 20)
    assert runtime.learner.learnt.sums.readings > at_rest
    assert runtime.learner.learnt.sums.anchors == runtime.positioning.model.radio_map.anchors


async def test_the_first_step_comes_after_half_an_hour_and_the_next_ones_hourly(house: House) -> None:
    runtime = await drawn(house)
    beacon_id = await house.async_add_beacon()
    await house.async_stay("kitchen", 5)
    tracker, model = runtime.positioning.tracks[beacon_id].tracker, runtime.positioning.model
    teach(runtime)
    await wait(house, FIRST_STEP_S - 60.0)
    assert runtime.positioning.model is model
    await wait(house, 60.0)
    steps = [PRIOR, runtime.positioning.model.parameters]
    assert steps[1].exponent > PRIOR.exponent
    for _ in range(12):
        await wait(house, STEP_INTERVAL_S)
        steps.append(runtime.positioning.model.parameters)
    assert steps[1] != steps[2]
    step_db, step_exponent = largest_step(steps)
    assert step_db <= MAX_STEP_DB
    assert step_exponent <= MAX_STEP_EXPONENT + 1e-9
    assert steps[-1] == steps[-2], "it arrives"
    assert steps[-1].exponent == pytest.approx(TRUTH.exponent, abs=0.3)
    assert steps[-1].reference_rssi == pytest.approx(TRUTH.reference_rssi, abs=3.0)
    assert house.runtime is runtime
    assert runtime.positioning.tracks[beacon_id].tracker is tracker
    await house.async_stay("kitchen", 10)
    assert house.state("sensor.tag_room").state == "Kitchen"


async def test_a_step_that_explains_worse_is_undone(house: House, caplog: pytest.LogCaptureFixture) -> None:
    runtime = await drawn(house)
    teach(runtime)
    await wait(house, FIRST_STEP_S)
    good = runtime.learner.learnt
    assert good.before == PRIOR
    # What taught it has faded, and the home turns out to be an ordinary one after all.
    runtime.learner.learnt = replace(good, sums=SelfCalibration(good.sums.anchors))
    teach(runtime, PRIOR)
    await wait(house, STEP_INTERVAL_S)
    undone = runtime.learner.learnt
    assert undone.parameters == PRIOR
    assert undone.before is None
    assert undone.changed_at is not None
    assert good.changed_at is not None
    assert undone.changed_at > good.changed_at
    assert runtime.positioning.model.parameters == PRIOR
    assert caplog.text.count("is undone") == 1


async def test_a_home_as_expected_takes_no_step(house: House) -> None:
    runtime = await drawn(house)
    teach(runtime, PRIOR)
    model = runtime.positioning.model
    await wait(house, FIRST_STEP_S)
    await wait(house, STEP_INTERVAL_S)
    assert runtime.positioning.model is model
    assert runtime.learner.learnt.changed_at is None


async def set_option(house: House, *, enabled: bool) -> None:
    assert house.entry
    options = {**house.entry.options, "self_calibration": enabled}
    house.hass.config_entries.async_update_entry(house.entry, options=options)
    await house.clock.async_pass(2)


async def test_switched_off_it_is_as_if_never_learnt_until_switched_on(house: House) -> None:
    runtime = await drawn(house)
    await house.async_add_beacon()
    teach(runtime)
    await wait(house, FIRST_STEP_S)
    learnt = runtime.learner.learnt
    assert runtime.positioning.model.parameters == learnt.parameters != PRIOR
    await set_option(house, enabled=False)
    assert runtime.positioning.model.parameters == PRIOR
    readings = learnt.sums.readings
    await house.async_stay("kitchen", 10)
    await wait(house, STEP_INTERVAL_S)
    assert runtime.learner.learnt is learnt
    assert learnt.sums.readings == readings
    assert (await restart(house)).positioning.model.parameters == PRIOR
    await set_option(house, enabled=True)
    assert house.runtime.positioning.model.parameters == learnt.parameters


async def test_switching_without_anything_learnt_builds_nothing(house: House) -> None:
    runtime = await house.async_set_up()
    await house.clock.async_pass(2)
    model = runtime.positioning.model
    await set_option(house, enabled=False)
    await set_option(house, enabled=True)
    assert runtime.positioning.model is model


async def test_other_anchors_start_the_sums_anew(house: House) -> None:
    runtime = await drawn(house)
    teach(runtime)
    await wait(house, FIRST_STEP_S)
    parameters = runtime.learner.learnt.parameters
    assert house.entry
    gone = house.subentry(f"anchor_{house.source('bedroom')}")
    house.hass.config_entries.async_remove_subentry(house.entry, gone.subentry_id)
    await house.clock.async_pass(2)
    learnt = runtime.learner.learnt
    assert learnt.sums.readings == 0.0
    assert len(learnt.sums.anchors) == 2
    assert learnt.parameters == parameters, "the walls are still the same"
    await house.async_add_beacon()
    await house.async_stay("kitchen", 10)
    assert learnt.sums.readings > 0.0


async def test_what_was_learnt_survives_a_restart(house: House, hass_storage: dict[str, Any]) -> None:
    runtime = await drawn(house)
    teach(runtime)
    await wait(house, FIRST_STEP_S)
    before = runtime.learner.learnt
    after = (await restart(house)).learner.learnt
    assert after.sums.to_dict() == before.sums.to_dict()
    assert (after.parameters, after.before, after.changed_at) == (before.parameters, before.before, before.changed_at)
    assert house.runtime.positioning.model.parameters == before.parameters
    assert hass_storage[f"{DOMAIN}.{house.entry.entry_id if house.entry else ''}.learning"]["version"] == 1


async def test_lessons_are_written_within_the_hour_and_when_home_assistant_stops(
    house: House, hass_storage: dict[str, Any]
) -> None:
    runtime = await house.async_set_up()
    await house.async_add_beacon()
    await house.async_stay("kitchen", 10)
    await wait(house, 3700.0)
    first = stored(house, hass_storage)["sums"]["readings"]
    assert first == runtime.learner.learnt.sums.readings > 0.0
    await house.async_stay("bedroom", 10)
    assert stored(house, hass_storage)["sums"]["readings"] == first
    house.hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await house.hass.async_block_till_done()
    assert stored(house, hass_storage)["sums"]["readings"] == runtime.learner.learnt.sums.readings > first


async def test_forgetting_goes_back_to_the_start(house: House, hass_storage: dict[str, Any]) -> None:
    runtime = await drawn(house)
    teach(runtime)
    await wait(house, FIRST_STEP_S)
    assert runtime.positioning.model.parameters != PRIOR
    await runtime.learner.async_forget()
    await house.clock.async_pass(2)
    assert runtime.positioning.model.parameters == PRIOR
    assert stored(house, hass_storage)["sums"]["readings"] == 0.0
    teach(runtime)
    await wait(house, STEP_INTERVAL_S)
    assert runtime.positioning.model.parameters != PRIOR


async def test_nothing_is_done_after_it_was_unloaded(house: House) -> None:
    runtime = await drawn(house)
    teach(runtime)
    assert house.entry
    await house.hass.config_entries.async_unload(house.entry.entry_id)
    await wait(house, FIRST_STEP_S + STEP_INTERVAL_S)
    assert runtime.learner.learnt.changed_at is None


async def test_diagnostics_tell_what_was_learnt(house: House) -> None:
    runtime = await drawn(house)
    assert (await diagnostics(house))["self_calibration"] == {
        "enabled": True,
        "independent_readings": 0.0,
        "parameters": {**PRIOR.to_dict(), "anchor_offsets": {}},
        "in_use_for_days": None,
        "can_be_undone": False,
    }
    teach(runtime)
    await wait(house, FIRST_STEP_S)
    await wait(house, 1700.0)
    told = (await diagnostics(house))["self_calibration"]
    assert told["independent_readings"] == pytest.approx(1500 * 3 / 12, rel=0.01)
    assert told["parameters"]["exponent"] == runtime.learner.parameters.exponent
    assert told["parameters"]["anchor_offsets"].keys() == {"anchor_1", "anchor_2", "anchor_3"}
    assert told["in_use_for_days"] == pytest.approx(0.02)
    assert told["can_be_undone"] is True
