"""The 20 bytes that iBeacon and AltBeacon share: a UUID and two numbers of 16 bits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from .base import IdentityError, int_field, text_field

_UINT16 = range(0x10000)
# One at a time: two in a row stand for a number that was left out.
_SEPARATOR = r"(?:\s*[/_:,;-]\s*|\s+)"
# 8-4-4-4-12 or 32 digits, then up to two decimal numbers after any of the separators that apps,
# Home Assistant and spreadsheets put there.
_TEXT = re.compile(
    r"\{?(?P<uuid>[0-9a-fA-F]{8}(?P<dash>-?)(?:[0-9a-fA-F]{4}(?P=dash)){3}[0-9a-fA-F]{12})\}?"
    rf"(?:{_SEPARATOR}(?P<major>\d+)(?:{_SEPARATOR}(?P<minor>\d+))?)?"
)


@dataclass(frozen=True, slots=True)
class ProximityUuid:
    """A UUID with optional major and minor (a minor only with a major)."""

    uuid: UUID
    major: int | None = None
    minor: int | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """`UUID[/major[/minor]]`, numbers in decimal. Raises IdentityError."""
        found = _TEXT.fullmatch(text.strip())
        if found is None:
            raise IdentityError("invalid_uuid", f"'{text}' is not UUID, UUID/major or UUID/major/minor")
        return cls._checked(found["uuid"], _number(found["major"]), _number(found["minor"]))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Raises IdentityError."""
        return cls._checked(
            text_field(data, "uuid"),
            int_field(data, "major", "invalid_major_minor", _UINT16),
            int_field(data, "minor", "invalid_major_minor", _UINT16),
        )

    @classmethod
    def _checked(cls, uuid_text: str, major: int | None, minor: int | None) -> Self:
        try:
            uuid = UUID(uuid_text)
        except ValueError as error:
            raise IdentityError("invalid_uuid", f"'{uuid_text}' is not a UUID") from error
        if any(number is not None and number not in _UINT16 for number in (major, minor)):
            raise IdentityError("invalid_major_minor", "major and minor go from 0 to 65535")
        if major is None and minor is not None:
            raise IdentityError("invalid_major_minor", "a minor needs a major")
        return cls(uuid, major, minor)

    @property
    def prefix(self) -> bytes:
        """The bytes (16, 18 or 20) with which the advertised identity begins."""
        numbers = [number.to_bytes(2, "big") for number in (self.major, self.minor) if number is not None]
        return b"".join([self.uuid.bytes, *numbers])

    def overlaps(self, other: ProximityUuid) -> bool:
        """Whether some frame would match both."""
        return self.prefix.startswith(other.prefix) or other.prefix.startswith(self.prefix)

    def to_dict(self) -> dict[str, Any]:
        """JSON-able; absent numbers are left out."""
        numbers = {"major": self.major, "minor": self.minor}
        return {"uuid": str(self.uuid), **{name: value for name, value in numbers.items() if value is not None}}

    def __str__(self) -> str:
        """`UUID[/major[/minor]]`."""
        return "/".join(str(part) for part in (self.uuid, self.major, self.minor) if part is not None)


def _number(digits: str | None) -> int | None:
    # Longer runs of digits are out of range whatever they say, and int() refuses thousands of them.
    if digits is not None and len(digits) > 9:
        raise IdentityError("invalid_major_minor", "major and minor go from 0 to 65535")
    return None if digits is None else int(digits)
