"""Work that falls due in the same moment is done one by one, and the event loop is given back in between."""

from __future__ import annotations

import asyncio

from custom_components.indoor_positioning.turns import Turns


async def test_one_item_is_served_in_each_pass_in_the_order_of_arrival() -> None:
    told: list[str] = []
    turns: Turns[str] = Turns(asyncio.get_running_loop(), told.append)
    for item in ("a", "b", "a", "c"):
        turns.line_up(item)
    assert "a" in turns
    assert told == [], "nothing is done in the pass that finds it due"
    for number in range(1, 4):
        await asyncio.sleep(0)
        assert told == ["a", "b", "c"][:number]
    assert "a" not in turns
    await asyncio.sleep(0)
    assert told == ["a", "b", "c"]


async def test_who_lines_up_again_comes_after_all_others() -> None:
    told: list[str] = []

    def work(item: str) -> None:
        told.append(item)
        if item == "a" and told.count("a") < 3:
            turns.line_up("a")

    turns: Turns[str] = Turns(asyncio.get_running_loop(), work)
    for item in ("a", "b"):
        turns.line_up(item)
    for _ in range(6):
        await asyncio.sleep(0)
    assert told == ["a", "b", "a", "a"]


async def test_who_leaves_is_not_served() -> None:
    told: list[str] = []
    turns: Turns[str] = Turns(asyncio.get_running_loop(), told.append)
    turns.line_up("a")
    turns.leave("a")
    turns.leave("nobody")
    await asyncio.sleep(0)
    assert told == []
    turns.line_up("b")
    await asyncio.sleep(0)
    assert told == ["b"]


async def test_nothing_is_done_after_the_stop() -> None:
    told: list[str] = []
    turns: Turns[str] = Turns(asyncio.get_running_loop(), told.append)
    turns.stop()
    turns.line_up("a")
    turns.stop()
    for _ in range(3):
        await asyncio.sleep(0)
    assert told == []


async def test_a_fault_in_one_turn_takes_nobody_elses() -> None:
    told: list[str] = []
    faults: list[BaseException | None] = []
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    loop.set_exception_handler(lambda _, context: faults.append(context.get("exception")))

    def work(item: str) -> None:
        if item == "bad":
            raise ZeroDivisionError
        told.append(item)

    turns: Turns[str] = Turns(loop, work)
    for item in ("bad", "good"):
        turns.line_up(item)
    for _ in range(3):
        await asyncio.sleep(0)
    loop.set_exception_handler(before)
    assert told == ["good"]
    assert [type(fault) for fault in faults] == [ZeroDivisionError]
