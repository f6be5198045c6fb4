"""What the networks of `sequence` see: at each moment the filtered links, and the last eight seconds second by second.

Both come from the same readings, and the places from the same survey; tests are the recordings' own, later in time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from custom_components.indoor_positioning.engine.filters.links import FilteredLinks
from custom_components.indoor_positioning.engine.geometry import FloatArray, Point
from custom_components.indoor_positioning.engine.neural.dataset import (
    LINK_FILTER,
    blocks,
    readings_until,
    samples_of,
    split,
)
from custom_components.indoor_positioning.engine.observation import Observation
from custom_components.indoor_positioning.engine.replay.recording import Recording
from custom_components.indoor_positioning.engine.replay.stream import seconds
from custom_components.indoor_positioning.engine.replay.truth_track import TruthTrack
from custom_components.indoor_positioning.engine.survey import Survey

WINDOW_S = 8


@dataclass(frozen=True, slots=True, eq=False)
class SequenceRows:
    """n moments, `levels` and `windows` in dBm, NaN where nothing was heard.

    `levels` (n, anchors) filtered, `windows` (n, seconds, anchors) means, oldest first; `places` (n, 2) in metres.
    """

    levels: FloatArray
    windows: FloatArray
    places: FloatArray

    def __len__(self) -> int:
        """Return the number of moments."""
        return len(self.places)


@dataclass(slots=True)
class _Links:
    """What one beacon's links have been lately."""

    anchors: Sequence[str]
    filtered: FilteredLinks = field(default_factory=lambda: FilteredLinks(LINK_FILTER))
    window: deque[FloatArray] = field(default_factory=lambda: deque(maxlen=WINDOW_S))
    rows: list[tuple[FloatArray, FloatArray, Point]] = field(default_factory=list)

    def take(self, now: float, readings: Sequence[Observation], place: Point | None) -> None:
        """Take the readings of the second that ends `now`."""
        self.filtered.add(readings)
        heard: dict[str, list[float]] = {}
        for reading in readings:
            heard.setdefault(reading.anchor, []).append(reading.rssi)
        nothing = [np.nan]
        self.window.append(np.array([np.mean(heard.get(anchor, nothing)) for anchor in self.anchors]))
        fresh = self.filtered.fresh(now)
        if place is None or not fresh:
            return
        levels = np.array([fresh.get(anchor, np.nan) for anchor in self.anchors])
        missing = [np.full(len(self.anchors), np.nan)] * (WINDOW_S - len(self.window))
        self.rows.append((levels, np.array([*missing, *self.window]), place))


def training_rows(recording: Recording) -> tuple[SequenceRows, SequenceRows]:
    """Return what is learnt from and what says when to stop, blocks of time apart."""
    train, held_out = split(recording.survey)
    return _surveyed(recording, train), _surveyed(recording, samples_of(held_out))


def judged_rows(recording: Recording) -> SequenceRows:
    """Return a moment for each second of the test whose place is known."""
    anchors = [anchor.id for anchor in recording.home.anchors]
    devices = {row.device for row in recording.truth}
    tracks = {one: TruthTrack([row for row in recording.truth if row.device == one], recording.home) for one in devices}
    links = {one: _Links(anchors) for one in devices}
    for now, readings, _ in seconds(recording):
        for device, track in tracks.items():
            truth = track.at(now)
            own = [one for one in readings if one.beacon == device]
            links[device].take(now, own, truth.position if truth else None)
    return _table(anchors, (row for one in links.values() for row in one.rows))


def _surveyed(recording: Recording, survey: Survey) -> SequenceRows:
    anchors = [anchor.id for anchor in recording.home.anchors]
    rows: list[tuple[FloatArray, FloatArray, Point]] = []
    for block in blocks(survey):
        links = _Links(anchors)
        for sample in block:
            for moment, readings in readings_until(sample):
                for second, part in _by_second(moment, readings):
                    links.take(second, part, sample.position if second == moment else None)
        rows += links.rows
    return _table(anchors, rows)


def _by_second(moment: float, readings: Sequence[Observation]) -> Iterator[tuple[float, list[Observation]]]:
    """Yield the seconds up to `moment` with their readings: a stand's first moment ends several of them."""
    first = min((one.time for one in readings), default=moment)
    count = max(int(np.ceil(moment - first)), 1)
    for index in range(count):
        end = moment - (count - 1 - index)
        yield end, [one for one in readings if end - 1.0 < one.time <= end or (index == 0 and one.time <= end - 1.0)]


def _table(anchors: Sequence[str], rows: Iterable[tuple[FloatArray, FloatArray, Point]]) -> SequenceRows:
    found = list(rows)
    return SequenceRows(
        np.array([row[0] for row in found]).reshape(-1, len(anchors)),
        np.array([row[1] for row in found]).reshape(-1, WINDOW_S, len(anchors)),
        np.array([row[2] for row in found]).reshape(-1, 2),
    )
