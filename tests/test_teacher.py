"""The home's own networks in a real Home Assistant: the action, the hours, the memory, the engine."""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from custom_components.indoor_positioning.const import DOMAIN
from custom_components.indoor_positioning.engine.neural import training
from custom_components.indoor_positioning.engine.neural.models import Meaning, Task, TinyModel
from custom_components.indoor_positioning.engine.neural.scaling import Extent
from custom_components.indoor_positioning.engine.survey import SurveySample
from custom_components.indoor_positioning.litert import Engine, with_engine
from custom_components.indoor_positioning.runtime import Runtime
from custom_components.indoor_positioning.teacher import LESSON_INTERVAL, MIN_LESSONS, RETRAIN_DELAY_S
from tests.engine.neural.homes import random_network
from tests.house import TAG_ADDRESS, House, ibeacon_data
from tests.test_diagnostics import diagnostics
from tests.test_services import ask

# Room, floor, left edge of the room on the plan.
ROOMS = (("kitchen", "ground_floor", 0.0), ("living_room", "ground_floor", 4.0), ("bedroom", "upper_floor", 8.0))
SPOTS = ((0.8, 0.8), (3.2, 2.2), (0.8, 2.2), (3.2, 0.8))


@pytest.fixture(autouse=True)
def short_training(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is looked at here does not depend on how good the networks get."""
    monkeypatch.setattr(training, "MAX_STEPS", 400)
    monkeypatch.setattr(training, "MIN_STEPS", 200)
    monkeypatch.setattr(training.train, "__kwdefaults__", {**(training.train.__kwdefaults__ or {}), "steps": 400})


@pytest.fixture
async def runtime(house: House) -> Runtime:
    runtime = await house.async_set_up()
    await house.async_draw()
    return runtime


def samples(house: House, *, time: float = 0.0) -> list[SurveySample]:
    """Return a stand of 12 s at each spot, as three proxies in the middle of their rooms hear it."""
    rng = np.random.default_rng(0)
    made = []
    for index, (room, floor, left, (x, y)) in enumerate((*one, spot) for one in ROOMS for spot in SPOTS):
        readings = {}
        for area, _, edge in ROOMS:
            level = -55.0 - 25.0 * math.log10(max(math.hypot(left + x - edge - 2.0, y - 1.5), 0.5))
            readings[house.source(area)] = tuple(float(value) for value in np.round(rng.normal(level, 3.0, 12)))
        made.append(SurveySample("tag", floor, room, (left + x, y), readings, time=time + 60.0 * index, duration=12.0))
    return made


async def calibrate(house: House, runtime: Runtime) -> None:
    for sample in samples(house):
        await runtime.survey.async_add(sample)
    await house.clock.async_pass(1)


async def settle(house: House) -> None:
    """Let the quiet time after a change pass, and a training end."""
    house.clock.passed += RETRAIN_DELAY_S
    await house.clock.async_pass(2)
    await house.hass.async_block_till_done(wait_background_tasks=True)
    await house.clock.async_pass(2)


def choose(house: House, **options: Any) -> None:
    assert house.entry
    house.hass.config_entries.async_update_entry(house.entry, options={**house.entry.options, **options})


async def test_the_action_trains_and_tells(house: House, runtime: Runtime) -> None:
    await calibrate(house, runtime)
    told: list[float | None] = []
    remove = runtime.teacher.subscribe(told.append)
    answer = await ask(house.hass, "train_model")
    assert answer["kept"] is True
    assert (answer["samples"], answer["held_out_blocks"]) == (12, 3)
    assert set(answer["errors"]) == {"neural", "fingerprint", "bayes", "fused"}
    assert set(answer["errors"]["neural"]["mean_by_room"]) == {"Kitchen", "Living room", "Bedroom"}
    assert answer["missing_anchors"] == []
    shares = [share for share in told if share is not None]
    assert shares == sorted(shares)
    assert told[-1] is None
    assert runtime.teacher.progress is None
    remove()
    await house.clock.async_pass(2)
    networks = runtime.positioning.model.tiny
    assert networks is not None
    assert set(networks.places) == {"ground_floor", "upper_floor"}
    assert networks.rooms is not None


async def test_the_networks_locate(house: House, runtime: Runtime) -> None:
    await calibrate(house, runtime)
    choose(house, locator="neural")
    await house.async_add_beacon()
    await settle(house)
    await house.async_stay("kitchen", 10)
    assert house.state("sensor.tag_room").state == "Kitchen"
    assert 0.0 < float(house.state("sensor.tag_x").state) < 12.0


async def test_networks_of_areas_outlive_a_training(house: House, runtime: Runtime) -> None:
    await calibrate(house, runtime)
    anchors = tuple(house.source(area) for area, _, _ in ROOMS)
    meaning = Meaning(Task.PLACE, anchors, "ground_floor", Extent((0.0, 0.0), (4.0, 3.0)), area="stove")
    await runtime.teacher.async_adopt(TinyModel.of(random_network(1, inputs=3), meaning))
    assert (await ask(house.hass, "train_model"))["kept"] is True
    assert set(runtime.teacher.kept.models.areas) == {("ground_floor", "stove")}
    assert set(runtime.teacher.kept.models.places) == {"ground_floor", "upper_floor"}


async def test_an_anchor_that_is_gone_is_told_with_the_report(
    house: House, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await calibrate(house, runtime)
    await runtime.teacher.async_train()
    gone = house.source("bedroom")
    assert house.entry
    house.hass.config_entries.async_remove_subentry(house.entry, house.subentry(f"anchor_{gone}").subentry_id)
    await house.clock.async_pass(1)
    monkeypatch.setattr("custom_components.indoor_positioning.engine.neural.judging.is_better", lambda *_: False)
    answer = await ask(house.hass, "train_model")
    assert answer["kept"] is False
    assert answer["missing_anchors"] == [gone]


async def test_without_enough_samples_it_says_so(house: House, runtime: Runtime) -> None:
    with pytest.raises(ServiceValidationError) as caught:
        await ask(house.hass, "train_model")
    assert caught.value.translation_key == "training_no_samples"
    await runtime.survey.async_add(samples(house)[0])
    await house.clock.async_pass(1)
    with pytest.raises(ServiceValidationError) as caught:
        await ask(house.hass, "train_model")
    assert caught.value.translation_key == "training_too_few_samples"
    assert not runtime.teacher.models


async def test_a_home_that_does_not_use_them_trains_none(house: House, runtime: Runtime) -> None:
    await calibrate(house, runtime)
    await settle(house)
    assert not runtime.teacher.models


async def test_a_changed_survey_is_learnt_once_it_is_quiet(house: House, runtime: Runtime) -> None:
    await calibrate(house, runtime)
    choose(house, locator="neural")
    await house.clock.async_pass(RETRAIN_DELAY_S / 2)
    assert not runtime.teacher.models
    await settle(house)
    first = runtime.teacher.kept
    assert first.models
    await settle(house)
    assert runtime.teacher.kept is first
    await runtime.survey.async_add(replace(samples(house)[0], time=5000.0))
    await house.clock.async_pass(1)
    await settle(house)
    assert runtime.teacher.kept.source != first.source


async def test_every_change_puts_the_training_off(house: House, runtime: Runtime) -> None:
    await calibrate(house, runtime)
    choose(house, locator="neural")
    for number in range(4):
        await house.clock.async_pass(RETRAIN_DELAY_S - 10.0, step=10.0)
        await runtime.survey.async_add(replace(samples(house)[0], time=5000.0 + number))
        await house.clock.async_pass(1)
        await house.hass.async_block_till_done(wait_background_tasks=True)
        assert not runtime.teacher.models, "somebody is still calibrating"
    await settle(house)
    assert runtime.teacher.models
    assert not runtime.teacher.outdated


async def test_a_moved_anchor_is_learnt_too(house: House, runtime: Runtime) -> None:
    await calibrate(house, runtime)
    choose(house, locator="neural")
    await settle(house)
    first = runtime.teacher.kept
    assert first.models
    assert house.entry
    anchor = next(one for one in house.entry.subentries.values() if one.subentry_type == "anchor")
    house.hass.config_entries.async_update_subentry(house.entry, anchor, data={**anchor.data, "x": 3.5})
    await house.clock.async_pass(1)
    moved = runtime.teacher.outdated
    await settle(house)
    assert (moved, runtime.teacher.outdated) == (True, False)
    assert runtime.teacher.kept.source != first.source


async def test_the_networks_outlive_a_restart(house: House, runtime: Runtime, hass_storage: dict[str, Any]) -> None:
    await calibrate(house, runtime)
    await ask(house.hass, "train_model")
    kept = runtime.teacher.kept
    assert house.entry
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    again = house.runtime.teacher.kept
    assert again.report == kept.report
    assert (again.source, again.trained_at) == (kept.source, kept.trained_at)
    levels = np.full((1, 3), -60.0)
    for one, other in zip(kept.models, again.models, strict=True):
        assert (one.outputs(levels) == other.outputs(levels)).all()
    model = house.runtime.positioning.model
    assert model.tiny is not None
    assert set(model.tiny.places) == {"ground_floor", "upper_floor"}


async def test_damaged_networks_are_left_out(
    house: House, runtime: Runtime, hass_storage: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    await calibrate(house, runtime)
    await ask(house.hass, "train_model")
    assert house.entry
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    hass_storage[f"{DOMAIN}.{house.entry.entry_id}.networks"]["data"]["models"][0] = "AAAA"
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    assert not house.runtime.teacher.models
    assert "networks on disk cannot be read and are trained anew: this is no file of the kind TFL3" in caplog.text


async def test_a_worse_network_is_not_kept(house: House, runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    await calibrate(house, runtime)
    await ask(house.hass, "train_model")
    kept = runtime.teacher.kept
    monkeypatch.setattr("custom_components.indoor_positioning.engine.neural.judging.is_better", lambda *_: False)
    answer = await ask(house.hass, "train_model")
    assert answer["kept"] is False
    assert answer["before"] is not None
    assert runtime.teacher.kept.models is kept.models


async def test_a_training_ends_with_the_integration(
    house: House, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await calibrate(house, runtime)
    runtime.teacher.stop()
    with pytest.raises(HomeAssistantError) as caught:
        await ask(house.hass, "train_model")
    assert caught.value.translation_key == "training_stopped"
    assert not runtime.teacher.models


async def test_removing_the_entry_removes_the_networks(
    house: House, runtime: Runtime, hass_storage: dict[str, Any]
) -> None:
    await calibrate(house, runtime)
    await ask(house.hass, "train_model")
    assert house.entry
    key = f"{DOMAIN}.{house.entry.entry_id}.networks"
    assert key in hass_storage
    await house.hass.config_entries.async_remove(house.entry.entry_id)
    assert key not in hass_storage


async def test_another_engine_takes_over_without_a_reload(house: House, runtime: Runtime) -> None:
    await calibrate(house, runtime)
    choose(house, network_engine="numpy")
    await ask(house.hass, "train_model")
    before = runtime.teacher.models
    assert before.rooms is not None
    choose(house, network_engine="litert")
    await house.hass.async_block_till_done()
    await house.clock.async_pass(2)
    after = runtime.teacher.models
    assert after.rooms is not None
    assert after.rooms.run is not before.rooms.run
    assert runtime.positioning.model.tiny is after
    levels = np.full((1, 3), -70.0)
    assert (after.rooms.outputs(levels) == before.rooms.outputs(levels)).all()


@pytest.fixture
def other_packages(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """An installation that has the older package only, and one that computes something else."""
    package, module = ModuleType("tflite_runtime"), ModuleType("tflite_runtime.interpreter")
    monkeypatch.setattr("custom_components.indoor_positioning.litert.PACKAGES", ("no_such_runtime", "tflite_runtime"))
    package.__spec__ = type(sys.__spec__)("tflite_runtime", None)
    monkeypatch.setitem(sys.modules, "tflite_runtime", package)
    monkeypatch.setitem(sys.modules, "tflite_runtime.interpreter", module)
    return module


async def test_an_engine_that_differs_is_dropped(
    house: House, runtime: Runtime, other_packages: ModuleType, caplog: pytest.LogCaptureFixture
) -> None:
    class Wrong:
        def __init__(self, **_: Any) -> None:
            pass

        def allocate_tensors(self) -> None: ...

        def get_input_details(self) -> list[dict[str, Any]]:
            return [{"index": 0}]

        get_output_details = get_input_details

        def set_tensor(self, index: int, value: Any) -> None: ...

        def invoke(self) -> None: ...

        def get_tensor(self, index: int) -> Any:
            return np.array([[1]], dtype=np.int8)

    vars(other_packages).update(
        Interpreter=Wrong, OpResolverType=type("OpResolverType", (), {"BUILTIN_WITHOUT_DEFAULT_DELEGATES": 3})
    )
    await calibrate(house, runtime)
    await ask(house.hass, "train_model")
    place = runtime.teacher.models.places["ground_floor"]
    assert place.run is runtime.teacher.kept.models.places["ground_floor"].run
    assert "LiteRT computes something else here than it should" in caplog.text


async def test_an_engine_that_does_not_work_is_left_alone(
    house: House, runtime: Runtime, other_packages: ModuleType, caplog: pytest.LogCaptureFixture
) -> None:
    await calibrate(house, runtime)
    await ask(house.hass, "train_model")
    assert runtime.teacher.models is runtime.teacher.kept.models
    assert "LiteRT cannot be used" in caplog.text


async def test_an_engine_that_is_not_there_is_said_where_it_was_chosen(
    house: House, runtime: Runtime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("custom_components.indoor_positioning.litert.PACKAGES", ("no_such_runtime",))
    await calibrate(house, runtime)
    await ask(house.hass, "train_model")
    assert "LiteRT" not in caplog.text
    with_engine(runtime.teacher.kept.models, Engine.LITERT)
    assert "LiteRT is not installed" in caplog.text


async def test_diagnostics_tell_how_they_do_without_names(house: House, runtime: Runtime) -> None:
    assert (await diagnostics(house))["networks"]["models"] == 0
    await calibrate(house, runtime)
    await ask(house.hass, "train_model")
    told = (await diagnostics(house))["networks"]
    assert (told["models"], told["training"], told["trained_days_ago"]) == (3, None, 0.0)
    assert set(told["errors"]) == {"neural", "fingerprint", "bayes", "fused"}
    assert "kitchen" not in str(told)


async def test_ordinary_use_teaches_and_is_kept(house: House, runtime: Runtime, hass_storage: dict[str, Any]) -> None:
    await calibrate(house, runtime)
    await ask(house.hass, "train_model")
    await house.clock.async_pass(2)
    await house.async_add_beacon()
    await live(house, "kitchen")
    learnt = runtime.teacher.lessons.samples
    assert {one.room for one in learnt} == {"kitchen"}
    told = (await diagnostics(house))["networks"]["lessons"]
    assert (told["active"], told["samples"], told["since_training"]) == (True, len(learnt), learnt.taken)
    assert house.entry
    key = f"{DOMAIN}.{house.entry.entry_id}.network_lessons"
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    assert len(hass_storage[key]["data"]["samples"]) == len(learnt)
    assert hass_storage[key]["version"] == 1
    assert "tag" not in str(hass_storage[key]["data"]).lower()
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    assert house.runtime.teacher.lessons.samples.survey == learnt.survey
    assert await house.hass.config_entries.async_remove(house.entry.entry_id)
    assert key not in hass_storage


async def live(house: House, area_id: str) -> None:
    """Stay in a room, near enough to the proxies of the others to be heard by all."""
    for _ in range(40):
        for area, _, _ in ROOMS:
            rssi = -55 if area == area_id else -80
            house.proxies[area].hear(TAG_ADDRESS, rssi, manufacturer_data=ibeacon_data())
        await house.clock.async_pass(1)


async def test_use_teaches_only_where_it_may(house: House, runtime: Runtime) -> None:
    await house.async_add_beacon()
    await calibrate(house, runtime)
    await live(house, "kitchen")
    assert len(runtime.teacher.lessons.samples) == 0, "there are no networks"
    await ask(house.hass, "train_model")
    choose(house, network_learning=False)
    await house.clock.async_pass(2)
    await live(house, "kitchen")
    assert len(runtime.teacher.lessons.samples) == 0, "it is switched off"
    choose(house, network_learning=True)
    await live(house, "kitchen")
    assert len(runtime.teacher.lessons.samples) > 0


async def test_other_anchors_begin_the_lessons_anew(house: House, runtime: Runtime) -> None:
    await calibrate(house, runtime)
    await ask(house.hass, "train_model")
    runtime.teacher.lessons.samples.add(replace(samples(house)[0]))
    anchor = house.subentry(f"anchor_{house.source('bedroom')}")
    assert house.entry
    house.hass.config_entries.async_remove_subentry(house.entry, anchor.subentry_id)
    await house.clock.async_pass(2)
    assert len(runtime.teacher.lessons.samples) == 0


async def test_lessons_enough_train_anew(house: House, runtime: Runtime) -> None:
    await calibrate(house, runtime)
    await ask(house.hass, "train_model")
    trained = runtime.teacher.kept
    for index, sample in enumerate(samples(house) * 2):
        runtime.teacher.lessons.samples.add(replace(sample, position=(index + 0.5, 0.5)))
    assert runtime.teacher.lessons.samples.taken >= MIN_LESSONS
    house.clock.passed += LESSON_INTERVAL.total_seconds()
    await house.clock.async_pass(2)
    await settle(house)
    assert runtime.teacher.lessons.samples.taken == 0
    report = runtime.teacher.kept.report
    assert report is not None
    # Kept or not, by the held-out samples; but it was tried.
    assert report.learnt_samples == 24 or runtime.teacher.kept.trained_at == trained.trained_at


async def test_damaged_lessons_are_left_out(
    house: House, runtime: Runtime, hass_storage: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    assert house.entry
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    stored = hass_storage[f"{DOMAIN}.{house.entry.entry_id}.network_lessons"]
    stored["data"]["samples"] = [{"floor": "ground_floor"}]
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    assert len(house.runtime.teacher.lessons.samples) == 0
    assert "What use has taught the networks cannot be read" in caplog.text


async def test_a_training_that_the_home_begins_and_cannot_end_is_told(house: House, runtime: Runtime) -> None:
    await calibrate(house, runtime)
    await ask(house.hass, "train_model")
    kept = runtime.teacher.kept
    await runtime.survey.async_delete([one.id for one in runtime.survey.samples[1:]])
    await house.clock.async_pass(1)
    await settle(house)
    assert runtime.teacher.problem == "training_too_few_samples"
    assert runtime.teacher.kept is kept
    assert (await diagnostics(house))["networks"]["problem"] == "training_too_few_samples"
