"""The virtual proxy against the real client library over real sockets on the loopback interface."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_socket
from aioesphomeapi import APIVersion, BluetoothProxyFeature, BluetoothScannerMode, BluetoothScannerStateResponse
from aioesphomeapi.client import APIClient
from aioesphomeapi.core import APIConnectionError, InvalidEncryptionKeyAPIError, RequiresEncryptionAPIError

from demo.proxy import BATCH, ProxyConfig, VirtualProxy

KEY = base64.b64encode(bytes(range(32))).decode()
OTHER_KEY = base64.b64encode(bytes(32)).decode()
PAYLOAD = b"\x02\x01\x06"
ADDRESS = 0xC4D91A3300A1


@pytest.fixture(autouse=True)
def loopback(socket_enabled: None) -> None:
    pytest_socket.socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)


def config(key: str | None = None, flush_interval: float = 0.1) -> ProxyConfig:
    return ProxyConfig(
        "a-proxy", "A proxy", "D8A01D400010", "D8:A0:1D:40:00:12", "Kitchen", key, flush_interval=flush_interval
    )


@pytest.fixture(params=[None, KEY], ids=["plaintext", "noise"])
async def proxy(request: pytest.FixtureRequest) -> AsyncIterator[VirtualProxy]:
    proxy = VirtualProxy(config(request.param))
    await proxy.start()
    yield proxy
    await proxy.stop()


@pytest.fixture
async def client(proxy: VirtualProxy) -> AsyncIterator[APIClient]:
    client = APIClient("127.0.0.1", proxy.port, noise_psk=proxy.config.key)
    await client.connect(login=True)
    yield client
    await client.disconnect()


async def subscribe(client: APIClient, proxy: VirtualProxy) -> list[list[int]]:
    """Return a list that grows by the RSSIs of each message."""
    batches: list[list[int]] = []
    client.subscribe_bluetooth_le_raw_advertisements(
        lambda message: batches.append([advert.rssi for advert in message.advertisements])
    )
    async with asyncio.timeout(2):
        await proxy.wait_subscribed()
    return batches


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(2):
        while not condition():  # noqa: ASYNC110 - what is awaited happens in the library under test
            await asyncio.sleep(0.005)


async def test_a_proxy_introduces_itself(client: APIClient):
    assert client.api_version == APIVersion(1, 15)
    info = await client.device_info()
    assert info.name == "a-proxy"
    assert info.friendly_name == "A proxy"
    assert info.mac_address == "D8:A0:1D:40:00:10"
    assert info.bluetooth_mac_address == "D8:A0:1D:40:00:12"
    assert info.suggested_area == "Kitchen"
    features = BluetoothProxyFeature(info.bluetooth_proxy_feature_flags)
    assert features == (
        BluetoothProxyFeature.PASSIVE_SCAN
        | BluetoothProxyFeature.RAW_ADVERTISEMENTS
        | BluetoothProxyFeature.FEATURE_STATE_AND_MODE
    )
    capabilities = await client.device_capabilities()
    assert capabilities.bluetooth_proxy.feature_flags == features
    assert await client.list_entities_services() == ([], [])


async def test_adverts_go_out_in_batches_and_the_rest_with_the_flush(client: APIClient, proxy: VirtualProxy):
    batches = await subscribe(client, proxy)
    for rssi in range(-100, -60):
        assert proxy.hear(ADDRESS, 1, rssi, PAYLOAD, "tag")
    await until(lambda: len(batches) == 3)
    assert [len(batch) for batch in batches] == [BATCH, BATCH, 8]
    assert [rssi for batch in batches for rssi in batch] == list(range(-100, -60))
    assert proxy.sent == {"tag": 40}


async def test_the_content_of_an_advert_arrives_unchanged(client: APIClient, proxy: VirtualProxy):
    received = []
    client.subscribe_bluetooth_le_raw_advertisements(lambda message: received.extend(message.advertisements))
    await proxy.wait_subscribed()
    proxy.hear(ADDRESS, 1, -73, PAYLOAD)
    await until(lambda: received)
    assert (received[0].address, received[0].address_type) == (ADDRESS, 1)
    assert (received[0].rssi, received[0].data) == (-73, PAYLOAD)


async def test_the_scanner_tells_its_state_at_once_and_when_its_mode_changes(client: APIClient, proxy: VirtualProxy):
    states: list[BluetoothScannerStateResponse] = []
    client.subscribe_bluetooth_scanner_state(states.append)
    await subscribe(client, proxy)
    await until(lambda: states)
    assert states[0].mode is BluetoothScannerMode.PASSIVE
    client.bluetooth_scanner_set_mode(BluetoothScannerMode.ACTIVE)
    await until(lambda: states[-1].mode is BluetoothScannerMode.ACTIVE)


async def test_nobody_listens_before_the_subscription_nor_after_the_end(client: APIClient, proxy: VirtualProxy):
    assert not proxy.hear(ADDRESS, 1, -60, PAYLOAD)
    await subscribe(client, proxy)
    assert proxy.subscribed
    await client.disconnect()
    await until(lambda: not proxy.subscribed)
    assert not proxy.hear(ADDRESS, 1, -60, PAYLOAD)
    assert not proxy.sent


async def test_only_one_may_listen(client: APIClient, proxy: VirtualProxy):
    mine = await subscribe(client, proxy)
    other = APIClient("127.0.0.1", proxy.port, noise_psk=proxy.config.key)
    await other.connect(login=True)
    theirs = await subscribe(other, proxy)
    await other.device_info()
    proxy.hear(ADDRESS, 1, -60, PAYLOAD)
    proxy.flush()
    await until(lambda: mine)
    await other.device_info()
    assert not theirs
    await other.disconnect()
    assert proxy.subscribed


async def test_without_a_flush_interval_every_advert_goes_at_once():
    proxy = VirtualProxy(config(flush_interval=0.0))
    await proxy.start()
    client = APIClient("127.0.0.1", proxy.port)
    await client.connect(login=True)
    batches = await subscribe(client, proxy)
    for rssi in (-60, -61):
        proxy.hear(ADDRESS, 1, rssi, PAYLOAD)
    await until(lambda: len(batches) == 2)
    await client.disconnect()
    await proxy.stop()


@pytest.mark.parametrize(
    ("proxy_key", "client_key", "expected"),
    [
        (KEY, None, RequiresEncryptionAPIError),
        (KEY, OTHER_KEY, InvalidEncryptionKeyAPIError),
        (None, KEY, APIConnectionError),
    ],
    ids=["key missing", "key wrong", "key not wanted"],
)
async def test_keys_must_fit(proxy_key: str | None, client_key: str | None, expected: type[Exception]):
    proxy = VirtualProxy(config(proxy_key))
    await proxy.start()
    with pytest.raises(expected):
        await APIClient("127.0.0.1", proxy.port, noise_psk=client_key).connect(login=True)
    await proxy.stop()


async def test_garbage_ends_the_connection_and_nothing_else(proxy: VirtualProxy):
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(b"\x47\x45\x54 / HTTP/1.1\r\n\r\n")
    async with asyncio.timeout(2):
        await reader.read()
    writer.close()
    client = APIClient("127.0.0.1", proxy.port, noise_psk=proxy.config.key)
    await client.connect(login=True)
    assert (await client.device_info()).name == "a-proxy"
    await client.disconnect()


async def test_stopping_hangs_up(client: APIClient, proxy: VirtualProxy):
    await subscribe(client, proxy)
    await proxy.stop()
    await until(lambda: not proxy.subscribed)
