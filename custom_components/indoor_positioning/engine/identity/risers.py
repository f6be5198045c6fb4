"""Which beacon is the one that was just brought near a receiver: the one whose level rose most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

# dBm that stand for "not heard": receivers hear nothing below.
_SILENCE_DBM: Final = -100.0

# A tag held next to a receiver reads -30 to -50 dBm. What has lain there all the time has not risen; half of its
# level counts all the same, for people who held the tag there before they were asked to.
_WEIGHT_OF_LEVEL: Final = 0.5

# Clear enough to stop listening: near, risen by more than multi-path does at one place (up to 14 dB one time in
# ten), and far ahead of the next.
_NEAR_DBM: Final = -60.0
_RISEN_DB: Final = 20.0
_AHEAD_DB: Final = 12.0


@dataclass(frozen=True, slots=True)
class Riser:
    """A beacon's level in dBm at the receiver, and by how many dB it rose."""

    key: str
    level: float
    rise: float

    @property
    def score(self) -> float:
        """By which risers are ordered, in dB."""
        return self.rise + _WEIGHT_OF_LEVEL * (self.level - _SILENCE_DBM)


def rank_risers(before: Mapping[str, float], after: Mapping[str, float]) -> list[Riser]:
    """Strongest riser first, out of the levels (dBm) by beacon before and after; silence is the lowest level."""
    risers = [Riser(key, level, level - before.get(key, _SILENCE_DBM)) for key, level in after.items()]
    return sorted(risers, key=lambda riser: riser.score, reverse=True)


def is_clear(ranked: list[Riser]) -> bool:
    """Whether the first is without doubt the one that was brought near."""
    if not ranked or ranked[0].level < _NEAR_DBM or ranked[0].rise < _RISEN_DB:
        return False
    return len(ranked) == 1 or ranked[0].score - ranked[1].score >= _AHEAD_DB
