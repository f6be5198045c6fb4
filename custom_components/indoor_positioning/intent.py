"""The intent behind "where are my keys"."""

from __future__ import annotations

from typing import Any, Final, override

from homeassistant.components.homeassistant.exposed_entities import async_should_expose
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import intent
from homeassistant.helpers.translation import async_get_translations

from .const import DOMAIN
from .engine.home import Home
from .runtime import IndoorPositioningConfigEntry
from .spoken import match_spoken
from .whereabouts import STATE_AWAY, STATE_HERE, state_of

INTENT_WHERE: Final = "IndoorPositioningWhere"
SLOT_NAME: Final = "name"

# Below this a room is a guess, and the answer says so.
PROBABLE: Final = 0.6


async def async_setup_intents(hass: HomeAssistant) -> None:
    """Register the intent; Home Assistant calls this."""
    intent.async_register(hass, WhereIntentHandler())


class WhereIntentHandler(intent.IntentHandler):
    """Answers where a beacon is, by its name."""

    intent_type = INTENT_WHERE
    description = "Tells in which room, and where in it, a tracked thing or person is"

    @property
    @override
    def slot_schema(self) -> dict[Any, Any]:
        """Return what must be known: a name."""
        return {SLOT_NAME: intent.non_empty_string}

    @override
    async def async_handle(self, intent_obj: intent.Intent) -> intent.IntentResponse:
        """Answer in the words of the translations."""
        hass, name = intent_obj.hass, self.async_validate_slots(intent_obj.slots)[SLOT_NAME]["value"]
        texts = await async_get_translations(hass, intent_obj.language, "selector", [DOMAIN])
        entries: list[IndoorPositioningConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
        found = [
            (entry, beacon)
            for entry in entries
            for beacon in match_spoken(name, names_known_to(hass, entry, intent_obj.assistant))
        ]
        response = intent_obj.create_response()
        if not found:
            response.async_set_error(
                intent.IntentResponseErrorCode.NO_VALID_TARGETS, _text(texts, "no_beacon").format(name=name)
            )
            return response
        response.response_type = intent.IntentResponseType.QUERY_ANSWER
        response.async_set_speech(" ".join(_answer(entry, beacon, texts) for entry, beacon in found))
        return response


def names_known_to(hass: HomeAssistant, entry: IndoorPositioningConfigEntry, assistant: str | None) -> dict[str, str]:
    """Return the names of the beacons of which an entity is exposed to an assistant, by beacon; of all without one."""
    runtime = entry.runtime_data
    beacons = {beacon: runtime.beacon_name(beacon) for beacon in runtime.positioning.tracks}
    if assistant is None:
        return beacons
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    exposed = {
        entity.config_subentry_id for entity in entities if async_should_expose(hass, assistant, entity.entity_id)
    }
    return {beacon: name for beacon, name in beacons.items() if beacon in exposed}


def _answer(entry: IndoorPositioningConfigEntry, beacon: str, texts: dict[str, str]) -> str:
    runtime = entry.runtime_data
    home, presence = runtime.positioning.model.home, runtime.positioning.tracks[beacon].presence
    state = state_of(presence)
    if state != STATE_HERE:
        return _text(texts, "away" if state == STATE_AWAY else "never_heard")
    zones = [zone.name for zone in home.zones if zone.id in presence.zones]
    key = "in_zone" if zones else "in_room" if presence.confidence >= PROBABLE else "probably"
    return _text(texts, key).format(room=_room_name(home, presence.room), zones=", ".join(zones))


def _room_name(home: Home, room_id: str | None) -> str:
    room = home.room(room_id) if room_id else None
    return room.name if room else ""


def _text(texts: dict[str, str], key: str) -> str:
    return texts.get(f"component.{DOMAIN}.selector.where_answer.options.{key}", key)
