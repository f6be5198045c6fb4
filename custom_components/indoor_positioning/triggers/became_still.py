"""A beacon has not been moved for so long: somebody who should stir by now, or a thing put down."""

from __future__ import annotations

from typing import Any, override

import probatio as vol
from homeassistant.const import CONF_FOR
from homeassistant.core import callback
from homeassistant.helpers import config_validation as cv

from ..engine.decision import Presence
from ..engine.transition import PlaceKind
from .base import PLACE_OPTIONS, BeaconTrigger, place_named, schema_of


class BecameStillTrigger(BeaconTrigger):
    """Fires once for every rest that lasts long enough, while the beacon is being heard."""

    has_places = True
    schema = schema_of({**PLACE_OPTIONS, vol.Required(CONF_FOR): cv.positive_time_period})

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        # The rest of each beacon that was told, or that had lasted long before anybody asked.
        self._told: dict[str, float] = {}

    @override
    @callback
    def take_presence(self, beacon_id: str, presence: Presence) -> None:
        if (since := presence.still_since) is None or presence.room is None:
            return
        first = beacon_id not in self._told
        lasted = presence.time - since >= self.options[CONF_FOR].total_seconds()
        if first and not lasted:
            self._told[beacon_id] = float("-inf")
        if not lasted or self._told.get(beacon_id) == since:
            return
        self._told[beacon_id] = since
        if first or not self._concerns(presence):
            return
        self.fire(
            beacon_id,
            "became still in",
            place_named(self.hass, PlaceKind.ROOM, presence.room),
            probability=presence.confidence,
            still_for=round(presence.time - since),
        )

    def _concerns(self, presence: Presence) -> bool:
        here = {(PlaceKind.ROOM, presence.room), *((PlaceKind.ZONE, zone) for zone in presence.zones)}
        return self.places.everywhere or not here.isdisjoint(self.places.all())
