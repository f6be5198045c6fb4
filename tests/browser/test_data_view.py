"""The panel's data view: the home leaves as a file, and comes back."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from .conftest import PHONE, Stage

pytestmark = [pytest.mark.browser, pytest.mark.end_to_end, pytest.mark.asyncio(loop_scope="session")]


async def test_the_home_is_saved_looked_at_and_brought_in(stage: Stage, tmp_path: Path) -> None:
    page = await stage.open_panel("data", PHONE)
    async with page.expect_download() as begun:
        await page.get_by_role("button", name="Save as a file").click()
    saved = await begun.value
    assert saved.suggested_filename.endswith(".zip")
    file = tmp_path / "home.zip"
    await saved.save_as(file)
    await page.get_by_label("Bring in a file").set_input_files(file)
    await expect(page.get_by_text("This file would bring:")).to_contain_text("10 rooms")
    await page.get_by_role("button", name="Bring it in").click()
    await expect(page.get_by_text("Brought in:")).to_contain_text("12 anchors")
    assert await page.evaluate("document.scrollingElement.scrollWidth") == PHONE[0]


async def test_what_is_no_home_is_refused_by_name(stage: Stage, tmp_path: Path) -> None:
    page = await stage.open_panel("data")
    file = tmp_path / "home.zip"
    file.write_bytes(b"no zip at all")
    await page.get_by_label("Bring in a file").set_input_files(file)
    await expect(page.get_by_role("status").filter(has_text="ZIP")).to_be_visible()
    await expect(page.get_by_role("button", name="Save as a file")).to_be_enabled()


async def test_without_calibration_training_says_what_is_missing(stage: Stage) -> None:
    page = await stage.open_panel("data")
    await page.get_by_role("button", name="Train now").click()
    await expect(page.get_by_role("status").filter(has_text="calibration samples")).to_be_visible()
