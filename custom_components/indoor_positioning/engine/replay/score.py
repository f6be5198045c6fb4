"""How good estimates are against the truth: error, rooms, floors, flips, delays at doors, calibration.

A `Tally` pools any number of recordings (folds, walks, homes) before anything is averaged.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np

from ..geometry import FloatArray
from ..home import Home
from .rows import EstimateRow, TruthRow
from .truth_track import Stay, TruthTrack

# Right after arriving, a change of the room is the late arrival itself, which entry latency counts.
SETTLE_S = 5.0

# Passing through a doorway's corner for a moment is not entering the room.
MIN_STAY_S = 5.0

CONFIDENCE_BINS = 10

type _Predicate = Callable[[EstimateRow], bool]


@dataclass(frozen=True, slots=True)
class Reliability:
    """One bin of the reliability table: rows that said about `confidence` and the share that was right."""

    confidence: float
    right: float
    rows: int


@dataclass(frozen=True, slots=True)
class Score:
    """Figures over all rows with truth; None where the data cannot say.

    Errors in metres in the plane, shares from 0 to 1, latencies are medians in seconds, rates per hour.
    `answered` = share of rows with a position where the truth has one. A row without a room is a wrong
    room. `rooms_mean` is the mean over the rooms, so that a long stand does not outweigh the rest.
    An entry or exit never noticed is later than all others. `longest_wrong_s` = the longest time in a row
    that the room was wrong while the truth stayed in one. `accuracy_coverage` = share of rows whose accuracy
    radius holds the truth (0.68 is meant). `confidence_error` = expected calibration error.
    """

    rows: int
    answered: float | None
    median_error: float | None
    p90_error: float | None
    p95_error: float | None
    rooms: float | None
    rooms_mean: float | None
    floors: float | None
    flips_per_hour: float | None
    still_hours: float
    entry_latency: float | None
    entries: int
    entries_missed: int
    exit_latency: float | None
    away_alarms_per_hour: float | None
    longest_wrong_s: float
    accuracy_coverage: float | None
    confidence_error: float | None
    brier: float | None
    reliability: tuple[Reliability, ...]

    def to_dict(self) -> dict[str, object]:
        """Return the score as a JSON object."""
        return asdict(self)


@dataclass(slots=True)
class Tally:
    """Collects what scores are made of."""

    rows: int = 0
    located: int = 0
    errors: list[float] = field(default_factory=list)
    covered: list[bool] = field(default_factory=list)
    rooms: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    floors: list[bool] = field(default_factory=list)
    confidences: list[tuple[float, bool]] = field(default_factory=list)
    flips: int = 0
    still_s: float = 0.0
    truth_s: float = 0.0
    away_alarms: int = 0
    longest_wrong_s: float = 0.0
    entries: list[float] = field(default_factory=list)
    exits: list[float] = field(default_factory=list)

    def add(self, estimates: Iterable[EstimateRow], truth: Iterable[TruthRow], home: Home) -> None:
        """Take in the estimates of one recording."""
        truth_of: dict[str, list[TruthRow]] = defaultdict(list)
        for row in truth:
            truth_of[row.device].append(row)
        estimates_of: dict[str, list[EstimateRow]] = defaultdict(list)
        for estimate in estimates:
            if estimate.device in truth_of:
                estimates_of[estimate.device].append(estimate)
        for device, rows in truth_of.items():
            track = TruthTrack(rows, home)
            mine = estimates_of[device]
            self._add_rows(mine, track, home)
            self._add_away(mine, track)
            self._add_stuck(mine, track)
            if len(home.rooms) > 1:
                self._add_flips(mine, track)
                self._add_doors(mine, track)

    def merge(self, other: Tally) -> None:
        """Take in what another tally has collected."""
        for name in ("errors", "covered", "floors", "confidences", "entries", "exits"):
            getattr(self, name).extend(getattr(other, name))
        for name in ("rows", "located", "flips", "still_s", "truth_s", "away_alarms"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for room, hits in other.rooms.items():
            self.rooms[room].extend(hits)
        self.longest_wrong_s = max(self.longest_wrong_s, other.longest_wrong_s)

    def score(self) -> Score:
        """Return the figures of everything taken in."""
        errors = np.array(self.errors)
        room_hits = [hit for hits in self.rooms.values() for hit in hits]
        return Score(
            rows=self.rows,
            answered=len(self.errors) / self.located if self.located else None,
            median_error=_percentile(errors, 50.0),
            p90_error=_percentile(errors, 90.0),
            p95_error=_percentile(errors, 95.0),
            rooms=_mean(room_hits),
            rooms_mean=_mean([float(np.mean(hits)) for hits in self.rooms.values()]),
            floors=_mean(self.floors),
            flips_per_hour=self.flips / (self.still_s / 3600.0) if self.still_s > 0.0 else None,
            still_hours=self.still_s / 3600.0,
            entry_latency=_finite_median(self.entries),
            entries=len(self.entries),
            entries_missed=sum(math.isinf(latency) for latency in self.entries),
            exit_latency=_finite_median(self.exits),
            away_alarms_per_hour=self.away_alarms / (self.truth_s / 3600.0) if self.truth_s > 0.0 else None,
            longest_wrong_s=self.longest_wrong_s,
            accuracy_coverage=_mean(self.covered),
            confidence_error=_expected_calibration_error(self.reliability()),
            brier=_mean([(said - right) ** 2 for said, right in self.confidences]),
            reliability=self.reliability(),
        )

    def reliability(self) -> tuple[Reliability, ...]:
        """Return the reliability table: confidence of the named room against how often it was right."""
        bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
        for said, right in self.confidences:
            bins[min(int(said * CONFIDENCE_BINS), CONFIDENCE_BINS - 1)].append((said, right))
        table = []
        for _, members in sorted(bins.items()):
            said, right = np.mean(members, axis=0)
            table.append(Reliability(float(said), float(right), len(members)))
        return tuple(table)

    def _add_rows(self, estimates: Sequence[EstimateRow], track: TruthTrack, home: Home) -> None:
        room_ids = {room.id for room in home.rooms}
        floor_ids = {floor.id for floor in home.floors}
        for estimate in estimates:
            row = track.at(estimate.time)
            if row is None:
                continue
            self.rows += 1
            if row.position is not None:
                self.located += 1
                if estimate.position is not None:
                    error = math.dist(estimate.position, row.position)
                    self.errors.append(error)
                    if estimate.accuracy is not None:
                        self.covered.append(error <= estimate.accuracy)
            if row.room in room_ids and len(room_ids) > 1:
                right = estimate.room == row.room
                self.rooms[row.room].append(right)
                if estimate.room is not None and not math.isnan(estimate.confidence):
                    self.confidences.append((estimate.confidence, right))
            if row.floor in floor_ids and len(floor_ids) > 1:
                self.floors.append(estimate.floor == row.floor)

    def _add_flips(self, estimates: Sequence[EstimateRow], track: TruthTrack) -> None:
        for start, end in track.still_spans():
            within = [row for row in estimates if start + SETTLE_S <= row.time <= end]
            if len(within) < 2:
                continue
            self.still_s += within[-1].time - within[0].time
            self.flips += sum(a.room != b.room for a, b in itertools.pairwise(within))

    def _add_away(self, estimates: Sequence[EstimateRow], track: TruthTrack) -> None:
        was_away = False
        for estimate in estimates:
            if track.at(estimate.time) is None:
                continue
            self.truth_s += 1.0
            self.away_alarms += estimate.away and not was_away
            was_away = estimate.away

    def _add_stuck(self, estimates: Sequence[EstimateRow], track: TruthTrack) -> None:
        since: tuple[float, str] | None = None
        for estimate in estimates:
            row = track.at(estimate.time)
            if row is None or row.room is None or row.room == estimate.room:
                since = None
            elif since is None or since[1] != row.room:
                since = (estimate.time, row.room)
            else:
                self.longest_wrong_s = max(self.longest_wrong_s, estimate.time - since[0])

    def _add_doors(self, estimates: Sequence[EstimateRow], track: TruthTrack) -> None:
        stays = track.stays()
        for index, (stay, entered) in enumerate(itertools.pairwise(stays), start=1):
            if not stay.adjoins(entered):
                continue  # nobody knows when the door was passed
            if entered.end - entered.start >= MIN_STAY_S:
                noticed = _first_time(estimates, entered.start, entered.end, _is_in(entered.room))
                self.entries.append(noticed - entered.start)
            gone_until = _time_of_return(stays, index, stay.room)
            long_enough = min(stay.end - stay.start, gone_until - entered.start) >= MIN_STAY_S
            if long_enough and _said_at(estimates, entered.start) == stay.room:
                gone = _first_time(estimates, entered.start, gone_until, _is_not_in(stay.room))
                self.exits.append(gone - entered.start)


def score(estimates: Iterable[EstimateRow], truth: Iterable[TruthRow], home: Home) -> Score:
    """Return the score of one recording's estimates."""
    tally = Tally()
    tally.add(estimates, truth, home)
    return tally.score()


