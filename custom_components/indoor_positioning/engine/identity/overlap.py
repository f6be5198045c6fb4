"""Whether two beacons could both claim a packet: then it would be chance whose track it joins."""

from __future__ import annotations

from .altbeacon import BEACON_CODE, AltBeaconIdentity
from .base import Identity
from .eddystone import EDDYSTONE_UUID, FRAME_UID
from .eddystone_uid import EddystoneUidIdentity
from .ibeacon import APPLE, TYPE_AND_LENGTH, IBeaconIdentity
from .pattern import MaskedBytes, PatternIdentity


def overlap(first: Identity, second: Identity) -> bool:
    """Whether one packet could carry both identities in the same field.

    A pattern is also compared with what protocols of fixed layout put into its field. Web addresses can be encoded
    in several ways and are not; ephemeral identifiers need not be, as the stronger proof wins.
    """
    pattern, other = (first, second) if isinstance(first, PatternIdentity) else (second, first)
    if isinstance(pattern, PatternIdentity) and (written := _as_pattern(other, pattern.manufacturer_id)):
        return pattern.overlaps(written)
    return first.overlaps(second)


def _as_pattern(identity: Identity, company: int | None) -> PatternIdentity | None:
    """Return what all packets of an identity have in common; `company` is whose AltBeacons are meant."""
    if isinstance(identity, IBeaconIdentity):
        return PatternIdentity(manufacturer_id=APPLE, manufacturer_data=_exactly(TYPE_AND_LENGTH + identity.id.prefix))
    if isinstance(identity, AltBeaconIdentity) and company is not None:
        data = _exactly(BEACON_CODE + identity.id.prefix)
        return PatternIdentity(manufacturer_id=company, manufacturer_data=data)
    if isinstance(identity, EddystoneUidIdentity):
        data = _exactly(identity.namespace + identity.instance)
        # The power may be any.
        value, mask = bytes([FRAME_UID, 0]) + data.value, b"\xff\0" + data.mask
        return PatternIdentity(service_uuid=EDDYSTONE_UUID, service_data=MaskedBytes(value, mask))
    return None


def _exactly(data: bytes) -> MaskedBytes:
    return MaskedBytes(data, b"\xff" * len(data))
