"""How smooth the live view is when a lot goes on in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Stage, beacon_row

pytestmark = [pytest.mark.browser, pytest.mark.end_to_end, pytest.mark.asyncio(loop_scope="session")]

CROWD = Path(__file__).with_name("crowd.js").read_text()

BEACONS = 50
ANCHORS = 30

# Frames a second, below which movement is seen to stutter.
SMOOTH = 30.0

# Windows of four seconds, until one is smooth: what else the machine does is not the view's fault.
CASE = {"beacons": BEACONS, "anchors": ANCHORS, "seconds": 4, "windows": 8, "enough": SMOOTH, "warmUp": 8}


async def test_fifty_beacons_move_smoothly(
    stage: Stage, record_property: Callable[[str, object], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """A browser without a graphics card, with all beacons walking and their trails long, one of them chosen."""
    page = await stage.open_panel("live")
    await beacon_row(page, "Kim's tag").wait_for()
    measured = await page.evaluate(CROWD, CASE)
    record_property("live_view", measured)
    with capsys.disabled():
        print(
            f"\nlive view, {BEACONS} beacons, {ANCHORS} anchors, 5 events/s: {measured['rate']:.1f} frames/s,"
            f" median {measured['median']:.1f} ms, 95th percentile {measured['slowest']:.1f} ms"
        )
    assert measured["shown"] == BEACONS
    assert measured["rate"] > SMOOTH
