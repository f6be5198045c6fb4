"""Add or change a person who carries several beacons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import probatio as vol
from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)

from ..const import CONF_BEACONS, CONF_WORN, SUBENTRY_BEACON


class PersonFlow(ConfigSubentryFlow):
    """Ties beacons to a person."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for name and beacons."""
        if not self._get_entry().get_subentries_of_type(SUBENTRY_BEACON):
            return self.async_abort(reason="no_beacons")
        return self._step("user", user_input, {})

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Change them."""
        subentry = self._get_reconfigure_subentry()
        return self._step("reconfigure", user_input, {**subentry.data, CONF_NAME: subentry.title})

    def _step(self, step_id: str, user_input: dict[str, Any] | None, shown: Mapping[str, Any]) -> SubentryFlowResult:
        errors: dict[str, str] = {}
        if user_input is not None:
            name, beacons = user_input[CONF_NAME].strip(), user_input[CONF_BEACONS]
            worn = user_input.get(CONF_WORN, [])
            if not name:
                errors[CONF_NAME] = "nameless"
            elif not beacons:
                errors[CONF_BEACONS] = "no_beacon_chosen"
            elif not set(worn) <= set(beacons):
                errors[CONF_WORN] = "worn_not_carried"
            else:
                return self._take(name, {CONF_BEACONS: beacons, CONF_WORN: worn})
        options = [
            SelectOptionDict(value=one.subentry_id, label=one.title)
            for one in self._get_entry().get_subentries_of_type(SUBENTRY_BEACON)
        ]
        chooser = SelectSelector(SelectSelectorConfig(options=options, multiple=True, mode=SelectSelectorMode.LIST))
        schema = vol.Schema(
            {
                vol.Required(CONF_NAME): TextSelector(),
                vol.Required(CONF_BEACONS): chooser,
                vol.Optional(CONF_WORN): chooser,
            }
        )
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, user_input or shown),
            errors=errors,
            description_placeholders={"person": str(shown.get(CONF_NAME, ""))},
        )

    def _take(self, name: str, data: dict[str, Any]) -> SubentryFlowResult:
        if self.source == SOURCE_RECONFIGURE:
            subentry = self._get_reconfigure_subentry()
            return self.async_update_and_abort(self._get_entry(), subentry, title=name, data=data)
        return self.async_create_entry(title=name, data=data)
