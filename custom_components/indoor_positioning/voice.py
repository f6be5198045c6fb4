"""The sentences by which Assist is asked where a beacon is.

They hold the beacons' own names and no wildcard: "where is the bathroom light" stays Home Assistant's to answer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, Final

from homeassistant.const import CONF_COMMAND, CONF_ID, CONF_PLATFORM
from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.helpers import intent
from homeassistant.helpers.script import ScriptRunResult
from homeassistant.helpers.trigger import async_initialize_triggers, async_validate_trigger_config
from homeassistant.setup import async_when_setup

from .const import DOMAIN
from .intent import INTENT_WHERE, SLOT_NAME
from .runtime import IndoorPositioningConfigEntry
from .spoken import spoken

_LOGGER = logging.getLogger(__name__)

CONVERSATION: Final = "conversation"

# All are registered, whatever the system's language: every assistant of a household may have one of its own.
SENTENCES: Final = (
    "(where is|where are|where's|wheres) [my|the|our] {name}",
    "(which|what) room (is|are) [my|the|our] {name} in",
    "in (which|what) room (is|are) [my|the|our] {name}",
    "wo (ist|sind|liegt|liegen|steckt|stecken) [mein|meine|der|die|das|unser|unsere] {name}",
    "in welchem (raum|zimmer) (ist|sind|liegt|liegen) [mein|meine|der|die|das|unser|unsere] {name}",
)


class Voice:
    """Keeps the sentences in step with the beacons, as soon as and as long as there is a conversation."""

    def __init__(self, hass: HomeAssistant, entry: IndoorPositioningConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._lock = asyncio.Lock()
        self._names: frozenset[str] = frozenset()
        self._listening = False
        self._unregister: CALLBACK_TYPE | None = None

    @callback
    def start(self) -> None:
        """Follow the beacons' names."""
        self._entry.async_on_unload(self._entry.runtime_data.subscribe_structure(self._names_changed))
        self._entry.async_on_unload(self._stop)
        self._listening = True
        async_when_setup(self._hass, CONVERSATION, self._async_conversation_ready)

    @callback
    def _stop(self) -> None:
        self._listening = False
        self._forget()

    async def _async_conversation_ready(self, _hass: HomeAssistant, _component: str) -> None:
        await self._async_follow()

    @callback
    def _names_changed(self) -> None:
        if CONVERSATION in self._hass.config.components:
            self._entry.async_create_task(self._hass, self._async_follow())

    async def _async_follow(self) -> None:
        async with self._lock:
            if not self._listening:
                return
            runtime = self._entry.runtime_data
            names = frozenset(filter(None, (spoken(runtime.beacon_name(one)) for one in runtime.positioning.tracks)))
            if names == self._names:
                return
            self._forget()
            self._names = names
            triggers = [
                {
                    CONF_PLATFORM: CONVERSATION,
                    CONF_ID: name,
                    CONF_COMMAND: [sentence.format(name=name) for sentence in SENTENCES],
                }
                for name in sorted(names)
            ]
            valid = await async_validate_trigger_config(self._hass, triggers)
            self._unregister = await async_initialize_triggers(
                self._hass, valid, self._async_answer, DOMAIN, "where", _LOGGER.log
            )

    async def _async_answer(self, variables: Mapping[str, Any], context: Context | None = None) -> ScriptRunResult:
        trigger = variables["trigger"]
        response = await intent.async_handle(
            self._hass,
            DOMAIN,
            INTENT_WHERE,
            {SLOT_NAME: {"value": trigger["id"]}},
            trigger["sentence"],
            context,
            trigger["user_input"]["language"],
        )
        return ScriptRunResult(response.speech["plain"]["speech"], None, {})

    def _forget(self) -> None:
        self._names = frozenset()
        if self._unregister:
            self._unregister()
            self._unregister = None
