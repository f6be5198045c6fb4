"""Asks, once and quietly, about an unknown beacon that stays near.

A subentry has no discovery of its own in Home Assistant, and a second config entry, which discovery flows are for,
is not wanted here: so the question is a repair issue, as for a new receiver. "Ignore" on it is for good.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.components import bluetooth
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.event import async_track_time_interval

from . import clock
from .beacons import identities_of
from .const import CONF_IGNORED_BEACONS, DOMAIN, SUBENTRY_BEACON
from .engine.identity import Identity, offered_identity
from .engine.identity.newcomers import LOOK_INTERVAL_S, STRONG_DBM, Newcomers, Stranger
from .engine.identity.overlap import overlap
from .engine.identity.static_address import AddressIdentity
from .engine.observation import is_valid_rssi
from .identification import Identification
from .ingest import advertisement_of
from .issues import Issues, Problem
from .scanners import scanner_name

# Seconds after which a question about something that is gone is withdrawn.
WITHDRAWN_AFTER_S: Final = 24 * 3600.0


class NewcomerWatch:
    """Looks at strangers once a minute, and holds what is on offer."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry[Any], issues: Issues, identification: Identification
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._issues = issues
        self._identification = identification
        self._newcomers = Newcomers()
        self._offers: dict[str, Stranger] = {}
        self._last_heard: dict[str, float] = {}
        self._unsubscribe: list[CALLBACK_TYPE] = []

    @callback
    def start(self) -> None:
        """Look from now on."""
        self._unsubscribe = [
            async_track_time_interval(
                self._hass, self._look, timedelta(seconds=LOOK_INTERVAL_S), cancel_on_shutdown=True
            ),
            self._hass.bus.async_listen(ir.EVENT_REPAIRS_ISSUE_REGISTRY_UPDATED, self._issue_changed),
        ]

    @callback
    def stop(self) -> None:
        """Look no more."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe = []

    def offer(self, key: str) -> Stranger | None:
        """Return what an issue asks about, None if it was settled meanwhile."""
        return self._offers.get(key)

    @callback
    def _look(self, _now: datetime) -> None:
        now = clock.monotonic()
        heard = {stranger.identity.key: stranger for stranger in self._strangers(now)}
        self._last_heard |= dict.fromkeys(heard.keys() & self._offers.keys(), now)
        for key, stranger in tuple(self._offers.items()):
            if self._is_tracked(stranger.identity) or now - self._last_heard[key] >= WITHDRAWN_AFTER_S:
                self._settle(key)
        fresh = [one for key, one in heard.items() if key not in self._offers]
        if chosen := self._newcomers.look(now, fresh, len(self._offers)):
            self._offers[chosen.identity.key] = chosen
            self._last_heard[chosen.identity.key] = now
            self._issues.newcomer(chosen.identity.key, scanner_name(self._hass, chosen.anchor))

    def _strangers(self, now: float) -> Iterator[Stranger]:
        """Yield what is strong now, of what nobody has said yet that it is of no interest."""
        ignored = set(self._entry.options.get(CONF_IGNORED_BEACONS, ()))
        for info in bluetooth.async_discovered_service_info(self._hass, connectable=False):
            if info.rssi < STRONG_DBM or not is_valid_rssi(info.rssi) or now - info.time > LOOK_INTERVAL_S:
                continue
            adv = advertisement_of(info)
            # A tracked beacon may send frames by which it is not known: it is no stranger for that.
            if self._identification.resolve(adv) or (identity := offered_identity(adv)) is None:
                continue
            if identity.key in ignored or self._is_known_device(identity):
                continue
            title = info.name if info.name != info.address else identity.key.partition(":")[2]
            yield Stranger(identity, title, info.source, info.rssi)

    def _is_tracked(self, identity: Identity) -> bool:
        beacons = self._entry.get_subentries_of_type(SUBENTRY_BEACON)
        return any(overlap(identity, known) for beacon in beacons for known in identities_of(beacon))

    def _is_known_device(self, identity: Identity) -> bool:
        """Whether another integration has a device with this address: a thermometer, a lamp, a toothbrush."""
        if not isinstance(identity, AddressIdentity):
            return False
        connection = (dr.CONNECTION_BLUETOOTH, identity.address)
        return bool(dr.async_get(self._hass).async_get_devices(connections={connection}))

    @callback
    def _issue_changed(self, event: Event[ir.EventIssueRegistryUpdatedData]) -> None:
        """Remember for good what was ignored."""
        issue_id, prefix = event.data["issue_id"], f"{Problem.BEACON_NEW}_"
        if event.data["domain"] != DOMAIN or not issue_id.startswith(prefix):
            return
        key = issue_id.removeprefix(prefix)
        issue = ir.async_get(self._hass).async_get_issue(DOMAIN, issue_id)
        if key in self._offers and issue and issue.dismissed_version:
            known = self._entry.options.get(CONF_IGNORED_BEACONS, ())
            options = {**self._entry.options, CONF_IGNORED_BEACONS: [*known, key]}
            self._hass.config_entries.async_update_entry(self._entry, options=options)
            self._settle(key)

    def _settle(self, key: str) -> None:
        del self._offers[key]
        del self._last_heard[key]
        self._issues.withdraw(Problem.BEACON_NEW, key)
