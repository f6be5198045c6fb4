"""The flow that sets the integration up: which scanners are anchors, and where they are."""

from __future__ import annotations

from typing import Any, Final

import probatio as vol
from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentryData,
    ConfigSubentryFlow,
    OptionsFlow,
)
from homeassistant.core import callback
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers.selector import (
    AreaSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)

from .const import (
    CONF_AREA_ID,
    CONF_IGNORED_SCANNERS,
    DOMAIN,
    SUBENTRY_ANCHOR,
    SUBENTRY_BEACON,
    SUBENTRY_OTHER_ANCHOR,
    SUBENTRY_PERSON,
    SUBENTRY_ROOM,
    SUBENTRY_ZONE,
)
from .flows.anchor import AnchorFlow, anchor_subentry
from .flows.beacon import BeaconFlow
from .flows.options import IndoorPositioningOptionsFlow
from .flows.other_anchor import OtherAnchorFlow
from .flows.person import PersonFlow
from .flows.room import RoomFlow, room_subentry
from .flows.zone import ZoneFlow
from .scanners import Scanner, known_scanners

CONF_ANCHORS: Final = "anchors"


class IndoorPositioningConfigFlow(ConfigFlow, domain=DOMAIN):
    """Proposes every scanner as an anchor, and every area that holds one as a room."""

    VERSION = 1

    def __init__(self) -> None:
        self._chosen: list[Scanner] = []
        self._areas: dict[str, str | None] = {}

    @classmethod
    @callback
    def async_get_supported_subentry_types(cls, config_entry: ConfigEntry) -> dict[str, type[ConfigSubentryFlow]]:
        """Beacons, rooms, zones and anchors are added and changed one by one."""
        return {
            SUBENTRY_BEACON: BeaconFlow,
            SUBENTRY_PERSON: PersonFlow,
            SUBENTRY_ROOM: RoomFlow,
            SUBENTRY_ZONE: ZoneFlow,
            SUBENTRY_ANCHOR: AnchorFlow,
            SUBENTRY_OTHER_ANCHOR: OtherAnchorFlow,
        }

    @staticmethod
    @callback
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        """Settings, calibration and its samples."""
        return IndoorPositioningOptionsFlow()

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show what was found."""
        scanners = known_scanners(self.hass)
        if not scanners:
            return self.async_abort(reason="no_scanners")
        if user_input is not None:
            chosen = set(user_input[CONF_ANCHORS])
            self._chosen = [scanner for scanner in scanners if scanner.source in chosen]
            self._areas = {scanner.source: scanner.area_id for scanner in self._chosen if scanner.area_id}
            return await self.async_step_area()
        options = [SelectOptionDict(value=one.source, label=self._label(one)) for one in scanners]
        selector = SelectSelector(SelectSelectorConfig(options=options, multiple=True, mode=SelectSelectorMode.LIST))
        default = [scanner.source for scanner in scanners]
        return self.async_show_form(
            step_id="user",
            data_schema=vol.Schema({vol.Required(CONF_ANCHORS, default=default): selector}),
            description_placeholders={"count": str(len(scanners))},
        )

    async def async_step_area(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask where each scanner is that Home Assistant has in no area."""
        missing = [scanner for scanner in self._chosen if scanner.source not in self._areas]
        if user_input is not None:
            self._areas[missing.pop(0).source] = user_input.get(CONF_AREA_ID)
        if not missing:
            return self._create()
        return self.async_show_form(
            step_id="area",
            data_schema=vol.Schema({vol.Optional(CONF_AREA_ID): AreaSelector()}),
            description_placeholders={"scanner": missing[0].name},
            last_step=len(missing) == 1,
        )

    def _create(self) -> ConfigFlowResult:
        areas = ar.async_get(self.hass)
        rooms = {area_id: area.name for area_id in self._areas.values() if (area := _area(areas, area_id))}
        subentries: list[ConfigSubentryData] = [
            anchor_subentry(scanner.source, scanner.name, self._areas[scanner.source]) for scanner in self._chosen
        ]
        subentries += [room_subentry(area_id, name) for area_id, name in rooms.items() if area_id]
        # What was left out on purpose must not be proposed again.
        ignored = [one.source for one in known_scanners(self.hass) if one.source not in self._areas]
        return self.async_create_entry(
            title="Indoor Positioning", data={}, options={CONF_IGNORED_SCANNERS: ignored}, subentries=subentries
        )

    def _label(self, scanner: Scanner) -> str:
        area = _area(ar.async_get(self.hass), scanner.area_id)
        return f"{scanner.name} – {area.name}" if area else scanner.name


def _area(areas: ar.AreaRegistry, area_id: str | None) -> ar.AreaEntry | None:
    return areas.async_get_area(area_id) if area_id else None
