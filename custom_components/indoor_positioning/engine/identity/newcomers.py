"""Which unknown beacon stays so near for so long that it may be the household's, and worth one question.

Guests, neighbours and passers-by carry beacons too, and a home is full of appliances that advertise. So a beacon is
offered only after hours nearby, one at a time; one that is known by its bare address only if it has been carried
from anchor to anchor, as no appliance is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from .base import Identity
from .static_address import AddressIdentity

# How often `look` is to be called, in seconds.
LOOK_INTERVAL_S: Final = 60.0

# dBm. Within some metres and at most one wall of an anchor: a neighbour's is rarely that loud.
STRONG_DBM: Final = -70.0
# Within arm's length or two of an anchor: nothing is that near to two anchors at once.
NEAR_DBM: Final = -60.0

# Looks at which it was strong, less those at which it was not: a guest's evening is shorter.
LOOKS_NEEDED: Final = 240

# More strangers than that are never strong at once in a home; in a shop nothing is to be offered.
STRANGERS_REMEMBERED: Final = 128

# Seconds between two questions, and how many may be open.
OFFER_INTERVAL_S: Final = 6 * 3600.0
OPEN_OFFERS: Final = 2


@dataclass(frozen=True, slots=True)
class Stranger:
    """Something unknown that is heard now, by the anchor that hears it best, in dBm."""

    identity: Identity
    title: str
    anchor: str
    rssi: float


@dataclass(slots=True)
class _Acquaintance:
    looks: int = 0
    near: set[str] = field(default_factory=set)


class Newcomers:
    """Counts. Times in seconds on a clock that never goes back."""

    def __init__(self) -> None:
        """Begin with nobody known."""
        self._known: dict[str, _Acquaintance] = {}
        self._offered_at = float("-inf")

    def look(self, now: float, heard: Iterable[Stranger], open_offers: int) -> Stranger | None:
        """Take what is heard now, each identity once; return whom to ask about, if anybody."""
        strong = {one.identity.key: one for one in heard if one.rssi >= STRONG_DBM}
        for key in tuple(self._known):
            if key not in strong:
                self._fade(key)
        for key, stranger in strong.items():
            if key in self._known or len(self._known) < STRANGERS_REMEMBERED:
                known = self._known.setdefault(key, _Acquaintance())
                known.looks = min(known.looks + 1, LOOKS_NEEDED)
                if stranger.rssi >= NEAR_DBM:
                    known.near.add(stranger.anchor)
        if open_offers >= OPEN_OFFERS or now - self._offered_at < OFFER_INTERVAL_S:
            return None
        chosen = next((one for one in strong.values() if self._is_worth_asking(one)), None)
        if chosen is not None:
            self._offered_at = now
        return chosen

    def _fade(self, key: str) -> None:
        known = self._known[key]
        known.looks -= 1
        if known.looks <= 0:
            del self._known[key]

    def _is_worth_asking(self, stranger: Stranger) -> bool:
        known = self._known.get(stranger.identity.key)
        if known is None or known.looks < LOOKS_NEEDED:
            return False
        return stranger.identity.kind != AddressIdentity.kind or len(known.near) > 1
