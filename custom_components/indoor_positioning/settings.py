"""The entry's options as one typed value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from homeassistant.const import CONF_LATITUDE, CONF_LONGITUDE

from .engine.decision_settings import DecisionSettings
from .engine.locators import DEFAULT_LOCATOR, LOCATORS, NETWORK_LOCATORS
from .engine.world import WorldPin
from .litert import Engine

CONF_AWAY_AFTER: Final = "away_after"
CONF_ENTER_DWELL: Final = "enter_dwell"
CONF_ENTER_PROBABILITY: Final = "enter_probability"
CONF_EVERYONE_SEES_MAP: Final = "everyone_sees_map"
CONF_LOCATOR: Final = "locator"
CONF_NETWORK_ENGINE: Final = "network_engine"
CONF_NETWORK_LEARNING: Final = "network_learning"
CONF_BEARING: Final = "bearing"
CONF_PIN: Final = "pin"
CONF_POSITION_INTERVAL: Final = "position_interval"
CONF_POSITION_THRESHOLD: Final = "position_threshold"
CONF_SELF_CALIBRATION: Final = "self_calibration"
CONF_SILENT_AFTER: Final = "silent_after"
CONF_TELLS_WORLD: Final = "tells_world"
CONF_TRACK_HOURS: Final = "track_hours"

# A written position is a row in the recorder and an event to every listener: one in 2 s and a step of a
# quarter of a metre is what people and cards can follow.
DEFAULT_POSITION_INTERVAL_S: Final = 2.0
DEFAULT_POSITION_THRESHOLD_M: Final = 0.25


@dataclass(frozen=True, slots=True)
class Settings:
    """How beacons are located, whether use teaches the path loss, how often positions are shown (seconds, metres)."""

    locator: str = DEFAULT_LOCATOR
    self_calibration: bool = True
    decision: DecisionSettings = field(default_factory=DecisionSettings)
    network_engine: Engine = Engine.AUTO
    network_learning: bool = True
    position_interval: float = DEFAULT_POSITION_INTERVAL_S
    position_threshold: float = DEFAULT_POSITION_THRESHOLD_M
    # Where everybody is concerns all who live there: the owner says whether users who are no admins see it.
    everyone_sees_map: bool = False
    # For how long it is remembered where beacons have been; a memory of people is nothing to keep unasked.
    track_hours: int = 0
    # Minutes until a deaf anchor is reported, 0 for never. An hour outlives updates and restarts of proxies.
    silent_after: int = 60
    # Where on earth the plan lies, None where nobody said.
    pin: WorldPin | None = None
    # Whether trackers tell all who see states where in the world they are; an address is nothing to tell unasked.
    tells_world: bool = False

    @property
    def needs_networks(self) -> bool:
        """Whether the chosen method needs the home's own networks."""
        return self.locator in NETWORK_LOCATORS

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Settings:
        """Return the settings behind `options`, with defaults for what they leave out.

        A locator that this version does not have (after a downgrade) falls back to the default.
        """
        locator = options.get(CONF_LOCATOR, DEFAULT_LOCATOR)
        engine = options.get(CONF_NETWORK_ENGINE, Engine.AUTO)
        default = DecisionSettings()
        return cls(
            locator=locator if locator in LOCATORS else DEFAULT_LOCATOR,
            self_calibration=options.get(CONF_SELF_CALIBRATION, True),
            decision=DecisionSettings(
                enter_probability=options.get(CONF_ENTER_PROBABILITY, default.enter_probability),
                enter_dwell=options.get(CONF_ENTER_DWELL, default.enter_dwell),
                away_after=options.get(CONF_AWAY_AFTER, default.away_after),
            ),
            network_engine=Engine(engine) if engine in set(Engine) else Engine.AUTO,
            network_learning=options.get(CONF_NETWORK_LEARNING, True),
            position_interval=options.get(CONF_POSITION_INTERVAL, DEFAULT_POSITION_INTERVAL_S),
            position_threshold=options.get(CONF_POSITION_THRESHOLD, DEFAULT_POSITION_THRESHOLD_M),
            everyone_sees_map=options.get(CONF_EVERYONE_SEES_MAP, False),
            track_hours=int(options.get(CONF_TRACK_HOURS, 0)),
            silent_after=int(options.get(CONF_SILENT_AFTER, 60)),
            pin=_pin(options.get(CONF_PIN)),
            tells_world=options.get(CONF_TELLS_WORLD, False),
        )


def _pin(data: Mapping[str, Any] | None) -> WorldPin | None:
    if not data:
        return None
    return WorldPin(data[CONF_LATITUDE], data[CONF_LONGITUDE], data[CONF_BEARING])
