"""Files on their way to Home Assistant, as a browser sends them."""

from __future__ import annotations

import base64

from tests.websocket.client import Client


async def upload(client: Client, data: bytes, kind: str = "picture", piece: int = 100_000) -> str:
    """Send a file in pieces and return the upload's id."""
    begun = await client.async_result("upload/begin", kind=kind, size=len(data))
    received = 0
    for start in range(0, len(data), piece):
        part = base64.b64encode(data[start : start + piece]).decode()
        received = (await client.async_result("upload/piece", upload=begun["upload"], data=part))["received"]
    assert received == len(data)
    return str(begun["upload"])
