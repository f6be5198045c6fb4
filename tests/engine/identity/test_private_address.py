"""Resolvable private addresses: the hash, both byte orders, and the index over many keys."""

from __future__ import annotations

import random

import pytest

from custom_components.indoor_positioning.engine.identity import Advertisement, Assurance, parse_identity
from custom_components.indoor_positioning.engine.identity.private_address import (
    _CONFIRMATIONS,
    Candidates,
    PrivateAddressIdentity,
    ah,
)
from custom_components.indoor_positioning.engine.identity.private_address_index import PrivateAddressIndex
from tests.engine.identity.vectors import ABSENT, collected

# Bluetooth Core Specification, Vol 3 Part H appendix D.7 (sample data of the function ah).
SPECIFICATION_IRK = bytes.fromhex("ec0234a357c8ad05341010a60a397d9b")
COLLECTED = collected("rpa_vectors.json")


def address_of(irk: bytes, rng: random.Random) -> str:
    """A resolvable private address as the device with this key would make one."""
    prand = bytes([rng.randrange(64) | 0x40]) + rng.randbytes(2)
    return ":".join(f"{byte:02X}" for byte in prand + ah(irk, prand))


def test_hash_of_the_specification() -> None:
    assert ah(SPECIFICATION_IRK, bytes.fromhex("708194")) == bytes.fromhex("0dfbaa")


@pytest.mark.datasets
@pytest.mark.skipif(COLLECTED is None, reason=ABSENT)
def test_collected_addresses() -> None:
    for vector in COLLECTED:
        for key in (bytes.fromhex(vector["irk"]), bytes.fromhex(vector["irk"])[::-1]):
            identity = PrivateAddressIdentity(key)
            assert (identity.matches(Advertisement(vector["address"].upper()), 0.0) is not None) is vector["resolves"]


@pytest.mark.parametrize("first", ["0", "2", "8", "C", "F", ""])
def test_other_sorts_of_addresses_do_not_resolve(first: str) -> None:
    address = address_of(bytes(16), random.Random(1))
    assert PrivateAddressIdentity(bytes(16)).resolves(address)
    assert not PrivateAddressIdentity(bytes(16)).resolves(first + address[1:])


@pytest.mark.parametrize("address", ["", "4", "40:01", "4Z:00:00:00:00:00", "40:01:02:0A:C4:A6:00", "nonsense"])
def test_nonsense_does_not_resolve(address: str) -> None:
    identity = PrivateAddressIdentity(bytes(16))
    assert identity.matches(Advertisement(address), 0.0) is None
    index = PrivateAddressIndex()
    index.add("phone", identity)
    assert index.find(Advertisement(address), 0.0) is None


def test_public_address_that_looks_private_is_left_alone() -> None:
    identity = PrivateAddressIdentity(bytes(16))
    address = address_of(bytes(16), random.Random(1))
    assert identity.matches(Advertisement(address, random_address=True), 0.0)
    assert identity.matches(Advertisement(address, random_address=False), 0.0) is None


def test_byte_order_settles_on_what_is_heard() -> None:
    """Both orders are tried at first; the one that resolves is then the only one."""
    rng = random.Random(2)
    key = rng.randbytes(16)
    identity = PrivateAddressIdentity(key[::-1])
    assert identity.resolves(address_of(key, rng))
    assert identity.resolves(address_of(key[::-1], rng))
    for _ in range(3):
        assert identity.resolves(address_of(key, rng))
    assert not identity.resolves(address_of(key[::-1], rng))
    assert identity.resolves(address_of(key, rng))


def test_wrong_key_resolves_nothing() -> None:
    rng = random.Random(3)
    identity = PrivateAddressIdentity(rng.randbytes(16))
    assert identity.resolved(Candidates.of(address_of(rng.randbytes(16), rng) for _ in range(2000))) == []


