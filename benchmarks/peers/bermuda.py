"""Bermuda (v0.8.7): nearest scanner by a distance that falls at once and rises slowly, with hysteresis.

Polls every 1.05 s the newest packet of each scanner. Devices known by several addresses (iBeacons, rotating
addresses) are worked over twice a poll, which halves every time constant; both modes are offered. No positions.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from custom_components.indoor_positioning.engine.home import Anchor, Home
from custom_components.indoor_positioning.engine.observation import Observation

from .base import Answer, Setup

POLL_S = 1.05
REFERENCE_DBM = -55.0
ATTENUATION = 3.0
MAX_VELOCITY = 3.0  # m/s
SMOOTHING_SAMPLES = 20
STAMPS_KEPT = 10
DISTANCE_TIMEOUT_S = 30.0
AREA_MAX_AGE_S = 10.0
MAX_RADIUS_M = 20.0
NOT_HOME_S = 30.0
STAMP_SLACK_S = 3.0


@dataclass(slots=True)
class _Advert:
    """One scanner's view of the device; histories are newest first."""

    anchor: Anchor
    offset: float
    stamp: float = float("-inf")
    raw: float = 0.0
    distances: deque[float] = field(default_factory=lambda: deque(maxlen=STAMPS_KEPT))
    stamps: deque[float] = field(default_factory=lambda: deque(maxlen=STAMPS_KEPT))
    history: deque[float] = field(default_factory=lambda: deque(maxlen=SMOOTHING_SAMPLES))
    smoothed: float | None = None

    def calculate(self, now: float, *, new: bool) -> None:
        if self.smoothed is None and new:
            self.smoothed = self.raw
            self.history.clear()
            self.history.append(self.raw)
        elif not new and self.stamp < now - DISTANCE_TIMEOUT_S:
            self.smoothed = None
            self.history.clear()
        elif self.smoothed is not None or self.history:
            too_fast = self._velocity() > MAX_VELOCITY
            self.history.appendleft(self.history[0] if too_fast and self.history else self.raw)
            lowest, total = self.raw, 0.0
            for value in self.history:
                lowest = min(lowest, value)
                total += lowest
            self.smoothed = min(self.raw, total / len(self.history))

    def _velocity(self) -> float:
        if len(self.distances) < 2:
            return 0.0
        gap = self.stamps[0] - self.stamps[1]
        velocity = (self.distances[0] - self.distances[1]) / gap if gap > 0.0 else 0.0
        if velocity >= 0.0:
            for index in range(2, len(self.distances)):
                gap = self.stamps[0] - self.stamps[index]
                if gap > 0.0:
                    velocity = max(velocity, (self.distances[0] - self.distances[index]) / gap)
        return velocity


