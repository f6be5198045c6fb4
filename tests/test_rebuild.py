"""When the positioning model is built anew."""

from __future__ import annotations

import asyncio

from custom_components.indoor_positioning.rebuild import Rebuild
from tests.house import House


class Builder:
    """Counts what it builds; while `held`, it does not come to an end."""

    def __init__(self) -> None:
        self.begun = self.built = 0
        self.held = asyncio.Event()
        self.held.set()

    async def __call__(self) -> None:
        self.begun += 1
        await self.held.wait()
        self.built += 1


async def test_many_changes_are_built_in_at_once_and_soon(house: House) -> None:
    builder = Builder()
    rebuild = Rebuild(house.hass, builder)
    for _ in range(5):
        rebuild.request()
    assert builder.built == 0
    await house.clock.async_pass(1)
    assert builder.built == 1
    await house.clock.async_pass(5)
    assert builder.built == 1
    rebuild.stop()


async def test_who_waits_for_a_change_has_it_now_and_it_is_not_built_twice(house: House) -> None:
    builder = Builder()
    rebuild = Rebuild(house.hass, builder)
    await rebuild.async_catch_up()
    assert builder.built == 0, "nothing has changed"
    rebuild.request()
    await rebuild.async_catch_up()
    assert builder.built == 1
    await house.clock.async_pass(2)
    assert builder.built == 1
    rebuild.stop()


async def test_who_waits_while_it_is_built_has_also_what_changed_meanwhile(house: House) -> None:
    builder = Builder()
    rebuild = Rebuild(house.hass, builder)
    builder.held.clear()
    rebuild.request()
    async with asyncio.TaskGroup() as group:
        group.create_task(rebuild.async_catch_up())
        await asyncio.sleep(0)
        assert (builder.begun, builder.built) == (1, 0)
        rebuild.request()
        waiting = group.create_task(rebuild.async_catch_up())
        await asyncio.sleep(0)
        assert not waiting.done()
        builder.held.set()
    assert (builder.begun, builder.built) == (2, 2)
    rebuild.stop()


async def test_once_stopped_nothing_is_built(house: House) -> None:
    builder = Builder()
    rebuild = Rebuild(house.hass, builder)
    rebuild.request()
    rebuild.stop()
    await rebuild.async_catch_up()
    await house.clock.async_pass(2)
    assert builder.built == 0
