"""What is made not to be tracked is recognised."""

from __future__ import annotations

import pytest

from custom_components.indoor_positioning.engine.identity import Untrackable, untrackable_reason
from tests.engine.identity.frames import framed
from tests.engine.identity.vectors import OWN


@pytest.mark.parametrize(
    ("form", "data", "reason"),
    [
        ("adv", "17166ffd0d3b4f65584c582160571dd19010d41c2660ee34", Untrackable.EXPOSURE_NOTIFICATION),
        ("adv", "0416b2fc01", Untrackable.SEPARATED_TRACKER),
        ("svc_feaa", "41" + "5a" * 20, Untrackable.FIND_HUB),
        ("svc_feaa", "40" + "5a" * 20, Untrackable.FIND_HUB),
        ("mfr_004c", "1219" + "5a" * 25, Untrackable.FIND_MY),
        ("mfr_004c", "10050a1c77f95b", Untrackable.APPLE_CONTINUITY),
        ("mfr_004c", "", None),
        ("svc_feaa", "", None),
        ("mfr_1234", "12", None),
    ],
)
def test_reason(form: str, data: str, reason: Untrackable | None) -> None:
    assert untrackable_reason(framed(form, bytes.fromhex(data))) is reason


@pytest.mark.parametrize("vector", [vector for vector in OWN if vector.expect["type"]], ids=lambda vector: vector.name)
def test_beacons_are_not_called_untrackable(vector) -> None:
    assert untrackable_reason(framed(vector.form, vector.data)) is None
