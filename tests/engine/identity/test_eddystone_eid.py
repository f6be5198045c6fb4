"""Ephemeral identifiers: the algorithm, the clock that is learnt, and what is too old."""

from __future__ import annotations

import itertools
import random
import struct

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.identity import Advertisement, Match
from custom_components.indoor_positioning.engine.identity.eddystone import EDDYSTONE_UUID
from custom_components.indoor_positioning.engine.identity.eddystone_eid import EddystoneEidIdentity
from custom_components.indoor_positioning.engine.identity.eid_clock import EidClock
from custom_components.indoor_positioning.engine.identity.eid_search import EidSearch
from custom_components.indoor_positioning.engine.identity.ephemeral_id import ephemeral_id, ephemeral_ids
from custom_components.indoor_positioning.engine.identity.keys import BlockCipher
from tests.engine.identity.vectors import ABSENT, collected

KEY = bytes(range(16))
NOW = 1_790_000_000.0
HOUR = 3600.0
COLLECTED = collected("eid_vectors.json")


def slow_ephemeral_id(key: bytes, exponent: int, counter: int) -> bytes:
    """The published algorithm a second time, block by block as it is written there."""

    def aes(aes_key: bytes, block: bytes) -> bytes:
        encryptor = Cipher(algorithms.AES(aes_key), modes.ECB()).encryptor()
        return encryptor.update(block) + encryptor.finalize()

    temporary = aes(key, struct.pack(">11xB2xH", 0xFF, counter >> 16))
    return aes(temporary, struct.pack(">11xBI", exponent, counter >> exponent << exponent))[:8]


class Tag:
    """A beacon with a clock of its own."""

    def __init__(self, offset: float, exponent: int = 10, key: bytes = KEY, drift: float = 0.0) -> None:
        self.offset, self.exponent, self.key, self.drift = offset, exponent, key, drift

    def packet(self, now: float) -> Advertisement:
        counter = int(now + self.offset + self.drift * (now - NOW)) % 2**32
        return packet(slow_ephemeral_id(self.key, self.exponent, counter))


def packet(eid: bytes, power: int = -18) -> Advertisement:
    return Advertisement("4A:00:00:00:00:01", service_data={EDDYSTONE_UUID: bytes([0x30, power & 0xFF]) + eid})


def heard(identity: EddystoneEidIdentity, adv: Advertisement, now: float) -> str:
    match = identity.matches(adv, now)
    return "unknown" if match is None else "expired" if match.expired else "fresh"


@pytest.mark.datasets
@pytest.mark.skipif(COLLECTED is None, reason=ABSENT)
def test_collected_identifiers() -> None:
    for vector in COLLECTED["vectors"]:
        key = bytes.fromhex(vector["identity_key"])
        assert ephemeral_id(key, vector["k"], vector["beacon_time"]).hex() == vector["eid"]
        assert slow_ephemeral_id(key, vector["k"], vector["beacon_time"]).hex() == vector["eid"]


@given(st.binary(min_size=16, max_size=16), st.integers(0, 15), st.integers(0, 2**32 - 1))
def test_two_ways_to_compute_agree(key: bytes, exponent: int, counter: int) -> None:
    assert ephemeral_id(key, exponent, counter) == slow_ephemeral_id(key, exponent, counter)


@pytest.mark.parametrize(("exponent", "first"), [(0, 65530), (0, 2**32 - 5), (10, 62), (15, 0), (4, -3)])
def test_many_at_once_are_one_by_one(exponent: int, first: int) -> None:
    """Across changes of the temporary key, and where the counter wraps."""
    many = ephemeral_ids(BlockCipher(KEY), exponent, first, 12)
    for number, quantum in zip(many, itertools.count(first), strict=False):
        assert number.tobytes() == slow_ephemeral_id(KEY, exponent, (quantum << exponent) % 2**32)


def test_power_is_converted_to_1m() -> None:
    identity = EddystoneEidIdentity(KEY, 10)
    adv = packet(slow_ephemeral_id(KEY, 10, int(NOW)))
    assert identity.matches(adv, NOW) == Match(reference_rssi=-59.0)


