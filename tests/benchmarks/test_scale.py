"""The scale benchmark: its radio, its frames, and what it says of its figures. Measuring itself takes minutes."""

from __future__ import annotations

import json
from collections import Counter

from aioesphomeapi.core import MESSAGE_TYPE_TO_PROTO

from benchmarks.scale.load import SLOTS, encode
from benchmarks.scale.report import from_json, json_report, markdown_report, verdicts
from benchmarks.scale.run import NOTHING, OURS, PEER, Phase, SiteResult
from benchmarks.scale.site import LOOP_S, SIZES, STRANGERS, Size, beacons_heard, site_home, strangers_heard, walks
from custom_components.indoor_positioning.engine.model import PositioningModel
from demo.esphome_frames import PlaintextFraming

SMALL = Size(5, 4)


def phase(core: float, late: float, latency: float | None, rows: float) -> Phase:
    waited = None if latency is None else (latency / 2, latency, latency)
    return Phase(core, 300.0, (0.0, late, late), waited, 0.0, (5 * rows, rows, rows))


def test_a_site_has_a_room_and_an_anchor_for_each_proxy_and_makes_a_model() -> None:
    for size in SIZES:
        home = site_home(size)
        assert len(home.rooms) == len(home.anchors) == size.proxies
    assert PositioningModel.build(site_home(SMALL)).grid.room.max() == SMALL.proxies - 1
    assert [walks(number) for number in range(SMALL.beacons)] == [False, False, False, False, True]
    assert SMALL.walkers == 1


def test_every_reception_is_in_the_frames_once_and_in_its_slot() -> None:
    heard = list(beacons_heard(SMALL))
    assert all(0.0 <= one.time < LOOP_S for one in heard)
    frames = encode(heard)
    expected = Counter((int(one.time * 10), one.proxy, one.payload.address, one.rssi) for one in heard)
    sent: Counter[tuple[int, int, int, int]] = Counter()
    for (slot, proxy), frame in frames.items():
        assert slot < SLOTS
        for kind, payload in PlaintextFraming().feed(frame):
            message = MESSAGE_TYPE_TO_PROTO[kind].FromString(payload)
            sent.update((slot, proxy, one.address, one.rssi) for one in message.advertisements)
    assert sent.total() == expected.total()
    assert {key[1:] for key in sent} == {key[1:] for key in expected}


def test_strangers_are_many_and_none_of_them_is_a_beacon() -> None:
    beacons = {one.payload.address for one in beacons_heard(SMALL)}
    strangers = {one.payload.address for one in strangers_heard(SMALL)}
    assert len(beacons) == SMALL.beacons
    assert len(strangers) == STRANGERS
    assert not beacons & strangers


def test_the_report_judges_what_is_added_by_its_targets() -> None:
    result = SiteResult(SIZES[0], row_bytes=200.0)
    for strangers in (False, True):
        result.phases[NOTHING, strangers] = phase(0.03, 0.004, None, 0.0)
        result.phases[OURS, strangers] = phase(0.06 if strangers else 0.04, 0.010, 0.3, 1.5)
        result.phases[PEER, strangers] = phase(0.20, 0.050, 1.1, 6.0)
    lines = list(verdicts([result]))
    assert lines[0] == "10 x 8: 1.00 % of a core, target below 2: held"
    assert lines[1] == "10 x 8: 6.00 ms added to the loop, p99, target below 10: held"
    assert [line for line in lines if "MISSED" in line] == [
        "10 x 8 among 1000 strangers: 3.00 % of a core, target below 2: MISSED"
    ]
    assert from_json(json.loads(json.dumps(json_report([result])))) == [result]
    text = markdown_report([result], quick=True)
    assert "| 10 x 8 | 1000 | Bermuda's way | 20.0 | 17.0 | 300 |" in text
    assert "| 2.2 |" in text, "7.5 rows a minute of 200 bytes over a day"
