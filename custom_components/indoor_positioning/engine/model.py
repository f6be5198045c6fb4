"""Everything the locators share about one home: plan, survey, path loss, cells, radio map, ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from .carried import CarriedMap, carried_height, carried_maps
from .grid import Grid, build_grid
from .home import Beacon, Home
from .likelihood import RssiLikelihood
from .motion import MotionModel, build_motion
from .neural.models import TinyModels
from .propagation import PropagationParameters
from .radio_map import RadioMap, build_radio_map
from .sample_likelihood import SampleLikelihood
from .signal_likelihood import SignalMap
from .summary import CellSummary
from .survey import Survey, SurveySample


@dataclass(frozen=True, slots=True, eq=False)
class PositioningModel:
    """One home, ready to locate in. Immutable: a changed home or survey is a new model that trackers adopt.

    `survey` holds readings with the anchors' configured offsets added; `parameters` are those fitted to it. `tiny` are
    the home's own networks; None where whoever needs them shall train them from the survey, and from what `learnt` of
    ordinary use: samples with labels, for that alone. `carried` holds, by height, what beacons are weighed by that are
    not carried at the usual one.
    """

    home: Home
    survey: Survey
    parameters: PropagationParameters
    grid: Grid
    radio_map: RadioMap
    motion: MotionModel
    likelihood: RssiLikelihood
    summary: CellSummary
    signals: SignalMap
    tiny: TinyModels | None = None
    learnt: Survey = ()
    carried: Mapping[float, CarriedMap] = field(default_factory=dict)

    @classmethod
    def build(
        cls,
        home: Home,
        survey: Survey = (),
        parameters: PropagationParameters | None = None,
        tiny: TinyModels | None = None,
    ) -> PositioningModel:
        """Build the model; takes up to some seconds in large homes, so never on an event loop.

        `parameters` are what the path loss is believed to be before the survey is looked at; `tiny` as above.
        """
        corrected = corrected_survey(home, survey)
        grid = build_grid(home, corrected)
        radio_map, fitted = build_radio_map(home, grid, corrected, parameters or PropagationParameters())
        samples, signals = SampleLikelihood(home, grid, corrected), SignalMap.build(home, grid)
        return cls(
            home=home,
            survey=corrected,
            parameters=fitted,
            grid=grid,
            radio_map=radio_map,
            motion=build_motion(home, grid),
            likelihood=RssiLikelihood(radio_map, samples=samples),
            summary=CellSummary(home, grid),
            signals=signals,
            tiny=tiny,
            carried=carried_maps(home, grid, radio_map, fitted.exponent, samples, signals),
        )

    def beacon(self, beacon_id: str) -> Beacon:
        """Return what is known of a beacon beforehand."""
        return next((beacon for beacon in self.home.beacons if beacon.id == beacon_id), Beacon(beacon_id))

    def carried_map(self, beacon_id: str) -> CarriedMap | None:
        """Return what a beacon is weighed by that is not carried at the usual height, None for all others."""
        return self.carried.get(carried_height(self.home, beacon_id)) if self.carried else None


def corrected_survey(home: Home, survey: Survey) -> Survey:
    """Return the samples with the anchors' configured offsets added to what they heard."""
    return tuple(_corrected(home, sample) for sample in survey)


def _corrected(home: Home, sample: SurveySample) -> SurveySample:
    offsets = home.rssi_offsets
    if not offsets.keys() & sample.readings.keys():
        return sample
    readings = {
        anchor: tuple(value + offsets.get(anchor, 0.0) for value in values)
        for anchor, values in sample.readings.items()
    }
    return replace(sample, readings=readings)
