"""What iBeacon and AltBeacon identities have in common: 20 bytes of identity, then the power at 1 m."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from .base import Advertisement, Assurance, Identity, Match, Standard, reference_rssi_from_1m, signed_byte
from .proximity_uuid import ProximityUuid

# Where the parts of the identity end, the most specific first, and where the power stands.
_ENDS = (22, 20, 18)
_BEGIN = 2
_POWER = 22


@dataclass(frozen=True, slots=True)
class ProximityIdentity:
    """A UUID, or a UUID with major, or all three: whatever is missing matches everything."""

    kind: ClassVar[str]
    assurance: ClassVar[Assurance] = Assurance.PUBLIC
    standard: ClassVar[Standard]

    id: ProximityUuid

    @staticmethod
    @abstractmethod
    def frames(adv: Advertisement) -> Sequence[bytes]:
        """The packet's frames of this kind, whole, from their two bytes of type on. Never raises."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """`UUID[/major[/minor]]`. Raises IdentityError."""
        return cls(ProximityUuid.parse(text))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Raises IdentityError."""
        return cls(ProximityUuid.from_dict(data))

    @property
    def key(self) -> str:
        """`kind:UUID[/major[/minor]]`."""
        return f"{self.kind}:{self.id}"

    @property
    def lookup(self) -> object:
        """The bytes that the identity must begin with."""
        return self.id.prefix

    @classmethod
    def advertised(cls, adv: Advertisement) -> Sequence[object]:
        """Prefixes of the 20 bytes of identity."""
        return [frame[_BEGIN:end] for frame in cls.frames(adv) for end in _ENDS]

    def matches(self, adv: Advertisement, now: float) -> Match | None:
        """Compare the parts that are given."""
        for frame in self.frames(adv):
            if frame.startswith(self.id.prefix, _BEGIN):
                return Match(reference_rssi_from_1m(signed_byte(frame[_POWER])))
        return None

    def overlaps(self, other: Identity) -> bool:
        """One of the two, of the same kind, covers the other."""
        return isinstance(other, type(self)) and self.id.overlaps(other.id)

    def to_dict(self) -> dict[str, Any]:
        """JSON-able."""
        return {"kind": self.kind, **self.id.to_dict()}
