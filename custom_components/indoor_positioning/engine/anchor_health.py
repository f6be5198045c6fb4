"""Which anchors listen: the silence of a live anchor is evidence, that of a dead one is not."""

from __future__ import annotations

# A proxy in a home hears something several times a second: neighbours' televisions, toothbrushes,
# phones. One that has reported nothing of anybody for half a minute is off the network, busy with a
# connection, or hung; Home Assistant's own watchdog waits 90 s, too long for a room decision.
LISTENING_S = 30.0


class AnchorHealth:
    """Remembers when each anchor last reported any device at all.

    In a home the Bluetooth stream of every address feeds it. A recording often holds one tag only,
    so there an anchor out of the tag's range for half a minute counts as not listening: evidence is
    lost then, but none is made up, because a file cannot tell the two apart.
    """

    __slots__ = ("_last_heard",)

    def __init__(self) -> None:
        self._last_heard: dict[str, float] = {}

    def heard(self, anchor: str, time: float) -> None:
        """Take note that an anchor has reported something at `time` (seconds)."""
        last = self._last_heard.get(anchor)
        if last is None or time > last:
            self._last_heard[anchor] = time

    def listening(self, now: float) -> frozenset[str]:
        """Return the anchors heard from within the last LISTENING_S."""
        return frozenset(anchor for anchor, time in self._last_heard.items() if now - LISTENING_S <= time <= now)
