"""The triggers that automations may use, one line each; Home Assistant finds them here."""

from __future__ import annotations

from homeassistant.core import HomeAssistant
from homeassistant.helpers.trigger import Trigger

from .triggers.approached import ApproachedTrigger
from .triggers.authorised_approach import AuthorisedApproachTrigger
from .triggers.became_still import BecameStillTrigger
from .triggers.places import ArrivedOnFloorTrigger, EnteredTrigger, LeftTrigger, StayedTrigger
from .triggers.went_missing import WentMissingTrigger

TRIGGERS: dict[str, type[Trigger]] = {
    "approached": ApproachedTrigger,
    "arrived_on_floor": ArrivedOnFloorTrigger,
    "authorised_approach": AuthorisedApproachTrigger,
    "became_still": BecameStillTrigger,
    "entered": EnteredTrigger,
    "left": LeftTrigger,
    "stayed": StayedTrigger,
    "went_missing": WentMissingTrigger,
}


async def async_get_triggers(_hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers by their key."""
    return TRIGGERS
