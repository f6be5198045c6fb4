"""Finding the moment that an EID belongs to, at a bounded cost however many strangers' EIDs there are."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .ephemeral_id import eid_number, ephemeral_ids
from .keys import BlockCipher

# How far a beacon's clock may be off: a day is what a beacon may lose with its battery (the
# specification has it save its clock once a day), and half a day more for a wrong time zone.
_CLOCK_ERROR_S = 36 * 3600

# ... within these bounds, in quanta each way. The upper one keeps K = 0 (a new EID every second,
# +-18 h then) from costing more than about 10 ms and 1 MB; the lower one is nearly free.
_FEWEST_QUANTA = 256
_MOST_QUANTA = 1 << 16

# A table stays in use until the clock has moved by this share of its half width.
_TABLE_MARGIN = 0.25

# A counter that began at zero when the beacon was switched on is looked for over the first year.
_FIRST_YEAR_S = 365 * 86400

# EIDs right around the expected one are looked up without a search: this many quanta each way.
_NEAR_QUANTA = 2

# Searches a second and key; a search costs about 30 µs. Beyond that, strangers' EIDs have to wait.
_SEARCHES_PER_S = 20

# Verdicts that are remembered. A found quantum stays true for ever; a stranger is asked about again
# after a while because the window moves.
_REMEMBERED = 256
_STRANGER_FOR_S = 60.0


@dataclass(slots=True)
class _Table:
    first: int
    eids: NDArray[np.uint64]

    def find(self, number: int) -> int | None:
        hits = np.flatnonzero(self.eids == number)
        return None if hits.size == 0 else self.first + int(hits[0])


class EidSearch:
    """Quanta of one key's EIDs. `now` is UTC in seconds, counters are the beacon's own seconds."""

    def __init__(self, identity_key: bytes, exponent: int) -> None:
        """Take the key; nothing is computed yet."""
        self._cipher = BlockCipher(identity_key)
        self._exponent = exponent
        wanted = _CLOCK_ERROR_S >> exponent
        self.half_width = min(max(wanted, _FEWEST_QUANTA), _MOST_QUANTA)
        self._window: _Table | None = None
        self._from_zero: _Table | None = None
        self._near: tuple[int, dict[bytes, int]] | None = None
        self._known: OrderedDict[bytes, tuple[int | None, float]] = OrderedDict()
        self._budget = float(_SEARCHES_PER_S)
        self._budget_at = float("-inf")

    def quantum_of(self, eid: bytes, now: float, counters: tuple[float, ...]) -> int | None:
        """The quantum whose EID this is, around any of the counters (0 stands for "from zero on")."""
        near = self._near_quantum(eid, int(counters[0]) >> self._exponent)
        if near is not None:
            return near
        known = self._known.get(eid)
        if known is not None and (known[0] is not None or 0 <= now - known[1] < _STRANGER_FOR_S):
            return known[0]
        if not self._may_search(now):
            return None
        found = self._search(eid_number(eid), counters)
        self._known[eid] = (found, now)
        self._known.move_to_end(eid)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return found

    def _near_quantum(self, eid: bytes, expected: int) -> int | None:
        if self._near is None or self._near[0] != expected:
            first = expected - _NEAR_QUANTA
            eids = ephemeral_ids(self._cipher, self._exponent, first, 2 * _NEAR_QUANTA + 1)
            self._near = expected, {number.tobytes(): first + i for i, number in enumerate(eids)}
        return self._near[1].get(eid)

    def _may_search(self, now: float) -> bool:
        elapsed = now - self._budget_at
        # A host clock that was set back must not stop searches until it has caught up.
        refill = elapsed * _SEARCHES_PER_S if elapsed >= 0 else float(_SEARCHES_PER_S)
        self._budget = min(self._budget + refill, float(_SEARCHES_PER_S))
        self._budget_at = now
        if self._budget < 1.0:
            return False
        self._budget -= 1.0
        return True

    def _search(self, number: int, counters: tuple[float, ...]) -> int | None:
        for counter in counters:
            table = self._table_from_zero() if counter == 0.0 else self._table_around(int(counter) >> self._exponent)
            found = table.find(number)
            if found is not None:
                return found
        return None

    def _table_around(self, centre: int) -> _Table:
        margin = int(self.half_width * _TABLE_MARGIN)
        reach = self.half_width + margin
        if self._window is None or abs(centre - (self._window.first + reach)) > margin:
            first = centre - reach
            self._window = _Table(first, ephemeral_ids(self._cipher, self._exponent, first, 2 * reach + 1))
        return self._window

    def _table_from_zero(self) -> _Table:
        if self._from_zero is None:
            count = min(_FIRST_YEAR_S >> self._exponent, 2 * _MOST_QUANTA)
            self._from_zero = _Table(0, ephemeral_ids(self._cipher, self._exponent, 0, count))
        return self._from_zero
