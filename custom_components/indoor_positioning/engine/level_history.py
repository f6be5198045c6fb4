"""How strongly each anchor hears, place by place and day by day, against what it used to.

Half a minute of a beacon that stays in a room gives a level of each anchor at some spots of it (`spot_levels.py`).
The first levels of a spot are its baseline. What later ones differ from it, less what all anchors do in the same half
minute (a pocket, a worn-out battery), is the anchor's own change.

The map itself learns, and would take a deaf anchor for a thick wall within days; only its shape within a spot is used,
so nothing of that hides a change. There is one small figure for an anchor and day, and none for a person or beacon.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .geometry import FloatArray
from .grid import IntArray
from .home import Anchor
from .model import PositioningModel
from .spot_levels import LEAST_COMPARED, Assessment, Spot, SpotMap

# Half minutes that make a baseline, of which one day gives no more than so many, so that no single evening on the sofa
# settles what is normal there; and those from which on it is one.
BASELINE = 60.0
BASELINE_A_DAY = 15.0
LEAST_BASELINE = 12.0

# A change from here on is made good where an anchor says where beacons are; found over the last days (dB).
LEAST_OFF_DB = 3.0
RECENT_DAYS = 2

# Half minutes over which a spot's present level fades, and what a new day leaves of it.
MEMORY = 60.0
OVERNIGHT = 0.35

# Days that are kept. Two weeks are what people remember; the second half shows what was before.
KEPT_DAYS = 28

# The count of a day says how much it is worth, not how long somebody was at home.
MOST_A_DAY = 200

# Spots kept for one anchor; it hears those around it best.
MOST_SPOTS = 60

# So many half minutes make a day's mean worth looking at.
LEAST_A_DAY = 20


@dataclass(slots=True)
class _Level:
    """An anchor's level at a spot (dBm): `baseline` of `count` half minutes, `recent` worth `weight` of them."""

    baseline: float = 0.0
    count: float = 0.0
    recent: float = 0.0
    weight: float = 0.0
    today: float = 0.0

    def take(self, level: float, share: float, *, sound: bool) -> None:
        """Take a level that holds for this spot by a share; it shapes the baseline if its anchor is `sound`."""
        if self.count < BASELINE and self.today < BASELINE_A_DAY and (sound or self.count < LEAST_BASELINE):
            self.today += share
            self.count += share
            self.baseline += (level - self.baseline) * share / self.count
        self.weight = self.weight * (1.0 - share / MEMORY) + share
        self.recent += (level - self.recent) * share / self.weight


@dataclass(frozen=True, slots=True)
class Day:
    """By how many dB an anchor was off on a day (from the epoch), from `count` half minutes."""

    day: int
    count: int
    change: float


@dataclass(frozen=True, slots=True, eq=False)
class SpotChanges:
    """What one anchor hears otherwise now: the spots' middles `centre` (n, 2) in metres with their `floor` (n,) index.

    `change` (n,) in dB less what all anchors do there, against `baseline` (n,) in dBm; they are worth `half_minutes`
    (n,) of now and `before` (n,) of the baseline. `compared` anchors tell of the usual one of its spots.
    """

    anchor: Anchor
    centre: FloatArray
    floor: IntArray
    change: FloatArray
    baseline: FloatArray
    half_minutes: FloatArray
    before: FloatArray
    compared: int


@dataclass(slots=True)
class _OfAnchor:
    """All that is known of one anchor; `place` is what of it must stay the same for any of it to hold."""

    place: tuple[Any, ...]
    levels: dict[Spot, _Level] = field(default_factory=dict)
    days: list[Day] = field(default_factory=list)
    # What its readings are off by, as far as it is known (dB).
    off: float = 0.0

    def take(self, levels: Mapping[Spot, tuple[float, float]]) -> float | None:
        """Take levels by spot with their shares; return what they differ from the baselines, None where none is."""
        change = known = 0.0
        for spot, (level, share) in levels.items():
            if (one := self.levels.get(spot)) is None:
                if len(self.levels) >= MOST_SPOTS:
                    continue
                one = self.levels[spot] = _Level()
            elif one.count >= LEAST_BASELINE:
                change += share * (level - one.baseline)
                known += share
            one.take(level, share, sound=not self.off)
        return change / known if known else None

    def take_day(self, day: int, change: float) -> None:
        last = self.days[-1] if self.days else None
        if last is None or last.day != day:
            self.days = [*self.days, Day(day, 1, change)][-KEPT_DAYS:]
        else:
            count = min(last.count + 1, MOST_A_DAY)
            self.days[-1] = Day(day, count, last.change + (change - last.change) / count)

    def overnight(self) -> None:
        """Let a day end."""
        last = self.days[-RECENT_DAYS:]
        count = sum(one.count for one in last)
        change = sum(one.count * one.change for one in last) / count if count >= LEAST_A_DAY else 0.0
        self.off = change if abs(change) >= LEAST_OFF_DB else 0.0
        for level in self.levels.values():
            level.weight *= OVERNIGHT
            level.today = 0.0


