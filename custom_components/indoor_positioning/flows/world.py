"""The step of the options that pins the plan to the world."""

from __future__ import annotations

from typing import Any

import probatio as vol
from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.const import CONF_LATITUDE, CONF_LOCATION, CONF_LONGITUDE, DEGREE
from homeassistant.helpers.selector import BooleanSelector, LocationSelector

from ..settings import CONF_BEARING, CONF_PIN, CONF_TELLS_WORLD, Settings
from .fields import number


class WorldStep(OptionsFlow):
    """Asks where the plan's origin lies and which way its y axis points."""

    async def async_step_world(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask on a map; without a place on it the plan is pinned no more."""
        settings = Settings.from_options(self.config_entry.options)
        pin = settings.pin
        if user_input is not None:
            place = user_input.get(CONF_LOCATION)
            stored = place and {
                CONF_LATITUDE: place[CONF_LATITUDE],
                CONF_LONGITUDE: place[CONF_LONGITUDE],
                CONF_BEARING: user_input[CONF_BEARING],
            }
            given = {CONF_PIN: stored, CONF_TELLS_WORLD: user_input[CONF_TELLS_WORLD]}
            return self.async_create_entry(data={**self.config_entry.options, **given})
        home = self.hass.config
        here = (pin.latitude, pin.longitude) if pin else (home.latitude, home.longitude)
        schema = vol.Schema(
            {
                vol.Optional(CONF_LOCATION): LocationSelector(),
                vol.Required(CONF_BEARING): number(0.0, 360.0, 1.0, DEGREE),
                vol.Required(CONF_TELLS_WORLD, default=settings.tells_world): BooleanSelector(),
            }
        )
        shown = {
            CONF_LOCATION: {CONF_LATITUDE: here[0], CONF_LONGITUDE: here[1]},
            CONF_BEARING: pin.bearing if pin else 0.0,
        }
        return self.async_show_form(step_id="world", data_schema=self.add_suggested_values_to_schema(schema, shown))
