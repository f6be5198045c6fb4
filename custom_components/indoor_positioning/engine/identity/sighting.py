"""What the clone watch is told of one packet, and what it may come to suspect."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from .pattern import PatternIdentity
from .private_address import PrivateAddressIdentity

# A phone has a private address and a rate for each of its advertising sets, all at once; a pattern
# may match several of them. For other kinds, one identity is sent from one address at a time.
MANY_ADDRESSES_AT_ONCE = frozenset({PrivateAddressIdentity.kind, PatternIdentity.kind})


class CloneReason(StrEnum):
    """Why a second transmitter is suspected (a translation key)."""

    TWO_PLACES = "two_places"
    """One address is near two anchors at once that are far apart."""
    TWO_ADDRESSES = "two_addresses"
    """Two addresses keep taking turns with one identity."""
    TWO_RHYTHMS = "two_rhythms"
    """One address sends two trains of packets, each louder at other anchors than the other."""
    DOUBLE_RATE = "double_rate"
    """It is sent much more often than ever before."""
    EXPIRED_ADDRESS = "expired_address"
    """A private address came back long after the device had given it up."""
    EXPIRED_IDENTITY = "expired_identity"
    """Ephemeral identifiers from the past: a recording, or a beacon that lost its clock with its battery."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One reception of a beacon.

    `time` in seconds on a clock that never goes back; `identity` is the key of the identity that
    was found in this packet; `expired` is its match's; `reference_rssi` is the power in dBm at 1 m
    as far as it is known.
    """

    time: float
    beacon: str
    anchor: str
    rssi: float
    address: str
    identity: str
    expired: bool = False
    reference_rssi: float | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one detector found in the newest readings: the reason, and the anchors that show it.

    `relies_on_plan`: it holds only if these anchors are where the plan has them.
    """

    reason: CloneReason
    anchors: frozenset[str]
    relies_on_plan: bool = False


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A beacon that seems to have a double: since when, and when it last showed."""

    reason: CloneReason
    anchors: frozenset[str]
    since: float
    last_shown: float
    relies_on_plan: bool = False

    def to_dict(self, now: float) -> dict[str, Any]:
        """JSON-able, with ages for moments: another run has another clock."""
        return {
            "reason": self.reason,
            "anchors": sorted(self.anchors),
            "since": now - self.since,
            "last_shown": now - self.last_shown,
            "relies_on_plan": self.relies_on_plan,
        }

    @classmethod
    def from_dict(cls, data: object, then: float) -> Self | None:
        """From what `to_dict` gave at the moment `then`; None if that makes no sense. Never raises."""
        if not isinstance(data, Mapping):
            return None
        try:
            ages = [float(data[name]) for name in ("since", "last_shown")]
            reason, anchors = CloneReason(data["reason"]), frozenset(map(str, data["anchors"]))
        except KeyError, TypeError, ValueError, OverflowError:
            return None
        if not all(math.isfinite(age) and age >= 0 for age in ages):
            return None
        return cls(reason, anchors, then - ages[0], then - ages[1], data.get("relies_on_plan") is True)
