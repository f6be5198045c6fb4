"""What can be wrong with a sensor, and of which sensor it is said."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .measurement import Bearing, Fix, Measurement, Movement, Pressure, Range, Signal


class SensorKind(StrEnum):
    """What a sensor tells; the values are shown."""

    BEARINGS = "bearings"
    RANGES = "ranges"
    LEVELS = "levels"
    POSITIONS = "positions"
    MOTION = "motion"
    PRESSURE = "pressure"
    RECEIVER = "receiver"


class SensorProblem(StrEnum):
    """What is wrong with a sensor; the values are translation keys."""

    BEARINGS_ROTATED = "bearings_rotated"
    BEARINGS_MIRRORED = "bearings_mirrored"
    RANGES_BIASED = "ranges_biased"
    LEVELS_STICK = "levels_stick"
    POSITIONS_OFF = "positions_off"
    HEADING_STICKS = "heading_sticks"
    MOTION_STICKS = "motion_sticks"
    PRESSURE_JUMPS = "pressure_jumps"
    PRESSURE_CONTRADICTS = "pressure_contradicts"
    RECEIVER_JUMPS = "receiver_jumps"
    IMPOSSIBLE_VALUES = "impossible_values"
    CLOCK_OFF = "clock_off"
    SILENT = "silent"
    ANCHOR_UNBOUND = "anchor_unbound"
    SENSOR_MISSING = "sensor_missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem, and by how much: degrees to add to the azimuth, metres too long; None where no number tells it."""

    problem: SensorProblem
    amount: float | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A sensor: what it tells, and the anchor that it belongs to, or the beacon where it goes with that.

    `source` tells several apart: those that find places for one beacon, and the beacons whose level an anchor tells.
    """

    kind: SensorKind
    about: str
    source: str = ""


_KINDS = {
    Bearing: SensorKind.BEARINGS,
    Range: SensorKind.RANGES,
    Signal: SensorKind.LEVELS,
    Fix: SensorKind.POSITIONS,
    Movement: SensorKind.MOTION,
    Pressure: SensorKind.PRESSURE,
}


def subject_of(measurement: Measurement) -> Subject:
    """Return the sensor that a measurement comes from."""
    about = measurement.anchor if isinstance(measurement, Bearing | Range | Signal) else measurement.beacon
    source = ""
    if isinstance(measurement, Fix):
        source = measurement.source
    elif isinstance(measurement, Signal):
        source = measurement.beacon
    return Subject(_KINDS[type(measurement)], about, source)
