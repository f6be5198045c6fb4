"""Add or change an anchor: a Bluetooth scanner at a known place."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import probatio as vol
from homeassistant.config_entries import ConfigSubentryData, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import SIGNAL_STRENGTH_DECIBELS
from homeassistant.helpers.selector import (
    AreaSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)

from ..const import (
    CONF_AREA_ID,
    CONF_HEIGHT,
    CONF_RSSI_OFFSET,
    CONF_SOURCE,
    CONF_X,
    CONF_Y,
    SUBENTRY_ANCHOR,
)
from ..scanners import known_scanners, scanner_area, scanner_name
from .fields import metres
from .room import ensure_room

# Antennas and housings differ by some decibels, a proxy behind a television by twenty; more is a broken one.
MAX_RSSI_OFFSET_DB = 30.0

# Higher than the highest hall.
MAX_HEIGHT_M = 50.0


def anchor_unique_id(source: str) -> str:
    """Return what makes an anchor unique within the entry."""
    return f"anchor_{source}"


def anchor_subentry(source: str, name: str, area_id: str | None) -> ConfigSubentryData:
    """Return a new anchor of which nothing is known but its area."""
    return ConfigSubentryData(
        data=_anchor_data(source, {CONF_AREA_ID: area_id}),
        subentry_type=SUBENTRY_ANCHOR,
        title=name,
        unique_id=anchor_unique_id(source),
    )


class AnchorFlow(ConfigSubentryFlow):
    """Adds an anchor, or changes where it is."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Choose among the scanners that are no anchors yet."""
        known = {subentry.unique_id for subentry in self._get_entry().subentries.values()}
        free = [one for one in known_scanners(self.hass) if anchor_unique_id(one.source) not in known]
        if not free:
            return self.async_abort(reason="no_scanners_left")
        errors: dict[str, str] = {}
        if user_input is not None:
            source = user_input[CONF_SOURCE]
            data = _anchor_data(source, user_input)
            # Who leaves the area empty means the one that the proxy's device is in.
            data[CONF_AREA_ID] = data[CONF_AREA_ID] or scanner_area(self.hass, source)
            errors = place_problems(data)
            if not errors:
                ensure_room(self.hass, self._get_entry(), data[CONF_AREA_ID])
                return self.async_create_entry(
                    title=scanner_name(self.hass, source), data=data, unique_id=anchor_unique_id(source)
                )
        options = [SelectOptionDict(value=one.source, label=one.name) for one in free]
        selector = SelectSelector(SelectSelectorConfig(options=options, mode=SelectSelectorMode.DROPDOWN))
        schema = vol.Schema({vol.Required(CONF_SOURCE): selector, **_place_fields()})
        return self.async_show_form(
            step_id="user", data_schema=self.add_suggested_values_to_schema(schema, user_input), errors=errors
        )

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Change the place."""
        subentry = self._get_reconfigure_subentry()
        errors: dict[str, str] = {}
        if user_input is not None:
            # What only the plan's editor knows of an anchor stays: how it is turned.
            data = {**subentry.data, **_anchor_data(subentry.data[CONF_SOURCE], user_input)}
            errors = place_problems(data)
            if not errors:
                ensure_room(self.hass, self._get_entry(), data[CONF_AREA_ID])
                return self.async_update_and_abort(self._get_entry(), subentry, data=data)
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(vol.Schema(_place_fields()), user_input or subentry.data),
            errors=errors,
            description_placeholders={"anchor": subentry.title},
        )


def _place_fields() -> dict[vol.Marker, Any]:
    offset = NumberSelectorConfig(
        min=-MAX_RSSI_OFFSET_DB,
        max=MAX_RSSI_OFFSET_DB,
        step=0.5,
        mode=NumberSelectorMode.BOX,
        unit_of_measurement=SIGNAL_STRENGTH_DECIBELS,
    )
    return {
        vol.Optional(CONF_AREA_ID): AreaSelector(),
        vol.Optional(CONF_X): metres(),
        vol.Optional(CONF_Y): metres(),
        vol.Optional(CONF_HEIGHT): metres(0.0, MAX_HEIGHT_M),
        vol.Optional(CONF_RSSI_OFFSET): NumberSelector(offset),
    }


def _anchor_data(source: str, user_input: dict[str, Any]) -> dict[str, Any]:
    return {
        CONF_SOURCE: source,
        CONF_AREA_ID: user_input.get(CONF_AREA_ID),
        CONF_X: user_input.get(CONF_X),
        CONF_Y: user_input.get(CONF_Y),
        CONF_HEIGHT: user_input.get(CONF_HEIGHT),
        CONF_RSSI_OFFSET: user_input.get(CONF_RSSI_OFFSET) or 0.0,
    }


def place_problems(data: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with x, y, height and offset, by field."""
    errors: dict[str, str] = {}
    for key in (CONF_X, CONF_Y, CONF_HEIGHT, CONF_RSSI_OFFSET):
        if data.get(key) is not None and not math.isfinite(data[key]):
            errors[key] = "not_finite"
    if (data[CONF_X] is None) != (data[CONF_Y] is None):
        errors["base"] = "position_incomplete"
    return errors
