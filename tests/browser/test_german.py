"""The panel in German, whose words are longer: nothing of it is cut off on the smallest phone."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from demo.__main__ import PASSWORD, USER
from demo.browser import logged_in_browser
from demo.hass import DOMAIN

from .conftest import PHONE, Stage

pytestmark = [pytest.mark.browser, pytest.mark.end_to_end, pytest.mark.asyncio(loop_scope="session")]

VIEWS = {"live": "Live", "plan": "Plan", "calibrate": "Kalibrieren", "data": "Daten"}


async def test_every_view_fits_a_phone_in_german(stage: Stage, chromium: str) -> None:
    url = stage.demo.process.url
    async with logged_in_browser(chromium, url, USER, PASSWORD, locale="de-DE") as browser:
        for view, title in VIEWS.items():
            page = await browser.open_tab(f"/{DOMAIN}/{view}", PHONE)
            body = page.locator(f"indoor-positioning-{view}-view")
            await body.wait_for()
            await expect(page.locator("indoor-positioning-panel nav a[aria-current=page]")).to_have_text(title)
            assert await page.evaluate("document.scrollingElement.scrollWidth") == PHONE[0]
            for part in await body.locator(".toolbar, .side, .card, .field").all():
                assert await part.evaluate("part => part.scrollWidth <= part.clientWidth"), await part.inner_text()
            await page.close()
        assert browser.account.errors == []
