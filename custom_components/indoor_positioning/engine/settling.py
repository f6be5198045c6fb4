"""Whether a belief is itself already: after a start, a restart or a change of the plan it has to be learnt first."""

from __future__ import annotations

# Until then changes of place are learning: the time in which a walker's belief follows, and readings enough for a
# tag that sends one every ten seconds (s, readings at different times).
SETTLE_S = 10.0
SETTLE_READINGS = 3


class Settling:
    """Counts what was heard since belief began, or began anew."""

    def __init__(self) -> None:
        self.settled = False
        self._began: float | None = None
        self._newest = float("-inf")
        self._readings = 0

    def hear(self, now: float, evidence_time: float) -> bool:
        """Take the time of the newest reading, where it is fresh, and return whether belief has settled by now (s)."""
        if self._began is None:
            self._began = now
        if evidence_time > self._newest:
            self._newest = evidence_time
            self._readings += 1
        self.settled |= now - self._began >= SETTLE_S and self._readings >= SETTLE_READINGS
        return self.settled

    def begin_anew(self) -> None:
        """Take the next readings as learning."""
        self.settled, self._began, self._readings = False, None, 0

    def skip(self) -> None:
        """Nothing has to be learnt: whoever was away and is heard arrives."""
        self.settled = True
