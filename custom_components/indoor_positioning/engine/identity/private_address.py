"""Resolvable private addresses: whoever knows a device's IRK recognises the addresses it changes to.

Bluetooth Core Specification, Vol 6 Part B 1.3.2.3 (resolution) and Vol 3 Part H 2.2.2 (function ah).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from .addresses import address_bytes, may_be_resolvable
from .base import UNCALIBRATED, Advertisement, Assurance, Identity, Match, text_field
from .keys import BLOCK_BYTES, BlockCipher, key_fingerprint, parse_key

PRAND_PADDING = bytes(BLOCK_BYTES - 3)
# Enough for the addresses of one device in two weeks; each identity answers for itself when it is
# asked outside of an index (in forms, in tests).
_REMEMBERED_ADDRESSES = 2048


def ah(irk: bytes, prand: bytes) -> bytes:
    """The random address hash: the 3 low bytes of AES-128(IRK, 13 zero bytes || prand)."""
    return BlockCipher(irk).encrypt(PRAND_PADDING + prand)[-3:]


@dataclass(slots=True, eq=False)
class PrivateAddressIdentity:
    """A device known by its Identity Resolving Key.

    Hosts disagree about the byte order in which they show the key, so the reverse is tried as well.
    """

    kind: ClassVar[str] = "private_address"
    assurance: ClassVar[Assurance] = Assurance.ROTATING

    irk: bytes = field(repr=False)
    ciphers: tuple[BlockCipher, ...] = field(init=False, repr=False)
    _key: str = field(init=False, repr=False)
    _remembered: dict[str, bool] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Set up AES for both byte orders (one where the key reads the same both ways)."""
        orders = sorted({self.irk, self.irk[::-1]})
        self.ciphers = tuple(BlockCipher(order) for order in orders)
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
            known = self._resolve(address)
            if len(self._remembered) >= _REMEMBERED_ADDRESSES:
                self._remembered.pop(next(iter(self._remembered)))
            self._remembered[address] = known
        return known

    def _resolve(self, address: str) -> bool:
        value = address_bytes(address)
        if value is None or not may_be_resolvable(address):
            return False
        block = PRAND_PADDING + value[:3]
        return any(cipher.encrypt(block)[-3:] == value[3:] for cipher in self.ciphers)

    def matches(self, adv: Advertisement, now: float) -> Match | None:
        """Resolve the packet's address."""
        return UNCALIBRATED if adv.random_address is not False and self.resolves(adv.address) else None

    def overlaps(self, other: Identity) -> bool:
        """Only with the same key, in whatever order it was typed."""
        return self.key == other.key

    def to_dict(self) -> dict[str, Any]:
        """JSON-able, with the key: for storage only."""
        return {"kind": self.kind, "irk": self.irk.hex()}
