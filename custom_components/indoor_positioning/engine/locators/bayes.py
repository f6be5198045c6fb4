"""The default locator: a Bayes filter over the cells of the plan, jointly with mode and power of the beacon.

State: (resting or walking, cell, power offset). Phones and tags differ by up to 17 dB, so the offset is inferred
rather than asked for. Prediction by the motion model, correction by the radio map with heavy tails; evidence is
tempered, since successive packets of one link fade together. Grid-based Markov localisation: D. Fox, W. Burgard,
S. Thrun, "Markov Localization for Mobile Robots in Dynamic Environments", JAIR 11, 1999.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..barometer import Barometer
from ..belief import carry_over, describe, recall
from ..carried import carried_height
from ..cell_evidence import weigh
from ..dynamic_calibration import at_known_place
from ..estimate import Estimate
from ..fine_track import FineTrack
from ..forgetting import forget
from ..geometry import FloatArray
from ..known_rest import KnownRest, share_of_news
from ..likelihood import FADING_S, GATHER_S, OFFSETS_DB, LinkEvidence, Links
from ..link_motion import LinkMotion
from ..link_repetition import LinkRepetition
from ..measurement import Measurement, Movement, Signal
from ..measurement_evidence import Gathered, MeasurementEvidence
from ..measurement_likelihood import cells_log_likelihood
from ..model import PositioningModel
from ..motion import MODES, WALKING, FloatArray32
from ..mounting import mounting_of
from ..movement_evidence import walking_evidence
from ..observation import Observation
from ..self_calibration import Lesson
from ..signal_likelihood import SignalEvidence

# How far a beacon may be from what the map was made with, before anything is heard (dB). The strength at 1 m that many
# payloads tell does not narrow it: where it is true, it is worth one point of rooms in the first 5 s; where it is 15 dB
# off, it costs 8 to 10; after 10 s nothing is left of either (simulated flat, house and hall, 20 s each from nothing).
OFFSET_SD_DB = 9.0

# The beacon that made the survey differs from itself only by how it is worn.
SURVEYED_OFFSET_SD_DB = 2.5

# A beacon first heard is as often being carried about as lying somewhere.
WALKING_AT_FIRST = 0.5


class BayesLocator:
    """Markov localisation over the grid of one model, for one beacon."""

    def __init__(self, model: PositioningModel, beacon_id: str) -> None:
        self._beacon_id = beacon_id
        self._time: float | None = None
        # Up to when the belief was led, and what was then said of it.
        self._believed_at = 0.0
        self._said: Estimate | None = None
        self._forgotten_at: float | None = None
        self._evidence = LinkEvidence()
        self._measured = MeasurementEvidence()
        self._fine = FineTrack()
        self._barometer = Barometer()
        self._rest = KnownRest()
        self._signals = SignalEvidence()
        self._links: Links | None = None
        self._foretold = 0.0
        self._take(model)
        self._belief = self._prior()

    def update(self, now: float, observations: Sequence[Observation], listening: frozenset[str]) -> Estimate | None:
        """Predict to `now`, correct by the readings, and return the belief. A clock that goes back is held.

        Until evidence counts again, or time enough has passed to spread belief visibly, the last answer stands.
        """
        # Evidence of negative age would count against itself.
        if self._time is None:
            self._time = self._believed_at = now
        self._time = now = max(now, self._time)
        self._evidence.add(reading for reading in observations if reading.anchor in self._likelihood.row)
        newest = self._newest
        if newest is None or not len(self._model.grid):
            self._believed_at = now
            return None
        links = self._evidence.take(now, self._likelihood.row, listening)
        gathered = self._measured.take(now)
        if links is None and gathered is None and (said := self._standing(now)) is not None:
            return replace(said, time=now, evidence_time=newest)
        self._follow(now, links, gathered)
        said = self._refined(now, gathered, self._summary.estimate(now, newest, self._belief))
        self._said = replace(said, known_rest=self._rest.lasting(now))
        return self._said

    def _standing(self, now: float) -> Estimate | None:
        """Return the last answer as long as it is as good as a new one."""
        # Bearings and ranges move what they track all the time.
        lasts = self._measured.newest is None and now - self._believed_at < GATHER_S
        return self._said if lasts else None

    def _follow(self, now: float, links: Links | None, gathered: Gathered | None) -> None:
        """Let the belief spread until `now`, and correct it by what has come."""
        elapsed, self._believed_at = now - self._believed_at, now
        rested = self._rest.lasting(now)
        if not rested:  # what is known not to move stays where it is believed
            self._belief = self._model.motion.spread(self._belief, elapsed)
        if links is not None or gathered is not None:
            since = self._forgotten_at if self._forgotten_at is not None else now
            self._forgotten_at = now
            if not rested:
                self._belief = forget(self._belief, now - since, self._model.motion.anywhere)
        if links is not None:
            links = replace(links, weight=links.weight * share_of_news(rested))
            walking = self._motion.evidence(now, links)
            self._rest.compare(now, walking)
            corrected, self._foretold = self._likelihood.correct_and_judge(self._belief, links)
            self._belief = _weigh_modes(corrected, walking + self._repetition.evidence(now, links))
            if (evidence := self._further_evidence(now)) is not None:
                self._belief = weigh(self._belief, evidence, links.weight)
            self._links = links
        if gathered is not None:
            self._weigh_measurements(now, gathered)

    def measure(self, measurements: Sequence[Measurement]) -> None:
        """Take what other sensors tell, which the next update weighs; levels of Bluetooth count among the readings."""
        self._rest.take(item for item in measurements if isinstance(item, Movement))
        for item in measurements:
            if not isinstance(item, Signal) or item.anchor in self._levels.row:
                self._measured.add((item,), self._mounting)
            elif item.anchor in self._likelihood.row:
                self._evidence.add((Observation(item.time, item.beacon, item.anchor, item.rssi),))

    def lesson(self) -> Lesson | None:
        """Return what the newest correction teaches about the home, once."""
        links, self._links = self._links, None
        if links is None:
            return None
        cells = self._belief.sum(axis=(0, 2), dtype=float)
        if self._carried is not None:  # the home is taught of the usual height
            links = links.quieter(self._carried.change[links.rows] @ cells / cells.sum())
        lesson = Lesson(
            cells,
            float(self._belief.sum(axis=(0, 1)) @ OFFSETS_DB),
            links,
            self._foretold,
        )
        return at_known_place(self._model, self._beacon_id, lesson)

    def adopt(self, model: PositioningModel) -> None:
        """Go on over a changed model: belief moves to the nearest cell, or stays in its room."""
        before = self._model
        self._take(model)
        self._links = None  # they name the anchors of the model before
        self._measured.forget()
        self._fine.forget()
        self._belief = carry_over(self._belief, before, model, self._prior())

    def snapshot(self) -> dict[str, Any]:
        """Return where the belief lies and what power was inferred."""
        return describe(self._belief, self._model, OFFSETS_DB)

    def resume(self, data: Mapping[str, Any], age: float) -> None:
        """Take up a belief `age` seconds old, spread by what may have happened since."""
        recalled = recall(data, self._model, OFFSETS_DB, self._prior())
        self._belief = self._model.motion.spread(recalled, age)
        self._said = None

    @property
    def _newest(self) -> float | None:
        """The time of the newest evidence of the place."""
        times = [time for time in (self._evidence.newest, self._measured.newest) if time is not None]
        return max(times, default=None)

    def _weigh_measurements(self, now: float, gathered: Gathered) -> None:
        if gathered.of_motion:
            self._belief = _weigh_modes(self._belief, walking_evidence(gathered.of_motion))
        if gathered.of_height:
            self._weigh_pressure(gathered)
        if gathered.of_signal:
            self._weigh_signals(gathered)
        if gathered.of_place:
            evidence = cells_log_likelihood(
                gathered.of_place, self._mounting, self._model.grid, now=now, elapsed=gathered.elapsed
            )
            # What repeats itself has been counted once already, in either mode.
            self._belief = weigh(self._belief, evidence, 1.0, repeats=1.0)

    def _weigh_signals(self, gathered: Gathered) -> None:
        cells = self._belief.sum(axis=(0, 2), dtype=float)
        evidence = self._signals.log_likelihood(gathered.of_signal, self._levels, cells, gathered.elapsed)
        if evidence is not None:
            self._belief = weigh(self._belief, evidence, min(1.0, gathered.elapsed / FADING_S))

    def _weigh_pressure(self, gathered: Gathered) -> None:
        heights, level = self._heights
        chances = np.bincount(
            level, weights=self._belief.sum(axis=(0, 2), dtype=float), minlength=len(heights)
        ) / float(self._belief.sum())
        evidence = self._barometer.log_likelihood(gathered.of_height, heights, gathered.elapsed)
        self._belief = weigh(self._belief, evidence[level], 1.0, repeats=1.0)
        # From what was believed without these readings, which must not confirm themselves.
        self._barometer.learn(gathered.of_height, heights, chances, gathered.elapsed)

    def _refined(self, now: float, gathered: Gathered | None, estimate: Estimate) -> Estimate:
        """Return the estimate with the place between the cells that bearings and ranges tell."""
        floor = next((index for index, level in enumerate(self._model.home.floors) if level.id == estimate.floor), None)
        if floor is None or self._measured.newest is None:
            return estimate
        if gathered is not None:
            height = self._mounting.height_at(floor, estimate.position)
            self._fine.follow(gathered.all, self._mounting, height, estimate)
        grid = self._model.grid
        here = np.flatnonzero((grid.floor == floor) & grid.placed)
        return self._fine.refine(estimate, now, grid.points[here], self._belief[:, here].sum(axis=(0, 2), dtype=float))

    def _further_evidence(self, now: float) -> FloatArray | None:
        """Return the log-likelihood of the cells (cells,) by other evidence than the readings, None without any."""
        del now
        return None

    def _take(self, model: PositioningModel) -> None:
        self._model = model
        self._said = None
        self._carried = model.carried_map(self._beacon_id)
        self._likelihood = self._carried.likelihood if self._carried else model.likelihood
        self._levels = self._carried.signals if self._carried else model.signals
        self._summary = model.summary
        self._motion = LinkMotion(len(model.radio_map.anchors))
        self._repetition = LinkRepetition(len(model.radio_map.anchors))
        self._mounting = mounting_of(model.home, carried_height(model.home, self._beacon_id))

        # All heights at which the beacon may be, and which of them it has in each cell.
        self._heights = np.unique(model.grid.ground + self._mounting.carried, return_inverse=True)

    def _prior(self) -> FloatArray32:
        surveyed = any(sample.beacon == self._beacon_id for sample in self._model.survey)
        spread = SURVEYED_OFFSET_SD_DB if surveyed else OFFSET_SD_DB
        power = np.exp(-0.5 * (OFFSETS_DB / spread) ** 2)
        cells = np.multiply.outer(self._model.motion.anywhere, power / power.sum())
        shares = np.empty(MODES)
        shares[:] = 1.0 - WALKING_AT_FIRST
        shares[WALKING] = WALKING_AT_FIRST
        return np.asarray(shares[:, None, None] * cells, dtype=np.float32)


def _weigh_modes(belief: FloatArray32, walking: float) -> FloatArray32:
    """Return the belief with walking made likelier by the factor e^`walking`."""
    belief[WALKING] *= np.float32(np.exp(walking))
    belief /= belief.sum()
    return belief
