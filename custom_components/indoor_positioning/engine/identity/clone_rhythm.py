"""The clone watch's look at the rhythm: two trains of packets on one address that come from two places.

Two transmitters begin at moments of their own, so their packets fall into two trains. That alone proves nothing:
a tag with two kinds of frames sends two trains as well, and one that is shaken sends more often. But all packets of one
transmitter come from one place: on average over half a minute both trains are equally loud at every anchor, or one is
louder at all of them. Of two transmitters in different rooms, each is louder somewhere.

How often an anchor hears a train says nothing: all that a slow proxy delivers is off the beat. What counts is whether
the packets of both trains at one and the same anchor differ in level.

Trains that keep apart are told by the beat. Trains that fall into the same batch of a proxy are told by their order
in it, which holds as long as the beats do. The second of two equally loud packets (an answer to an active scan)
makes no difference.
"""

from __future__ import annotations

import math
from collections import OrderedDict, defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

import numpy as np

from ..geometry import BoolArray, FloatArray
from .advertising_interval import ON_THE_BEAT_S, Beat, advertising_interval, fullest_beat
from .reading_log import ReadingLog
from .sighting import CloneReason, Evidence, Sighting

# A window is so many intervals: several turns of the advertising channels, and a mean that is good to 2 dB.
_WINDOW_INTERVALS = 30
# ... of so many seconds as long as nothing is known.
_USUAL_INTERVAL_S = 3.0
_READINGS_NEEDED = 20
# Nine anchors that each hear two trains a second; of faster ones the newest are judged.
_MOST_READINGS = 2000

# Intervals of the newest windows, whose median counts. Windows with two trains are learnt from only at first.
_INTERVALS_REMEMBERED = 31
_INTERVALS_NEEDED = 5
# With shorter intervals everything is on the beat.
_SHORTEST_BEAT_S = 2.0 * ON_THE_BEAT_S

# Two packets this close at one anchor are of two transmissions of one batch; three are a stalled proxy's backlog.
_SAME_BATCH_S = 0.3
_MOST_IN_A_BATCH = 2
_TRANSMISSIONS_NEEDED = 6

# Levels are compared from so many packets of each train on; their spread is never less than a proxy's own noise.
_LEVELS_NEEDED = 4
_LEAST_VARIANCE_DB2 = 9.0

# Standard errors by which one train must be louder at one anchor, and the other at another, in so many of the newest
# windows.
_OPPOSED_BY = 2.5
_WINDOWS_AGREEING = 4
_WINDOWS_REMEMBERED = 6

_STREAMS_REMEMBERED = 16

type Levels = Mapping[str, Sequence[float]]
"""Readings of one train in dBm, by anchor."""


@dataclass(slots=True)
class _Stream:
    """One address: the readings of the present window, and what earlier ones showed."""

    ends: float
    readings: ReadingLog = field(default_factory=lambda: ReadingLog(_MOST_READINGS))
    intervals: deque[float] = field(default_factory=lambda: deque(maxlen=_INTERVALS_REMEMBERED))
    verdicts: deque[frozenset[str]] = field(default_factory=lambda: deque(maxlen=_WINDOWS_REMEMBERED))

    @property
    def interval(self) -> float | None:
        return median(self.intervals) if self.intervals else None

    @property
    def window(self) -> float:
        return _WINDOW_INTERVALS * (self.interval or _USUAL_INTERVAL_S)

    def take(self, sightings: Sequence[Sighting]) -> frozenset[str] | None:
        """Take readings in the order of time; at the end of a window, the anchors that keep telling two places."""
        now = sightings[-1].time
        found = None
        if now >= self.ends:
            found = self._judge()
            if now - self.ends > self.window:
                # It was away. What showed before is no longer "the newest".
                self.verdicts.clear()
            self.readings.clear()
            self.ends = now + self.window
        for sighting in sightings:
            self.readings.add(sighting.time, sighting.anchor, sighting.rssi)
        return found

    def _judge(self) -> frozenset[str] | None:
        if len(self.readings) < _READINGS_NEEDED:
            return None
        self.readings.forget_before(-math.inf)
        times, anchors, levels = map(np.array, zip(*self.readings, strict=True))
        interval = self.interval
        are_two = False
        if interval is not None:
            pairs = list(_pairs_of_trains(times, anchors, levels, interval))
            are_two = bool(pairs)
            self.verdicts.append(max((_opposed(pair) for pair in pairs), key=len, default=frozenset()))
        if not are_two or len(self.intervals) < _INTERVALS_NEEDED:
            estimate = advertising_interval([times[anchors == anchor] for anchor in np.unique(anchors)])
            self.intervals.extend([] if estimate is None else [estimate])
        telling = [verdict for verdict in self.verdicts if verdict]
        return frozenset().union(*telling) if len(telling) >= _WINDOWS_AGREEING else None


