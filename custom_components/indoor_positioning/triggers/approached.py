"""A beacon comes towards a room or zone."""

from __future__ import annotations

from typing import Any, override

import probatio as vol
from homeassistant.core import callback

from ..automation_references import Place as PlaceKey
from ..const import CONF_DISTANCE, CONF_PROBABILITY, CONF_SPEED
from ..engine.decision import Presence
from ..engine.geometry import Outline
from ..engine.home import Home
from ..engine.nearing import Nearing, NearingRule
from ..engine.transition import PlaceKind
from .base import METRES, PLACE_OPTIONS, BeaconTrigger, place_named, probability_option, runtime_of, schema_of

_DEFAULT = NearingRule()


class ApproachedTrigger(BeaconTrigger):
    """Fires once for every time that a beacon comes near from further off."""

    has_places = needs_place = True
    schema = schema_of(
        {
            **PLACE_OPTIONS,
            vol.Optional(CONF_DISTANCE, default=_DEFAULT.distance): METRES,
            vol.Optional(CONF_SPEED, default=_DEFAULT.speed): vol.All(vol.Coerce(float), vol.Range(min=0.0, max=5.0)),
            **probability_option(_DEFAULT.confidence),
        }
    )

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._rule = NearingRule(self.options[CONF_DISTANCE], self.options[CONF_PROBABILITY], self.options[CONF_SPEED])
        self._nearing: dict[tuple[str, PlaceKey], Nearing] = {}
        self._home: Home | None = None

    @override
    @callback
    def take_presence(self, beacon_id: str, presence: Presence) -> None:
        if (runtime := runtime_of(self.hass)) is None or presence.estimate is None or presence.away:
            return
        home = runtime.positioning.model.home
        if home is not self._home:
            # Outlines may have been drawn anew.
            self._home, self._nearing = home, {}
        for place in self.places.all():
            if (nearing := self._watch(home, beacon_id, place)) and nearing.update(presence.estimate):
                self.fire(
                    beacon_id,
                    "approached",
                    place_named(self.hass, *place),
                    probability=presence.confidence,
                    distance=round(nearing.distance, 2),
                    speed=round(nearing.closing_speed, 2),
                )

    def _watch(self, home: Home, beacon_id: str, place: PlaceKey) -> Nearing | None:
        """Return what watches a beacon and a place; a place without outline cannot be come near to."""
        if (known := self._nearing.get((beacon_id, place))) is not None:
            return known
        if (drawn := _outline_of(home, place)) is None:
            return None
        nearing = self._nearing[beacon_id, place] = Nearing(*drawn, self._rule)
        return nearing


def _outline_of(home: Home, place: PlaceKey) -> tuple[str, Outline] | None:
    kind, place_id = place
    found = home.zone(place_id) if kind is PlaceKind.ZONE else home.room(place_id)
    return None if found is None or found.outline is None else (found.floor, found.outline)
