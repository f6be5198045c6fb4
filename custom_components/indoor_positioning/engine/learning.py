"""Learns the path loss from readings without truth, by following the beacons and asking where they probably were."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from .home import Home
from .locators.bayes import BayesLocator
from .model import PositioningModel
from .observation import Observation
from .propagation import PropagationParameters
from .self_calibration import SelfCalibration
from .survey import Survey

# Each round places the history better and so learns better; the second brings most, a fourth nothing (real flat).
ROUNDS = 3

# One estimate a second is what the readings of a second support.
STEP_S = 1.0

# A beacon unheard for this long was away; time is not stepped through (s).
GAP_S = 30.0


def learn_from_history(home: Home, survey: Survey, history: Sequence[Observation]) -> PropagationParameters:
    """Return the constants that explain `history`, readings of ordinary use in any order of beacons.

    The priors come back where there is too little to learn from. With a survey the fit to it remains the stronger one:
    what is returned here is what it starts from.
    """
    prior = parameters = PropagationParameters()
    by_beacon: dict[str, list[Observation]] = defaultdict(list)
    for reading in sorted(history, key=lambda reading: reading.time):
        by_beacon[reading.beacon].append(reading)
    for _ in range(ROUNDS):
        model = PositioningModel.build(home, survey, parameters)
        calibration = SelfCalibration(model.radio_map.anchors)
        for beacon, readings in by_beacon.items():
            _follow(model, calibration, beacon, readings)
        proposed = calibration.propose(prior, parameters)
        if proposed is None:
            break
        parameters = proposed
    return parameters


def _follow(
    model: PositioningModel, calibration: SelfCalibration, beacon: str, readings: Sequence[Observation]
) -> None:
    listening = frozenset(model.radio_map.anchors)
    locator = BayesLocator(model, beacon)
    index, now = 0, readings[0].time
    while index < len(readings):
        first = index
        while index < len(readings) and readings[index].time <= now:
            index += 1
        if index > first:
            locator.update(now, readings[first:index], listening)
            if (lesson := locator.lesson()) is not None:
                calibration.learn(model, lesson)
        now += STEP_S
        if index < len(readings) and readings[index].time - now > GAP_S:
            now = readings[index].time
