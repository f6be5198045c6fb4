"""Add or change a zone: any outline inside a floor, and when and for whom it counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import probatio as vol
from homeassistant.config_entries import (
    ConfigEntry,
    ConfigEntryState,
    ConfigSubentry,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.const import CONF_NAME, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)

from ..const import (
    CONF_AREA_ID,
    CONF_BEACONS,
    CONF_CIRCLE,
    CONF_DWELL,
    CONF_ENTER,
    CONF_EXIT_DELAY,
    CONF_FLOOR_ID,
    CONF_LEAVE,
    CONF_OUTLINE,
    CONF_SECURE,
    SUBENTRY_BEACON,
    SUBENTRY_ROOM,
    SUBENTRY_ZONE,
)
from ..engine.grid import build_grid
from ..engine.home import ZoneRule
from ..engine.zone_cells import cells_of_zone
from ..home_builder import build_home
from .fields import number
from .outline import OutlineInputError, outline_from_input, outline_to_input
from .outline_fields import zone_outline_fields
from .secure import secure_fields, secure_from_input, secure_to_input

SECTION_RULE: Final = "rule"

# Longer than any stay that a zone could mean.
MAX_WAIT_S: Final = 86400


class ZoneFlow(ConfigSubentryFlow):
    """Adds a zone, or changes everything about it; whoever is inside is learnt anew, not told of."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Name and draw it."""
        return await self._async_step("user", user_input)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Change it."""
        return await self._async_step("reconfigure", user_input)

    async def _async_step(self, step_id: str, user_input: dict[str, Any] | None) -> SubentryFlowResult:
        entry = self._get_entry()
        subentry = self._get_reconfigure_subentry() if step_id == "reconfigure" else None
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = self._name_problems(user_input[CONF_NAME], subentry.subentry_id if subentry else None)
            errors |= _rule_problems(user_input.get(SECTION_RULE, {}))
            place, problems = await async_place_of_zone(self.hass, entry, user_input)
            rooms = {room.data[CONF_AREA_ID] for room in entry.get_subentries_of_type(SUBENTRY_ROOM)}
            secure, unsafe = secure_from_input(user_input, rooms)
            if not (errors := errors | problems | unsafe):
                title, data = user_input[CONF_NAME].strip(), {**place, **_rule_data(user_input)}
                if secure or (subentry and subentry.data.get(CONF_SECURE)):
                    data[CONF_SECURE] = secure
                if subentry is None:
                    return self.async_create_entry(title=title, data=data)
                return self.async_update_and_abort(entry, subentry, title=title, data={**subentry.data, **data})
        schema = vol.Schema({vol.Required(CONF_NAME): TextSelector(), **place_fields(self.hass, entry), **self._rule()})
        shown = user_input or (_shown(self.hass, entry, subentry) if subentry else None)
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, shown),
            errors=errors,
            description_placeholders={"zone": subentry.title} if subentry else None,
        )

    def _name_problems(self, name: str, ignoring: str | None) -> dict[str, str]:
        """Two zones of one name could not be told apart in a sentence."""
        if not (name := name.strip().casefold()):
            return {CONF_NAME: "name_missing"}
        others = self._get_entry().get_subentries_of_type(SUBENTRY_ZONE)
        taken = any(other.title.casefold() == name and other.subentry_id != ignoring for other in others)
        return {CONF_NAME: "name_in_use"} if taken else {}

    def _rule(self) -> dict[vol.Marker, Any]:
        beacons = [
            SelectOptionDict(value=one.subentry_id, label=one.title)
            for one in self._get_entry().get_subentries_of_type(SUBENTRY_BEACON)
        ]
        default = ZoneRule()
        rule = {
            vol.Required(CONF_ENTER, default=default.enter): number(0.05, 0.99, 0.01),
            vol.Required(CONF_LEAVE, default=default.leave): number(0.01, 0.95, 0.01),
            vol.Required(CONF_DWELL, default=default.dwell): number(0, MAX_WAIT_S, 0.5, UnitOfTime.SECONDS),
            vol.Required(CONF_EXIT_DELAY, default=default.exit_delay): number(0, MAX_WAIT_S, 0.5, UnitOfTime.SECONDS),
        }
        return {
            vol.Optional(CONF_BEACONS): SelectSelector(
                SelectSelectorConfig(options=beacons, multiple=True, mode=SelectSelectorMode.DROPDOWN)
            ),
            vol.Optional(SECTION_RULE): section(vol.Schema(rule), {"collapsed": True}),
            **secure_fields(),
        }


def place_fields(hass: HomeAssistant, entry: ConfigEntry[Any]) -> dict[vol.Marker, Any]:
    """Return the fields for floor and outline."""
    floors = [SelectOptionDict(value=one.id, label=one.name) for one in build_home(hass, entry, {}).floors]
    selector = SelectSelector(SelectSelectorConfig(options=floors, mode=SelectSelectorMode.DROPDOWN))
    only = floors[0]["value"] if len(floors) == 1 else vol.UNDEFINED
    return {vol.Required(CONF_FLOOR_ID, default=only): selector, **zone_outline_fields()}


def place_to_input(hass: HomeAssistant, entry: ConfigEntry[Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form shows for the place of a zone; a floor that is gone must be chosen anew."""
    floors = {floor.id for floor in build_home(hass, entry, {}).floors}
    floor = {CONF_FLOOR_ID: data[CONF_FLOOR_ID]} if data[CONF_FLOOR_ID] in floors else {}
    if circle := data.get(CONF_CIRCLE):
        return {**floor, CONF_CIRCLE: circle}
    return {**floor, **outline_to_input(tuple((x, y) for x, y in data[CONF_OUTLINE]))}


