"""From packets to beacons: several identities of one, strangers, and what a packet proves."""

from __future__ import annotations

import json
import random

import pytest

from custom_components.indoor_positioning.engine.identity import (
    Advertisement,
    Assurance,
    Identity,
    IdentityResolver,
    parse_identity,
)
from custom_components.indoor_positioning.engine.identity import resolver as resolver_module
from custom_components.indoor_positioning.engine.identity.eddystone import EDDYSTONE_UUID
from custom_components.indoor_positioning.engine.identity.ibeacon import APPLE
from custom_components.indoor_positioning.engine.identity.private_address import ah
from custom_components.indoor_positioning.engine.identity.resolver import PROOF_LIFETIME_S
from tests.engine.identity.test_eddystone_eid import slow_ephemeral_id
from tests.engine.identity.test_private_address import address_of
from tests.fuzz.advertisements import IDENTITIES, resolver_of_all_kinds

NOW = 1_790_000_000.0
HOUR = 3600.0
UUID = "f7826da6-4fa2-4e98-8024-bc5b71e0893e"
KEY = bytes(range(16))
ADDRESS = "C0:00:00:00:00:01"
FEEA = "0000feea-0000-1000-8000-00805f9b34fb"
FEED = "0000feed-0000-1000-8000-00805f9b34fb"


def ibeacon(address: str, minor: int = 1, major: int = 1, power: int = -59) -> Advertisement:
    frame = bytes.fromhex(f"0215{UUID.replace('-', '')}") + major.to_bytes(2, "big") + minor.to_bytes(2, "big")
    return Advertisement(address, {APPLE: frame + bytes([power & 0xFF])})


def eid(address: str, counter: float, key: bytes = KEY) -> Advertisement:
    return Advertisement(address, service_data={EDDYSTONE_UUID: b"\x30\xee" + slow_ephemeral_id(key, 10, int(counter))})


def telemetry(address: str) -> Advertisement:
    return Advertisement(address, service_data={EDDYSTONE_UUID: bytes.fromhex("20000bb81940010203040a0b0c0d")})


def resolver(**beacons: list[Identity]) -> IdentityResolver:
    made = IdentityResolver()
    for beacon, identities in beacons.items():
        for identity in identities:
            made.add(beacon, identity)
    return made


def owner(made: IdentityResolver, adv: Advertisement, now: float = NOW) -> str | None:
    found = made.resolve(adv, now)
    return None if found is None else found.beacon_id


class TestWhoseItIs:
    """Which beacon a packet belongs to."""

    @pytest.mark.parametrize("kind", IDENTITIES)
    def test_every_kind_can_be_removed_and_come_back(self, kind: str) -> None:
        made = resolver_of_all_kinds()
        tag = parse_identity("ibeacon", f"{UUID}/9/9")
        made.remove(kind)
        made.remove(kind)
        if kind == "address":
            assert owner(made, Advertisement(IDENTITIES[kind])) is None
        made.add("tag", tag)
        made.remove("tag")
        made.add(kind, parse_identity(kind, IDENTITIES[kind]))
        made.add("tag", tag)
        assert owner(made, ibeacon(ADDRESS, minor=9, major=9)) == "tag"
        if kind == "address":
            assert owner(made, Advertisement(IDENTITIES[kind])) == kind

    def test_most_specific_wins_whatever_came_first(self) -> None:
        wide, narrow = parse_identity("ibeacon", UUID), parse_identity("ibeacon", f"{UUID}/1/1")
        for made in (resolver(wide=[wide], narrow=[narrow]), resolver(narrow=[narrow], wide=[wide])):
            assert owner(made, ibeacon(ADDRESS, minor=1)) == "narrow"
            assert owner(made, ibeacon(ADDRESS, minor=2)) == "wide"

    def test_first_of_two_equals_wins(self) -> None:
        made = resolver(one=[parse_identity("ibeacon", UUID)], two=[parse_identity("ibeacon", UUID)])
        assert owner(made, ibeacon(ADDRESS)) == "one"
        made.remove("one")
        assert owner(made, ibeacon(ADDRESS)) == "two"

    def test_changed_payload_of_an_address_is_looked_at_again(self) -> None:
        made = resolver(
            one=[parse_identity("ibeacon", f"{UUID}/1/1")],
            two=[parse_identity("ibeacon", f"{UUID}/1/2")],
            named=[parse_identity("pattern", "name=Tag")],
            service=[parse_identity("pattern", "service=feed")],
        )
        packets = {
            "one": ibeacon(ADDRESS, minor=1),
            "two": ibeacon(ADDRESS, minor=2),
            "named": Advertisement(ADDRESS, name="Tag"),
            "service": Advertisement(ADDRESS, service_uuids=["0000feed-0000-1000-8000-00805f9b34fb"]),
        }
        for _ in range(3):
            assert {name: owner(made, adv) for name, adv in packets.items()} == {name: name for name in packets}

    def test_identity_added_later_is_found_at_once(self) -> None:
        made = resolver(other=[parse_identity("address", "C0:00:00:00:00:02")])
        assert owner(made, ibeacon(ADDRESS)) is None
        made.add("tag", parse_identity("ibeacon", UUID))
        assert owner(made, ibeacon(ADDRESS)) == "tag"

    def test_strangers_are_forgotten(self) -> None:
        made = resolver(tag=[parse_identity("ibeacon", f"{UUID}/1/1")])
        for number in range(resolver_module.REMEMBERED_ADDRESSES + 100):
            owner(made, ibeacon(f"C0:00:00:00:{number >> 8:02X}:{number & 255:02X}", minor=2))
        assert len(made._verdicts) == resolver_module.REMEMBERED_ADDRESSES


