"""The clone watch's look at addresses: two that take turns, and private ones that rise from the dead."""

from __future__ import annotations

from collections import OrderedDict, defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from .private_address import PrivateAddressIdentity
from .sighting import MANY_ADDRESSES_AT_ONCE, CloneReason, Evidence, Sighting

# Around a change of address, late batches mix old and new for seconds, half a minute at worst. Two
# transmitters mix all the time: so many blocks (of 10 s) with a return to an earlier address, of the last so many.
# One transmitter whose proxies all stall for up to 30 s every minute made 3 of 12 with a new address every
# 15 minutes, and 6 of 12 (11 of 36) with one every 65 s. The second limit is for tags that are seldom heard.
_RETURNS = ((8, 12), (15, 36))
_BLOCKS_REMEMBERED = max(blocks for _, blocks in _RETURNS)

# Readings from the past that it takes, over that much time: a stray one proves nothing.
_EXPIRED_NEEDED = 5
_EXPIRED_OVER_S = 60.0
_EXPIRED_WITHIN_S = 600.0

# A private address lives for 15 minutes as recommended, and an hour at most by the specification
# (Core Vol 3 Part C, TGAP(private_addr_int)), but devices differ: each one's own habit is learnt from
# addresses whose birth and death were witnessed.
_LIVES_NEEDED = 3
# A device is being heard without a break while no gap is longer; one that is quiet for so long died.
_BREAK_S = 300.0
_DEAD_AFTER_S = 600.0
# Silence of an address after which its return is odd, in seconds and in its device's longest lives:
# while it used newer addresses, and while nothing at all was heard of it.
_GAP_WHILE_HEARD = (1800.0, 2.0)
_GAP_WHILE_AWAY = (4 * 3600.0, 8.0)
_NEWER_NEEDED = 3

# 15 minutes each: about three days.
_ADDRESSES_REMEMBERED = 288
# Only an address in use for so long can take turns: those that change with every packet return in late
# batches only. And only so many are remembered.
_IN_USE_FOR_S = 60.0
_TURNING_ADDRESSES = 16


class TurnsWatch:
    """Two addresses that keep taking turns with one identity."""

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self._newest: dict[str, str] = {}
        self._earlier: defaultdict[str, OrderedDict[str, float]] = defaultdict(OrderedDict)
        self._returns: defaultdict[str, deque[bool]] = defaultdict(lambda: deque(maxlen=_BLOCKS_REMEMBERED))

    def update(self, block: Sequence[Sighting]) -> Evidence | None:
        """Take a block of readings in the order of time and say what they show."""
        returned: dict[str, bool] = {}
        for sighting in block:
            identity, address = sighting.identity, sighting.address
            if identity.partition(":")[0] in MANY_ADDRESSES_AT_ONCE:
                continue
            returned.setdefault(identity, False)
            if self._newest.get(identity) == address:
                continue
            earlier = self._earlier[identity]
            first_heard = earlier.setdefault(address, sighting.time)
            returned[identity] |= sighting.time - first_heard >= _IN_USE_FOR_S
            self._newest[identity] = address
            earlier.move_to_end(address)
            if len(earlier) > _TURNING_ADDRESSES:
                earlier.popitem(last=False)
        guilty: set[str] = set()
        for identity, did_return in returned.items():
            self._returns[identity].append(did_return)
            newest = tuple(reversed(self._returns[identity]))
            if any(sum(newest[:blocks]) >= needed for needed, blocks in _RETURNS):
                guilty.add(identity)
        if not guilty:
            return None
        return Evidence(CloneReason.TWO_ADDRESSES, frozenset(s.anchor for s in block if s.identity in guilty))


