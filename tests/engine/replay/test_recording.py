from __future__ import annotations

import json
from pathlib import Path

import pytest

from custom_components.indoor_positioning.engine.home import Home
from custom_components.indoor_positioning.engine.observation import Observation
from custom_components.indoor_positioning.engine.replay.home_file import home_from_dict, home_to_dict
from custom_components.indoor_positioning.engine.replay.recording import (
    Recording,
    RecordingError,
    read_recording,
    survey_from_rows,
    write_recording,
)
from custom_components.indoor_positioning.engine.replay.rows import TruthRow
from tests.engine.small_home import FLAT, FLAT_SURVEY, HOUSE, ROOMS_ONLY, readings

MINIMAL = {"rooms": [{"id": "kitchen"}], "anchors": [{"id": "a", "room": "kitchen"}]}


def _folder(path: Path, home: object = MINIMAL, adverts: str = "time,device,anchor,rssi\n0,tag,a,-60\n") -> Path:
    (path / "home.json").write_text(json.dumps(home), encoding="utf-8")
    (path / "adverts.csv").write_text(adverts, encoding="utf-8")
    return path


def test_what_is_written_reads_back_the_same(tmp_path: Path) -> None:
    recording = Recording(
        home=FLAT,
        survey=FLAT_SURVEY,
        adverts=[Observation(0.25, "tag", "k", -60.5), Observation(1.0, "tag", "l", -71.0)],
        history=[Observation(5.0, "phone", "k", -80.0)],
        truth=[TruthRow(0.0, "tag", (1.0, 2.0), "0", "kitchen"), TruthRow(1.0, "tag", None, None, "living")],
    )
    write_recording(tmp_path / "r", recording)
    again = read_recording(tmp_path / "r")
    assert (again.home, again.adverts, again.history, again.truth) == (
        recording.home,
        recording.adverts,
        recording.history,
        recording.truth,
    )
    assert len(again.survey) == len(FLAT_SURVEY)
    for one, other in zip(again.survey, FLAT_SURVEY, strict=True):
        assert (one.room, one.floor, one.position, one.still) == (other.room, other.floor, other.position, True)
        assert one.readings.keys() == other.readings.keys()
        assert one.packets == other.packets


@pytest.mark.parametrize("home", [FLAT, HOUSE, ROOMS_ONLY])
def test_homes_survive_json(home: Home) -> None:
    assert home_from_dict(json.loads(json.dumps(home_to_dict(home)))) == home


def test_only_rooms_and_anchors_are_needed(tmp_path: Path) -> None:
    recording = read_recording(_folder(tmp_path))
    assert recording.home.rooms[0].name == "kitchen"
    assert recording.home.anchors[0].position is None
    assert (recording.survey, recording.history, recording.truth) == ((), [], [])


def test_floors_may_be_numbers_or_not_listed() -> None:
    home = home_from_dict({"rooms": [{"id": "k", "floor": 0}, {"id": "b", "floor": 1}], "anchors": []})
    assert [(floor.id, floor.level, floor.elevation) for floor in home.floors] == [("0", 0, 0.0), ("1", 1, 2.7)]


def test_an_anchor_stands_on_the_floor_of_its_room() -> None:
    home = home_from_dict(
        {"rooms": [{"id": "k", "floor": "g"}, {"id": "b", "floor": "u"}], "anchors": [{"id": "a", "room": "b"}]}
    )
    assert home.anchors[0].floor == "u"


@pytest.mark.parametrize(
    ("home", "problem"),
    [
        ([], "home.json: an object is expected, not a list"),
        ({"rooms": {}}, "home.json: rooms is an object, not a list"),
        ({"rooms": [{"name": "x"}]}, r"home.json rooms\[0\]: id is missing, not a name"),
        ({"rooms": [{"id": "k"}, {"id": "k"}]}, "home.json rooms: the id 'k' is there twice"),
        ({"rooms": [{"id": "k", "polygon": [[0, 0], [1, 0]]}]}, r"home.json rooms\[0\]: polygon: .*few corners"),
        ({"rooms": [{"id": "k", "polygon": [[0, 0], [1, "x"], [1, 1]]}]}, r"rooms\[0\]: polygon: 'x' is not a finite"),
        ({"rooms": [{"id": "k", "polygon": 3}]}, r"rooms\[0\]: polygon is not a list"),
        ({"anchors": [{"id": "a", "position": [1]}]}, r"anchors\[0\]: position is not a list of 2 or 3 numbers"),
        ({"anchors": [{"id": "a", "room": "attic"}]}, r"anchors \(a\): the room 'attic' is not among the rooms"),
        (
            {"floors": [{"id": "g"}], "rooms": [{"id": "k", "floor": "x"}]},
            r"rooms \(k\): the floor 'x' is not among the floors",
        ),
        (
            {"anchors": [{"id": "a", "rssi_offset": None}, {"id": "b", "rssi_offset": True}]},
            r"anchors\[1\]: rssi_offset",
        ),
    ],
)
def test_a_wrong_home_is_refused_with_its_place(tmp_path: Path, home: object, problem: str) -> None:
    with pytest.raises(RecordingError, match=problem):
        read_recording(_folder(tmp_path, home))