@pytest.mark.parametrize("exponent", [0, 1, 4, 7, 10, 15])
@pytest.mark.parametrize("hours", [-17.5, -1.0, 0.0, 0.1, 3.0, 17.5])
def test_clock_that_is_hours_off_is_found_and_followed(exponent: int, hours: float) -> None:
    identity = EddystoneEidIdentity(KEY, exponent)
    tag = Tag(hours * HOUR, exponent)
    for minutes in range(0, 600, 7):
        assert heard(identity, tag.packet(NOW + 60 * minutes), NOW + 60 * minutes) == "fresh"
    assert identity.clock is not None
    assert identity.clock.counter(NOW) == pytest.approx(NOW + hours * HOUR, abs=2 * 2**exponent + 60)


@pytest.mark.parametrize(("exponent", "uptime"), [(0, 100), (4, 5 * 86400), (10, 300 * 86400), (15, 300 * 86400)])
def test_clock_that_began_at_power_up_is_found(exponent: int, uptime: int) -> None:
    identity = EddystoneEidIdentity(KEY, exponent)
    tag = Tag(uptime - NOW, exponent)
    assert heard(identity, tag.packet(NOW), NOW) == "fresh"
    assert heard(identity, tag.packet(NOW + 9999), NOW + 9999) == "fresh"


def test_given_clock_offset_is_where_the_search_begins() -> None:
    tag = Tag(123_456_789 - NOW)
    assert heard(EddystoneEidIdentity(KEY, 10), tag.packet(NOW), NOW) == "unknown"
    about = EddystoneEidIdentity(KEY, 10, clock_offset=int(123_456_789 - NOW + 5 * HOUR))
    assert heard(about, tag.packet(NOW), NOW) == "fresh"


def test_other_key_or_exponent_is_unknown() -> None:
    for tag in (Tag(0, key=bytes(16)), Tag(0, exponent=11)):
        assert heard(EddystoneEidIdentity(KEY, 10), tag.packet(NOW), NOW) == "unknown"


