"""What automations name: beacons by a target, places by areas and zones. Whatever is gone is reported as a repair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, override

import probatio as vol
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import CALLBACK_TYPE, CoreState, HomeAssistant, callback
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.target import TargetEntityChangeTracker, TargetSelection
from homeassistant.util.hass_dict import HassKey

from .const import CONF_AREAS, CONF_ZONES, DOMAIN, SUBENTRY_BEACON, SUBENTRY_ROOM, SUBENTRY_ZONE
from .engine.transition import PlaceKind
from .issues import Problem

_COMPLAINTS: Final = HassKey[Counter[str]](f"{DOMAIN}_missing_references")

_STOPPING: Final = (CoreState.stopping, CoreState.final_write, CoreState.stopped)

type Place = tuple[PlaceKind, str]


def subentry_of_device(hass: HomeAssistant, device_id: str) -> ConfigSubentry | None:
    """Return the beacon, room or zone that a device stands for, None for a device that is none of ours."""
    if (device := dr.async_get(hass).async_get(device_id)) is None:
        return None
    ids = {identifier for domain, identifier in device.identifiers if domain == DOMAIN}
    entries = hass.config_entries.async_entries(DOMAIN)
    return next((entry.subentries[one] for entry in entries for one in ids if one in entry.subentries), None)


def beacon_of_device(hass: HomeAssistant, device_id: str) -> str | None:
    """Return the id of the beacon that a device stands for."""
    subentry = subentry_of_device(hass, device_id)
    return subentry.subentry_id if subentry and subentry.subentry_type == SUBENTRY_BEACON else None


def validate_beacons(hass: HomeAssistant, target: Mapping[str, Any]) -> None:
    """Refuse devices that exist and are no beacons. Those that are gone are reported once the automation runs.

    Raises vol.Invalid, which Home Assistant shows at the automation.
    """
    if not TargetSelection(dict(target)).has_any_target:
        raise vol.Invalid("choose at least one beacon: a device, an entity, a label or an area")
    for device_id in TargetSelection(dict(target)).device_ids:
        device = dr.async_get(hass).async_get(device_id)
        subentry = subentry_of_device(hass, device_id)
        if device is not None and (subentry is None or subentry.subentry_type != SUBENTRY_BEACON):
            name = device.name_by_user or device.name or device_id
            raise vol.Invalid(f"'{name}' is no beacon of Indoor Positioning; choose the device of a beacon")


class BeaconTarget(TargetEntityChangeTracker):
    """The beacons that a target names, kept up as labels, areas and devices change."""

    def __init__(self, hass: HomeAssistant, target: Mapping[str, Any], on_change: Callable[[], None]) -> None:
        """`on_change` is called when other beacons are named than before."""
        super().__init__(hass, TargetSelection(dict(target)), self._own, primary_entities_only=False)
        self._missing = MissingReferences(hass)
        self._on_change = on_change
        self.beacons: frozenset[str] = frozenset()

    @override
    async def async_setup(self) -> CALLBACK_TYPE:
        stop = await super().async_setup()

        @callback
        def unsubscribe() -> None:
            stop()
            self._missing.report(())

        return unsubscribe

    def _own(self, entities: set[str]) -> set[str]:
        registry = er.async_get(self._hass)
        found = {one: registry.async_get(one) for one in entities}
        return {one for one, entry in found.items() if entry is not None and entry.platform == DOMAIN}

    @override
    @callback
    def _handle_entities_update(self, tracked_entities: set[str]) -> None:
        registry = er.async_get(self._hass)
        entries = self._hass.config_entries.async_entries(DOMAIN)
        beacons = {one.subentry_id for entry in entries for one in entry.get_subentries_of_type(SUBENTRY_BEACON)}
        entities = [registry.async_get(one) for one in tracked_entities]
        named = {entry.config_subentry_id for entry in entities if entry and entry.config_subentry_id in beacons}
        selected = self._target_selection
        gone = [one for one in selected.device_ids if dr.async_get(self._hass).async_get(one) is None]
        gone += [one for one in selected.entity_ids if registry.async_get(one) is None]
        self._missing.report(gone)
        before, self.beacons = self.beacons, frozenset(one for one in named if one)
        if before != self.beacons:
            self._on_change()


class MissingReferences:
    """What one automation names that does not exist: a repair issue for each, as long as anyone names it."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        self._reported: set[str] = set()

    @callback
    def report(self, missing: Iterable[str]) -> None:
        """Complain about these from now on, and about nothing else."""
        complaints = self._hass.data.setdefault(_COMPLAINTS, Counter())
        now = set(missing)
        for one in now - self._reported:
            complaints[one] += 1
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                f"{Problem.REFERENCE_MISSING}_{one}",
                is_fixable=False,
                severity=ir.IssueSeverity.WARNING,
                translation_key=Problem.REFERENCE_MISSING,
                translation_placeholders={"reference": one},
            )
        for one in self._reported - now:
            complaints[one] -= 1
            # These issues do not outlive Home Assistant; conditions may be given up after it has stopped.
            if complaints[one] <= 0 and self._hass.state not in _STOPPING:
                ir.async_delete_issue(self._hass, DOMAIN, f"{Problem.REFERENCE_MISSING}_{one}")
        self._reported = now


