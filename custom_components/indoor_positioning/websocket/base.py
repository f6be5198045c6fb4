"""What all commands share: who may ask, and how a refusal reads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import probatio as vol
from homeassistant.components import websocket_api
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError, Unauthorized
from homeassistant.helpers.typing import VolDictType

from ..const import DOMAIN
from ..loaded_entry import loaded_entry
from ..runtime import IndoorPositioningConfigEntry


@dataclass(frozen=True, slots=True)
class Request:
    """One message of one connection, to the entry that runs; `msg` has passed the command's schema."""

    hass: HomeAssistant
    entry: IndoorPositioningConfigEntry
    connection: websocket_api.ActiveConnection
    msg: dict[str, Any]


type Handler = Callable[[Request], Awaitable[Any]]
type Command = Callable[[HomeAssistant, websocket_api.ActiveConnection, dict[str, Any]], None]


def command(name: str, fields: VolDictType | None = None, *, admin: bool = True) -> Callable[[Handler], Command]:
    """Make a handler the command `indoor_positioning/name`, which answers with what the handler returns.

    Without `admin`, the household's owner says in the options whether ordinary users may ask. A ServiceValidationError
    of the handler is the user's to act on: it goes out translated, with its key as the code, and not into the log.
    """

    def decorate(handler: Handler) -> Command:
        @websocket_api.websocket_command({vol.Required("type"): f"{DOMAIN}/{name}", **(fields or {})})
        @websocket_api.async_response
        @wraps(handler)
        async def answer(hass: HomeAssistant, connection: websocket_api.ActiveConnection, msg: dict[str, Any]) -> None:
            if admin and not connection.user.is_admin:
                raise Unauthorized
            try:
                entry = loaded_entry(hass)
                if not (connection.user.is_admin or entry.runtime_data.settings.everyone_sees_map):
                    raise Unauthorized
                result = await handler(Request(hass, entry, connection, msg))
            except ServiceValidationError as refusal:
                connection.send_error(
                    msg["id"],
                    refusal.translation_key or websocket_api.ERR_NOT_ALLOWED,
                    str(refusal),
                    translation_domain=refusal.translation_domain,
                    translation_key=refusal.translation_key,
                    translation_placeholders=refusal.translation_placeholders,
                )
            else:
                connection.send_result(msg["id"], result)

        return answer

    return decorate
