"""Entered, left, stayed in a room or zone; arrived on a floor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Final, override

import probatio as vol
from homeassistant.const import CONF_FOR
from homeassistant.core import CALLBACK_TYPE, HassJob, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.event import async_call_later

from ..const import CONF_PROBABILITY
from ..engine.decision import Presence
from ..engine.transition import Change, PlaceKind, Transition, probability_in
from .base import FOR_OPTION, PLACE_OPTIONS, BeaconTrigger, place_named, probability_option, schema_of

CONF_FLOORS: Final = "floors"

# Whoever has entered is said to be there at this probability or above; asked for more, the automation waits for it.
DEFAULT_PROBABILITY: Final = 0.5


@dataclass(slots=True)
class _Pending:
    """A transition that waits until it is sure and has lasted."""

    transition: Transition
    timer: CALLBACK_TYPE | None = None

    def stop(self) -> None:
        if self.timer:
            self.timer()
            self.timer = None


class PlaceTrigger(BeaconTrigger):
    """Fires once for every transition that became as probable, and lasted as long, as asked."""

    change: ClassVar[Change]
    kinds: ClassVar[frozenset[PlaceKind]] = frozenset({PlaceKind.ROOM, PlaceKind.ZONE})
    has_places = True
    schema = schema_of({**PLACE_OPTIONS, **FOR_OPTION, **probability_option(DEFAULT_PROBABILITY)})

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._pending: dict[tuple[str, PlaceKind, str], _Pending] = {}

    @override
    @callback
    def take_transition(self, transition: Transition) -> None:
        key = (transition.beacon, transition.kind, transition.place)
        if (contrary := self._pending.pop(key, None)) is not None:
            contrary.stop()
        if transition.change is self.change and self.concerns(transition.kind, transition.place):
            self._pending[key] = _Pending(transition)

    def concerns(self, kind: PlaceKind, place: str) -> bool:
        """Whether the automation is about this place."""
        return kind in self.kinds and (self.places.everywhere or (kind, place) in self.places.all())

    @override
    @callback
    def take_presence(self, beacon_id: str, presence: Presence) -> None:
        for key, pending in tuple(self._pending.items()):
            if key[0] == beacon_id:
                self._weigh(key, pending, presence)

    def _weigh(self, key: tuple[str, PlaceKind, str], pending: _Pending, presence: Presence) -> None:
        """Start the time while the transition is sure enough, and stop it when it is not."""
        if self._chance(pending.transition, presence) < self.options[CONF_PROBABILITY]:
            pending.stop()
            return
        lasting: timedelta = self.options[CONF_FOR]

        @callback
        def lasted(_now: object = None) -> None:
            if self._pending.pop(key, None) is not None:
                self._tell(pending.transition)

        if not lasting:
            lasted()
        elif pending.timer is None:
            pending.timer = async_call_later(self.hass, lasting, HassJob(lasted, cancel_on_shutdown=True))

    def _chance(self, transition: Transition, presence: Presence) -> float:
        inside = probability_in(presence, transition.kind, transition.place)
        if self.change is Change.ENTERED:
            return inside or 0.0
        # Nothing is heard any more: it is surely not there.
        return 1.0 - (inside or 0.0)

    def _tell(self, transition: Transition) -> None:
        came_from = transition.from_place and place_named(self.hass, transition.kind, transition.from_place)
        self.fire(
            transition.beacon,
            transition.change,
            place_named(self.hass, transition.kind, transition.place),
            came_from or None,
            transition.probability,
        )

    @override
    @callback
    def beacons_changed(self) -> None:
        for key in [key for key in self._pending if key[0] not in self.target.beacons]:
            self._pending.pop(key).stop()

    @override
    @callback
    def detached(self) -> None:
        for pending in self._pending.values():
            pending.stop()
        self._pending.clear()


class EnteredTrigger(PlaceTrigger):
    """A beacon entered a room or zone."""

    change = Change.ENTERED


class LeftTrigger(PlaceTrigger):
    """A beacon left a room or zone."""

    change = Change.LEFT


class StayedTrigger(EnteredTrigger):
    """A beacon has been in a room or zone for so long."""

    schema = schema_of(
        {**PLACE_OPTIONS, vol.Required(CONF_FOR): cv.positive_time_period, **probability_option(DEFAULT_PROBABILITY)}
    )


class ArrivedOnFloorTrigger(EnteredTrigger):
    """A beacon came to another floor."""

    kinds = frozenset({PlaceKind.FLOOR})
    has_places = False
    schema = schema_of(
        {
            vol.Optional(CONF_FLOORS, default=list): vol.All(cv.ensure_list, [cv.string]),
            **FOR_OPTION,
            **probability_option(DEFAULT_PROBABILITY),
        }
    )

    @override
    def concerns(self, kind: PlaceKind, place: str) -> bool:
        floors = self.options[CONF_FLOORS]
        return kind in self.kinds and (not floors or place in floors)
