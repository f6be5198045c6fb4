"""Every file that is kept, on a real disk: half-written, lost, with no room to write it, and without permission."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from custom_components.indoor_positioning.const import DOMAIN
from tests.earlier import STORED, Before, is_kept, stored_by
from tests.house import House

NAMES = sorted(stored_by(STORED[-1])["stores"])

# What is in these shows while the integration runs; the others are written whenever it stops.
WRITTEN_WHEN_CHANGED = {"networks", "pictures", "state", "survey"}


@pytest.fixture
def hass_storage() -> dict[str, Any]:
    """Replace the storage in memory that tests have otherwise: here files are the point."""
    return {}


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    """Let Home Assistant keep its files in a folder of their own."""
    return str(tmp_path)


@pytest.fixture
def before(house: House) -> Before:
    return Before(STORED[-1], house)


def file_of(before: Before, name: str) -> Path:
    return Path(before.house.hass.config.path(".storage", before.key(name)))


async def write_all(before: Before) -> None:
    """Write all files and their last good copies."""

    def write() -> None:
        for name, stored in before.stores.items():
            path = file_of(before, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(json.dumps(stored))
            path.with_name(f"{path.name}.last_good").write_text(json.dumps({**stored, "key": f"{path.name}.last_good"}))

    await before.house.hass.async_add_executor_job(write)


def reported(hass: HomeAssistant) -> set[str]:
    return {issue_id for domain, issue_id in ir.async_get(hass).issues if domain == DOMAIN}


@pytest.mark.parametrize("damage", ["half", "empty", "zeros", "gone"])
@pytest.mark.parametrize("name", NAMES)
async def test_half_written_or_lost_the_last_good_version_is_used_and_said(
    hass: HomeAssistant, before: Before, name: str, damage: str
) -> None:
    await write_all(before)
    path = file_of(before, name)
    whole = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes({"half": whole[: len(whole) // 2], "empty": b"", "zeros": bytes(len(whole))}[damage])
    await before.async_start()
    assert before.entry.state is ConfigEntryState.LOADED
    assert reported(hass) == {f"storage_restored_{name}"}
    assert before.house.state("sensor.tag_room").state == "Kitchen"
    runtime = before.house.runtime
    assert len(runtime.survey.samples) == 6
    assert set(runtime.pictures.pictures) == {"ground_floor"}
    assert runtime.teacher.kept.models
    await before.async_stop()
    if name not in WRITTEN_WHEN_CHANGED:
        assert is_kept(before.stores[name], json.loads(path.read_text()))


@pytest.mark.parametrize(
    ("number", "problem"),
    [(errno.ENOSPC, "disk_full"), (errno.EDQUOT, "disk_full"), (errno.EROFS, "storage_refused_{}")],
)
async def test_a_disk_that_takes_nothing_loses_nothing_that_was_written(
    hass: HomeAssistant, before: Before, number: int, problem: str
) -> None:
    await write_all(before)
    files = {name: file_of(before, name).read_bytes() for name in NAMES}
    with patch("tempfile.mkstemp", side_effect=OSError(number, os.strerror(number))):
        await before.async_start()
        assert before.entry.state is ConfigEntryState.LOADED
        await before.house.async_stay("bedroom", 30)
        assert before.house.state("sensor.tag_room").state == "Bedroom", "it works on"
        await before.house.runtime.survey.async_delete([before.house.runtime.survey.samples[0].id])
        await before.house.runtime.pictures.async_remove("ground_floor")
        await before.async_stop()
    # Networks are written after a training only.
    expected = {problem.format(name) for name in NAMES if name != "networks"}
    assert {one for one in reported(hass) if one.startswith(("disk", "storage"))} == expected
    assert {name: file_of(before, name).read_bytes() for name in NAMES} == files
