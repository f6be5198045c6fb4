"""Times the live map on the server's side: what one client costs that watches many walking beacons."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from unittest.mock import MagicMock, patch

import numpy as np

from custom_components.indoor_positioning.engine.decision import Presence
from custom_components.indoor_positioning.engine.home import Home
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.observation import Observation
from custom_components.indoor_positioning.engine.tracker import Tracker

BEACONS = 50
ANCHORS = 30
EVENTS_A_SECOND = 5
SECONDS = 20

# Presences of each beacon that are told in turn: each differs from the one before, as of whoever walks.
STEPS = 10


@dataclass(frozen=True, slots=True)
class LiveCost:
    """Share of a core for one client, and the mean size of an event in bytes."""

    core_share: float
    event_bytes: float


class _Loop:
    """An event loop whose time stands still until it is told, and that holds one timer."""

    def __init__(self) -> None:
        self.now = 0.0
        self._due: tuple[float, Callable[[], None]] = (float("inf"), lambda: None)

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, call: Callable[[], None]) -> MagicMock:
        self._due = (when, call)
        return MagicMock(when=lambda: when)

    def run(self) -> None:
        when, call = self._due
        if when <= self.now + 1e-9:
            call()


def live_cost(home: Home) -> LiveCost | None:
    """Return what one client costs that watches `BEACONS` beacons in `home`, all of which move between any two events.

    Everything is counted from an estimate to the bytes of the message. The estimates themselves are made whether
    anybody looks on or not. None where there is no Home Assistant.
    """
    try:
        from homeassistant.components.websocket_api.messages import (  # noqa: PLC0415 - absent with the engine alone
            message_to_json_bytes,
        )

        from custom_components.indoor_positioning.websocket.live import LiveMap  # noqa: PLC0415
    except ImportError:
        return None
    model = PositioningModel.build(home)
    told = _presences(model)
    tracks = {beacon: MagicMock(presence=steps[0], clone_suspicion=lambda: None) for beacon, steps in told.items()}
    for beacon, track in tracks.items():
        track.tracker.beacon_id = beacon
    loop, estimated, sizes = _Loop(), list[Callable[[str, Presence], None]](), list[int]()
    request = _request(model, tracks, loop, lambda message: sizes.append(len(message_to_json_bytes(message))))

    def connect(_hass: object, signal: str, target: Callable[[str, Presence], None]) -> MagicMock:
        if "presence" in signal:
            estimated.append(target)
        return MagicMock()

    with (
        patch("custom_components.indoor_positioning.websocket.live.async_dispatcher_connect", connect),
        patch("custom_components.indoor_positioning.websocket.subscription.async_dispatcher_connect", connect),
    ):
        LiveMap(request).start()
    loop.run()
    sizes.clear()
    spent = 0.0
    for event in range(1, SECONDS * EVENTS_A_SECOND + 1):
        loop.now = event / EVENTS_A_SECOND
        for beacon, track in tracks.items():
            track.presence = told[beacon][event % STEPS]
        begin = time.process_time()
        for beacon, track in tracks.items():
            estimated[0](beacon, track.presence)
        loop.run()
        spent += time.process_time() - begin
    if len(sizes) != SECONDS * EVENTS_A_SECOND:
        raise RuntimeError(f"{len(sizes)} events went out, not {SECONDS * EVENTS_A_SECOND}")
    return LiveCost(spent / SECONDS, sum(sizes) / len(sizes))


def _request(
    model: PositioningModel, tracks: Mapping[str, MagicMock], loop: _Loop, send: Callable[[Any], None]
) -> MagicMock:
    request = MagicMock(msg={"id": 1})
    request.hass.loop = loop
    request.connection.send_message = send
    runtime = request.entry.runtime_data
    runtime.positioning.model, runtime.positioning.tracks = model, dict(tracks)
    runtime.anchors.listening.return_value = frozenset(anchor.id for anchor in model.home.anchors)
    runtime.beacon_name = lambda beacon: f"Beacon {beacon}"
    return request


def _presences(model: PositioningModel) -> dict[str, Sequence[Presence]]:
    """Return what is said of each beacon, step by step, while its levels wander."""
    rng = np.random.default_rng(1)
    anchors = [anchor.id for anchor in model.home.anchors]
    told: dict[str, Sequence[Presence]] = {}
    for number in range(BEACONS):
        tracker = Tracker(f"{number}", model)
        steps: list[Presence] = []
        for second in range(STEPS):
            for anchor, level in zip(anchors, rng.uniform(-90.0, -50.0, len(anchors)), strict=True):
                tracker.observe(Observation(second - 0.5, f"{number}", anchor, float(level)))
            steps.append(tracker.update(float(second), frozenset(anchors)))
        told[f"{number}"] = steps
    return told