class LevelHistory:
    """The levels of one home's anchors; one object a home, memory bounded by anchors, spots and days."""

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self._anchors: dict[str, _OfAnchor] = {}
        self._today = 0

    def follow(self, model: PositioningModel) -> frozenset[str]:
        """Go on in a changed home; returns the anchors that begin anew: moved ones, and those with another offset."""
        places = {anchor.id: _place(anchor) for anchor in model.home.anchors}
        self._anchors = {one: kept for one, kept in self._anchors.items() if places.get(one) == kept.place}
        begun = frozenset(places.keys() - self._anchors.keys())
        self._anchors |= {anchor: _OfAnchor(places[anchor]) for anchor in sorted(begun)}
        return begun

    def forget(self, anchors: frozenset[str] | None = None) -> None:
        """Begin anew with these anchors, or all: what they hear from now on is what is normal."""
        for anchor, kept in tuple(self._anchors.items()):
            if anchors is None or anchor in anchors:
                self._anchors[anchor] = _OfAnchor(kept.place)

    def since(self, anchor: str) -> int | None:
        """Return the day (from the epoch) since which an anchor has been off, None where no day shows it."""
        days = [one for one in self.days(anchor) if one.count >= LEAST_A_DAY]
        if not days or abs(days[-1].change) < LEAST_OFF_DB:
            return None
        normal = max((one.day for one in days if abs(one.change) < LEAST_OFF_DB), default=-1)
        return min(one.day for one in days if one.day > normal)

    @property
    def anchors(self) -> tuple[str, ...]:
        """The anchors that are followed."""
        return tuple(self._anchors)

    @property
    def known(self) -> Mapping[str, float]:
        """What the readings of anchors are known to be off by (dB), for `assess`."""
        return {anchor: kept.off for anchor, kept in self._anchors.items() if kept.off}

    def take(self, day: int, heard: Assessment) -> None:
        """Take what half a minute of one beacon has told, on a day counted from the epoch. Constant cost."""
        if day != self._today:
            self._today = day
            for one in self._anchors.values():
                one.overnight()
        changes = {
            anchor: change
            for anchor, levels in heard.levels.items()
            if (kept := self._anchors.get(anchor)) is not None and (change := kept.take(levels)) is not None
        }
        if len(changes) >= LEAST_COMPARED:
            for anchor, change in changes.items():
                self._anchors[anchor].take_day(day, change - _common(changes, anchor))

    def days(self, anchor: str) -> tuple[Day, ...]:
        """Return the days of an anchor, the oldest first."""
        kept = self._anchors.get(anchor)
        return tuple(kept.days) if kept else ()

    def changes(self, spots: SpotMap) -> tuple[SpotChanges, ...]:
        """Return what each anchor hears otherwise, spot by spot, where enough was heard before and lately."""
        index = {key: number for number, key in enumerate(spots.keys)}
        table: dict[Spot, dict[str, _Level]] = {}
        for anchor, kept in self._anchors.items():
            for key, level in kept.levels.items():
                if key in index and level.count >= LEAST_BASELINE and level.weight >= 1.0:
                    table.setdefault(key, {})[anchor] = level
        found: dict[str, list[tuple[int, float, float, float, float, int]]] = {}
        for key, levels in table.items():
            if len(levels) < LEAST_COMPARED:
                continue
            change = {anchor: level.recent - level.baseline for anchor, level in levels.items()}
            for anchor, level in levels.items():
                row = (
                    index[key],
                    change[anchor] - _common(change, anchor),
                    level.baseline,
                    level.weight,
                    level.count,
                    len(levels),
                )
                found.setdefault(anchor, []).append(row)
        floors = {floor.id: number for number, floor in enumerate(spots.model.home.floors)}
        return tuple(
            _of_anchor(anchor, found[anchor.id], spots, floors)
            for anchor in spots.model.home.anchors
            if anchor.id in found
        )

    def to_dict(self) -> dict[str, Any]:
        """Return everything, JSON-able."""
        return {
            "today": self._today,
            "anchors": {
                anchor: {
                    "place": list(kept.place),
                    "days": [[one.day, one.count, round(one.change, 2)] for one in kept.days],
                    "levels": [
                        [*key, round(one.baseline, 2), one.count, round(one.recent, 2), round(one.weight, 2)]
                        for key, one in kept.levels.items()
                    ],
                }
                for anchor, kept in self._anchors.items()
            },
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> LevelHistory:
        """Return what `to_dict` gave. Raises AttributeError, KeyError, TypeError or ValueError if malformed."""
        result = cls()
        result._today = int(data["today"])
        for anchor, row in data["anchors"].items():
            kept = _OfAnchor(tuple(row["place"]))
            kept.days = [Day(int(day), int(count), _finite(change)) for day, count, change in row["days"]][-KEPT_DAYS:]
            for floor, room, x, y, *numbers in row["levels"][:MOST_SPOTS]:
                baseline, count, recent, weight = map(_finite, numbers)
                kept.levels[str(floor), str(room), int(x), int(y)] = _Level(baseline, count, recent, weight)
            result._anchors[str(anchor)] = kept
        return result


def _common(changes: Mapping[str, float], anchor: str) -> float:
    """Return what all but one anchor do (dB). Of two others the median shares the fault of either, of all three not."""
    others = [change for other, change in changes.items() if other != anchor or len(changes) == LEAST_COMPARED]
    return float(np.median(others))


def _of_anchor(
    anchor: Anchor, rows: list[tuple[int, float, float, float, float, int]], spots: SpotMap, floors: Mapping[str, int]
) -> SpotChanges:
    numbers = np.array([row[0] for row in rows], dtype=np.intp)
    change, baseline, half_minutes, before, compared = np.array([row[1:] for row in rows], dtype=float).T
    floor = np.array([floors[spots.keys[number][0]] for number in numbers], dtype=np.intp)
    return SpotChanges(
        anchor, spots.centre[numbers], floor, change, baseline, half_minutes, before, int(np.median(compared))
    )


def _place(anchor: Anchor) -> tuple[Any, ...]:
    return anchor.floor, anchor.room, *(anchor.position or ()), anchor.rssi_offset


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(f"{value} is no level")
    return float(value)
