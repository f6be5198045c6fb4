"""Addresses that take turns, come back from the dead, and identifiers from the past."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from custom_components.indoor_positioning.engine.identity.clone_watch import CloneReason, CloneWatch, Suspicion
from custom_components.indoor_positioning.engine.identity.sighting import Sighting
from tests.engine.identity.scene import Scene, Transmitter, stays, walks

PHONE = "private_address:0123456789ab"
HOUR = 3600.0


def rotating(prefix: str, period: float = 900.0) -> Callable[[float], str]:
    return lambda time: f"{prefix}:{int(time // period):06X}"


def first_suspicion(sightings: Iterable[Sighting]) -> Suspicion | None:
    watch = CloneWatch()
    for count, sighting in enumerate(sightings):
        watch.observe(sighting)
        if count % 50 == 0 and (suspicion := watch.suspicion(sighting.beacon, sighting.time)):
            return suspicion
    return None


class TestTurns:
    """Two addresses with one identity."""

    @pytest.mark.parametrize("seed", range(3))
    def test_copy_with_an_address_of_its_own_is_found(self, seed: int) -> None:
        copy = Transmitter(stays((2.0, 2.0)), address="C0:00:00:00:00:02", start=600)
        found = first_suspicion(Scene(seed=seed).play([Transmitter(stays((1.0, 1.0))), copy], 1800))
        assert found is not None
        assert found.reason is CloneReason.TWO_ADDRESSES
        assert 600 < found.since <= 720, "within two minutes"

    def test_copy_of_a_tag_that_is_seldom_heard_is_found_later(self) -> None:
        copy = Transmitter(stays((2.0, 2.0)), interval=10.0, address="C0:00:00:00:00:02", start=600)
        original = Transmitter(stays((1.0, 1.0)), interval=10.0)
        found = first_suspicion(Scene(seed=1, loss=0.8).play([original, copy], 2400))
        assert found is not None
        assert found.reason is CloneReason.TWO_ADDRESSES

    @pytest.mark.parametrize("period", [1.0, 65.0, 900.0], ids=["every packet", "every minute", "every 15 minutes"])
    def test_changing_address_is_honest(self, period: float) -> None:
        """However late proxies deliver around the change."""
        scene = Scene(seed=1, stalls_per_hour=60, stall=30)
        assert first_suspicion(scene.play([Transmitter(walks(), address=rotating("4A", period))], 2 * HOUR)) is None

    def test_tag_that_returns_to_an_old_address_once_is_honest(self) -> None:
        transmitter = Transmitter(walks(), address=lambda time: f"C0:0{int(time // 1800) % 2}")
        assert first_suspicion(Scene(seed=1).play([transmitter], 3 * HOUR)) is None

    def test_phone_with_two_advertising_sets_is_honest(self) -> None:
        sets = [
            Transmitter(walks(), address=rotating(prefix, period)) for prefix, period in (("4A", 900), ("5B", 1000))
        ]
        assert first_suspicion(Scene(seed=1, identity=PHONE).play(sets, 3 * HOUR)) is None


class TestExpiredAddress:
    """Private addresses after their time."""

    phone = Transmitter(walks(), address=rotating("4A"), interval=4.0)

    def test_recording_while_the_phone_is_at_home(self) -> None:
        recording = Transmitter(stays((1.0, 1.0)), address="4A:000001", interval=4.0, start=3 * HOUR)
        found = first_suspicion(Scene(seed=1, identity=PHONE).play([self.phone, recording], 4 * HOUR))
        assert found is not None
        assert found.reason is CloneReason.EXPIRED_ADDRESS
        assert 3 * HOUR < found.since < 3 * HOUR + 300

    def test_recording_while_the_phone_is_away(self) -> None:
        phone = Transmitter(walks(), address=rotating("4A"), interval=4.0, end=2 * HOUR)
        recording = Transmitter(stays((1.0, 1.0)), address="4A:000007", interval=4.0, start=8 * HOUR)
        found = first_suspicion(Scene(seed=1, identity=PHONE).play([phone, recording], 9 * HOUR))
        assert found is not None
        assert (found.reason, found.since > 8 * HOUR) == (CloneReason.EXPIRED_ADDRESS, True)

    def test_going_out_and_coming_home_is_honest(self) -> None:
        stays_home = [
            Transmitter(walks(), address=rotating("4A"), interval=4.0, start=start * HOUR, end=end * HOUR)
            for start, end in ((0, 2), (2.6, 4), (12, 14), (14.1, 14.2), (20, 22))
        ]
        assert first_suspicion(Scene(seed=1, identity=PHONE).play(stays_home, 24 * HOUR)) is None

    @pytest.mark.parametrize("hours", [4, 24])
    def test_device_that_rotates_slowly_and_is_heard_in_passing_is_honest(self, hours: float) -> None:
        """Its habit was never witnessed, so nothing is concluded from it."""
        glimpses = [
            Transmitter(
                stays((5.0, 5.0)), address=rotating("4A", hours * HOUR), interval=4.0, start=start, end=start + 120
            )
            for start in (hour * 5 * HOUR for hour in range(20))
        ]
        assert first_suspicion(Scene(seed=1, identity=PHONE).play(glimpses, 100 * HOUR)) is None

    def test_set_that_keeps_its_address_for_hours_is_honest(self) -> None:
        """A connected phone may keep one address while another rotates."""
        kept = Transmitter(walks(), address="5B:000000", interval=4.0)
        assert first_suspicion(Scene(seed=1, identity=PHONE).play([self.phone, kept], 5 * HOUR)) is None


class TestExpiredIdentity:
    """Ephemeral identifiers that the resolver found to be old."""

    def sightings(self, count: int, every: float) -> list[Sighting]:
        return [
            Sighting(number * every, "keys", anchor, -60, "4A:0", "eddystone_eid:0", expired=True)
            for number in range(count)
            for anchor in ("hall", "bed")
        ]

    def suspicion(self, sightings: list[Sighting]) -> Suspicion | None:
        watch = CloneWatch()
        for sighting in sightings:
            watch.observe(sighting)
        return watch.suspicion("keys", sightings[-1].time + 10)

    def test_lasting(self) -> None:
        found = self.suspicion(self.sightings(40, every=5.0))
        assert found is not None
        assert found.reason is CloneReason.EXPIRED_IDENTITY
        assert found.anchors == {"hall", "bed"}

    @pytest.mark.parametrize(("count", "every"), [(4, 30.0), (50, 1.0), (10, 300.0)], ids=["few", "a burst", "rare"])
    def test_not_lasting(self, count: int, every: float) -> None:
        assert self.suspicion(self.sightings(count, every)) is None
