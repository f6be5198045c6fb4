"""Who is it: stable identities in (or behind) the advertisements that beacons send."""

from .addresses import may_be_resolvable, may_be_stable, normalise_address
from .base import PROBLEMS, Advertisement, Assurance, Identity, IdentityError, Match
from .registry import IDENTITY_KINDS, identity_from_dict, parse_identity
from .resolver import IdentityResolver, Resolution

__all__ = [
    "IDENTITY_KINDS",
    "PROBLEMS",
    "Advertisement",
    "Assurance",
    "Identity",
    "IdentityError",
    "IdentityResolver",
    "Match",
    "Resolution",
    "identity_from_dict",
    "may_be_resolvable",
    "may_be_stable",
    "normalise_address",
    "parse_identity",
]
