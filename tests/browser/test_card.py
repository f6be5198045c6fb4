"""The dashboard's card: shown, edited, and at home in dark themes and on phones."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from .conftest import PHONE, ROOM_TIMEOUT_S, Stage

pytestmark = [pytest.mark.browser, pytest.mark.end_to_end, pytest.mark.asyncio(loop_scope="session")]

DASHBOARD = "live-map"
CARD = "custom:indoor-positioning-card"
TAG = "Kim's tag"


async def show_card(stage: Stage, **options: object) -> None:
    """Make the dashboard, or change its only card."""
    client = stage.demo.client
    if not any(one["url_path"] == DASHBOARD for one in await client.command("lovelace/dashboards/list")):
        await client.command(
            "lovelace/dashboards/create", url_path=DASHBOARD, title="Live map", icon="mdi:map", mode="storage"
        )
    card = {"type": CARD, **options}
    config = {"views": [{"type": "sections", "title": "Map", "sections": [{"type": "grid", "cards": [card]}]}]}
    await client.command("lovelace/config/save", url_path=DASHBOARD, config=config)


async def the_card(stage: Stage) -> dict[str, Any]:
    """Return the configuration of the only card as it is saved."""
    config = await stage.demo.client.command("lovelace/config", url_path=DASHBOARD, force=True)
    card: dict[str, Any] = config["views"][0]["sections"][0]["cards"][0]
    return card


async def test_card_shows_the_floor_and_follows_the_beacons(stage: Stage) -> None:
    await show_card(stage, title="Downstairs")
    page = await stage.browser.open_tab(f"/{DASHBOARD}/0")
    card = page.locator("indoor-positioning-card")
    await expect(card).to_contain_text("Downstairs")
    await expect(card).to_contain_text("Kitchen")
    stage.send(TAG, "kitchen")
    lit = card.locator(f".room[data-area='{stage.demo.set_up.areas['kitchen']}'] .light")
    await expect(lit).not_to_have_css("fill-opacity", "0", timeout=ROOM_TIMEOUT_S * 1000)
    assert await page.locator("hui-error-card").count() == 0


async def test_card_is_edited_without_yaml(stage: Stage) -> None:
    await show_card(stage)
    page = await stage.browser.open_tab(f"/{DASHBOARD}/0?edit=1")
    await page.locator("hui-card-options, hui-card-edit-mode").first.wait_for()
    await page.locator("hui-card-edit-mode").first.dblclick()
    editor = page.locator("indoor-positioning-card-editor")
    await editor.get_by_label("Floor").select_option(label="Upper floor")
    await editor.get_by_label("Toolbox").uncheck()
    await editor.get_by_label("Anchors").check()
    await page.get_by_role("button", name="Save").click()
    await expect(editor).to_have_count(0)
    saved = await the_card(stage)
    assert saved.pop("type") == CARD
    beacons = {stage.demo.set_up.beacons[name] for name in ("Kim's tag", "Alex's phone")}
    assert set(saved.pop("beacons")) == beacons
    assert saved["anchors"] is True
    await expect(page.locator("indoor-positioning-card")).to_contain_text("Studio")


async def test_card_fits_a_phone_and_takes_the_dark_theme(stage: Stage) -> None:
    await show_card(stage)
    page = await stage.browser.open_tab(f"/{DASHBOARD}/0", PHONE)
    await page.emulate_media(color_scheme="dark")
    card = page.locator("indoor-positioning-card")
    await expect(card).to_contain_text("Kitchen")
    box = await card.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE[0]
    surface = await card.locator("indoor-positioning-map").evaluate("map => getComputedStyle(map).backgroundColor")
    assert surface == "rgb(28, 28, 28)"


async def test_card_says_what_is_wrong_with_its_configuration(stage: Stage) -> None:
    await show_card(stage, beacons="all")
    page = await stage.browser.open_tab(f"/{DASHBOARD}/0")
    await expect(page.locator("hui-error-card")).to_be_visible()
