"""What a survey is worth: each place located with the rest of the survey, by what was heard there.

Leave-one-out cross-validation by place: all samples within half a metre, or of one room where no place is known, are
left out together, or a second stand at the same spot would flatter the first.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass

import numpy as np

from .grid import Grid, build_grid
from .home import Home
from .likelihood import OFFSETS_DB, Links, RssiLikelihood
from .motion import RESTING, FloatArray32
from .propagation import PropagationParameters
from .radio_map import build_radio_map
from .sample_likelihood import SampleLikelihood
from .summary import CellSummary
from .survey import Survey, SurveySample

# Places judged at the most, evenly over the survey: each costs a radio map, some tens of milliseconds.
MAX_PLACES = 30

# Samples nearer to each other than this are one place (m), as for the radio map.
SAME_PLACE_M = 0.5


@dataclass(frozen=True, slots=True)
class SurveyError:
    """Over the judged `places`: `median` error in metres and the share of right `rooms`; None where neither is known.

    One stand is located by itself, with nothing before it: a walking beacon does better, a weaker one worse.
    """

    places: int
    median: float | None
    rooms: float | None


def survey_error(
    home: Home,
    survey: Survey,
    prior: PropagationParameters,
    learn_from: Callable[[SurveySample], bool] = lambda _sample: True,
) -> SurveyError:
    """Judge a survey whose readings hold the anchors' offsets already.

    Every place is judged, whatever is learnt from: so two choices of `learn_from` (what was known before some samples,
    and with them) are compared at the same places. Costs up to seconds: not for an event loop.
    """
    grid = build_grid(home, survey)
    known = [sample for sample in survey if sample.readings and home.floor(sample.floor)]
    if not known or not len(grid):
        return SurveyError(0, None, None)
    summary = CellSummary(home, grid)
    distances: list[float] = []
    right: list[bool] = []
    places = list({_place(sample): sample for sample in known}.values())
    judged = places[:: -(-len(places) // MAX_PLACES)]
    for sample in judged:
        rest = tuple(one for one in survey if learn_from(one) and not _same_place(one, sample))
        estimate = summary.estimate(0.0, 0.0, _belief(home, grid, rest, prior, sample))
        if sample.position and estimate.position:
            distances.append(math.dist(sample.position, estimate.position))
        if sample.room:
            right.append(estimate.room == sample.room)
    return SurveyError(
        places=len(judged),
        median=float(np.median(distances)) if distances else None,
        rooms=sum(right) / len(right) if right else None,
    )


def _belief(home: Home, grid: Grid, rest: Survey, prior: PropagationParameters, sample: SurveySample) -> FloatArray32:
    """Return the belief (modes, cells, offsets) that one stand alone amounts to, given the rest of the survey."""
    radio_map, _ = build_radio_map(home, grid, rest, prior)
    likelihood = RssiLikelihood(radio_map, samples=SampleLikelihood(home, grid, rest))
    heard = {anchor: values for anchor, values in sample.readings.items() if anchor in likelihood.row}
    links = Links(
        rows=np.array([likelihood.row[anchor] for anchor in heard], dtype=np.intp),
        rssi=np.array([sum(values) / len(values) for values in heard.values()]),
        packets=np.array([len(values) for values in heard.values()], dtype=float),
        silent=np.array([likelihood.row[one] for one in sample.silent if one in likelihood.row], dtype=np.intp),
        weight=1.0,
    )
    flat = np.zeros((2, len(grid), len(OFFSETS_DB)), dtype=np.float32)
    flat[RESTING] = 1.0 / flat[RESTING].size
    return likelihood.correct(flat, links) if heard else flat


def _place(sample: SurveySample) -> Hashable:
    if sample.position is None:
        return sample.floor, sample.room
    return sample.floor, *(round(value / SAME_PLACE_M) for value in sample.position)


def _same_place(one: SurveySample, other: SurveySample) -> bool:
    if one.floor != other.floor:
        return False
    if one.position is None or other.position is None:
        return one.position is other.position and one.room == other.room
    return math.dist(one.position, other.position) < SAME_PLACE_M
