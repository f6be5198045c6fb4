"""Which zones a beacon is in: entered high, left low, each after its own time.

A zone is judged by the probability that the belief lies inside it, never by the point estimate, which jumps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .home import Zone


class ZoneDecision:
    """The zones that one beacon is said to be in."""

    def __init__(self) -> None:
        self.inside: frozenset[str] = frozenset()
        # Since when each zone has been probable enough to enter, or improbable enough to leave (s).
        self._since: dict[str, float] = {}
        self._settled = False

    def decide(
        self, now: float, zones: Iterable[Zone], probabilities: Mapping[str, float], *, settled: bool
    ) -> frozenset[str]:
        """Return the ids of the zones that the beacon is in at `now` (s), of those that count for it.

        A zone that `probabilities` leaves out is not known at present and stays as it is. While not `settled`,
        nothing is left, since a belief taken up anew is still vague; what was learnt until then counts without wait.
        """
        learning, self._settled = not (settled and self._settled), settled
        concerned = {zone.id: zone for zone in zones}
        inside = {zone for zone in self.inside if zone in concerned}
        since: dict[str, float] = {}
        for zone_id, zone in concerned.items():
            if (chance := probabilities.get(zone_id)) is None:
                continue
            was_in, rule = zone_id in inside, zone.rule
            if chance > rule.leave if was_in else chance < rule.enter:
                continue
            since[zone_id] = began = self._since.get(zone_id, now)
            earned = learning or now - began >= (rule.exit_delay if was_in else rule.dwell)
            if earned and (settled or not was_in):
                inside ^= {zone_id}
                del since[zone_id]
        self._since = since
        self.inside = frozenset(inside)
        return self.inside

    def forget(self) -> None:
        """Start over: the beacon is in no zone."""
        self.inside, self._since, self._settled = frozenset(), {}, True
