"""Is there a double? Looks at every reception of the tracked beacons for signs of a second transmitter.

What is copied cannot be told from the original by its content, only by its behaviour: it is in
another place, takes turns, adds packets, or comes too late. A false alarm is worse than a slow one,
so each sign has to last for more than a minute, and what honest multi-path, late batches and changes of address
do is allowed for in the detectors (clone_places, clone_rhythm, clone_addresses, clone_rate).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .clone_addresses import ExpiredAddressWatch, ExpiredIdentityWatch, TurnsWatch
from .clone_places import PairTest, PlaceWatch
from .clone_rate import RateWatch
from .clone_rhythm import RhythmWatch
from .opposed_jumps import OpposedJumps
from .sighting import CloneReason, Evidence, Sighting, Suspicion
from .sighting_block import SightingBlock
from .too_far_apart import AnchorDistance, TooFarApart

__all__ = ["AnchorDistance", "CloneReason", "CloneWatch", "Sighting", "Suspicion"]

# Readings are judged in blocks of so many seconds, each beacon's on its own: cheap, no spike in the
# event loop, and late batches fall into place.
BLOCK_S = 10.0

# A suspicion that does not show again is dropped after this time. The copy may only have paused.
CLEAR_AFTER_S = 3600.0

# Anchors that are drawn too far apart hear every beacon near them "in two places". If they do so for
# another beacon too, that speaks against the plan, not against the beacons.
_PLAN_DOUBTED_FOR_S = 24 * 3600.0


@dataclass(slots=True)
class _Beacon:
    places: PlaceWatch
    block_ends: float
    rhythm: RhythmWatch = field(default_factory=RhythmWatch)
    turns: TurnsWatch = field(default_factory=TurnsWatch)
    expired_identities: ExpiredIdentityWatch = field(default_factory=ExpiredIdentityWatch)
    expired_addresses: ExpiredAddressWatch = field(default_factory=ExpiredAddressWatch)
    block: SightingBlock = field(default_factory=SightingBlock)
    identities: set[str] = field(default_factory=set)
    suspicions: dict[CloneReason, Suspicion] = field(default_factory=dict)

    def judge(self, name: str) -> Iterator[Evidence]:
        block = self.block.take(name)
        for watch in (self.expired_identities, self.expired_addresses, self.turns, self.places, self.rhythm):
            evidence = watch.update(block)
            if evidence is not None:
                yield evidence


class CloneWatch:
    """Watches all beacons of a home. Feed it every reception; ask it now and then."""

    def __init__(
        self, distance: AnchorDistance | None = None, *, judge_later: Callable[[str], None] | None = None
    ) -> None:
        """`distance` gives metres between two anchors, or None where the plan does not say.

        Judging takes milliseconds now and then. Whoever cannot spare them among packets gives `judge_later`, which is
        called with each beacon that is to be judged, until `suspicion` is asked for: that judges it.
        """
        self._distance = distance
        self._judge_later = judge_later
        self._beacons: dict[str, _Beacon] = {}
        self._rate = RateWatch()

    def observe(self, sighting: Sighting) -> None:
        """Take one reception; appends, and judges its beacon at the end of a block, or lets it be judged later."""
        beacon = self._beacons.get(sighting.beacon)
        if beacon is None:
            beacon = self._beacons[sighting.beacon] = self._new_beacon(sighting.time)
        elif sighting.time >= beacon.block_ends:
            if self._judge_later is None:
                self._judge(sighting.beacon, sighting.time)
            else:
                self._judge_later(sighting.beacon)
        beacon.block.add(sighting)
        beacon.identities.add(sighting.identity)
        self._rate.observe(sighting)

    def suspicion(self, beacon: str, now: float) -> Suspicion | None:
        """The suspicion about a beacon that showed last, None if there is none (any more)."""
        known = self._beacons.get(beacon)
        if known is None:
            return None
        if now >= known.block_ends:
            self._judge(beacon, now)
        alive = [s for s in known.suspicions.values() if now - s.last_shown < CLEAR_AFTER_S]
        known.suspicions = {suspicion.reason: suspicion for suspicion in alive}
        credible = [suspicion for suspicion in alive if not self._speaks_against_plan(beacon, suspicion)]
        return max(credible, key=lambda suspicion: suspicion.last_shown, default=None)

    def dismiss(self, beacon: str) -> None:
        """Forget everything about a beacon: it was removed, or somebody looked after it."""
        known = self._beacons.pop(beacon, None)
        if known is not None:
            self._rate.forget(sorted(known.identities))

    def snapshot(self, now: float) -> dict[str, Any]:
        """What took long to learn and what is suspected, JSON-able; holds identity keys and anchors, no secrets."""
        return {
            "rate": self._rate.snapshot(),
            "suspicions": {
                name: [suspicion.to_dict(now) for suspicion in beacon.suspicions.values()]
                for name, beacon in self._beacons.items()
                if beacon.suspicions
            },
        }

    def restore(self, data: Mapping[str, Any], then: float) -> None:
        """Take up what `snapshot` gave at the moment `then`, on the clock of this run. Never raises."""
        rate, suspicions = data.get("rate"), data.get("suspicions")
        if isinstance(rate, Mapping):
            self._rate.restore(rate)
        for name, stored in suspicions.items() if isinstance(suspicions, Mapping) else ():
            known = self._beacons.setdefault(name, self._new_beacon(then))
            for row in stored if isinstance(stored, list) else ():
                if suspicion := Suspicion.from_dict(row, then):
                    known.suspicions[suspicion.reason] = suspicion

    def _new_beacon(self, now: float) -> _Beacon:
        return _Beacon(PlaceWatch(self._pair_tests), block_ends=now + BLOCK_S)

    def _pair_tests(self) -> list[PairTest]:
        by_plan = [] if self._distance is None else [TooFarApart(self._distance)]
        return [OpposedJumps(), *by_plan]

    def _judge(self, name: str, now: float) -> None:
        beacon = self._beacons[name]
        beacon.block_ends = now + BLOCK_S
        found = list(beacon.judge(name))
        rates = (self._rate.update(identity, now) for identity in beacon.identities)
        found += [evidence for evidence in rates if evidence is not None]
        for evidence in found:
            known = beacon.suspicions.get(evidence.reason)
            since = known.since if known is not None and now - known.last_shown < CLEAR_AFTER_S else now
            beacon.suspicions[evidence.reason] = Suspicion(
                evidence.reason, evidence.anchors, since, now, evidence.relies_on_plan
            )

    def _speaks_against_plan(self, name: str, suspicion: Suspicion) -> bool:
        if not suspicion.relies_on_plan:
            return False
        others = (beacon.suspicions.get(suspicion.reason) for other, beacon in self._beacons.items() if other != name)
        return any(
            other is not None
            and other.relies_on_plan
            and len(other.anchors & suspicion.anchors) >= 2
            and abs(other.last_shown - suspicion.last_shown) < _PLAN_DOUBTED_FOR_S
            for other in others
        )
