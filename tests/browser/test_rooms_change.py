"""What a user sees on a dashboard while somebody walks through the demo home."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from demo.home import DEMO_HOME
from demo.pictures import DASHBOARD, make_dashboard

from .conftest import ROOM_TIMEOUT_S, Stage

pytestmark = [pytest.mark.browser, pytest.mark.end_to_end, pytest.mark.asyncio(loop_scope="session")]

TAG = "Kim's tag"


async def test_a_second_tab_shows_the_room_changing(stage: Stage) -> None:
    """The tag goes to two rooms on different floors, one after the other."""
    await make_dashboard(stage.demo)
    first = await stage.browser.open_tab(f"/{DASHBOARD}/0")
    second = await stage.browser.open_tab(f"/{DASHBOARD}/0")
    for room_id in ("kitchen", "studio"):
        stage.send(TAG, room_id)
        await expect_room(second, room_id)
    # A tab in the background goes on as well.
    await expect_room(first, "studio")


async def expect_room(page: Page, room_id: str) -> None:
    room = DEMO_HOME.room(room_id)
    assert room is not None
    tile = page.locator("hui-tile-card").filter(has_text=TAG)
    await expect(tile).to_contain_text(room.name, timeout=ROOM_TIMEOUT_S * 1000)
