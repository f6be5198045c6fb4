"""Follows areas, floors, proxies and rooms' sensors that are renamed, moved or deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
    ConfigSubentry,
)
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import floor_registry as fr
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.start import async_at_started

from .const import CONF_AREA_ID, CONF_SENSORS, CONF_SOURCE, SUBENTRY_ANCHOR, SUBENTRY_ROOM
from .flows.room import ensure_room
from .issues import Issues
from .scanners import scanner_area, scanner_device_name


class RegistryWatch:
    """Keeps the entry in step with Home Assistant's registries.

    `on_change` is called when the home must be built anew. What cannot be followed is reported through `issues`.
    """

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry[Any], issues: Issues, on_change: Callable[[], None]
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._issues = issues
        self._on_change = on_change
        self._unsubscribe: list[CALLBACK_TYPE] = []
        # Area and name of each anchor's device as they were last seen: only what changes since then is followed.
        self._areas: dict[str, str] = {}
        self._names: dict[str, str] = {}

    @callback
    def start(self) -> None:
        """Start to follow."""
        bus = self._hass.bus
        self._note_devices()
        self._unsubscribe = [
            bus.async_listen(ar.EVENT_AREA_REGISTRY_UPDATED, self._area_changed),
            bus.async_listen(fr.EVENT_FLOOR_REGISTRY_UPDATED, self._floor_changed),
            bus.async_listen(er.EVENT_ENTITY_REGISTRY_UPDATED, self._entity_renamed, event_filter=_is_rename),
            bus.async_listen(dr.EVENT_DEVICE_REGISTRY_UPDATED, self._device_changed, event_filter=_may_concern),
            async_dispatcher_connect(self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._entry_changed),
            async_at_started(self._hass, self._started),
        ]

    @callback
    def stop(self) -> None:
        """Stop to follow."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe = []

    @callback
    def scanner_changed(self, _source: str) -> None:
        """A scanner came or went."""
        self._note_devices()
        self._issues.check()

    @callback
    def _started(self, _hass: HomeAssistant) -> None:
        self._note_devices()
        self._issues.check()

    @callback
    def _area_changed(self, event: Event[ar.EventAreaRegistryUpdatedData]) -> None:
        area_id = event.data["area_id"]
        if area_id is None or not self._concerns(area_id):
            return
        if area := ar.async_get(self._hass).async_get_area(area_id):
            for room in self._entry.get_subentries_of_type(SUBENTRY_ROOM):
                if room.data[CONF_AREA_ID] == area_id:
                    self._hass.config_entries.async_update_subentry(self._entry, room, title=area.name)
        self._on_change()
        self._issues.check()

    @callback
    def _floor_changed(self, _event: Event[fr.EventFloorRegistryUpdatedData]) -> None:
        self._on_change()

    @callback
    def _device_changed(self, _event: Event[dr.EventDeviceRegistryUpdatedData]) -> None:
        """Follow proxies into other areas, and take over their new names."""
        before, names_before = dict(self._areas), dict(self._names)
        self._note_devices()
        for anchor in self._entry.get_subentries_of_type(SUBENTRY_ANCHOR):
            source = anchor.data[CONF_SOURCE]
            was, now = before.get(source), self._areas.get(source)
            if was and now and was != now and anchor.data[CONF_AREA_ID] in (was, None):
                self._move(anchor, now)
            # An anchor that was given a name of its own keeps it.
            if (name := self._names.get(source)) and anchor.title == names_before.get(source) != name:
                self._hass.config_entries.async_update_subentry(self._entry, anchor, title=name)

    @callback
    def _entity_renamed(self, event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        """Follow the sensors of rooms to their new names."""
        before, now = event.data.get("old_entity_id"), event.data["entity_id"]
        for room in self._entry.get_subentries_of_type(SUBENTRY_ROOM):
            if before in (sensors := room.data.get(CONF_SENSORS, [])):
                data = {**room.data, CONF_SENSORS: [now if one == before else one for one in sensors]}
                self._hass.config_entries.async_update_subentry(self._entry, room, data=data)

    def _move(self, anchor: ConfigSubentry, area_id: str) -> None:
        ensure_room(self._hass, self._entry, area_id)
        self._hass.config_entries.async_update_subentry(
            self._entry, anchor, data={**anchor.data, CONF_AREA_ID: area_id}
        )
        self._issues.anchor_moved(anchor)

    @callback
    def _entry_changed(self, _change: ConfigEntryChange, entry: ConfigEntry) -> None:
        if entry.domain == "bluetooth":
            self._issues.check()

    def _note_devices(self) -> None:
        for anchor in self._entry.get_subentries_of_type(SUBENTRY_ANCHOR):
            source = anchor.data[CONF_SOURCE]
            if area_id := scanner_area(self._hass, source):
                self._areas[source] = area_id
            if name := scanner_device_name(self._hass, source):
                self._names[source] = name

    def _concerns(self, area_id: str) -> bool:
        return any(subentry.data.get(CONF_AREA_ID) == area_id for subentry in self._entry.subentries.values())


@callback
def _is_rename(data: er.EventEntityRegistryUpdatedData) -> bool:
    return data["action"] == "update" and "old_entity_id" in data


@callback
def _may_concern(data: dr.EventDeviceRegistryUpdatedData) -> bool:
    return data["action"] == "update" and bool(
        {"area_id", "name", "name_by_user", "via_device_id"} & data["changes"].keys()
    )
