"""What is known of the beacons, on disk: a restart goes on where the last run stopped, aged by the time between."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NotRequired, TypedDict

from homeassistant.core import HomeAssistant, callback

from . import clock
from .engine.decision import Presence
from .kept_store import KeptStore

_LOGGER = logging.getLogger(__name__)

STORAGE_VERSION: Final = 1

# Seconds from a change to the write: a crash loses that much, a busy home writes no more often.
SAVE_DELAY_S: Final = 300.0


class _StoredPresence(TypedDict):
    room: str | None
    away: bool
    floor: str | None
    position: tuple[float, float] | None
    accuracy: float | None
    confidence: float
    silence: float | None
    zones: NotRequired[list[str]]
    still_for: NotRequired[float | None]


class _StoredBeacon(TypedDict):
    tracker: dict[str, Any]
    presence: _StoredPresence
    reference_rssi: float | None


class _StoredState(TypedDict):
    saved_at: float
    beacons: dict[str, _StoredBeacon]


@dataclass(frozen=True, slots=True)
class BeaconState:
    """What outlives a restart: the tracker's snapshot, what was said last, and the strength at 1 m once it is known.

    `age` is how many seconds ago that was; `presence.time` and `last_heard` are on the monotonic clock of this run.
    """

    tracker: Mapping[str, Any]
    presence: Presence
    reference_rssi: float | None
    age: float = 0.0


class StateStore:
    """Keeps one `BeaconState` a beacon."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        self._store = _store(hass, entry_id)

    async def async_load(self) -> dict[str, BeaconState]:
        """Return what is on disk by beacon id; what cannot be read is left out."""
        states: dict[str, BeaconState] = {}
        if (stored := await self._store.async_load()) is None:
            return states
        try:
            # A machine without a clock of its own may start in the past; no age is below zero.
            age = max(0.0, clock.time() - stored["saved_at"])
            for beacon_id, row in stored["beacons"].items():
                states[beacon_id] = _from_row(row, age, clock.monotonic() - age)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            _LOGGER.warning("The last places of beacons on disk cannot be read and are found anew: %r", error)
        return states

    @callback
    def save_later(self, states: Callable[[], Mapping[str, BeaconState]]) -> None:
        """Write within some minutes."""
        self._store.save_later(lambda: _to_rows(states()), SAVE_DELAY_S)

    async def async_save(self, states: Mapping[str, BeaconState]) -> None:
        """Write now."""
        await self._store.async_save(_to_rows(states))

    @staticmethod
    async def async_remove_file(hass: HomeAssistant, entry_id: str) -> None:
        """Delete what is on disk."""
        await _store(hass, entry_id).async_remove()


def _store(hass: HomeAssistant, entry_id: str) -> KeptStore[_StoredState]:
    return KeptStore(hass, STORAGE_VERSION, entry_id, "state")


def _to_rows(states: Mapping[str, BeaconState]) -> _StoredState:
    now = clock.monotonic()
    return {
        "saved_at": clock.time(),
        "beacons": {beacon_id: _to_row(state, now) for beacon_id, state in states.items()},
    }


def _to_row(state: BeaconState, now: float) -> _StoredBeacon:
    presence = state.presence
    return {
        "tracker": dict(state.tracker),
        "presence": {
            "room": presence.room,
            "away": presence.away,
            "floor": presence.floor,
            "position": presence.position,
            "accuracy": presence.accuracy,
            "confidence": presence.confidence,
            "silence": None if presence.last_heard is None else now - presence.last_heard,
            "zones": sorted(presence.zones),
            "still_for": None if presence.still_since is None else now - presence.still_since,
        },
        "reference_rssi": state.reference_rssi,
    }


def _from_row(row: _StoredBeacon, age: float, saved_at: float) -> BeaconState:
    said = row["presence"]
    position, silence = said["position"], said["silence"]
    presence = Presence(
        time=saved_at,
        room=said["room"],
        away=said["away"],
        floor=said["floor"],
        position=(position[0], position[1]) if position else None,
        accuracy=said["accuracy"],
        confidence=said["confidence"],
        last_heard=None if silence is None else saved_at - silence,
        zones=frozenset(said.get("zones", ())),
        still_since=None if (still_for := said.get("still_for")) is None else saved_at - still_for,
    )
    return BeaconState(row["tracker"], presence, row["reference_rssi"], age)
