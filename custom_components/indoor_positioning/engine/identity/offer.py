"""Which identity to offer for a packet that was heard: the most specific one that stays."""

from __future__ import annotations

from uuid import UUID

from .addresses import may_be_stable
from .altbeacon import AltBeaconIdentity, decode_altbeacon
from .base import Advertisement, Identity, IdentityError
from .eddystone import EDDYSTONE_UUID
from .eddystone_uid import EddystoneUidIdentity, decode_eddystone_uid
from .eddystone_url import EddystoneUrlIdentity, decode_eddystone_url
from .ibeacon import APPLE, IBeaconIdentity, decode_ibeacon
from .proximity_uuid import ProximityUuid
from .static_address import AddressIdentity
from .untrackable import Untrackable, untrackable_reason
from .uribeacon import URIBEACON_UUID, UriBeaconIdentity, decode_uribeacon

# Tilt hydrometers, one UUID a colour (the X in a495bbX0): major and minor are temperature and gravity.
_MEASURING_UUIDS = frozenset(UUID(f"a495bb{colour}0-c5b1-4b44-b512-1370f02d74de") for colour in range(1, 9))
# Cars of one maker share this UUID, and their minor changes.
_SHARED_UUIDS = frozenset({UUID("74278bda-b644-4520-8f0c-720eaf059935")})
# What changes its address every day or sooner though the address looks static.
_PASSING = frozenset(
    {
        Untrackable.EXPOSURE_NOTIFICATION,
        Untrackable.FIND_HUB,
        Untrackable.FIND_MY,
        Untrackable.SEPARATED_TRACKER,
    }
)


def offered_identity(adv: Advertisement) -> Identity | None:
    """An identity by which whatever sent this packet can be known from now on, if it shows one. Never raises.

    What needs a key (private address, EID) cannot be seen from outside.
    """
    return _proximity(adv) or _eddystone(adv) or _uribeacon(adv) or _address(adv)


def _proximity(adv: Advertisement) -> Identity | None:
    for company, data in adv.manufacturer_data.items():
        if company == APPLE and (ibeacon := decode_ibeacon(data)):
            if ibeacon.uuid in _SHARED_UUIDS:
                return None
            if ibeacon.uuid in _MEASURING_UUIDS:
                return IBeaconIdentity(ProximityUuid(ibeacon.uuid))
            return IBeaconIdentity(ProximityUuid(ibeacon.uuid, ibeacon.major, ibeacon.minor))
        if altbeacon := decode_altbeacon(company, data):
            return AltBeaconIdentity(ProximityUuid(altbeacon.uuid, altbeacon.major, altbeacon.minor))
    return None


def _eddystone(adv: Advertisement) -> Identity | None:
    data = adv.service_data.get(EDDYSTONE_UUID, b"")
    if uid := decode_eddystone_uid(data):
        return EddystoneUidIdentity(uid.namespace, uid.instance)
    if url := decode_eddystone_url(data):
        return _if_valid(EddystoneUrlIdentity, url.url)
    return None


def _uribeacon(adv: Advertisement) -> Identity | None:
    frame = decode_uribeacon(adv.service_data.get(URIBEACON_UUID, b""))
    return None if frame is None else _if_valid(UriBeaconIdentity, frame.uri)


def _address(adv: Advertisement) -> Identity | None:
    if adv.random_address is False or (may_be_stable(adv.address) and untrackable_reason(adv) not in _PASSING):
        return AddressIdentity(adv.address)
    return None


def _if_valid(kind: type[Identity], text: str) -> Identity | None:
    # What decodes need not be a whole URL: a scheme alone is none.
    try:
        return kind.parse(text)
    except IdentityError:
        return None
