"""How a packet finds its identity among many: by dictionary, not by asking each."""

from __future__ import annotations

from typing import Protocol

from .base import Advertisement, Identity, Match

Found = tuple[str, Identity, Match]
"""Beacon id, the identity that matched, and the match."""


class Index(Protocol):
    """Finds, among the registered identities of one kind, the one that a packet carries."""

    def add(self, beacon_id: str, identity: Identity) -> None:
        """Register; the first one registered wins where two match equally well."""
        ...

    def remove(self, beacon_id: str) -> None:
        """Forget all identities of a beacon."""
        ...

    def find(self, adv: Advertisement, now: float) -> Found | None:
        """The most specific identity that matches. Never raises."""
        ...


class LookupIndex:
    """Identities by the lookup that a packet announces; those that share a lookup are asked in turn."""

    def __init__(self, kind: type[Identity]) -> None:
        """One index a kind."""
        self._advertised = kind.advertised
        self._candidates: dict[object, list[tuple[str, Identity]]] = {}

    def add(self, beacon_id: str, identity: Identity) -> None:
        """Register."""
        self._candidates.setdefault(identity.lookup, []).append((beacon_id, identity))

    def remove(self, beacon_id: str) -> None:
        """Forget all identities of a beacon."""
        kept = {
            lookup: [entry for entry in entries if entry[0] != beacon_id]
            for lookup, entries in self._candidates.items()
        }
        self._candidates = {lookup: entries for lookup, entries in kept.items() if entries}

    def find(self, adv: Advertisement, now: float) -> Found | None:
        """The most specific identity that matches."""
        for lookup in self._advertised(adv):
            for beacon_id, identity in self._candidates.get(lookup, ()):
                match = identity.matches(adv, now)
                if match is not None:
                    return beacon_id, identity, match
        return None
