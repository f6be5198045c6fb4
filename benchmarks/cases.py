"""What is measured: groups of recordings, each with and without what a home may know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from custom_components.indoor_positioning.engine.replay.recording import Recording

from .datasets import rooms_only, variant
from .homes import TEST_S, simulated


class Knowledge(StrEnum):
    """What the methods may learn from before a run."""

    SURVEY = "survey"
    HISTORY = "history"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Case:
    """One recording under one knowledge, as part of a group whose figures are pooled."""

    group: str
    name: str
    knowledge: Knowledge
    make: Callable[[], Recording]

    def recording(self) -> Recording:
        """Return the recording with what may be known, and no more."""
        return variant(
            self.make(),
            survey=self.knowledge is Knowledge.SURVEY,
            history=self.knowledge is Knowledge.HISTORY,
        )


@dataclass(frozen=True, slots=True)
class Group:
    """A table of the report."""

    title: str
    about: str
    real: bool


GROUPS: dict[str, Group] = {
    "flat": Group(
        "Furnished flat",
        "9 x 7 m, 6 anchors, 3 Hz, robot at walking pace of 0.25 m/s; 5 folds of 30 s blocks",
        real=True,
    ),
    "flat_raw": Group("Furnished flat, one antenna", "the same drives, every packet of one antenna", real=True),
    "flat_rooms": Group("Furnished flat, no plan", "the same drives, only rooms and anchors' rooms known", real=True),
    "uji": Group("Office, 22 beacons", "16 x 10 m, a phone at 20 unseen points, three powers", real=True),
    "tetam": Group("Open office floor", "21 x 18 m, 12 anchors, five walks; survey five months older", real=True),
    "atrium": Group("Atrium", "28 sectors on two floors without coordinates, 6 beacons", real=True),
    "sal": Group("Test cell with a door", "inside or outside, no coordinates; walks and cars", real=True),
    "espresense": Group("House, one watch", "one place for two minutes, no survey; a smoke test", real=True),
    "sim/flat": Group("Simulated flat", "8 x 8.5 m, 5 rooms, 5 anchors", real=False),
    "sim/house": Group("Simulated house", "two storeys of 10 x 10 m, 10 rooms, 9 anchors", real=False),
    "sim/museum": Group("Simulated museum hall", "24 x 16 m, 5 rooms with wide passages, 10 anchors", real=False),
    "sim/lab": Group("Simulated lab room", "5 x 5 m, one room, 3 anchors", real=False),
}

# Simulated homes are drawn anew this often: gains, walls and echoes of one home are luck.
SEEDS = (1, 2)

QUICK_RECORDINGS = ("flat/fold1", "flat/fold3", "uji/-12dBm", "tetam/half2", "sal/walk/fold1", "sal/walk/fold2")
QUICK_HOMES = ("flat", "house")
QUICK_TEST_S = 300.0


def cases(recordings: dict[str, Recording], *, quick: bool = False) -> list[Case]:
    """Return every case; the longest first, so that two processes end together."""
    chosen: list[Case] = []
    for home in QUICK_HOMES if quick else ("house", "museum", "flat", "lab"):
        for seed in SEEDS[:1] if quick else SEEDS:
            make = partial(simulated, home, seed, test=QUICK_TEST_S if quick else TEST_S)
            chosen.extend(Case(f"sim/{home}", f"seed{seed}", knowledge, make) for knowledge in Knowledge)
    for name, recording in recordings.items():
        if quick and name not in QUICK_RECORDINGS:
            continue
        group = name.split("/")[0]
        if group == "atrium":  # its anchors belong to no room, so that nobody can begin without a survey
            chosen.append(Case(group, name, Knowledge.SURVEY, partial(_same, recording)))
            continue
        chosen.extend(_of_recording(group, name, recording))
        if group == "flat":
            chosen.extend(_of_recording("flat_rooms", name, rooms_only(recording)))
    return chosen


def _of_recording(group: str, name: str, recording: Recording) -> list[Case]:
    known = [Knowledge.NOTHING]
    if recording.survey:
        known.append(Knowledge.SURVEY)
    if recording.history:
        known.append(Knowledge.HISTORY)
    return [Case(group, name, knowledge, partial(_same, recording)) for knowledge in known]


def _same(recording: Recording) -> Recording:
    return recording