@pytest.mark.parametrize(
    ("adverts", "problem"),
    [
        ("", "adverts.csv row 1: the column 'time' is missing"),
        ("time,device,rssi\n", "adverts.csv row 1: the column 'anchor' is missing"),
        ("time,device,anchor,rssi\n0,tag,a,-60\nx,tag,a,-60\n", "adverts.csv row 3: time 'x' is not a number"),
        ("time,device,anchor,rssi\nnan,tag,a,-60\n", "adverts.csv row 2: time 'nan' is not a finite number"),
        ("time,device,anchor,rssi\n0,,a,-60\n", "adverts.csv row 2: device is empty"),
        ("time,device,anchor,rssi\n\n0,tag,a,\n", "adverts.csv row 3: rssi is empty"),
        ("time,device,anchor,rssi\n0,tag,a\n", "adverts.csv row 2: 3 fields where the header has 4"),
        ("time,device,anchor,rssi\n0,tag,a,-60\n9e9,tag,a,-60\n", "adverts.csv row 3: time 9e9 is more than 31 days"),
    ],
)
def test_a_wrong_row_is_refused_with_file_and_row(tmp_path: Path, adverts: str, problem: str) -> None:
    with pytest.raises(RecordingError, match=problem):
        read_recording(_folder(tmp_path, adverts=adverts))


def test_what_is_missing_or_not_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="there is no such folder"):
        read_recording(tmp_path / "nowhere")
    with pytest.raises(RecordingError, match=r"home\.json: there is no such file"):
        read_recording(tmp_path)
    (tmp_path / "home.json").write_text("{\n,", encoding="utf-8")
    with pytest.raises(RecordingError, match=r"home\.json line 2: not JSON"):
        read_recording(tmp_path)
    _folder(tmp_path)
    (tmp_path / "adverts.csv").write_bytes(b"time,device,anchor,rssi\n\xff\xfe")
    with pytest.raises(RecordingError, match=r"adverts\.csv: not a text in UTF-8"):
        read_recording(tmp_path)
    _folder(tmp_path)
    (tmp_path / "survey_adverts.csv").write_text("time,device,anchor,rssi\n", encoding="utf-8")
    with pytest.raises(RecordingError, match=r"survey_truth\.csv: there is no such file"):
        read_recording(tmp_path)


def test_half_a_position_is_refused(tmp_path: Path) -> None:
    _folder(tmp_path)
    (tmp_path / "truth.csv").write_text("time,device,x,y,floor,room\n0,tag,1,,0,kitchen\n", encoding="utf-8")
    with pytest.raises(RecordingError, match=r"truth\.csv row 2: only one of x and y is given"):
        read_recording(tmp_path)


def test_rows_come_in_order_of_time_whatever_the_file_says(tmp_path: Path) -> None:
    adverts = "rssi,time,anchor,device,channel\n-60,5,a,tag,37\nnan,1,a,tag,38\n"
    recording = read_recording(_folder(tmp_path, adverts=adverts))
    assert [advert.time for advert in recording.adverts] == [1.0, 5.0]


def test_two_truth_rows_at_one_place_bracket_a_stand() -> None:
    truth = [TruthRow(time, "tag", (1.0, 1.0), "0", "kitchen") for time in (10.0, 70.0)]
    survey = survey_from_rows(readings(FLAT, (1.0, 1.0), "0", range(8, 73)), truth)
    assert len(survey) == 1
    # From a second before the first row to a second after the last.
    assert len(survey[0].readings["k"]) == 63
    assert (survey[0].still, survey[0].duration, survey[0].room) == (True, 60.0, "kitchen")


def test_a_room_without_coordinates_is_bracketed_too() -> None:
    truth = [TruthRow(time, "tag", None, "0", "kitchen") for time in (0.0, 30.0)]
    survey = survey_from_rows(readings(FLAT, (1.0, 1.0), "0", range(31)), truth)
    assert [(sample.position, sample.room, sample.packets) for sample in survey] == [(None, "kitchen", 4 * 31)]


def test_a_walk_becomes_samples_along_it() -> None:
    truth = [TruthRow(0.5 * step, "tag", (0.5 * step, 1.0), "0", "kitchen") for step in range(8)]
    adverts = [Observation(0.5 * step, "tag", "k", -60.0 - step) for step in range(8)]
    survey = survey_from_rows(adverts, truth)
    assert [sample.position for sample in survey] == [(0.5 * step, 1.0) for step in range(8)]
    assert [sample.readings["k"] for sample in survey] == [(-60.0 - step,) for step in range(8)]
    assert not any(sample.still for sample in survey)


def test_readings_belong_to_their_own_device_and_to_truth_within_a_second() -> None:
    truth = [TruthRow(0.0, "tag", (1.0, 1.0), "0", "kitchen"), TruthRow(50.0, "phone", (2.0, 2.0), "0", "kitchen")]
    adverts = [
        Observation(0.9, "tag", "k", -60.0),
        Observation(1.1, "tag", "k", -61.0),
        Observation(0.0, "phone", "k", -62.0),
        Observation(50.0, "phone", "l", -63.0),
    ]
    survey = survey_from_rows(adverts, truth)
    assert [(sample.beacon, dict(sample.readings)) for sample in survey] == [
        ("tag", {"k": (-60.0,)}),
        ("phone", {"l": (-63.0,)}),
    ]


def test_an_anchor_that_was_alive_and_heard_nothing_is_silent() -> None:
    truth = [TruthRow(time, "tag", (1.0, 1.0), "0", "kitchen") for time in (100.0, 110.0)]
    adverts = [
        Observation(105.0, "tag", "k", -60.0),
        Observation(80.0, "phone", "l", -60.0),
        Observation(10.0, "phone", "b1", -60.0),
    ]
    (sample,) = survey_from_rows(adverts, truth)
    assert sample.silent == {"l"}
