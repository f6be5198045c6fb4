"""AltBeacon 1.0: iBeacon's fields in the open, under any manufacturer's company identifier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from .base import Advertisement, Standard, signed_byte
from .proximity_identity import ProximityIdentity

BEACON_CODE = b"\xbe\xac"
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
    if len(data) < _SHORTEST or data[:2] != BEACON_CODE:
        return None
    return AltBeaconFrame(
        company=company,
        uuid=UUID(bytes=bytes(data[2:18])),
        major=int.from_bytes(data[18:20], "big"),
        minor=int.from_bytes(data[20:22], "big"),
        tx_power_1m=signed_byte(data[22]),
        manufacturer_reserved=data[23] if len(data) > _SHORTEST else 0,
    )


class AltBeaconIdentity(ProximityIdentity):
    """The first 16, 18 or all 20 bytes of identity, written as an iBeacon's; the company is not part of it."""

    __slots__ = ()

    kind: ClassVar[str] = "altbeacon"
    standard: ClassVar[Standard] = Standard("AltBeacon", "Radius Networks")

    @staticmethod
    def frames(adv: Advertisement) -> Sequence[bytes]:
        """Every manufacturer's."""
        return [data for data in adv.manufacturer_data.values() if len(data) >= _SHORTEST and data[:2] == BEACON_CODE]
