"""What a tag has told of itself: its newest telemetry, and since when it is switched on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from .eddystone_tlm import Telemetry

# Seconds. A tag's clock drifts by up to 500 ppm, 43 s a day, and its packets come late: within this much the
# moment of switching on is still the same.
_SAME_MOMENT_S = 60.0


@dataclass(frozen=True, slots=True)
class TagReport:
    """Telemetry with the moment (UTC, seconds since 1970) at which the tag was switched on."""

    telemetry: Telemetry
    switched_on: float

    @classmethod
    def heard(cls, telemetry: Telemetry, now: float, before: Self | None) -> Self:
        """From telemetry that comes in `now` (UTC); the moment of switching on does not waver with every packet."""
        switched_on = now - telemetry.uptime
        if before is not None and abs(switched_on - before.switched_on) < _SAME_MOMENT_S:
            switched_on = before.switched_on
        return cls(telemetry, switched_on)

    @property
    def told(self) -> frozenset[str]:
        """The names of what the tag measures."""
        return frozenset(name for name, value in asdict(self.telemetry).items() if value is not None)

    def to_dict(self) -> dict[str, Any]:
        """JSON-able."""
        return {**asdict(self.telemetry), "switched_on": self.switched_on}

    @classmethod
    def from_dict(cls, data: object) -> Self | None:
        """From `to_dict`; None if that makes no sense. Never raises."""
        if not isinstance(data, Mapping):
            return None
        try:
            battery, temperature = data["battery_millivolts"], data["temperature"]
            telemetry = Telemetry(
                None if battery is None else int(battery),
                None if temperature is None else float(temperature),
                int(data["advertisements"]),
                float(data["uptime"]),
            )
            report = cls(telemetry, float(data["switched_on"]))
        except KeyError, TypeError, ValueError, OverflowError:
            return None
        numbers = (report.switched_on, telemetry.uptime, telemetry.temperature or 0.0)
        return report if all(math.isfinite(number) for number in numbers) else None
