"""Which room is said: the likeliest one while somebody walks; at rest another one only on ever better evidence.

Nobody changes rooms without walking. So what another room has to be ahead by grows with the time at rest: soon after
an arrival a correction is still cheap, later another likeliest room is nearly always an error of the map, which the
next turn of the body brings and takes away. It is the threshold of a sequential test (A. Wald, "Sequential Tests of
Statistical Hypotheses", Annals of Mathematical Statistics 16(2), 1945) whose prior odds are those of a walk unseen.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from .decision_settings import DecisionSettings
from .estimate import Estimate
from .on_the_way import OnTheWay

# Chances are compared as odds, and none is taken for less than this: below it they are the filter's own leakage.
LEAST_CHANCE = 0.006

# Log odds by which another room has to be ahead: for being at rest, and for every second of it. After some five seconds
# no odds are enough any more. Chosen on simulated homes for the flips, at 2 to 3 s from a door to the room: simulated
# flat, house and museum hall 0, 1 and 2 an hour instead of 32, 17 and 11. Half as much is 1 to 3 points of rooms more,
# and 3 to 10 flips.
AT_REST = 2.9
A_SECOND = 0.45

# But nothing is held for good: what arrived unseen, or was said wrongly, is put right when another room has been ahead
# by so much (log odds) for so long (s) without a break: as one of 95 % is of one of 5, and sooner one that leaves no
# other. What a turn of the body does to the belief at rest is mostly over by then, and whatever a wrong plan has led
# astray shall be right after 30 s. With 45 instead of 25 s the simulated house and museum hall lose 0.6 to 0.8 points
# of rooms; the shorter one costs them no flip. Where many share the rest, the likeliest is never far ahead, and a room
# of a tenth would be said for ever: after a minute four times its chance is enough. That costs a flip an hour in the
# simulated flat, for half a point of rooms.
PATIENCE = ((1.4, 60.0), (2.9, 25.0), (4.6, 10.0))


# Of a beacon that tells itself that it is not being moved, an arrival unseen is out of the question, and only what was
# said wrongly is left to be put right: so many times the patience. Beside the quieter belief it takes the flips with a
# motion flag from 22 to 16 in 8.5 hours at rest (45 without the flag), for 0.4 points of rooms (simulated flat and
# house, seeds 1 to 6).
KNOWN_REST_PATIENCE = 2.0


class RoomDecision:
    """Holds the room that was said last. Times in seconds on the readings' clock."""

    def __init__(self) -> None:
        """Begin with no room."""
        self.room: str | None = None
        self._candidate: str | None = None
        self._candidate_since = 0.0
        # Which other room has been sure, by which of the two measures, and since when.
        self._sure: list[tuple[str | None, float]] = [(None, 0.0)] * len(PATIENCE)
        self._on_the_way = OnTheWay()

    def decide(self, now: float, estimate: Estimate, settings: DecisionSettings) -> None:
        """Take fresh belief over the rooms."""
        chances = estimate.room_probabilities
        if not chances:
            return
        self._on_the_way.follow(now, estimate)
        likeliest = max(chances, key=chances.__getitem__)
        ahead = _ahead(chances, likeliest, self.room)
        overdue = self._overdue(now, likeliest, ahead, KNOWN_REST_PATIENCE if estimate.known_rest > 0.0 else 1.0)
        if self._earned(now, likeliest, ahead, settings) or overdue:
            self.room, self._candidate = likeliest, None

    def resume(self, room: str | None) -> None:
        """Go on from what was said before a restart: it is known already, and not learnt anew."""
        self.room = room
        self._on_the_way = OnTheWay(learning=0.0)

    def forget(self) -> None:
        """Start over."""
        self.room, self._candidate = None, None
        self._on_the_way = OnTheWay()

    def _earned(self, now: float, likeliest: str, ahead: float, settings: DecisionSettings) -> bool:
        """Whether another room is far enough ahead of the one that is said, and has been for long enough."""
        walk = self._on_the_way
        at_rest = AT_REST * (1.0 - walk.chance) + A_SECOND * walk.rested
        wanted = min(settings.enter_probability, 1.0 - LEAST_CHANCE)
        # Two rooms that are alike may share what the wanted chance leaves: so odds, not chances.
        if ahead < math.log(wanted / (1.0 - wanted)) + at_rest or likeliest == self.room:
            self._candidate = None
            return False
        if likeliest != self._candidate:
            self._candidate, self._candidate_since = likeliest, now
        return ahead == math.inf or now - self._candidate_since >= settings.enter_dwell

    def _overdue(self, now: float, likeliest: str, ahead: float, patience: float) -> bool:
        """Whether one other room has been sure for so long that the one that is said can only be wrong.

        `patience` is how many times as long it has to be.
        """
        overdue = False
        for measure, (sure, usual) in enumerate(PATIENCE):
            room, since = self._sure[measure]
            # The room that is said is ahead of itself by nothing.
            if ahead < sure or likeliest != room:
                self._sure[measure] = (likeliest if ahead >= sure else None, now)
            elif now - since >= usual * patience:
                overdue = True
        return overdue


def _ahead(chances: Mapping[str, float], likeliest: str, said: str | None) -> float:
    """Return the log odds of the likeliest room against the one that is said; infinite where that is none."""
    if said is None or said not in chances:
        return math.inf
    return math.log((chances[likeliest] + LEAST_CHANCE) / (chances[said] + LEAST_CHANCE))
