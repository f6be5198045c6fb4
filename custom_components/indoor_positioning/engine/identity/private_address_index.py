"""Every address against every key, once: the index behind resolvable private addresses."""

from __future__ import annotations

from collections import OrderedDict

from .addresses import address_bytes, may_be_resolvable
from .base import UNCALIBRATED, Advertisement, Identity
from .index import Found
from .private_address import PRAND_PADDING, Candidates, PrivateAddressIdentity

# About 150 bytes each. More strangers than that within one rotation period are only asked about again.
_REMEMBERED_ADDRESSES = 16384


class PrivateAddressIndex:
    """Whose address it is, remembered for the owned and the strangers' alike, least recently heard forgotten first."""

    def __init__(self) -> None:
        """Begin with no keys."""
        self._identities: list[tuple[str, PrivateAddressIdentity]] = []
        self._owners: OrderedDict[str, tuple[str, PrivateAddressIdentity] | None] = OrderedDict()

    def add(self, beacon_id: str, identity: Identity) -> None:
        """Register a key and try it on every stranger's address heard so far, in one go."""
        if not isinstance(identity, PrivateAddressIdentity):
            raise TypeError(f"not a private address: {identity.kind}")
        owner = beacon_id, identity
        self._identities.append(owner)
        strangers = Candidates.of(address for address, known in self._owners.items() if known is None)
        self._owners.update((address, owner) for address in identity.resolved(strangers))

    def remove(self, beacon_id: str) -> None:
        """Forget the beacon's keys and addresses."""
        removed = [entry for entry in self._identities if entry[0] == beacon_id]
        if not removed:
            return
        self._identities = [entry for entry in self._identities if entry[0] != beacon_id]
        # Another beacon may have the same key: its addresses have to be asked about again.
        for address in [address for address, owner in self._owners.items() if owner in removed]:
            del self._owners[address]

    def find(self, adv: Advertisement, now: float) -> Found | None:
        """Whose address it is."""
        address = adv.address
        if adv.random_address is False or not may_be_resolvable(address):
            return None
        if address in self._owners:
            self._owners.move_to_end(address)
            owner = self._owners[address]
        else:
            owner = self._owners[address] = self._resolve(address)
            if len(self._owners) > _REMEMBERED_ADDRESSES:
                self._owners.popitem(last=False)
        return None if owner is None else (*owner, UNCALIBRATED)

    def _resolve(self, address: str) -> tuple[str, PrivateAddressIdentity] | None:
        value = address_bytes(address)
        if value is None:
            return None
        block, address_hash = PRAND_PADDING + value[:3], value[3:]
        return next((owner for owner in self._identities if owner[1].resolves_block(block, address_hash)), None)
