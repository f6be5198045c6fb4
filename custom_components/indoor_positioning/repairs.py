"""The repairs behind the issues: each asks for what only the user can know, and applies it at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import probatio as vol
from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigSubentry
from homeassistant.const import CONF_NAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers.selector import AreaSelector, TextSelector

from .beacons import beacon_subentry
from .const import CONF_AREA_ID, CONF_HEIGHT, CONF_SOURCE, CONF_X, CONF_Y
from .engine.identity.newcomers import Stranger
from .flows.anchor import MAX_HEIGHT_M, anchor_subentry, place_problems
from .flows.fields import metres
from .flows.room import ensure_room, room_unique_id
from .flows.subentries import add_subentry
from .flows.zone import async_place_of_zone, place_fields, place_to_input
from .issues import Problem, words_of
from .runtime import Runtime
from .scanners import scanner_area, scanner_name


async def async_create_fix_flow(
    _hass: HomeAssistant, _issue_id: str, data: Mapping[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow that repairs what the issue is about."""
    data = data or {}
    return _FLOWS[Problem(str(data["problem"]))](str(data["entry_id"]), str(data["subject"]))


class _Repair(RepairsFlow, ABC):
    """One form, `confirm`; `subject` is a subentry's id, or a source where there is no subentry yet."""

    def __init__(self, entry_id: str, subject: str) -> None:
        self._entry_id = entry_id
        self._subject = subject

    @property
    def _entry(self) -> ConfigEntry[Runtime]:
        return self.hass.config_entries.async_get_known_entry(self._entry_id)

    @property
    def _subentry(self) -> ConfigSubentry:
        return self._entry.subentries[self._subject]

    def _is_there(self) -> bool:
        return self._is_loaded() and self._subject in self._entry.subentries

    def _is_loaded(self) -> bool:
        entry = self.hass.config_entries.async_get_entry(self._entry_id)
        return entry is not None and entry.state is ConfigEntryState.LOADED

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Begin."""
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Ask, and apply the answer."""
        if not self._is_there():
            return self.async_abort(reason="gone_meanwhile")
        errors: dict[str, str] = {}
        if user_input is not None and not (errors := await self._async_apply(user_input)):
            return self.async_create_entry(data={})
        schema = self.add_suggested_values_to_schema(self._schema(), user_input or self._suggested())
        return self.async_show_form(
            step_id="confirm", data_schema=schema, errors=errors, description_placeholders=self._placeholders()
        )

    def _schema(self) -> vol.Schema:
        return vol.Schema({})

    def _suggested(self) -> dict[str, Any]:
        return {}

    def _placeholders(self) -> dict[str, str]:
        return {"name": self._subentry.title}

    @abstractmethod
    async def _async_apply(self, user_input: dict[str, Any]) -> dict[str, str]:
        """Apply the answer, or return what is wrong with it."""


class _RoomAreaMissing(_Repair):
    """Another area for the room, or no room any more."""

    def _schema(self) -> vol.Schema:
        return vol.Schema({vol.Optional(CONF_AREA_ID): AreaSelector()})

    async def _async_apply(self, user_input: dict[str, Any]) -> dict[str, str]:
        manager, room = self.hass.config_entries, self._subentry
        if (area_id := user_input.get(CONF_AREA_ID)) is None:
            manager.async_remove_subentry(self._entry, self._subject)
            return {}
        unique_id = room_unique_id(area_id)
        if (area := ar.async_get(self.hass).async_get_area(area_id)) is None:
            return {CONF_AREA_ID: "area_missing"}
        if any(one.unique_id == unique_id for one in self._entry.subentries.values() if one is not room):
            return {CONF_AREA_ID: "already_room"}
        old_area_id = room.data[CONF_AREA_ID]
        data = {**room.data, CONF_AREA_ID: area_id}
        manager.async_update_subentry(self._entry, room, data=data, title=area.name, unique_id=unique_id)
        await self._entry.runtime_data.survey.async_move(old_area_id, area_id)
        return {}


class _AnchorAreaMissing(_Repair):
    """The area of an anchor that has none."""

    def _schema(self) -> vol.Schema:
        return vol.Schema({vol.Required(CONF_AREA_ID): AreaSelector()})

    async def _async_apply(self, user_input: dict[str, Any]) -> dict[str, str]:
        if ar.async_get(self.hass).async_get_area(user_input[CONF_AREA_ID]) is None:
            return {CONF_AREA_ID: "area_missing"}
        ensure_room(self.hass, self._entry, user_input[CONF_AREA_ID])
        data = {**self._subentry.data, CONF_AREA_ID: user_input[CONF_AREA_ID]}
        self.hass.config_entries.async_update_subentry(self._entry, self._subentry, data=data)
        return {}


class _AnchorGone(_Repair):
    """No anchor any more."""

    async def _async_apply(self, _user_input: dict[str, Any]) -> dict[str, str]:
        self.hass.config_entries.async_remove_subentry(self._entry, self._subject)
        return {}


class _AnchorMoved(_Repair):
    """The new place on the plan, or none."""

    def _schema(self) -> vol.Schema:
        return vol.Schema(
            {
                vol.Optional(CONF_X): metres(),
                vol.Optional(CONF_Y): metres(),
                vol.Optional(CONF_HEIGHT): metres(0.0, MAX_HEIGHT_M),
            }
        )

    async def _async_apply(self, user_input: dict[str, Any]) -> dict[str, str]:
        place = {key: user_input.get(key) for key in (CONF_X, CONF_Y, CONF_HEIGHT)}
        if errors := place_problems(place):
            return errors
        data = {**self._subentry.data, **place}
        self._entry.runtime_data.issues.settled(Problem.ANCHOR_MOVED, self._subject)
        self.hass.config_entries.async_update_subentry(self._entry, self._subentry, data=data)
        return {}