class RhythmWatch:
    """Watches the addresses of one beacon."""

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self._streams: OrderedDict[tuple[str, str], _Stream] = OrderedDict()

    def update(self, block: Sequence[Sighting]) -> Evidence | None:
        """Take a block of readings in the order of time and say what they show."""
        by_stream: defaultdict[tuple[str, str], list[Sighting]] = defaultdict(list)
        for sighting in block:
            by_stream[sighting.identity, sighting.address].append(sighting)
        guilty: set[str] = set()
        for key, sightings in by_stream.items():
            stream = self._streams.get(key)
            if stream is None:
                stream = self._streams[key] = _Stream(sightings[0].time + _WINDOW_INTERVALS * _USUAL_INTERVAL_S)
            self._streams.move_to_end(key)
            guilty.update(stream.take(sightings) or ())
        while len(self._streams) > _STREAMS_REMEMBERED:
            self._streams.popitem(last=False)
        return Evidence(CloneReason.TWO_RHYTHMS, frozenset(guilty)) if guilty else None


@dataclass(frozen=True, slots=True)
class _Trains:
    """Readings of two trains."""

    first: Levels
    second: Levels


def _pairs_of_trains(times: FloatArray, anchors: np.ndarray, levels: FloatArray, interval: float) -> Iterator[_Trains]:
    """Yield two trains as told by the order within batches, and as told by the beat, where there are two."""
    first: defaultdict[str, list[float]] = defaultdict(list)
    second: defaultdict[str, list[float]] = defaultdict(list)
    orderly = np.ones(len(times), dtype=bool)
    for anchor in np.unique(anchors):
        places = np.flatnonzero(anchors == anchor)
        begins = np.flatnonzero(np.diff(times[places], prepend=-np.inf) > _SAME_BATCH_S)
        for batch in np.split(places, begins[1:]):
            if len(batch) > _MOST_IN_A_BATCH:
                orderly[batch] = False
            elif len(batch) == _MOST_IN_A_BATCH:
                first[str(anchor)].append(float(levels[batch[0]]))
                second[str(anchor)].append(float(levels[batch[1]]))
    if sum(map(len, first.values())) >= _TRANSMISSIONS_NEEDED:
        yield _Trains(first, second)
    times, anchors, levels = times[orderly], anchors[orderly], levels[orderly]
    if interval > _SHORTEST_BEAT_S and len(times) >= _READINGS_NEEDED:
        trains = _by_the_beat(times, anchors, levels, fullest_beat(times, interval))
        if trains is not None:
            yield trains


def _by_the_beat(times: FloatArray, anchors: np.ndarray, levels: FloatArray, beat: Beat) -> _Trains | None:
    """Return what is on the beat and what is off it; None if hardly anything is off it."""
    phase = (times - beat.start) % beat.period
    on_beat = phase <= ON_THE_BEAT_S
    if len(np.unique(np.floor((times - beat.start) / beat.period)[~on_beat])) < _TRANSMISSIONS_NEEDED:
        return None
    return _Trains(_by_anchor(anchors, levels, on_beat), _by_anchor(anchors, levels, ~on_beat))


def _by_anchor(anchors: np.ndarray, levels: FloatArray, chosen: BoolArray) -> Levels:
    found: defaultdict[str, list[float]] = defaultdict(list)
    for anchor, level in zip(anchors[chosen], levels[chosen], strict=True):
        found[str(anchor)].append(float(level))
    return found


def _opposed(trains: _Trains) -> frozenset[str]:
    """Return the anchors at which either train is clearly louder; empty if not both are."""
    lead = {anchor: _lead(trains, anchor) for anchor in {*trains.first, *trains.second}}
    ahead = {anchor for anchor, errors in lead.items() if errors >= _OPPOSED_BY}
    behind = {anchor for anchor, errors in lead.items() if errors <= -_OPPOSED_BY}
    return frozenset(ahead | behind) if ahead and behind else frozenset()


def _lead(trains: _Trains, anchor: str) -> float:
    """Return by how many standard errors an anchor hears the first train louder.

    Only anchors that hear both are asked: one that hears the second train alone may just deliver late.
    """
    first, second = trains.first.get(anchor, ()), trains.second.get(anchor, ())
    if min(len(first), len(second)) < _LEVELS_NEEDED:
        return 0.0
    return _level_lead(np.array(first), np.array(second))


def _level_lead(first: FloatArray, second: FloatArray) -> float:
    """Two means against their pooled spread (Student's t)."""
    squares = ((first - first.mean()) ** 2).sum() + ((second - second.mean()) ** 2).sum()
    variance = max(squares / (len(first) + len(second) - 2), _LEAST_VARIANCE_DB2)
    return float((first.mean() - second.mean()) / math.sqrt(variance * (1.0 / len(first) + 1.0 / len(second))))
