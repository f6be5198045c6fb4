"""The conditions that automations may use, one line each; Home Assistant finds them here."""

from __future__ import annotations

from homeassistant.core import HomeAssistant
from homeassistant.helpers.condition import Condition

from .conditions.is_in import IsInCondition
from .conditions.is_moving import IsMovingCondition
from .conditions.is_near import IsNearCondition

CONDITIONS: dict[str, type[Condition]] = {
    "is_in": IsInCondition,
    "is_moving": IsMovingCondition,
    "is_near": IsNearCondition,
}


async def async_get_conditions(_hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions by their key."""
    return CONDITIONS
