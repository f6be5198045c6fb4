"""What an anchor reports: one packet of one beacon, received with one signal strength."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # A replay runs where there is no cryptography, which this would bring in.
    from .identity.base import Assurance

# Bluetooth Core Specification, Vol 4 Part E 7.7.65.2: 127 = "RSSI is not available". Host stacks
# also use -127 (BlueZ: bogus) and 0 (never measured), so none of the three is a reading.
RSSI_NOT_AVAILABLE = frozenset({127.0, -127.0, 0.0})

# The specification's range of a valid RSSI is -127..+20 dBm.
RSSI_MIN_DBM = -127.0
RSSI_MAX_DBM = 20.0


@dataclass(frozen=True, slots=True)
class Observation:
    """One reception.

    `time` is in seconds on any clock that never goes back (monotonic in Home Assistant, the file's
    own in a replay). `beacon` is the tracked thing's stable identity, never a rotating address.
    `assurance` is what this very packet proves of who sent it, None where nobody looked (a replay).
    """

    time: float
    beacon: str
    anchor: str
    rssi: float
    assurance: Assurance | None = None


def is_valid_rssi(rssi: float | None) -> bool:
    """Whether a reported signal strength in dBm is a measurement at all."""
    return (
        rssi is not None
        and math.isfinite(rssi)
        and rssi not in RSSI_NOT_AVAILABLE
        and RSSI_MIN_DBM <= rssi <= RSSI_MAX_DBM
    )
