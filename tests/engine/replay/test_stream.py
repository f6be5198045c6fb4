from __future__ import annotations

import math
from dataclasses import replace

import pytest

from custom_components.indoor_positioning.engine.home import Beacon
from custom_components.indoor_positioning.engine.observation import Observation
from custom_components.indoor_positioning.engine.replay.recording import Recording
from custom_components.indoor_positioning.engine.replay.rows import TruthRow
from custom_components.indoor_positioning.engine.replay.stream import replay, seconds
from tests.engine.small_home import FLAT, FLAT_SURVEY, readings


def _recording() -> Recording:
    walk = [*readings(FLAT, (1.0, 1.0), "0", [0.3 + 0.5 * step for step in range(40)])]
    walk += readings(FLAT, (7.5, 2.5), "0", [20.3 + 0.5 * step for step in range(40)])
    return Recording(FLAT, FLAT_SURVEY, walk)


@pytest.mark.parametrize("locator", ["bayes", "particle", "trilateration"])
def test_nothing_is_looked_ahead(locator: str) -> None:
    whole = _recording()
    cut = replace(whole, adverts=[advert for advert in whole.adverts if advert.time <= 25.0])
    rows = list(replay(whole, locator=locator))
    assert list(replay(cut, locator=locator)) == [row for row in rows if row.time <= 25.0]


def test_there_is_a_row_for_each_device_and_second_from_its_first_reading() -> None:
    recording = Recording(
        FLAT,
        (),
        [
            Observation(0.2, "tag", "k", -60.0),
            Observation(2.0, "phone", "l", -60.0),
            Observation(4.5, "tag", "k", -60.0),
        ],
    )
    rows = [(row.time, row.device) for row in replay(recording)]
    assert rows == [
        *((float(time), "tag") for time in (1,)),
        (2.0, "tag"),
        (2.0, "phone"),
        (3.0, "tag"),
        (3.0, "phone"),
        (4.0, "tag"),
        (4.0, "phone"),
        (5.0, "tag"),
        (5.0, "phone"),
    ]


def test_a_silent_device_is_followed_to_the_end_of_the_truth_and_goes_away() -> None:
    truth = [TruthRow(200.0, "tag", None, None, None)]
    recording = Recording(FLAT, (), readings(FLAT, (1.0, 1.0), "0", range(10)), truth=truth)
    rows = list(replay(recording))
    assert rows[-1].time == 200.0
    assert (rows[-1].away, rows[-1].room) == (True, None)
    assert (rows[20].away, rows[20].room) == (False, "kitchen")


def test_unknown_anchors_and_wild_readings_are_lived_with() -> None:
    clean = _recording()
    noise = [Observation(advert.time, "tag", "stranger", -40.0) for advert in clean.adverts]
    noise += [Observation(advert.time, "tag", "k", float("nan")) for advert in clean.adverts]
    dirty = replace(clean, adverts=sorted([*clean.adverts, *noise], key=lambda advert: advert.time))
    assert [row.room for row in replay(dirty)] == [row.room for row in replay(clean)]


def test_no_readings_no_rows() -> None:
    assert list(replay(Recording(FLAT))) == []


def test_only_the_wanted_devices_are_followed_and_only_so_long() -> None:
    recording = _recording()
    rows = list(replay(recording, ends={"tag": 5.0}))
    assert [row.time for row in rows] == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert list(replay(recording, ends={})) == []


def test_an_anchor_listens_by_what_it_has_reported_so_far() -> None:
    recording = Recording(FLAT, (), [Observation(0.0, "tag", "k", -60.0), Observation(40.0, "tag", "l", -60.0)])
    listening = {now: anchors for now, _, anchors in seconds(recording)}
    assert listening[30.0] == {"k"}
    assert listening[31.0] == frozenset()
    assert listening[40.0] == {"l"}


def test_reference_beacons_make_good_what_an_anchor_loses() -> None:
    """An anchor goes deaf by 15 dB: with reference beacons the estimate comes back to where it was."""
    references = (Beacon("shelf", None, (2.0, 2.0, 1.1), "0"), Beacon("lamp", None, (7.0, 2.0, 1.1), "0"))
    times = [float(time) for time in range(1800)]
    heard = readings(FLAT, (1.5, 2.0), "0", times)
    for beacon in references:
        assert beacon.position is not None
        heard += readings(FLAT, beacon.position[:2], "0", times, beacon.id)
    deaf = [
        replace(advert, rssi=advert.rssi - 15.0) if advert.anchor == "k" and advert.time >= 300.0 else advert
        for advert in sorted(heard, key=lambda advert: advert.time)
    ]

    def error(beacons: tuple[Beacon, ...]) -> float:
        rows = replay(Recording(replace(FLAT, beacons=beacons), FLAT_SURVEY, deaf), ends={"tag": 1800.0})
        (last,) = (row for row in rows if row.time == 1799.0)
        assert last.position is not None
        return math.dist(last.position, (1.5, 2.0))

    assert error(references) < 0.5 * error(())
