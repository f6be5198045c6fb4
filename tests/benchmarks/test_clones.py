"""The measurement of the clone watch tells a copy from none."""

from __future__ import annotations

import pytest

from benchmarks import clones
from benchmarks.plans import FLAT
from custom_components.indoor_positioning.engine.identity.sighting import Sighting


@pytest.mark.parametrize("situation", clones.SITUATIONS, ids=lambda situation: situation.name)
def test_both_are_heard_when_the_situation_says_so(situation: clones.Situation) -> None:
    heard = clones.heard(FLAT, situation.cast(FLAT, 1, clones.OTHER), 1)
    assert {sighting.address for sighting in heard} == {clones.ORIGINAL, clones.OTHER}
    assert [sighting.time for sighting in heard] == sorted(sighting.time for sighting in heard)
    since = [sighting for sighting in heard if situation.since <= sighting.time < situation.since + 60.0]
    in_absence = situation.since == clones.COPIED_AT_S and "absence" in situation.name
    assert {sighting.address for sighting in since} == (
        {clones.OTHER} if in_absence else {clones.ORIGINAL, clones.OTHER}
    )


def test_the_moment_of_the_alarm_is_told() -> None:
    def sent(address: str, start: int) -> list[Sighting]:
        return [Sighting(float(second), "tag", "hall", -60.0, address, "ibeacon:1") for second in range(start, 900)]

    original, copy = sent(clones.ORIGINAL, 0), sent(clones.OTHER, 600)
    assert clones.noticed_at(original, FLAT) is None
    alarm = clones.noticed_at(sorted([*original, *copy], key=lambda one: one.time), FLAT)
    assert alarm is not None
    assert 600 < alarm <= 720


def test_a_proxy_delivers_late_and_in_order() -> None:
    sent = [Sighting(0.1 * step, "tag", "hall", float(-step), clones.ORIGINAL, "ibeacon:1") for step in range(600)]
    delivered = clones.delivered(sent, ["hall"], 1)
    assert [one.rssi for one in delivered] == [one.rssi for one in sent]
    waits = [late.time - early.time for late, early in zip(delivered, sent, strict=True)]
    assert min(waits) >= 0.0
    assert max(waits) <= clones.STALL_S[1] + clones.BATCH_S


@pytest.mark.parametrize("situation", clones.NO_COPIES, ids=lambda situation: situation.name)
def test_what_is_no_copy_gives_no_alarm(situation: clones.Situation) -> None:
    assert clones.noticed_at(clones.heard(FLAT, situation.cast(FLAT, 1, clones.OTHER), 1), FLAT) is None


def test_a_copy_with_the_same_address_in_another_room_is_noticed() -> None:
    alarm = clones.noticed_at(clones.heard(FLAT, clones.SITUATIONS[0].cast(FLAT, 1, clones.ORIGINAL), 1), FLAT)
    assert alarm is not None
    assert clones.COPIED_AT_S < alarm <= clones.COPIED_AT_S + 600.0
