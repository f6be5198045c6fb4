"""One transmitter cannot be in two places: the clone watch's look at where an address is heard.

Two independent tests, each blind where the other sees:
- *Turns*: readings of two anchors that belong together in time keep changing sides by tens of dB,
  time and again within seconds. Needs no plan. A single transmitter behind multi-path does not: its
  three channels fade independently at two anchors, which puts at most 5/9 of the readings far to
  either side; a walker changes sides once a walk; two powers in turn move both anchors alike.
- *Distance*: both anchors are so strong that the transmitter must be near each, and the plan says
  that they are too far apart for that.
An anchor's silence is never evidence here: proxies deliver in batches, and stall.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise

from .sighting import CloneReason, Evidence, Sighting

AnchorDistance = Callable[[str, str], float | None]
"""Metres between two anchors on the plan (floors included), None where it is not known."""

# Readings of two anchors this close in time may be of one transmission: a proxy's batches leave
# every 100 to 200 ms.
_TOGETHER_S = 0.25

# A difference between two anchors that fading alone (6 dB each) passes in 8 % of readings.
_FAR_TO_ONE_SIDE_DB = 15.0

# Shares of all differences: far to either side, far to each side, and changes of side. Channels that
# fade independently reach 5/9 and 2/9 at the utmost (not both at once); two transmitters 0.7 to 1.
_FAR_SHARE = 0.6
_EACH_SIDE_SHARE = 0.2
_TURNS_SHARE = 0.25
_TURN_WITHIN_S = 5.0

# What is judged at once: enough readings over enough time.
_PAIRS_JUDGED = 60
_PAIRS_NEEDED = 30
_JUDGED_OVER_S = (30.0, 240.0)

# Blocks (of 10 s) that must agree out of the last so many.
_BLOCKS_AGREEING = 8
_BLOCKS_REMEMBERED = 12

# Bounds for the greatest distance at which an anchor can be so loud: the smallest path loss exponent
# of a home, and gain that is not known (anchor +-13 dB in one real house, transmitter several more).
_SMALLEST_EXPONENT = 1.6
_UNKNOWN_GAIN_DB = 15.0
_USUAL_REFERENCE_RSSI = -59.0
# Plans are drawn by hand.
_PLAN_ERROR = 0.7
_READINGS_NEEDED = 3

# One beacon rarely has more live addresses than this, and a replayed one adds one.
_STREAMS_REMEMBERED = 16

Pair = tuple[str, str]


@dataclass(slots=True)
class _PairHistory:
    """Differences between two anchors (time, dB), and which of the last blocks looked like two senders."""

    differences: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=_PAIRS_JUDGED))
    turns: deque[bool] = field(default_factory=lambda: deque(maxlen=_BLOCKS_REMEMBERED))
    too_far: deque[bool] = field(default_factory=lambda: deque(maxlen=_BLOCKS_REMEMBERED))


class PlaceWatch:
    """Watches the addresses of one beacon."""

    def __init__(self, distance: AnchorDistance | None = None) -> None:
        """Without a plan only the turns are looked at."""
        self._distance = distance
        self._streams: OrderedDict[tuple[str, str], dict[Pair, _PairHistory]] = OrderedDict()

    def update(self, block: Sequence[Sighting]) -> Evidence | None:
        """Take a block of readings in the order of time and say what they show."""
        streams: defaultdict[tuple[str, str], list[Sighting]] = defaultdict(list)
        for sighting in block:
            streams[sighting.identity, sighting.address].append(sighting)
        found: Evidence | None = None
        for stream, sightings in streams.items():
            histories = self._streams.setdefault(stream, {})
            self._streams.move_to_end(stream)
            found = self._judge_stream(histories, sightings) or found
        while len(self._streams) > _STREAMS_REMEMBERED:
            self._streams.popitem(last=False)
        return found

    def _judge_stream(self, histories: dict[Pair, _PairHistory], sightings: list[Sighting]) -> Evidence | None:
        touched: set[Pair] = set()
        for pair, time, difference in differences(sightings):
            histories.setdefault(pair, _PairHistory()).differences.append((time, difference))
            touched.add(pair)
        for pair in touched:
            histories[pair].turns.append(_keeps_changing_sides(histories[pair].differences))
        if self._distance is not None:
            for pair, too_far in self._distances(self._distance, sightings):
                histories.setdefault(pair, _PairHistory()).too_far.append(too_far)
        take_turns = {
            anchor for pair, past in histories.items() if sum(past.turns) >= _BLOCKS_AGREEING for anchor in pair
        }
        too_far = {
            anchor for pair, past in histories.items() if sum(past.too_far) >= _BLOCKS_AGREEING for anchor in pair
        }
        if take_turns:
            return Evidence(CloneReason.TWO_PLACES, frozenset(take_turns))
        return Evidence(CloneReason.TWO_PLACES, frozenset(too_far), relies_on_plan=True) if too_far else None

    @staticmethod
    def _distances(distance: AnchorDistance, sightings: list[Sighting]) -> Iterator[tuple[Pair, bool]]:
        readings: defaultdict[str, list[float]] = defaultdict(list)
        for sighting in sightings:
            readings[sighting.anchor].append(sighting.rssi)
        reference = next((s.reference_rssi for s in sightings if s.reference_rssi is not None), _USUAL_REFERENCE_RSSI)
        reach = {
            anchor: greatest_distance(usual_strength(values), reference)
            for anchor, values in readings.items()
            if len(values) >= _READINGS_NEEDED
        }
        for first, second in combinations(sorted(reach), 2):
            apart = distance(first, second)
            if apart is not None:
                yield (first, second), reach[first] + reach[second] < _PLAN_ERROR * apart


def differences(sightings: Iterable[Sighting]) -> Iterator[tuple[Pair, float, float]]:
    """Pair of anchors, time, and RSSI of the first minus the second, for readings that belong together.

    Each reading of an anchor is compared with the newest of every other, once.
    """
    newest: dict[str, Sighting] = {}
    for sighting in sightings:
        for anchor, other in newest.items():
            if anchor != sighting.anchor and sighting.time - other.time <= _TOGETHER_S:
                sign = 1 if sighting.anchor < anchor else -1
                pair = (min(anchor, sighting.anchor), max(anchor, sighting.anchor))
                yield pair, sighting.time, sign * (sighting.rssi - other.rssi)
        newest[sighting.anchor] = sighting


def _keeps_changing_sides(history: deque[tuple[float, float]]) -> bool:
    if len(history) < _PAIRS_NEEDED or not _JUDGED_OVER_S[0] <= history[-1][0] - history[0][0] <= _JUDGED_OVER_S[1]:
        return False
    far = [(time, difference > 0) for time, difference in history if abs(difference) >= _FAR_TO_ONE_SIDE_DB]
    ahead = sum(side for _, side in far)
    turns = sum(
        side != next_side and next_time - time <= _TURN_WITHIN_S
        for (time, side), (next_time, next_side) in pairwise(far)
    )
    count = len(history)
    return (
        len(far) >= _FAR_SHARE * count
        and min(ahead, len(far) - ahead) >= _EACH_SIDE_SHARE * count
        and turns >= _TURNS_SHARE * count
    )


def usual_strength(values: Sequence[float]) -> float:
    """The level that two fifths of the readings reach.

    Half of them may be another transmitter's, far away; somebody who runs to and fro between the
    anchors is not near both for two fifths of ten seconds.
    """
    return sorted(values)[int(0.6 * len(values))]


def greatest_distance(rssi: float, reference_rssi: float) -> float:
    """Metres from which a reading may still come, with every doubt in favour of one transmitter."""
    return float(10 ** ((reference_rssi + _UNKNOWN_GAIN_DB - rssi) / (10 * _SMALLEST_EXPONENT)))