class _AnchorDrifted(_Repair):
    """What it hears now is right: begin anew."""

    async def _async_apply(self, _user_input: dict[str, Any]) -> dict[str, str]:
        self._entry.runtime_data.drift.start_anew()
        return {}


class _AnchorChanged(_Repair):
    """What it hears now is normal: begin anew with it."""

    def _placeholders(self) -> dict[str, str]:
        named = self._entry.runtime_data.levels.named
        of_anchor = (words_of(one) for one in named if one.change.anchor == self._subentry.data[CONF_SOURCE])
        return super()._placeholders() | next(of_anchor, {"amount": "?", "distance": "?", "date": "?"})

    async def _async_apply(self, _user_input: dict[str, Any]) -> dict[str, str]:
        self._entry.runtime_data.levels.accept(self._subentry.data[CONF_SOURCE])
        return {}


class _ScannerNew(_Repair):
    """A scanner becomes an anchor."""

    def _is_there(self) -> bool:
        return self._is_loaded()

    def _schema(self) -> vol.Schema:
        return vol.Schema({vol.Required(CONF_AREA_ID): AreaSelector()})

    def _suggested(self) -> dict[str, Any]:
        area_id = scanner_area(self.hass, self._subject)
        return {CONF_AREA_ID: area_id} if area_id else {}

    def _placeholders(self) -> dict[str, str]:
        return {"name": scanner_name(self.hass, self._subject)}

    async def _async_apply(self, user_input: dict[str, Any]) -> dict[str, str]:
        if ar.async_get(self.hass).async_get_area(user_input[CONF_AREA_ID]) is None:
            return {CONF_AREA_ID: "area_missing"}
        ensure_room(self.hass, self._entry, user_input[CONF_AREA_ID])
        name = scanner_name(self.hass, self._subject)
        add_subentry(self.hass, self._entry, anchor_subentry(self._subject, name, user_input[CONF_AREA_ID]))
        return {}


class _DuplicateSuspected(_Repair):
    """Somebody has looked after it: begin anew."""

    async def _async_apply(self, _user_input: dict[str, Any]) -> dict[str, str]:
        runtime = self._entry.runtime_data
        runtime.issues.settled(Problem.DUPLICATE_SUSPECTED, self._subject)
        runtime.identification.looked_after(self._subject)
        return {}


class _ZoneMisplaced(_Repair):
    """Another floor or outline for the zone."""

    def _schema(self) -> vol.Schema:
        return vol.Schema(place_fields(self.hass, self._entry))

    def _suggested(self) -> dict[str, Any]:
        return place_to_input(self.hass, self._entry, self._subentry.data)

    async def _async_apply(self, user_input: dict[str, Any]) -> dict[str, str]:
        place, problems = await async_place_of_zone(self.hass, self._entry, user_input)
        if not problems:
            data = {**self._subentry.data, **place}
            self.hass.config_entries.async_update_subentry(self._entry, self._subentry, data=data)
        return problems


class _BeaconNew(_Repair):
    """An unknown beacon is tracked from now on."""

    @property
    def _stranger(self) -> Stranger | None:
        return self._entry.runtime_data.newcomers.offer(self._subject)

    def _is_there(self) -> bool:
        return self._is_loaded() and self._stranger is not None

    def _schema(self) -> vol.Schema:
        return vol.Schema({vol.Required(CONF_NAME): TextSelector()})

    def _suggested(self) -> dict[str, Any]:
        return {CONF_NAME: self._stranger.title} if self._stranger else {}

    def _placeholders(self) -> dict[str, str]:
        stranger = self._stranger
        return {"identity": stranger.identity.key.partition(":")[2]} if stranger else {}

    async def _async_apply(self, user_input: dict[str, Any]) -> dict[str, str]:
        if stranger := self._stranger:
            add_subentry(self.hass, self._entry, beacon_subentry(stranger.identity, user_input[CONF_NAME]))
        return {}


_FLOWS: dict[Problem, type[_Repair]] = {
    Problem.ROOM_AREA_MISSING: _RoomAreaMissing,
    Problem.ANCHOR_AREA_MISSING: _AnchorAreaMissing,
    Problem.ANCHOR_GONE: _AnchorGone,
    Problem.ANCHOR_MOVED: _AnchorMoved,
    Problem.SCANNER_NEW: _ScannerNew,
    Problem.ANCHOR_DRIFTED: _AnchorDrifted,
    Problem.ANCHOR_QUIETER: _AnchorChanged,
    Problem.ANCHOR_LOUDER: _AnchorChanged,
    Problem.ANCHOR_DISPLACED: _AnchorChanged,
    Problem.ANCHOR_OTHERWISE: _AnchorChanged,
    Problem.DUPLICATE_SUSPECTED: _DuplicateSuspected,
    Problem.BEACON_NEW: _BeaconNew,
    Problem.ZONE_FLOOR_MISSING: _ZoneMisplaced,
    Problem.ZONE_OUTSIDE: _ZoneMisplaced,
}
