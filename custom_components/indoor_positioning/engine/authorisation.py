"""May a door open for this beacon now? The rules, all of which must hold, and the names of those that do not.

Bluetooth advertisements can be copied and relayed. So a door asks for more than a place: an identity that is not
public, heard just now, by several anchors that agree, in a zone that is very probable, to which the beacon has come.
What these rules cannot tell from the honest beacon is a relay that is carried along the very way; a second factor can.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from .agreement import Agreement, agreement
from .approach import Approach
from .estimate import Estimate
from .identity.base import Assurance
from .model import PositioningModel
from .observation import Observation

# Evidence for a door is at most this old (s).
FRESH_S: Final = 3.0

# Bluetooth Core Specification, Vol 4 Part E 7.8.5: advertising events are at least 20 ms apart, and a receiver hears
# each of them once. More is more than one transmitter.
MOST_PACKETS_PER_S: Final = 50

# After a flood nothing is believed for this long: what was heard before and during it may be the attacker's (s).
FLOOD_MEMORY_S: Final = 30.0

# Readings kept for one beacon; enough for every anchor of a large home at the greatest honest rate (packets).
MAX_READINGS: Final = 2000

# From this probability on a beacon is taken to be at the door, and from this on to have left it again.
AT_DOOR_PROBABILITY: Final = 0.6
LEFT_PROBABILITY: Final = 0.3

# An honest arrival passes all rules within 3 s of standing there (measured); what does not pass by then is refused (s).
PATIENCE_S: Final = 4.0

# The door counts as opened for this long; a lock that follows the sensor falls shut after it (s).
HOLD_S: Final = 5.0


class Refusal(StrEnum):
    """Why a door stays shut (a translation key)."""

    ASSURANCE = "assurance"
    """Nothing was heard lately that proves enough: the identity can be copied by anyone, or has expired."""
    STALE = "stale"
    """The newest packet is too old."""
    TOO_FEW_ANCHORS = "too_few_anchors"
    """Fewer anchors than asked for hear the beacon as one at this place would be heard."""
    CONTRADICTION = "contradiction"
    """An anchor hears it louder than is possible from this place."""
    IMPROBABLE = "improbable"
    """The zone is not probable enough."""
    NO_APPROACH = "no_approach"
    """It did not come here: it appeared, leapt, or has been here all along."""
    CLONE_SUSPECTED = "clone_suspected"
    """The beacon seems to have a double."""
    FLOOD = "flood"
    """More packets than one transmitter can send."""
    TOO_SOON = "too_soon"
    """It was authorised a moment ago."""
    SECOND_FACTOR = "second_factor"
    """The second factor is not given."""


@dataclass(frozen=True, slots=True)
class DoorRules:
    """What one secure zone asks for.

    `anchors` is how many must agree, `probability` that of the zone, `interval` the seconds between two
    authorisations of one beacon, `origins` the rooms from which one comes (empty: any).
    """

    assurance: Assurance = Assurance.ROTATING
    anchors: int = 3
    probability: float = 0.9
    interval: float = 30.0
    origins: frozenset[str] = frozenset()


class Outcome(StrEnum):
    """What a door says to a beacon."""

    IDLE = "idle"
    PENDING = "pending"
    REFUSED = "refused"
    AUTHORISED = "authorised"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said at `time`; `news` marks the moment of an authorisation or of a refusal, once a visit each."""

    time: float
    outcome: Outcome
    refusals: tuple[Refusal, ...] = ()
    agreement: Agreement = field(default_factory=Agreement)
    news: bool = False


