"""The part of a zone's form that makes it a secure one: what a beacon must show before a door may open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import probatio as vol
from homeassistant.const import UnitOfTime
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    AreaSelector,
    AreaSelectorConfig,
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    SelectSelector,
    SelectSelectorConfig,
)

from ..const import (
    CONF_ANCHORS,
    CONF_APPROACH_FROM,
    CONF_ASSURANCE,
    CONF_INTERVAL,
    CONF_PROBABILITY,
    CONF_SECOND_FACTOR,
    CONF_SECURE,
    CONF_SECURED,
)
from ..engine.authorisation import DoorRules
from ..engine.identity import Assurance
from .fields import number

# What anyone can copy opens nothing, and is not on offer.
_ASSURANCES: Final = [Assurance.ROTATING.value, Assurance.CRYPTOGRAPHIC.value]


def secure_fields() -> dict[vol.Marker, Any]:
    """Return the section, folded away: most zones open no door."""
    default = DoorRules()
    factors = EntitySelectorConfig(domain=["binary_sensor", "person"])
    fields = {
        vol.Required(CONF_SECURED, default=False): BooleanSelector(),
        vol.Optional(CONF_APPROACH_FROM): AreaSelector(AreaSelectorConfig(multiple=True)),
        vol.Required(CONF_ASSURANCE, default=default.assurance.value): SelectSelector(
            SelectSelectorConfig(options=_ASSURANCES, translation_key=CONF_ASSURANCE)
        ),
        vol.Required(CONF_ANCHORS, default=default.anchors): number(2, 20, 1),
        vol.Required(CONF_PROBABILITY, default=default.probability): number(0.5, 0.99, 0.01),
        vol.Required(CONF_INTERVAL, default=default.interval): number(0, 3600, 1, UnitOfTime.SECONDS),
        vol.Optional(CONF_SECOND_FACTOR): EntitySelector(factors),
    }
    return {vol.Optional(CONF_SECURE): section(vol.Schema(fields), {"collapsed": True})}


def secure_from_input(user_input: Mapping[str, Any], rooms: set[str]) -> tuple[dict[str, Any] | None, dict[str, str]]:
    """Return what a secure zone asks for, None if it is none, and what is wrong; `rooms` are the areas that are rooms.

    Where one comes from must be said: without it a relay of a beacon that is indoors got in one time in eight.
    """
    given = user_input.get(CONF_SECURE, {})
    if not given.get(CONF_SECURED):
        return None, {}
    if not (origins := given.get(CONF_APPROACH_FROM)):
        return None, {"base": "approach_from_missing"}
    if not rooms.issuperset(origins):
        return None, {"base": "approach_from_no_room"}
    default = DoorRules()
    return {
        CONF_APPROACH_FROM: origins,
        CONF_ASSURANCE: given.get(CONF_ASSURANCE, default.assurance.value),
        CONF_ANCHORS: int(given.get(CONF_ANCHORS, default.anchors)),
        CONF_PROBABILITY: given.get(CONF_PROBABILITY, default.probability),
        CONF_INTERVAL: given.get(CONF_INTERVAL, default.interval),
        CONF_SECOND_FACTOR: given.get(CONF_SECOND_FACTOR) or None,
    }, {}


def secure_to_input(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form shows of a stored zone."""
    secure = data.get(CONF_SECURE)
    if not secure:
        return {}
    return {CONF_SECURE: {CONF_SECURED: True, **{key: value for key, value in secure.items() if value is not None}}}