class Places:
    """The rooms and zones that an automation names; without any it means every place."""

    def __init__(self, hass: HomeAssistant, options: Mapping[str, Any]) -> None:
        self._hass = hass
        self._areas: list[str] = options.get(CONF_AREAS, [])
        self._zones: list[str] = options.get(CONF_ZONES, [])
        self._missing = MissingReferences(hass)

    @property
    def everywhere(self) -> bool:
        """Whether no place is named."""
        return not self._areas and not self._zones

    @callback
    def async_setup(self) -> CALLBACK_TYPE:
        """Report places that are gone, now and when one is deleted."""
        bus = self._hass.bus
        stops = [
            bus.async_listen(ar.EVENT_AREA_REGISTRY_UPDATED, self._check),
            bus.async_listen(dr.EVENT_DEVICE_REGISTRY_UPDATED, self._check),
        ]
        self._check()

        @callback
        def unsubscribe() -> None:
            for stop in stops:
                stop()
            self._missing.report(())

        return unsubscribe

    def all(self) -> set[Place]:
        """Return the places named, as the engine knows them."""
        places: set[Place] = {(PlaceKind.ROOM, area) for area in self._areas}
        for device_id in self._zones:
            subentry = subentry_of_device(self._hass, device_id)
            if subentry is not None and subentry.subentry_type == SUBENTRY_ZONE:
                places.add((PlaceKind.ZONE, subentry.subentry_id))
            elif subentry is not None and subentry.subentry_type == SUBENTRY_ROOM:
                places.add((PlaceKind.ROOM, subentry.data["area_id"]))
        return places

    @callback
    def _check(self, _event: object = None) -> None:
        areas, devices = ar.async_get(self._hass), dr.async_get(self._hass)
        gone = [one for one in self._areas if areas.async_get_area(one) is None]
        self._missing.report([*gone, *(one for one in self._zones if devices.async_get(one) is None)])


def validate_places(hass: HomeAssistant, options: Mapping[str, Any], *, required: bool) -> None:
    """Refuse devices that are neither room nor zone, and where `required`, no place at all. Raises vol.Invalid."""
    if required and not options.get(CONF_AREAS) and not options.get(CONF_ZONES):
        raise vol.Invalid("choose at least one area or zone")
    for device_id in options.get(CONF_ZONES, []):
        subentry = subentry_of_device(hass, device_id)
        exists = dr.async_get(hass).async_get(device_id) is not None
        if exists and (subentry is None or subentry.subentry_type not in (SUBENTRY_ROOM, SUBENTRY_ZONE)):
            raise vol.Invalid(f"the device {device_id} is neither a room nor a zone of Indoor Positioning")
