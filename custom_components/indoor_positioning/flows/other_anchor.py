"""Add or change an anchor that hears no Bluetooth: an access point, a UWB anchor, a direction finder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import probatio as vol
from homeassistant.config_entries import ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_NAME, SIGNAL_STRENGTH_DECIBELS, SIGNAL_STRENGTH_DECIBELS_MILLIWATT
from homeassistant.helpers.selector import SelectSelector, SelectSelectorConfig, SelectSelectorMode, TextSelector

from ..const import CONF_AREA_ID, CONF_EXPONENT, CONF_KIND, CONF_REFERENCE_RSSI, CONF_SPREAD, SUBENTRY_OTHER_ANCHOR
from ..home_builder import RADIO_LAWS
from .anchor import place_data, place_fields, place_problems, place_to_input
from .fields import number
from .room import ensure_room

_LAW: Final = (CONF_REFERENCE_RSSI, CONF_EXPONENT, CONF_SPREAD)


class OtherAnchorFlow(ConfigSubentryFlow):
    """Adds such an anchor, or changes it. What it reports comes by actions or from entities bound to a beacon."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask what it is called and where it is."""
        return self._step("user", user_input, {CONF_KIND: next(iter(RADIO_LAWS))})

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Change it."""
        subentry = self._get_reconfigure_subentry()
        return self._step(
            "reconfigure",
            user_input,
            {**place_to_input(subentry.data), CONF_NAME: subentry.title},
            subentry.subentry_id,
        )

    def _step(
        self, step_id: str, user_input: dict[str, Any] | None, shown: Mapping[str, Any], changed: str | None = None
    ) -> SubentryFlowResult:
        errors: dict[str, str] = {}
        if user_input is not None:
            name = user_input[CONF_NAME] = user_input[CONF_NAME].strip()
            laws = {key: user_input.get(key) for key in _LAW}
            data = {CONF_KIND: user_input[CONF_KIND], **place_data(user_input), **laws}
            errors = place_problems(data)
            if not name or self._is_taken(name, changed):
                errors[CONF_NAME] = "name_taken" if name else "nameless"
            if not errors:
                return self._take(name, data)
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(vol.Schema(_fields()), user_input or shown),
            errors=errors,
            description_placeholders={"anchor": str(shown.get(CONF_NAME, ""))},
        )

    def _take(self, name: str, data: dict[str, Any]) -> SubentryFlowResult:
        if data[CONF_AREA_ID]:
            ensure_room(self.hass, self._get_entry(), data[CONF_AREA_ID])
        if self.source == "reconfigure":
            subentry = self._get_reconfigure_subentry()
            return self.async_update_and_abort(self._get_entry(), subentry, title=name, data=data)
        return self.async_create_entry(title=name, data=data)

    def _is_taken(self, name: str, changed: str | None) -> bool:
        """Whether another one is called so: reports find an anchor by its name."""
        others = self._get_entry().get_subentries_of_type(SUBENTRY_OTHER_ANCHOR)
        return any(one.title.casefold() == name.casefold() for one in others if one.subentry_id != changed)


def _fields() -> dict[vol.Marker, Any]:
    kinds = SelectSelectorConfig(
        options=list(RADIO_LAWS), translation_key="anchor_kind", mode=SelectSelectorMode.DROPDOWN
    )
    return {
        vol.Required(CONF_NAME): TextSelector(),
        vol.Required(CONF_KIND): SelectSelector(kinds),
        **place_fields(),
        vol.Optional(CONF_REFERENCE_RSSI): number(-90.0, 0.0, 1.0, SIGNAL_STRENGTH_DECIBELS_MILLIWATT),
        vol.Optional(CONF_EXPONENT): number(1.0, 6.0, 0.1),
        vol.Optional(CONF_SPREAD): number(1.0, 20.0, 0.5, SIGNAL_STRENGTH_DECIBELS),
    }
