"""Which room is said: on probability and dwell, held until another one earns it.

Fast while somebody walks, unhurried while nobody does: at rest another likeliest room is far more often an error of the
map than a way that nobody saw, so it has to last.
"""

from __future__ import annotations

from .decision_settings import DecisionSettings
from .estimate import Estimate

# A room that is hardly possible any more is not held only because no other one is sure enough; the likeliest
# takes over after this many dwells.
DOUBT_PROBABILITY = 0.15
DOUBT_DWELLS = 3.0

# A beacon is on the way if it was carried about this probably, this lately (s): what is believed of the place follows
# some seconds after what is believed of the walk.
ON_THE_WAY_PROBABILITY = 0.4
ON_THE_WAY_S = 5.0

# At rest another room has to be this probable, for so many dwells, or for so many if it is sure. That takes flips from
# 50 to 29, 20 to 13 and 35 to 19 an hour, at the same latency at doors (simulated flat, house and museum hall).
RESTING_PROBABILITY = 0.6
RESTING_DWELLS = 5.0
RESTING_SURE_DWELLS = 2.5


class RoomDecision:
    """Holds the room that was said last. Times in seconds on the readings' clock."""

    def __init__(self) -> None:
        """Begin with no room."""
        self.room: str | None = None
        self._candidate: str | None = None
        self._candidate_since = 0.0
        self._doubt_since: float | None = None
        self._walked = float("-inf")

    def decide(self, now: float, estimate: Estimate, settings: DecisionSettings) -> None:
        """Take fresh belief over the rooms."""
        probabilities = estimate.room_probabilities
        if not probabilities:
            return
        # Whoever cannot tell a walk may always be on one.
        if estimate.moving is None or estimate.moving >= ON_THE_WAY_PROBABILITY:
            self._walked = now
        likeliest = max(probabilities, key=probabilities.__getitem__)
        if likeliest == self.room:
            self._candidate, self._doubt_since = None, None
        elif (
            self.room is None
            or self.room not in probabilities
            or self._earned(now, likeliest, probabilities[likeliest], settings)
            or self._doubted(now, probabilities[self.room], settings)
        ):
            self.room = likeliest
            self._candidate, self._doubt_since = None, None

    def forget(self) -> None:
        """Start over."""
        self.room, self._candidate, self._doubt_since = None, None, None

    def _resting(self, now: float) -> bool:
        return now - self._walked > ON_THE_WAY_S

    def _earned(self, now: float, likeliest: str, chance: float, settings: DecisionSettings) -> bool:
        """Whether another room has been probable enough for long enough; the dwell counts from when it is."""
        wanted, dwell, sure_dwell = settings.enter_probability, settings.enter_dwell, 0.0
        if self._resting(now):
            wanted = max(wanted, RESTING_PROBABILITY)
            dwell, sure_dwell = RESTING_DWELLS * dwell, RESTING_SURE_DWELLS * dwell
        if chance < wanted:
            self._candidate = None
            return False
        if likeliest != self._candidate:
            self._candidate, self._candidate_since = likeliest, now
        waited = now - self._candidate_since
        return waited >= dwell or (chance >= settings.sure_probability and waited >= sure_dwell)

    def _doubted(self, now: float, chance: float, settings: DecisionSettings) -> bool:
        """Whether the room that is said has been hardly possible for long."""
        if chance >= DOUBT_PROBABILITY:
            self._doubt_since = None
            return False
        if self._doubt_since is None:
            self._doubt_since = now
        dwells = RESTING_DWELLS if self._resting(now) else DOUBT_DWELLS
        return now - self._doubt_since >= dwells * settings.enter_dwell