class TestWhatItProves:
    """The assurance of a packet, and of a beacon."""

    def phone(self) -> IdentityResolver:
        return resolver(
            phone=[
                parse_identity("ibeacon", f"{UUID}/1/1"),
                parse_identity("private_address", KEY.hex()),
                parse_identity("eddystone_eid", f"{KEY.hex()}/10"),
            ]
        )

    def test_strongest_identity_in_a_packet_counts(self) -> None:
        made, address = self.phone(), address_of(KEY, random.Random(1))
        packets = {
            Assurance.PUBLIC: ibeacon(ADDRESS),
            Assurance.ROTATING: ibeacon(address),
            Assurance.CRYPTOGRAPHIC: eid(address, NOW),
        }
        for assurance, adv in packets.items():
            found = made.resolve(adv, NOW)
            assert found is not None
            assert (found.beacon_id, found.assurance, found.identity.assurance) == ("phone", assurance, assurance)

    def test_address_lends_its_identity_but_not_its_proof(self) -> None:
        """Telemetry comes from the address that just proved itself; anyone can send from an address."""
        made = self.phone()
        made.resolve(eid(ADDRESS, NOW), NOW)
        found = made.resolve(telemetry(ADDRESS), NOW + 10)
        assert found is not None
        assert (found.beacon_id, found.identity.kind, found.assurance) == ("phone", "eddystone_eid", Assurance.PUBLIC)
        assert found.match.reference_rssi == -59.0
        assert owner(made, telemetry(ADDRESS), NOW + 800) == "phone"
        assert owner(made, telemetry(ADDRESS), NOW + 2000) is None
        assert owner(made, telemetry("C0:00:00:00:00:09"), NOW + 10) is None

    def test_expired_identifier_proves_nothing(self) -> None:
        made = self.phone()
        made.resolve(eid(ADDRESS, NOW), NOW)
        found = made.resolve(eid("C0:00:00:00:00:02", NOW - 5 * HOUR), NOW)
        assert found is not None
        assert (found.match.expired, found.assurance) == (True, Assurance.PUBLIC)

    def test_identifier_that_stays_on_air_expires(self) -> None:
        """The same bytes from the same address are not taken for proof for ever."""
        made = self.phone()
        start = NOW - NOW % 1024
        assurances = [
            found.assurance
            for seconds in range(0, 4000, 2)
            if (found := made.resolve(eid(ADDRESS, start), start + seconds)) is not None
        ]
        first_refused = 2 * assurances.index(Assurance.PUBLIC)
        assert 2 * 1024 <= first_refused <= 2 * 1024 + 60
        assert set(assurances[assurances.index(Assurance.PUBLIC) :]) == {Assurance.PUBLIC}

    def test_expired_identifier_does_not_hide_a_live_one(self) -> None:
        made = self.phone()
        made.resolve(eid(ADDRESS, NOW), NOW)
        address = address_of(KEY, random.Random(1))
        found = made.resolve(eid(address, NOW - 5 * HOUR), NOW)
        assert found is not None
        assert found.assurance is Assurance.ROTATING

    def test_host_clock_set_back_does_not_keep_a_proof_alive(self) -> None:
        made = self.phone()
        made.resolve(eid(ADDRESS, NOW), NOW)
        made.resolve(telemetry(ADDRESS), NOW)
        early = NOW - 5 * HOUR
        assert owner(made, telemetry(ADDRESS), early) is None
        made.host_clock_stepped(-5 * HOUR)
        found = made.resolve(eid(ADDRESS, NOW - 5 * HOUR), early)
        assert found is not None
        assert found.assurance is Assurance.PUBLIC


