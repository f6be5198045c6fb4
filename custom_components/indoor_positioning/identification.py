"""Who sent each packet, what that proves, and whether a beacon has a double.

The engine decides all three; here it is fed with what Home Assistant hears, on this machine's clocks.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval

from . import clock
from .engine.home import Home, Position
from .engine.identity import Advertisement, Identity, IdentityResolver, Resolution
from .engine.identity.clone_watch import BLOCK_S, CloneWatch, Sighting, Suspicion
from .engine.observation import Observation

_LOGGER = logging.getLogger(__name__)

# Seconds by which wall and monotonic clock must part at once for a step: time servers slew what is less.
CLOCK_STEP_S: Final = 1.0

type SuspicionListener = Callable[[str, Suspicion | None], None]


class Identification:
    """The identities of one home.

    `on_suspicion` is called when a double of a beacon is suspected, when it shows again, and when it is no more.
    """

    def __init__(self, hass: HomeAssistant, on_suspicion: SuspicionListener) -> None:
        self._hass = hass
        self._on_suspicion = on_suspicion
        self._resolver = IdentityResolver()
        self._clones = CloneWatch(self._distance)
        self._suspicions: dict[str, Suspicion | None] = {}
        self._places: dict[str, Position] = {}
        self._clock_offset = clock.time() - clock.monotonic()
        self._unsubscribe: CALLBACK_TYPE

    @callback
    def start(self) -> None:
        """Look for doubles from now on."""
        self._unsubscribe = async_track_time_interval(
            self._hass, self._check, timedelta(seconds=BLOCK_S), cancel_on_shutdown=True
        )

    @callback
    def stop(self) -> None:
        """Look no more."""
        self._unsubscribe()

    @callback
    def follow(self, home: Home) -> None:
        """Take the places of the anchors: what is heard at two distant ones at once has a double."""
        elevations = {floor.id: floor.elevation for floor in home.floors}
        self._places = {
            anchor.id: (*anchor.position[:2], elevations.get(anchor.floor, 0.0) + anchor.position[2])
            for anchor in home.anchors
            if anchor.position
        }

    @callback
    def set_beacon(self, beacon_id: str, identities: Sequence[Identity]) -> None:
        """Know a beacon by these identities, and no others."""
        self._resolver.remove(beacon_id)
        self._suspicions.setdefault(beacon_id, None)
        for identity in identities:
            self._resolver.add(beacon_id, identity)

    @callback
    def remove_beacon(self, beacon_id: str) -> None:
        """Forget a beacon."""
        self._resolver.remove(beacon_id)
        self._clones.dismiss(beacon_id)
        self._suspicions.pop(beacon_id, None)

    def resolve(self, adv: Advertisement) -> Resolution | None:
        """Return whose packet this is, None for a stranger's."""
        return self._resolver.resolve(adv, self._utc())

    def heard(self, observation: Observation, resolution: Resolution, adv: Advertisement) -> None:
        """Take a packet of a tracked beacon. Hot path: it runs for every one."""
        self._clones.observe(
            Sighting(
                observation.time,
                observation.beacon,
                observation.anchor,
                observation.rssi,
                adv.address,
                resolution.identity.key,
                resolution.match.expired,
                resolution.match.reference_rssi,
            )
        )

    def _utc(self) -> float:
        """Seconds since 1970; learnt clocks are kept where they are when this machine's own is set."""
        now = clock.time()
        offset = now - clock.monotonic()
        step, self._clock_offset = offset - self._clock_offset, offset
        if abs(step) > CLOCK_STEP_S:
            _LOGGER.info("This machine's clock was set by %+.0f s; the clocks of beacons are kept", step)
            self._resolver.host_clock_stepped(step)
        return now

    @callback
    def _check(self, _now: datetime) -> None:
        """Tell of doubles that were found, and of those that have not shown for long."""
        now = clock.monotonic()
        for beacon_id, before in tuple(self._suspicions.items()):
            suspicion = self._clones.suspicion(beacon_id, now)
            self._suspicions[beacon_id] = suspicion
            if suspicion != before:
                self._on_suspicion(beacon_id, suspicion)

    def _distance(self, first: str, second: str) -> float | None:
        """Metres between two anchors, None where the plan does not say."""
        if first not in self._places or second not in self._places:
            return None
        return math.dist(self._places[first], self._places[second])
