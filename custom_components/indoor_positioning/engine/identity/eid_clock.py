"""The clock of an EID beacon: how far it is off, learnt from the EIDs that are heard.

A beacon counts seconds since some moment of its own (Google, Eddystone-EID computation). What is
learnt is the offset: its counter minus UTC. An EID of quantum q (of 2^K seconds each) may be
advertised while the counter is in [q, q + 2) quanta: the specification recommends to change at a
random moment within the window.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

# The specification allows 150 ppm; tags on an RC oscillator have up to 500 ppm.
_DRIFT = 500e-6

# A packet may reach us this much after it was sent: proxies batch, and Wi-Fi stalls for seconds.
_DELIVERY_DELAY_S = 30.0


@dataclass(slots=True)
class EidClock:
    """Bounds of the offset in seconds, and when they were last confirmed (UTC)."""

    period: int
    lowest: float
    highest: float
    confirmed_at: float

    @classmethod
    def learn(cls, period: int, quantum: int, now: float) -> EidClock:
        """From one EID, with nothing known before."""
        lowest, highest = _bounds(period, quantum, now)
        return cls(period, lowest, highest, now)

    @classmethod
    def restored(cls, period: int, data: Mapping[str, Any]) -> EidClock | None:
        """From `to_dict`; None if that makes no sense, or if the rotation period has changed since."""
        try:
            numbers = [float(data[name]) for name in ("lowest", "highest", "confirmed_at")]
        except KeyError, TypeError, ValueError, OverflowError:
            return None
        clock = cls(period, *numbers)
        sane = all(math.isfinite(number) for number in numbers) and clock.lowest <= clock.highest
        return clock if sane and data.get("period") == period else None

    def to_dict(self) -> dict[str, Any]:
        """JSON-able."""
        return asdict(self)

    def counter(self, now: float) -> float:
        """The beacon's own time, most probably."""
        return now + (self.lowest + self.highest) / 2

    def accept(self, quantum: int, now: float) -> bool:
        """Whether this EID may be on air now; if so, learn from it.

        An EID from the future is always genuine (nobody without the key can make it) and sets the
        clock forward. One from the past may be a recording: it is refused and never sets it back.
        """
        drift = _DRIFT * max(0.0, now - self.confirmed_at)
        lowest, highest = self.lowest - drift, self.highest + drift
        from_here, to_here = _bounds(self.period, quantum, now)
        if to_here <= lowest:
            return False
        if from_here >= highest:
            self.lowest, self.highest = from_here, to_here
        else:
            self.lowest, self.highest = max(lowest, from_here), min(highest, to_here)
        self.confirmed_at = now
        return True

    def shift(self, seconds: float) -> None:
        """The host's clock was set forward by so much."""
        self.lowest -= seconds
        self.highest -= seconds
        self.confirmed_at += seconds


def _bounds(period: int, quantum: int, now: float) -> tuple[float, float]:
    return quantum * period - now, (quantum + 2) * period - now + _DELIVERY_DELAY_S
