"""A wrong plan or broken hardware costs accuracy, and never holds the estimate where the beacon no longer is."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from benchmarks.datasets import variant
from benchmarks.homes import DISTURBANCES, simulated
from benchmarks.plans import FLAT
from benchmarks.recovery import RECOVERY_S, UNDISTURBED, Judge, run_disturbed
from custom_components.indoor_positioning.engine.geometry import Point
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.observation import Observation
from custom_components.indoor_positioning.engine.replay.recording import Recording
from custom_components.indoor_positioning.engine.replay.rows import EstimateRow, TruthRow

LIVING_ROOM, KITCHEN = (2.0, 2.0), (6.5, 2.0)
ARRIVAL, END = 20, 80


def _rows(places: Sequence[tuple[int, str, Point]]) -> list[EstimateRow]:
    """Return a row a second; each place holds until the next."""
    return [
        EstimateRow(float(time), "tag", place, FLAT.floors[0].id, room, 1.0, 0.9)
        for (start, room, place), (end, _, _) in zip(places, [*places[1:], (END, "", LIVING_ROOM)], strict=True)
        for time in range(start, end)
    ]


TRUTH = [
    TruthRow(float(time), "tag", LIVING_ROOM if time < ARRIVAL else KITCHEN, FLAT.floors[0].id, None)
    for time in range(END)
]
PROMPT = _rows([(0, "living_room", LIVING_ROOM), (ARRIVAL + 3, "kitchen", KITCHEN)])
NEVER = _rows([(0, "living_room", LIVING_ROOM)])
MODEL = PositioningModel.build(FLAT)


def _heard(at: Point) -> list[Observation]:
    """Return what the model expects of a beacon at one place, once a second from the arrival on."""
    cell = int(((MODEL.grid.points - at) ** 2).sum(axis=1).argmin())
    return [
        Observation(float(time), "tag", anchor, float(MODEL.radio_map.mean[row, cell]))
        for time in range(ARRIVAL, END)
        for row, anchor in enumerate(MODEL.radio_map.anchors)
    ]


@pytest.mark.parametrize(
    ("rows", "heard_at", "late", "stuck"),
    [
        (PROMPT, KITCHEN, 0, 0),
        # The evidence is of the kitchen and the estimate stays behind.
        (NEVER, KITCHEN, 1, 1),
        # The evidence itself is of the living room.
        (NEVER, LIVING_ROOM, 1, 0),
    ],
)
def test_late_is_told_from_stuck(rows: list[EstimateRow], heard_at: Point, late: int, stuck: int) -> None:
    recording = Recording(FLAT, adverts=_heard(heard_at), truth=TRUTH)
    found = Judge(recording, PROMPT).arrivals(rows, recording, MODEL)
    assert (found.count, found.late, found.stuck) == (1, late, stuck)


def test_what_the_intact_home_does_not_notice_does_not_count() -> None:
    recording = Recording(FLAT, adverts=_heard(KITCHEN), truth=TRUTH)
    late = _rows([(0, "living_room", LIVING_ROOM), (ARRIVAL + int(RECOVERY_S) + 5, "kitchen", KITCHEN)])
    # Left out while it lags behind, so that to be a room away is not usual.
    said = [row for row in late if not ARRIVAL <= row.time <= ARRIVAL + RECOVERY_S + 5]
    judge = Judge(recording, said)
    assert judge.usual_error == 0.0
    assert judge.arrivals(PROMPT, recording, MODEL).count == 0


@pytest.mark.parametrize("home", ["flat", "house"])
def test_nothing_wrong_traps_the_estimate(home: str) -> None:
    intact = variant(simulated(home, 1, history=1.0, test=600.0), survey=True, history=False)
    outcomes = run_disturbed(intact, 1)
    assert outcomes.keys() == {UNDISTURBED, *DISTURBANCES}
    count = outcomes[UNDISTURBED].arrivals.count
    assert count >= 10
    assert outcomes[UNDISTURBED].arrivals.late == 0
    for kind in DISTURBANCES:
        arrivals = outcomes[kind].arrivals
        assert arrivals.count == count
        assert arrivals.stuck == 0, kind
        # What only costs accuracy costs no more than one arrival in ten.
        assert arrivals.late <= count / 10, kind
