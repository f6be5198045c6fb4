"""What is shown of a presence, and how often."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from custom_components.indoor_positioning.engine.decision import Presence
from custom_components.indoor_positioning.engine.observation import Observation
from custom_components.indoor_positioning.positioning import Positioning
from custom_components.indoor_positioning.presentation import Aspect, BeaconView
from custom_components.indoor_positioning.settings import Settings
from custom_components.indoor_positioning.track import Track


class Stage:
    """A view of one beacon, presences for it, and what was shown."""

    def __init__(self, said: Presence | None = None, settings: Settings | None = None) -> None:
        self.track = Track(cast("Any", None), said or Presence(0.0), cast("Any", None))
        self.settings = settings or Settings()
        self.shown: list[Aspect] = []
        self.view = BeaconView(cast("Positioning", self), "tag", lambda: self.settings)
        for aspect in Aspect:
            self.view.subscribe(aspect, lambda aspect=aspect: self.shown.append(aspect))  # type: ignore[misc]  # bound now

    @property
    def tracks(self) -> dict[str, Track]:
        return {"tag": self.track}

    def subscribe(self, _beacon_id: str, listener: Callable[[Presence], None]) -> Callable[[], None]:
        self.say = listener
        return lambda: None

    def says(self, time: float, **presence: Any) -> list[Aspect]:
        """Let the tracker say something and return what is shown anew."""
        self.shown = []
        self.track.presence = said = Presence(time, **presence)
        self.say(said)
        return self.shown


def test_a_change_of_room_is_shown_at_once() -> None:
    stage = Stage()
    assert Aspect.ROOM in stage.says(1.0, room="kitchen", confidence=0.9)
    assert (stage.view.room, stage.view.probability, stage.view.away) == ("kitchen", 0.9, False)
    assert Aspect.ROOM in stage.says(1.25, room="bedroom", confidence=0.6)
    assert (stage.view.room, stage.view.probability) == ("bedroom", 0.6)
    assert Aspect.ROOM in stage.says(1.5, away=True, confidence=1.0)
    assert (stage.view.room, stage.view.away) == (None, True)


def test_a_wavering_probability_is_shown_twice_a_minute_at_most() -> None:
    stage = Stage()
    stage.says(0.0, room="kitchen", confidence=0.9)
    shown = [
        second
        for second in range(1, 121)
        if Aspect.ROOM in stage.says(float(second), room="kitchen", confidence=0.9 if second % 2 else 0.6)
    ]
    assert shown == [30, 61, 92]
    stage.says(200.0, room="kitchen", confidence=0.9)
    assert Aspect.ROOM not in stage.says(300.0, room="kitchen", confidence=0.85), "hardly different"


def test_what_a_belief_settles_to_is_shown_then_and_not_half_a_minute_later() -> None:
    stage = Stage()
    stage.says(0.0, room="kitchen", confidence=0.4, settled=False)
    assert Aspect.ROOM not in stage.says(9.0, room="kitchen", confidence=0.9, settled=False)
    assert Aspect.ROOM in stage.says(10.0, room="kitchen", confidence=0.9)
    assert stage.view.probability == 0.9
    assert Aspect.ROOM not in stage.says(11.0, room="kitchen", confidence=0.4)


def test_positions_are_quantised_and_paced() -> None:
    stage = Stage(settings=Settings(position_interval=2.0, position_threshold=0.25))
    assert Aspect.POSITION in stage.says(0.0, position=(1.234, 2.567))
    assert stage.view.position == (1.25, 2.55)
    assert Aspect.POSITION not in stage.says(1.0, position=(2.0, 2.0)), "too soon"
    assert Aspect.POSITION in stage.says(2.0, position=(2.0, 2.0))
    assert Aspect.POSITION not in stage.says(9.0, position=(2.2, 2.1)), "hardly moved"
    assert stage.view.position == (2.0, 2.0)
    assert Aspect.POSITION in stage.says(10.0, position=(2.2, 2.2))


def test_the_position_of_what_rests_is_shown_within_its_accuracy_no_more_and_at_once_when_it_is_moved() -> None:
    stage = Stage()
    stage.says(0.0, room="kitchen", position=(1.0, 1.0), accuracy=1.0, still_since=0.0)

    def shown(second: float, x: float, since: float | None = 0.0, room: str = "kitchen") -> bool:
        said = stage.says(second, room=room, position=(x, 1.0), accuracy=1.0, still_since=since)
        return Aspect.POSITION in said

    assert not any(shown(30.0 + 2 * step, 1.0 + 0.9 * (step % 2)) for step in range(100))
    wavering = [second for second in range(300, 900) if shown(float(second), 1.0 + 1.2 * (second % 2))]
    assert 4 <= len(wavering) <= 6
    assert shown(902.0, 4.0, since=None), "it is being moved"
    assert shown(905.0, 4.5, since=904.0)
    assert shown(1030.0, 5.7, since=904.0)
    assert not shown(1040.0, 7.0, since=904.0)
    assert shown(1041.0, 7.0, since=904.0, room="bedroom"), "with its room"


def test_what_was_never_moved_rests_from_the_first_second() -> None:
    stage = Stage()
    stage.says(0.0, position=(1.0, 1.0), accuracy=1.0)
    places = [(1.0 + 1.2 * (tick % 2), 1.0) for tick in range(240)]
    said = [stage.says(1.0 + tick / 4, position=at, accuracy=1.0, still_since=1.0) for tick, at in enumerate(places)]
    assert sum(Aspect.POSITION in aspects for aspects in said) < 2
    # Away, and back somewhere else: that is another first second.
    stage.says(100.0, away=True)
    stage.says(101.0, position=(5.0, 1.0), accuracy=1.0, still_since=101.0)
    assert Aspect.POSITION not in stage.says(105.0, position=(5.9, 1.0), accuracy=1.0, still_since=101.0)
    # Once it has been moved, it is followed closely for a while.
    assert Aspect.POSITION in stage.says(107.0, position=(5.9, 1.0), accuracy=1.0, still_since=106.0)


@pytest.mark.parametrize(("accuracy", "within", "beyond"), [(2.0, 2.9, 3.1), (0.3, 0.9, 1.1)])
def test_what_rests_and_is_clearly_elsewhere_is_shown_there_at_once(
    accuracy: float, within: float, beyond: float
) -> None:
    """It may be pushed across its room without being said to move for some seconds, or to leave it ever."""
    stage = Stage()
    stage.says(0.0, room="hall", position=(1.0, 1.0), accuracy=accuracy, still_since=0.0)

    def shown(second: float, x: float) -> bool:
        said = stage.says(second, room="hall", position=(x, 1.0), accuracy=accuracy, still_since=0.0)
        return Aspect.POSITION in said

    assert not shown(60.0, 1.0 + within)
    assert shown(61.0, 1.0 + beyond)
    assert not shown(62.0, 1.0), "no more often than what moves"
    assert shown(63.5, 1.0)


def test_a_position_that_appears_or_vanishes_is_shown_at_once() -> None:
    stage = Stage()
    assert Aspect.POSITION in stage.says(0.0, position=(1.0, 1.0))
    assert Aspect.POSITION in stage.says(0.25, away=True)
    assert stage.view.position is None
    assert Aspect.POSITION in stage.says(0.5, position=(1.0, 1.0))


@pytest.mark.parametrize(("interval", "threshold", "expected"), [(2.0, 0.25, 30), (5.0, 0.25, 12), (2.0, 3.0, 20)])
def test_a_walker_is_shown_as_often_as_the_options_say(interval: float, threshold: float, expected: int) -> None:
    stage = Stage(settings=Settings(position_interval=interval, position_threshold=threshold))
    shown = sum(Aspect.POSITION in stage.says(tick / 4, position=(tick / 4, 0.0)) for tick in range(240))
    assert shown == pytest.approx(expected, abs=1)


def test_diagnostics_have_their_own_pace() -> None:
    stage = Stage()
    stage.says(0.0, room="kitchen", confidence=0.9, accuracy=1.23, last_heard=0.0)
    assert (stage.view.accuracy, stage.view.confidence, stage.view.last_heard) == (1.2, 0.9, 0.0)
    shown = [
        stage.says(float(second), room="kitchen", confidence=0.9, accuracy=1 + second / 10, last_heard=float(second))
        for second in range(1, 121)
    ]
    assert sum(Aspect.CERTAINTY in aspects for aspects in shown) == 4
    assert sum(Aspect.LAST_SEEN in aspects for aspects in shown) == 2
    assert not any(Aspect.FLOOR in aspects or Aspect.STRONGEST_ANCHOR in aspects for aspects in shown)


def test_the_strongest_anchor_is_that_of_the_last_seconds() -> None:
    stage = Stage()
    stage.track.latest = {"near": Observation(0.0, "tag", "near", -50.0), "far": Observation(9.0, "tag", "far", -80.0)}
    assert Aspect.STRONGEST_ANCHOR in stage.says(9.0)
    assert stage.view.strongest_anchor == "near"
    stage.says(15.0)
    assert stage.view.strongest_anchor == "near", "too soon to change"
    stage.says(19.0)
    assert stage.view.strongest_anchor == "far"
    stage.says(40.0)
    assert stage.view.strongest_anchor is None


def test_what_was_said_before_a_restart_is_shown_first() -> None:
    said = Presence(
        5.0, room="kitchen", floor="ground", position=(1.02, 2.0), accuracy=1.0, confidence=0.8, last_heard=4.0
    )
    stage = Stage(said)
    view = stage.view
    assert (view.room, view.floor, view.position, view.heard) == ("kitchen", "ground", (1.0, 2.0), True)
    same = {"room": "kitchen", "floor": "ground", "position": (1.0, 2.0), "accuracy": 1.0, "confidence": 0.8}
    assert stage.says(6.0, **same, last_heard=4.0) == []


def test_subscriptions_end() -> None:
    stage = Stage()
    heard: list[int] = []
    end = stage.view.subscribe(Aspect.ROOM, lambda: heard.append(1))
    stage.says(1.0, room="kitchen")
    end()
    stage.says(2.0, room="bedroom")
    assert heard == [1]
