"""The demo's home and a logged-in Chromium, started once for all browser tests; tests run in the session's loop."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
import pytest_socket
from playwright.async_api import Locator, Page

from demo.__main__ import PASSWORD, USER, Demo, running_demo
from demo.browser import DESKTOP, Browser, find_chromium, logged_in_browser
from demo.hass import DOMAIN, HOST
from demo.home import DEMO_HOME

# The smallest phone that anybody still uses.
PHONE = (360, 740)

# Seconds: the longest way through the demo's home takes half a minute, and then the radio must be believed.
ROOM_TIMEOUT_S = 120.0


@dataclass(frozen=True, slots=True)
class Stage:
    """The home that all browser tests share, and the browser of its owner."""

    demo: Demo
    browser: Browser

    async def open_panel(self, view: str, size: tuple[int, int] = DESKTOP) -> Page:
        """Open a tab of the integration's panel."""
        return await self.browser.open_tab(f"/{DOMAIN}/{view}", size)

    def send(self, beacon: str, room_id: str) -> None:
        """Let whoever carries a beacon walk to a room and stay there."""
        live = self.demo.live
        walker, room = live.world.walkers[beacon], DEMO_HOME.room(room_id)
        assert room is not None
        walker.send_to(live.now, walker.spot_in(room))


async def on_screen(page: Page, x: float, y: float) -> tuple[float, float]:
    """Return the pixel at which a point of the plan (metres) is shown, once the map lies still."""
    found: dict[str, float] = await page.locator("indoor-positioning-map").evaluate(
        """async (map, [x, y]) => {
            const place = () => {
                const box = map.getBoundingClientRect();
                const { x: left, y: top, scale } = map.camera ?? { x: 0, y: 0, scale: 0 };
                return { x: box.left + left + x * scale, y: box.top + top - y * scale, scale };
            };
            let before = null;
            let now = place();
            while (now.scale === 0 || before?.x !== now.x || before.y !== now.y) {
                before = now;
                await new Promise((done) => setTimeout(done, 200));
                now = place();
            }
            return now;
        }""",
        [x, y],
    )
    return found["x"], found["y"]


def beacon_row(page: Page, beacon: str) -> Locator:
    """Return a beacon's row in the list of the live view."""
    return page.locator("indoor-positioning-live-view .beacon").filter(has_text=beacon)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where everything must be tested, a missing browser may not pass for a skipped test."""
    found = find_chromium()
    if found is None:
        reason = "Chromium is not installed; scripts/setup --browser installs it"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(autouse=True)
def verify_cleanup() -> Iterator[None]:
    """Take the place of the test harness's own: what goes on between two of these tests is meant to."""
    return iter((None,))


@pytest.fixture(autouse=True)
def loopback() -> None:
    """Let the tests talk to this machine, and to no other."""
    allow_loopback()


def allow_loopback() -> None:
    """Take down the guard that every test begins with."""
    pytest_socket.enable_socket()
    pytest_socket.socket_allow_hosts([HOST], allow_unix_socket=True)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def whole_stage(chromium: str) -> AsyncIterator[Stage]:
    """Start it all; it goes on from test to test."""
    allow_loopback()
    async with running_demo(seed=0) as demo, logged_in_browser(chromium, demo.process.url, USER, PASSWORD) as browser:
        yield Stage(demo, browser)


@pytest_asyncio.fixture(loop_scope="session")
async def stage(whole_stage: Stage) -> AsyncIterator[Stage]:
    """The stage, with an account of what this test's pages do wrong."""
    account = whole_stage.browser.account
    account.errors.clear()
    account.strangers.clear()
    yield whole_stage
    for page in whole_stage.browser.context.pages:
        await page.close()
    assert account.strangers == [], "requests that leave this machine"
    assert account.errors == [], "errors on the console"
