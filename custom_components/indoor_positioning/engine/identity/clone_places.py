"""One transmitter cannot be in two places: the clone watch's look at where an address is heard.

Three independent tests of pairs of anchors, each blind where the others see (see their files). What
they have in common is here: a sign has to last for minutes, and an anchor's silence is never
evidence, because proxies deliver in batches, and stall.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, Protocol

from .reading_log import Reading
from .sighting import CloneReason, Evidence, Sighting

Pair = tuple[str, str]
"""Two anchors in alphabetical order."""

# Readings of two anchors this close in time may be of one transmission: a proxy's batches leave
# every 100 to 200 ms.
_TOGETHER_S = 0.25

# Blocks (of 10 s) that must agree out of the last so many.
_BLOCKS_AGREEING = 15
_BLOCKS_REMEMBERED = 18

# One beacon rarely has more live addresses than this, and a replayed one adds one.
_STREAMS_REMEMBERED = 16


class PairTest(Protocol):
    """Looks at one address of one beacon, and holds what it must remember of it."""

    relies_on_plan: ClassVar[bool]

    def update(self, sightings: Sequence[Sighting]) -> Iterable[Pair]:
        """Take a block of readings in the order of time: the pairs that look like two senders in it."""
        ...


class PairTests(Protocol):
    """Makes a fresh set of tests for a new address."""

    def __call__(self) -> Sequence[PairTest]:
        """Nothing heard yet."""
        ...


class _Lasting:
    """A test whose verdict has to last."""

    def __init__(self, test: PairTest) -> None:
        self._test = test
        self._verdicts: defaultdict[Pair, deque[bool]] = defaultdict(lambda: deque(maxlen=_BLOCKS_REMEMBERED))

    def update(self, sightings: Sequence[Sighting]) -> Evidence | None:
        suspect = frozenset(self._test.update(sightings))
        for pair in suspect.union(self._verdicts):
            self._verdicts[pair].append(pair in suspect)
        guilty: set[str] = set()
        for pair, verdicts in self._verdicts.items():
            if sum(verdicts) >= _BLOCKS_AGREEING:
                guilty.update(pair)
        return Evidence(CloneReason.TWO_PLACES, frozenset(guilty), self._test.relies_on_plan) if guilty else None


class PlaceWatch:
    """Watches the addresses of one beacon."""

    def __init__(self, tests: PairTests) -> None:
        """Begin with nothing heard."""
        self._tests = tests
        self._streams: OrderedDict[tuple[str, str], list[_Lasting]] = OrderedDict()

    def update(self, block: Sequence[Sighting]) -> Evidence | None:
        """Take a block of readings in the order of time and say what they show; the plan is the last resort."""
        by_stream: defaultdict[tuple[str, str], list[Sighting]] = defaultdict(list)
        for sighting in block:
            by_stream[sighting.identity, sighting.address].append(sighting)
        found: list[Evidence] = []
        for stream, sightings in by_stream.items():
            if stream not in self._streams:
                self._streams[stream] = [_Lasting(test) for test in self._tests()]
            self._streams.move_to_end(stream)
            evidence = [test.update(sightings) for test in self._streams[stream]]
            found += [each for each in evidence if each is not None]
        while len(self._streams) > _STREAMS_REMEMBERED:
            self._streams.popitem(last=False)
        return min(found, key=lambda evidence: evidence.relies_on_plan, default=None)


def joint_readings(readings: Iterable[Reading]) -> Iterator[tuple[Pair, float, float, float]]:
    """Pair of anchors, time, and both levels, where they belong together in time.

    Each reading of an anchor is compared with the newest of every other, once.
    """
    newest: dict[str, tuple[float, float]] = {}
    for time, anchor, level in readings:
        for other, (then, other_level) in newest.items():
            if other != anchor and time - then <= _TOGETHER_S:
                if other < anchor:
                    yield (other, anchor), time, other_level, level
                else:
                    yield (anchor, other), time, level, other_level
        newest[anchor] = time, level
