"""Public recordings as `Recording`s, split so that nothing of a test leaks into its survey.

Sources, licences and caveats stand in each dataset's own README. Data are read where they lie
(`--data`) and never copied into the project. Each continuous stretch of a test is a run of its own with
its own device id, so that every filter starts anew: the gap between two stretches is not a walk.

A recording is complete: survey, unlabelled history and truth. `variant` takes parts away, `rooms_only`
takes the geometry away.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from custom_components.indoor_positioning.engine.geometry import parse_outline, rectangle
from custom_components.indoor_positioning.engine.home import Floor, Home, Room
from custom_components.indoor_positioning.engine.observation import Observation
from custom_components.indoor_positioning.engine.replay.recording import Recording, write_recording
from custom_components.indoor_positioning.engine.replay.rows import TruthRow

from .sessions import (
    UNKNOWN_HEIGHT_M,
    Session,
    block_folds,
    join,
    read_advert,
    read_anchors,
    read_meta,
    read_sessions,
    read_table,
    recording_of,
    survey_of,
)


def load_all(data: Path) -> dict[str, Recording]:
    """Return every recording found under `data` by name; datasets that are absent are left out."""
    recordings: dict[str, Recording] = {}
    for name, load in DATASETS.items():
        if (data / name).is_dir():
            recordings.update(load(data / name))
    return recordings


def variant(recording: Recording, *, survey: bool, history: bool) -> Recording:
    """Return the recording without its survey or its unlabelled history."""
    return replace(
        recording,
        survey=recording.survey if survey else (),
        history=recording.history if history else [],
    )


def rooms_only(recording: Recording) -> Recording:
    """Return the recording as a home without plan sees it: rooms and anchors' rooms, no coordinates."""
    home = recording.home
    return replace(
        recording,
        home=Home(
            rooms=tuple(replace(room, outline=None) for room in home.rooms),
            anchors=tuple(replace(anchor, position=None) for anchor in home.anchors),
            floors=home.floors,
            beacons=home.beacons,
        ),
        survey=tuple(replace(sample, position=None) for sample in recording.survey),
        truth=[replace(row, position=None) for row in recording.truth],
    )


def flat_kolakowski(folder: Path) -> dict[str, Recording]:
    """Furnished flat, six anchors; folds of 30 s blocks, and the authors' own split where it is there.

    `flat` is the authors' mean of two crossed antennas, `flat_raw` every packet of one of them: the
    honest stand-in for an ordinary proxy. The plan is the least that a user draws, the rooms' outlines: the
    source's wall lines are those same walls once more, and doors are left out.
    """
    meta = read_meta(folder)
    home = Home(
        rooms=tuple(
            Room(name, name.capitalize(), "0", parse_outline(corners)) for name, corners in meta["rooms"].items()
        ),
        anchors=read_anchors(folder),
        floors=(Floor("0", "Flat"),),
    )
    sessions = read_sessions(folder)
    raw = [
        replace(session, adverts=adverts)
        for session, adverts in _flat_single_antenna(folder, sessions, meta["session_t0_epoch_ns"])
    ]
    recordings: dict[str, Recording] = {}
    for name, kind in (("flat", sessions), ("flat_raw", raw)):
        recordings |= block_folds(name, home, [item for item in kind if item.name != "test_walk"])
        tests = [item for item in kind if item.name in meta["split"]["test"]]
        if tests:
            train = [item for item in kind if item.name in meta["split"]["train"]]
            recordings[f"{name}/official"] = recording_of(home, train, tests)
    return recordings


