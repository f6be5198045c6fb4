"""The actions that keep the home as a file and take it back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError, Unauthorized
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.indoor_positioning.const import DOMAIN
from custom_components.indoor_positioning.transfer.actions import MOST_KEPT
from tests.house import House


@pytest.fixture
async def home(house: House, tmp_path: Path) -> House:
    """A drawn home with a configuration folder of the test's own."""
    house.hass.config.config_dir = str(tmp_path)
    await house.async_set_up()
    await house.async_draw()
    return house


async def act(house: House, action: str, context: Context | None = None, **data: Any) -> dict[str, Any]:
    answer = await house.hass.services.async_call(
        DOMAIN, action, data, blocking=True, return_response=True, context=context
    )
    assert isinstance(answer, dict)
    return dict(answer)


def outlines(house: House) -> list[Any]:
    assert house.entry
    return [room.data["outline"] for room in house.entry.get_subentries_of_type("room")]


async def test_a_home_is_kept_and_taken_back(home: House, tmp_path: Path) -> None:
    drawn = outlines(home)
    name = (await act(home, "export_home"))["file"]
    assert (tmp_path / DOMAIN / "homes" / name).stat().st_size > 0
    assert home.entry
    for room in list(home.entry.get_subentries_of_type("room")):
        home.hass.config_entries.async_update_subentry(home.entry, room, data={**room.data, "outline": None})
    report = await act(home, "import_home", file=name)
    assert report["rooms"] == 3
    assert report["new_areas"] == []
    assert outlines(home) == drawn
    await home.clock.async_pass(1)


async def test_only_the_newest_are_kept(home: House, tmp_path: Path) -> None:
    folder = tmp_path / DOMAIN / "homes"
    folder.mkdir(parents=True)
    for number in range(15):
        (folder / f"indoor-positioning-2020-01-{number + 1:02}-000000.zip").write_bytes(b"old")
    (folder / "mine.zip").write_bytes(b"mine")
    name = (await act(home, "export_home"))["file"]
    kept = sorted(path.name for path in folder.iterdir())
    assert len(kept) == MOST_KEPT + 1
    assert {name, "mine.zip", "indoor-positioning-2020-01-15-000000.zip"} <= set(kept)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("gone.zip", "home_no_file"),
        ("../secrets.zip", "home_no_file"),
        ("/etc/passwd", "home_no_file"),
        ("", "home_no_file"),
        ("broken.zip", "archive_unreadable"),
    ],
)
async def test_what_cannot_be_imported_is_refused(home: House, tmp_path: Path, name: str, key: str) -> None:
    folder = tmp_path / DOMAIN / "homes"
    folder.mkdir(parents=True)
    (folder / "broken.zip").write_bytes(b"broken")
    (tmp_path / DOMAIN / "secrets.zip").write_bytes(b"secret")
    before = outlines(home)
    with pytest.raises(ServiceValidationError) as caught:
        await act(home, "import_home", file=name)
    assert caught.value.translation_key == key
    assert outlines(home) == before


async def test_a_folder_that_cannot_be_written_is_told(home: House, tmp_path: Path) -> None:
    (tmp_path / DOMAIN).mkdir(exist_ok=True)
    (tmp_path / DOMAIN / "homes").write_text("a file where the folder should be")
    with pytest.raises(ServiceValidationError) as caught:
        await act(home, "export_home")
    assert caught.value.translation_key == "home_not_written"


async def test_only_admins(home: House, hass_read_only_user: MockUser) -> None:
    context = Context(user_id=hass_read_only_user.id)
    for action, data in (("export_home", {}), ("import_home", {"file": "x.zip"})):
        with pytest.raises(Unauthorized):
            await act(home, action, context, **data)
