"""What the logbook says of doors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from homeassistant.components.logbook import LOGBOOK_ENTRY_MESSAGE, LOGBOOK_ENTRY_NAME
from homeassistant.core import Event, HomeAssistant, callback

from .const import DOMAIN
from .doors import EVENT_DOOR
from .engine.authorisation import Refusal

# The logbook knows no translations.
REASONS: Final = {
    Refusal.ASSURANCE: "its identity proves too little",
    Refusal.STALE: "it was not heard just now",
    Refusal.TOO_FEW_ANCHORS: "too few anchors agree",
    Refusal.CONTRADICTION: "an anchor hears it too loudly for this place",
    Refusal.IMPROBABLE: "it is not surely there",
    Refusal.NO_APPROACH: "it did not come from where one comes",
    Refusal.CLONE_SUSPECTED: "it seems to have a double",
    Refusal.FLOOD: "it sends more than one transmitter can",
    Refusal.TOO_SOON: "it was let in a moment ago",
    Refusal.SECOND_FACTOR: "the second factor is missing",
}


@callback
def async_describe_events(
    _hass: HomeAssistant,
    async_describe_event: Callable[[str, str, Callable[[Event[dict[str, Any]]], dict[str, str]]], None],
) -> None:
    """Describe the events of doors."""

    @callback
    def describe(event: Event[dict[str, Any]]) -> dict[str, str]:
        beacon, reasons = event.data["beacon"], [REASONS[Refusal(one)] for one in event.data["reasons"]]
        said = f"authorised {beacon}" if event.data["authorised"] else f"refused {beacon}: {', '.join(reasons)}"
        return {LOGBOOK_ENTRY_NAME: event.data["zone"], LOGBOOK_ENTRY_MESSAGE: said}

    async_describe_event(DOMAIN, EVENT_DOOR, describe)