def uji_geotec(folder: Path) -> dict[str, Recording]:
    """Office, a phone hears 22 beacons at one of three powers; outer points are the survey, inner the test.

    The way between two points is unknown, so each visit to a test point is a run of its own.
    """
    anchors = tuple(
        replace(anchor, position=(anchor.position[0], anchor.position[1], UNKNOWN_HEIGHT_M), room="office")
        for anchor in read_anchors(folder)
        if anchor.position is not None
    )
    # The beacons' grid begins 0.6 m from the walls on two sides; the other two are taken alike.
    width = max(anchor.position[0] for anchor in anchors if anchor.position) + 0.6
    depth = max(anchor.position[1] for anchor in anchors if anchor.position) + 0.6
    home = Home(
        rooms=(Room("office", "Office", "0", rectangle(0.0, 0.0, width, depth)),),
        anchors=anchors,
        floors=(Floor("0", "Office floor"),),
    )
    visits: dict[tuple[str, str], dict[str, Session]] = defaultdict(dict)
    point_of_sample: dict[str, tuple[str, str, str]] = {}
    for row in read_table(folder / "truth.csv"):
        if not row["time_s"]:
            continue  # an empty snapshot has no time
        power = row["session"].split("_")[1]
        name = f"{power}/point{row['point']}"
        point_of_sample[row["sample_id"]] = (power, row["split"], name)
        visit = visits[power, row["split"]].setdefault(name, Session(name, [], []))
        place = (float(row["x"]), float(row["y"]))
        visit.truth.append(TruthRow(float(row["time_s"]), "phone", place, "0", "office"))
    for row in read_table(folder / "observations.csv"):
        power, split, name = point_of_sample[row["sample_id"]]
        visits[power, split][name].adverts.append(read_advert(row))
    return {
        f"uji/{power}": recording_of(home, list(visits[power, "train"].values()), list(visits[power, "test"].values()))
        for power in dict.fromkeys(power for power, _ in visits)
    }


def tetam_danis(folder: Path) -> dict[str, Recording]:
    """Open office floor; still points of September are the survey, walks of February the test.

    Each half of the walks has the other half as its unlabelled history. The source's quads are not rooms: most
    walks lead along their border, 0.3 m aside, so that naming the quad would be a lottery.
    """
    (left, low), (right, high) = (read_meta(folder)["bounds"][corner : corner + 2] for corner in (0, 2))
    home = Home(
        rooms=(Room("office", "Office", "0", rectangle(left, low, right - left, high - low)),),
        anchors=tuple(replace(anchor, room="office") for anchor in read_anchors(folder)),
        floors=(Floor("0", "Office floor"),),
    )
    points, tracks = (
        [replace(session, truth=[replace(row, room="office") for row in session.truth]) for session in sessions]
        for sessions in (
            read_sessions(folder, "fingerprint_observations.csv.gz", "fingerprint_truth.csv"),
            read_sessions(folder),
        )
    )
    survey = survey_of(points)
    return {
        f"tetam/half{half + 1}": replace(
            recording_of(home, [], tracks[half::2]), survey=survey, history=join(tracks[1 - half :: 2])[0]
        )
        for half in range(2)
    }


def atrium_two_floor(folder: Path) -> dict[str, Recording]:
    """Atrium, 28 sectors without coordinates on two floors, both looking at the same six beacons.

    Rows have no times: the order of the file is taken as one sample a second. The way from sector to
    sector is unknown, so each is a run of its own.
    """
    truth_of: dict[str, tuple[str, str, str, float]] = {}
    visits: dict[tuple[str, str], dict[str, Session]] = defaultdict(dict)
    floors: dict[str, str] = {}
    for row in read_table(folder / "truth.csv"):
        key = (row["session"].removeprefix("tx"), row["split"])
        visit = visits[key].setdefault(row["room"], Session(row["room"], [], []))
        time = float(len(visit.truth))
        truth_of[row["sample_id"]] = (*key, row["room"], time)
        floors[row["room"]] = row["floor"]
        visit.truth.append(TruthRow(time, row["device_id"], None, row["floor"], row["room"]))
    for row in read_table(folder / "observations.csv"):
        power, split, room, time = truth_of[row["sample_id"]]
        visits[power, split][room].adverts.append(
            Observation(time, row["device_id"], row["anchor_id"], float(row["rssi"]))
        )
    levels = sorted(set(floors.values()))
    home = Home(
        rooms=tuple(Room(name, name, floor) for name, floor in floors.items()),
        anchors=tuple(replace(anchor, floor=levels[0], position=None) for anchor in read_anchors(folder)),
        floors=tuple(Floor(name, f"Floor {name}", level) for level, name in enumerate(levels)),
    )
    return {
        f"atrium/{power}": recording_of(
            home, list(visits[power, "train"].values()), list(visits[power, "test"].values())
        )
        for power in dict.fromkeys(power for power, _ in visits)
    }


