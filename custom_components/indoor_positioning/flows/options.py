"""The entry's options: settings, calibration, its samples, and what was learnt without them."""

from __future__ import annotations

from typing import Any

import probatio as vol
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.const import UnitOfLength, UnitOfTime
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)

from ..bermuda import has_bermuda
from ..engine.locators import LOCATORS
from ..litert import Engine
from ..settings import (
    CONF_AWAY_AFTER,
    CONF_ENTER_DWELL,
    CONF_ENTER_PROBABILITY,
    CONF_EVERYONE_SEES_MAP,
    CONF_LOCATOR,
    CONF_NETWORK_ENGINE,
    CONF_NETWORK_LEARNING,
    CONF_POSITION_INTERVAL,
    CONF_POSITION_THRESHOLD,
    CONF_SELF_CALIBRATION,
    CONF_SILENT_AFTER,
    CONF_TRACK_HOURS,
    Settings,
)
from ..track_recorder import MAX_HOURS
from .bermuda import BermudaStep
from .calibration import CalibrationSteps
from .fields import number
from .forget import ForgetStep
from .network_file import NetworkFileStep
from .samples import SampleSteps
from .training import TrainingSteps
from .world import WorldStep

SECTION_DECISION = "decision"
SECTION_POSITION = "position"


class IndoorPositioningOptionsFlow(
    CalibrationSteps, SampleSteps, TrainingSteps, NetworkFileStep, WorldStep, ForgetStep, BermudaStep
):
    """A menu of what can be set or done."""

    async def async_step_init(self, _user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Offer what there is; steps with nothing to delete say so."""
        options = ["settings", "calibrate", "samples", "train", "network_file", "world", "forget"]
        if has_bermuda(self.hass):
            options.append("bermuda")
        return self.async_show_menu(step_id="init", menu_options=options)

    async def async_step_settings(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """How beacons are located, decided upon and shown."""
        if user_input is not None:
            decision, position = user_input.pop(SECTION_DECISION, {}), user_input.pop(SECTION_POSITION, {})
            return self.async_create_entry(data={**self.config_entry.options, **user_input, **decision, **position})
        settings = Settings.from_options(self.config_entry.options)
        locators = SelectSelectorConfig(
            options=list(LOCATORS), mode=SelectSelectorMode.DROPDOWN, translation_key=CONF_LOCATOR
        )
        engines = SelectSelectorConfig(
            options=list(Engine), mode=SelectSelectorMode.DROPDOWN, translation_key=CONF_NETWORK_ENGINE
        )
        decision = settings.decision
        schema = vol.Schema(
            {
                vol.Required(CONF_LOCATOR, default=settings.locator): SelectSelector(locators),
                vol.Required(CONF_AWAY_AFTER, default=decision.away_after): number(10, 3600, 1, UnitOfTime.SECONDS),
                vol.Required(CONF_SELF_CALIBRATION, default=settings.self_calibration): BooleanSelector(),
                vol.Required(CONF_NETWORK_ENGINE, default=settings.network_engine): SelectSelector(engines),
                vol.Required(CONF_NETWORK_LEARNING, default=settings.network_learning): BooleanSelector(),
                vol.Required(CONF_EVERYONE_SEES_MAP, default=settings.everyone_sees_map): BooleanSelector(),
                vol.Required(CONF_TRACK_HOURS, default=settings.track_hours): number(0, MAX_HOURS, 1, UnitOfTime.HOURS),
                vol.Required(CONF_SILENT_AFTER, default=settings.silent_after): number(0, 10080, 1, UnitOfTime.MINUTES),
                vol.Optional(SECTION_POSITION): section(
                    vol.Schema(
                        {
                            vol.Required(CONF_POSITION_INTERVAL, default=settings.position_interval): number(
                                0.5, 60, 0.5, UnitOfTime.SECONDS
                            ),
                            vol.Required(CONF_POSITION_THRESHOLD, default=settings.position_threshold): number(
                                0.05, 5, 0.05, UnitOfLength.METERS
                            ),
                        }
                    ),
                    {"collapsed": True},
                ),
                vol.Optional(SECTION_DECISION): section(
                    vol.Schema(
                        {
                            vol.Required(CONF_ENTER_PROBABILITY, default=decision.enter_probability): number(
                                0.5, 0.95, 0.05
                            ),
                            vol.Required(CONF_ENTER_DWELL, default=decision.enter_dwell): number(
                                0, 30, 0.5, UnitOfTime.SECONDS
                            ),
                        }
                    ),
                    {"collapsed": True},
                ),
            }
        )
        return self.async_show_form(step_id="settings", data_schema=schema)
