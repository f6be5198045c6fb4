"""Listeners come and go, also while they are being called."""

from __future__ import annotations

from collections.abc import Callable

from custom_components.indoor_positioning.listeners import call_all, register


def test_each_is_called_with_the_arguments_until_it_is_taken_off() -> None:
    told: list[tuple[str, int]] = []
    listeners: list[Callable[[int], None]] = []
    remove = register(listeners, lambda number: told.append(("one", number)))
    register(listeners, lambda number: told.append(("two", number)))
    call_all(listeners, 1)
    remove()
    call_all(listeners, 2)
    assert told == [("one", 1), ("two", 1), ("two", 2)]


def test_one_may_take_itself_off_while_all_are_called() -> None:
    told: list[str] = []
    listeners: list[Callable[[], None]] = []

    def once() -> None:
        told.append("once")
        remove()

    remove = register(listeners, once)
    register(listeners, lambda: told.append("always"))
    call_all(listeners)
    call_all(listeners)
    assert told == ["once", "always", "always"]