def format_score(result: Score) -> str:
    """Return a score as lines for people."""
    lines = [f"rows scored          {result.rows}"]
    for label, value, form in (
        ("median error", result.median_error, "{:.2f} m"),
        ("90th percentile", result.p90_error, "{:.2f} m"),
        ("95th percentile", result.p95_error, "{:.2f} m"),
        ("rooms right", result.rooms, "{:.1%}"),
        ("mean over rooms", result.rooms_mean, "{:.1%}"),
        ("floors right", result.floors, "{:.1%}"),
        ("flips while still", result.flips_per_hour, "{:.1f} an hour"),
        ("entry latency", result.entry_latency, "{:.1f} s"),
        ("exit latency", result.exit_latency, "{:.1f} s"),
        ("false away", result.away_alarms_per_hour, "{:.2f} an hour"),
        ("truth within radius", result.accuracy_coverage, "{:.1%}"),
        ("confidence error", result.confidence_error, "{:.3f}"),
        ("Brier score", result.brier, "{:.3f}"),
    ):
        if value is not None:
            lines.append(f"{label:<20} {form.format(value)}")
    return "\n".join(lines)


def _first_time(estimates: Sequence[EstimateRow], start: float, end: float, wanted: _Predicate) -> float:
    """Return when an estimate between first is as wanted; `start` where it already is, else infinity."""
    last = _last_before(estimates, start)
    if last is not None and wanted(last):
        return start
    return next((row.time for row in estimates if start <= row.time <= end and wanted(row)), math.inf)


