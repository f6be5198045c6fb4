"""The intent as a tool of language models that serve as assistants."""

from __future__ import annotations

from homeassistant.components.llm import LLMTools
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import intent
from homeassistant.helpers.llm import LLM_API_ASSIST, IntentTool, LLMContext, ToolAnnotations

from .const import DOMAIN
from .intent import INTENT_WHERE, names_known_to
from .runtime import IndoorPositioningConfigEntry


@callback
def async_get_tools(hass: HomeAssistant, llm_context: LLMContext, api_id: str) -> LLMTools | None:
    """Return the tool while the assistant may know of any beacon."""
    entries: list[IndoorPositioningConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    handler = next((one for one in intent.async_get(hass) if one.intent_type == INTENT_WHERE), None)
    exposed = any(names_known_to(hass, entry, llm_context.assistant) for entry in entries)
    if api_id != LLM_API_ASSIST or handler is None or not exposed:
        return None
    tool = IntentTool(
        f"{DOMAIN}__{INTENT_WHERE}",
        handler,
        title="Where is it",
        integration=DOMAIN,
        annotations=ToolAnnotations(read_only=True, destructive=False, idempotent=True, open_world=False),
    )
    return LLMTools(tools=[tool])
