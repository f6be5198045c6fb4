"""What every beacon protocol has in common: an advertisement, an identity in it, and its assurance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Protocol, Self, runtime_checkable

# Attenuation of the first metre, as the Eddystone specification and Apple's proximity guide use it
# to convert between power at 0 m (Eddystone, UriBeacon) and at 1 m (iBeacon, AltBeacon).
FIRST_METRE_LOSS_DB = 41

# What a transmitter can plausibly read at 1 m: +20 dBm is the strongest that Bluetooth allows
# (-21 dBm after the first metre), and below -100 dBm nothing would be heard at all. Tags that were
# never calibrated send 0 or whatever the factory left, and no distance may be computed from that.
PLAUSIBLE_REFERENCE_RSSI = range(-100, 20 - FIRST_METRE_LOSS_DB + 1)

# The Bluetooth Base UUID, of which 16- and 32-bit UUIDs are short forms (Core Vol 3 Part B 2.5.1).
BASE_UUID_TAIL = "-0000-1000-8000-00805f9b34fb"

# Every translation key that an IdentityError may carry.
PROBLEMS = frozenset(
    {
        "unknown_kind",
        "missing_field",
        "invalid_address",
        "invalid_uuid",
        "invalid_major_minor",
        "invalid_namespace",
        "invalid_instance",
        "invalid_url",
        "invalid_key_encoding",
        "invalid_key_length",
        "invalid_rotation_exponent",
        "invalid_clock_offset",
        "invalid_pattern",
        "pattern_too_wide",
    }
)


class Assurance(StrEnum):
    """How much hearing an identity proves, and so what it may open. Weakest first."""

    PUBLIC = "public"
    """Anyone can copy it for ever: iBeacon, AltBeacon, UID, URL, static address, pattern."""
    ROTATING = "rotating"
    """Replayable for as long as one address lives: a resolvable private address."""
    CRYPTOGRAPHIC = "cryptographic"
    """Replayable for one rotation period only, and nobody without the key can make the next: EID."""

    @property
    def rank(self) -> int:
        """Order of strength; a larger number proves more."""
        return _RANKS[self]


_RANKS = {assurance: rank for rank, assurance in enumerate(Assurance)}


class IdentityError(ValueError):
    """An identity that was typed or stored wrongly.

    `problem` is a translation key out of `PROBLEMS`. The message is for logs: it never contains
    what was typed where that could be a key.
    """

    def __init__(self, problem: str, message: str | None = None) -> None:
        """Remember the problem; the message defaults to its key."""
        super().__init__(message or problem.replace("_", " "))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Standard:
    """What people call a kind of identity, and who has specified it (None: it is nobody's own)."""

    name: str
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Advertisement:
    """One packet, taken apart.

    `address` is in upper-case colon form. `manufacturer_data` is keyed by company identifier and
    holds the bytes after it; `service_data` is keyed by the 128-bit UUID in lower case, likewise;
    `service_uuids` are in the same form. `tx_power` is the AD structure's, in dBm.
    `random_address` is None where the receiver does not say.
    """

    address: str
    manufacturer_data: Mapping[int, bytes] = field(default_factory=dict)
    service_data: Mapping[str, bytes] = field(default_factory=dict)
    service_uuids: Sequence[str] = ()
    name: str | None = None
    tx_power: int | None = None
    random_address: bool | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """An identity was found.

    `reference_rssi` is the advertised power in dBm at 1 m, if plausible. `expired` says that the
    identity should be out of use by now: it may be a recording, and proves nothing.
    """

    reference_rssi: float | None = None
    expired: bool = False


UNCALIBRATED = Match()


class Identity(Protocol):
    """Something stable in (or behind) what a beacon sends.

    `key` is stable across restarts, unique to the identity and contains no secret. `to_dict` does
    contain the secret: it is for storage only.
    """

    kind: ClassVar[str]
    assurance: ClassVar[Assurance]
    standard: ClassVar[Standard]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what a person typed. Raises IdentityError."""
        ...

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote. Raises IdentityError."""
        ...

    @property
    def key(self) -> str:
        """The stable public name of this identity."""
        ...

    @property
    def lookup(self) -> object:
        """The key under which `advertised` would announce this identity (hashable)."""
        ...

    @classmethod
    def advertised(cls, adv: Advertisement) -> Sequence[object]:
        """Lookups that a packet of this kind may match, the most specific first; empty if none."""
        ...

    def matches(self, adv: Advertisement, now: float) -> Match | None:
        """Whether the packet carries this identity; `now` is UTC in seconds since 1970. Never raises."""
        ...

    def overlaps(self, other: Identity) -> bool:
        """Whether one packet could carry both, of one kind, in the same field (of any kinds: `overlap`)."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """JSON-able form, secret included, with `kind`."""
        ...


@runtime_checkable
class LearningIdentity(Identity, Protocol):
    """An identity that learns while it is heard, and may keep that over a restart."""

    def snapshot(self) -> dict[str, Any] | None:
        """What was learnt, JSON-able, without secrets; None if nothing."""
        ...

    def restore(self, data: Mapping[str, Any]) -> None:
        """Take up what `snapshot` gave; whatever makes no sense is ignored. Never raises."""
        ...

    def forget(self) -> None:
        """Learn anew, as after a change of battery."""
        ...

    def host_clock_stepped(self, seconds: float) -> None:
        """The clock behind `now` was set forward by that many seconds (back if negative)."""
        ...


def reference_rssi_from_1m(power: int) -> float | None:
    """Advertised power at 1 m, None where no transmitter could read so."""
    return float(power) if power in PLAUSIBLE_REFERENCE_RSSI else None


def reference_rssi_from_0m(power: int) -> float | None:
    """Advertised power at 0 m converted to 1 m."""
    return reference_rssi_from_1m(power - FIRST_METRE_LOSS_DB)


def signed_byte(value: int) -> int:
    """Two's complement of one byte."""
    return value - 256 if value > 127 else value


def full_uuid(short: int) -> str:
    """128-bit form, in lower case, of a 16- or 32-bit UUID."""
    return f"{short:08x}{BASE_UUID_TAIL}"


def text_field(data: Mapping[str, Any], name: str) -> str:
    """A string out of a stored identity. Raises IdentityError."""
    value = data.get(name)
    if not isinstance(value, str):
        raise IdentityError("missing_field", f"identity without a text in '{name}'")
    return value


def int_field(data: Mapping[str, Any], name: str, problem: str, allowed: range) -> int | None:
    """A whole number out of a stored identity, None where absent. Raises IdentityError."""
    value = data.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value not in allowed:
        raise IdentityError(problem, f"'{name}' must be a whole number from {allowed[0]} to {allowed[-1]}")
    return value
