"""The panel's plan editor: what is drawn with a finger or with keys is in Home Assistant a moment later."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Locator, Page, expect

from demo.hass import DOMAIN

from .conftest import PHONE, Stage, on_screen

pytestmark = [pytest.mark.browser, pytest.mark.end_to_end, pytest.mark.asyncio(loop_scope="session")]

# Metres: a place beside the house, and one in its living room.
BALCONY = ((10.5, 1.0), (12.5, 4.0))
SHELF = (2.0, 2.0)


async def open_editor(stage: Stage, size: tuple[int, int] = (1280, 800)) -> Page:
    """Open the editor with room around the house."""
    page = await stage.open_panel("plan", size)
    await page.get_by_role("button", name="Living room", exact=True).wait_for()
    await page.get_by_role("button", name="Zoom out").click()
    return page


async def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw from one point of the plan to another."""
    await page.mouse.move(*await on_screen(page, *start))
    await page.mouse.down()
    await page.mouse.move(*await on_screen(page, *end), steps=8)
    await page.mouse.up()


async def save(page: Page) -> None:
    """Save, and wait until it is done."""
    button = page.get_by_role("button", name="Save", exact=True)
    await button.click()
    await expect(button).to_have_count(0)


def side(page: Page) -> Locator:
    """Return what stands beside the map."""
    return page.locator("indoor-positioning-plan-view .side")


async def plan_of(stage: Stage) -> dict[str, Any]:
    """Return the plan as the server has it."""
    plan: dict[str, Any] = await stage.demo.client.command(f"{DOMAIN}/plan/get")
    return plan


async def test_a_room_is_drawn_named_and_saved(stage: Stage) -> None:
    page = await open_editor(stage)
    await page.get_by_role("button", name="Room", exact=True).click()
    await drag(page, *BALCONY)
    await side(page).get_by_label("Name of a new area").fill("Balcony <b>")
    await page.get_by_role("button", name="Done").click()
    await expect(page.get_by_role("button", name="Balcony <b>", exact=True)).to_have_attribute("aria-pressed", "true")
    await save(page)
    room = next(one for one in (await plan_of(stage))["rooms"] if one["name"] == "Balcony <b>")
    assert sorted(room["outline"]) == [[10.5, 1.0], [10.5, 4.0], [12.5, 1.0], [12.5, 4.0]]
    # The integration has it without having been reloaded.
    await page.get_by_role("button", name="Take off the plan").click()
    await save(page)
    await stage.demo.client.command("config/area_registry/delete", area_id=room["area_id"])


async def test_an_anchor_is_dragged_and_what_was_done_is_undone(stage: Stage) -> None:
    page = await open_editor(stage)
    before = next(one for one in (await plan_of(stage))["anchors"] if one["name"] == "Sofa proxy")
    await drag(page, (before["x"], before["y"]), SHELF)
    await save(page)
    placed = next(one for one in (await plan_of(stage))["anchors"] if one["name"] == "Sofa proxy")
    assert (placed["x"], placed["y"]) == SHELF
    assert placed["area_id"] == before["area_id"]
    await drag(page, SHELF, (before["x"], before["y"]))
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_role("button", name="Save", exact=True)).to_have_count(0)
    # With keys, and to the centimetre.
    await page.get_by_role("button", name="Sofa proxy", exact=True).click()
    await page.get_by_label("x (m)").fill(str(before["x"]))
    await page.keyboard.press("Tab")
    await page.get_by_label("y (m)").fill(str(before["y"]))
    await page.keyboard.press("Tab")
    await save(page)
    again = next(one for one in (await plan_of(stage))["anchors"] if one["name"] == "Sofa proxy")
    assert (again["x"], again["y"]) == (before["x"], before["y"])


async def test_an_anchor_is_dragged_from_the_list(stage: Stage) -> None:
    page = await open_editor(stage)
    before = next(one for one in (await plan_of(stage))["anchors"] if one["name"] == "Sofa proxy")
    await page.get_by_role("button", name="Sofa proxy", exact=True).click()
    await page.get_by_role("button", name="Take off the plan").click()
    (x, y), box = await on_screen(page, *SHELF), await page.locator("indoor-positioning-map").bounding_box()
    assert box is not None
    await (
        side(page)
        .get_by_role("button", name="Sofa proxy")
        .drag_to(page.locator("indoor-positioning-map"), target_position={"x": x - box["x"], "y": y - box["y"]})
    )
    await save(page)
    placed = next(one for one in (await plan_of(stage))["anchors"] if one["name"] == "Sofa proxy")
    assert (placed["x"], placed["y"]) == SHELF
    plan = await plan_of(stage)
    back = {key: before[key] for key in ("source", "x", "y")}
    await stage.demo.client.command(f"{DOMAIN}/plan/save", revision=plan["revision"], anchors=[back])


