"""From Home Assistant's Bluetooth stream to observations of tracked beacons.

Two public hooks of the `bluetooth` integration are used together. The per-address callback delivers every
packet that any scanner hears, unchanged ones included, but only for addresses one already knows. The wildcard
callback tells of new addresses and changed payloads, once and from one scanner only: it finds beacons, also
after their address has rotated, and registers the per-address callback for them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bleak.backends.device import BLEDevice
from homeassistant.components import bluetooth
from homeassistant.components.bluetooth import (
    BluetoothCallbackMatcher,
    BluetoothChange,
    BluetoothScanningMode,
    BluetoothServiceInfoBleak,
)
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval

from . import clock
from .engine.identity import Advertisement, Assurance, Identity
from .engine.observation import Observation, is_valid_rssi
from .identification import Identification

# Seconds. Proxies batch packets for up to 0.2 s; what is older than this comes out of a cache (the stack
# replays its history at registration, and restores scanners' histories from disk at start) and says nothing
# about where a beacon is now.
STALE_AFTER_S: Final = 5.0

# A packet cannot be heard in the future; the coarse clock of the stack may be off by some milliseconds.
FUTURE_TOLERANCE_S: Final = 1.0

# Phones rotate their resolvable private address every 15 minutes (Bluetooth Core 5.4, Vol 3 Part C,
# TGAP(private_addr_int)); an address that was silent for as long is most likely gone for good.
ADDRESS_TIMEOUT_S: Final = 900.0
EXPIRY_INTERVAL: Final = timedelta(minutes=5)


@dataclass(slots=True)
class Receptions:
    """What arrived for tracked beacons since the start: usable packets per beacon and anchor, and refused ones.

    `links` holds those per beacon and anchor since it was last taken.
    """

    per_beacon: Counter[str] = field(default_factory=Counter)
    per_anchor: Counter[str] = field(default_factory=Counter)
    links: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    invalid_rssi: int = 0
    stale: int = 0

    @property
    def delivered(self) -> int:
        """How many usable packets arrived."""
        return self.per_beacon.total()

    def take_links(self) -> dict[str, Counter[str]]:
        """Return the packets of each beacon, by anchor, since this was last called."""
        links, self.links = self.links, defaultdict(Counter)
        return links


def advertisement_of(info: BluetoothServiceInfoBleak) -> Advertisement:
    """Return what identities look at."""
    return Advertisement(
        address=info.address,
        manufacturer_data=info.manufacturer_data,
        service_data=info.service_data,
        service_uuids=info.service_uuids,
        name=info.name,
        random_address=has_random_address(info.device),
    )


def has_random_address(device: BLEDevice) -> bool | None:
    """Whether the address is a random one, as far as the receiver says: proxies by a number, BlueZ by a word."""
    details = device.details
    if not isinstance(details, Mapping):
        return None
    properties = details.get("props")
    kind = properties.get("AddressType") if isinstance(properties, Mapping) else details.get("address_type")
    return {0: False, "public": False, 1: True, "random": True}.get(kind)


class _AddressLink:
    """The registration of one address that a tracked beacon uses at present."""

    __slots__ = ("_ingest", "address", "beacon_id", "last_heard")

    def __init__(self, ingest: Ingest, address: str, beacon_id: str, last_heard: float) -> None:
        self._ingest = ingest
        self.address = address
        self.beacon_id = beacon_id
        self.last_heard = last_heard

    def receive(self, info: BluetoothServiceInfoBleak) -> None:
        """Take one packet. This is the hot path: it runs for every packet of every tracked beacon."""
        ingest = self._ingest
        heard = info.time
        self.last_heard = heard
        if not -FUTURE_TOLERANCE_S <= clock.monotonic() - heard <= STALE_AFTER_S:
            ingest.receptions.stale += 1
            return
        rssi = info.rssi
        if not is_valid_rssi(rssi):
            ingest.receptions.invalid_rssi += 1
            return
        adv = advertisement_of(info)
        if resolution := ingest.identification.resolve(adv):
            # One address may carry the frames of several tracked beacons in turn.
            observation = Observation(heard, resolution.beacon_id, info.source, rssi, resolution.assurance)
            ingest.identification.heard(observation, resolution, adv)
        else:
            # It does not say who sent it. Its address was this beacon's, but anyone can send from an address.
            observation = Observation(heard, self.beacon_id, info.source, rssi, Assurance.PUBLIC)
        receptions = ingest.receptions
        receptions.per_beacon[observation.beacon] += 1
        receptions.per_anchor[info.source] += 1
        receptions.links[observation.beacon][info.source] += 1
        ingest.on_packet(observation.beacon, heard, adv)
        ingest.deliver(observation)


class Ingest:
    """Delivers every packet of the tracked beacons as an `Observation`.

    `deliver` is called in the event loop for each usable packet; `on_reference_rssi` whenever a beacon's payload
    says with which strength it is received at 1 m; `on_packet` with beacon, time and content of each usable packet, for
    what it tells of the tag itself.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        identification: Identification,
        deliver: Callable[[Observation], None],
        on_reference_rssi: Callable[[str, float], None],
        on_packet: Callable[[str, float, Advertisement], None],
    ) -> None:
        self._hass = hass
        self._on_reference_rssi = on_reference_rssi
        self._links: dict[str, _AddressLink] = {}
        self._unregister: dict[str, CALLBACK_TYPE] = {}
        self._unsubscribe: list[CALLBACK_TYPE] = []
        self.identification = identification
        self.deliver = deliver
        self.on_packet = on_packet
        self.receptions = Receptions()

    @property
    def addresses(self) -> int:
        """How many addresses are registered at present."""
        return len(self._links)

    @callback
    def start(self) -> None:
        """Start to listen. What the stack has heard lately is looked through for tracked beacons at once."""
        self._unsubscribe = [
            bluetooth.async_register_callback(
                self._hass,
                self._discovered,
                BluetoothCallbackMatcher(connectable=False),
                BluetoothScanningMode.PASSIVE,
            ),
            async_track_time_interval(self._hass, self._expire, EXPIRY_INTERVAL, cancel_on_shutdown=True),
        ]

    @callback
    def stop(self) -> None:
        """Stop to listen."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe = []
        for address in tuple(self._links):
            self._release(address)

    @callback
    def set_beacon(self, beacon_id: str, identities: Sequence[Identity]) -> None:
        """Track a beacon, or go on tracking it by other identities."""
        self._release_beacon(beacon_id)
        self.identification.set_beacon(beacon_id, identities)
        if self._unsubscribe:
            for info in bluetooth.async_discovered_service_info(self._hass, connectable=False):
                self._discovered(info, BluetoothChange.ADVERTISEMENT)

    @callback
    def remove_beacon(self, beacon_id: str) -> None:
        """Stop tracking a beacon."""
        self.identification.remove_beacon(beacon_id)
        self._release_beacon(beacon_id)

    def _release_beacon(self, beacon_id: str) -> None:
        for link in tuple(self._links.values()):
            if link.beacon_id == beacon_id:
                self._release(link.address)

    @callback
    def _discovered(self, info: BluetoothServiceInfoBleak, _change: BluetoothChange) -> None:
        """Look at a new address or a changed payload."""
        if (resolution := self.identification.resolve(advertisement_of(info))) is None:
            # A frame that says nothing of who sent it (telemetry between two identity frames) ends no link.
            return
        if (link := self._links.get(info.address)) is None:
            link = _AddressLink(self, info.address, resolution.beacon_id, info.time)
            self._links[info.address] = link
            self._unregister[info.address] = bluetooth.async_register_advertisement_callback(
                self._hass, link.receive, info.address
            )
            # The stack has dispatched this very packet already, before the callback for its address was there.
            link.receive(info)
        if resolution.match.reference_rssi is not None:
            self._on_reference_rssi(resolution.beacon_id, resolution.match.reference_rssi)

    @callback
    def _expire(self, _now: datetime) -> None:
        """Give up addresses that are no longer used.

        Only once the stack has forgotten an address too: it tells of a known address with an unchanged payload
        no second time, so a beacon that comes back would not be found again.
        """
        oldest = clock.monotonic() - ADDRESS_TIMEOUT_S
        for link in tuple(self._links.values()):
            if link.last_heard < oldest and not bluetooth.async_address_present(
                self._hass, link.address, connectable=False
            ):
                self._release(link.address)

    def _release(self, address: str) -> None:
        del self._links[address]
        self._unregister.pop(address)()
