from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.hall import HALL, bearings, ranges, recording, walk
from custom_components.indoor_positioning.engine.home import Anchor, RadioLaw
from custom_components.indoor_positioning.engine.measurement import (
    Bearing,
    Fix,
    Measurement,
    Movement,
    Pressure,
    Range,
    Signal,
)
from custom_components.indoor_positioning.engine.replay.__main__ import main
from custom_components.indoor_positioning.engine.replay.home_file import home_from_dict, home_to_dict
from custom_components.indoor_positioning.engine.replay.recording import read_recording, write_recording
from custom_components.indoor_positioning.engine.replay.rows import RecordingError


def _folder(path: Path, name: str, text: str) -> Path:
    (path / "home.json").write_text(json.dumps(home_to_dict(HALL)), encoding="utf-8")
    (path / name).write_text(text, encoding="utf-8")
    return path


def test_each_file_is_read_in_degrees_and_metres(tmp_path: Path) -> None:
    _folder(tmp_path, "bearings.csv", "time,device,anchor,azimuth,elevation\n2,tag,a0,90,-30\n1,tag,a1,-180,\n")
    (tmp_path / "ranges.csv").write_text("time,device,anchor,distance,sigma\n0.5,tag,a0,3.2,0.1\n", encoding="utf-8")
    (tmp_path / "motion.csv").write_text("time,device,speed,heading\n3,tag,1.2,\n3,tag,,90\n", encoding="utf-8")
    places = "time,device,x,y,sigma,floor,source\n4,tag,2.5,1,0.5,0,camera\n5,tag,3,1,0.5,,\n"
    (tmp_path / "fixes.csv").write_text(places, encoding="utf-8")
    (tmp_path / "levels.csv").write_text("time,device,anchor,rssi\n6,tag,router,-61.5\n", encoding="utf-8")
    assert read_recording(tmp_path).measurements == [
        Range(0.5, "tag", "a0", 3.2, 0.1),
        Bearing(1.0, "tag", "a1", -math.pi),
        Bearing(2.0, "tag", "a0", math.pi / 2.0, math.radians(-30.0)),
        Movement(3.0, "tag", 1.2, None),
        Movement(3.0, "tag", None, math.pi / 2.0),
        Fix(4.0, "tag", (2.5, 1.0), 0.5, "0", "camera"),
        Fix(5.0, "tag", (3.0, 1.0), 0.5),
        Signal(6.0, "tag", "router", -61.5),
    ]


@pytest.mark.parametrize(("said", "moving"), [("1", True), ("true", True), ("0", False), ("False", False), ("", None)])
def test_a_movement_may_be_a_flag(tmp_path: Path, said: str, moving: bool | None) -> None:
    _folder(tmp_path, "motion.csv", f"time,device,speed,moving\n0,tag,0.5,{said}\n")
    assert read_recording(tmp_path).measurements == [Movement(0.0, "tag", 0.5, None, moving)]


def test_a_bearing_may_say_how_far_it_scatters(tmp_path: Path) -> None:
    _folder(tmp_path, "bearings.csv", "time,device,anchor,azimuth,elevation,sigma\n0,tag,a0,0,0,2\n")
    (measurement,) = read_recording(tmp_path).measurements
    assert isinstance(measurement, Bearing)
    assert measurement.sigma == pytest.approx(math.radians(2.0))


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("bearings.csv", "time,device,anchor\n", "bearings.csv row 1: the column 'azimuth' is missing"),
        ("bearings.csv", "time,device,anchor,azimuth\n0,tag,a0,361\n", "bearings.csv row 2: azimuth is beyond 360"),
        ("bearings.csv", "time,device,anchor,azimuth\n0,tag,a0,nan\n", "row 2: azimuth 'nan' is not a finite number"),
        (
            "bearings.csv",
            "time,device,anchor,azimuth,elevation\n0,tag,a0,1,2\n0,tag,a0,1,95\n",
            "bearings.csv row 3: elevation is beyond 90",
        ),
        ("ranges.csv", "time,device,anchor,distance,sigma\n0,tag,a0,-1,0.1\n", "row 2: distance is not between 0"),
        ("ranges.csv", "time,device,anchor,distance,sigma\n0,tag,a0,1,0\n", "ranges.csv row 2: sigma is not above 0"),
        ("ranges.csv", "time,device,anchor,distance,sigma\n0,tag,a0,,0.1\n", "row 2: distance is empty"),
        (
            "ranges.csv",
            "time,device,anchor,distance,sigma\n0,tag,a0,1,0.1\n9e9,tag,a0,1,0.1\n",
            "ranges.csv row 3: time 9e9 is more than 31 days",
        ),
        ("motion.csv", "time,device,speed,heading\n0,tag,,\n", "motion.csv row 2: neither speed nor heading"),
        ("motion.csv", "time,device,moving\n0,tag,perhaps\n", "row 2: moving 'perhaps' is none of 1, true, 0, false"),
        ("fixes.csv", "time,device,x,y,sigma\n0,tag,1,,1\n", "fixes.csv row 2: y is empty"),
        ("fixes.csv", "time,device,x,y,sigma\n0,tag,48,1e5,1\n", "fixes.csv row 2: x or y is beyond 10000 m"),
        ("fixes.csv", "time,device,x,y,sigma\n0,tag,1,1,0\n", "fixes.csv row 2: sigma is not above 0"),
        ("levels.csv", "time,device,anchor,rssi\n0,tag,a,70\n", "levels.csv row 2: rssi is not a signal strength"),
        ("motion.csv", "time,device,speed,heading\n0,tag,-1,\n", "motion.csv row 2: speed is not between"),
        ("pressure.csv", "time,device,difference\n0,tag,1013\n", "pressure.csv row 2: difference is beyond 30 hPa"),
        ("pressure.csv", "time,device,difference\n0,tag,\n", "pressure.csv row 2: difference is empty"),
        ("motion.csv", "time,device,heading\n0,tag,400\n", "motion.csv row 2: heading is beyond 360"),
    ],
)
def test_a_wrong_row_is_refused_with_file_and_row(tmp_path: Path, name: str, text: str, problem: str) -> None:
    with pytest.raises(RecordingError, match=problem):
        read_recording(_folder(tmp_path, name, text))


