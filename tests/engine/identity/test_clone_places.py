"""Two places at once: found where it shows, and never seen where there is one transmitter."""

from __future__ import annotations

import pytest

from custom_components.indoor_positioning.engine.identity.clone_watch import CloneReason, CloneWatch, Suspicion
from custom_components.indoor_positioning.engine.identity.sighting import Sighting
from custom_components.indoor_positioning.engine.identity.too_far_apart import greatest_distance, usual_strength
from tests.engine.identity.scene import Scene, Transmitter, anchor_distance, stays, walks

BESIDE_KITCHEN, BESIDE_STUDY = (1.4, 1.0), (13.0, 7.6)


def first_suspicion(
    watch: CloneWatch, scene: Scene, transmitters: list[Transmitter], seconds: float
) -> Suspicion | None:
    for count, sighting in enumerate(scene.play(transmitters, seconds)):
        watch.observe(sighting)
        if count % 100 == 0 and (suspicion := watch.suspicion(scene.beacon, sighting.time)):
            return suspicion
    return watch.suspicion(scene.beacon, seconds)


@pytest.mark.parametrize(
    "scene",
    [
        Scene(seed=1),
        Scene(seed=2, loss=0.1, stalls_per_hour=60, stall=30),
        Scene(seed=3, channel_sd=7, fading_sd=6),
        Scene(seed=4, body=20, turn_seconds=10),
        Scene(seed=5, body=12, turn_seconds=1.1),
    ],
    ids=["usual", "stalling proxies", "hard multi-path", "turning person", "running on the spot"],
)
@pytest.mark.parametrize(
    "transmitter",
    [
        Transmitter(stays((6.0, 4.0))),
        Transmitter(stays((1.2, 1.2)), interval=0.2),
        Transmitter(walks(seed=1)),
        Transmitter(walks(speed=2.5, seed=2), interval=2.0),
    ],
    ids=["at rest", "near and fast", "walking", "running"],
)
def test_one_transmitter_is_never_suspected(scene: Scene, transmitter: Transmitter) -> None:
    assert first_suspicion(CloneWatch(anchor_distance), scene, [transmitter], 1800) is None


def test_a_tag_of_two_powers_is_not_two_tags() -> None:
    """Frames of different power in turn move all anchors alike."""
    loud, faint = (Transmitter(stays((6.0, 4.0)), power=power, interval=1.0) for power in (-50.0, -70.0))
    assert first_suspicion(CloneWatch(anchor_distance), Scene(seed=6), [loud, faint], 3600) is None


def test_copy_at_the_other_end_is_mostly_found_within_minutes() -> None:
    """By jumps of single packets or by two rhythms, whichever shows first; the plan does not help."""
    found: list[Suspicion] = []
    for seed in range(10):
        original = Transmitter(stays(BESIDE_KITCHEN))
        copy = Transmitter(stays(BESIDE_STUDY), interval=0.9, start=600)
        scene = Scene(seed=seed, channel_sd=5, fading_sd=3, loss=0.2)
        suspicion = first_suspicion(CloneWatch(), scene, [original, copy], 1800)
        found += [] if suspicion is None else [suspicion]
    assert len(found) >= 7
    for suspicion in found:
        assert suspicion.reason in {CloneReason.TWO_PLACES, CloneReason.TWO_RHYTHMS}
        assert {"kitchen", "study"} <= suspicion.anchors
        assert suspicion.since > 600


def loud_at(anchors: dict[str, float], seconds: int, beacon: str = "keys", start: int = 0) -> list[Sighting]:
    """Each anchor hears only its own side, steadily."""
    return [
        Sighting(second + offset, beacon, anchor, rssi, "C0:00:00:00:00:01", "ibeacon:1")
        for second in range(start, start + seconds)
        for offset, (anchor, rssi) in zip((0.0, 0.5), anchors.items(), strict=True)
    ]


class TestPlan:
    """Where each copy is heard by its own anchor only, the plan must say it."""

    def suspicion(self, watch: CloneWatch, sightings: list[Sighting], beacon: str = "keys") -> Suspicion | None:
        for sighting in sightings:
            watch.observe(sighting)
        return watch.suspicion(beacon, sightings[-1].time)

    def test_loud_at_both_ends_of_the_flat(self) -> None:
        sightings = loud_at({"kitchen": -45, "study": -45}, 300)
        found = self.suspicion(CloneWatch(anchor_distance), sightings)
        assert found is not None
        assert (found.reason, found.anchors) == (CloneReason.TWO_PLACES, frozenset({"kitchen", "study"}))
        assert self.suspicion(CloneWatch(), sightings) is None

    @pytest.mark.parametrize(
        "levels",
        [{"kitchen": -45, "study": -65}, {"kitchen": -58, "study": -58}, {"kitchen": -45, "attic": -45}],
        ids=["loud at one", "not that loud", "not on the plan"],
    )
    def test_not_enough(self, levels: dict[str, float]) -> None:
        watch = CloneWatch(lambda first, second: None if "attic" in (first, second) else anchor_distance(first, second))
        assert self.suspicion(watch, loud_at(levels, 300)) is None

    def test_a_minute_of_it_is_not_enough(self) -> None:
        watch = CloneWatch(anchor_distance)
        assert self.suspicion(watch, loud_at({"kitchen": -45, "study": -45}, 60)) is None

    def test_two_beacons_speak_against_the_plan(self) -> None:
        watch = CloneWatch(anchor_distance)
        levels = {"kitchen": -45.0, "study": -45.0}
        both = sorted(loud_at(levels, 300) + loud_at(levels, 300, beacon="bag"), key=lambda sighting: sighting.time)
        assert self.suspicion(watch, both) is None
        assert watch.suspicion("bag", both[-1].time) is None


def test_reach() -> None:
    assert usual_strength([-90, -50, -91, -51, -52]) == -51
    assert greatest_distance(-59.0, -59.0) == pytest.approx(8.66, abs=0.01)
    assert greatest_distance(-44.0, -59.0) == pytest.approx(1.0)
