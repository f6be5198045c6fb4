"""What a user sees in a browser while somebody walks through the demo home."""

from __future__ import annotations

import asyncio
import os

import pytest
import pytest_socket
from playwright.async_api import Page, expect

from demo.__main__ import PASSWORD, USER, Demo, running_demo
from demo.browser import Account, find_chromium, logged_in_browser
from demo.hass import DOMAIN, HOST
from demo.home import DEMO_HOME
from demo.pictures import DASHBOARD, make_dashboard

TAG = "Kim's tag"

# Seconds: the longest way through the home takes half a minute, and then the radio must be believed.
CHANGE_TIMEOUT_S = 120.0


@pytest.fixture
def chromium() -> str:
    """Where everything must be tested, a missing browser may not pass for a skipped test."""
    found = find_chromium()
    if found is None:
        reason = "Chromium is not installed; scripts/setup --browser installs it"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.mark.browser
@pytest.mark.end_to_end
@pytest.mark.usefixtures("socket_enabled")
def test_a_second_tab_shows_the_room_changing(chromium: str) -> None:
    # `socket_enabled` takes all guards down; loopback is all that is needed.
    pytest_socket.socket_allow_hosts([HOST], allow_unix_socket=True)
    # In a loop of its own: Home Assistant runs in another process, and its test fixtures have no part in this.
    account = asyncio.run(watch_the_tag_move(chromium))
    assert account.strangers == [], "requests that leave this machine"
    assert [error for error in account.errors if any(DOMAIN in part for part in error)] == []


async def watch_the_tag_move(chromium: str) -> Account:
    """Send the tag to two rooms on different floors, one after the other; return what the browser did."""
    async with running_demo(seed=0) as demo:
        await make_dashboard(demo)
        async with logged_in_browser(chromium, demo.process.url, USER, PASSWORD) as browser:
            first = await browser.open_tab(f"/{DASHBOARD}/0")
            second = await browser.open_tab(f"/{DASHBOARD}/0")
            for room_id in ("kitchen", "studio"):
                await send_tag(demo, room_id)
                await expect_room(second, room_id)
            # A tab in the background goes on as well.
            await expect_room(first, "studio")
            return browser.account


async def send_tag(demo: Demo, room_id: str) -> None:
    walker, room = demo.live.world.walkers[TAG], DEMO_HOME.room(room_id)
    assert room is not None
    walker.send_to(demo.live.now, walker.spot_in(room))


async def expect_room(page: Page, room_id: str) -> None:
    room = DEMO_HOME.room(room_id)
    assert room is not None
    tile = page.locator("hui-tile-card").filter(has_text=TAG)
    await expect(tile).to_contain_text(room.name, timeout=CHANGE_TIMEOUT_S * 1000)