def home_espresense(folder: Path) -> dict[str, Recording]:
    """Real house with a watch lying still for two minutes: a smoke test with real gains, no survey."""
    # The source's heights are above the ground floor; its second floor begins at 3 m.
    elevations = {"1": 0.0, "2": 3.0}
    floor_ids = {"first": "1", "second": "2"}
    rooms = [
        Room(name, name, floor_ids[floor], parse_outline(corners))
        for floor, named in read_meta(folder)["floors"].items()
        for name, corners in named.items()
    ]
    anchors = []
    for anchor in read_anchors(folder, default_floor="1"):
        if anchor.room is not None and all(room.id != anchor.room for room in rooms):
            rooms.append(Room(anchor.room, anchor.room, anchor.floor))
        if anchor.position is None:
            anchors.append(anchor)
            continue
        x, y, z = anchor.position
        anchors.append(replace(anchor, position=(x, y, z - elevations[anchor.floor])))
    home = Home(
        rooms=tuple(rooms),
        anchors=tuple(anchors),
        floors=tuple(Floor(name, f"Floor {name}", level, elevations[name]) for level, name in enumerate(("1", "2"))),
    )
    adverts = [read_advert(row) for row in read_table(folder / "observations.csv")]
    truth = [
        TruthRow(float(row[column]), "watch", (float(row["x"]), float(row["y"])), row["floor"], row["room"])
        for row in read_table(folder / "truth.csv")
        for column in ("time_s", "time_end_s")
    ]
    return {"espresense": Recording(home=home, adverts=adverts, truth=truth)}


def testbed_sal(folder: Path) -> dict[str, Recording]:
    """Test cell with a door, inside or outside, no coordinates: each session is tested on the others.

    Of a kind that has one session only, folds of 30 s blocks are made instead.
    """
    home = Home(
        rooms=(Room("inside", "Inside", "0"), Room("outside", "Outside", "0")),
        anchors=tuple(replace(anchor, position=None) for anchor in read_anchors(folder)),
        floors=(Floor("0", "Ground"),),
    )
    kinds: dict[str, list[Session]] = defaultdict(list)
    for session in read_sessions(folder):
        kinds[session.name.split("_")[0]].append(session)
    recordings: dict[str, Recording] = {}
    for kind, sessions in kinds.items():
        if len(sessions) == 1:
            recordings |= block_folds(f"sal/{kind}", home, sessions)
            continue
        for index, session in enumerate(sessions):
            others = [*sessions[:index], *sessions[index + 1 :]]
            recordings[f"sal/{kind}{index + 1}"] = recording_of(home, others, [session])
    return recordings


DATASETS: dict[str, Callable[[Path], dict[str, Recording]]] = {
    "flat_kolakowski": flat_kolakowski,
    "uji_geotec": uji_geotec,
    "tetam_danis": tetam_danis,
    "atrium_two_floor": atrium_two_floor,
    "home_espresense": home_espresense,
    "testbed_sal": testbed_sal,
}


def _flat_single_antenna(
    folder: Path, sessions: Sequence[Session], starts_ns: dict[str, int]
) -> Iterator[tuple[Session, list[Observation]]]:
    adverts: dict[str, list[Observation]] = defaultdict(list)
    for row in read_table(folder / "observations_raw.csv.gz"):
        if row["rx"] == "1" and row["session"] in starts_ns:
            time = float(row["arrival_epoch_s"]) - starts_ns[row["session"]] / 1e9
            adverts[row["session"]].append(Observation(time, "tag1", row["anchor_id"], float(row["rssi"])))
    for session in sessions:
        if adverts[session.name]:
            yield session, adverts[session.name]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write every recording as a folder of the replay form."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.datasets", description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds the datasets")
    parser.add_argument("--out", type=Path, required=True, help="folder for the recordings")
    options = parser.parse_args(arguments)
    recordings = load_all(options.data)
    if not recordings:
        print(f"{options.data}: none of {', '.join(DATASETS)} is there", file=sys.stderr)
        return 2
    for name, recording in recordings.items():
        write_recording(options.out / name, recording)
        print(f"{name}: {len(recording.adverts)} readings, {len(recording.survey)} survey samples")
    return 0


if __name__ == "__main__":
    sys.exit(main())
