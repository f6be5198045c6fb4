"""Eddystone-URL: a short web address, with the power at 0 m."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from .base import Advertisement, Assurance, Identity, Match, Standard, reference_rssi_from_0m, signed_byte, text_field
from .eddystone import FRAME_URL, eddystone_frame
from .url_encoding import canonical_url, checked_url, decode_url

# Type, power, scheme; the rest of the address may be empty.
_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class EddystoneUrlFrame:
    """What a URL frame says; power in dBm at 0 m, as sent."""

    url: str
    tx_power_0m: int


def decode_eddystone_url(data: bytes) -> EddystoneUrlFrame | None:
    """Service data after the UUID FEAA; None where it is no URL frame. Never raises."""
    if len(data) < _SHORTEST or data[0] != FRAME_URL:
        return None
    url = decode_url(data[2:])
    return None if url is None else EddystoneUrlFrame(url, signed_byte(data[1]))


def _frame(adv: Advertisement) -> EddystoneUrlFrame | None:
    data = eddystone_frame(adv, FRAME_URL, _SHORTEST)
    return None if data is None else decode_eddystone_url(data)


@dataclass(frozen=True, slots=True)
class EddystoneUrlIdentity:
    """A tag known by the address it sends, which must be its alone."""

    kind: ClassVar[str] = "eddystone_url"
    assurance: ClassVar[Assurance] = Assurance.PUBLIC
    standard: ClassVar[Standard] = Standard("Eddystone-URL", "Google")

    url: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """A whole http or https URL. Raises IdentityError."""
        return cls(checked_url(text))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Raises IdentityError."""
        return cls.parse(text_field(data, "url"))

    @property
    def key(self) -> str:
        """`eddystone_url:` and the URL."""
        return f"{self.kind}:{self.url}"

    @property
    def lookup(self) -> object:
        """The decoded URL."""
        return self.url

    @classmethod
    def advertised(cls, adv: Advertisement) -> Sequence[object]:
        """The decoded URL."""
        frame = _frame(adv)
        return () if frame is None else (canonical_url(frame.url),)

    def matches(self, adv: Advertisement, now: float) -> Match | None:
        """Compare decoded URLs: there is more than one way to write and to encode one."""
        frame = _frame(adv)
        if frame is None or canonical_url(frame.url) != self.url:
            return None
        return Match(reference_rssi_from_0m(frame.tx_power_0m))

    def overlaps(self, other: Identity) -> bool:
        """Only with itself."""
        return self.key == other.key

    def to_dict(self) -> dict[str, Any]:
        """JSON-able."""
        return {"kind": self.kind, "url": self.url}
