"""Who is it: stable identities in (or behind) the advertisements that beacons send."""

from .ad_structures import parse_advertisement
from .addresses import may_be_resolvable, may_be_stable, normalise_address
from .base import PROBLEMS, Advertisement, Assurance, Identity, IdentityError, Match
from .eddystone_tlm import Telemetry, decode_telemetry
from .offer import offered_identity
from .proofs import Proofs
from .registry import IDENTITY_KINDS, identity_from_dict, parse_identity
from .resolver import IdentityResolver, Resolution
from .untrackable import Untrackable, untrackable_reason

__all__ = [
    "IDENTITY_KINDS",
    "PROBLEMS",
    "Advertisement",
    "Assurance",
    "Identity",
    "IdentityError",
    "IdentityResolver",
    "Match",
    "Proofs",
    "Resolution",
    "Telemetry",
    "Untrackable",
    "decode_telemetry",
    "identity_from_dict",
    "may_be_resolvable",
    "may_be_stable",
    "normalise_address",
    "offered_identity",
    "parse_advertisement",
    "parse_identity",
    "untrackable_reason",
]
