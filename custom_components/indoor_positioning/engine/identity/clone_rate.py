"""The clone watch's look at the rate: one transmitter never sends sooner than its advertising interval.

How many packets are heard depends on the place and on the proxy's settings, so the count alone says
little. What it takes, together and for a quarter of an hour: half as many packets again as in the
best minutes of a whole day, at an anchor that knows the beacon that long, and either gaps between
packets far shorter than the beacon ever kept, or another beacon that this anchor hears as ever. A
tag that sends faster while it moves has shown so during that day.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from .reading_log import TimedValues
from .sighting import MANY_ADDRESSES_AT_ONCE, CloneReason, Evidence, Sighting

# A window ends with the first block of readings after this time, up to 10 s later.
_WINDOW_S = 60.0

# Windows in which the beacon was heard before there is a habit: about a day of presence.
_HABIT_WINDOWS = 1300
# The habit's "best minute" is this many-th best, so that two stalled proxies that deliver late do not make it.
_BEST_OF = 3

_HALF_AS_MANY_AGAIN = 1.5
_WINDOWS_JUDGED = 15
_WINDOWS_AGREEING = 12
# ... and windows before this (seconds) are not the newest any more.
_JUDGED_OVER_S = 1500.0

# A tenth of a window's gaps are at most this short; one window in a hundred may be shorter still (a
# stalled proxy delivers at once). Proxies deliver in batches of up to 0.2 s, so that the interval
# shows in gaps only where it is longer than half a second. A second transmitter in between at least
# halves them on average.
_SHORT_GAP_QUANTILE = 0.1
_ODD_WINDOWS = 0.01
_SHORTEST_INTERVAL_S = 0.5
_MUCH_SHORTER = 0.6
_GAPS_NEEDED = 10
_GAP_STEP_S = 0.1
_LONGEST_GAP_STEPS = 100

# A proxy that scans actively hears a tag's answer some milliseconds after its packet, on the same channel and so
# equally loud. Whoever switches that on must not seem to have copied the tag: where half of the packets have such a
# twin, each pair counts once. Two transmitters meet in a proxy's batch less often, and seldom equally loud.
_TWIN_WITHIN_S = 0.05
_TWIN_WITHIN_DB = 3.0
_ANSWERED_SHARE = 0.5

# Another beacon testifies that nothing changed about the anchor if it is heard about as at its best.
_AS_EVER = (0.5, 1.2)


class _Heard(NamedTuple):
    """One window: its end, how many packets, and the gap that a tenth of them stay below."""

    time: float
    packets: int
    short_gap: float | None


@dataclass(slots=True)
class _Habit:
    """What is usual between one identity and one anchor, and the newest windows."""

    windows: int = 0
    best: list[int] = field(default_factory=list)
    gap_steps: Counter[int] = field(default_factory=Counter)
    recent: deque[_Heard] = field(default_factory=lambda: deque(maxlen=_WINDOWS_JUDGED))
    was_empty: bool = True
    # When the best rose last since there is a habit; and since when the newest windows are beyond it, if they have
    # been seen within it before: after a restart nobody knows what has changed meanwhile.
    raised_at: float = float("-inf")
    beyond_since: float | None = None
    was_within: bool = False

    @property
    def usual_most(self) -> int | None:
        return self.best[-1] if self.windows >= _HABIT_WINDOWS and len(self.best) == _BEST_OF else None

    @property
    def shortest_gap(self) -> float:
        allowed = _ODD_WINDOWS * self.gap_steps.total()
        for step in sorted(self.gap_steps):
            allowed -= self.gap_steps[step]
            if allowed < 0:
                return step * _GAP_STEP_S
        return 0.0

    def _heard_lately(self, now: float) -> bool:
        return len(self.recent) == _WINDOWS_JUDGED and now - self.recent[0].time <= _JUDGED_OVER_S

    def judge(self, now: float) -> None:
        """Note whether the newest windows are beyond the habit or back within it; in between, nothing changes."""
        most = self.usual_most
        if most is None or not self._heard_lately(now):
            return
        beyond = sum(heard.packets >= _HALF_AS_MANY_AGAIN * most for heard in self.recent)
        if _WINDOWS_JUDGED - beyond >= _WINDOWS_AGREEING:
            self.was_within, self.beyond_since = True, None
        elif beyond >= _WINDOWS_AGREEING and self.was_within and self.beyond_since is None:
            self.beyond_since = self.recent[0].time

    def is_busy(self, now: float) -> bool:
        """Whether the newest windows are beyond the habit."""
        return self.beyond_since is not None and self._heard_lately(now)

    def gaps_too_short(self) -> bool:
        """Whether packets follow each other sooner than the beacon ever sent them."""
        usual = self.shortest_gap
        if usual < _SHORTEST_INTERVAL_S:
            return False
        gaps = [heard.short_gap for heard in self.recent]
        return sum(gap is not None and gap <= _MUCH_SHORTER * usual for gap in gaps) >= _WINDOWS_AGREEING

    def as_ever(self, now: float) -> bool:
        """Whether the newest windows are as the best of old."""
        most = self.usual_most
        if most is None or not self._heard_lately(now):
            return False
        as_ever = sum(_AS_EVER[0] * most <= heard.packets <= _AS_EVER[1] * most for heard in self.recent)
        return as_ever >= _WINDOWS_AGREEING

    def take(self, now: float, count: int, gap: float | None) -> None:
        """Take a window's packets. One that follows silence (a stall's backlog) or breaks the habit is not learnt."""
        self.recent.append(_Heard(now, count, gap))
        follows_silence, self.was_empty = self.was_empty, count == 0
        most = self.usual_most
        if count == 0 or follows_silence or (most is not None and count >= _HALF_AS_MANY_AGAIN * most):
            return
        self.windows += 1
        self.best = sorted([*self.best, count], reverse=True)[:_BEST_OF]
        if most is not None and self.best[-1] > most:
            self.raised_at = now
        if gap is not None:
            self.gap_steps[min(int(gap / _GAP_STEP_S), _LONGEST_GAP_STEPS)] += 1


@dataclass(slots=True)
class _Window:
    ends: float
    readings: defaultdict[str, TimedValues] = field(default_factory=lambda: defaultdict(TimedValues))


class RateWatch:
    """Watches how often all beacons are heard by all anchors: they are each other's witnesses."""

    def __init__(self) -> None:
        """Begin with no habits."""
        self._habits: defaultdict[str, dict[str, _Habit]] = defaultdict(dict)
        self._windows: dict[str, _Window] = {}

    def observe(self, sighting: Sighting) -> None:
        """Count one reception, except of things that may have any number of advertising sets."""
        identity = sighting.identity
        if identity.partition(":")[0] in MANY_ADDRESSES_AT_ONCE:
            return
        window = self._windows.get(identity)
        if window is None or sighting.time > window.ends + _WINDOW_S:
            window = self._windows[identity] = _Window(sighting.time + _WINDOW_S)
            for habit in self._habits[identity].values():
                habit.was_empty = True
        window.readings[sighting.anchor].add(sighting.time, sighting.rssi)

    def update(self, identity: str, now: float) -> Evidence | None:
        """Judge an identity if its window is over. Call it every few seconds while the identity is heard."""
        window = self._windows.get(identity)
        if window is None or now < window.ends:
            return None
        self._windows[identity] = _Window(now + _WINDOW_S)
        habits = self._habits[identity]
        for anchor in window.readings:
            habits.setdefault(anchor, _Habit())
        for anchor, habit in habits.items():
            times = _events(window.readings.get(anchor, ()))
            habit.take(now, len(times), _short_gap(times))
            habit.judge(now)
        guilty = frozenset(
            anchor
            for anchor, habit in habits.items()
            if habit.is_busy(now) and (habit.gaps_too_short() or self._witnessed(anchor, identity, now))
        )
        return Evidence(CloneReason.DOUBLE_RATE, guilty) if guilty else None

    def _witnessed(self, anchor: str, identity: str, now: float) -> bool:
        """Whether another beacon is heard there as ever, and no better since this one became busy."""
        since = self._habits[identity][anchor].beyond_since
        others = (habits[anchor] for name, habits in self._habits.items() if name != identity and anchor in habits)
        return since is not None and any(other.raised_at < since and other.as_ever(now) for other in others)

    def forget(self, identities: Sequence[str]) -> None:
        """Forget the habits of these identities."""
        for identity in identities:
            self._habits.pop(identity, None)
            self._windows.pop(identity, None)

    def snapshot(self) -> dict[str, Any]:
        """Habits by identity and anchor, JSON-able: a day of learning should survive a restart."""
        return {
            identity: {anchor: _stored(habit) for anchor, habit in habits.items()}
            for identity, habits in self._habits.items()
            if habits
        }

    def restore(self, data: Mapping[str, Any]) -> None:
        """Take up what `snapshot` gave; what makes no sense is left out. Never raises."""
        for identity, habits in data.items():
            for anchor, stored in habits.items() if isinstance(habits, Mapping) else ():
                habit = _restored(stored)
                if habit is not None:
                    self._habits[identity][anchor] = habit


