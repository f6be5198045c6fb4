"""The strongest assurance counts while it is heard, and not a moment longer."""

from __future__ import annotations

from custom_components.indoor_positioning.engine.identity import Assurance, Proofs
from custom_components.indoor_positioning.engine.identity.proofs import HEARD_FOR_S


def test_nothing_heard_proves_nothing() -> None:
    assert Proofs().assurance(100.0) is None
    assert Proofs().proved_at(Assurance.PUBLIC) is None


def test_the_strongest_is_reported_while_it_is_heard() -> None:
    proofs = Proofs()
    proofs.take(Assurance.PUBLIC, 0.0)
    assert proofs.assurance(0.0) is Assurance.PUBLIC
    proofs.take(Assurance.ROTATING, 1.0)
    proofs.take(Assurance.PUBLIC, 40.0)
    assert proofs.assurance(50.0) is Assurance.ROTATING
    assert proofs.assurance(65.0) is Assurance.PUBLIC
    assert proofs.assurance(500.0) is None


def test_the_newest_packet_that_proved_enough() -> None:
    proofs = Proofs()
    proofs.take(Assurance.CRYPTOGRAPHIC, 10.0)
    proofs.take(Assurance.PUBLIC, 30.0)
    assert proofs.proved_at(Assurance.CRYPTOGRAPHIC) == 10.0
    assert proofs.proved_at(Assurance.ROTATING) == 10.0
    assert proofs.proved_at(Assurance.PUBLIC) == 30.0


def test_a_late_batch_does_not_turn_back_the_time() -> None:
    proofs = Proofs()
    proofs.take(Assurance.ROTATING, 10.0)
    proofs.take(Assurance.ROTATING, 8.0)
    assert proofs.proved_at(Assurance.ROTATING) == 10.0


def test_the_strongest_is_not_the_last_of_the_alphabet() -> None:
    proofs = Proofs()
    for assurance in Assurance:
        proofs.take(assurance, 10.0)
    assert proofs.assurance(10.0 + HEARD_FOR_S) is Assurance.CRYPTOGRAPHIC
