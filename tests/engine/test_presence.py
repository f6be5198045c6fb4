"""Room occupancy: each reason of the rule, and the two cases that it is there for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.presence import (
    FIRST_WORD_S,
    PresenceRule,
    Reason,
    RoomOccupancy,
    RoomPresence,
    SensorKind,
)

RULE = PresenceRule(hold=120.0, still_after=900.0)
NOBODY: dict[str, float | None] = {}


def room(**kinds: SensorKind) -> RoomPresence:
    """Return a room whose sensors see nothing and whose doors are closed."""
    presence = RoomPresence(RULE)
    for name, kind in kinds.items():
        presence.sense(0.0, name, kind, on=False)
    return presence


def pir(presence: RoomPresence, now: float, *, on: bool | None) -> None:
    presence.sense(now, "pir", SensorKind.MOTION, on=on)


def door(presence: RoomPresence, now: float, *, is_open: bool | None) -> None:
    presence.sense(now, "door", SensorKind.DOOR, on=is_open)


def reasons(presence: RoomPresence, now: float, beacons: dict[str, float | None] | None = None) -> list[str]:
    return [reason.value for reason in presence.decide(now, beacons or {}).reasons]


def test_a_tag_left_on_the_table_does_not_keep_the_light_on() -> None:
    presence = room(pir=SensorKind.MOTION)
    said = presence.decide(10.0, {"tag": 5.0})
    assert (said.occupied, said.changes_at) == (True, 5.0 + RULE.still_after)
    said = presence.decide(5.0 + RULE.still_after, {"tag": 5.0})
    assert said == RoomOccupancy(resting=frozenset({"tag"}))


def test_a_person_without_a_tag_keeps_the_light_on() -> None:
    presence = room(pir=SensorKind.MOTION)
    pir(presence, 10.0, on=True)
    assert reasons(presence, 5000.0) == ["sensor"]
    pir(presence, 5000.0, on=False)
    assert reasons(presence, 5119.0) == ["sensor_lately"]
    assert presence.decide(5119.0, NOBODY).changes_at == 5120.0
    assert reasons(presence, 5120.0) == []


def test_a_carried_beacon_counts_beside_one_that_rests() -> None:
    presence = room(pir=SensorKind.MOTION)
    said = presence.decide(2000.0, {"keys": 0.0, "phone": 1900.0, "new": None})
    assert said.reasons == (Reason.BEACON,)
    assert (said.counted, said.resting) == (frozenset({"phone", "new"}), frozenset({"keys"}))
    assert said.changes_at == 1900.0 + RULE.still_after


def test_without_a_sensor_that_answers_every_beacon_counts() -> None:
    silent = room(pir=SensorKind.MOTION)
    pir(silent, 1.0, on=None)
    for presence in (room(), room(door=SensorKind.DOOR), silent):
        said = presence.decide(9500.0, {"tag": 0.0})
        assert (said.occupied, said.changes_at) == (True, None)


def test_who_moved_behind_a_closed_door_is_still_there() -> None:
    presence = room(pir=SensorKind.MOTION, door=SensorKind.DOOR)
    door(presence, 10.0, is_open=True)
    assert reasons(presence, 10.0) == ["sensor_lately"]
    door(presence, 20.0, is_open=False)
    pir(presence, 30.0, on=True)
    pir(presence, 60.0, on=False)
    assert reasons(presence, 9000.0) == ["closed_door"]
    door(presence, 9000.0, is_open=True)
    assert reasons(presence, 9001.0) == ["sensor_lately"]
    assert reasons(presence, 9200.0) == []


def test_motion_that_only_lasts_beyond_the_closing_is_of_who_left() -> None:
    presence = room(pir=SensorKind.MOTION, door=SensorKind.DOOR)
    pir(presence, 5.0, on=True)
    door(presence, 10.0, is_open=True)
    door(presence, 12.0, is_open=False)
    pir(presence, 70.0, on=False)
    assert reasons(presence, 12.0 + 70.0 + RULE.hold) == []


def test_a_presence_sensor_knows_better_than_a_closed_door() -> None:
    presence = room(pir=SensorKind.MOTION, radar=SensorKind.PRESENCE, door=SensorKind.DOOR)
    pir(presence, 5.0, on=True)
    pir(presence, 6.0, on=False)
    assert reasons(presence, 500.0) == []
    presence.sense(500.0, "radar", SensorKind.PRESENCE, on=None)
    assert reasons(presence, 1000.0) == ["closed_door"]


def test_a_door_that_no_longer_answers_locks_nobody_in() -> None:
    presence = room(pir=SensorKind.MOTION, door=SensorKind.DOOR)
    pir(presence, 5.0, on=True)
    pir(presence, 6.0, on=False)
    door(presence, 10.0, is_open=None)
    assert reasons(presence, 500.0) == []


def test_the_first_word_of_a_sensor_is_no_event() -> None:
    presence = RoomPresence(RULE)
    door(presence, 0.0, is_open=True)
    pir(presence, 0.0, on=True)
    assert reasons(presence, 0.0) == ["sensor"]
    presence = RoomPresence(RULE)
    door(presence, 0.0, is_open=False)
    pir(presence, 0.0, on=False)
    assert reasons(presence, 0.0) == []


def test_sensors_that_are_no_longer_chosen_are_forgotten() -> None:
    presence = room(pir=SensorKind.MOTION)
    assert presence.decide(5000.0, {"tag": 0.0}).resting == {"tag"}
    presence.choose(5000.0, ())
    assert presence.decide(5000.0, {"tag": 0.0}).counted == {"tag"}


def test_after_a_start_sensors_have_time_for_their_first_word() -> None:
    presence = RoomPresence(RULE)
    presence.choose(1000.0, ["pir"])
    said = presence.decide(1000.0, {"tag": 0.0})
    assert (said.resting, said.changes_at) == (frozenset({"tag"}), 1000.0 + FIRST_WORD_S)
    pir(presence, 1010.0, on=None)
    assert presence.decide(1100.0, {"tag": 0.0}).resting == {"tag"}
    assert presence.decide(1000.0 + FIRST_WORD_S, {"tag": 0.0}).counted == {"tag"}
    pir(presence, 1200.0, on=False)
    assert presence.decide(1200.0, {"tag": 0.0}).resting == {"tag"}


def test_who_is_behind_a_door_that_is_no_longer_chosen_is_forgotten() -> None:
    presence = room(pir=SensorKind.MOTION, door=SensorKind.DOOR)
    pir(presence, 5.0, on=True)
    pir(presence, 6.0, on=False)
    assert reasons(presence, 500.0) == ["closed_door"]
    presence.choose(500.0, {"pir"})
    assert reasons(presence, 500.0) == []


def test_a_restart_switches_no_light_off() -> None:
    presence = RoomPresence(RULE)
    presence.resume(10.0, ["sensor"])
    assert reasons(presence, 100.0) == ["sensor_lately"]
    presence = RoomPresence(RULE)
    presence.resume(10.0, ["closed_door"])
    presence.choose(10.0, ["door"])
    door(presence, 11.0, is_open=None)
    assert reasons(presence, 11.0) == ["closed_door"]
    door(presence, 12.0, is_open=False)
    assert reasons(presence, 5000.0) == ["closed_door"]
    door(presence, 5001.0, is_open=True)
    assert reasons(presence, 9000.0) == []


def test_a_door_that_is_gone_after_a_restart_locks_nobody_in() -> None:
    presence = RoomPresence(RULE)
    presence.resume(10.0, ["closed_door"])
    presence.choose(10.0, ["door"])
    said = presence.decide(11.0, NOBODY)
    assert (said.occupied, said.changes_at) == (True, 10.0 + FIRST_WORD_S)
    assert reasons(presence, 10.0 + FIRST_WORD_S) == []


@given(
    st.lists(
        st.tuples(
            st.floats(0.0, 400.0),
            st.sampled_from([("pir", SensorKind.MOTION), ("radar", SensorKind.PRESENCE), ("door", SensorKind.DOOR)]),
            st.sampled_from([True, False, None]),
        ),
        max_size=30,
    ),
    st.floats(0.0, 5000.0),
)
def test_nothing_changes_before_it_is_said_to(
    events: list[tuple[float, tuple[str, SensorKind], bool | None]], still_since: float
) -> None:
    presence, now = RoomPresence(RULE), 0.0
    for elapsed, (name, kind), on in events:
        now += elapsed
        presence.sense(now, name, kind, on=on)
    beacons: dict[str, float | None] = {"tag": min(still_since, now)}
    said = presence.decide(now, beacons)
    later = 1e9 if said.changes_at is None else said.changes_at - 1e-3
    if later >= now:
        assert presence.decide(later, beacons).reasons == said.reasons
    if said.changes_at is not None:
        assert said.changes_at > now
        assert presence.decide(said.changes_at, beacons) != said
