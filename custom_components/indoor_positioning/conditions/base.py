"""What all conditions have in common: the beacons they are about, and for how long something has held."""

from __future__ import annotations

import abc
from datetime import timedelta
from typing import Any, ClassVar, Unpack, override

import probatio as vol
from homeassistant.const import CONF_FOR, CONF_TARGET
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.condition import (
    ATTR_BEHAVIOR,
    BEHAVIOR_ALL,
    BEHAVIOR_ANY,
    Condition,
    ConditionCheckParams,
    ConditionConfig,
)
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.typing import ConfigType

from .. import clock
from ..automation_references import BeaconTarget, validate_beacons
from ..engine.decision import Presence
from ..positioning import SIGNAL_PRESENCE
from ..triggers.base import FOR_OPTION, runtime_of

BEHAVIOR_OPTION: dict[vol.Marker, Any] = {
    vol.Optional(ATTR_BEHAVIOR, default=BEHAVIOR_ANY): vol.In([BEHAVIOR_ANY, BEHAVIOR_ALL]),
    **FOR_OPTION,
}


class BeaconCondition(Condition, abc.ABC):
    """Something that holds for any or all of the beacons of a target, for so long."""

    schema: ClassVar[vol.Schema]

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        valid: ConfigType = cls.schema(config)
        validate_beacons(hass, valid[CONF_TARGET])
        return valid

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        super().__init__(hass, config)
        self.hass = hass
        self.options: dict[str, Any] = config.options or {}
        self.target = BeaconTarget(hass, config.target or {}, self._look)
        # Since when it has held for each beacon (s).
        self._since: dict[str, float] = {}
        self._stops: list[CALLBACK_TYPE] = []

    @abc.abstractmethod
    def holds(self, beacon_id: str, presence: Presence) -> bool:
        """Whether it is so of one beacon now."""

    @override
    async def _async_setup(self) -> None:
        self._stops = [await self.target.async_setup()]
        if self.options[CONF_FOR]:
            # Only who asks for how long needs to know since when.
            self._stops.append(async_dispatcher_connect(self.hass, SIGNAL_PRESENCE, self._presence))
        self._look()

    @override
    def _async_unload(self) -> None:
        for stop in self._stops:
            stop()
        self._stops = []

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        self._look()
        lasting: timedelta = self.options[CONF_FOR]
        latest = clock.monotonic() - lasting.total_seconds()
        held = [self._since.get(one, float("inf")) <= latest for one in self.target.beacons]
        return bool(held) and (all(held) if self.options[ATTR_BEHAVIOR] == BEHAVIOR_ALL else any(held))

    @callback
    def _presence(self, beacon_id: str, _presence: Presence) -> None:
        if self.depends_on(beacon_id):
            self._look()

    def depends_on(self, beacon_id: str) -> bool:
        """Whether an estimate of this beacon may change what holds."""
        return beacon_id in self.target.beacons

    def _look(self) -> None:
        """Note since when it holds; what no longer holds starts anew."""
        runtime = runtime_of(self.hass)
        tracks = runtime.positioning.tracks if runtime else {}
        now = clock.monotonic()
        true = [one for one in self.target.beacons if one in tracks and self.holds(one, tracks[one].presence)]
        self._since = {one: self._since.get(one, now) for one in true}
