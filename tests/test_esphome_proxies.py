"""The whole way in: proxy, native API, ESPHome, Bluetooth, our ingest; real parts and real sockets."""

from __future__ import annotations

import uuid

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from custom_components.indoor_positioning import clock
from custom_components.indoor_positioning.const import DOMAIN
from custom_components.indoor_positioning.engine.observation import Observation
from custom_components.indoor_positioning.runtime import Runtime
from demo.beacons import Beacon, IBeaconTag, PrivatePhone
from tests.proxies import ProxyHouse, proxy_house  # noqa: F401 - a fixture

TAG = IBeaconTag("Tag", 0xC4D91A3300A1, uuid.UUID(int=0x2F234454CF6D4A0FADF2F4911BA9FFA6), 1, 2)
PHONE = PrivatePhone("Phone", bytes(range(16)), rotation=60.0)


async def set_up(hass: HomeAssistant) -> ConfigEntry[Runtime]:
    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": "user"})
    schema = result["data_schema"]
    assert schema is not None
    result = await hass.config_entries.flow.async_configure(result["flow_id"], schema({}))
    assert result["type"] is FlowResultType.CREATE_ENTRY, result
    await hass.async_block_till_done()
    entry: ConfigEntry[Runtime] = result["result"]
    return entry


async def track(hass: HomeAssistant, entry: ConfigEntry[Runtime], kind: str, identity: str, name: str) -> str:
    flow = hass.config_entries.subentries
    result = await flow.async_init((entry.entry_id, "beacon"), context={"source": "user"})
    result = await flow.async_configure(result["flow_id"], {"next_step_id": kind})
    result = await flow.async_configure(result["flow_id"], {"identity": identity, "name": name})
    assert result["type"] is FlowResultType.CREATE_ENTRY, result
    await hass.async_block_till_done()
    return next(one.subentry_id for one in entry.subentries.values() if one.title == name)


def hear(house: ProxyHouse, area: str, beacon: Beacon, rssi: int, time: float = 0.0) -> None:
    payload = beacon.payload(time)
    assert house.proxies[area].hear(payload.address, payload.address_type, rssi, payload.data, beacon.name)


@pytest.fixture
async def entry(hass: HomeAssistant, proxy_house: ProxyHouse) -> ConfigEntry[Runtime]:  # noqa: F811 - the fixture
    return await set_up(hass)


async def test_setting_up_proposes_every_proxy_with_its_area(
    hass: HomeAssistant,
    proxy_house: ProxyHouse,  # noqa: F811 - the fixture
    entry: ConfigEntry[Runtime],
) -> None:
    home = entry.runtime_data.positioning.model.home
    sources = {proxy.config.bluetooth_mac: area.lower() for area, proxy in proxy_house.proxies.items()}
    assert {anchor.id: anchor.room for anchor in home.anchors} == sources
    assert {room.id: room.floor for room in home.rooms} == {
        "kitchen": "ground_floor",
        "hall": "ground_floor",
        "bedroom": "upper_floor",
    }
    titles = {one.title for one in entry.subentries.values() if one.subentry_type == "anchor"}
    assert titles == {"Kitchen proxy", "Hall proxy", "Bedroom proxy"}, "as people know them, not the host names"


async def test_every_reception_arrives_once_with_its_strength(
    hass: HomeAssistant,
    proxy_house: ProxyHouse,  # noqa: F811 - the fixture
    entry: ConfigEntry[Runtime],
) -> None:
    tag = await track(hass, entry, "ibeacon", f"{TAG.uuid}/1/2", "Tag")
    arrived: list[Observation] = []
    entry.runtime_data.positioning.tap(tag, arrived.append)
    sent = []
    for number in range(100):
        for offset, (area, proxy) in enumerate(proxy_house.proxies.items()):
            rssi = -50 - offset - number % 40
            hear(proxy_house, area, TAG, rssi)
            sent.append((proxy.config.bluetooth_mac, rssi))
    await proxy_house.settle()
    assert sorted((one.anchor, one.rssi) for one in arrived) == sorted(sent)
    assert entry.runtime_data.ingest.receptions.delivered == len(sent)


async def test_a_rotated_address_is_found_with_its_first_packet_and_stays_the_same_beacon(
    hass: HomeAssistant,
    proxy_house: ProxyHouse,  # noqa: F811 - the fixture
    entry: ConfigEntry[Runtime],
) -> None:
    phone = await track(hass, entry, "private_address", PHONE.irk.hex(), "Phone")
    runtime = entry.runtime_data
    tracker = runtime.positioning.tracks[phone].tracker
    arrived: list[Observation] = []
    runtime.positioning.tap(phone, arrived.append)
    times = (0.0, 1.0, 61.0, 62.0, 121.0)
    assert len({PHONE.payload(time).address for time in times}) == 3
    for number, time in enumerate(times):
        hear(proxy_house, "Kitchen", PHONE, -60 - number, time)
        await proxy_house.settle()
    assert [one.rssi for one in arrived] == [-60, -61, -62, -63, -64]
    assert runtime.positioning.tracks[phone].tracker is tracker
    assert runtime.ingest.addresses == 3


async def test_packets_go_on_after_a_proxy_has_restarted(
    hass: HomeAssistant,
    proxy_house: ProxyHouse,  # noqa: F811 - the fixture
    entry: ConfigEntry[Runtime],
) -> None:
    await track(hass, entry, "ibeacon", f"{TAG.uuid}/1/2", "Tag")
    hear(proxy_house, "Kitchen", TAG, -60)
    await proxy_house.settle()
    before = entry.runtime_data.ingest.receptions.delivered
    await proxy_house.restart("Kitchen")
    for _ in range(5):
        hear(proxy_house, "Kitchen", TAG, -60)
    await proxy_house.settle()
    assert entry.runtime_data.ingest.receptions.delivered == before + 5


async def test_the_nearest_proxy_names_the_room(
    hass: HomeAssistant,
    proxy_house: ProxyHouse,  # noqa: F811 - the fixture
    entry: ConfigEntry[Runtime],
) -> None:
    await track(hass, entry, "ibeacon", f"{TAG.uuid}/1/2", "Tag")
    for _ in range(20):
        hear(proxy_house, "Bedroom", TAG, -50)
        hear(proxy_house, "Kitchen", TAG, -88)
    await proxy_house.settle()
    runtime = entry.runtime_data
    (followed,) = runtime.positioning.tracks.values()
    presence = followed.tracker.update(clock.monotonic(), runtime.anchors.listening())
    assert presence.room == "bedroom"