def _time_of_return(stays: Sequence[Stay], index: int, room: str) -> float:
    """Return until when, from stay `index` on, the truth is known not to be in `room`."""
    end = stays[index].end
    for stay, following in itertools.pairwise(stays[index:]):
        if following.room == room or not stay.adjoins(following):
            break
        end = following.end
    return end


def _said_at(estimates: Sequence[EstimateRow], time: float) -> str | None:
    last = _last_before(estimates, time)
    return None if last is None else last.room


def _last_before(estimates: Sequence[EstimateRow], time: float) -> EstimateRow | None:
    index = bisect_left(estimates, time, key=lambda row: row.time)
    return estimates[index - 1] if index > 0 else None


def _percentile(values: FloatArray, percent: float) -> float | None:
    return float(np.percentile(values, percent)) if values.size else None


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _finite_median(values: Sequence[float]) -> float | None:
    """Return the median, None where it lies among those that never came."""
    if not values:
        return None
    median = float(np.sort(values)[len(values) // 2])
    return median if math.isfinite(median) else None


def _expected_calibration_error(table: Sequence[Reliability]) -> float | None:
    """Return the mean gap between said and true, weighted by rows (Naeini et al., AAAI 2015)."""
    rows = sum(entry.rows for entry in table)
    if rows == 0:
        return None
    return sum(entry.rows * abs(entry.confidence - entry.right) for entry in table) / rows


def _is_in(room: str) -> _Predicate:
    return lambda row: row.room == room


def _is_not_in(room: str) -> _Predicate:
    return lambda row: row.room != room
