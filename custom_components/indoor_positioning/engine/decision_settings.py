"""What a home may choose about decisions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DecisionSettings:
    """When a room counts as entered or left; probabilities 0..1, times in seconds. Zones have rules of their own.

    A room is entered by who walks when its odds against the room before have been those of `enter_probability` for
    `enter_dwell`; `away_after` seconds of silence mean away.
    """

    enter_probability: float = 0.5
    enter_dwell: float = 0.0
    away_after: float = 60.0
