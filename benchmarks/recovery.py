"""Whether a wrong plan or broken hardware ever traps the estimate, or only costs accuracy.

Counted are arrivals: the truth comes into another room and stays for at least RECOVERY_S, and in the intact home, with
the same walk, the estimate is right within that time. *Right* = it names the room, or lies no further from the truth
than it usually does (the 95th percentile in the intact home). In the disturbed home such an arrival is *late* if the
estimate is not right within RECOVERY_S. It is *stuck* if, besides, a filter that begins at the arrival and remembers
nothing says something else at the end: then not the evidence is wrong but the memory of where the beacon was.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from custom_components.indoor_positioning.engine.locators import DEFAULT_LOCATOR
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.replay.recording import Recording
from custom_components.indoor_positioning.engine.replay.rows import EstimateRow, TruthRow
from custom_components.indoor_positioning.engine.replay.score import Tally
from custom_components.indoor_positioning.engine.replay.stream import prepare_model, replay
from custom_components.indoor_positioning.engine.replay.truth_track import Stay, TruthTrack

from .homes import DISTURBANCES, disturbed
from .runner import Arrivals, Outcome, ends_of

RECOVERY_S = 30.0
USUAL_PERCENT = 95.0
UNDISTURBED = "nothing wrong"


def run_disturbed(intact: Recording, seed: int) -> dict[str, Outcome]:
    """Return what the default locator does with one thing wrong at a time, after a survey of the `intact` home."""
    recordings = {UNDISTURBED: intact} | {kind: disturbed(intact, kind, seed) for kind in DISTURBANCES}
    results: dict[str, Outcome] = {}
    judge: Judge | None = None
    for kind, recording in recordings.items():
        model = prepare_model(recording)
        rows = list(replay(recording, locator=DEFAULT_LOCATOR, model=model, ends=ends_of(recording)))
        judge = judge or Judge(intact, rows)
        tally = Tally()
        tally.add(rows, recording.truth, recording.home)
        results[kind] = Outcome(tally, arrivals=judge.arrivals(rows, recording, model))
    return results


class Judge:
    """Knows the truth, what is usual in the intact home, and which arrivals it notices in time."""

    def __init__(self, intact: Recording, rows: Iterable[EstimateRow]) -> None:
        said = _by_device(rows)
        truth: dict[str, list[TruthRow]] = defaultdict(list)
        for row in intact.truth:
            truth[row.device].append(row)
        self._tracks = {device: TruthTrack(items, intact.home) for device, items in truth.items()}
        errors = [
            math.dist(row.position, there.position)
            for device, track in self._tracks.items()
            for row in said[device]
            if (there := track.at(row.time)) is not None and row.position and there.position
        ]
        self.usual_error = float(np.percentile(errors, USUAL_PERCENT)) if errors else 0.0
        self._arrivals = [
            (device, stay)
            for device, track in self._tracks.items()
            for stay in track.stays()[1:]
            if stay.end - stay.start >= RECOVERY_S and self._right_after(said[device], device, stay) is not None
        ]

    def arrivals(self, rows: Iterable[EstimateRow], recording: Recording, model: PositioningModel) -> Arrivals:
        """Return how the arrivals go in a disturbed home, in which the default locator said `rows`."""
        said = _by_device(rows)
        result = Arrivals(count=len(self._arrivals))
        for device, stay in self._arrivals:
            if self._right_after(said[device], device, stay) is None:
                result.late += 1
                result.stuck += not self.caught_up(said[device], _begun_at(stay, device, recording, model), stay)
        return result

    def caught_up(self, rows: Sequence[EstimateRow], anew: Sequence[EstimateRow], stay: Stay) -> bool:
        """Whether the estimates say, RECOVERY_S after an arrival, what a filter says that began `anew` with it."""
        end = stay.start + RECOVERY_S
        said, fresh = ([row for row in items if row.time <= end][-1:] for items in (rows, anew))
        if not said or not fresh:
            return False
        one, other = said[0], fresh[0]
        near = one.position and other.position and math.dist(one.position, other.position) <= self.usual_error
        return one.room == other.room or (bool(near) and one.floor == other.floor)

    def _right_after(self, rows: Sequence[EstimateRow], device: str, stay: Stay) -> float | None:
        """Return how long after an arrival the estimate is first right (s), None if not in time."""
        within = (row for row in rows if stay.start <= row.time <= stay.start + RECOVERY_S)
        return next((row.time - stay.start for row in within if self._is_right(row, device)), None)

    def _is_right(self, row: EstimateRow, device: str) -> bool:
        there = self._tracks[device].at(row.time)
        if there is None:
            return False
        if row.room == there.room:
            return True
        if row.position is None or there.position is None or row.floor != there.floor:
            return False
        return math.dist(row.position, there.position) <= self.usual_error


def _begun_at(stay: Stay, device: str, recording: Recording, model: PositioningModel) -> Sequence[EstimateRow]:
    """Return what a filter says that knows nothing of the time before the arrival; the anchors' health it knows."""
    readings = [item for item in recording.adverts if item.beacon != device or item.time >= stay.start]
    later = replay(replace(recording, adverts=readings), model=model, ends={device: stay.start + RECOVERY_S})
    return list(later)


def _by_device(rows: Iterable[EstimateRow]) -> dict[str, list[EstimateRow]]:
    result: dict[str, list[EstimateRow]] = defaultdict(list)
    for row in rows:
        result[row.device].append(row)
    return result
