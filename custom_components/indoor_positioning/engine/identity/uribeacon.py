"""UriBeacon, Eddystone-URL's forerunner: flags, power at 0 m and a web address or a UUID."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self
from uuid import UUID

from .base import (
    Advertisement,
    Assurance,
    Identity,
    IdentityError,
    Match,
    Standard,
    full_uuid,
    reference_rssi_from_0m,
    signed_byte,
    text_field,
)
from .url_encoding import canonical_url, checked_url, decode_url

URIBEACON_UUID = full_uuid(0xFED8)
# Flags, power, scheme.
_SHORTEST = 3
_SCHEME_URN_UUID = 4
_URN_UUID = "urn:uuid:"


@dataclass(frozen=True, slots=True)
class UriBeaconFrame:
    """What a UriBeacon says; power in dBm at 0 m, as sent."""

    uri: str
    flags: int
    tx_power_0m: int


def decode_uribeacon(data: bytes) -> UriBeaconFrame | None:
    """Service data after the UUID FED8; None where it is no UriBeacon. Never raises."""
    if len(data) < _SHORTEST:
        return None
    if data[2] == _SCHEME_URN_UUID:
        uri = f"{_URN_UUID}{UUID(bytes=bytes(data[3:19]))}" if len(data) >= 19 else None
    else:
        uri = decode_url(data[2:])
    return None if uri is None else UriBeaconFrame(uri, data[0], signed_byte(data[1]))


def _frame(adv: Advertisement) -> UriBeaconFrame | None:
    data = adv.service_data.get(URIBEACON_UUID)
    return None if data is None else decode_uribeacon(data)


@dataclass(frozen=True, slots=True)
class UriBeaconIdentity:
    """A tag known by the URI it sends, which must be its alone."""

    kind: ClassVar[str] = "uribeacon"
    assurance: ClassVar[Assurance] = Assurance.PUBLIC
    standard: ClassVar[Standard] = Standard("UriBeacon", "Google")

    uri: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """An http or https URL, or `urn:uuid:` and a UUID. Raises IdentityError."""
        uri = text.strip()
        if not uri.lower().startswith(_URN_UUID):
            return cls(checked_url(uri))
        try:
            return cls(f"{_URN_UUID}{UUID(uri[len(_URN_UUID) :])}")
        except ValueError as error:
            raise IdentityError("invalid_uuid", f"'{uri}' has no UUID after '{_URN_UUID}'") from error

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Raises IdentityError."""
        return cls.parse(text_field(data, "uri"))

    @property
    def key(self) -> str:
        """`uribeacon:` and the URI."""
        return f"{self.kind}:{self.uri}"

    @property
    def lookup(self) -> object:
        """The decoded URI."""
        return self.uri

    @classmethod
    def advertised(cls, adv: Advertisement) -> Sequence[object]:
        """The decoded URI."""
        frame = _frame(adv)
        return () if frame is None else (canonical_url(frame.uri),)

    def matches(self, adv: Advertisement, now: float) -> Match | None:
        """Compare decoded URIs."""
        frame = _frame(adv)
        if frame is None or canonical_url(frame.uri) != self.uri:
            return None
        return Match(reference_rssi_from_0m(frame.tx_power_0m))

    def overlaps(self, other: Identity) -> bool:
        """Only with itself."""
        return self.key == other.key

    def to_dict(self) -> dict[str, Any]:
        """JSON-able."""
        return {"kind": self.kind, "uri": self.uri}
