"""Apple iBeacon (Proximity Beacon Specification R1): UUID, major, minor and the power at 1 m."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self
from uuid import UUID

from .base import Advertisement, Assurance, Identity, Match, Standard, reference_rssi_from_1m, signed_byte
from .proximity_uuid import ProximityUuid

APPLE = 0x004C
_TYPE_AND_LENGTH = b"\x02\x15"
_FRAME_LENGTH = 23


@dataclass(frozen=True, slots=True)
class IBeaconFrame:
    """What an iBeacon says; power in dBm at 1 m, as sent."""

    uuid: UUID
    major: int
    minor: int
    tx_power_1m: int


def decode_ibeacon(data: bytes) -> IBeaconFrame | None:
    """Manufacturer data after Apple's company identifier; None where it is no iBeacon. Never raises."""
    if len(data) < _FRAME_LENGTH or data[:2] != _TYPE_AND_LENGTH:
        return None
    return IBeaconFrame(
        uuid=UUID(bytes=bytes(data[2:18])),
        major=int.from_bytes(data[18:20], "big"),
        minor=int.from_bytes(data[20:22], "big"),
        tx_power_1m=signed_byte(data[22]),
    )


@dataclass(frozen=True, slots=True)
class IBeaconIdentity:
    """A UUID, or a UUID with major, or all three: whatever is missing matches everything."""

    kind: ClassVar[str] = "ibeacon"
    assurance: ClassVar[Assurance] = Assurance.PUBLIC
    standard: ClassVar[Standard] = Standard("iBeacon", "Apple")

    id: ProximityUuid

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
        """`ibeacon:UUID[/major[/minor]]`."""
        return f"{self.kind}:{self.id}"

    @property
    def lookup(self) -> object:
        """The bytes that the frame must begin with."""
        return self.id.prefix

    @classmethod
    def advertised(cls, adv: Advertisement) -> Sequence[object]:
        """Prefixes of the 20 bytes of identity."""
        data = adv.manufacturer_data.get(APPLE)
        if data is None or len(data) < _FRAME_LENGTH or data[:2] != _TYPE_AND_LENGTH:
            return ()
        return (data[2:22], data[2:20], data[2:18])

    def matches(self, adv: Advertisement, now: float) -> Match | None:
        """Compare the parts that are given."""
        data = adv.manufacturer_data.get(APPLE)
        if data is None or len(data) < _FRAME_LENGTH or data[:2] != _TYPE_AND_LENGTH:
            return None
        if not data.startswith(self.id.prefix, 2):
            return None
        return Match(reference_rssi_from_1m(signed_byte(data[22])))

    def overlaps(self, other: Identity) -> bool:
        """One of the two covers the other."""
        return isinstance(other, IBeaconIdentity) and self.id.overlaps(other.id)

    def to_dict(self) -> dict[str, Any]:
        """JSON-able."""
        return {"kind": self.kind, **self.id.to_dict()}
