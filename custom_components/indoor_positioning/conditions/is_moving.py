"""A beacon is being carried about."""

from __future__ import annotations

from typing import override

from ..const import CONF_PROBABILITY
from ..engine.decision import FRESH_EVIDENCE_S, Presence
from ..triggers.base import probability_option, schema_of
from .base import BEHAVIOR_OPTION, BeaconCondition


class IsMovingCondition(BeaconCondition):
    """Probably walking, by what was heard just now."""

    schema = schema_of({**probability_option(0.5), **BEHAVIOR_OPTION})

    @override
    def holds(self, beacon_id: str, presence: Presence) -> bool:
        estimate = presence.estimate
        if estimate is None or estimate.moving is None or presence.time - estimate.evidence_time > FRESH_EVIDENCE_S:
            return False
        least: float = self.options[CONF_PROBABILITY]
        return estimate.moving >= least