def _events(readings: Iterable[tuple[float, float]]) -> list[float]:
    """Times in order, one for each event of advertising, of readings (time, dBm)."""
    ordered = sorted(readings)
    events: list[tuple[float, float]] = []
    for time, rssi in ordered:
        if events and time - events[-1][0] <= _TWIN_WITHIN_S and abs(rssi - events[-1][1]) <= _TWIN_WITHIN_DB:
            continue
        events.append((time, rssi))
    answered = len(ordered) - len(events) >= _ANSWERED_SHARE * len(events)
    return [time for time, _rssi in (events if answered else ordered)]


def _short_gap(times: Sequence[float]) -> float | None:
    gaps = sorted(later - earlier for earlier, later in pairwise(times))
    return gaps[int(_SHORT_GAP_QUANTILE * len(gaps))] if len(gaps) >= _GAPS_NEEDED else None


def _stored(habit: _Habit) -> dict[str, Any]:
    steps = [habit.gap_steps[step] for step in range(max(habit.gap_steps, default=-1) + 1)]
    return {"windows": habit.windows, "best": habit.best, "gap_steps": steps}


def _restored(stored: object) -> _Habit | None:
    if not isinstance(stored, Mapping):
        return None
    try:
        steps = [int(count) for count in stored["gap_steps"]][: _LONGEST_GAP_STEPS + 1]
        return _Habit(
            windows=int(stored["windows"]),
            best=sorted((int(count) for count in stored["best"]), reverse=True)[:_BEST_OF],
            gap_steps=Counter({step: count for step, count in enumerate(steps) if count > 0}),
        )
    except KeyError, TypeError, ValueError, OverflowError:
        return None
