"""A client of the websocket API as the panel is one."""

from __future__ import annotations

import asyncio
from typing import Any

from pytest_homeassistant_custom_component.typing import MockHAClientWebSocket, WebSocketGenerator

from tests.house import House

# Real seconds in which an answer that is on its way has arrived. Only a test that fails waits for so long.
PATIENCE_S = 5.0


class Client:
    """Asks, and gathers the events of its subscriptions."""

    def __init__(self, house: House, socket: MockHAClientWebSocket) -> None:
        self._house = house
        self._socket = socket
        self._events: dict[int, list[dict[str, Any]]] = {}

    @classmethod
    async def async_connect(cls, house: House, generator: WebSocketGenerator, token: str | None = None) -> Client:
        """Connect as the owner, or with the token of somebody else."""
        return cls(house, await (generator(house.hass, token) if token else generator(house.hass)))

    @classmethod
    async def async_connect_ordinary(cls, house: House, generator: WebSocketGenerator, token: str) -> Client:
        """Connect as somebody who is no administrator, in a home where everyone sees the map."""
        assert house.entry
        options = {**house.entry.options, "everyone_sees_map": True}
        house.hass.config_entries.async_update_entry(house.entry, options=options)
        return await cls.async_connect(house, generator, token)

    async def async_ask(self, command: str, **fields: Any) -> dict[str, Any]:
        """Return the whole answer to a command of ours."""
        await self._socket.send_json_auto_id({"type": f"indoor_positioning/{command}", **fields})
        while (message := await self._async_receive())["type"] == "event":
            self._keep(message)
        return message

    async def async_result(self, command: str, **fields: Any) -> Any:
        """Return the result of a command that must succeed."""
        answer = await self.async_ask(command, **fields)
        assert answer["success"], answer
        return answer["result"]

    async def async_error(self, command: str, **fields: Any) -> str:
        """Return the code with which a command is refused."""
        answer = await self.async_ask(command, **fields)
        assert not answer["success"], answer
        return str(answer["error"]["code"])

    async def async_subscribe(self, command: str, **fields: Any) -> int:
        """Return the id of a new subscription."""
        answer = await self.async_ask(command, **fields)
        assert answer["success"], answer
        return int(answer["id"])

    async def async_events(self, subscription: int) -> list[dict[str, Any]]:
        """Return the events of a subscription that were sent since the last time."""
        await self._house.hass.async_block_till_done()
        # Messages keep their order: what was sent before this answer has arrived with it.
        await self._socket.send_json_auto_id({"type": "ping"})
        while (message := await self._async_receive())["type"] == "event":
            self._keep(message)
        return self._events.pop(subscription, [])

    async def async_unsubscribe(self, subscription: int) -> None:
        """End a subscription."""
        await self._socket.send_json_auto_id({"type": "unsubscribe_events", "subscription": subscription})
        while (message := await self._async_receive())["type"] == "event":
            self._keep(message)
        assert message["success"]

    async def async_close(self) -> None:
        """Lose the connection."""
        await self._socket.close()
        await self._house.hass.async_block_till_done()

    async def _async_receive(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_S + self._house.clock.passed):
            message: dict[str, Any] = await self._socket.receive_json()
        return message

    def _keep(self, message: dict[str, Any]) -> None:
        self._events.setdefault(message["id"], []).append(message["event"])
