"""A small client of Home Assistant's REST and websocket interfaces, for what a user's browser does."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping
from typing import Any, Self

import aiohttp

CLIENT_TIMEOUT = aiohttp.ClientTimeout(total=60.0)

type Json = Any
type EventListener = Callable[[Mapping[str, Json]], None]


class RequestError(RuntimeError):
    """Home Assistant refused something; says what was asked and what came back."""


class HomeAssistantClient:
    """One user's session. Use as an async context manager; authenticate with `log_in` or `onboard`."""

    def __init__(self, url: str) -> None:
        """Prepare for the Home Assistant at `url`, such as http://127.0.0.1:8123."""
        self.url = url
        self._session: aiohttp.ClientSession | None = None
        self._token = ""
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None
        self._pending: dict[int, asyncio.Future[Json]] = {}
        self._listeners: dict[int, EventListener] = {}
        self._last_id = 0

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=CLIENT_TIMEOUT)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._reader is not None:
            self._reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reader
        if self._socket is not None:
            await self._socket.close()
        if self._session is not None:
            await self._session.close()

    async def onboard(self, name: str, username: str, password: str) -> None:
        """Create the owner, as the first page of a new Home Assistant does, and log in as it."""
        answer = await self.request(
            "POST",
            "/api/onboarding/users",
            {
                "client_id": self._client_id,
                "name": name,
                "username": username,
                "password": password,
                "language": "en",
            },
        )
        form = {"grant_type": "authorization_code", "code": answer["auth_code"], "client_id": self._client_id}
        async with self._open_session.post(f"{self.url}/auth/token", data=form) as response:
            self._token = (await self._json(response, "POST /auth/token"))["access_token"]
        await self._connect_socket()
        # The login's own token expires after half an hour, a check may run for longer.
        self._token = await self.command("auth/long_lived_access_token", client_name="Demo", lifespan=365)

    async def request(self, method: str, path: str, body: Json = None) -> Json:
        """Return the JSON answer to a request. Raises RequestError."""
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        async with self._open_session.request(method, self.url + path, json=body, headers=headers) as response:
            return await self._json(response, f"{method} {path} {json.dumps(body)}")

    async def command(self, command: str, **arguments: Json) -> Json:
        """Return the result of a websocket command. Raises RequestError."""
        return await self._send(self._next_id(), command, arguments)

    async def subscribe(self, listener: EventListener, command: str, **arguments: Json) -> None:
        """Call `listener` with every event of a subscribing websocket command."""
        message_id = self._next_id()
        self._listeners[message_id] = listener
        await self._send(message_id, command, arguments)

    async def _send(self, message_id: int, command: str, arguments: Mapping[str, Json]) -> Json:
        if self._socket is None:
            raise RequestError(f"{command}: not logged in")
        self._pending[message_id] = answered = asyncio.get_running_loop().create_future()
        try:
            await self._socket.send_json({"id": message_id, "type": command, **arguments})
            answer = await asyncio.wait_for(answered, CLIENT_TIMEOUT.total)
        finally:
            del self._pending[message_id]
        if not answer["success"]:
            raise RequestError(f"{command} {json.dumps(arguments)}: {json.dumps(answer.get('error'))}")
        return answer["result"]

    async def _connect_socket(self) -> None:
        self._socket = await self._open_session.ws_connect(f"{self.url}/api/websocket", max_msg_size=0)
        await self._socket.receive_json()
        await self._socket.send_json({"type": "auth", "access_token": self._token})
        answer = await self._socket.receive_json()
        if answer["type"] != "auth_ok":
            raise RequestError(f"websocket login: {json.dumps(answer)}")
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        """Hand out what comes; when the connection ends, so does whatever waits for it."""
        assert self._socket is not None
        async for message in self._socket:
            content = message.json()
            if content["type"] == "event":
                if listener := self._listeners.get(content["id"]):
                    listener(content["event"])
            elif (future := self._pending.get(content["id"])) is not None and not future.done():
                future.set_result(content)
        for future in self._pending.values():
            if not future.done():
                future.set_exception(RequestError("the websocket connection was closed"))

    async def _json(self, response: aiohttp.ClientResponse, asked: str) -> Json:
        text = await response.text()
        if not response.ok:
            raise RequestError(f"{asked}: {response.status} {text[:2000]}")
        return json.loads(text) if text else None

    def _next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    @property
    def _client_id(self) -> str:
        return f"{self.url}/"

    @property
    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RequestError("the client is used outside of its context")
        return self._session
