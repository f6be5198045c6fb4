"""What a disguised recording still tells, and what not."""

from __future__ import annotations

import json
from dataclasses import replace

from benchmarks.hall import HALL
from custom_components.indoor_positioning.engine.home import Anchor, RadioLaw, Zone
from custom_components.indoor_positioning.engine.measurement import Bearing, Fix, Measurement, Movement, Range, Signal
from custom_components.indoor_positioning.engine.observation import Observation
from custom_components.indoor_positioning.engine.replay.disguise import disguise
from custom_components.indoor_positioning.engine.replay.home_file import home_to_dict
from custom_components.indoor_positioning.engine.replay.recording import Recording
from custom_components.indoor_positioning.engine.replay.rows import TruthRow
from custom_components.indoor_positioning.engine.replay.stream import replay

LAW = RadioLaw(-40.0, 2.8, 6.0)
HOME = replace(
    HALL,
    zones=(Zone("sofa", "Sofa", "0", ((1.0, 1.0), (3.0, 1.0), (3.0, 2.0))),),
    other_anchors=(Anchor("router", "0", (3.0, 2.0, 1.0), "hall", law=LAW), Anchor("uwb", "0", (-2.0, -1.0, 1.0))),
)
MEASUREMENTS: list[Measurement] = [
    Bearing(101.0, "keys", "a1", 0.5),
    Range(102.0, "keys", "uwb", 3.0, 0.1),
    Signal(103.0, "keys", "router", -60.0),
    Signal(103.5, "keys", "sold", -60.0),
    Movement(104.0, "keys", moving=True),
    Fix(105.0, "keys", (4.0, 3.0), 0.5, "0", "robot"),
    Fix(106.0, "keys", (4.0, 3.0), 0.5, "gone", "camera"),
    Fix(107.0, "keys", (4.0, 3.0), 0.5),
]
ADVERTS = [Observation(100.0 + second, "keys", "a0", -60.0) for second in range(10)]
WHOLE = Recording(
    HOME, (), ADVERTS, truth=[TruthRow(101.0, "keys", (1.0, 1.0), "0", "hall")], measurements=MEASUREMENTS
)


def test_measurements_keep_what_locating_depends_on() -> None:
    # The lowest corner of the plan, (-2, -1), becomes the origin, and the first reading the beginning.
    assert disguise(WHOLE).measurements == [
        Bearing(1.0, "beacon_1", "anchor_2", 0.5),
        Range(2.0, "beacon_1", "other_anchor_2", 3.0, 0.1),
        Signal(3.0, "beacon_1", "other_anchor_1", -60.0),
        Movement(4.0, "beacon_1", moving=True),
        Fix(5.0, "beacon_1", (6.0, 4.0), 0.5, "floor_1", "source_2"),
        Fix(6.0, "beacon_1", (6.0, 4.0), 0.5, None, "source_1"),
        Fix(7.0, "beacon_1", (6.0, 4.0), 0.5),
    ]


def test_anchors_of_other_radios_keep_place_and_law() -> None:
    router, uwb = disguise(WHOLE).home.other_anchors
    assert (router.position, router.law) == ((5.0, 3.0, 1.0), LAW)
    assert (uwb.position, uwb.law) == ((0.0, 0.0, 1.0), None)


def test_nothing_is_named_as_at_home_and_truth_is_left_out() -> None:
    hidden = disguise(WHOLE)
    assert hidden.truth == []
    text = json.dumps(home_to_dict(hidden.home)) + repr(hidden.measurements) + repr(hidden.adverts)
    assert [one for one in ("keys", "hall", "Hall", "Sofa", "router", "uwb", "robot", "camera") if one in text] == []


def test_a_disguised_recording_is_located_as_the_plain_one() -> None:
    plain = [row.position for row in replay(WHOLE)]
    hidden = [row.position for row in replay(disguise(WHOLE))]
    assert len(plain) == len(hidden) > 5
    for one, other in zip(plain, hidden, strict=True):
        assert one is not None
        assert other is not None
        assert abs(other[0] - one[0] - 2.0) < 0.05
        assert abs(other[1] - one[1] - 1.0) < 0.05