class Bermuda:
    """One device. `repeats` = 1 for a plain address, 2 for an iBeacon or a resolved private address."""

    def __init__(
        self,
        home: Home,
        *,
        repeats: int = 1,
        reference: float = REFERENCE_DBM,
        attenuation: float = ATTENUATION,
        offsets: dict[str, float] | None = None,
    ) -> None:
        """Follow a device in `home`; `offsets` in dB are added to what each scanner reports."""
        self._repeats = repeats
        self._reference, self._attenuation = reference, attenuation
        self._home = home
        self._offsets = offsets or {}
        self._anchors = {anchor.id: anchor for anchor in home.anchors}
        self._adverts: dict[str, _Advert] = {}
        self._newest: dict[str, Observation] = {}
        self._next_poll: float | None = None
        self._last_poll = float("-inf")
        self._last_seen = float("-inf")
        self._incumbent: _Advert | None = None

    def observe(self, reading: Observation) -> None:
        """Hold the newest packet of each scanner until the next poll."""
        if reading.anchor not in self._anchors:
            return
        if self._next_poll is None:
            self._next_poll = reading.time
        self._poll_until(reading.time, inclusive=False)
        self._newest[reading.anchor] = reading

    def answer(self, now: float) -> Answer:
        """Return the area and floor of the winning scanner."""
        self._poll_until(now, inclusive=True)
        away = now - self._last_seen > NOT_HOME_S
        winner = self._incumbent
        if winner is None or winner.smoothed is None:
            return Answer(away=away)
        return Answer(room=winner.anchor.room, floor=winner.anchor.floor, away=away)

    def distances(self) -> dict[str, float]:
        """Return the smoothed distance of each scanner that has one, in metres."""
        return {name: advert.smoothed for name, advert in self._adverts.items() if advert.smoothed is not None}

    def _poll_until(self, now: float, *, inclusive: bool) -> None:
        while self._next_poll is not None and (self._next_poll < now or (inclusive and self._next_poll == now)):
            self._poll(self._next_poll)
            self._last_poll = self._next_poll
            self._next_poll += POLL_S

    def _poll(self, now: float) -> None:
        fresh = set()
        for name, reading in self._newest.items():
            advert = self._adverts.get(name)
            if advert is None:
                advert = self._adverts[name] = _Advert(self._anchors[name], self._offsets.get(name, 0.0))
            if reading.time > advert.stamp and reading.time >= self._last_poll - STAMP_SLACK_S:
                advert.stamp = reading.time
                level = reading.rssi + advert.offset
                advert.raw = 10.0 ** ((self._reference - level) / (10.0 * self._attenuation))
                advert.distances.appendleft(advert.raw)
                advert.stamps.appendleft(reading.time)
                fresh.add(name)
                self._last_seen = max(self._last_seen, reading.time)
        for _ in range(self._repeats):
            for name, advert in self._adverts.items():
                advert.calculate(now, new=name in fresh)
        self._choose_area(now)

    def _choose_area(self, now: float) -> None:
        incumbent = self._incumbent
        for challenger in self._adverts.values():
            if challenger is incumbent or not _may_challenge(challenger, now):
                continue
            vacant = incumbent is None or incumbent.smoothed is None or incumbent.anchor.room is None
            if vacant or (incumbent is not None and _wins(challenger, incumbent)):
                incumbent = challenger
        self._incumbent = incumbent


def _may_challenge(advert: _Advert, now: float) -> bool:
    return (
        advert.stamp >= now - AREA_MAX_AGE_S
        and advert.smoothed is not None
        and advert.smoothed <= MAX_RADIUS_M
        and advert.anchor.room is not None
    )


def _wins(challenger: _Advert, incumbent: _Advert) -> bool:
    """Whether a challenger takes over: same area and fresher, steadily nearer by 15 %, or nearer by 30 %."""
    if challenger.smoothed is None or incumbent.smoothed is None or incumbent.smoothed < challenger.smoothed:
        return False
    mean = (challenger.smoothed + incumbent.smoothed) / 2.0
    lead = abs(challenger.smoothed - incumbent.smoothed) / mean if mean > 0.0 else 0.0
    if challenger.anchor.room == incumbent.anchor.room and incumbent.stamp < challenger.stamp - 1.0:
        return True
    recent, held = list(challenger.history)[:5], list(incumbent.history)[:5]
    if len(challenger.history) > 3 and max(recent) < min(held) and lead > 0.15:
        return True
    return lead >= 0.30


def plain_address(setup: Setup, device: str) -> Bermuda:
    """Return Bermuda with its defaults for a plain address."""
    del device
    return Bermuda(setup.home)


def beacon_address(setup: Setup, device: str) -> Bermuda:
    """Return Bermuda with its defaults for an iBeacon or a private address."""
    del device
    return Bermuda(setup.home, repeats=2)


def tuned(setup: Setup, device: str) -> Bermuda:
    """Return Bermuda with reference power, attenuation and scanner offsets as a survey fits them."""
    del device
    parameters = setup.ranging.parameters
    return Bermuda(
        setup.home,
        repeats=2,
        reference=parameters.reference_rssi,
        attenuation=parameters.exponent,
        offsets={anchor: -offset for anchor, offset in parameters.anchor_offsets.items()},
    )
