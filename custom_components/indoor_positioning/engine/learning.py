"""Learns the path loss from readings without truth, by following the beacons and asking where they probably were."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .home import Home
from .locators.bayes import BayesLocator
from .model import PositioningModel
from .observation import Observation
from .propagation import PropagationParameters
from .self_calibration import Lesson, SelfCalibration, between
from .survey import Survey

# Each round places the history better and so learns better; seldom does more than the second (all recordings).
ROUNDS = 4

# How far to go towards what a round proposes: all of the way, or where that foretells worse, half of it.
SHARES = (1.0, 0.5)

# Constants must foretell the level of each heard link better than those in use by this much on average (log). What a
# home's first round brings is 0.01 to 0.06; gains below this come of belief that confirms itself: walls grow thicker
# and rooms get worse (real flat 75 % of rooms without the limit, 81 with it), and where rooms are not drawn hardly
# anything is gained (70 against 79 %).
MIN_FORETOLD_GAIN = 0.01

# So much of a longer history is followed, in blocks spread evenly over it (s): the constants of a home are few, and
# following costs a second of processor time for some minutes of history, several times over.
MAX_HISTORY_S = 7200.0
BLOCK_S = 600.0

# One estimate a second is what the readings of a second support.
STEP_S = 1.0

# A beacon unheard for this long was away; time is not stepped through (s).
GAP_S = 30.0


def learn_from_history(home: Home, survey: Survey, history: Sequence[Observation]) -> PropagationParameters:
    """Return the constants that explain `history`, readings of ordinary use in any order of beacons.

    The priors come back where there is too little to learn from. With a survey the fit to it remains the stronger one:
    what is returned here is what it starts from.
    """
    prior = PropagationParameters()
    walks = _walks(history)
    best = _Trial.run(home, survey, walks, prior)
    for _ in range(ROUNDS):
        proposed = best.calibration.propose(prior, best.parameters)
        if proposed is None:
            break
        # A map that dares more foretells better as long as it is not too often wrong: only its mean is judged here.
        proposed = replace(proposed, noise=prior.noise, map_error=prior.map_error)
        trials = (_Trial.run(home, survey, walks, between(best.parameters, proposed, share)) for share in SHARES)
        better = next((trial for trial in trials if trial.foretold > best.foretold + MIN_FORETOLD_GAIN), None)
        if better is None:
            break
        best = better
    return best.calibration.with_noise(best.parameters) if best.parameters is not prior else prior


@dataclass(frozen=True, slots=True)
class _Trial:
    """What following the history with some constants gave.

    `calibration` their sums, `foretold` the logarithm of the chance given to what a link told, on average over them.
    """

    parameters: PropagationParameters
    calibration: SelfCalibration
    foretold: float

    @classmethod
    def run(
        cls, home: Home, survey: Survey, walks: Sequence[Sequence[Observation]], parameters: PropagationParameters
    ) -> _Trial:
        model = PositioningModel.build(home, survey, parameters)
        calibration = SelfCalibration(model.radio_map.anchors)
        foretold, links = 0.0, 0
        for readings in walks:
            for lesson in _lessons(model, readings):
                calibration.learn(model, lesson)
                foretold += lesson.foretold
                links += len(lesson.links.rows)
        return cls(parameters, calibration, foretold / max(links, 1))


def _walks(history: Sequence[Observation]) -> list[list[Observation]]:
    """Return the readings of each beacon in order of time; of a long history, evenly spread blocks of each."""
    blocks: dict[tuple[str, float], list[Observation]] = defaultdict(list)
    for reading in sorted(history, key=lambda reading: reading.time):
        blocks[reading.beacon, reading.time // BLOCK_S].append(reading)
    lasting = sum(block[-1].time - block[0].time for block in blocks.values())
    every = max(1, math.ceil(lasting / MAX_HISTORY_S))
    walks: dict[str | tuple[str, float], list[Observation]] = defaultdict(list)
    for key in sorted(blocks)[::every]:
        # Blocks that follow on each other are one walk; others are a walk each.
        walks[key if every > 1 else key[0]].extend(blocks[key])
    return list(walks.values())


def _lessons(model: PositioningModel, readings: Sequence[Observation]) -> Iterator[Lesson]:
    listening = frozenset(model.radio_map.anchors)
    locator = BayesLocator(model, readings[0].beacon)
    index, now = 0, readings[0].time
    while index < len(readings):
        first = index
        while index < len(readings) and readings[index].time <= now:
            index += 1
        if index > first:
            locator.update(now, readings[first:index], listening)
            if (lesson := locator.lesson()) is not None:
                yield lesson
        now += STEP_S
        if index < len(readings) and readings[index].time - now > GAP_S:
            now = readings[index].time