def test_without_any_readings_the_adverts_are_missed(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"adverts\.csv: there is no such file"):
        read_recording(_folder(tmp_path, "bearings.csv", "time,device,anchor,azimuth\n"))


def test_what_is_written_reads_back_the_same(tmp_path: Path) -> None:
    way = walk(1, 5.0)
    whole = recording(way, sorted([*bearings(way, 1), *ranges(way, 1)], key=lambda item: item.time))
    last: list[Measurement] = [
        Movement(6.0, "tag", 0.5, None),
        Movement(6.5, "tag", moving=False),
        Pressure(7.0, "tag", -0.25),
        Fix(8.0, "tag", (1.25, -3.5), 0.5, "0", "camera"),
        Fix(8.5, "tag", (1.25, 3.5), 2.0),
        Signal(9.0, "tag", "router", -71.5),
    ]
    whole.measurements.extend(last)
    write_recording(tmp_path, whole)
    again = read_recording(tmp_path).measurements
    assert len(again) == len(whole.measurements)
    assert {type(item) for item in again} == {Bearing, Range, Movement, Pressure, Fix, Signal}
    assert again[-len(last) :] == last
    angles = [item.azimuth for item in again if isinstance(item, Bearing)]
    assert angles == pytest.approx([item.azimuth for item in whole.measurements if isinstance(item, Bearing)], abs=1e-5)


def test_an_anchor_keeps_its_orientation() -> None:
    anchor = Anchor("a", "0", (0.0, 0.0, 2.5), orientation=(90.0, -45.0, 0.0))
    home = home_from_dict(home_to_dict(type(HALL)(rooms=HALL.rooms, anchors=(anchor,), floors=HALL.floors)))
    assert home.anchors == (anchor,)
    turned = home_from_dict({"rooms": [], "anchors": [{"id": "a", "orientation": [30]}]})
    assert turned.anchors[0].orientation == (30.0, 0.0, 0.0)
    with pytest.raises(RecordingError, match=r"anchors\[0\]: orientation is not a list of 1 or 3 numbers"):
        home_from_dict({"anchors": [{"id": "a", "orientation": [1, 2]}]})


ROUTER = Anchor("router", "0", (3.0, 2.0, 1.0), "hall", law=RadioLaw(-40.0, 2.8, 6.0))


def test_anchors_of_other_radios_keep_their_law() -> None:
    home = replace(HALL, other_anchors=(ROUTER, Anchor("camera", "0", (0.0, 0.0, 2.5))))
    assert home_from_dict(home_to_dict(home)) == home


@pytest.mark.parametrize(
    ("member", "problem"),
    [
        ({"law": {"reference_rssi": -40, "exponent": 2}}, "law: reference_rssi, exponent and spread are wanted"),
        ({"law": {"reference_rssi": -40, "exponent": 2, "spread": 0}}, "law: exponent and spread are not both above"),
        ({"law": 5}, r"other_anchors\[0\] law: an object is expected, not a number"),
        ({"floor": "attic"}, r"anchors \(router\): the floor 'attic' is not among the floors"),
        ({"room": "attic"}, r"anchors \(router\): the room 'attic' is not among the rooms"),
        ({"id": "a0"}, "the id 'a0' is there twice"),
    ],
)
def test_a_wrong_anchor_of_another_radio_is_refused(member: dict[str, object], problem: str) -> None:
    plain = home_to_dict(HALL)
    plain["other_anchors"] = [{"id": "router", **member}]
    with pytest.raises(RecordingError, match=problem):
        home_from_dict(plain)


def test_the_command_locates_by_bearings_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    way = walk(2, 20.0)
    write_recording(tmp_path, recording(way, bearings(way, 2)))
    (tmp_path / "adverts.csv").unlink()
    assert main([str(tmp_path)]) == 0
    printed = capsys.readouterr()
    assert len(printed.out.splitlines()) > 15
    assert "median" in printed.err
