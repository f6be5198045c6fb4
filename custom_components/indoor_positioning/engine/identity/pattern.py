"""A generic matcher for tags without a protocol: bytes under a mask, or a name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self
from uuid import UUID

from .base import (
    UNCALIBRATED,
    Advertisement,
    Assurance,
    Identity,
    IdentityError,
    Match,
    Standard,
    full_uuid,
    int_field,
    text_field,
)

# Companies and services that dozens of devices in every home share: alone they tell nothing apart.
_CROWDED_COMPANIES = frozenset({0x0006, 0x004C, 0x0075, 0x00E0})  # Microsoft, Apple, Samsung, Google
_CROWDED_SERVICES = frozenset(
    full_uuid(short)
    # Battery, exposure notification, Fast Pair, Eddystone, Google Nearby, Google cross-device.
    for short in (0x180F, 0xFD6F, 0xFE2C, 0xFEAA, 0xFEF3, 0xFCF1)
)
# Fewer fixed bits than one byte, or a shorter beginning of a name, leave too many strangers.
_ENOUGH_BITS = 8
_ENOUGH_NAME = 3
# An extended advertisement's data can be 1650 bytes; a pattern that long is a mistake.
_LONGEST_PATTERN = 254
_WILDCARD = "*"
_SHORT_UUID = re.compile(r"[0-9a-f]{4}(?:[0-9a-f]{4})?")


@dataclass(frozen=True, slots=True)
class MaskedBytes:
    """Bytes that a field must begin with, wherever the mask has ones."""

    value: bytes = b""
    mask: bytes = b""

    @classmethod
    def parse(cls, value: str, mask: str) -> Self:
        """Hex; an empty mask stands for all ones, a short one ends in zeros. Raises IdentityError."""
        try:
            value_bytes, mask_bytes = bytes.fromhex(value), bytes.fromhex(mask)
        except ValueError as error:
            raise IdentityError("invalid_pattern", "data and mask are written in hex") from error
        if len(value_bytes) > _LONGEST_PATTERN or len(mask_bytes) > len(value_bytes):
            raise IdentityError("invalid_pattern", "a mask is no longer than its data, and both fit in a packet")
        mask_bytes = mask_bytes.ljust(len(value_bytes), b"\0") if mask_bytes else b"\xff" * len(value_bytes)
        return cls(bytes(v & m for v, m in zip(value_bytes, mask_bytes, strict=True)), mask_bytes)

    @property
    def fixed_bits(self) -> int:
        """How many bits are compared."""
        return sum(byte.bit_count() for byte in self.mask)

    def match(self, data: bytes) -> bool:
        """Whether the data begins so."""
        return len(data) >= len(self.value) and all(
            byte & mask == value for byte, mask, value in zip(data, self.mask, self.value, strict=False)
        )

    def compatible(self, other: MaskedBytes) -> bool:
        """Whether some data satisfies both."""
        both = zip(self.value, self.mask, other.value, other.mask, strict=False)
        return all((value ^ other_value) & mask & other_mask == 0 for value, mask, other_value, other_mask in both)

    def __str__(self) -> str:
        """`data/mask` in hex."""
        return f"{self.value.hex()}/{self.mask.hex()}"


@dataclass(frozen=True, slots=True)
class PatternIdentity:
    """Every condition that is given must hold: manufacturer with data, service with data, local name.

    `name` is exact, or a beginning followed by `*`. `service_uuid` matches service data under that
    UUID, and without data to compare also a mere listing of the UUID.
    """

    kind: ClassVar[str] = "pattern"
    assurance: ClassVar[Assurance] = Assurance.PUBLIC
    standard: ClassVar[Standard] = Standard("Pattern")

    manufacturer_id: int | None = None
    manufacturer_data: MaskedBytes = MaskedBytes()
    service_uuid: str | None = None
    service_data: MaskedBytes = MaskedBytes()
    name: str | None = None

    def __post_init__(self) -> None:
        """Refuse what would match nothing or half the street. Raises IdentityError."""
        if self.manufacturer_id is None and self.service_uuid is None and self.name is None:
            raise IdentityError("invalid_pattern", "a pattern needs a manufacturer, a service or a name")
        if self.manufacturer_id is None and self.manufacturer_data.value:
            raise IdentityError("invalid_pattern", "manufacturer data without a manufacturer")
        if self.service_uuid is None and self.service_data.value:
            raise IdentityError("invalid_pattern", "service data without a service")
        if not self._narrow_enough():
            raise IdentityError("pattern_too_wide", "the pattern would match many strangers' devices")

    def _narrow_enough(self) -> bool:
        return (
            self.manufacturer_data.fixed_bits + self.service_data.fixed_bits >= _ENOUGH_BITS
            or (self.name is not None and len(self.name.removesuffix(_WILDCARD)) >= _ENOUGH_NAME)
            or (self.manufacturer_id is not None and self.manufacturer_id not in _CROWDED_COMPANIES)
            or (self.service_uuid is not None and self.service_uuid not in _CROWDED_SERVICES)
        )

    @classmethod
    def parse(cls, text: str) -> Self:
        """`manufacturer=0059; data=0201; mask=ffff; service=feaa; service_data=..; service_mask=..; name=Tag*`.

        All parts in hex but the name; any of them may be missing. Raises IdentityError.
        """
        parts: dict[str, str] = {}
        for item in filter(None, (item.strip() for item in text.split(";"))):
            name, equals, value = item.partition("=")
            name = name.strip().lower()
            if not equals or name not in _TEXT_FIELDS or _TEXT_FIELDS[name] in parts:
                raise IdentityError("invalid_pattern", f"'{item}' is not one of {', '.join(_TEXT_FIELDS)}, given once")
            parts[_TEXT_FIELDS[name]] = value.strip()
        data: dict[str, Any] = dict(parts)
        if "manufacturer_id" in parts:
            data["manufacturer_id"] = _hex_number(parts["manufacturer_id"])
        return cls.from_dict(data)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Raises IdentityError."""

        def text(name: str) -> str:
            return text_field(data, name) if data.get(name) is not None else ""

        service = text("service_uuid")
        return cls(
            manufacturer_id=int_field(data, "manufacturer_id", "invalid_pattern", range(0x10000)),
            manufacturer_data=MaskedBytes.parse(text("manufacturer_data"), text("manufacturer_mask")),
            service_uuid=_parse_uuid(service) if service else None,
            service_data=MaskedBytes.parse(text("service_data"), text("service_mask")),
            name=text("name") or None,
        )

    @property
    def key(self) -> str:
        """`pattern:` and all conditions."""
        conditions: list[str] = []
        if self.manufacturer_id is not None:
            conditions.append(f"manufacturer={self.manufacturer_id:04x}/{self.manufacturer_data}")
        if self.service_uuid is not None:
            conditions.append(f"service={self.service_uuid}/{self.service_data}")
        if self.name is not None:
            conditions.append(f"name={self.name}")
        return f"{self.kind}:{';'.join(conditions)}"

    @property
    def lookup(self) -> object:
        """Patterns are tried one after the other; homes have few."""
        return None

    @classmethod
    def advertised(cls, adv: Advertisement) -> Sequence[object]:
        """Any packet may match a pattern."""
        return (None,)

    def matches(self, adv: Advertisement, now: float) -> Match | None:
        """Check every condition."""
        conditions: tuple[Callable[[Advertisement], bool], ...] = (
            self._matches_manufacturer,
            self._matches_service,
            self._matches_name,
        )
        return UNCALIBRATED if all(condition(adv) for condition in conditions) else None

    def _matches_manufacturer(self, adv: Advertisement) -> bool:
        if self.manufacturer_id is None:
            return True
        data = adv.manufacturer_data.get(self.manufacturer_id)
        return data is not None and self.manufacturer_data.match(data)

    def _matches_service(self, adv: Advertisement) -> bool:
        if self.service_uuid is None:
            return True
        data = adv.service_data.get(self.service_uuid)
        if data is None:
            return not self.service_data.value and self.service_uuid in adv.service_uuids
        return self.service_data.match(data)

    def _matches_name(self, adv: Advertisement) -> bool:
        if self.name is None:
            return True
        if adv.name is None:
            return False
        if self.name.endswith(_WILDCARD):
            return adv.name.startswith(self.name[: -len(_WILDCARD)])
        return adv.name == self.name

    def overlaps(self, other: Identity) -> bool:
        """Both look at some field, and no field that both look at tells them apart."""
        if not isinstance(other, PatternIdentity):
            return False
        shared: list[bool] = []
        if self.manufacturer_id is not None and other.manufacturer_id is not None:
            same = self.manufacturer_id == other.manufacturer_id
            shared.append(same and self.manufacturer_data.compatible(other.manufacturer_data))
        if self.service_uuid is not None and other.service_uuid is not None:
            same = self.service_uuid == other.service_uuid
            shared.append(same and self.service_data.compatible(other.service_data))
        if self.name is not None and other.name is not None:
            shared.append(_names_compatible(self.name, other.name))
        return bool(shared) and all(shared)

    def to_dict(self) -> dict[str, Any]:
        """JSON-able; absent conditions are left out."""
        data: dict[str, Any] = {
            "kind": self.kind,
            "manufacturer_id": self.manufacturer_id,
            "manufacturer_data": self.manufacturer_data.value.hex(),
            "manufacturer_mask": self.manufacturer_data.mask.hex(),
            "service_uuid": self.service_uuid,
            "service_data": self.service_data.value.hex(),
            "service_mask": self.service_data.mask.hex(),
            "name": self.name,
        }
        return {name: value for name, value in data.items() if value not in (None, "")}


_TEXT_FIELDS = {
    "manufacturer": "manufacturer_id",
    "data": "manufacturer_data",
    "mask": "manufacturer_mask",
    "service": "service_uuid",
    "service_data": "service_data",
    "service_mask": "service_mask",
    "name": "name",
}


def _hex_number(text: str) -> int:
    try:
        return int(text, 16)
    except ValueError as error:
        raise IdentityError("invalid_pattern", f"manufacturer '{text}' is not a hex number") from error


def _parse_uuid(text: str) -> str:
    digits = text.strip().lower().removeprefix("0x")
    try:
        return full_uuid(int(digits, 16)) if _SHORT_UUID.fullmatch(digits) else str(UUID(digits))
    except ValueError as error:
        raise IdentityError("invalid_pattern", f"service '{text}' is not a UUID of 16, 32 or 128 bits") from error


def _names_compatible(first: str, second: str) -> bool:
    shorter, longer = sorted((first, second), key=lambda name: len(name.removesuffix(_WILDCARD)))
    if not shorter.endswith(_WILDCARD):
        return shorter == longer or (longer.endswith(_WILDCARD) and shorter == longer.removesuffix(_WILDCARD))
    return longer.startswith(shorter.removesuffix(_WILDCARD))
