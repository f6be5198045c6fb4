"""Eddystone-UID: a namespace of 10 bytes and an instance of 6, with the power at 0 m."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from .base import (
    Advertisement,
    Assurance,
    Identity,
    IdentityError,
    Match,
    Standard,
    reference_rssi_from_0m,
    signed_byte,
    text_field,
)
from .eddystone import FRAME_UID, eddystone_frame

_NAMESPACE_BYTES = 10
_INSTANCE_BYTES = 6
# Type, power, namespace, instance. Two reserved bytes follow in the specification; real tags leave them out.
_SHORTEST = 2 + _NAMESPACE_BYTES + _INSTANCE_BYTES
_SEPARATORS = re.compile(r"[\s/:_,;.-]+")


@dataclass(frozen=True, slots=True)
class EddystoneUidFrame:
    """What a UID frame says; power in dBm at 0 m, as sent."""

    namespace: bytes
    instance: bytes
    tx_power_0m: int


def decode_eddystone_uid(data: bytes) -> EddystoneUidFrame | None:
    """Service data after the UUID FEAA; None where it is no UID frame. Never raises."""
    if len(data) < _SHORTEST or data[0] != FRAME_UID:
        return None
    return EddystoneUidFrame(bytes(data[2:12]), bytes(data[12:18]), signed_byte(data[1]))


@dataclass(frozen=True, slots=True)
class EddystoneUidIdentity:
    """A namespace with or without an instance; without, every instance of it matches."""

    kind: ClassVar[str] = "eddystone_uid"
    assurance: ClassVar[Assurance] = Assurance.PUBLIC
    standard: ClassVar[Standard] = Standard("Eddystone-UID", "Google")

    namespace: bytes
    instance: bytes = b""

    @classmethod
    def parse(cls, text: str) -> Self:
        """20 hex digits of namespace, then optionally 12 of instance. Raises IdentityError."""
        digits = _SEPARATORS.sub("", text.strip())
        return cls._checked(digits[: 2 * _NAMESPACE_BYTES], digits[2 * _NAMESPACE_BYTES :])

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Raises IdentityError."""
        instance = text_field(data, "instance") if data.get("instance") is not None else ""
        return cls._checked(text_field(data, "namespace"), instance)

    @classmethod
    def _checked(cls, namespace: str, instance: str) -> Self:
        return cls(
            _hex(namespace, _NAMESPACE_BYTES, "invalid_namespace"),
            _hex(instance, _INSTANCE_BYTES, "invalid_instance") if instance else b"",
        )

    @property
    def key(self) -> str:
        """`eddystone_uid:namespace[/instance]` in hex."""
        return f"{self.kind}:{self.namespace.hex()}" + (f"/{self.instance.hex()}" if self.instance else "")

    @property
    def lookup(self) -> object:
        """The bytes that the frame's identity must begin with."""
        return self.namespace + self.instance

    @classmethod
    def advertised(cls, adv: Advertisement) -> Sequence[object]:
        """Namespace with instance, then namespace alone."""
        data = eddystone_frame(adv, FRAME_UID, _SHORTEST)
        return () if data is None else (data[2:18], data[2:12])

    def matches(self, adv: Advertisement, now: float) -> Match | None:
        """Compare the parts that are given."""
        data = eddystone_frame(adv, FRAME_UID, _SHORTEST)
        if data is None or not data.startswith(self.namespace + self.instance, 2):
            return None
        return Match(reference_rssi_from_0m(signed_byte(data[1])))

    def overlaps(self, other: Identity) -> bool:
        """Same namespace, and the instances agree or one is missing."""
        return (
            isinstance(other, EddystoneUidIdentity)
            and self.namespace == other.namespace
            and (not self.instance or not other.instance or self.instance == other.instance)
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON-able; an absent instance is left out."""
        data = {"kind": self.kind, "namespace": self.namespace.hex()}
        return {**data, "instance": self.instance.hex()} if self.instance else data


def _hex(text: str, length: int, problem: str) -> bytes:
    try:
        value = bytes.fromhex(text)
    except ValueError as error:
        raise IdentityError(problem, f"'{text}' is not hexadecimal") from error
    if len(value) != length:
        raise IdentityError(problem, f"'{text}' must be {length} bytes ({2 * length} hex digits)")
    return value