class TestLearnt:
    """Clocks that were learnt."""

    def test_snapshot_is_json_without_secrets_and_is_restored(self) -> None:
        first, again = (resolver(tag=[parse_identity("eddystone_eid", f"{KEY.hex()}/10")]) for _ in range(2))
        assert first.snapshot() == {}
        first.resolve(eid(ADDRESS, NOW), NOW)
        stored = json.dumps(first.snapshot())
        assert KEY.hex() not in stored
        again.restore(json.loads(stored))
        found = again.resolve(eid(ADDRESS, NOW - 3 * HOUR), NOW)
        assert found is not None
        assert found.match.expired

    def test_senseless_snapshot_is_ignored(self) -> None:
        tag = parse_identity("eddystone_eid", f"{KEY.hex()}/10")
        made, key = resolver(tag=[tag]), tag.key
        damaged: list[dict[str, object]] = [{key: None}, {key: {}}, {key: "x"}, {"other": {}}]
        for stored in damaged:
            made.restore(stored)
        assert owner(made, eid(ADDRESS, NOW)) == "tag"

    def test_forgotten_clock_is_learnt_anew(self) -> None:
        made = resolver(tag=[parse_identity("eddystone_eid", f"{KEY.hex()}/10"), parse_identity("address", ADDRESS)])
        made.resolve(eid(ADDRESS, NOW), NOW)
        assert made.snapshot()
        made.forget_learnt("nobody")
        assert made.snapshot()
        made.forget_learnt("tag")
        assert not made.snapshot()
        found = made.resolve(eid(ADDRESS, NOW - 3 * HOUR), NOW)
        assert found is not None
        assert not found.match.expired

    def test_host_clock_that_steps(self) -> None:
        made = resolver(tag=[parse_identity("eddystone_eid", f"{KEY.hex()}/10")])
        made.resolve(eid(ADDRESS, NOW), NOW)
        made.host_clock_stepped(5 * HOUR)
        found = made.resolve(eid(ADDRESS, NOW + 9), NOW + 9 + 5 * HOUR)
        assert found is not None
        assert not found.match.expired


def test_a_day_of_rotation_without_a_lost_packet() -> None:
    """An EID tag and an IRK phone, both with new addresses every 15 minutes, among strangers, over a restart."""
    rng = random.Random(6)
    irk = bytes(reversed(KEY))
    beacons = {
        "tag": [parse_identity("eddystone_eid", f"{KEY.hex()}/10")],
        "phone": [parse_identity("private_address", irk.hex())],
    }
    made = resolver(**beacons)
    offset = 7 * HOUR + 123
    tag_address = phone_address = ""
    for second in range(0, 24 * 3600, 5):
        now = NOW + second
        if second % 900 == 0:
            tag_address = "00:" + ":".join(f"{byte:02X}" for byte in rng.randbytes(5))
            phone_address = address_of(irk, rng)
        if second == 12 * 3600:
            learnt = made.snapshot()
            made = resolver(**{name: [parse_identity(i.kind, _typed(i)) for i in ids] for name, ids in beacons.items()})
            made.restore(learnt)
        found = made.resolve(eid(tag_address, now + offset), now)
        assert found is not None
        assert (found.beacon_id, found.assurance) == ("tag", Assurance.CRYPTOGRAPHIC)
        assert owner(made, Advertisement(phone_address, {APPLE: rng.randbytes(4)}), now) == "phone"
        assert owner(made, Advertisement(address_of(rng.randbytes(16), rng)), now) is None


def _typed(identity: Identity) -> str:
    stored = identity.to_dict()
    return stored["irk"] if "irk" in stored else f"{stored['identity_key']}/{stored['rotation_exponent']}"


