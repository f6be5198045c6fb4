"""People who carry several beacons, and where they are by all of these together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, callback

from .const import CONF_BEACONS, CONF_WORN, SUBENTRY_PERSON
from .engine.companions import Companions, Together
from .engine.decision import Presence
from .listeners import call_all, register
from .positioning import Positioning


@dataclass(slots=True)
class Person:
    """One person at run time."""

    companions: Companions
    settings: tuple[tuple[str, ...], tuple[str, ...]]
    where: Together = field(default_factory=Together)
    listeners: list[CALLBACK_TYPE] = field(default_factory=list)
    # Those who follow each estimate.
    followers: list[CALLBACK_TYPE] = field(default_factory=list)
    stop: list[CALLBACK_TYPE] = field(default_factory=list)


class Persons:
    """Follows the beacons of everybody."""

    def __init__(self, entry: ConfigEntry[Any], positioning: Positioning) -> None:
        self._entry = entry
        self._positioning = positioning
        self._persons: dict[str, Person] = {}

    def where(self, person_id: str) -> Together:
        """Return where a person is; nowhere, once the person is removed."""
        person = self._persons.get(person_id)
        return Together() if person is None else person.where

    def beacons(self, person_id: str) -> tuple[str, ...]:
        """Return the beacons that a person carries; none, once the person is removed."""
        person = self._persons.get(person_id)
        return () if person is None else person.companions.beacons

    @callback
    def follow(self) -> None:
        """Bring what is followed in step with the people and beacons that there are."""
        wanted = {one.subentry_id: one.data for one in self._entry.get_subentries_of_type(SUBENTRY_PERSON)}
        for person_id in self._persons.keys() - wanted.keys():
            self._release(self._persons.pop(person_id))
        for person_id, data in wanted.items():
            settings = tuple(data[CONF_BEACONS]), tuple(data.get(CONF_WORN) or ())
            person = self._persons.get(person_id)
            if person is None:
                person = self._persons[person_id] = Person(Companions(*settings), settings)
            elif person.settings != settings:
                person.companions, person.settings = Companions(*settings), settings
            self._release(person)
            self._listen(person)

    @callback
    def subscribe(self, person_id: str, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` when a person is found elsewhere, or by another beacon."""
        return register(self._persons[person_id].listeners, listener)

    @callback
    def subscribe_estimates(self, person_id: str, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` after each estimate of a beacon that the person carries."""
        return register(self._persons[person_id].followers, listener)

    @callback
    def stop(self) -> None:
        """Follow nobody any more."""
        for person in self._persons.values():
            self._release(person)

    def _listen(self, person: Person) -> None:
        @callback
        def look(_presence: Presence | None = None) -> None:
            before = person.where
            tracks = self._positioning.tracks
            person.where = person.companions.where({one: track.presence for one, track in tracks.items()})
            if _gist(person.where) != _gist(before):
                call_all(person.listeners)
            call_all(person.followers)

        beacons = [one for one in person.companions.beacons if one in self._positioning.tracks]
        person.stop = [self._positioning.subscribe(one, look) for one in beacons]
        look()

    def _release(self, person: Person) -> None:
        for stop in person.stop:
            stop()
        person.stop = []


def _gist(where: Together) -> tuple[object, ...]:
    return where.beacon, where.room, where.away
