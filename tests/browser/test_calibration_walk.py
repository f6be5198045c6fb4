"""Calibrating in the panel: tap where one stands, wait until the ring is full, and see what it gave."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from demo.hass import DOMAIN

from .conftest import PHONE, Stage, on_screen

pytestmark = [pytest.mark.browser, pytest.mark.end_to_end, pytest.mark.asyncio(loop_scope="session")]

TAG = "Kim's tag"

# Two places in the living room, metres.
SOFA = (2.0, 2.0)
WINDOW = (4.5, 2.0)

# A stand takes 15 s, and up to 45 where packets are few.
STAND_TIMEOUT_MS = 60_000


async def open_calibration(stage: Stage, size: tuple[int, int] = PHONE) -> Page:
    """Open the view, and choose the tag."""
    page = await stage.open_panel("calibrate", size)
    await page.get_by_label("With which beacon").select_option(label=TAG)
    # What was measured so far is the last to come, and takes room from the map.
    await expect(page.get_by_text("Measured so far")).to_be_visible()
    return page


async def tap(page: Page, x: float, y: float) -> None:
    """Tap a point of the plan, in metres."""
    await page.mouse.click(*await on_screen(page, x, y))


async def samples(stage: Stage) -> list[str]:
    """Return the ids of what is kept."""
    survey = await stage.demo.client.command(f"{DOMAIN}/calibration/samples")
    return [sample["id"] for sample in survey["samples"]]


async def test_a_stand_is_tapped_collected_kept_and_undone(stage: Stage) -> None:
    before = await samples(stage)
    page = await open_calibration(stage)
    await tap(page, *SOFA)
    await expect(page.get_by_label("Where you are").locator("option:checked")).to_have_text("Living room")
    await page.get_by_role("button", name="Start").click()
    ring = page.get_by_role("progressbar")
    await expect(ring).to_be_visible()
    # It belongs to the home: whoever looks in meanwhile sees it, also after the first has gone.
    second = await stage.open_panel("calibrate")
    await page.close()
    await expect(second.get_by_role("progressbar")).to_be_visible()
    await expect(second.get_by_text("is measured")).to_be_visible(timeout=STAND_TIMEOUT_MS)
    assert len(await samples(stage)) == len(before) + 1
    await second.get_by_role("button", name="Undo").click()
    await expect(second.get_by_text("Nothing yet.")).to_be_visible()
    assert await samples(stage) == before


async def test_a_room_is_enough_and_a_stand_is_called_off(stage: Stage) -> None:
    page = await open_calibration(stage)
    await expect(page.get_by_role("button", name="Start")).to_be_disabled()
    await page.get_by_label("Where you are").select_option(label="Kitchen")
    await page.get_by_role("button", name="Start").click()
    await expect(page.get_by_text(f"{TAG} in Kitchen")).to_be_visible()
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_role("button", name="Start")).to_be_visible()
    assert await page.evaluate("document.scrollingElement.scrollWidth") == PHONE[0]


async def test_a_line_is_walked(stage: Stage) -> None:
    page = await open_calibration(stage, (1280, 800))
    await page.get_by_role("button", name="Walk", exact=True).click()
    await tap(page, *SOFA)
    await page.get_by_role("button", name="Start").click()
    await expect(page.get_by_text("1 corner")).to_be_visible()
    await tap(page, *WINDOW)
    await expect(page.get_by_text("2 corners")).to_be_visible()
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_role("button", name="Start")).to_be_visible()


async def test_a_beacon_stays_and_is_carried_about_again(stage: Stage) -> None:
    page = await open_calibration(stage, (1280, 800))
    await page.get_by_role("button", name="Stays here").click()
    await tap(page, *SOFA)
    await page.get_by_role("button", name="It stays here").click()
    release = page.get_by_role("button", name=f"{TAG} is carried about again")
    await release.click()
    await expect(release).to_have_count(0)
