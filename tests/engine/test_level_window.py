"""Half a minute of each beacon becomes one level an anchor."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custom_components.indoor_positioning.engine.level_window import LevelWindow
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.observation import Observation
from tests.engine.small_home import FLAT

MODEL = PositioningModel.build(FLAT)
ALL = frozenset(anchor.id for anchor in FLAT.anchors)


def test_it_means_what_was_heard_and_names_who_was_silent() -> None:
    window = LevelWindow()
    for rssi in (-60.0, -70.0):
        window.hear(Observation(1.0, "tag", "k", rssi))
    window.hear(Observation(1.0, "tag", "l", 127.0))
    window.hear(Observation(1.0, "tag", "unknown", -50.0))
    window.hear(Observation(1.0, "phone", "l", -80.0))
    ((beacon, links),) = window.close(MODEL, frozenset({"tag"}), ALL - {"b2"})
    rows = MODEL.radio_map.anchors
    assert beacon == "tag"
    assert [
        (rows[row], rssi, packets) for row, rssi, packets in zip(links.rows, links.rssi, links.packets, strict=True)
    ] == [("k", -65.0, 2.0)]
    assert {rows[row] for row in links.silent} == {"l", "b1"}
    assert list(window.close(MODEL, frozenset({"tag", "phone"}), ALL)) == []


def test_configured_offsets_are_added() -> None:
    anchors = tuple(replace(one, rssi_offset=4.0) if one.id == "k" else one for one in FLAT.anchors)
    window = LevelWindow()
    window.hear(Observation(1.0, "tag", "k", -60.0))
    ((_, links),) = window.close(PositioningModel.build(replace(FLAT, anchors=anchors)), frozenset({"tag"}), ALL)
    assert links.rssi == pytest.approx([-56.0])


def test_what_no_known_anchor_heard_is_nothing() -> None:
    window = LevelWindow()
    window.hear(Observation(1.0, "tag", "gone", -60.0))
    window.hear(Observation(1.0, "phone", "k", 127.0))
    assert list(window.close(MODEL, frozenset({"tag", "phone"}), ALL)) == []
