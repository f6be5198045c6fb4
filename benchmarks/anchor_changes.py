"""Whether an anchor that was moved or covered is noticed, named, and told which of the two; and false alarms.

Days of ordinary use in the simulated homes: two people carry a beacon each, the path loss is learnt on the way, every
anchor's gain wavers from day to day, a tag's battery fades. Then, in some runs, one anchor is moved by 4 m or covered.
"""

from __future__ import annotations

import itertools
import math
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np

from custom_components.indoor_positioning.engine.anchor_change import Advice, AnchorChange, ChangeKind, find_changes
from custom_components.indoor_positioning.engine.home import Home
from custom_components.indoor_positioning.engine.learning import learn_from_history
from custom_components.indoor_positioning.engine.level_history import LevelHistory
from custom_components.indoor_positioning.engine.level_window import WINDOW_S, LevelWindow
from custom_components.indoor_positioning.engine.likelihood import Links
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.observation import Observation
from custom_components.indoor_positioning.engine.spot_levels import SpotMap, assess, followed
from demo.radio import RadioModel
from demo.walker import Walker

from .homes import HABITS, PHONE_OFFSET_DB, RADIO, BareBeacon, surveyed, walked
from .plans import PLANS

# A quiet day: both at home and up for so long (s). The walkers stay nowhere for more than two minutes.
DAY_S = 14_400.0
# What is ordinary (dB): each anchor from day to day, and what a tag loses in a day as its battery fades.
DAILY_GAIN_SD = 1.0
FADING_A_DAY = 0.15

# After so many days the map is built anew with what ordinary use has taught.
LEARNT_AFTER = 4


@dataclass(frozen=True, slots=True)
class Event:
    """What happens to one anchor after `after` days: it is moved by `metres`, or loses `loss` dB."""

    anchor: str
    after: int
    metres: float = 0.0
    loss: float = 0.0


@dataclass(slots=True)
class LivedIn:
    """A simulated home over days, with what is kept of its anchors' levels."""

    home: Home
    seed: int
    event: Event | None = None
    spots: int = 0
    history: LevelHistory = field(default_factory=LevelHistory)
    advice: Advice = field(default_factory=Advice)

    def days(self, count: int) -> Iterator[tuple[AnchorChange, ...]]:
        """Yield, after each of so many days, what is said of the anchors; each day ends with one look."""
        rng = np.random.default_rng([self.seed, 0xDA15])
        survey = surveyed(self.home, RadioModel(self.home, RADIO, seed=self.seed), spots=self.spots, seed=self.seed)
        model = PositioningModel.build(self.home, survey)
        self.history.follow(model)
        spots = SpotMap.build(model)
        powers: dict[str, float] = {}
        heard: list[Observation] = []
        for day in range(count):
            event = self.event if self.event and day >= self.event.after else None
            gains = {anchor.id: float(rng.normal(0.0, DAILY_GAIN_SD)) for anchor in self.home.anchors}
            if event:
                gains[event.anchor] -= event.loss
            world = moved(self.home, event, self.seed) if event and event.metres else self.home
            radio = RadioModel(world, RADIO, seed=self.seed)
            for number, name in enumerate(("tag", "phone")):
                offset = PHONE_OFFSET_DB if name == "phone" else -FADING_A_DAY * day
                walker = Walker(self.home, HABITS, seed=self.seed * 1000 + day * 10 + number)
                heard = walked(radio, BareBeacon(name, offset), walker, DAY_S, self.seed * 77 + day * 10 + number)
                for links in _windows(gained(heard, gains), model):
                    told = assess(spots, links, self.history.known, powers.get(name, 0.0))
                    self.history.take(day, told)
                    if told.power is not None:
                        powers[name] = followed(powers.get(name, 0.0), told.power)
            if day + 1 == LEARNT_AFTER:
                # By now the home has taught itself how signals weaken in it: the map is another from here on.
                learnt = learn_from_history(self.home, survey, heard)
                model = PositioningModel.build(self.home, survey, learnt)
                spots = SpotMap.build(model)
            changes = self.history.changes(spots)
            found = find_changes(self.home, model.parameters, changes)
            yield self.advice.look(found, frozenset(one.anchor.id for one in changes))


