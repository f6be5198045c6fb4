"""Add or change an anchor: a Bluetooth scanner at a known place."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import probatio as vol
from homeassistant.config_entries import ConfigSubentryData, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import DEGREE, SIGNAL_STRENGTH_DECIBELS
from homeassistant.helpers.selector import (
    AreaSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)

from ..const import (
    CONF_AREA_ID,
    CONF_HEIGHT,
    CONF_ORIENTATION,
    CONF_PITCH,
    CONF_ROLL,
    CONF_RSSI_OFFSET,
    CONF_SOURCE,
    CONF_X,
    CONF_Y,
    CONF_YAW,
    SUBENTRY_ANCHOR,
)
from ..scanners import known_scanners, scanner_area, scanner_name
from .fields import metres, number
from .room import ensure_room

# Antennas and housings differ by some decibels, a proxy behind a television by twenty; more is a broken one.
MAX_RSSI_OFFSET_DB = 30.0

# Higher than the highest hall.
MAX_HEIGHT_M = 50.0

_NUMBERS: Final = (CONF_X, CONF_Y, CONF_HEIGHT, CONF_RSSI_OFFSET)

# How the orientation is asked for, in the order in which it is stored.
_TURNED: Final = (CONF_YAW, CONF_PITCH, CONF_ROLL)


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
        schema = vol.Schema({vol.Required(CONF_SOURCE): selector, **_fields()})
        return self.async_show_form(
            step_id="user", data_schema=self.add_suggested_values_to_schema(schema, user_input), errors=errors
        )

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Change the place."""
        subentry = self._get_reconfigure_subentry()
        errors: dict[str, str] = {}
        if user_input is not None:
            data = {**subentry.data, **_anchor_data(subentry.data[CONF_SOURCE], user_input)}
            errors = place_problems(data)
            if not errors:
                ensure_room(self.hass, self._get_entry(), data[CONF_AREA_ID])
                return self.async_update_and_abort(self._get_entry(), subentry, data=data)
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(
                vol.Schema(_fields()), user_input or place_to_input(subentry.data)
            ),
            errors=errors,
            description_placeholders={"anchor": subentry.title},
        )


def _fields() -> dict[vol.Marker, Any]:
    offset = number(-MAX_RSSI_OFFSET_DB, MAX_RSSI_OFFSET_DB, 0.5, SIGNAL_STRENGTH_DECIBELS)
    return {**place_fields(), vol.Optional(CONF_RSSI_OFFSET): offset}


def place_fields() -> dict[vol.Marker, Any]:
    """Return the fields that say where an anchor of any kind is, and which way it looks."""
    return {
        vol.Optional(CONF_AREA_ID): AreaSelector(),
        vol.Optional(CONF_X): metres(),
        vol.Optional(CONF_Y): metres(),
        vol.Optional(CONF_HEIGHT): metres(0.0, MAX_HEIGHT_M),
        vol.Optional(CONF_YAW): number(-360.0, 360.0, 1.0, DEGREE),
        vol.Optional(CONF_PITCH): number(-90.0, 90.0, 1.0, DEGREE),
        vol.Optional(CONF_ROLL): number(-180.0, 180.0, 1.0, DEGREE),
    }


def place_data(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is stored of these fields, None for what was left empty."""
    turned = [user_input.get(key) for key in _TURNED]
    return {
        **{key: user_input.get(key) for key in (CONF_AREA_ID, CONF_X, CONF_Y, CONF_HEIGHT)},
        CONF_ORIENTATION: None if turned == [None] * 3 else [angle or 0.0 for angle in turned],
    }


def place_to_input(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of what is stored."""
    return {**data, **dict(zip(_TURNED, data.get(CONF_ORIENTATION) or (), strict=False))}


def _anchor_data(source: str, user_input: Mapping[str, Any]) -> dict[str, Any]:
    return {
        CONF_SOURCE: source,
        **place_data(user_input),
        CONF_RSSI_OFFSET: user_input.get(CONF_RSSI_OFFSET) or 0.0,
    }


def place_problems(data: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with x, y, height and offset, by field."""
    errors: dict[str, str] = {}
    turned = dict(zip(_TURNED, data.get(CONF_ORIENTATION) or (), strict=False))
    for key, value in {**{key: data.get(key) for key in _NUMBERS}, **turned}.items():
        if value is not None and not math.isfinite(value):
            errors[key] = "not_finite"
    if (data[CONF_X] is None) != (data[CONF_Y] is None):
        errors["base"] = "position_incomplete"
    return errors