@given(st.floats(-500e-6, 500e-6), st.integers(0, 12), st.lists(st.floats(1, 3 * 86400), min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_drifting_clock_with_long_silences_stays_fresh(drift: float, exponent: int, silences: list[float]) -> None:
    """Up to three weeks away from home with the worst clock."""
    identity = EddystoneEidIdentity(KEY, exponent)
    tag = Tag(2 * HOUR, exponent, drift=drift)
    for now in itertools.accumulate(silences, initial=NOW):
        assert heard(identity, tag.packet(now), now) == "fresh"


@given(st.integers(4, 12), st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_random_moment_of_change_stays_fresh(exponent: int, seed: int) -> None:
    """The specification recommends to change at a random moment within the window."""
    rng = random.Random(seed)
    identity = EddystoneEidIdentity(KEY, exponent)
    period = 1 << exponent
    delays: dict[int, float] = {}
    now = NOW
    for _ in range(200):
        quantum, within = divmod(now, period)
        if within < delays.setdefault(int(quantum), rng.uniform(0, period)):
            quantum -= 1
        late = rng.uniform(0, 20)
        assert heard(identity, packet(slow_ephemeral_id(KEY, exponent, int(quantum) * period)), now + late) == "fresh"
        now += rng.uniform(0.1, period / 3) + late


class TestRecordings:
    """What was on air once and comes again."""

    def learnt(self, exponent: int = 10) -> EddystoneEidIdentity:
        identity = EddystoneEidIdentity(KEY, exponent)
        for now in (NOW - 1100, NOW):
            assert heard(identity, Tag(0, exponent).packet(now), now) == "fresh"
        return identity

    @pytest.mark.parametrize("age", [3100, HOUR, 20 * HOUR, 35 * HOUR])
    def test_recording_is_expired(self, age: float) -> None:
        assert heard(self.learnt(), Tag(0).packet(NOW - age), NOW) == "expired"

    def test_recording_within_the_period_cannot_be_told(self) -> None:
        assert heard(self.learnt(), Tag(0).packet(NOW - 900), NOW) == "fresh"

    def test_recordings_never_set_the_clock_back(self) -> None:
        """Not even played for hours, in order and at the right speed."""
        identity = self.learnt()
        for seconds in range(0, 8 * 3600, 300):
            now = NOW + seconds
            assert heard(identity, Tag(-5 * HOUR).packet(now), now) == "expired"
            if seconds % 1500 == 0:
                assert heard(identity, Tag(0).packet(now), now) == "fresh"

    def test_clock_learnt_from_a_recording_is_set_right_by_the_tag(self) -> None:
        identity = EddystoneEidIdentity(KEY, 10)
        assert heard(identity, Tag(-9 * HOUR).packet(NOW), NOW) == "fresh"
        assert heard(identity, Tag(0).packet(NOW + 10), NOW + 10) == "fresh"
        assert heard(identity, Tag(-9 * HOUR).packet(NOW + 20), NOW + 20) == "expired"

    def test_clock_lost_with_the_battery_is_learnt_anew_on_request(self) -> None:
        identity = self.learnt()
        late = Tag(-20 * HOUR)
        assert heard(identity, late.packet(NOW + 60), NOW + 60) == "expired"
        identity.forget()
        assert heard(identity, late.packet(NOW + 70), NOW + 70) == "fresh"

    def test_learnt_clock_survives_a_restart(self) -> None:
        stored = self.learnt().snapshot()
        assert stored is not None
        identity = EddystoneEidIdentity(KEY, 10)
        identity.restore(stored)
        assert heard(identity, Tag(0).packet(NOW - HOUR), NOW + 300) == "expired"
        assert heard(identity, Tag(0).packet(NOW + 300), NOW + 300) == "fresh"

    @pytest.mark.parametrize(
        "stored",
        [
            {},
            {"period": 1024, "lowest": "x", "highest": 0, "confirmed_at": 0},
            {"period": 1024, "lowest": 1.0, "highest": 0.0, "confirmed_at": 0.0},
            {"period": 1024, "lowest": float("nan"), "highest": 0.0, "confirmed_at": 0.0},
            {"period": 1024, "lowest": 0.0, "highest": float("inf"), "confirmed_at": 0.0},
            {"period": 16, "lowest": 0.0, "highest": 0.0, "confirmed_at": 0.0},
            {"period": 1024, "lowest": 10**400, "highest": 10**400, "confirmed_at": 0.0},
        ],
    )
    def test_senseless_clock_is_not_restored(self, stored: dict[str, object]) -> None:
        identity = EddystoneEidIdentity(KEY, 10)
        identity.restore(stored)
        assert identity.clock is None

    @pytest.mark.parametrize("step", [-7 * HOUR, 7 * HOUR])
    def test_step_of_the_host_clock_is_followed(self, step: float) -> None:
        identity = self.learnt()
        identity.host_clock_stepped(step)
        tag = Tag(-step)
        assert heard(identity, tag.packet(NOW + step + 30), NOW + step + 30) == "fresh"
        assert identity.clock is not None
        assert identity.clock.counter(NOW + step) == pytest.approx(NOW, abs=2100)


def test_the_quantum_is_the_counters_own() -> None:
    for counter in (5 * 86400, int(NOW)):
        search = EidSearch(KEY, 10)
        assert search.quantum_of(slow_ephemeral_id(KEY, 10, counter), NOW, (NOW, 0.0)) == counter >> 10


def test_a_step_moves_the_learnt_clock_as_it_is() -> None:
    clock = EidClock(1024, -5.0, 7.0, 100.0)
    clock.shift(3600.0)
    assert (clock.lowest, clock.highest, clock.confirmed_at) == (-3605.0, -3593.0, 3700.0)


def test_cost_of_strangers_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many unknown EIDs arrive in a second, only some are searched for, and the known one is still found."""
    rng = random.Random(1)
    identity = EddystoneEidIdentity(KEY, 4)
    assert heard(identity, Tag(0, 4).packet(NOW), NOW) == "fresh"
    searched: list[int] = []
    search = EidSearch._search

    def counted(self: EidSearch, number: int, counters: tuple[float, ...]) -> int | None:
        searched.append(number)
        return search(self, number, counters)

    monkeypatch.setattr(EidSearch, "_search", counted)
    for number in range(5000):
        now = NOW + number / 1000
        assert heard(identity, packet(rng.randbytes(8)), now) == "unknown"
    assert len(searched) <= 20 * (5 + 1)
    assert heard(identity, Tag(0, 4).packet(NOW + 5), NOW + 5) == "fresh"
    assert heard(identity, Tag(0, 4).packet(NOW + 21), NOW + 21) == "fresh"


def test_clock_set_back_does_not_stop_the_search() -> None:
    identity = EddystoneEidIdentity(KEY, 4)
    assert heard(identity, packet(bytes(8)), NOW + 10 * HOUR) == "unknown"
    assert heard(identity, Tag(0, 4).packet(NOW), NOW) == "fresh"
