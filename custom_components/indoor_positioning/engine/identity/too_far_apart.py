"""Two places, third test: two anchors so strong that it must be near both, which the plan says cannot be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import ClassVar

from .clone_places import Pair
from .sighting import Sighting

AnchorDistance = Callable[[str, str], float | None]
"""Metres between two anchors on the plan (floors included), None where it is not known."""

# Bounds for the greatest distance at which an anchor can be so loud: the smallest path loss exponent
# of a home, and gain that is not known (anchor +-13 dB in one real house, transmitter several more).
_SMALLEST_EXPONENT = 1.6
_UNKNOWN_GAIN_DB = 15.0
_USUAL_REFERENCE_RSSI = -59.0
# Plans are drawn by hand.
_PLAN_ERROR = 0.7
_READINGS_NEEDED = 3


class TooFarApart:
    """Greatest distances from each anchor against the distance of the two."""

    relies_on_plan: ClassVar[bool] = True

    def __init__(self, distance: AnchorDistance) -> None:
        """Take the plan."""
        self._distance = distance

    def update(self, sightings: Sequence[Sighting]) -> Iterable[Pair]:
        """Judge the pairs of anchors with enough readings in the block."""
        readings: defaultdict[str, list[float]] = defaultdict(list)
        for sighting in sightings:
            readings[sighting.anchor].append(sighting.rssi)
        reference = next((s.reference_rssi for s in sightings if s.reference_rssi is not None), _USUAL_REFERENCE_RSSI)
        reach = {
            anchor: greatest_distance(usual_strength(values), reference)
            for anchor, values in readings.items()
            if len(values) >= _READINGS_NEEDED
        }
        apart = {pair: self._distance(*pair) for pair in combinations(sorted(reach), 2)}
        return {
            (first, second)
            for (first, second), metres in apart.items()
            if metres is not None and reach[first] + reach[second] < _PLAN_ERROR * metres
        }


def usual_strength(values: Sequence[float]) -> float:
    """The level that two fifths of the readings reach.

    Half of them may be another transmitter's, far away; somebody who runs to and fro between the
    anchors is not near both for two fifths of ten seconds.
    """
    return sorted(values)[int(0.6 * len(values))]


def greatest_distance(rssi: float, reference_rssi: float) -> float:
    """Metres from which a reading may still come, with every doubt in favour of one transmitter."""
    return float(10 ** ((reference_rssi + _UNKNOWN_GAIN_DB - rssi) / (10 * _SMALLEST_EXPONENT)))