def test_hash_is_what_the_tests_rely_on() -> None:
    assert ah(bytes(16), bytes.fromhex("400102")).hex() == "0ac4a6"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (eid(ADDRESS, NOW), eid(ADDRESS, NOW, key=KEY[::-1])),
        (ibeacon(ADDRESS), ibeacon(ADDRESS, minor=2)),
        (Advertisement(ADDRESS, name="Ours"), Advertisement(ADDRESS, name="Theirs")),
        (Advertisement(ADDRESS, service_uuids=[FEEA]), Advertisement(ADDRESS, service_uuids=[FEED])),
    ],
    ids=["service data", "manufacturer data", "name", "service"],
)
def test_any_change_of_a_packet_is_judged_anew(before: Advertisement, after: Advertisement) -> None:
    """Two beacons may share an address: a relay, or a phone that sends for an app as well."""
    made = resolver(
        ours=[
            parse_identity("eddystone_eid", f"{KEY.hex()}/10"),
            parse_identity("ibeacon", f"{UUID}/1/1"),
            parse_identity("pattern", "name=Ours"),
            parse_identity("pattern", "service=FEEA"),
        ],
        theirs=[
            parse_identity("eddystone_eid", f"{KEY[::-1].hex()}/10"),
            parse_identity("ibeacon", f"{UUID}/1/2"),
            parse_identity("pattern", "name=Theirs"),
            parse_identity("pattern", "service=FEED"),
        ],
    )
    for _ in range(2):
        assert [owner(made, adv) for adv in (before, before, after, after)] == ["ours", "ours", "theirs", "theirs"]


def test_a_proof_is_asked_for_again_within_seconds() -> None:
    """A recorded identifier must not prove anything for as long as a public one may be believed."""
    made = resolver(tag=[parse_identity("eddystone_eid", f"{KEY.hex()}/10")])
    adv = eid(ADDRESS, NOW)
    seen = [made.resolve(adv, NOW + later) for later in (0.0, PROOF_LIFETIME_S + 1.0, 3.0 * HOUR)]
    assert [one.assurance if one else None for one in seen] == [
        Assurance.CRYPTOGRAPHIC,
        Assurance.CRYPTOGRAPHIC,
        Assurance.PUBLIC,
    ]
    old = next(one for one in seen[2:] if one)
    assert (old.beacon_id, old.identity.kind) == ("tag", "eddystone_eid"), "it still says who that was"


def test_the_end_of_a_proof_is_noticed_within_seconds() -> None:
    """The last moment at which the packet proves anything is the same for who asks each second as for who asks once."""

    def proves(made: IdentityResolver, now: float) -> bool:
        found = made.resolve(eid(ADDRESS, NOW), now)
        return found is not None and found.assurance is Assurance.CRYPTOGRAPHIC

    def begun() -> IdentityResolver:
        made = resolver(tag=[parse_identity("eddystone_eid", f"{KEY.hex()}/10")])
        assert proves(made, NOW)
        return made

    asked_always = begun()
    last = max(now for now in range(int(NOW), int(NOW + 3.0 * HOUR)) if proves(asked_always, float(now)))
    assert not proves(begun(), last + 1.0)
    assert proves(begun(), last - PROOF_LIFETIME_S)


def test_each_address_has_an_age_of_its_own() -> None:
    """A phone that changes its address in time proves what it proves for ever."""
    made = resolver(phone=[parse_identity("private_address", KEY.hex())])
    rng = random.Random(3)
    for quarter in range(12):
        found = made.resolve(Advertisement(address_of(KEY, rng)), NOW + 900.0 * quarter)
        assert found is not None
        assert found.assurance is Assurance.ROTATING, quarter


def test_where_there_is_no_room_for_more_addresses_the_oldest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver_module, "REMEMBERED_ADDRESSES", 3)
    made = resolver(tag=[parse_identity("ibeacon", f"{UUID}/1/1")])
    addresses = [f"C0:00:00:00:00:{number:02X}" for number in range(5)]
    for address in addresses:
        assert owner(made, ibeacon(address)) == "tag"
    lent = [owner(made, telemetry(address), NOW + 1.0) for address in addresses[::-1]]
    assert lent[:3] == ["tag"] * 3
    assert lent[3:] == [None] * 2
