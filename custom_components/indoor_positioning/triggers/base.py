"""What all triggers have in common: the beacons they follow, and what they tell an automation."""

from __future__ import annotations

import abc
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, override

import probatio as vol
from homeassistant.const import CONF_FOR, CONF_OPTIONS, CONF_TARGET
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers import floor_registry as fr
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.trigger import Trigger, TriggerActionRunner, TriggerConfig, TriggerNotTriggeredReporter
from homeassistant.helpers.typing import ConfigType

from ..automation_references import BeaconTarget, Places, validate_beacons, validate_places
from ..const import CONF_AREAS, CONF_PROBABILITY, CONF_ZONES, DOMAIN
from ..engine.decision import Presence
from ..engine.transition import PlaceKind, Transition
from ..positioning import SIGNAL_PRESENCE, SIGNAL_TRANSITION
from ..runtime import IndoorPositioningConfigEntry, Runtime

PROBABILITY = vol.All(vol.Coerce(float), vol.Range(min=0.0, max=1.0))
METRES = vol.All(vol.Coerce(float), vol.Range(min=0.0, max=100.0))

PLACE_OPTIONS: dict[vol.Marker, Any] = {
    vol.Optional(CONF_AREAS, default=list): vol.All(cv.ensure_list, [cv.string]),
    vol.Optional(CONF_ZONES, default=list): vol.All(cv.ensure_list, [cv.string]),
}
FOR_OPTION: dict[vol.Marker, Any] = {vol.Optional(CONF_FOR, default=timedelta): cv.positive_time_period}


def probability_option(default: float) -> dict[vol.Marker, Any]:
    """Return the option for the least probability."""
    return {vol.Optional(CONF_PROBABILITY, default=default): PROBABILITY}


def schema_of(options: Mapping[vol.Marker, Any]) -> vol.Schema:
    """Return the schema of a trigger or condition with these options and a target of beacons."""
    return vol.Schema(
        {vol.Required(CONF_TARGET): cv.TARGET_FIELDS, vol.Optional(CONF_OPTIONS, default=dict): dict(options)}
    )


def runtime_of(hass: HomeAssistant) -> Runtime | None:
    """Return what runs at present; there is one entry at most."""
    entries: list[IndoorPositioningConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    return entries[0].runtime_data if entries else None


@dataclass(frozen=True, slots=True)
class Place:
    """A room, zone or floor and its name."""

    kind: PlaceKind
    id: str
    name: str


def place_named(hass: HomeAssistant, kind: PlaceKind, place_id: str) -> Place:
    """Return a place with the name that people know it by, its id where it is gone."""
    runtime = runtime_of(hass)
    if kind is PlaceKind.ROOM:
        area = ar.async_get(hass).async_get_area(place_id)
        return Place(kind, place_id, area.name if area else place_id)
    if kind is PlaceKind.FLOOR:
        floor = fr.async_get(hass).async_get_floor(place_id)
        return Place(kind, place_id, floor.name if floor else place_id)
    zone = runtime.positioning.model.home.zone(place_id) if runtime else None
    return Place(kind, place_id, zone.name if zone else place_id)


class BeaconTrigger(Trigger, abc.ABC):
    """A trigger that follows the beacons of a target. One object serves one automation."""

    schema: ClassVar[vol.Schema]
    # Whether the trigger has a choice of places, and whether one must be made.
    has_places: ClassVar[bool] = False
    needs_place: ClassVar[bool] = False

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        valid: ConfigType = cls.schema(config)
        validate_beacons(hass, valid[CONF_TARGET])
        if cls.has_places:
            validate_places(hass, valid[CONF_OPTIONS], required=cls.needs_place)
        return valid

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        super().__init__(hass, config)
        self.options: dict[str, Any] = config.options or {}
        self.hass = hass
        self.places = Places(hass, self.options)
        self.target = BeaconTarget(hass, config.target or {}, self.beacons_changed)
        self._run: TriggerActionRunner

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:
        self._run = run_action
        stops = [await self.target.async_setup(), self.places.async_setup(), *self.subscribe()]

        @callback
        def detach() -> None:
            for stop in stops:
                stop()
            self.detached()

        return detach

    def subscribe(self) -> Iterable[CALLBACK_TYPE]:
        """Listen to estimates and transitions of the beacons that are followed."""
        yield async_dispatcher_connect(self.hass, SIGNAL_PRESENCE, self._presence)
        yield async_dispatcher_connect(self.hass, SIGNAL_TRANSITION, self._transition)

    @callback
    def _presence(self, beacon_id: str, presence: Presence) -> None:
        if beacon_id in self.target.beacons:
            self.take_presence(beacon_id, presence)

    @callback
    def _transition(self, transition: Transition) -> None:
        if transition.beacon in self.target.beacons:
            self.take_transition(transition)

    @callback
    def take_presence(self, beacon_id: str, presence: Presence) -> None:
        """Take a new estimate of a beacon that is followed."""

    @callback
    def take_transition(self, transition: Transition) -> None:
        """Take what a beacon that is followed has entered or left."""

    @callback
    def beacons_changed(self) -> None:
        """Follow other beacons from now on."""

    @callback
    def detached(self) -> None:
        """Stop whatever still runs."""

    @callback
    def fire(
        self,
        beacon_id: str,
        what: str,
        place: Place | None = None,
        from_place: Place | None = None,
        probability: float | None = None,
        **more: Any,
    ) -> None:
        """Run the automation, and tell it who, where, from where, how probable, how well proved, and the position."""
        if (runtime := runtime_of(self.hass)) is None or beacon_id not in runtime.positioning.tracks:
            return
        track = runtime.positioning.tracks[beacon_id]
        presence, assurance = track.presence, track.assurance(track.presence.time)
        name = runtime.beacon_name(beacon_id)
        floor = place_named(self.hass, PlaceKind.FLOOR, presence.floor) if presence.floor else None
        payload = {
            "beacon": name,
            "beacon_id": beacon_id,
            "where": place.name if place else None,
            "where_id": place.id if place else None,
            "area_id": presence.room,
            "from_where": from_place.name if from_place else None,
            "from_where_id": from_place.id if from_place else None,
            "probability": None if probability is None else round(probability, 3),
            "assurance": assurance.value if assurance else None,
            "position": [round(value, 2) for value in presence.position] if presence.position else None,
            "floor": floor.name if floor else None,
            **more,
        }
        self._run(payload, f"{name} {what}{f' {place.name}' if place else ''}")
