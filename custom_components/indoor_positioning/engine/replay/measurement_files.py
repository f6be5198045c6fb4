"""What a recording holds besides Bluetooth's signal strength, a file a kind of measurement, with angles in degrees."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

from ..measurement import (
    BEARING_SD_RAD,
    MAX_COORDINATE_M,
    MAX_DISTANCE_M,
    MAX_PRESSURE_DIFFERENCE_HPA,
    MAX_SPEED_M_S,
    Bearing,
    Fix,
    Measurement,
    MeasurementProblem,
    Movement,
    Pressure,
    Range,
    Signal,
    problem_of,
)
from .rows import MAX_SPAN_S, Row, number_text, read_rows, write_rows

BEARING_COLUMNS = ("time", "device", "anchor", "azimuth", "elevation")
RANGE_COLUMNS = ("time", "device", "anchor", "distance", "sigma")
FIX_COLUMNS = ("time", "device", "x", "y", "sigma", "floor", "source")
LEVEL_COLUMNS = ("time", "device", "anchor", "rssi")
MOTION_COLUMNS = ("time", "device", "speed", "heading", "moving")
PRESSURE_COLUMNS = ("time", "device", "difference")

# How a file says whether something is being moved.
_FLAGS = {"1": True, "true": True, "0": False, "false": False}

_EXPLAINED = {
    MeasurementProblem.AZIMUTH: "azimuth is beyond 360 degrees",
    MeasurementProblem.ELEVATION: "elevation is beyond 90 degrees",
    MeasurementProblem.DISTANCE: f"distance is not between 0 and {MAX_DISTANCE_M:.0f} m",
    MeasurementProblem.SIGMA: "sigma is not above 0",
    MeasurementProblem.RSSI: "rssi is not a signal strength in dBm",
    MeasurementProblem.POSITION: f"x or y is beyond {MAX_COORDINATE_M:.0f} m",
    MeasurementProblem.SPEED: f"speed is not between 0 and {MAX_SPEED_M_S:.0f} m/s",
    MeasurementProblem.HEADING: "heading is beyond 360 degrees",
    MeasurementProblem.PRESSURE: f"difference is beyond {MAX_PRESSURE_DIFFERENCE_HPA:.0f} hPa",
    MeasurementProblem.EMPTY: "neither speed nor heading nor moving is given",
    MeasurementProblem.TIME: "time is not a finite number",
}


def read_measurements(folder: Path) -> list[Measurement]:
    """Return what the files of a folder hold in time order, nothing where there are none.

    Raises RecordingError naming file and row.
    """
    found: list[Measurement] = []
    files: tuple[tuple[str, Sequence[str], Callable[[Row], Measurement]], ...] = (
        ("bearings.csv", BEARING_COLUMNS[:4], _bearing),
        ("ranges.csv", RANGE_COLUMNS, _range),
        ("fixes.csv", FIX_COLUMNS[:5], _fix),
        ("levels.csv", LEVEL_COLUMNS, _signal),
        ("motion.csv", MOTION_COLUMNS[:2], _movement),
        ("pressure.csv", PRESSURE_COLUMNS, _pressure),
    )
    for name, columns, make in files:
        if (folder / name).exists():
            found.extend(_read(folder / name, columns, make))
    found.sort(key=lambda measurement: measurement.time)
    return found


def write_measurements(folder: Path, measurements: Sequence[Measurement]) -> None:
    """Write measurements into the files of their kinds; those of kinds that are not there are not written."""
    bearings = [
        (*_head(item), item.anchor, _degrees(item.azimuth), _degrees(item.elevation), _degrees(item.sigma))
        for item in measurements
        if isinstance(item, Bearing)
    ]
    ranges = [
        (*_head(item), item.anchor, number_text(item.distance), number_text(item.sigma))
        for item in measurements
        if isinstance(item, Range)
    ]
    fixes = [
        (*_head(item), *map(number_text, (*item.position, item.sigma)), item.floor or "", item.source)
        for item in measurements
        if isinstance(item, Fix)
    ]
    levels = [(*_head(item), item.anchor, number_text(item.rssi)) for item in measurements if isinstance(item, Signal)]
    movements = [
        (*_head(item), _number(item.speed), _degrees(item.heading), _number(item.moving))
        for item in measurements
        if isinstance(item, Movement)
    ]
    pressures = [(*_head(item), number_text(item.difference)) for item in measurements if isinstance(item, Pressure)]
    for name, columns, rows in (
        ("bearings.csv", (*BEARING_COLUMNS, "sigma"), bearings),
        ("ranges.csv", RANGE_COLUMNS, ranges),
        ("fixes.csv", FIX_COLUMNS, fixes),
        ("levels.csv", LEVEL_COLUMNS, levels),
        ("motion.csv", MOTION_COLUMNS, movements),
        ("pressure.csv", PRESSURE_COLUMNS, pressures),
    ):
        if rows:
            write_rows(folder / name, columns, rows)


def _read(path: Path, columns: Sequence[str], make: Callable[[Row], Measurement]) -> list[Measurement]:
    found: list[Measurement] = []
    for row in read_rows(path, columns):
        measurement = make(row)
        problem = problem_of(measurement)
        if problem is not None:
            raise row.error(_EXPLAINED[problem])
        if found and abs(measurement.time - found[0].time) > MAX_SPAN_S:
            raise row.error(
                f"time {row.text('time')} is more than {MAX_SPAN_S / 86400:.0f} days from the first row's; "
                "times are in seconds"
            )
        found.append(measurement)
    return found


def _bearing(row: Row) -> Bearing:
    sigma = _radians(row, "sigma")
    return Bearing(
        row.number_of("time"),
        row.text("device"),
        row.text("anchor"),
        math.radians(row.number_of("azimuth")),
        _radians(row, "elevation"),
        BEARING_SD_RAD if sigma is None else sigma,
    )


def _range(row: Row) -> Range:
    return Range(
        row.number_of("time"),
        row.text("device"),
        row.text("anchor"),
        row.number_of("distance"),
        row.number_of("sigma"),
    )


def _fix(row: Row) -> Fix:
    return Fix(
        row.number_of("time"),
        row.text("device"),
        (row.number_of("x"), row.number_of("y")),
        row.number_of("sigma"),
        row.optional_text("floor"),
        row.optional_text("source") or "",
    )


def _signal(row: Row) -> Signal:
    return Signal(row.number_of("time"), row.text("device"), row.text("anchor"), row.number_of("rssi"))


def _movement(row: Row) -> Movement:
    return Movement(
        row.number_of("time"),
        row.text("device"),
        row.optional_number("speed"),
        _radians(row, "heading"),
        _flag(row, "moving"),
    )


def _pressure(row: Row) -> Pressure:
    return Pressure(row.number_of("time"), row.text("device"), row.number_of("difference"))


def _radians(row: Row, column: str) -> float | None:
    degrees = row.optional_number(column)
    return None if degrees is None else math.radians(degrees)


def _flag(row: Row, column: str) -> bool | None:
    said = row.optional_text(column)
    if said is None:
        return None
    if said.lower() not in _FLAGS:
        raise row.error(f"{column} {said!r} is none of {', '.join(_FLAGS)}")
    return _FLAGS[said.lower()]


def _head(measurement: Measurement) -> tuple[str, str]:
    return number_text(measurement.time), measurement.beacon


def _number(value: float | None) -> str:
    return "" if value is None else number_text(value)


def _degrees(angle: float | None) -> str:
    return "" if angle is None else number_text(math.degrees(angle))