async def test_of_two_editors_both_keep_what_they_drew(stage: Stage) -> None:
    mine, theirs = await open_editor(stage), await open_editor(stage)
    for page, name, corners in ((theirs, "Their rug", ((1.0, 1.0), (2.5, 2.5))), (mine, "My desk", ((7, 1), (9, 3)))):
        await page.bring_to_front()
        await page.get_by_role("button", name="Zone", exact=True).click()
        await drag(page, *corners)
        await side(page).get_by_label("Name").fill(name)
        await page.get_by_role("button", name="Done").click()
    await theirs.bring_to_front()
    await save(theirs)
    await mine.bring_to_front()
    await expect(mine.get_by_text("Somebody else has changed the plan meanwhile")).to_be_visible()
    await expect(side(mine).get_by_role("button", name="Their rug", exact=True)).to_be_visible()
    await save(mine)
    zones = {zone["name"]: zone["id"] for zone in (await plan_of(stage))["zones"]}
    assert {"Their rug", "My desk"} <= zones.keys()
    plan = await plan_of(stage)
    gone = [zones["Their rug"], zones["My desk"]]
    await stage.demo.client.command(f"{DOMAIN}/plan/save", revision=plan["revision"], remove_zones=gone)


async def test_a_picture_lies_beneath_to_scale(stage: Stage, tmp_path: Path) -> None:
    file = tmp_path / "floor.png"
    Image.new("RGB", (200, 100), "lightgray").save(file)
    page = await open_editor(stage)
    await page.get_by_label("Choose a picture").set_input_files(file)
    await expect(page.locator("indoor-positioning-map image.picture")).to_be_visible(timeout=20_000)
    # What is four metres long on the map is eight in truth.
    await page.get_by_role("button", name="Set the scale").click()
    before = await picture_of(stage)
    for x in (1.0, 5.0):
        await page.mouse.click(*await on_screen(page, x, 1.0))
    await side(page).get_by_label("Length (m)").fill("8")
    await page.get_by_role("button", name="Done").click()
    await expect(side(page).get_by_label("Length (m)")).to_have_count(0)
    after = before
    for _ in range(50):
        if (after := await picture_of(stage)) != before:
            break
        await asyncio.sleep(0.1)
    assert after["scale"] == pytest.approx(2 * before["scale"], rel=0.01)
    # Its first end stays where it was marked.
    assert after["x"] == pytest.approx(1.0 + 2 * (before["x"] - 1.0), abs=0.05)
    await page.get_by_role("button", name="Remove", exact=True).click()
    await expect(page.locator("indoor-positioning-map image.picture")).to_have_count(0)


async def picture_of(stage: Stage) -> dict[str, Any]:
    """Return the only picture as the server has it."""
    pictures: list[dict[str, Any]] = (await stage.demo.client.command(f"{DOMAIN}/pictures/list"))["pictures"]
    (picture,) = pictures
    return picture


async def test_a_floor_is_told_how_high_it_lies(stage: Stage) -> None:
    page = await open_editor(stage)
    await page.get_by_role("button", name="Upper floor", exact=True).click()
    field = side(page).get_by_label("Height of this floor in the house")
    await expect(field).to_have_attribute("placeholder", "2.7")
    await field.fill("1.5")
    await field.press("Enter")
    await expect(side(page).get_by_text("less than 1.8 m")).to_be_visible()
    await field.fill("3.2")
    await field.press("Enter")
    await save(page)
    told = (await plan_of(stage))["elevations"]
    assert told == [{"floor_id": "upper_floor", "elevation": 3.2}]
    await field.fill("")
    await field.press("Enter")
    await save(page)
    assert (await plan_of(stage))["elevations"] == []


async def test_an_opening_is_drawn_and_a_room_sunk(stage: Stage) -> None:
    page = await open_editor(stage)
    await page.get_by_role("button", name="Opening", exact=True).click()
    await drag(page, (7.0, 7.0), (8.0, 8.0))
    await expect(side(page).get_by_role("heading", name="Opening in the ceiling")).to_be_visible()
    await page.get_by_role("button", name="Living room", exact=True).click()
    field = side(page).get_by_label("Raised above the floor by")
    await field.fill("-0.4")
    await field.press("Enter")
    await save(page)
    plan = await plan_of(stage)
    (opening,) = plan["openings"]
    assert (opening["from_floor_id"], opening["to_floor_id"]) == ("ground_floor", "upper_floor")
    (room,) = [one for one in plan["rooms"] if one["name"] == "Living room"]
    assert room["elevation"] == -0.4
    await field.fill("")
    await field.press("Enter")
    await page.get_by_role("button", name="Opening in the ceiling", exact=True).click()
    await page.get_by_role("button", name="Delete", exact=True).click()
    await save(page)
    assert (await plan_of(stage))["openings"] == []


async def test_accuracy_is_shown_and_said(stage: Stage) -> None:
    page = await open_editor(stage)
    await page.get_by_role("button", name="Show the expected accuracy").click()
    await expect(page.get_by_text("the right room in")).to_be_visible(timeout=20_000)
    assert await page.locator("indoor-positioning-map svg.plan rect").count() > 100


async def test_a_phone_has_it_all(stage: Stage) -> None:
    page = await open_editor(stage, PHONE)
    assert await page.evaluate("document.scrollingElement.scrollWidth") == PHONE[0]
    await page.get_by_role("button", name="Room", exact=True).click()
    # Without a finger, too.
    await page.get_by_role("button", name="Place a rectangle").focus()
    await page.keyboard.press("Enter")
    await expect(side(page).get_by_text("Which room is this?")).to_be_visible()
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_role("button", name="Save", exact=True)).to_have_count(0)
