"""Every kind of identity there is: one line each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .altbeacon import AltBeaconIdentity
from .base import Identity, IdentityError
from .eddystone_eid import EddystoneEidIdentity
from .eddystone_uid import EddystoneUidIdentity
from .eddystone_url import EddystoneUrlIdentity
from .ibeacon import IBeaconIdentity
from .index import Index, LookupIndex
from .pattern import PatternIdentity
from .private_address import PrivateAddressIdentity
from .private_address_index import PrivateAddressIndex
from .static_address import AddressIdentity
from .uribeacon import UriBeaconIdentity

IDENTITY_KINDS: dict[str, type[Identity]] = {
    kind.kind: kind
    for kind in (
        IBeaconIdentity,
        AltBeaconIdentity,
        EddystoneUidIdentity,
        EddystoneUrlIdentity,
        UriBeaconIdentity,
        AddressIdentity,
        PatternIdentity,
        PrivateAddressIdentity,
        EddystoneEidIdentity,
    )
}

# Kinds for which a dictionary of what they announce will not do.
_INDEXES: dict[str, Callable[[], Index]] = {PrivateAddressIdentity.kind: PrivateAddressIndex}


def create_index(kind: type[Identity]) -> Index:
    """The index that finds identities of this kind."""
    special = _INDEXES.get(kind.kind)
    return LookupIndex(kind) if special is None else special()


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
