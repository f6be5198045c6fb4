"""Who has stayed in one room from one look to the next."""

from __future__ import annotations

from custom_components.indoor_positioning.engine.decision import Presence
from custom_components.indoor_positioning.stays import Stays
from tests.house import House


async def test_only_who_was_in_the_same_room_at_the_last_look_has_stayed(house: House) -> None:
    await house.async_set_up()
    one = await house.async_add_beacon("C4:00:00:00:01:00", kind="address", name="One")
    two = await house.async_add_beacon("C4:00:00:00:01:01", kind="address", name="Two")
    tracks, stays = house.runtime.positioning.tracks, Stays()

    def say(beacon_id: str, room: str | None) -> None:
        tracks[beacon_id].presence = Presence(0.0, room=room)

    say(one, "kitchen")
    say(two, None)
    assert stays.look(tracks) == {}, "nobody knows where it was before"
    assert stays.look(tracks) == {one: "kitchen"}
    say(one, "bedroom")
    say(two, "kitchen")
    assert stays.look(tracks) == {}
    say(one, None)
    assert stays.look(tracks) == {two: "kitchen"}
    assert stays.look({}) == {}
    assert stays.look(tracks) == {}, "who was gone meanwhile begins anew"
