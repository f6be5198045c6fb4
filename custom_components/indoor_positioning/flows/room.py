"""Add or change a room: a Home Assistant area, with its outline where one knows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import probatio as vol
from homeassistant.config_entries import (
    ConfigEntry,
    ConfigSubentryData,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers.selector import AreaSelector

from ..const import CONF_AREA_ID, CONF_OUTLINE, SUBENTRY_ROOM
from .outline import OutlineInputError, outline_from_input, outline_to_input
from .outline_fields import outline_fields
from .presence import presence_fields, presence_from_input, presence_to_input
from .subentries import add_subentry


def room_unique_id(area_id: str) -> str:
    """Return what makes a room unique within the entry."""
    return f"room_{area_id}"


def room_subentry(area_id: str, name: str) -> ConfigSubentryData:
    """Return a new room without outline."""
    return ConfigSubentryData(
        data={CONF_AREA_ID: area_id, CONF_OUTLINE: None},
        subentry_type=SUBENTRY_ROOM,
        title=name,
        unique_id=room_unique_id(area_id),
    )


@callback
def ensure_room(hass: HomeAssistant, entry: ConfigEntry, area_id: str | None) -> None:
    """Make an area a room if it is none yet: an anchor in it should say something at once."""
    area = ar.async_get(hass).async_get_area(area_id) if area_id else None
    if area:
        add_subentry(hass, entry, room_subentry(area.id, area.name))


class RoomFlow(ConfigSubentryFlow):
    """Adds a room, or changes its outline and what tells whether anybody is there."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Choose the area and, if one likes, draw it."""
        errors: dict[str, str] = {}
        if user_input is not None:
            area = ar.async_get(self.hass).async_get_area(user_input[CONF_AREA_ID])
            unique_id = room_unique_id(user_input[CONF_AREA_ID])
            if area is None:
                errors[CONF_AREA_ID] = "area_missing"
            elif any(subentry.unique_id == unique_id for subentry in self._get_entry().subentries.values()):
                errors[CONF_AREA_ID] = "already_room"
            else:
                data, errors = self._room_data(area.id, user_input)
                if not errors:
                    return self.async_create_entry(title=area.name, data=data, unique_id=unique_id)
        schema = vol.Schema({vol.Required(CONF_AREA_ID): AreaSelector(), **outline_fields(), **presence_fields()})
        return self.async_show_form(
            step_id="user", data_schema=self.add_suggested_values_to_schema(schema, user_input), errors=errors
        )

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Change what is known of it. Another area is another room."""
        subentry = self._get_reconfigure_subentry()
        errors: dict[str, str] = {}
        if user_input is not None:
            data, errors = self._room_data(subentry.data[CONF_AREA_ID], user_input)
            if not errors:
                return self.async_update_and_abort(self._get_entry(), subentry, data={**subentry.data, **data})
        points = subentry.data[CONF_OUTLINE]
        outline = outline_to_input(tuple((x, y) for x, y in points) if points else None)
        shown = user_input or {**outline, **presence_to_input(subentry.data)}
        schema = vol.Schema({**outline_fields(), **presence_fields()})
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(schema, shown),
            errors=errors,
            description_placeholders={"room": subentry.title},
        )

    def _room_data(self, area_id: str, user_input: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the data of a room, or what is wrong with it."""
        try:
            outline = outline_from_input(user_input)
        except OutlineInputError as error:
            return {}, {"base": error.problem}
        presence, errors = presence_from_input(self.hass, user_input)
        corners = [list(corner) for corner in outline] if outline else None
        return {CONF_AREA_ID: area_id, CONF_OUTLINE: corners, **presence}, errors
