"""A small simulated house whose proxies feed Home Assistant's own Bluetooth stack."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any
from uuid import UUID

from habluetooth import BaseHaRemoteScanner
from homeassistant.components import bluetooth
from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigSubentry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, State
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.indoor_positioning.const import DOMAIN
from custom_components.indoor_positioning.runtime import Runtime
from tests.simulated_clock import SimulatedClock

TAG_UUID = "2f234454-cf6d-4a0f-adf2-f4911ba9ffa6"
TAG_ADDRESS = "C4:00:00:00:00:01"
NEAR_DBM = -55
FAR_DBM = -90


def ibeacon_data(uuid: str = TAG_UUID, major: int = 1, minor: int = 2, power: int = -59) -> dict[int, bytes]:
    """Return the manufacturer data of an iBeacon."""
    numbers = major.to_bytes(2, "big") + minor.to_bytes(2, "big") + power.to_bytes(1, "big", signed=True)
    return {0x004C: b"\x02\x15" + UUID(uuid).bytes + numbers}


class FakeProxy(BaseHaRemoteScanner):
    """A scanner that hears what a test says."""

    def __init__(self, source: str, name: str, clock: SimulatedClock) -> None:
        super().__init__(source, name, None, False)
        self._clock = clock
        self.heard_at = float("-inf")

    def hear(self, address: str, rssi: int, age: float = 0.0, **payload: Any) -> None:
        """Hear one packet."""
        now = self._clock.monotonic() - age
        self.heard_at = max(self.heard_at, now)
        self._async_on_advertisement(
            address,
            rssi,
            payload.get("name"),
            payload.get("service_uuids", []),
            payload.get("service_data", {}),
            payload.get("manufacturer_data", {}),
            None,
            {"address_type": payload.get("address_type", 1)},
            now,
        )

    def time_since_last_detection(self) -> float:
        return self._clock.monotonic() - self.heard_at


class House:
    """Proxies by area, and a tag that can be put into one."""

    def __init__(self, hass: HomeAssistant, clock: SimulatedClock) -> None:
        self.hass = hass
        self.clock = clock
        self.proxies: dict[str, FakeProxy] = {}
        self.entry: ConfigEntry[Runtime] | None = None
        self._cleanup: dict[str, list[CALLBACK_TYPE]] = {}
        self.proxy_entry = MockConfigEntry(domain="esphome", title="Proxies")
        self.proxy_entry.add_to_hass(hass)

    def source(self, area_id: str) -> str:
        """Return the source of the proxy of an area."""
        return self.proxies[area_id].source

    def add_proxy(self, name: str, area_id: str, *, placed: bool = True) -> FakeProxy:
        """Add a proxy with a device that lies in the area (`placed`), or in none."""
        source = f"AA:BB:CC:00:00:{len(self.proxies) + 1:02X}"
        device = dr.async_get(self.hass).async_get_or_create(
            config_entry_id=self.proxy_entry.entry_id, connections={(dr.CONNECTION_BLUETOOTH, source)}, name=name
        )
        if placed:
            dr.async_get(self.hass).async_update_device(device.id, area_id=area_id)
        proxy = self.proxies[area_id] = FakeProxy(source, name, self.clock)
        self.connect(area_id)
        return proxy

    def connect(self, area_id: str) -> None:
        """Register a proxy with the Bluetooth stack."""
        proxy = self.proxies[area_id]
        self._cleanup[area_id] = [proxy.async_setup(), bluetooth.async_register_scanner(self.hass, proxy)]

    def connect_stranger(self) -> FakeProxy:
        """Register a scanner that is no anchor and lies in no area."""
        return self.add_proxy("New proxy", "nowhere", placed=False)

    def disconnect(self, area_id: str) -> None:
        """Take a proxy off the network."""
        for cleanup in reversed(self._cleanup.pop(area_id)):
            cleanup()

    async def async_set_up(self) -> Runtime:
        """Set the integration up through its own flow, with all proxies as anchors."""
        flow = self.hass.config_entries.flow
        result = await flow.async_init(DOMAIN, context={"source": "user"})
        result = await flow.async_configure(
            result["flow_id"], {"anchors": [proxy.source for proxy in self.proxies.values()]}
        )
        while result["type"] is FlowResultType.FORM:
            result = await flow.async_configure(result["flow_id"], {})
        assert result["type"] is FlowResultType.CREATE_ENTRY
        self.entry = result["result"]
        await self.hass.async_block_till_done()
        assert result["result"].state is ConfigEntryState.LOADED
        return self.runtime

    @property
    def runtime(self) -> Runtime:
        """What runs behind the entry."""
        assert self.entry
        return self.entry.runtime_data

    def state(self, entity_id: str) -> State:
        """Return a state that must exist."""
        state = self.hass.states.get(entity_id)
        assert state is not None, f"{entity_id} is none of {self.hass.states.async_entity_ids()}"
        return state

    async def async_add_beacon(self, text: str = f"{TAG_UUID}/1/2", kind: str = "ibeacon", name: str = "Tag") -> str:
        """Add a beacon through the flow and return its id."""
        assert self.entry
        flow = self.hass.config_entries.subentries
        result = await flow.async_init((self.entry.entry_id, "beacon"), context={"source": "user"})
        result = await flow.async_configure(result["flow_id"], {"next_step_id": kind})
        result = await flow.async_configure(result["flow_id"], {"identity": text, "name": name})
        assert result["type"] is FlowResultType.CREATE_ENTRY, result
        await self.hass.async_block_till_done()
        return next(one.subentry_id for one in self.entry.subentries.values() if one.title == name)

    def subentry(self, unique_id: str) -> ConfigSubentry:
        """Return a subentry by its unique id."""
        assert self.entry
        return next(one for one in self.entry.subentries.values() if one.unique_id == unique_id)

    async def async_draw(self) -> None:
        """Draw all rooms, 4 m x 3 m each, side by side, with the proxy in the middle of its room."""
        assert self.entry
        entries = self.hass.config_entries
        for number, area_id in enumerate(("kitchen", "living_room", "bedroom")):
            left, right = 4.0 * number, 4.0 * (number + 1)
            outline = [[left, 0.0], [right, 0.0], [right, 3.0], [left, 3.0]]
            room, anchor = self.subentry(f"room_{area_id}"), self.subentry(f"anchor_{self.source(area_id)}")
            entries.async_update_subentry(self.entry, room, data={**room.data, "outline": outline})
            entries.async_update_subentry(self.entry, anchor, data={**anchor.data, "x": left + 2.0, "y": 1.5})
        await self.hass.async_block_till_done()
        await self.clock.async_pass(1)

    async def async_add_zone(
        self, name: str = "Stove", left: float = 0.0, width: float = 4.0, floor_id: str = "ground_floor", **data: Any
    ) -> str:
        """Add a zone 3 m deep, by default the whole kitchen, and return its id."""
        assert self.entry
        outline = [[left, 0.0], [left + width, 0.0], [left + width, 3.0], [left, 3.0]]
        new = ConfigSubentry(
            data=MappingProxyType({"floor_id": floor_id, "outline": outline, **data}),
            subentry_type="zone",
            title=name,
            unique_id=None,
        )
        self.hass.config_entries.async_add_subentry(self.entry, new)
        await self.hass.async_block_till_done()
        await self.clock.async_pass(1)
        return new.subentry_id

    def transmit(self, area_id: str, address: str = TAG_ADDRESS, **payload: Any) -> None:
        """Let a tag in one area send one packet that every connected proxy hears."""
        payload = payload or {"manufacturer_data": ibeacon_data()}
        for area, proxy in self.proxies.items():
            if area in self._cleanup:
                proxy.hear(address, NEAR_DBM if area == area_id else FAR_DBM, **payload)

    async def async_stay(self, area_id: str, seconds: float, address: str = TAG_ADDRESS, **payload: Any) -> None:
        """Let a tag stay in an area, with one packet a second."""
        for _ in range(round(seconds)):
            self.transmit(area_id, address, **payload)
            await self.clock.async_pass(1.0)

    async def async_close(self) -> None:
        """Unload the integration and unplug all proxies."""
        if self.entry and self.entry.state is ConfigEntryState.LOADED:
            assert await self.hass.config_entries.async_unload(self.entry.entry_id)
        for area_id in tuple(self._cleanup):
            self.disconnect(area_id)
        await self.hass.async_block_till_done()
