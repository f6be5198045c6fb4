"""The rows of a recording's CSV files, and errors that name file and row."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..geometry import Point
from ..observation import Observation

ADVERT_COLUMNS = ("time", "device", "anchor", "rssi")
TRUTH_COLUMNS = ("time", "device", "x", "y", "floor", "room")
ESTIMATE_COLUMNS = ("time", "device", "x", "y", "floor", "room", "accuracy", "confidence")


# No recording is longer; times that spread further are in the wrong unit, and a row a second would take for ever.
MAX_SPAN_S = 31 * 86400.0


class RecordingError(ValueError):
    """A recording that cannot be read; the message names file and row."""


@dataclass(frozen=True, slots=True)
class TruthRow:
    """Where a device really was at `time` (seconds); None is not known."""

    time: float
    device: str
    position: Point | None
    floor: str | None
    room: str | None


@dataclass(frozen=True, slots=True)
class EstimateRow:
    """What the tracker said about a device at `time`, from readings up to `time` only.

    `accuracy` is the radius in metres that holds the truth 68 % of the time, `confidence` the
    probability of the named room, or of being away where `away`; NaN where none is claimed.
    """

    time: float
    device: str
    position: Point | None
    floor: str | None
    room: str | None
    accuracy: float | None
    confidence: float
    away: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a CSV file; it knows where it stands, so that its errors can say so."""

    file: str
    number: int
    fields: Mapping[str, str]

    def text(self, column: str) -> str:
        """Return a field that must not be empty."""
        value = self.optional_text(column)
        if value is None:
            raise self.error(f"{column} is empty")
        return value

    def optional_text(self, column: str) -> str | None:
        """Return a field, None where it is empty or its column is absent."""
        return self.fields.get(column) or None

    def number_of(self, column: str, *, finite: bool = True) -> float:
        """Return a field that must be a number."""
        text = self.text(column)
        try:
            value = float(text)
        except ValueError:
            raise self.error(f"{column} {text!r} is not a number") from None
        if finite and not math.isfinite(value):
            raise self.error(f"{column} {text!r} is not a finite number")
        return value

    def optional_number(self, column: str) -> float | None:
        """Return a number, None where the field is empty."""
        return None if self.optional_text(column) is None else self.number_of(column)

    def position(self) -> Point | None:
        """Return (x, y), None where both are empty."""
        x, y = self.optional_number("x"), self.optional_number("y")
        if x is None and y is None:
            return None
        if x is None or y is None:
            raise self.error("only one of x and y is given")
        return (x, y)

    def error(self, problem: str) -> RecordingError:
        """Return the error that tells where `problem` stands."""
        return RecordingError(f"{self.file} row {self.number}: {problem}")


def read_rows(path: Path, required: Sequence[str]) -> Iterator[Row]:
    """Yield the rows of a CSV file with a header; row numbers are line numbers, the header's is 1.

    Further columns are let through. Raises RecordingError where the file is not such a table.
    """
    number = 0
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file, strict=True)
            header = [name.strip() for name in next(reader, [])]
            missing = [name for name in required if name not in header]
            if missing:
                raise RecordingError(f"{path.name} row 1: the column {missing[0]!r} is missing")
            for values in reader:
                number = reader.line_num
                if not values:
                    continue
                fields = dict(zip(header, (value.strip() for value in values), strict=False))
                row = Row(path.name, number, fields)
                if len(values) != len(header):
                    raise row.error(f"{len(values)} fields where the header has {len(header)}")
                yield row
    except csv.Error as error:
        raise RecordingError(f"{path.name} row {number + 1}: {error}") from error
    except UnicodeDecodeError as error:
        raise RecordingError(f"{path.name}: not a text in UTF-8 (byte {error.start})") from error
    except FileNotFoundError:
        raise RecordingError(f"{path.name}: there is no such file in {path.parent}") from None
    except OSError as error:
        raise RecordingError(f"{path.name}: {error.strerror}") from error


def read_adverts(path: Path) -> list[Observation]:
    """Return the receptions of a file in time order; ties keep the file's order.

    An RSSI of "nan" or out of range is let through: the tracker must cope with it as it does live.
    """
    adverts: list[Observation] = []
    first: float | None = None
    for row in read_rows(path, ADVERT_COLUMNS):
        time = row.number_of("time")
        first = time if first is None else first
        if abs(time - first) > MAX_SPAN_S:
            raise row.error(
                f"time {row.text('time')} is more than {MAX_SPAN_S / 86400:.0f} days from the first row's; "
                "times are in seconds"
            )
        adverts.append(Observation(time, row.text("device"), row.text("anchor"), row.number_of("rssi", finite=False)))
    adverts.sort(key=lambda advert: advert.time)
    return adverts


def read_truth(path: Path) -> list[TruthRow]:
    """Return the truth of a file in time order."""
    truth = [
        TruthRow(
            row.number_of("time"),
            row.text("device"),
            row.position(),
            row.optional_text("floor"),
            row.optional_text("room"),
        )
        for row in read_rows(path, ("time", "device"))
    ]
    truth.sort(key=lambda row: row.time)
    return truth


def write_adverts(path: Path, adverts: Iterable[Observation]) -> None:
    """Write receptions."""
    write_rows(
        path,
        ADVERT_COLUMNS,
        ((number_text(item.time), item.beacon, item.anchor, number_text(item.rssi)) for item in adverts),
    )


def write_truth(path: Path, truth: Iterable[TruthRow]) -> None:
    """Write truth rows."""
    write_rows(
        path,
        TRUTH_COLUMNS,
        (
            (number_text(row.time), row.device, *_coordinates(row.position), row.floor or "", row.room or "")
            for row in truth
        ),
    )


def write_estimates(path: Path, estimates: Iterable[EstimateRow]) -> None:
    """Write estimates; a beacon that is away has no room."""
    write_rows(path, ESTIMATE_COLUMNS, map(estimate_fields, estimates))


def estimate_fields(row: EstimateRow) -> tuple[str, ...]:
    """Return the fields of an estimate in the order of ESTIMATE_COLUMNS."""
    return (
        number_text(row.time),
        row.device,
        *_coordinates(row.position),
        row.floor or "",
        row.room or "",
        "" if row.accuracy is None else f"{row.accuracy:.3f}",
        f"{row.confidence:.4f}",
    )


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table of texts."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _coordinates(position: Point | None) -> tuple[str, str]:
    return ("", "") if position is None else (f"{position[0]:.3f}", f"{position[1]:.3f}")


def number_text(number: float) -> str:
    """Return a number to the millisecond (or thousandth of a dB) without trailing zeros."""
    return f"{number:.3f}".rstrip("0").rstrip(".")
