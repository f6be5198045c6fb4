"""A recording: a home, its survey, and what was heard, with or without the truth. See `docs/replay.md`.

A folder of `home.json`, `survey_adverts.csv` + `survey_truth.csv`, `history_adverts.csv`, `adverts.csv`,
`bearings.csv`, `ranges.csv`, `motion.csv`, `pressure.csv` and `truth.csv`; all but `home.json` and one of the files of
readings may be absent.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

from ..anchor_health import LISTENING_S
from ..geometry import Point
from ..home import Home
from ..measurement import Measurement
from ..observation import Observation, is_valid_rssi
from ..survey import Survey, SurveySample
from .archive import ArchiveError, read_archive
from .home_file import read_home, write_home
from .measurement_files import read_measurements, write_measurements
from .rows import (
    RecordingError,
    TruthRow,
    read_adverts,
    read_truth,
    write_adverts,
    write_truth,
)

__all__ = [
    "Recording",
    "RecordingError",
    "read_recording",
    "survey_from_rows",
    "survey_to_rows",
    "write_recording",
]

# The form's promise: a reading belongs to the truth row nearest in time if it is this near, seconds.
TRUTH_REACH_S = 1.0

# Below the half-metre of a grid cell a place is the same place; a slow walk's rows merge into samples
# of about a second, a stand's jitter into one sample.
PLACE_RADIUS_M = 0.3

# Somebody who walks leaves PLACE_RADIUS_M within a second; whoever has not after three stands.
STILL_S = 3.0


# The files of a recording, as an archive names them; whatever else is in it is passed over.
_FILE: Final = re.compile(r"home\.json|[a-z_]+\.csv")

# Bytes of one of them: a week of a busy home.
MAX_MEMBER_BYTES: Final = 128 * 1024 * 1024


@dataclass(slots=True)
class Recording:
    """What a replay needs. Times of the parts are independent clocks in seconds."""

    home: Home
    survey: Survey = ()
    adverts: list[Observation] = field(default_factory=list)
    history: list[Observation] = field(default_factory=list)
    truth: list[TruthRow] = field(default_factory=list)
    measurements: list[Measurement] = field(default_factory=list)


def read_recording(path: Path) -> Recording:
    """Return the recording in a folder or a ZIP file of the same files. Raises RecordingError naming file and row."""
    if path.is_file():
        return _read_archive(path)
    if not path.is_dir():
        raise RecordingError(f"{path}: there is no such folder")
    home = read_home(path / "home.json")
    survey_adverts, survey_truth = path / "survey_adverts.csv", path / "survey_truth.csv"
    survey: Survey = ()
    if survey_adverts.exists() or survey_truth.exists():
        survey = survey_from_rows(read_adverts(survey_adverts), read_truth(survey_truth))
    history, truth = path / "history_adverts.csv", path / "truth.csv"
    measurements = read_measurements(path)
    adverts = path / "adverts.csv"
    return Recording(
        home=home,
        survey=survey,
        # Whoever has bearings or ranges may have no signal strength at all.
        adverts=read_adverts(adverts) if adverts.exists() or not measurements else [],
        history=read_adverts(history) if history.exists() else [],
        truth=read_truth(truth) if truth.exists() else [],
        measurements=measurements,
    )


def _read_archive(path: Path) -> Recording:
    try:
        with path.open("rb") as file:
            members = read_archive(file, lambda name: MAX_MEMBER_BYTES if _FILE.fullmatch(name) else None)
    except (ArchiveError, OSError) as error:
        raise RecordingError(f"{path.name}: {error}") from error
    with TemporaryDirectory() as folder:
        for name, data in members.items():
            (Path(folder) / name).write_bytes(data)
        return read_recording(Path(folder))


def write_recording(path: Path, recording: Recording) -> None:
    """Write a recording into a folder, which is made; files of parts that are empty are not written."""
    path.mkdir(parents=True, exist_ok=True)
    write_home(path / "home.json", recording.home)
    write_adverts(path / "adverts.csv", recording.adverts)
    if recording.survey:
        adverts, truth = survey_to_rows(recording.survey)
        write_adverts(path / "survey_adverts.csv", adverts)
        write_truth(path / "survey_truth.csv", truth)
    if recording.history:
        write_adverts(path / "history_adverts.csv", recording.history)
    write_measurements(path, recording.measurements)
    if recording.truth:
        write_truth(path / "truth.csv", recording.truth)


def survey_from_rows(adverts: Sequence[Observation], truth: Sequence[TruthRow]) -> Survey:
    """Return the samples: the readings of each stay at one place, in time order."""
    by_device: dict[str, list[TruthRow]] = defaultdict(list)
    for row in truth:
        by_device[row.device].append(row)
    heard: dict[str, list[Observation]] = defaultdict(list)
    times_of_anchor: dict[str, list[float]] = defaultdict(list)
    for advert in adverts:
        if is_valid_rssi(advert.rssi):
            heard[advert.beacon].append(advert)
            times_of_anchor[advert.anchor].append(advert.time)
    samples = [
        sample
        for device, rows in by_device.items()
        for sample in _samples_of_device(device, rows, heard[device], times_of_anchor)
    ]
    return tuple(sorted(samples, key=lambda sample: sample.time))


def survey_to_rows(survey: Survey) -> tuple[list[Observation], list[TruthRow]]:
    """Return receptions and truth that read back as the same samples.

    Samples stand one after another on a clock of their own, a sample's readings evenly within it.
    """
    adverts: list[Observation] = []
    truth: list[TruthRow] = []
    clock = 0.0
    for sample in survey:
        duration = max(sample.duration, 0.001)
        truth.extend(
            TruthRow(time, sample.beacon, sample.position, sample.floor, sample.room)
            for time in (clock, clock + duration)
        )
        for anchor, values in sample.readings.items():
            adverts.extend(
                Observation(clock + duration * (index + 0.5) / len(values), sample.beacon, anchor, rssi)
                for index, rssi in enumerate(values)
            )
        clock += duration + 2.0 * TRUTH_REACH_S + 1.0
    adverts.sort(key=lambda advert: advert.time)
    return adverts, truth


def _samples_of_device(
    device: str,
    truth: Sequence[TruthRow],
    adverts: Sequence[Observation],
    times_of_anchor: dict[str, list[float]],
) -> Iterable[SurveySample]:
    stays = _stays(truth)
    if not stays:
        return
    readings: list[dict[str, list[float]]] = [defaultdict(list) for _ in stays]
    starts = np.array([stay[0].time for stay in stays])
    ends = np.array([stay[-1].time for stay in stays])
    for advert in adverts:
        distance = np.maximum(np.maximum(starts - advert.time, advert.time - ends), 0.0)
        nearest = int(distance.argmin())
        if distance[nearest] <= TRUTH_REACH_S:
            readings[nearest][advert.anchor].append(advert.rssi)
    for stay, heard in zip(stays, readings, strict=True):
        if not heard:
            continue
        start, end = stay[0].time, stay[-1].time
        silent = frozenset(
            anchor
            for anchor, times in times_of_anchor.items()
            if anchor not in heard and _any_between(times, start - LISTENING_S, end + LISTENING_S)
        )
        yield SurveySample(
            beacon=device,
            floor=stay[0].floor or "",
            room=stay[0].room,
            position=_mean_position(stay),
            readings={anchor: tuple(values) for anchor, values in heard.items()},
            silent=silent,
            time=start,
            duration=max(end - start, TRUTH_REACH_S),
            still=end - start >= STILL_S,
        )


def _stays(truth: Sequence[TruthRow]) -> list[list[TruthRow]]:
    """Return the rows grouped into stays at one place."""
    stays: list[list[TruthRow]] = []
    for row in truth:
        if stays and _same_stay(stays[-1][0], stays[-1][-1], row):
            stays[-1].append(row)
        else:
            stays.append([row])
    return stays


def _same_stay(first: TruthRow, last: TruthRow, row: TruthRow) -> bool:
    if (row.floor, row.room) != (last.floor, last.room):
        return False
    if row.position == last.position:
        return True  # two rows at one place bracket a stand, however far apart in time
    if row.position is None or first.position is None:
        return False
    near = math.dist(first.position, row.position) <= PLACE_RADIUS_M
    return near and row.time - last.time <= 2.0 * TRUTH_REACH_S


def _mean_position(stay: Sequence[TruthRow]) -> Point | None:
    places = [row.position for row in stay if row.position is not None]
    if not places:
        return None
    x, y = np.mean(places, axis=0)
    return (float(x), float(y))


def _any_between(times: Sequence[float], low: float, high: float) -> bool:
    """Whether any of the sorted `times` lies between."""
    index = bisect_left(times, low)
    return index < len(times) and times[index] <= high
