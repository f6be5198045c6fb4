"""Suspicions: when they begin, when they end, and that beacons do not mix."""

from __future__ import annotations

import json
from typing import Any

import pytest

from custom_components.indoor_positioning.engine.identity.clone_watch import CLEAR_AFTER_S, CloneReason, CloneWatch
from custom_components.indoor_positioning.engine.identity.sighting import Sighting


def expired(time: float, beacon: str = "keys") -> Sighting:
    return Sighting(time, beacon, "hall", -60, "4A:0", f"eddystone_eid:{beacon}", expired=True)


def test_suspicion_lasts_while_it_shows_and_an_hour_longer() -> None:
    watch = CloneWatch()
    for second in range(0, 600, 5):
        watch.observe(expired(second))
    found = watch.suspicion("keys", 610)
    assert found is not None
    assert (found.reason, found.since < 120, found.last_shown > 580) == (CloneReason.EXPIRED_IDENTITY, True, True)
    assert watch.suspicion("keys", found.last_shown + CLEAR_AFTER_S - 1) == found
    assert watch.suspicion("keys", found.last_shown + CLEAR_AFTER_S) is None


def test_judging_can_be_left_for_when_it_is_asked_for() -> None:
    told: list[str] = []
    watch = CloneWatch(judge_later=told.append)
    for second in range(0, 600, 5):
        watch.observe(expired(second))
    assert set(told) == {"keys"}
    assert watch.snapshot(600)["suspicions"] == {}, "nothing was judged yet"
    told.clear()
    assert watch.suspicion("keys", 600) is not None
    watch.observe(expired(601))
    assert told == [], "a new block has begun"


def test_beacons_are_watched_apart() -> None:
    watch = CloneWatch()
    for second in range(0, 600, 5):
        watch.observe(expired(second))
        watch.observe(Sighting(second, "bag", "hall", -60, "C0:1", "ibeacon:bag"))
    assert watch.suspicion("keys", 610) is not None
    assert watch.suspicion("bag", 610) is None
    assert watch.suspicion("nobody", 610) is None


def test_dismissed_suspicion_begins_anew() -> None:
    watch = CloneWatch()
    for second in range(0, 300, 5):
        watch.observe(expired(second))
    assert watch.suspicion("keys", 310) is not None
    watch.dismiss("keys")
    watch.dismiss("keys")
    assert watch.suspicion("keys", 311) is None
    for second in range(320, 600, 5):
        watch.observe(expired(second))
    found = watch.suspicion("keys", 610)
    assert found is not None
    assert found.since > 320


def test_a_restart_clears_no_suspicion() -> None:
    watch, after = CloneWatch(), CloneWatch()
    for second in range(0, 600, 5):
        watch.observe(expired(second))
    before = watch.suspicion("keys", 610)
    assert before is not None
    after.restore(json.loads(json.dumps(watch.snapshot(610))), 7.0)
    found = after.suspicion("keys", 300)
    assert found is not None
    assert (found.reason, found.anchors) == (before.reason, before.anchors)
    assert (found.since, found.last_shown) == pytest.approx((before.since - 603, before.last_shown - 603))
    assert after.suspicion("keys", found.last_shown + CLEAR_AFTER_S) is None


@pytest.mark.parametrize(
    "stored",
    [
        {"suspicions": "x"},
        {"suspicions": {"keys": "x"}},
        {"suspicions": {"keys": ["x"]}},
        {"suspicions": {"keys": [{}]}},
        {"suspicions": {"keys": [{"reason": "whim", "anchors": [], "since": 1, "last_shown": 1}]}},
        {"suspicions": {"keys": [{"reason": "two_places", "anchors": 3, "since": 1, "last_shown": 1}]}},
        {"suspicions": {"keys": [{"reason": "two_places", "anchors": [], "since": -9, "last_shown": 1}]}},
        {"suspicions": {"keys": [{"reason": "two_places", "anchors": [], "since": "inf", "last_shown": 1}]}},
    ],
)
def test_what_makes_no_sense_is_not_suspected(stored: dict[str, Any]) -> None:
    watch = CloneWatch()
    watch.restore(stored, 0.0)
    assert watch.suspicion("keys", 1.0) is None
