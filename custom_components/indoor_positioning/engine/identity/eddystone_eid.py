"""Eddystone-EID: an identifier that changes every 2^K seconds and that only the key resolves.

Specification: Google, Eddystone-EID frame and EID computation. The counter behind it is the
beacon's own; it is searched for once, then learnt (see eid_clock).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from .base import (
    Advertisement,
    Assurance,
    Identity,
    IdentityError,
    Match,
    Standard,
    int_field,
    reference_rssi_from_0m,
    signed_byte,
    text_field,
)
from .eddystone import FRAME_EID, eddystone_frame
from .eid_clock import EidClock
from .eid_search import EidSearch
from .ephemeral_id import EID_BYTES
from .keys import key_fingerprint, parse_key

_FRAME_LENGTH = 2 + EID_BYTES
_EXPONENTS = range(16)
# A 32-bit counter minus UTC, either way.
_CLOCK_OFFSETS = range(-(2**32), 2**32 + 1)
_TRAILING_NUMBERS = re.compile(r"(?P<key>.+?)[\s,;/]+(?P<exponent>\d{1,2})(?:[\s,;/]+(?P<offset>[+-]?\d{1,10}))?")


@dataclass(frozen=True, slots=True)
class EddystoneEidFrame:
    """What an EID frame says; power in dBm at 0 m, as sent."""

    eid: bytes
    tx_power_0m: int


def decode_eddystone_eid(data: bytes) -> EddystoneEidFrame | None:
    """Service data after the UUID FEAA; None where it is no EID frame. Never raises."""
    if len(data) < _FRAME_LENGTH or data[0] != FRAME_EID:
        return None
    return EddystoneEidFrame(bytes(data[2:_FRAME_LENGTH]), signed_byte(data[1]))


@dataclass(slots=True, eq=False)
class EddystoneEidIdentity:
    """A beacon known by its Ephemeral Identity Key and its rotation exponent K.

    `clock_offset` is the beacon's counter minus UTC in seconds where it is known, roughly: hours of
    error are found and learnt. None: the counter is looked for around UTC, and from zero on.
    """

    kind: ClassVar[str] = "eddystone_eid"
    assurance: ClassVar[Assurance] = Assurance.CRYPTOGRAPHIC
    standard: ClassVar[Standard] = Standard("Eddystone-EID", "Google")

    identity_key: bytes = field(repr=False)
    rotation_exponent: int
    clock_offset: int | None = None
    clock: EidClock | None = field(init=False, repr=False, default=None)
    _search: EidSearch = field(init=False, repr=False)
    _key: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Set up the search."""
        self._search = EidSearch(self.identity_key, self.rotation_exponent)
        self._key = f"{self.kind}:{key_fingerprint(self.kind, self.identity_key)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """`KEY/K` or `KEY/K/offset`: key in hex or base64, K from 0 to 15. Raises IdentityError."""
        found = _TRAILING_NUMBERS.fullmatch(text.strip())
        if found is None:
            parse_key(text)  # say so first if it is the key that is wrong
            raise IdentityError("invalid_rotation_exponent", "the rotation exponent K is missing after the key")
        return cls._checked(found["key"], int(found["exponent"]), int(found["offset"]) if found["offset"] else None)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Raises IdentityError."""
        exponent = int_field(data, "rotation_exponent", "invalid_rotation_exponent", _EXPONENTS)
        if exponent is None:
            raise IdentityError("invalid_rotation_exponent", "the rotation exponent K is missing")
        offset = int_field(data, "clock_offset", "invalid_clock_offset", _CLOCK_OFFSETS)
        return cls._checked(text_field(data, "identity_key"), exponent, offset)

    @classmethod
    def _checked(cls, key: str, exponent: int, offset: int | None) -> Self:
        if exponent not in _EXPONENTS:
            raise IdentityError("invalid_rotation_exponent", "the rotation exponent K goes from 0 to 15")
        if offset is not None and offset not in _CLOCK_OFFSETS:
            raise IdentityError("invalid_clock_offset", "the clock offset is a difference of 32-bit seconds")
        return cls(parse_key(key), exponent, offset)

    @property
    def key(self) -> str:
        """`eddystone_eid:` and a short hash."""
        return self._key

    @property
    def lookup(self) -> object:
        """Any EID may be this beacon's."""
        return None

    @classmethod
    def advertised(cls, adv: Advertisement) -> Sequence[object]:
        """All keys have to be asked, if there is an EID."""
        return () if eddystone_frame(adv, FRAME_EID, _FRAME_LENGTH) is None else (None,)

    def matches(self, adv: Advertisement, now: float) -> Match | None:
        """Whether the EID is this beacon's; one that should be out of use is a match marked `expired`."""
        data = eddystone_frame(adv, FRAME_EID, _FRAME_LENGTH)
        if data is None:
            return None
        quantum = self._search.quantum_of(data[2:_FRAME_LENGTH], now, self._counters(now))
        if quantum is None:
            return None
        if self.clock is None:
            self.clock = EidClock.learn(1 << self.rotation_exponent, quantum, now)
        fresh = self.clock.accept(quantum, now)
        return Match(reference_rssi_from_0m(signed_byte(data[1])), expired=not fresh)

    def _counters(self, now: float) -> tuple[float, ...]:
        """Where the beacon's counter may be, the likeliest first."""
        if self.clock is not None:
            return (self.clock.counter(now),)
        return (now, 0.0) if self.clock_offset is None else (now + self.clock_offset,)

    def overlaps(self, other: Identity) -> bool:
        """Only with the same key."""
        return self.key == other.key

    def to_dict(self) -> dict[str, Any]:
        """JSON-able, with the key: for storage only."""
        data: dict[str, Any] = {
            "kind": self.kind,
            "identity_key": self.identity_key.hex(),
            "rotation_exponent": self.rotation_exponent,
        }
        return data if self.clock_offset is None else {**data, "clock_offset": self.clock_offset}

    def snapshot(self) -> dict[str, Any] | None:
        """The learnt clock."""
        return None if self.clock is None else self.clock.to_dict()

    def restore(self, data: Mapping[str, Any]) -> None:
        """Take up a learnt clock; one that makes no sense is ignored."""
        self.clock = EidClock.restored(1 << self.rotation_exponent, data) or self.clock

    def forget(self) -> None:
        """Look for the clock anew: after a change of battery it may be far behind."""
        self.clock = None

    def host_clock_stepped(self, seconds: float) -> None:
        """Keep the learnt clock where it is although UTC moved."""
        if self.clock is not None:
            self.clock.shift(seconds)
