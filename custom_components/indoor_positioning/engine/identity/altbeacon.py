"""AltBeacon 1.0: iBeacon's fields in the open, under any manufacturer's company identifier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self
from uuid import UUID

from .base import Advertisement, Assurance, Identity, Match, Standard, reference_rssi_from_1m, signed_byte
from .proximity_uuid import ProximityUuid

_BEACON_CODE = b"\xbe\xac"
# Code, 20 bytes of identity, reference power. The manufacturer's reserved byte follows; tags exist that leave it out.
_SHORTEST = 2 + 20 + 1


@dataclass(frozen=True, slots=True)
class AltBeaconFrame:
    """What an AltBeacon says; power in dBm at 1 m, as sent."""

    company: int
    uuid: UUID
    major: int
    minor: int
    tx_power_1m: int
    manufacturer_reserved: int


def decode_altbeacon(company: int, data: bytes) -> AltBeaconFrame | None:
    """Manufacturer data after that company's identifier; None where it is no AltBeacon. Never raises."""
    if len(data) < _SHORTEST or data[:2] != _BEACON_CODE:
        return None
    return AltBeaconFrame(
        company=company,
        uuid=UUID(bytes=bytes(data[2:18])),
        major=int.from_bytes(data[18:20], "big"),
        minor=int.from_bytes(data[20:22], "big"),
        tx_power_1m=signed_byte(data[22]),
        manufacturer_reserved=data[23] if len(data) > _SHORTEST else 0,
    )


def _frames(adv: Advertisement) -> list[bytes]:
    return [data for data in adv.manufacturer_data.values() if len(data) >= _SHORTEST and data[:2] == _BEACON_CODE]


@dataclass(frozen=True, slots=True)
class AltBeaconIdentity:
    """The first 16, 18 or all 20 bytes of identity, written as an iBeacon's; the company is not part of it."""

    kind: ClassVar[str] = "altbeacon"
    assurance: ClassVar[Assurance] = Assurance.PUBLIC
    standard: ClassVar[Standard] = Standard("AltBeacon", "Radius Networks")

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
        """`altbeacon:UUID[/major[/minor]]`."""
        return f"{self.kind}:{self.id}"

    @property
    def lookup(self) -> object:
        """The bytes that the identity must begin with."""
        return self.id.prefix

    @classmethod
    def advertised(cls, adv: Advertisement) -> Sequence[object]:
        """Prefixes of the 20 bytes of identity."""
        return [data[2:end] for data in _frames(adv) for end in (22, 20, 18)]

    def matches(self, adv: Advertisement, now: float) -> Match | None:
        """Compare the parts that are given."""
        for data in _frames(adv):
            if data.startswith(self.id.prefix, 2):
                return Match(reference_rssi_from_1m(signed_byte(data[22])))
        return None

    def overlaps(self, other: Identity) -> bool:
        """One of the two covers the other."""
        return isinstance(other, AltBeaconIdentity) and self.id.overlaps(other.id)

    def to_dict(self) -> dict[str, Any]:
        """JSON-able."""
        return {"kind": self.kind, **self.id.to_dict()}
