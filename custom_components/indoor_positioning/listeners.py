"""Whoever wants to be called: put on a list, and taken off it by what `register` returns."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from homeassistant.core import CALLBACK_TYPE, callback


def register[T](listeners: list[T], listener: T) -> CALLBACK_TYPE:
    """Put `listener` on the list; what is returned takes it off again."""
    listeners.append(listener)

    @callback
    def remove() -> None:
        listeners.remove(listener)

    return remove


@callback
def call_all[*Arguments](listeners: Iterable[Callable[[*Arguments], None]], *arguments: *Arguments) -> None:
    """Call each listener; one may take itself or others off the list meanwhile."""
    for listener in tuple(listeners):
        listener(*arguments)
