"""A beacon is in a room or zone."""

from __future__ import annotations

from typing import override

from homeassistant.const import CONF_OPTIONS
from homeassistant.core import HomeAssistant
from homeassistant.helpers.condition import ConditionConfig
from homeassistant.helpers.typing import ConfigType

from ..automation_references import Places, validate_places
from ..const import CONF_PROBABILITY
from ..engine.decision import Presence
from ..engine.transition import PlaceKind, probability_in
from ..triggers.base import PLACE_OPTIONS, probability_option, schema_of
from .base import BEHAVIOR_OPTION, BeaconCondition


class IsInCondition(BeaconCondition):
    """Said to be there, and at least as probably as asked."""

    schema = schema_of({**PLACE_OPTIONS, **probability_option(0.0), **BEHAVIOR_OPTION})

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        valid = await super().async_validate_config(hass, config)
        validate_places(hass, valid[CONF_OPTIONS], required=True)
        return valid

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        super().__init__(hass, config)
        self._places = Places(hass, self.options)

    @override
    async def _async_setup(self) -> None:
        await super()._async_setup()
        self._stops.append(self._places.async_setup())

    @override
    def holds(self, beacon_id: str, presence: Presence) -> bool:
        least: float = self.options[CONF_PROBABILITY]
        return any(
            (place == presence.room if kind is PlaceKind.ROOM else place in presence.zones)
            and (probability_in(presence, kind, place) or 0.0) >= least
            for kind, place in self._places.all()
        )