class TestIndex:
    """Many keys, many addresses."""

    rng = random.Random(4)
    keys = tuple(ah(bytes(16), bytes([0, 0, number])) * 5 + b"\0" for number in range(20))

    def index(self) -> PrivateAddressIndex:
        index = PrivateAddressIndex()
        for number, key in enumerate(self.keys):
            index.add(f"phone {number}", PrivateAddressIdentity(key))
        return index

    def owner(self, index: PrivateAddressIndex, address: str) -> str | None:
        found = index.find(Advertisement(address), 0.0)
        return None if found is None else found[0]

    def test_each_finds_its_owner(self) -> None:
        index = self.index()
        addresses = {address_of(key, self.rng): f"phone {number}" for number, key in enumerate(self.keys)}
        strangers = {address_of(self.rng.randbytes(16), self.rng): None for _ in range(500)}
        unusable = dict.fromkeys(["C0:00:00:00:00:01", "nonsense", "4nonsense"])
        for address, owner in {**addresses, **strangers, **unusable}.items():
            assert self.owner(index, address) == owner
            assert self.owner(index, address) == owner

    def test_new_key_is_tried_on_strangers_heard_before(self) -> None:
        index = self.index()
        key = self.rng.randbytes(16)
        address = address_of(key, self.rng)
        assert self.owner(index, address) is None
        index.add("guest", PrivateAddressIdentity(key))
        assert self.owner(index, address) == "guest"
        index.remove("guest")
        assert self.owner(index, address) is None

    def test_removed_beacon_leaves_its_addresses_to_another_with_the_same_key(self) -> None:
        index = self.index()
        index.add("copy", PrivateAddressIdentity(self.keys[0]))
        address = address_of(self.keys[0], self.rng)
        assert self.owner(index, address) == "phone 0"
        index.remove("phone 0")
        assert self.owner(index, address) == "copy"
        index.remove("nobody")
        assert self.owner(index, address) == "copy"

    def test_memory_is_bounded(self) -> None:
        index = self.index()
        mine = address_of(self.keys[3], self.rng)
        assert self.owner(index, mine) == "phone 3"
        for number in range(17_000):
            self.owner(index, f"40:00:00:00:{number >> 8:02X}:{number & 255:02X}")
        assert len(index._owners) <= 16384
        assert self.owner(index, mine) == "phone 3"


def test_an_identity_remembers_a_bounded_number_of_addresses() -> None:
    identity = PrivateAddressIdentity(bytes(range(16)))
    mine = address_of(identity.irk, random.Random(1))
    assert identity.resolves(mine)
    for number in range(3000):
        assert not identity.resolves(f"40:00:00:00:{number >> 8:02X}:{number & 255:02X}")
    assert len(identity._remembered) == 2048
    assert identity.resolves(mine)


def test_assurance() -> None:
    assert parse_identity("private_address", "00" * 16).assurance is Assurance.ROTATING


def test_only_addresses_that_may_be_private_are_tried() -> None:
    rng = random.Random(1)
    private = address_of(SPECIFICATION_IRK, rng)
    static = "C" + private[1:]
    told = {
        (address, is_random): len(PrivateAddressIdentity.advertised(Advertisement(address, random_address=is_random)))
        for address in (private, static)
        for is_random in (True, False, None)
    }
    assert told == {
        (private, True): 1,
        (private, False): 0,
        (private, None): 1,
        (static, True): 0,
        (static, False): 0,
        (static, None): 0,
    }


def test_the_byte_order_is_settled_by_the_lead_not_by_the_sum() -> None:
    """Addresses of either order, as an accident gives them, keep both orders in the game."""
    rng = random.Random(2)
    identity = PrivateAddressIdentity(SPECIFICATION_IRK)
    for irk in (SPECIFICATION_IRK, SPECIFICATION_IRK[::-1]) * _CONFIRMATIONS:
        assert identity.resolves(address_of(irk, rng))
    for _ in range(_CONFIRMATIONS - 1):
        assert identity.resolves(address_of(SPECIFICATION_IRK, rng))
    assert identity.resolves(address_of(SPECIFICATION_IRK[::-1], rng)), "the lead is one too short"
    for _ in range(2):
        assert identity.resolves(address_of(SPECIFICATION_IRK, rng))
    assert not identity.resolves(address_of(SPECIFICATION_IRK[::-1], rng)), "now the other is out"


def test_many_at_once_are_found_in_both_byte_orders_and_counted() -> None:
    rng = random.Random(4)
    identity = PrivateAddressIdentity(SPECIFICATION_IRK)
    ours = [address_of(irk, rng) for irk in (SPECIFICATION_IRK, SPECIFICATION_IRK[::-1])]
    strangers = [address_of(bytes(16), rng) for _ in range(20)]
    assert sorted(identity.resolved(Candidates.of([*strangers, *ours]))) == sorted(ours)
    for _ in range(_CONFIRMATIONS):
        assert identity.resolved(Candidates.of([more := address_of(SPECIFICATION_IRK, rng)])) == [more]
    assert identity.resolved(Candidates.of(ours)) == ours[:1], "one order has shown to be right"
