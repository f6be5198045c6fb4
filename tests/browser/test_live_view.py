"""The panel's live view, on a desk and on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from demo.hass import DOMAIN

from .conftest import PHONE, ROOM_TIMEOUT_S, Stage, beacon_row

pytestmark = [pytest.mark.browser, pytest.mark.end_to_end, pytest.mark.asyncio(loop_scope="session")]

TAG = "Kim's tag"


async def test_a_beacon_is_seen_to_move_into_another_room(stage: Stage) -> None:
    page = await stage.open_panel("live")
    await page.locator("indoor-positioning-live-view .floors").get_by_text("Ground floor").click()
    for room_id, name in (("kitchen", "Kitchen"), ("living_room", "Living room")):
        stage.send(TAG, room_id)
        await expect(beacon_row(page, TAG)).to_contain_text(name, timeout=ROOM_TIMEOUT_S * 1000)
        lit = page.locator(f"indoor-positioning-map .room[data-area='{stage.demo.set_up.areas[room_id]}'] .light")
        # The room of a beacon that is there for certain has 0.28.
        await expect(lit).to_have_css("fill-opacity", re.compile(r"^0\.2"), timeout=ROOM_TIMEOUT_S * 1000)


async def test_a_chosen_beacon_shows_who_hears_it(stage: Stage) -> None:
    page = await stage.open_panel("live")
    await beacon_row(page, TAG).click()
    await expect(beacon_row(page, TAG)).to_have_attribute("aria-pressed", "true")
    strength = page.locator("indoor-positioning-map .anchor .rssi").first
    await expect(strength).to_have_text(re.compile(r"^-\d+$"), timeout=20_000)


async def test_everything_is_there_on_a_phone_by_keyboard(stage: Stage) -> None:
    page = await stage.open_panel("live", PHONE)
    await beacon_row(page, TAG).wait_for()
    width = await page.evaluate("document.scrollingElement.scrollWidth")
    assert width == PHONE[0]
    panel = page.locator("indoor-positioning-panel")
    await panel.locator("nav a").nth(1).focus()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{stage.browser.url}/{DOMAIN}/plan")
    await expect(panel.locator("nav a[aria-current=page]")).to_have_text("Plan")
    await page.go_back()
    await beacon_row(page, TAG).wait_for()


async def test_the_view_goes_on_after_the_integration_was_reloaded(stage: Stage) -> None:
    page = await stage.open_panel("live")
    await beacon_row(page, TAG).click()
    await stage.demo.client.request("POST", f"/api/config/config_entries/entry/{stage.demo.set_up.entry_id}/reload")
    await expect(page.locator("indoor-positioning-live-view .banner")).to_have_count(0, timeout=30_000)
    stage.send(TAG, "kitchen")
    await expect(beacon_row(page, TAG)).to_contain_text("Kitchen", timeout=ROOM_TIMEOUT_S * 1000)


async def test_a_dead_anchor_is_told_on_the_map_and_in_words(stage: Stage) -> None:
    page = await stage.open_panel("live")
    await page.locator("indoor-positioning-live-view .floors").get_by_text("Ground floor").click()
    proxy = next(one for one in stage.demo.live.proxies.values() if one.config.friendly_name == "Kitchen proxy")
    mark = page.locator("indoor-positioning-map .anchor").filter(has_text="Kitchen proxy")
    await expect(mark).to_have_class("anchor listening")
    await proxy.stop()
    try:
        await expect(mark).to_have_class("anchor offline", timeout=60_000)
        summary = page.locator("indoor-positioning-live-view .anchors")
        await expect(summary).to_contain_text("11 anchors listen")
        await expect(summary.locator("li.offline")).to_contain_text("Kitchen proxy")
    finally:
        await proxy.start(port=proxy.port)
    await expect(mark).to_have_class("anchor listening", timeout=90_000)


async def test_the_last_minutes_are_played_and_summed_up(stage: Stage) -> None:
    page = await stage.open_panel("live", PHONE)
    await beacon_row(page, TAG).wait_for()
    view = page.locator("indoor-positioning-live-view")
    await view.get_by_role("button", name="Look back").click()
    bar = page.locator("indoor-positioning-history-bar")
    moment = bar.locator("output")
    begin = await moment.text_content()
    await bar.get_by_role("button", name="Play").click()
    await expect(moment).not_to_have_text(begin or "")
    await bar.get_by_role("button", name="Time spent").click()
    await expect(bar.locator(".scale")).to_contain_text("up to")
    await expect(page.locator("indoor-positioning-map image.heat")).to_have_attribute(
        "href", re.compile("^data:image/png")
    )
    assert await page.evaluate("document.scrollingElement.scrollWidth") == PHONE[0]
    await bar.get_by_role("button", name="Back to the present").click()
    await expect(bar).to_have_count(0)
