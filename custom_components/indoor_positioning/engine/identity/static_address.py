"""A Bluetooth address that never changes: public, or static random."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from .addresses import normalise_address
from .base import UNCALIBRATED, Advertisement, Assurance, Identity, Match, Standard, text_field


@dataclass(frozen=True, slots=True)
class AddressIdentity:
    """A tag known by its address (upper-case colon form). Anyone can transmit with it."""

    kind: ClassVar[str] = "address"
    assurance: ClassVar[Assurance] = Assurance.PUBLIC
    standard: ClassVar[Standard] = Standard("Bluetooth address")

    address: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Six bytes in hex with or without separators. Raises IdentityError."""
        return cls(normalise_address(text))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Raises IdentityError."""
        return cls.parse(text_field(data, "address"))

    @property
    def key(self) -> str:
        """`address:AA:BB:...`."""
        return f"{self.kind}:{self.address}"

    @property
    def lookup(self) -> object:
        """The address itself."""
        return self.address

    @classmethod
    def advertised(cls, adv: Advertisement) -> Sequence[object]:
        """Every packet has an address."""
        return (adv.address,)

    def matches(self, adv: Advertisement, now: float) -> Match | None:
        """Compare addresses."""
        return UNCALIBRATED if adv.address == self.address else None

    def overlaps(self, other: Identity) -> bool:
        """Only with itself."""
        return self.key == other.key

    def to_dict(self) -> dict[str, Any]:
        """JSON-able."""
        return {"kind": self.kind, "address": self.address}
