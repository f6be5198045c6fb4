"""Resolvable private addresses: whoever knows a device's IRK recognises the addresses it changes to.

Bluetooth Core Specification, Vol 6 Part B 1.3.2.3 (resolution) and Vol 3 Part H 2.2.2 (function ah).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from .addresses import address_bytes, may_be_resolvable
from .base import UNCALIBRATED, Advertisement, Assurance, Identity, Match, Standard, text_field
from .keys import BLOCK_BYTES, BlockCipher, key_fingerprint, parse_key

PRAND_PADDING = bytes(BLOCK_BYTES - 3)
# Enough for the addresses of one device in two weeks; each identity answers for itself when it is
# asked outside of an index (in forms, in tests).
_REMEMBERED_ADDRESSES = 2048


# Addresses by which one byte order must be ahead of the other before that one is given up.
_CONFIRMATIONS = 2


def ah(irk: bytes, prand: bytes) -> bytes:
    """The random address hash: the 3 low bytes of AES-128(IRK, 13 zero bytes || prand)."""
    return BlockCipher(irk).encrypt(PRAND_PADDING + prand)[-3:]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Addresses that may be resolvable, laid out for AES: one block each, and their hashes of shape (n, 3)."""

    addresses: Sequence[str]
    blocks: bytes
    hashes: NDArray[np.uint8]

    @classmethod
    def of(cls, addresses: Iterable[str]) -> Candidates:
        """Those of the addresses that have the right form. Never raises."""
        values = {address: address_bytes(address) for address in addresses if may_be_resolvable(address)}
        usable = {address: value for address, value in values.items() if value is not None}
        table = np.frombuffer(b"".join(usable.values()), dtype=np.uint8).reshape(-1, 6)
        blocks = np.zeros((len(usable), BLOCK_BYTES), dtype=np.uint8)
        blocks[:, -3:] = table[:, :3]
        return cls(tuple(usable), blocks.tobytes(), table[:, 3:])


@dataclass(slots=True)
class _Order:
    """The key in one byte order, and how many addresses it has resolved."""

    cipher: BlockCipher
    resolved: int = 0


@dataclass(slots=True, eq=False)
class PrivateAddressIdentity:
    """A device known by its Identity Resolving Key.

    Hosts disagree about the byte order in which they show the key, so both are tried until the
    addresses heard have shown which one it is.
    """

    kind: ClassVar[str] = "private_address"
    assurance: ClassVar[Assurance] = Assurance.ROTATING
    standard: ClassVar[Standard] = Standard("Private address", "Bluetooth SIG")

    irk: bytes = field(repr=False)
    _orders: list[_Order] = field(init=False, repr=False)
    _key: str = field(init=False, repr=False)
    _remembered: dict[str, bool] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Set up AES for both byte orders (one where the key reads the same both ways)."""
        orders = sorted({self.irk, self.irk[::-1]})
        self._orders = [_Order(BlockCipher(order)) for order in orders]
        self._key = f"{self.kind}:{key_fingerprint(self.kind, orders[0])}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """16 bytes in hex or base64. Raises IdentityError."""
        return cls(parse_key(text))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Raises IdentityError."""
        return cls.parse(text_field(data, "irk"))

    @property
    def key(self) -> str:
        """`private_address:` and a short hash, the same for both byte orders."""
        return self._key

    @property
    def lookup(self) -> object:
        """Any resolvable address may be this device's."""
        return None

    @classmethod
    def advertised(cls, adv: Advertisement) -> Sequence[object]:
        """All keys have to be tried, if the address is of the resolvable sort."""
        return (None,) if adv.random_address is not False and may_be_resolvable(adv.address) else ()

    def resolves(self, address: str) -> bool:
        """Whether the address was made with this key. Never raises."""
        known = self._remembered.get(address)
        if known is None:
            value = address_bytes(address) if may_be_resolvable(address) else None
            known = value is not None and self.resolves_block(PRAND_PADDING + value[:3], value[3:])
            if len(self._remembered) >= _REMEMBERED_ADDRESSES:
                self._remembered.pop(next(iter(self._remembered)))
            self._remembered[address] = known
        return known

    def resolves_block(self, block: bytes, address_hash: bytes) -> bool:
        """The same for an address already laid out: 16 bytes for AES, and its 3 bytes of hash."""
        for order in self._orders:
            if order.cipher.encrypt(block)[-3:] == address_hash:
                order.resolved += 1
                self._settle_order()
                return True
        return False

    def resolved(self, candidates: Candidates) -> list[str]:
        """Those of many addresses that were made with this key: one pass of AES over all of them."""
        found: list[str] = []
        for order in self._orders:
            encrypted = np.frombuffer(order.cipher.encrypt(candidates.blocks), dtype=np.uint8)
            equal = (encrypted.reshape(-1, BLOCK_BYTES)[:, -3:] == candidates.hashes).all(axis=1)
            mine = [candidates.addresses[place] for place in np.flatnonzero(equal)]
            order.resolved += len(mine)
            found += mine
        self._settle_order()
        return found

    def _settle_order(self) -> None:
        # One address in 16 million resolves by accident, so a single one is no proof.
        ahead = max(self._orders, key=lambda order: order.resolved)
        if all(ahead.resolved - order.resolved >= _CONFIRMATIONS for order in self._orders if order is not ahead):
            self._orders = [ahead]

    def matches(self, adv: Advertisement, now: float) -> Match | None:
        """Resolve the packet's address."""
        return UNCALIBRATED if adv.random_address is not False and self.resolves(adv.address) else None

    def overlaps(self, other: Identity) -> bool:
        """Only with the same key, in whatever order it was typed."""
        return self.key == other.key

    def to_dict(self) -> dict[str, Any]:
        """JSON-able, with the key: for storage only."""
        return {"kind": self.kind, "irk": self.irk.hex()}
