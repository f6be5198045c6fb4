"""A beacon is near another one: the child near its grandmother, the bag near its owner."""

from __future__ import annotations

from typing import Final, override

import probatio as vol
from homeassistant.const import CONF_OPTIONS
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.condition import ConditionConfig
from homeassistant.helpers.typing import ConfigType

from ..automation_references import MissingReferences, beacon_of_device, validate_beacons
from ..const import CONF_BEACON, CONF_DISTANCE, CONF_PROBABILITY
from ..engine.decision import Presence
from ..engine.nearness import chance_near
from ..triggers.base import METRES, probability_option, runtime_of, schema_of
from .base import BEHAVIOR_OPTION, BeaconCondition

# Two beliefs of a metre each make two people who stand together "within 3 m" with 90 % probability.
DEFAULT_DISTANCE_M: Final = 3.0
DEFAULT_PROBABILITY: Final = 0.6


class IsNearCondition(BeaconCondition):
    """Within so many metres of another beacon, at least as probably as asked."""

    schema = schema_of(
        {
            vol.Required(CONF_BEACON): cv.string,
            vol.Optional(CONF_DISTANCE, default=DEFAULT_DISTANCE_M): METRES,
            **probability_option(DEFAULT_PROBABILITY),
            **BEHAVIOR_OPTION,
        }
    )

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        valid = await super().async_validate_config(hass, config)
        validate_beacons(hass, {"device_id": [valid[CONF_OPTIONS][CONF_BEACON]]})
        return valid

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        super().__init__(hass, config)
        self._other: str = self.options[CONF_BEACON]
        self._missing = MissingReferences(hass)

    @override
    async def _async_setup(self) -> None:
        await super()._async_setup()
        self._missing.report(() if beacon_of_device(self.hass, self._other) else [self._other])
        self._stops.append(lambda: self._missing.report(()))

    @override
    def depends_on(self, beacon_id: str) -> bool:
        return super().depends_on(beacon_id) or beacon_id == beacon_of_device(self.hass, self._other)

    @override
    def holds(self, beacon_id: str, presence: Presence) -> bool:
        other_id = beacon_of_device(self.hass, self._other)
        runtime = runtime_of(self.hass)
        track = runtime.positioning.tracks.get(other_id) if runtime and other_id else None
        if track is None or other_id == beacon_id or presence.away or track.presence.away:
            return False
        one, other = presence.estimate, track.presence.estimate
        if one is None or other is None:
            return False
        least: float = self.options[CONF_PROBABILITY]
        return chance_near(one, other, self.options[CONF_DISTANCE]) >= least
