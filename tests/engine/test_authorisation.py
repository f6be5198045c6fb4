"""Each rule of a door, one at a time; what attackers try is in test_door_attacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from custom_components.indoor_positioning.engine.authorisation import (
    FRESH_S,
    HOLD_S,
    MOST_PACKETS_PER_S,
    PATIENCE_S,
    DoorGuard,
    DoorRules,
    Outcome,
    Refusal,
    Verdict,
)
from custom_components.indoor_positioning.engine.geometry import Point, rectangle
from custom_components.indoor_positioning.engine.home import Zone
from custom_components.indoor_positioning.engine.identity.base import Assurance
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.observation import Observation
from custom_components.indoor_positioning.engine.tracker import Tracker
from tests.engine.small_home import FLAT, FLAT_SURVEY, readings

HOME = replace(FLAT, zones=(Zone("safe", "Safe", "0", rectangle(4.0, 0.0, 5.0, 4.0)),))
MODEL = PositioningModel.build(HOME, FLAT_SURVEY)
ALL = frozenset(anchor.id for anchor in HOME.anchors)
KITCHEN, SAFE = (1.0, 1.0), (7.5, 2.0)


class Corridor:
    """Somebody who comes from the kitchen to the safe, at two packets a second."""

    def __init__(self, rules: DoorRules | None = None) -> None:
        self.tracker = Tracker("tag", MODEL)
        self.guard = DoorGuard("safe", rules or DoorRules())
        self.assurance = Assurance.ROTATING
        self.clone_suspected = False
        self.second_factor = True
        self.now = 0.0

    def at(self, place: Point, seconds: float, anchors: frozenset[str] = ALL) -> list[Verdict]:
        """Stay at a place and return what is said meanwhile."""
        end, said = self.now + seconds, []
        while self.now < end:
            self.now += 0.5
            self._hear([one for one in readings(HOME, place, "0", [self.now]) if one.anchor in anchors])
            said.append(self.judge())
        return said

    def _hear(self, packets: Sequence[Observation]) -> None:
        for packet in (replace(one, assurance=self.assurance) for one in packets):
            self.tracker.observe(packet)
            self.guard.observe(packet)

    def judge(self) -> Verdict:
        estimate = self.tracker.update(self.now, ALL).estimate
        assert estimate is not None
        return self.guard.judge(
            self.now, MODEL, estimate, clone_suspected=self.clone_suspected, second_factor=self.second_factor
        )

    def come(self) -> list[Verdict]:
        """Walk from the kitchen to the safe."""
        said = self.at(KITCHEN, 8.0)
        for step in range(1, 6):
            said += self.at((1.0 + 1.3 * step, 2.0), 1.0)
        return said + self.at(SAFE, 6.0)


def _authorised(said: Sequence[Verdict]) -> list[Verdict]:
    return [verdict for verdict in said if verdict.outcome is Outcome.AUTHORISED and verdict.news]


def _refused(said: Sequence[Verdict]) -> set[Refusal]:
    return {refusal for verdict in said if verdict.outcome is Outcome.REFUSED for refusal in verdict.refusals}


def test_whoever_comes_with_a_good_identity_is_let_in_once() -> None:
    corridor = Corridor()
    said = corridor.come()
    assert len(_authorised(said)) == 1
    assert len(_authorised(corridor.at(SAFE, 60.0))) == 0, "once a visit"


def test_the_door_counts_as_opened_for_a_moment() -> None:
    said = Corridor().come()
    opened = [verdict.time for verdict in said if verdict.outcome is Outcome.AUTHORISED]
    assert HOLD_S - 1.0 <= opened[-1] - opened[0] <= HOLD_S


def test_nothing_is_said_far_from_the_door() -> None:
    said = Corridor().at(KITCHEN, 30.0)
    assert {verdict.outcome for verdict in said[4:]} == {Outcome.IDLE}


@pytest.mark.parametrize(
    ("has", "asks", "opens"),
    [
        (Assurance.PUBLIC, Assurance.ROTATING, False),
        (Assurance.PUBLIC, Assurance.PUBLIC, True),
        (Assurance.ROTATING, Assurance.CRYPTOGRAPHIC, False),
        (Assurance.CRYPTOGRAPHIC, Assurance.CRYPTOGRAPHIC, True),
        (Assurance.CRYPTOGRAPHIC, Assurance.ROTATING, True),
    ],
)
def test_the_identity_must_prove_enough(has: Assurance, asks: Assurance, opens: bool) -> None:
    corridor = Corridor(DoorRules(assurance=asks))
    corridor.assurance = has
    said = corridor.come()
    assert bool(_authorised(said)) is opens
    assert (Refusal.ASSURANCE in _refused(said)) is not opens


def test_proof_must_be_fresh() -> None:
    corridor = Corridor()
    corridor.second_factor = False
    corridor.come()
    corridor.second_factor = True
    corridor.now += FRESH_S + 0.5
    assert {Refusal.STALE, Refusal.ASSURANCE} <= set(corridor.judge().refusals)


def test_enough_anchors_must_agree() -> None:
    corridor = Corridor(DoorRules(anchors=5))
    assert Refusal.TOO_FEW_ANCHORS in _refused(corridor.come())


def test_as_many_anchors_as_are_asked_for_are_enough() -> None:
    assert _authorised(Corridor(DoorRules(anchors=len(ALL))).come())


def test_the_zone_must_be_probable() -> None:
    corridor = Corridor(DoorRules(probability=0.9999))
    assert Refusal.IMPROBABLE in _refused(corridor.come())


def test_whoever_is_first_heard_at_the_door_has_not_come() -> None:
    said = Corridor().at(SAFE, 20.0)
    assert not _authorised(said)
    assert _refused(said) == {Refusal.NO_APPROACH}


def test_one_comes_from_where_one_comes() -> None:
    assert _authorised(Corridor(DoorRules(origins=frozenset({"kitchen"}))).come())
    said = Corridor(DoorRules(origins=frozenset({"bedroom"}))).come()
    assert Refusal.NO_APPROACH in _refused(said)


def test_a_suspected_double_opens_nothing() -> None:
    corridor = Corridor()
    corridor.clone_suspected = True
    said = corridor.come()
    assert not _authorised(said)
    assert _refused(said) == {Refusal.CLONE_SUSPECTED}


def test_a_suspicion_ends_what_was_granted() -> None:
    corridor = Corridor()
    said = corridor.come()
    while said[-1].outcome is not Outcome.AUTHORISED:
        said = said[:-1]
    corridor.clone_suspected = True
    corridor.now = said[-1].time
    assert corridor.judge().outcome is Outcome.IDLE


def test_the_second_factor_may_come_a_little_later() -> None:
    corridor = Corridor()
    corridor.second_factor = False
    said = corridor.come()
    assert _refused(said) == {Refusal.SECOND_FACTOR}
    corridor.second_factor = True
    assert len(_authorised(corridor.at(SAFE, 2.0))) == 1


def test_the_same_beacon_is_let_in_only_so_often() -> None:
    corridor = Corridor(DoorRules(interval=120.0))
    assert _authorised(corridor.come())
    said = corridor.come()
    assert not _authorised(said)
    assert Refusal.TOO_SOON in _refused(said)
    corridor.at(KITCHEN, 120.0)
    assert _authorised(corridor.come())


def test_more_packets_than_one_transmitter_sends_are_a_flood() -> None:
    corridor = Corridor()
    corridor.second_factor = False
    corridor.come()
    for number in range(MOST_PACKETS_PER_S + 1):
        packet = Observation(corridor.now + number / 100.0, "tag", "l", -60.0, Assurance.ROTATING)
        corridor.guard.observe(packet)
    corridor.now += 0.6
    assert Refusal.FLOOD in corridor.judge().refusals


def test_what_it_remembers_is_bounded() -> None:
    corridor = Corridor()
    corridor.at(KITCHEN, 2.0)
    for _ in range(10_000):
        corridor.guard.observe(Observation(corridor.now, "tag", "l", -60.0, Assurance.ROTATING))
    corridor.at(SAFE, 8.0)
    assert Refusal.FLOOD in corridor.judge().refusals


def test_a_refusal_is_told_once_and_not_before_an_honest_beacon_would_have_passed() -> None:
    said = Corridor().at(SAFE, 30.0)
    told = [verdict for verdict in said if verdict.news]
    assert [verdict.outcome for verdict in told] == [Outcome.REFUSED]
    arrived = next(verdict.time for verdict in said if verdict.outcome is Outcome.PENDING)
    assert told[0].time - arrived >= PATIENCE_S


def test_an_anchor_that_hears_it_far_too_loudly_contradicts() -> None:
    corridor = Corridor()
    corridor.second_factor = False
    corridor.come()
    for number in range(8):
        corridor.guard.observe(Observation(corridor.now - number / 10.0, "tag", "k", -25.0, Assurance.ROTATING))
    assert Refusal.CONTRADICTION in corridor.judge().refusals


def test_a_zone_that_the_estimate_does_not_know_is_far() -> None:
    corridor = Corridor()
    corridor.guard = DoorGuard("vault", DoorRules())
    assert {verdict.outcome for verdict in corridor.come()} == {Outcome.IDLE}


def test_all_that_speaks_against_it_is_said() -> None:
    corridor = Corridor()
    corridor.clone_suspected, corridor.second_factor = True, False
    assert _refused(corridor.at(SAFE, 20.0)) == {Refusal.NO_APPROACH, Refusal.CLONE_SUSPECTED, Refusal.SECOND_FACTOR}


@pytest.mark.parametrize(("packets", "within", "flood"), [(0, 0.9, False), (1, 0.9, True), (1, 1.9, False)])
def test_as_much_as_one_transmitter_can_send_is_no_flood(packets: int, within: float, flood: bool) -> None:
    corridor = Corridor()
    corridor.second_factor = False
    corridor.come()
    corridor.now += 2.5
    many = MOST_PACKETS_PER_S + packets
    for number in range(many):
        at = corridor.now - within * (many - 1 - number) / (many - 1)
        corridor.guard.observe(Observation(at, "tag", "l", -60.0, Assurance.PUBLIC))
    assert (Refusal.FLOOD in corridor.judge().refusals) is flood


def test_a_verdict_tells_when_and_which_anchors_agreed() -> None:
    said = Corridor().come()
    (opened,) = _authorised(said)
    assert len(opened.agreement.agreeing) >= DoorRules().anchors
    assert opened.refusals == ()
    times = [verdict.time for verdict in said]
    assert times == sorted(times)
    assert any(verdict.agreement.agreeing for verdict in said if verdict.outcome is Outcome.PENDING)
