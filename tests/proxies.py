"""Virtual ESPHome proxies in the event loop of a test, connected through the real `esphome` integration."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import pytest
import pytest_socket
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import floor_registry as fr
from homeassistant.setup import async_setup_component

from demo.proxy import ProxyConfig, VirtualProxy

HOST = "127.0.0.1"
TIMEOUT_S = 10.0


@dataclass(slots=True)
class ProxyHouse:
    """`proxies` by area name, each on a port of its own and connected; `entries` are their config entries."""

    hass: HomeAssistant
    proxies: Mapping[str, VirtualProxy]
    entries: Mapping[str, ConfigEntry]

    async def settle(self) -> None:
        """Wait until what was heard so far has come through the sockets and was worked off.

        Each proxy is asked something: the answer comes after the adverts on the same connection.
        """
        for entry in self.entries.values():
            await entry.runtime_data.client.device_info()
        await self.hass.async_block_till_done()

    async def restart(self, area: str) -> None:
        """Take a proxy off the network and bring it back on its port."""
        proxy = self.proxies[area]
        port = proxy.port
        await proxy.stop()
        await proxy.start(HOST, port)
        async with asyncio.timeout(TIMEOUT_S):
            await proxy.wait_subscribed()


@pytest.fixture
async def proxy_house(
    hass: HomeAssistant,
    enable_custom_integrations: None,
    mock_bluetooth: None,
    mock_async_zeroconf: object,
    socket_enabled: None,
) -> AsyncIterator[ProxyHouse]:
    """Home Assistant with three proxies on two floors; our integration is not set up."""
    # `socket_enabled` takes all guards down; loopback is all that is needed.
    pytest_socket.socket_allow_hosts([HOST], allow_unix_socket=True)
    # Without the core component first the voice parts that ESPHome depends on do not start.
    assert await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, "bluetooth", {})
    ground = fr.async_get(hass).async_create("Ground floor", level=0)
    upper = fr.async_get(hass).async_create("Upper floor", level=1)
    proxies: dict[str, VirtualProxy] = {}
    entries: dict[str, ConfigEntry] = {}
    for number, (area, floor) in enumerate({"Kitchen": ground, "Hall": ground, "Bedroom": upper}.items(), 1):
        ar.async_get(hass).async_create(area, floor_id=floor.floor_id)
        proxies[area] = await _started_proxy(area, number)
        entries[area] = await _added(hass, proxies[area])
    async with asyncio.timeout(TIMEOUT_S):
        for proxy in proxies.values():
            await proxy.wait_subscribed()
    yield ProxyHouse(hass, proxies, entries)
    for entry in entries.values():
        if entry.state is ConfigEntryState.LOADED:
            await hass.config_entries.async_unload(entry.entry_id)
    for proxy in proxies.values():
        await proxy.stop()
    await hass.async_block_till_done()


async def _started_proxy(area: str, number: int) -> VirtualProxy:
    name = f"{area.lower()}-proxy"
    # Nothing is held back: a test waits for packets, not for a flush.
    proxy = VirtualProxy(
        ProxyConfig(
            name,
            f"{area} proxy",
            f"D8A01D5000{number:02X}",
            f"D8:A0:1D:50:01:{number:02X}",
            area,
            flush_interval=0.0,
        )
    )
    await proxy.start(HOST)
    return proxy


async def _added(hass: HomeAssistant, proxy: VirtualProxy) -> ConfigEntry:
    result = await hass.config_entries.flow.async_init("esphome", context={"source": "user"})
    result = await hass.config_entries.flow.async_configure(result["flow_id"], {"host": HOST, "port": proxy.port})
    assert result["type"] is FlowResultType.CREATE_ENTRY, result
    entry: ConfigEntry = result["result"]
    return entry
