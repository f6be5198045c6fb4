"""The live map: where the beacons are, how the anchors do, and who hears one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import probatio as vol
from homeassistant.components import bluetooth
from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from .. import clock
from ..const import CONF_BEACON
from ..engine.decision import Presence
from ..positioning import SIGNAL_PRESENCE
from ..presentation import STRONGEST_WINDOW_S
from ..track import Track
from ..whereabouts import state_of
from .base import Command, Request, command
from .fields import tracked_beacon
from .subscription import Subscription, difference

# Seconds. When a beacon was last heard is told this coarsely, or every packet of a beacon at rest would be news.
HEARD_STEP_S: Final = 10

# Decimals: a centimetre, a percent. Walking is told in tenths, or belief at rest would be news all the time.
METRES: Final = 2
SHARE: Final = 2
MOVING: Final = 1


class LiveMap(Subscription):
    """First everything, then what changed: whole rows of new beacons, of others the fields that differ."""

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self._beacons: dict[str, dict[str, Any]] = {}
        self._anchors: dict[str, str] = {}
        self._touched = set(self.entry.runtime_data.positioning.tracks)
        # The first event tells that there is a plan to fetch, each later one that it has changed.
        self._plan_changed = True

    def listen(self) -> list[CALLBACK_TYPE]:
        runtime = self.entry.runtime_data
        return [
            async_dispatcher_connect(self.hass, SIGNAL_PRESENCE, self._estimated),
            runtime.positioning.subscribe_all(self.changed),
            runtime.positioning.subscribe_model(self._restructured),
            runtime.subscribe_structure(self._restructured),
        ]

    def changes(self) -> Mapping[str, Any]:
        tracks = self.entry.runtime_data.positioning.tracks
        changes: dict[str, Any] = {}
        if gone := [one for one in self._beacons if one not in tracks]:
            changes["removed"] = gone
            for beacon_id in gone:
                del self._beacons[beacon_id]
        if beacons := {
            one: news for one in self._touched if (track := tracks.get(one)) and (news := self._news(track))
        }:
            changes["beacons"] = beacons
        anchors = self._health()
        if news := {source: status for source, status in anchors.items() if self._anchors.get(source) != status}:
            changes["anchors"] = news
        if self._plan_changed:
            changes["plan_changed"] = True
        self._anchors, self._plan_changed = anchors, False
        self._touched.clear()
        return changes

    @callback
    def _estimated(self, beacon_id: str, _presence: Presence) -> None:
        self._touched.add(beacon_id)
        self.changed()

    @callback
    def _restructured(self) -> None:
        self._touched.update(self.entry.runtime_data.positioning.tracks)
        self._plan_changed = True
        self.changed()

    def _news(self, track: Track) -> dict[str, Any]:
        beacon_id = track.tracker.beacon_id
        row = _row(track, self.entry.runtime_data.beacon_name(beacon_id))
        news = difference(self._beacons.get(beacon_id), row)
        self._beacons[beacon_id] = row
        return news

    def _health(self) -> dict[str, str]:
        """Each anchor `listening`, `silent` (connected, and heard nothing of anybody lately) or `offline`."""
        runtime = self.entry.runtime_data
        listening = runtime.anchors.listening()
        return {
            anchor.id: "listening" if anchor.id in listening else self._unheard(anchor.id)
            for anchor in runtime.positioning.model.home.anchors
        }

    def _unheard(self, source: str) -> str:
        return "silent" if bluetooth.async_scanner_by_source(self.hass, source) else "offline"


class LiveLinks(Subscription):
    """Which anchors hear one beacon now, and how strongly (dBm)."""

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self._beacon_id: str = request.msg[CONF_BEACON]
        self._sent: dict[str, float] | None = None

    def listen(self) -> list[CALLBACK_TYPE]:
        return [async_dispatcher_connect(self.hass, SIGNAL_PRESENCE, self._estimated)]

    def changes(self) -> Mapping[str, Any]:
        now = clock.monotonic()
        track = self.entry.runtime_data.positioning.tracks.get(self._beacon_id)
        readings = track.latest.values() if track else ()
        links = {one.anchor: one.rssi for one in readings if now - one.time <= STRONGEST_WINDOW_S}
        if links == self._sent:
            return {}
        self._sent = links
        return {"links": links}

    @callback
    def _estimated(self, beacon_id: str, _presence: Presence) -> None:
        if beacon_id == self._beacon_id:
            self.changed()


def _row(track: Track, name: str) -> dict[str, Any]:
    """Everything the map shows of a beacon; places by id, metres, probabilities 0..1, moments in epoch seconds."""
    presence = track.presence
    estimate = None if presence.away else presence.estimate
    x, y = presence.position or (None, None)
    return {
        "name": name,
        "state": state_of(presence),
        "floor": presence.floor,
        "x": _rounded(x, METRES),
        "y": _rounded(y, METRES),
        "accuracy": _rounded(presence.accuracy, METRES),
        "room": presence.room,
        "probability": _rounded(presence.confidence, SHARE),
        "rooms": _chances(estimate.room_probabilities) if estimate else {},
        "zones": sorted(presence.zones),
        "moving": _rounded(estimate.moving, MOVING) if estimate else None,
        "still_since": _epoch(presence.still_since, 1),
        "last_heard": _epoch(presence.last_heard, HEARD_STEP_S),
        "duplicate_suspected": track.clone_suspicion() is not None,
    }


def _chances(chances: Mapping[str, float]) -> dict[str, float]:
    rounded = ((room, round(chance, SHARE)) for room, chance in chances.items())
    return {room: chance for room, chance in rounded if chance > 0.0}


def _rounded(value: float | None, decimals: int) -> float | None:
    return None if value is None else round(value, decimals)


def _epoch(then: float | None, step: int) -> int | None:
    """Return the wall clock's time of a moment on the monotonic clock, in steps of so many seconds."""
    return None if then is None else round((clock.time() - clock.monotonic() + then) / step) * step


@command("live/subscribe", admin=False)
async def _subscribe(request: Request) -> None:
    LiveMap(request).start()


@command("live/links", {vol.Required(CONF_BEACON): str}, admin=False)
async def _links(request: Request) -> None:
    tracked_beacon(request)
    LiveLinks(request).start()


LIVE_COMMANDS: Final[tuple[Command, ...]] = (_subscribe, _links)