class ExpiredIdentityWatch:
    """Identifiers that the resolver found to be from the past."""

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self._times: deque[float] = deque(maxlen=_EXPIRED_NEEDED * 4)

    def update(self, block: Sequence[Sighting]) -> Evidence | None:
        """Take a block of readings in the order of time and say what they show."""
        expired = [sighting for sighting in block if sighting.expired]
        if not expired:
            return None
        # Several anchors hear one packet: a second counts once.
        for sighting in expired:
            if not self._times or sighting.time - self._times[-1] >= 1.0:
                self._times.append(sighting.time)
        recent = [time for time in self._times if time >= self._times[-1] - _EXPIRED_WITHIN_S]
        if len(recent) < _EXPIRED_NEEDED or recent[-1] - recent[0] < _EXPIRED_OVER_S:
            return None
        return Evidence(CloneReason.EXPIRED_IDENTITY, frozenset(sighting.anchor for sighting in expired))


@dataclass(slots=True)
class _Life:
    """One private address: when it was first and last heard, and in which stretches of hearing its device."""

    first: float
    last: float
    born_in: int
    last_in: int
    birth_witnessed: bool
    rose_at: float | None = None
    heard_since: int = 0


@dataclass(slots=True)
class _Device:
    """Addresses of one device, and the stretches (number -> end) during which it was heard without a break."""

    addresses: OrderedDict[str, _Life] = field(default_factory=OrderedDict)
    stretches: dict[int, float] = field(default_factory=lambda: {0: float("-inf")})

    @property
    def stretch(self) -> int:
        return next(reversed(self.stretches))

    def hear(self, time: float) -> bool:
        """Note that the device is heard; False if that begins a new stretch."""
        goes_on = time - self.stretches[self.stretch] <= _BREAK_S
        stretch = self.stretch if goes_on else self.stretch + 1
        self.stretches[stretch] = max(time, self.stretches.get(stretch, time))
        if len(self.stretches) > _ADDRESSES_REMEMBERED:
            del self.stretches[next(iter(self.stretches))]
        return goes_on

    def witnessed_lives(self) -> list[float]:
        """Lengths of the lives of addresses that were born and died while the device was being heard."""
        return [
            life.last - life.first
            for life in self.addresses.values()
            if life.birth_witnessed
            and life.born_in == life.last_in
            and self.stretches.get(life.last_in, float("-inf")) >= life.last + _DEAD_AFTER_S
        ]


class ExpiredAddressWatch:
    """Private addresses that are in use again long after their device gave them up."""

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self._devices: defaultdict[str, _Device] = defaultdict(_Device)

    def update(self, block: Sequence[Sighting]) -> Evidence | None:
        """Take a block of readings in the order of time and say what they show."""
        guilty: set[str] = set()
        for sighting in block:
            if sighting.identity.partition(":")[0] == PrivateAddressIdentity.kind and self._is_odd(sighting):
                guilty.add(sighting.anchor)
        return Evidence(CloneReason.EXPIRED_ADDRESS, frozenset(guilty)) if guilty else None

    def _is_odd(self, sighting: Sighting) -> bool:
        device, time = self._devices[sighting.identity], sighting.time
        life = device.addresses.get(sighting.address)
        if life is not None and life.rose_at is None and _rises(device, life, time):
            life.rose_at = time
        if life is not None and life.rose_at is not None:
            # Its life ended before: what comes now must not teach how long addresses live.
            life.heard_since += 1
            return life.heard_since >= _EXPIRED_NEEDED and time - life.rose_at >= _EXPIRED_OVER_S
        goes_on = device.hear(time)
        if life is None:
            device.addresses[sighting.address] = _Life(time, time, device.stretch, device.stretch, goes_on)
            if len(device.addresses) > _ADDRESSES_REMEMBERED:
                device.addresses.popitem(last=False)
        else:
            life.last, life.last_in = max(life.last, time), device.stretch
        return False


def _rises(device: _Device, life: _Life, now: float) -> bool:
    gap = now - life.last
    if gap < _GAP_WHILE_HEARD[0]:
        return False
    lives = device.witnessed_lives()
    if len(lives) < _LIVES_NEEDED:
        return False
    longest = max(lives)
    newer = sum(other.first > life.last for other in device.addresses.values())
    if newer >= _NEWER_NEEDED and gap >= max(_GAP_WHILE_HEARD[0], _GAP_WHILE_HEARD[1] * longest):
        return True
    return gap >= max(_GAP_WHILE_AWAY[0], _GAP_WHILE_AWAY[1] * longest)
