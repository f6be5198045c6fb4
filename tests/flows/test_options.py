"""Settings."""

from __future__ import annotations

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.data_entry_flow import FlowResultType

from custom_components.indoor_positioning.engine.locators import LOCATORS
from custom_components.indoor_positioning.settings import Settings
from tests.house import House


async def open_step(house: House, step: str) -> ConfigFlowResult:
    assert house.entry
    flow = house.hass.config_entries.options
    result = await flow.async_init(house.entry.entry_id)
    assert result["type"] is FlowResultType.MENU
    assert result["menu_options"] == ["settings", "calibrate", "samples", "train", "network_file", "world", "forget"]
    return await flow.async_configure(result["flow_id"], {"next_step_id": step})


async def test_settings_apply_without_a_reload(house: House) -> None:
    runtime = await house.async_set_up()
    beacon_id = await house.async_add_beacon()
    await house.async_stay("kitchen", 5)
    tracker = runtime.positioning.tracks[beacon_id].tracker
    result = await open_step(house, "settings")
    result = await house.hass.config_entries.options.async_configure(
        result["flow_id"],
        {
            "locator": "proximity",
            "away_after": 20,
            "self_calibration": False,
            "network_engine": "numpy",
            "network_learning": False,
            "everyone_sees_map": True,
            "track_hours": 24,
            "silent_after": 30,
            "position": {"position_interval": 5, "position_threshold": 1},
            "decision": {"enter_probability": 0.8, "enter_dwell": 4},
        },
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await house.hass.async_block_till_done()
    assert house.entry
    assert house.entry.options == {
        "ignored_scanners": [],
        "locator": "proximity",
        "away_after": 20,
        "self_calibration": False,
        "network_engine": "numpy",
        "network_learning": False,
        "everyone_sees_map": True,
        "track_hours": 24,
        "silent_after": 30,
        "position_interval": 5,
        "position_threshold": 1,
        "enter_probability": 0.8,
        "enter_dwell": 4,
    }
    assert house.runtime is runtime
    assert runtime.positioning.tracks[beacon_id].tracker is tracker
    assert runtime.settings.decision.enter_dwell == 4
    await house.clock.async_pass(25)
    assert house.state("sensor.tag_room").state == "away"


async def test_settings_are_shown_as_they_are(house: House) -> None:
    await house.async_set_up()
    result = await open_step(house, "settings")
    assert result["data_schema"]
    shown = result["data_schema"]({})
    assert shown["locator"] == "bayes"
    assert shown["away_after"] == 60
    assert shown["self_calibration"] is True
    result = await house.hass.config_entries.options.async_configure(result["flow_id"], {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"] == {
        "ignored_scanners": [],
        "locator": "bayes",
        "away_after": 60,
        "self_calibration": True,
        "network_engine": "auto",
        "network_learning": True,
        "everyone_sees_map": False,
        "track_hours": 0,
        "silent_after": 60,
    }


async def test_what_was_learnt_is_forgotten_only_when_confirmed(house: House) -> None:
    runtime = await house.async_set_up()
    assert (await open_step(house, "forget"))["reason"] == "nothing_learnt"
    await house.async_add_beacon()
    await house.async_stay("kitchen", 10)
    assert runtime.learner.learnt.sums.readings > 0.0
    result = await open_step(house, "forget")
    assert result["type"] is FlowResultType.FORM
    assert runtime.learner.learnt.sums.readings > 0.0
    options = house.hass.config_entries.options
    result = await options.async_configure(result["flow_id"], {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert runtime.learner.learnt.sums.readings == 0.0
    assert house.entry
    assert result["data"] == house.entry.options
    assert house.runtime is runtime


async def test_nothing_is_forgotten_while_it_does_not_run(house: House) -> None:
    await house.async_set_up()
    assert house.entry
    await house.hass.config_entries.async_unload(house.entry.entry_id)
    assert (await open_step(house, "forget"))["reason"] == "not_loaded"


def test_an_unknown_locator_falls_back() -> None:
    assert Settings.from_options({"locator": "from the future"}).locator in LOCATORS


def test_an_unknown_engine_falls_back() -> None:
    assert Settings.from_options({"network_engine": "quantum"}).network_engine == "auto"
