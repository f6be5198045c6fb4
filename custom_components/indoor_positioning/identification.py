"""Who sent each packet, what that proves, what tags tell of themselves, and whether a beacon has a double.

The engine decides all of it; here it is fed with what Home Assistant hears, on this machine's clocks.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval

from . import clock
from .engine.ground import ground_of_anchor
from .engine.home import Home, Position
from .engine.identity import Advertisement, Identity, IdentityResolver, Resolution, decode_telemetry
from .engine.identity.clone_watch import BLOCK_S, CloneWatch, Sighting, Suspicion
from .engine.identity.tag_report import TagReport
from .engine.observation import Observation
from .identity_store import IdentityStore
from .listeners import call_all, register
from .turns import Turns

_LOGGER = logging.getLogger(__name__)

# Seconds by which wall and monotonic clock must part at once for a step: time servers slew what is less.
CLOCK_STEP_S: Final = 1.0

# Tags send telemetry every 10 s or so; a battery or a temperature that is written once a minute is soon enough.
REPORT_INTERVAL_S: Final = 60.0

# Habits and clocks change little in an hour; a crash loses that much.
KEEP_INTERVAL_S: Final = 3600.0


type SuspicionListener = Callable[[str, Suspicion | None], None]


@dataclass(slots=True)
class _Known:
    """One beacon, beyond its place. `reported_at` in seconds on the monotonic clock."""

    suspicion: Suspicion | None = None
    report: TagReport | None = None
    reported_at: float = float("-inf")
    listeners: list[CALLBACK_TYPE] = field(default_factory=list)


class Identification:
    """The identities of one home.

    `on_suspicion` is called when a double of a beacon is suspected, when it shows again, and when it is no more;
    `on_new_report` when a tag tells for the first time, or more than before, of itself.
    """

    def __init__(
        self, hass: HomeAssistant, entry_id: str, on_suspicion: SuspicionListener, on_new_report: CALLBACK_TYPE
    ) -> None:
        self._hass = hass
        self._on_suspicion = on_suspicion
        self._on_new_report = on_new_report
        self._store = IdentityStore(hass, entry_id)
        self._stored: Mapping[str, Any] = {}
        self._stored_at = 0.0
        self._resolver = IdentityResolver()
        # To judge one beacon takes a millisecond or more: not for many in one pass of the loop, nor among packets.
        self._turns = Turns(hass.loop, self._look_for_double)
        self._clones = CloneWatch(self._distance, judge_later=self._turns.line_up)
        self._known: dict[str, _Known] = {}
        self._places: dict[str, Position] = {}
        self._clock_offset = clock.time() - clock.monotonic()
        self._kept_at = clock.monotonic()
        self._unsubscribe: CALLBACK_TYPE

    async def async_load(self) -> None:
        """Read what is on disk; it is taken up by `start`, once the beacons are known."""
        self._stored, age = await self._store.async_load()
        self._stored_at = clock.monotonic() - age

    @callback
    def start(self) -> None:
        """Go on where the last run stopped, and look for doubles from now on."""
        self._restore()
        self._unsubscribe = async_track_time_interval(
            self._hass, self._check, timedelta(seconds=BLOCK_S), cancel_on_shutdown=True
        )

    async def async_stop(self) -> None:
        """Look no more, and keep what was learnt."""
        self._unsubscribe()
        self._turns.stop()
        await self.async_save()

    async def async_save(self) -> None:
        """Write what was learnt now."""
        await self._store.async_save(self._snapshot())

    @callback
    def subscribe(self, beacon_id: str, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` when a beacon's report or the suspicion about it has changed."""
        return register(self._known[beacon_id].listeners, listener)

    @callback
    def follow(self, home: Home) -> None:
        """Take the places of the anchors: what is heard at two distant ones at once has a double."""
        self._places = {
            anchor.id: (*anchor.position[:2], ground_of_anchor(home, anchor) + anchor.position[2])
            for anchor in home.anchors
            if anchor.position
        }

    @callback
    def set_beacon(self, beacon_id: str, identities: Sequence[Identity]) -> None:
        """Know a beacon by these identities, and no others; what those that stay have learnt stays."""
        learnt = self._resolver.snapshot()
        self._resolver.remove(beacon_id)
        self._known.setdefault(beacon_id, _Known())
        for identity in identities:
            self._resolver.add(beacon_id, identity)
        self._resolver.restore(learnt)

    @callback
    def remove_beacon(self, beacon_id: str) -> None:
        """Forget a beacon."""
        self._resolver.remove(beacon_id)
        self._clones.dismiss(beacon_id)
        self._turns.leave(beacon_id)
        self._known.pop(beacon_id, None)

    @callback
    def looked_after(self, beacon_id: str) -> None:
        """Somebody says that there is no double, or is none any more: suspect anew, and learn the clock anew."""
        self._clones.dismiss(beacon_id)
        self._resolver.forget_learnt(beacon_id)
        self._take_suspicion(beacon_id, None)

    def suspicion(self, beacon_id: str) -> Suspicion | None:
        """Return why a double is suspected, None if none is."""
        return self._known[beacon_id].suspicion

    def report(self, beacon_id: str) -> TagReport | None:
        """Return what a tag has told of itself last."""
        return self._known[beacon_id].report

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
        known = self._known[observation.beacon]
        if observation.time - known.reported_at < REPORT_INTERVAL_S or (telemetry := decode_telemetry(adv)) is None:
            return
        known.reported_at = observation.time
        before, known.report = known.report, TagReport.heard(telemetry, clock.time(), known.report)
        if before is None or not known.report.told <= before.told:
            self._on_new_report()
            self._store.save_later(self._snapshot)
        call_all(known.listeners)

    def _snapshot(self) -> dict[str, Any]:
        return {
            "learnt": self._resolver.snapshot(),
            "clones": self._clones.snapshot(clock.monotonic()),
            "reports": {beacon_id: known.report.to_dict() for beacon_id, known in self._known.items() if known.report},
        }

    def _restore(self) -> None:
        """Take up what is stored; what makes no sense is left out."""
        learnt, clones, reports = (self._stored.get(part) for part in ("learnt", "clones", "reports"))
        if isinstance(learnt, Mapping):
            self._resolver.restore(learnt)
        if isinstance(clones, Mapping):
            self._clones.restore(clones, self._stored_at)
        for beacon_id, report in reports.items() if isinstance(reports, Mapping) else ():
            if beacon_id in self._known:
                self._known[beacon_id].report = TagReport.from_dict(report)
        self._look_for_doubles()

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
        self._look_for_doubles()
        if clock.monotonic() - self._kept_at >= KEEP_INTERVAL_S:
            self._kept_at = clock.monotonic()
            self._store.save_later(self._snapshot)

    def _look_for_doubles(self) -> None:
        """Tell of doubles that were found, and of those that have not shown for long; one beacon after another."""
        for beacon_id in self._known:
            self._turns.line_up(beacon_id)

    def _look_for_double(self, beacon_id: str) -> None:
        self._take_suspicion(beacon_id, self._clones.suspicion(beacon_id, clock.monotonic()))

    def _take_suspicion(self, beacon_id: str, suspicion: Suspicion | None) -> None:
        known = self._known[beacon_id]
        before, known.suspicion = known.suspicion, suspicion
        if suspicion != before:
            self._on_suspicion(beacon_id, suspicion)
        if _shown(suspicion) != _shown(before):
            self._store.save_later(self._snapshot)
            call_all(known.listeners)

    def _distance(self, first: str, second: str) -> float | None:
        """Metres between two anchors, None where the plan does not say."""
        if first not in self._places or second not in self._places:
            return None
        return math.dist(self._places[first], self._places[second])


def _shown(suspicion: Suspicion | None) -> tuple[object, ...] | None:
    """What people see of a suspicion: not each time that it shows again."""
    return (suspicion.reason, suspicion.since, suspicion.anchors) if suspicion else None
