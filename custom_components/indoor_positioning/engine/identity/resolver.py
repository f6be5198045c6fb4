"""From a packet to the beacon that sent it: all identities of a home, asked cheaply and in order of strength."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .address_age import AddressAges
from .base import Advertisement, Assurance, Identity, LearningIdentity, Match
from .index import Index
from .registry import IDENTITY_KINDS, create_index

# Addresses whose last packet is remembered. Several thousand strangers fit (a block of flats, a
# shop), at about 300 bytes each.
REMEMBERED_ADDRESSES = 8192

# A verdict about an address and payload is asked for again after this many seconds: an EID runs out,
# and a clock that was not known may have been learnt.
VERDICT_LIFETIME_S = 60.0
# ... and a proof sooner: for that much longer than it should a recording passes.
PROOF_LIFETIME_S = 5.0

# A packet without identity (a scan response, telemetry) belongs to the beacon that identified itself
# from the same address within this many seconds. Random addresses live for about 15 minutes.
ADDRESS_LENDS_IDENTITY_S = 900.0


@dataclass(frozen=True, slots=True)
class Resolution:
    """Whose packet it is. `assurance` is what this very packet proves (no more than its identity can)."""

    beacon_id: str
    identity: Identity
    match: Match
    assurance: Assurance


@dataclass(slots=True)
class _Verdict:
    """What was found out about the last packet of one address."""

    manufacturer_data: Mapping[int, bytes]
    service_data: Mapping[str, bytes]
    name: str | None
    service_uuids: Sequence[str]
    resolution: Resolution | None
    judged_at: float
    valid_until: float
    identified: Resolution | None = None
    identified_at: float = float("-inf")


class IdentityResolver:
    """Registered identities, and who sent a packet.

    Not thread-safe: it lives in one event loop. `now` is UTC in seconds since 1970 throughout.
    """

    def __init__(self) -> None:
        """Begin with no beacons."""
        self._identities: dict[str, list[Identity]] = {}
        self._indexes: dict[str, Index] = {}
        self._ordered: tuple[Index, ...] = ()
        self._verdicts: OrderedDict[str, _Verdict] = OrderedDict()
        self._ages = AddressAges()

    def add(self, beacon_id: str, identity: Identity) -> None:
        """Register one more identity of a beacon; adding the same again changes nothing."""
        identities = self._identities.setdefault(beacon_id, [])
        if any(known.key == identity.key for known in identities):
            return
        identities.append(identity)
        if identity.kind not in self._indexes:
            self._indexes[identity.kind] = create_index(type(identity))
            self._ordered = self._strongest_first()
        self._indexes[identity.kind].add(beacon_id, identity)
        self._verdicts.clear()

    def remove(self, beacon_id: str) -> None:
        """Forget a beacon with all its identities; an unknown one is no error."""
        if self._identities.pop(beacon_id, None) is None:
            return
        for index in self._indexes.values():
            index.remove(beacon_id)
        self._verdicts.clear()

    def _strongest_first(self) -> tuple[Index, ...]:
        kinds = sorted(self._indexes, key=lambda kind: -IDENTITY_KINDS[kind].assurance.rank)
        return tuple(self._indexes[kind] for kind in kinds)

    def resolve(self, adv: Advertisement, now: float) -> Resolution | None:
        """Whose packet this is. Never raises; costs a dictionary look-up where nothing changed."""
        verdict = self._verdicts.get(adv.address)
        if (
            verdict is not None
            # The host's clock may have been set back: what was valid then need not be so for hours.
            and verdict.judged_at <= now < verdict.valid_until
            and adv.service_data == verdict.service_data
            and adv.manufacturer_data == verdict.manufacturer_data
            and adv.name == verdict.name
            and adv.service_uuids == verdict.service_uuids
        ):
            self._verdicts.move_to_end(adv.address)
            return verdict.resolution
        return self._judge(adv, now, verdict)

    def _judge(self, adv: Advertisement, now: float, previous: _Verdict | None) -> Resolution | None:
        identified = self._identify(adv, now)
        resolution = identified
        identified_at = now
        if identified is None and previous is not None:
            identified, identified_at = previous.identified, previous.identified_at
            resolution = _lent(identified) if 0 <= now - identified_at < ADDRESS_LENDS_IDENTITY_S else None
        self._verdicts[adv.address] = _Verdict(
            manufacturer_data=adv.manufacturer_data,
            service_data=adv.service_data,
            name=adv.name,
            service_uuids=adv.service_uuids,
            resolution=resolution,
            judged_at=now,
            valid_until=now + (PROOF_LIFETIME_S if _is_proof(resolution) else VERDICT_LIFETIME_S),
            identified=identified,
            identified_at=identified_at,
        )
        self._verdicts.move_to_end(adv.address)
        if len(self._verdicts) > REMEMBERED_ADDRESSES:
            self._verdicts.popitem(last=False)
        return resolution

    def _identify(self, adv: Advertisement, now: float) -> Resolution | None:
        expired: Resolution | None = None
        for index in self._ordered:
            found = index.find(adv, now)
            if found is None:
                continue
            beacon_id, identity, match = found
            if not match.expired:
                return Resolution(beacon_id, identity, match, self._ages.assurance(identity, adv.address, now))
            expired = expired or Resolution(beacon_id, identity, match, Assurance.PUBLIC)
        return expired

    def snapshot(self) -> dict[str, dict[str, Any]]:
        """What identities have learnt (clocks), by identity key; JSON-able, without secrets."""
        learnt = {identity.key: identity.snapshot() for identity in self._learning()}
        return {key: data for key, data in learnt.items() if data is not None}

    def restore(self, learnt: Mapping[str, Any]) -> None:
        """Take up what `snapshot` gave, for the identities that are registered. Never raises."""
        for identity in self._learning():
            data = learnt.get(identity.key)
            if isinstance(data, Mapping):
                identity.restore(data)
        self._verdicts.clear()

    def forget_learnt(self, beacon_id: str) -> None:
        """Learn a beacon's clock anew, as after a change of battery."""
        for identity in self._identities.get(beacon_id, ()):
            if isinstance(identity, LearningIdentity):
                identity.forget()
        self._verdicts.clear()

    def host_clock_stepped(self, seconds: float) -> None:
        """The clock behind `now` was set forward by that many seconds (back if negative)."""
        for identity in self._learning():
            identity.host_clock_stepped(seconds)
        self._verdicts.clear()

    def _learning(self) -> list[LearningIdentity]:
        known = [identity for identities in self._identities.values() for identity in identities]
        return [identity for identity in known if isinstance(identity, LearningIdentity)]


def _is_proof(resolution: Resolution | None) -> bool:
    return resolution is not None and resolution.assurance is Assurance.CRYPTOGRAPHIC


def _lent(resolution: Resolution | None) -> Resolution | None:
    """What an address alone says about the beacon that identified itself from it: copyable by anyone."""
    if resolution is None:
        return None
    return Resolution(resolution.beacon_id, resolution.identity, resolution.match, Assurance.PUBLIC)
