"""Who gets in at a simulated front door: the honest, and of the others nobody. The table is in docs/security.md."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.authorisation import AT_DOOR_PROBABILITY, DoorRules, Refusal
from custom_components.indoor_positioning.engine.identity.base import Assurance
from tests.engine.doorstep import Doorstep, Transmitter, Visit, Way, at_the_door, coming_home, off_the_plan, standing

HOMES = 4
ATTEMPTS = 24
ARRIVALS = 200
RULES = DoorRules(origins=frozenset({"path"}))

# The attackers' packets bear what a recording or a relay of the real phone bears, if nothing else is said.
type Attack = Callable[[np.random.Generator], tuple[list[Transmitter], float]]


@cache
def _home(seed: int) -> Doorstep:
    return Doorstep(seed)


def _visit(number: int, transmitters: list[Transmitter], until: float, rules: DoorRules = RULES) -> Visit:
    return _home(number % HOMES).visit(transmitters, until, seed=10 * number, rules=rules)


def _cloned_ibeacon(rng: np.random.Generator) -> tuple[list[Transmitter], float]:
    way = coming_home(rng)
    return [Transmitter(way, Assurance.PUBLIC)], way.arrival + 12.0


def _replayed_address(rng: np.random.Generator) -> tuple[list[Transmitter], float]:
    """Play back at the door what was recorded a few minutes ago; the phone has gone."""
    return [Transmitter(standing(at_the_door(rng)), start=2.0, power=float(rng.uniform(-10.0, 10.0)), worn=False)], 25.0


def _strong_outside(rng: np.random.Generator) -> tuple[list[Transmitter], float]:
    return [Transmitter(standing(off_the_plan(rng)), start=2.0, power=float(rng.uniform(5.0, 25.0)), worn=False)], 30.0


def _somewhere_in_the_flat(rng: np.random.Generator) -> Way:
    return standing((float(rng.uniform(0.5, 7.5)), float(rng.uniform(0.5, 8.0))))


def _relay_at_once(rng: np.random.Generator) -> tuple[list[Transmitter], float]:
    """Relay the packets of a phone that lies in the flat to the door, at once."""
    relay = Transmitter(standing(at_the_door(rng)), start=15.0, power=float(rng.uniform(-5.0, 10.0)), worn=False)
    return [Transmitter(_somewhere_in_the_flat(rng)), relay], 40.0


def _flood(rng: np.random.Generator) -> tuple[list[Transmitter], float]:
    """Drown the phone in the flat in a hundred copies a second at the door."""
    flood = Transmitter(standing(at_the_door(rng)), start=15.0, interval=0.01, worn=False)
    return [Transmitter(_somewhere_in_the_flat(rng)), flood], 25.0


@pytest.mark.parametrize("attack", [_cloned_ibeacon, _replayed_address, _strong_outside, _relay_at_once, _flood])
def test_no_attack_is_let_in(attack: Attack) -> None:
    for number in range(ATTEMPTS):
        transmitters, until = attack(np.random.default_rng([7, number]))
        assert _visit(number, transmitters, until).authorised_at is None, number


def test_attacks_reach_the_door_and_fail_for_their_reason() -> None:
    """Or the suite would show no more than that attackers were not noticed."""
    reasons = {
        _cloned_ibeacon: Refusal.ASSURANCE,
        _replayed_address: Refusal.NO_APPROACH,
        _strong_outside: Refusal.NO_APPROACH,
        _relay_at_once: Refusal.CONTRADICTION,
        _flood: Refusal.FLOOD,
    }
    for attack, reason in reasons.items():
        visits = [_visit(number, *attack(np.random.default_rng([7, number]))) for number in range(8)]
        assert any(visit.nearest >= AT_DOOR_PROBABILITY and reason in visit.refusals for visit in visits), attack


def test_the_honest_are_let_in_within_three_seconds() -> None:
    delays = []
    for number in range(ARRIVALS):
        rng = np.random.default_rng([7, number])
        way = coming_home(rng)
        power = float(rng.choice([-7.0, 0.0, 5.0]))
        visit = _visit(number, [Transmitter(way, power=power)], way.arrival + 4.0)
        delays.append(np.inf if visit.authorised_at is None else visit.authorised_at - way.arrival)
    assert np.mean(np.array(delays) <= 3.0) >= 0.95


def test_a_relay_carried_along_the_true_way_is_the_honest_beacon() -> None:
    """No radio can tell: that is what the second factor is for."""
    rng = np.random.default_rng(1)
    way = coming_home(rng)
    assert _visit(0, [Transmitter(way)], way.arrival + 12.0).authorised_at is not None