class DoorGuard:
    """Judges one beacon at one secure zone. Feed it every packet and every estimate of the beacon."""

    def __init__(self, zone: str, rules: DoorRules) -> None:
        self._zone = zone
        self._rules = rules
        self._approach = Approach(zone, rules.origins)
        # Every packet's time and anchor, and the readings of those that prove enough.
        self._packets: deque[tuple[float, str]] = deque(maxlen=MAX_READINGS)
        self._readings: deque[Observation] = deque(maxlen=MAX_READINGS)
        self._arrived_at: float | None = None
        self._authorised_at = self._flooded_at = float("-inf")
        self._opened = self._told = False

    def observe(self, observation: Observation) -> None:
        """Take one packet. Constant cost."""
        self._packets.append((observation.time, observation.anchor))
        assurance = observation.assurance
        if assurance is not None and assurance.rank >= self._rules.assurance.rank:
            self._readings.append(observation)

    def judge(
        self,
        now: float,
        model: PositioningModel,
        estimate: Estimate,
        *,
        clone_suspected: bool,
        second_factor: bool = True,
    ) -> Verdict:
        """Return what the door says at `now`, given the newest estimate."""
        self._forget_before(now - FRESH_S)
        if self._is_flooded(now):
            self._flooded_at = now
        heard = agreement(model, estimate, self._readings)
        self._approach.update(estimate, heard)
        chance = estimate.zone_probabilities.get(self._zone, 0.0)
        if not self._is_there(now, chance):
            return Verdict(now, Outcome.IDLE)
        if self._opened:
            held = now - self._authorised_at <= HOLD_S and not clone_suspected
            return Verdict(now, Outcome.AUTHORISED if held else Outcome.IDLE)
        refusals = tuple(self._refusals(now, estimate, chance, heard))
        if clone_suspected:
            refusals += (Refusal.CLONE_SUSPECTED,)
        if not second_factor:
            refusals += (Refusal.SECOND_FACTOR,)
        if not refusals:
            self._opened, self._authorised_at = True, now
            return Verdict(now, Outcome.AUTHORISED, (), heard, news=True)
        return self._refuse(Verdict(now, Outcome.PENDING, refusals, heard))

    def _is_there(self, now: float, chance: float) -> bool:
        if self._arrived_at is None and chance >= AT_DOOR_PROBABILITY:
            self._arrived_at, self._opened, self._told = now, False, False
        elif self._arrived_at is not None and chance <= LEFT_PROBABILITY:
            self._arrived_at = None
        return self._arrived_at is not None

    def _refuse(self, verdict: Verdict) -> Verdict:
        """Turn what is not (yet) authorised into a refusal once an honest beacon would have passed."""
        if self._arrived_at is None or verdict.time - self._arrived_at < PATIENCE_S:
            return verdict
        news, self._told = not self._told, True
        return replace(verdict, outcome=Outcome.REFUSED, news=news)

    def _refusals(self, now: float, estimate: Estimate, chance: float, heard: Agreement) -> list[Refusal]:
        rules = self._rules
        found = {
            Refusal.ASSURANCE: not self._readings,
            Refusal.STALE: now - estimate.evidence_time > FRESH_S,
            Refusal.TOO_FEW_ANCHORS: len(heard.agreeing) < rules.anchors,
            Refusal.CONTRADICTION: bool(heard.contradicting),
            Refusal.IMPROBABLE: chance < rules.probability,
            Refusal.NO_APPROACH: not self._approach.complete(now),
            Refusal.FLOOD: now - self._flooded_at < FLOOD_MEMORY_S,
            Refusal.TOO_SOON: now - self._authorised_at < rules.interval,
        }
        return [refusal for refusal, holds in found.items() if holds]

    def _is_flooded(self, now: float) -> bool:
        if len(self._packets) == MAX_READINGS:
            return True
        counts: dict[str, int] = {}
        for time, anchor in self._packets:
            if now - time <= 1.0:
                counts[anchor] = counts.get(anchor, 0) + 1
        return max(counts.values(), default=0) > MOST_PACKETS_PER_S

    def _forget_before(self, oldest: float) -> None:
        while self._packets and self._packets[0][0] < oldest:
            self._packets.popleft()
        while self._readings and self._readings[0].time < oldest:
            self._readings.popleft()
