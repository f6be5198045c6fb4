"""Every kind of identity there is: one line each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .base import Identity, IdentityError
from .eddystone_uid import EddystoneUidIdentity
from .ibeacon import IBeaconIdentity
from .private_address import PrivateAddressIdentity
from .static_address import AddressIdentity

IDENTITY_KINDS: dict[str, type[Identity]] = {
    IBeaconIdentity.kind: IBeaconIdentity,
    EddystoneUidIdentity.kind: EddystoneUidIdentity,
    PrivateAddressIdentity.kind: PrivateAddressIdentity,
    AddressIdentity.kind: AddressIdentity,
}


def parse_identity(kind: str, text: str) -> Identity:
    """Read what a person typed for this kind. Raises IdentityError."""
    return _kind(kind).parse(text)


def identity_from_dict(data: Mapping[str, Any]) -> Identity:
    """Read what an identity's `to_dict` wrote. Raises IdentityError."""
    return _kind(data.get("kind")).from_dict(data)


def _kind(name: object) -> type[Identity]:
    kind = IDENTITY_KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        known = ", ".join(sorted(IDENTITY_KINDS))
        raise IdentityError("unknown_kind", f"identity of unknown kind {name!r}; known: {known}")
    return kind
