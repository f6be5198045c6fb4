"""A month of ordinary life names nobody; a deaf and a moved anchor are named within days, each as what it is."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.anchor_change import Advice, AnchorChange, ChangeKind, find_changes
from custom_components.indoor_positioning.engine.geometry import Point
from custom_components.indoor_positioning.engine.home import Anchor, Home
from custom_components.indoor_positioning.engine.level_history import (
    KEPT_DAYS,
    LEAST_A_DAY,
    MOST_A_DAY,
    LevelHistory,
)
from custom_components.indoor_positioning.engine.level_window import LevelWindow
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.observation import Observation
from custom_components.indoor_positioning.engine.spot_levels import SpotMap, assess, followed
from tests.engine.small_home import FLAT, HOUSE, ROOMS_ONLY, ideal_rssi

# Half minutes a day: an evening of one person.
A_DAY = 240


def place_error(beacon_at: Point, anchor: Anchor) -> float:
    """Return what this place and anchor are off by for good, a few dB that change over some metres."""
    x, y = beacon_at
    return 3.0 * math.sin(1.7 * x + 2.3 * y + sum(map(ord, anchor.id)))


@dataclass(slots=True)
class Lived:
    """A home that is lived in; `really` is where its anchors are, `home` what the plan says."""

    home: Home = FLAT
    seed: int = 1
    day: int = 100
    history: LevelHistory = field(default_factory=LevelHistory)
    advice: Advice = field(default_factory=Advice)
    power: float = 0.0

    def live(
        self,
        days: int,
        *,
        gains: Mapping[str, float] | None = None,
        really: Home | None = None,
        rooms: tuple[str, ...] = (),
        power: float = 0.0,
        parameters: Any = None,
    ) -> tuple[AnchorChange, ...]:
        """Live for some days, with anchors off by `gains` (dB); return what is said at the end of the last."""
        model = PositioningModel.build(self.home, (), parameters)
        spots, rng = SpotMap.build(model), np.random.default_rng([self.seed, self.day])
        self.history.follow(model)
        cells = [
            cell for cell in range(len(model.grid)) if not rooms or self.home.rooms[model.grid.room[cell]].id in rooms
        ]
        said: tuple[AnchorChange, ...] = ()
        for _ in range(days):
            weather = {
                anchor.id: rng.normal(0.0, 1.0) + (gains or {}).get(anchor.id, 0.0) for anchor in self.home.anchors
            }
            for _ in range(A_DAY):
                cell = int(rng.choice(cells))
                x, y = model.grid.points[cell] if model.grid.placed[cell] else rng.uniform((0.2, 0.2), (8.8, 6.8))
                links = self._hear(model, really or self.home, (float(x), float(y)), weather, power, rng)
                told = assess(spots, links, self.history.known, self.power)
                self.power = followed(self.power, told.power or 0.0)
                self.history.take(self.day, told)
            changes = self.history.changes(spots)
            found = find_changes(self.home, model.parameters, changes)
            said = self.advice.look(found, frozenset(one.anchor.id for one in changes))
            self.day += 1
        return said

    def _hear(
        self,
        model: PositioningModel,
        really: Home,
        at: Point,
        weather: Mapping[str, float],
        power: float,
        rng: np.random.Generator,
    ) -> Any:
        window, body = LevelWindow(), rng.normal(0.0, 3.0)
        for anchor in really.anchors:
            placed = anchor if anchor.position else FLAT.anchor(anchor.id) or anchor
            level = ideal_rssi(FLAT, placed, at, "0") + place_error(at, anchor) + weather.get(anchor.id, 0.0)
            for rssi in level + power + body + rng.normal(0.0, 4.0, 12):
                if rssi > -95.0:
                    window.hear(Observation(0.0, "tag", anchor.id, float(rssi)))
        listening = frozenset(anchor.id for anchor in really.anchors)
        ((_, links),) = window.close(model, frozenset({"tag"}), listening)
        return links


def moved(anchor_id: str, x: float, y: float, home: Home = FLAT) -> Home:
    """Return a home with one anchor elsewhere."""
    there = (replace(one, position=(x, y, 1.1)) if one.id == anchor_id else one for one in home.anchors)
    return replace(home, anchors=tuple(there))


@pytest.fixture(scope="module")
def settled() -> str:
    """A week of ordinary life, as it is stored."""
    lived = Lived()
    assert lived.live(7) == ()
    return json.dumps(lived.history.to_dict())


@pytest.fixture
def lived(settled: str) -> Lived:
    return Lived(day=107, history=LevelHistory.from_dict(json.loads(settled)))


def test_a_month_of_ordinary_life_names_nobody(lived: Lived) -> None:
    """The battery of the tag fades, for a week only one room is used, one anchor is off for some days."""
    said = [lived.live(1, power=-0.3 * day) for day in range(7)]
    said += [lived.live(1, power=-2.0, rooms=("bedroom",)) for _ in range(7)]
    without = replace(FLAT, anchors=FLAT.anchors[1:])
    said += [lived.live(1, power=4.0, really=without) for _ in range(3)]
    said += [lived.live(1, power=4.0) for _ in range(7)]
    assert [one for one in said if one] == []


@pytest.mark.parametrize("anchor", ["k", "b2"])
def test_a_covered_anchor_is_named_within_four_days_and_no_longer_when_it_is_freed(lived: Lived, anchor: str) -> None:
    said = lived.live(4, gains={anchor: -15.0})
    assert [(one.anchor, one.kind) for one in said] == [(anchor, ChangeKind.QUIETER)]
    # Part of it is below what an anchor can hear, and is not heard falling.
    assert -18.0 < said[0].level < -9.0
    assert lived.history.since(anchor) == 107
    assert lived.live(5) == ()
    assert lived.history.since(anchor) is None


def test_it_stays_named_while_nobody_is_at_home_and_for_weeks(lived: Lived) -> None:
    lived.live(5, gains={"k": -15.0})
    assert [one.anchor for one in lived.advice.look((), frozenset())] == ["k"]
    lived.day += 10
    assert [one.anchor for one in lived.live(21, gains={"k": -15.0})] == ["k"]


def test_an_anchor_that_hears_more_is_named(lived: Lived) -> None:
    said = lived.live(5, gains={"l": 12.0})
    assert [(one.anchor, one.kind) for one in said] == [("l", ChangeKind.LOUDER)]


def test_a_moved_anchor_is_named_with_about_how_far() -> None:
    more = (Anchor("m", "0", (4.2, 3.8, 1.1), "living"), Anchor("n", "0", (8.8, 3.8, 1.1), "living"))
    home = replace(FLAT, anchors=(*FLAT.anchors, *more, Anchor("o", "0", (0.2, 3.8, 1.1), "kitchen")))
    lived = Lived(home=home)
    assert lived.live(7) == ()
    said = lived.live(7, really=moved("b1", 4.2, 6.8, home))
    assert [(one.anchor, one.kind) for one in said] == [("b1", ChangeKind.MOVED)]
    assert said[0].distance == pytest.approx(4.0, abs=2.0)
    assert said[0].place
    assert math.dist(said[0].place, (4.2, 6.8)) < 3.0


def test_without_a_plan_a_change_is_named_too_but_not_a_move() -> None:
    lived = Lived(home=ROOMS_ONLY)
    assert lived.live(8) == ()
    said = lived.live(5, gains={"k": -15.0})
    assert [one.anchor for one in said] == ["k"]
    assert said[0].kind in {ChangeKind.QUIETER, ChangeKind.OTHERWISE}


def test_what_the_home_learns_of_its_walls_is_no_change(lived: Lived) -> None:
    taught = replace(PositioningModel.build(FLAT).parameters, reference_rssi=-62.0, exponent=2.2, wall_loss=1.0)
    said = [lived.live(1, parameters=taught) for _ in range(5)]
    assert [one for one in said if one] == []


def test_a_moved_or_corrected_anchor_begins_anew_and_others_stay(lived: Lived) -> None:
    lived.history.follow(PositioningModel.build(moved("k", 3.0, 0.2)))
    assert lived.history.days("k") == ()
    assert len(lived.history.days("l")) >= 5
    lived.history.forget(frozenset({"l"}))
    assert lived.history.days("l") == ()
    lived.history.follow(PositioningModel.build(replace(FLAT, anchors=FLAT.anchors[2:])))
    assert set(lived.history.anchors) == {"b1", "b2"}
    lived.history.forget()
    assert [lived.history.days(one) for one in lived.history.anchors] == [(), ()]


def test_what_is_kept_is_bounded(lived: Lived) -> None:
    for day in range(KEPT_DAYS + 10):
        lived.day = 200 + day
        lived.live(1)
    days = lived.history.days("k")
    assert len(days) == KEPT_DAYS
    assert all(LEAST_A_DAY <= one.count <= MOST_A_DAY for one in days)
    assert len(json.dumps(lived.history.to_dict())) < 8_000


def test_it_is_stored_as_it_is(settled: str) -> None:
    assert json.dumps(LevelHistory.from_dict(json.loads(settled)).to_dict()) == settled


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"today": 1, "anchors": 3},
        {"today": "x", "anchors": {}},
        {"today": 1, "anchors": {"k": {"place": [], "days": [[1, 2]], "levels": []}}},
        {"today": 1, "anchors": {"k": {"place": [], "days": [], "levels": [["0", "r", 0, 0, math.nan, 1, 1, 1]]}}},
    ],
)
def test_malformed_levels_are_refused(data: dict[str, Any]) -> None:
    with pytest.raises((AttributeError, KeyError, TypeError, ValueError)):
        LevelHistory.from_dict(data)


def test_two_anchors_cannot_tell_which_of_them_has_changed() -> None:
    model = PositioningModel.build(HOUSE)
    window = LevelWindow()
    for anchor in ("d1", "d2"):
        window.hear(Observation(0.0, "tag", anchor, -60.0))
    ((_, links),) = window.close(model, frozenset({"tag"}), frozenset())
    assert assess(SpotMap.build(model), links, {}).levels == {}


def test_only_what_several_looks_find_is_said_until_several_do_not() -> None:
    advice, change = Advice(), AnchorChange("k", ChangeKind.QUIETER, -12.0, 50.0)
    looked_at = frozenset({"k", "l"})
    assert [advice.look((change,), looked_at) for _ in range(2)] == [(), ()]
    assert advice.look((change,), looked_at) == (change,)
    assert [advice.look((), looked_at) for _ in range(2)] == [(change,), (change,)]
    assert advice.look((), looked_at) == ()
    for _ in range(3):
        advice.look((change,), looked_at)
    advice.keep(frozenset({"l"}))
    assert advice.said == ()