async def async_place_of_zone(
    hass: HomeAssistant, entry: ConfigEntry[Any], user_input: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the data of a zone's place, and what is wrong with it by field.

    The outline must touch the floor as the belief about it is held, or nobody would ever be inside.
    """
    try:
        outline = outline_from_input(user_input)
    except OutlineInputError as error:
        return {}, {"base": error.problem}
    if outline is None:
        return {}, {"base": "outline_missing"}
    home = build_home(hass, entry, {})
    if (floor := home.floor(user_input[CONF_FLOOR_ID])) is None:
        return {}, {CONF_FLOOR_ID: "floor_missing"}
    survey = entry.runtime_data.survey.survey() if entry.state is ConfigEntryState.LOADED else ()
    grid = await hass.async_add_executor_job(build_grid, home, survey)
    index = home.floors.index(floor)
    if not (grid.placed & (grid.floor == index)).any():
        return {}, {CONF_FLOOR_ID: "floor_not_drawn"}
    if not len(cells_of_zone(grid, index, outline)[0]):
        return {}, {"base": "zone_outside"}
    data = {
        CONF_FLOOR_ID: floor.id,
        CONF_OUTLINE: [list(corner) for corner in outline],
        CONF_CIRCLE: user_input.get(CONF_CIRCLE) or None,
    }
    return data, {}


def _rule_problems(rule: Mapping[str, Any]) -> dict[str, str]:
    default = ZoneRule()
    crossed = rule.get(CONF_LEAVE, default.leave) >= rule.get(CONF_ENTER, default.enter)
    return {"base": "thresholds_crossed"} if crossed else {}


def _rule_data(user_input: Mapping[str, Any]) -> dict[str, Any]:
    rule, default = user_input.get(SECTION_RULE, {}), ZoneRule()
    return {
        CONF_BEACONS: user_input.get(CONF_BEACONS) or [],
        CONF_ENTER: rule.get(CONF_ENTER, default.enter),
        CONF_LEAVE: rule.get(CONF_LEAVE, default.leave),
        CONF_DWELL: rule.get(CONF_DWELL, default.dwell),
        CONF_EXIT_DELAY: rule.get(CONF_EXIT_DELAY, default.exit_delay),
    }


def _shown(hass: HomeAssistant, entry: ConfigEntry[Any], zone: ConfigSubentry) -> dict[str, Any]:
    data = zone.data
    beacons = [beacon for beacon in data.get(CONF_BEACONS, []) if beacon in entry.subentries]
    rule = {key: data[key] for key in (CONF_ENTER, CONF_LEAVE, CONF_DWELL, CONF_EXIT_DELAY) if key in data}
    place = place_to_input(hass, entry, data)
    said = {CONF_NAME: zone.title, CONF_BEACONS: beacons, SECTION_RULE: rule}
    return {**said, **place, **secure_to_input(data)}
