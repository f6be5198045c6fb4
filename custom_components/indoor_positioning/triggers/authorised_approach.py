"""A beacon may pass a secure zone: the only trigger that a lock should listen to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import override

import probatio as vol
from homeassistant.const import CONF_OPTIONS
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.typing import ConfigType

from ..automation_references import subentry_of_device
from ..const import CONF_SECURE, CONF_ZONES
from ..doors import SIGNAL_DOOR, DoorNews
from ..engine.transition import PlaceKind
from .base import BeaconTrigger, place_named, schema_of


class AuthorisedApproachTrigger(BeaconTrigger):
    """Fires once for every authorisation at one of the secure zones."""

    has_places = needs_place = True
    schema = schema_of({vol.Required(CONF_ZONES): vol.All(cv.ensure_list, [cv.string])})

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        valid = await super().async_validate_config(hass, config)
        for device_id in valid[CONF_OPTIONS][CONF_ZONES]:
            subentry = subentry_of_device(hass, device_id)
            if subentry is not None and not subentry.data.get(CONF_SECURE):
                raise vol.Invalid(f"'{subentry.title}' is no secure zone; make it one under 'Open a door' in its form")
        return valid

    @override
    def subscribe(self) -> Iterable[CALLBACK_TYPE]:
        yield async_dispatcher_connect(self.hass, SIGNAL_DOOR, self._door)

    @callback
    def _door(self, news: DoorNews) -> None:
        zone = (PlaceKind.ZONE, news.zone)
        if news.authorised and news.beacon in self.target.beacons and zone in self.places.all():
            self.fire(news.beacon, "may pass", place_named(self.hass, *zone), probability=news.probability)
