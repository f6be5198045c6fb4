"""Apple iBeacon (Proximity Beacon Specification R1): UUID, major, minor and the power at 1 m."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from .base import Advertisement, Standard, signed_byte
from .proximity_identity import ProximityIdentity

APPLE = 0x004C
TYPE_AND_LENGTH = b"\x02\x15"
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
    if len(data) < _FRAME_LENGTH or data[:2] != TYPE_AND_LENGTH:
        return None
    return IBeaconFrame(
        uuid=UUID(bytes=bytes(data[2:18])),
        major=int.from_bytes(data[18:20], "big"),
        minor=int.from_bytes(data[20:22], "big"),
        tx_power_1m=signed_byte(data[22]),
    )


class IBeaconIdentity(ProximityIdentity):
    """A UUID, or a UUID with major, or all three: whatever is missing matches everything."""

    __slots__ = ()

    kind: ClassVar[str] = "ibeacon"
    standard: ClassVar[Standard] = Standard("iBeacon", "Apple")

    @staticmethod
    def frames(adv: Advertisement) -> Sequence[bytes]:
        """Apple's."""
        data = adv.manufacturer_data.get(APPLE)
        return (data,) if data is not None and len(data) >= _FRAME_LENGTH and data[:2] == TYPE_AND_LENGTH else ()
