"""What a beacon has proved of late: the strongest assurance among its packets, while they are being heard."""

from __future__ import annotations

from .base import Assurance

# An identity counts as being heard for this long after its last packet: slow tags send every 10 s,
# and proxies lose half of that.
HEARD_FOR_S = 60.0


class Proofs:
    """The newest packet of each assurance. Times in seconds on a clock that never goes back."""

    __slots__ = ("_heard",)

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self._heard: dict[Assurance, float] = {}

    def take(self, assurance: Assurance, time: float) -> None:
        """Take one packet; late ones change nothing."""
        if time > self._heard.get(assurance, float("-inf")):
            self._heard[assurance] = time

    def assurance(self, now: float) -> Assurance | None:
        """The strongest that is being heard, None in silence."""
        alive = [assurance for assurance, time in self._heard.items() if now - time <= HEARD_FOR_S]
        return max(alive, key=lambda assurance: assurance.rank, default=None)

    def proved_at(self, least: Assurance) -> float | None:
        """When the newest packet came that proved at least so much, None if there never was one."""
        return max((time for assurance, time in self._heard.items() if assurance.rank >= least.rank), default=None)
