"""What sensors other than a Bluetooth receiver tell of a beacon: directions, distances, places, and its own motion.

All say when they were measured, on the clock of the readings, and how far they scatter (one standard deviation).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from .geometry import Point
from .observation import is_valid_rssi

# Angles of Bluetooth locators in rooms scatter by about this, where a file names no other (rad).
BEARING_SD_RAD = math.radians(5.0)

# An angle may be counted from 0 to 360 or from -180 to 180 degrees; anything further is in another unit (rad).
MAX_AZIMUTH_RAD = 2.0 * math.pi
MAX_ELEVATION_RAD = math.pi / 2.0

# No indoor ranging reaches further than this (m); beyond it stands a wrong unit.
MAX_DISTANCE_M = 1000.0

# Larger than any plan (m); beyond it stands a latitude, or another unit.
MAX_COORDINATE_M = 10_000.0

# What a fast runner reaches (m/s); whoever is quicker is not indoors.
MAX_SPEED_M_S = 12.0

# Barometers differ by a hectopascal or two, and a tower of 200 m by 24 (hPa).
MAX_PRESSURE_DIFFERENCE_HPA = 30.0

# Rounding on the way through degrees must not push a right angle over its limit (rad).
ROUNDING_RAD = 1e-6


class MeasurementProblem(StrEnum):
    """Why a measurement is refused; the values are translation keys."""

    TIME = "measurement_time_not_finite"
    AZIMUTH = "measurement_azimuth_out_of_range"
    ELEVATION = "measurement_elevation_out_of_range"
    DISTANCE = "measurement_distance_out_of_range"
    SIGMA = "measurement_sigma_not_positive"
    RSSI = "measurement_rssi_out_of_range"
    POSITION = "measurement_position_out_of_range"
    SPEED = "measurement_speed_out_of_range"
    HEADING = "measurement_heading_out_of_range"
    PRESSURE = "measurement_pressure_out_of_range"
    EMPTY = "measurement_says_nothing"


@dataclass(frozen=True, slots=True)
class Bearing:
    """The direction from an anchor to a beacon, in radians in the anchor's own frame.

    `azimuth` counts counter-clockwise from the anchor's front, `elevation` upwards from its horizon, None where the
    array does not tell. An anchor without orientation looks along the plan's x axis, so its frame is the plan's.
    """

    time: float
    beacon: str
    anchor: str
    azimuth: float
    elevation: float | None = None
    sigma: float = BEARING_SD_RAD


@dataclass(frozen=True, slots=True)
class Range:
    """The distance through the air from an anchor to a beacon, in metres (UWB, channel sounding, ultrasound)."""

    time: float
    beacon: str
    anchor: str
    distance: float
    sigma: float


@dataclass(frozen=True, slots=True)
class Fix:
    """A place on the plan that something else has found: a camera, a vacuum robot, a model on a microcontroller.

    `position` in metres, `sigma` of each coordinate; `floor` None where it does not tell. `source` names who found it.
    """

    time: float
    beacon: str
    position: Point
    sigma: float
    floor: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Signal:
    """How strong another radio than Bluetooth was received between a beacon and an anchor, in dBm (Wi-Fi, UWB)."""

    time: float
    beacon: str
    anchor: str
    rssi: float


@dataclass(frozen=True, slots=True)
class Movement:
    """What a beacon knows of its own motion; None is not known.

    `speed` in m/s, `heading` in radians counter-clockwise from the plan's x axis, `moving` whether it is being moved.
    """

    time: float
    beacon: str
    speed: float | None = None
    heading: float | None = None
    moving: bool | None = None


@dataclass(frozen=True, slots=True)
class Pressure:
    """The air pressure at a beacon less that at a barometer which stays in the home, in hPa."""

    time: float
    beacon: str
    difference: float


type PlaceMeasurement = Bearing | Range | Fix
type Measurement = PlaceMeasurement | Signal | Movement | Pressure


def origin_of(measurement: PlaceMeasurement) -> tuple[type, str]:
    """Return what readings share that repeat the same reflections: their kind and who took them."""
    return type(measurement), measurement.source if isinstance(measurement, Fix) else measurement.anchor


def problem_of(measurement: Measurement) -> MeasurementProblem | None:
    """Return why a measurement is none at all, None where it is sound."""
    if not math.isfinite(measurement.time):
        return MeasurementProblem.TIME
    if isinstance(measurement, Movement):
        return _problem_of_movement(measurement)
    if isinstance(measurement, Pressure):
        sound = abs(measurement.difference) <= MAX_PRESSURE_DIFFERENCE_HPA
        return None if sound else MeasurementProblem.PRESSURE
    if isinstance(measurement, Signal):
        return None if is_valid_rssi(measurement.rssi) else MeasurementProblem.RSSI
    return _problem_of_place(measurement)


def _problem_of_place(measurement: PlaceMeasurement) -> MeasurementProblem | None:
    if not (measurement.sigma > 0.0 and math.isfinite(measurement.sigma)):
        return MeasurementProblem.SIGMA
    if isinstance(measurement, Range):
        # A NaN compares as false, so it is out of every range.
        return None if 0.0 <= measurement.distance <= MAX_DISTANCE_M else MeasurementProblem.DISTANCE
    if isinstance(measurement, Fix):
        inside = all(abs(coordinate) <= MAX_COORDINATE_M for coordinate in measurement.position)
        return None if inside else MeasurementProblem.POSITION
    if not abs(measurement.azimuth) <= MAX_AZIMUTH_RAD + ROUNDING_RAD:
        return MeasurementProblem.AZIMUTH
    if measurement.elevation is not None and not abs(measurement.elevation) <= MAX_ELEVATION_RAD + ROUNDING_RAD:
        return MeasurementProblem.ELEVATION
    return None


def _problem_of_movement(movement: Movement) -> MeasurementProblem | None:
    if movement.speed is None and movement.heading is None and movement.moving is None:
        return MeasurementProblem.EMPTY
    if movement.speed is not None and not 0.0 <= movement.speed <= MAX_SPEED_M_S:
        return MeasurementProblem.SPEED
    if movement.heading is not None and not abs(movement.heading) <= MAX_AZIMUTH_RAD + ROUNDING_RAD:
        return MeasurementProblem.HEADING
    return None
