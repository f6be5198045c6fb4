"""Bluetooth device addresses: text forms and the sub-types of random addresses."""

from __future__ import annotations

import re

from .base import IdentityError

_SEPARATORS = re.compile(r"[:\-. ]")
_TWELVE_HEX_DIGITS = re.compile(r"[0-9A-F]{12}")


def normalise_address(text: str) -> str:
    """`aa-bb-...`, `aabb...` and the like as `AA:BB:...`. Raises IdentityError."""
    digits = _SEPARATORS.sub("", text.strip()).upper()
    if not _TWELVE_HEX_DIGITS.fullmatch(digits):
        raise IdentityError("invalid_address", f"'{text}' is not a Bluetooth address of 6 bytes")
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


def address_bytes(address: str) -> bytes | None:
    """The six bytes, most significant first; None for anything else (never raises)."""
    try:
        value = bytes.fromhex(address.replace(":", ""))
    except ValueError:
        return None
    return value if len(value) == 6 else None


def may_be_resolvable(address: str) -> bool:
    """Whether the two top bits are 01, as in every resolvable private address (Core Vol 6 Part B 1.3.2.2).

    A public address may look the same: the bits mean nothing there.
    """
    return address[:1] in "4567" and bool(address)


def may_be_stable(address: str) -> bool:
    """Whether the two top bits are 11, as in every static random address.

    A public address, which never changes either, may begin with any bits: where the receiver says
    that an address is public, that is what counts.
    """
    return address[:1].upper() in ("C", "D", "E", "F")
