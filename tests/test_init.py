"""From nothing to a room that changes, in a real Home Assistant."""

from __future__ import annotations

from tests.house import House


async def test_rooms_work_at_once(house: House) -> None:
    """Proxies with areas and one beacon suffice to know the room."""
    await house.async_set_up()
    await house.async_add_beacon()
    await house.async_stay("kitchen", 10)
    state = house.state("sensor.tag_room")
    assert state.state == "Kitchen"
    assert state.attributes["area_id"] == "kitchen"
    await house.async_stay("bedroom", 15)
    assert house.state("sensor.tag_room").state == "Bedroom"
