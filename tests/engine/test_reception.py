"""What an anchor delivers is compared with what it should, however quiet or busy the home is."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.reception import (
    HABIT_MINUTES,
    LEAST_EXPECTED,
    MEMORY_MINUTES,
    WINDOW_MINUTES,
    Reception,
)

ANCHORS = frozenset({"k", "l", "b"})
# The chance that each anchor hears a packet of a beacon in a room.
HEARD = {"kitchen": {"k": 0.6, "l": 0.4, "b": 0.1}, "bedroom": {"k": 0.1, "l": 0.2, "b": 0.6}}


class Home:
    """Beacons that stay in rooms and send so many packets a minute."""

    def __init__(self, seed: int = 1) -> None:
        self.reception = Reception()
        self._rng = np.random.default_rng(seed)

    def live(
        self,
        minutes: int,
        rooms: Mapping[str, str],
        *,
        rate: int = 60,
        deaf: Mapping[str, float] | None = None,
        dead: frozenset[str] = frozenset(),
    ) -> None:
        for _ in range(minutes):
            counts: dict[str, dict[str, int]] = {
                beacon: {
                    anchor: int(self._rng.binomial(rate, chance * (deaf or {}).get(anchor, 1.0)))
                    for anchor, chance in HEARD[room].items()
                    if anchor not in dead
                }
                for beacon, room in rooms.items()
            }
            self.reception.take(counts, rooms, ANCHORS - dead, ANCHORS)

    def shares(self) -> dict[str, float | None]:
        return {anchor: self.reception.share(anchor) for anchor in sorted(ANCHORS)}


@pytest.mark.parametrize("rate", [12, 60, 240])
def test_a_sound_anchor_delivers_what_is_expected_however_often_the_beacons_send(rate: int) -> None:
    home = Home()
    home.live(int(HABIT_MINUTES) + 1, {"tag": "kitchen"}, rate=60)
    home.live(WINDOW_MINUTES, {"tag": "kitchen"}, rate=rate)
    shares = home.shares()
    assert shares["k"] == pytest.approx(1.0, abs=0.2)
    assert shares["l"] == pytest.approx(1.0, abs=0.2)


def test_what_is_half_deaf_shows_within_the_window_and_the_others_stay_sound() -> None:
    home = Home()
    home.live(300, {"tag": "kitchen", "phone": "bedroom"})
    home.live(WINDOW_MINUTES, {"tag": "kitchen", "phone": "bedroom"}, deaf={"l": 0.5})
    shares = home.shares()
    assert shares["l"] == pytest.approx(0.5, abs=0.1)
    # Measured by a deaf one the others deliver more than their share, never less.
    assert all((share := shares[one]) is not None and share > 0.85 for one in "kb")


def test_a_dead_anchor_is_missed_and_its_silence_becomes_no_habit() -> None:
    home = Home()
    home.live(300, {"tag": "kitchen"})
    home.live(int(MEMORY_MINUTES), {"tag": "kitchen"}, dead=frozenset({"k"}))
    assert home.shares()["k"] == 0.0
    home.live(WINDOW_MINUTES, {"tag": "kitchen"})
    assert home.shares()["k"] == pytest.approx(1.0, abs=0.15)


def test_what_hears_otherwise_for_days_becomes_habit() -> None:
    home = Home()
    home.live(300, {"tag": "kitchen"})
    home.live(3 * int(MEMORY_MINUTES), {"tag": "kitchen"}, deaf={"l": 0.5})
    assert home.shares()["l"] == pytest.approx(1.0, abs=0.2)


def test_nothing_is_said_before_there_is_a_habit_and_while_too_little_is_expected() -> None:
    home = Home()
    assert home.reception.packets_per_minute("k") is None
    home.live(int(HABIT_MINUTES) - 1, {"tag": "kitchen"})
    assert set(home.shares().values()) == {None}
    home.live(300, {"tag": "kitchen"})
    assert home.shares()["k"] is not None
    home.live(WINDOW_MINUTES, {})
    assert set(home.shares().values()) == {None}
    assert home.reception.packets_per_minute("k") == 0
    assert 60 * HEARD["kitchen"]["b"] * WINDOW_MINUTES > LEAST_EXPECTED


def test_an_anchor_alone_has_nobody_to_be_compared_with() -> None:
    reception = Reception()
    for _ in range(100):
        reception.take({"tag": {"k": 30}}, {"tag": "kitchen"}, frozenset({"k"}), frozenset({"k"}))
    assert reception.share("k") is None
    assert reception.packets_per_minute("k") == 30


def test_beacons_on_the_way_count_as_packets_but_foretell_nothing() -> None:
    home = Home()
    home.live(300, {"tag": "kitchen"})
    for _ in range(WINDOW_MINUTES):
        home.reception.take({"tag": {"k": 7, "stranger": 3}}, {}, ANCHORS, ANCHORS)
    assert home.reception.packets_per_minute("k") == 7
    assert home.reception.packets_per_minute("stranger") == 0
    assert set(home.shares().values()) == {None}


def test_habits_outlive_a_restart_and_go_with_rooms_and_anchors() -> None:
    home = Home()
    home.live(300, {"tag": "kitchen", "phone": "bedroom"})
    stored = json.loads(json.dumps(home.reception.to_dict()))
    home.reception = Reception.from_dict(stored)
    assert home.reception.to_dict() == stored
    home.live(WINDOW_MINUTES, {"tag": "kitchen"}, deaf={"l": 0.5})
    assert home.shares()["l"] == pytest.approx(0.5, abs=0.15)
    home.reception.forget_others(frozenset({"bedroom"}), frozenset({"b", "k"}))
    assert home.reception.to_dict().keys() == {"bedroom"}
    assert home.reception.to_dict()["bedroom"]["parts"].keys() == {"b", "k"}


@pytest.mark.parametrize(
    "data",
    [{"kitchen": 3}, {"kitchen": {"minutes": "x", "parts": {}}}, {"kitchen": {"minutes": 1, "parts": {"k": 7.0}}}],
)
def test_malformed_habits_are_refused(data: object) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Reception.from_dict(data)  # type: ignore[arg-type]


@given(
    st.lists(
        st.tuples(
            st.dictionaries(st.sampled_from(sorted(ANCHORS)), st.integers(0, 500)), st.sets(st.sampled_from("klb"))
        ),
        max_size=60,
    )
)
def test_the_parts_of_a_room_are_never_more_than_all(minutes: list[tuple[dict[str, int], set[str]]]) -> None:
    reception = Reception()
    for counts, listening in minutes:
        reception.take({"tag": counts}, {"tag": "kitchen"}, frozenset(listening), ANCHORS)
        for habit in reception.to_dict().values():
            assert all(0.0 <= part <= 1.0 for part in habit["parts"].values())
        assert all(share is None or share >= 0.0 for share in map(reception.share, ANCHORS))
    Reception.from_dict(reception.to_dict())
