"""Replay: a recording streamed through the very tracker that the integration runs."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ..anchor_health import AnchorHealth
from ..decision import Presence
from ..decision_settings import DecisionSettings
from ..dynamic_calibration import DynamicCalibration
from ..learning import learn_from_history
from ..locators import DEFAULT_LOCATOR, NETWORK_LOCATORS
from ..measurement import Measurement
from ..model import PositioningModel
from ..neural.self_learning import learn_labels
from ..observation import Observation
from ..tracker import Tracker
from .recording import Recording
from .rows import EstimateRow

# One row a second.
PERIOD_S = 1.0

# Drift is a matter of minutes; fitting it costs about a millisecond (s).
FIT_INTERVAL_S = 10.0


def replay(
    recording: Recording,
    *,
    locator: str = DEFAULT_LOCATOR,
    model: PositioningModel | None = None,
    settings: DecisionSettings | None = None,
    ends: Mapping[str, float] | None = None,
) -> Iterator[EstimateRow]:
    """Yield one row per device and whole second, from the device's first reading to the recording's end.

    Nothing is looked ahead: the row of time t uses readings up to t only, and so does what counts as a
    listening anchor. `ends` names the devices to follow and until when; without it all are, to the
    end. Raises KeyError where there is no such locator.
    """
    model = model or prepare_model(recording, networks=locator in NETWORK_LOCATORS)
    trackers: dict[str, Tracker] = {}
    drift = DynamicCalibration()
    drift.follow(recording.home)
    fitted_at = -math.inf
    measurements = deque(recording.measurements)
    for now, readings, listening in seconds(recording):
        for reading in readings:
            drift.hear(reading)
        for heard in (*readings, *_due(measurements, now)):
            if ends is not None and heard.beacon not in ends:
                continue
            if heard.beacon not in trackers:
                trackers[heard.beacon] = Tracker(heard.beacon, model, locator=locator, settings=settings)
            if isinstance(heard, Observation):
                trackers[heard.beacon].observe(heard)
            else:
                trackers[heard.beacon].measure(heard)
        if now - fitted_at >= FIT_INTERVAL_S:
            fitted_at = now
            drift.fit(now)
        for device, tracker in trackers.items():
            tracker.compensate(drift.drift.corrections)
            if ends is not None and now > ends[device]:
                continue
            yield estimate_row(device, tracker.update(now, listening))


def prepare_model(recording: Recording, *, networks: bool = False) -> PositioningModel:
    """Return the model of a recording's home and survey, self-calibrated by its history where it has one.

    Where `networks` will be trained from it, the history teaches them too.
    """
    learnt = learn_from_history(recording.home, recording.survey, recording.history) if recording.history else None
    model = PositioningModel.build(recording.home, recording.survey, learnt)
    if networks and recording.survey and recording.history:
        return replace(model, learnt=learn_labels(model, recording.history))
    return model


def seconds(recording: Recording) -> Iterator[tuple[float, list[Observation], frozenset[str]]]:
    """Yield (time, readings since the last time, listening anchors) for every second of a recording."""
    times = [part[0].time for part in (recording.adverts, recording.measurements) if part]
    if not times:
        return
    waiting = deque(recording.adverts)
    health = AnchorHealth()
    now = math.ceil(min(times) / PERIOD_S) * PERIOD_S
    end = _end(recording)
    while now <= end:
        readings = []
        while waiting and waiting[0].time <= now:
            reading = waiting.popleft()
            health.heard(reading.anchor, reading.time)
            readings.append(reading)
        yield now, readings, health.listening(now)
        now += PERIOD_S


def _due(waiting: deque[Measurement], now: float) -> Iterator[Measurement]:
    while waiting and waiting[0].time <= now:
        yield waiting.popleft()


def estimate_row(device: str, presence: Presence) -> EstimateRow:
    """Return what the tracker said as a row."""
    return EstimateRow(
        presence.time,
        device,
        presence.position,
        presence.floor,
        presence.room,
        presence.accuracy,
        presence.confidence,
        presence.away,
    )


def _end(recording: Recording) -> float:
    last = max(part[-1].time for part in (recording.adverts, recording.measurements) if part)
    if recording.truth:
        # A beacon that falls silent is still followed as long as its truth is known.
        last = max(last, recording.truth[-1].time)
    return math.ceil(last / PERIOD_S) * PERIOD_S
