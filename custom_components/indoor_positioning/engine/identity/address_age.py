"""For how long a rotating address proves anything: a recording of an old one must not open a door for ever."""

from __future__ import annotations

from collections import OrderedDict

from .base import Assurance, Identity

# A device gives a private address up after an hour at most (Core Vol 3 Part C, TGAP(private_addr_int)); batches arrive
# late by seconds.
MAX_ADDRESS_AGE_S = 3600.0 + 60.0

# A phone changes its address every 15 minutes, tagged things the same: two days of twenty devices.
REMEMBERED_ADDRESSES = 4096


class AddressAges:
    """When each rotating address was first heard. What it cannot know: the age of one recorded out of its hearing."""

    def __init__(self) -> None:
        self._first_heard: OrderedDict[str, float] = OrderedDict()

    def assurance(self, identity: Identity, address: str, now: float) -> Assurance:
        """Return what a packet of `identity` from `address` proves at `now` (s): what is too old can be a recording."""
        if identity.assurance is not Assurance.ROTATING:
            return identity.assurance
        first = self._first_heard.setdefault(address, now)
        if len(self._first_heard) > REMEMBERED_ADDRESSES:
            self._first_heard.popitem(last=False)
        return Assurance.ROTATING if now - first <= MAX_ADDRESS_AGE_S else Assurance.PUBLIC