def _windows(heard: list[Observation], model: PositioningModel) -> Iterator[Links]:
    """Yield the half minutes of one beacon; while it walks too, which the home would leave out."""
    window, listening = LevelWindow(), frozenset(model.radio_map.anchors)
    for _, readings in itertools.groupby(heard, lambda one: one.time // WINDOW_S):
        for one in readings:
            window.hear(one)
        for _, links in window.close(model, frozenset({one.beacon}), listening):
            yield links


def moved(home: Home, event: Event, seed: int) -> Home:
    """Return the home with the event's anchor elsewhere, where it is still inside the plan."""
    anchor = home.anchor(event.anchor)
    assert anchor is not None
    assert anchor.position is not None
    x, y, z = anchor.position
    corners = np.concatenate([np.array(room.outline) for room in home.rooms_on(anchor.floor) if room.outline])
    (left, low), (right, high) = corners.min(axis=0), corners.max(axis=0)
    angles = np.random.default_rng([seed, 0x30]).permutation(np.arange(0.0, 2.0 * math.pi, 0.1))
    places = ((x + event.metres * math.cos(one), y + event.metres * math.sin(one)) for one in angles)
    place = next(one for one in places if left < one[0] < right and low < one[1] < high)
    changed = tuple(replace(one, position=(*place, z)) if one is anchor else one for one in home.anchors)
    return replace(home, anchors=changed)


def gained(heard: list[Observation], gains: dict[str, float]) -> list[Observation]:
    """Return the readings with so many dB more; what falls below the sensitivity is lost."""
    louder = (replace(one, rssi=one.rssi + gains[one.anchor]) for one in heard)
    return [one for one in louder if one.rssi > RADIO.sensitivity]


# Days before something happens, after it, and of a month in which nothing does.
BEFORE, AFTER, MONTH = 7, 7, 28
MOVED_M, COVERED_DB = 4.0, 12.0
SPOTS = (0, 1)


@dataclass(frozen=True, slots=True)
class Case:
    """One run: `kind` is `moved`, `covered` or `sound`."""

    plan: str
    kind: str
    seed: int
    spots: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a run. Days count from the event: the first one that named the right anchor, and the kind right.

    `wrong` = sound anchors that were named at any time; `level` what was said last of a covered one (dB).
    """

    named: int | None
    told: int | None
    wrong: int
    level: float | None


def judge(case: Case) -> Verdict:
    """Live through one run."""
    home = PLANS[case.plan]
    anchor = home.anchors[int(np.random.default_rng([case.seed, 5]).integers(len(home.anchors)))].id
    events = {"moved": Event(anchor, BEFORE, metres=MOVED_M), "covered": Event(anchor, BEFORE, loss=COVERED_DB)}
    event = events.get(case.kind)
    kinds = {"moved": {ChangeKind.MOVED}, "covered": {ChangeKind.QUIETER}}.get(case.kind, set())
    named = told = level = None
    wrong: set[str] = set()
    for day, said in enumerate(LivedIn(home, case.seed, event, case.spots).days(BEFORE + AFTER if event else MONTH)):
        for one in said:
            if event is None or one.anchor != anchor or day < BEFORE:
                wrong.add(one.anchor)
                continue
            named, level = (day - BEFORE + 1 if named is None else named), one.level
            told = day - BEFORE + 1 if told is None and one.kind in kinds else told
    return Verdict(named, told, len(wrong), level)


def table(verdicts: dict[Case, Verdict]) -> str:
    """Return the figures in Markdown."""
    lines = [
        "| home | what happens | runs | named | after days (median) | told which | said dB (median) | others named |"
    ]
    lines.append("|---|---|---|---|---|---|---|---|")
    for plan, kind in dict.fromkeys((case.plan, case.kind) for case in verdicts):
        of = [verdict for case, verdict in verdicts.items() if (case.plan, case.kind) == (plan, kind)]
        days = [one.named for one in of if one.named is not None]
        levels = [one.level for one in of if one.level is not None]
        told = sum(one.told is not None for one in of)
        after = f"{np.median(days):.0f}" if days else "-"
        level = f"{np.median(levels):.1f}" if levels and kind == "covered" else "-"
        wrong = sum(one.wrong for one in of)
        lines.append(f"| {plan} | {kind} | {len(of)} | {len(days)} | {after} | {told} | {level} | {wrong} |")
    return "\n".join(lines)


def main() -> None:
    """Print the table for some seeds (1 to 4 unless given)."""
    seeds = [int(one) for one in sys.argv[1:]] or [1, 2, 3, 4]
    cases = [
        Case(plan, kind, seed, spots)
        for plan in ("flat", "house", "museum")
        for kind in ("moved", "covered", "sound")
        for seed in seeds
        for spots in SPOTS
    ]
    with ProcessPoolExecutor() as pool:
        print(table(dict(zip(cases, pool.map(judge, cases), strict=True))))


if __name__ == "__main__":
    main()
