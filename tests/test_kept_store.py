"""Damaged files, lost files and a full disk, on a real disk."""

from __future__ import annotations

import errno
import os
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.exceptions import UnsupportedStorageVersionError
from homeassistant.helpers import issue_registry as ir

from custom_components.indoor_positioning.const import DOMAIN
from custom_components.indoor_positioning.kept_store import LEAST_FREE, KeptStore
from tests.simulated_clock import SimulatedClock

GOOD = {"samples": [1, 2, 3]}


@pytest.fixture
def hass_storage() -> dict[str, Any]:
    """Replace the storage in memory that tests have otherwise: here files are the point."""
    return {}


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    """Let Home Assistant keep its files in a folder of their own."""
    return str(tmp_path)


@pytest.fixture
def folder(hass: HomeAssistant) -> Path:
    """The storage folder."""
    return Path(hass.config.path(".storage"))


@pytest.fixture
def house_clock(hass: HomeAssistant) -> Iterator[SimulatedClock]:
    """Let time pass when the test says so."""
    clock = SimulatedClock(hass)
    with clock.installed():
        yield clock


def new_store(hass: HomeAssistant, version: int = 1) -> KeptStore[dict[str, Any]]:
    return KeptStore(hass, version, "entry", "survey")


def reported(hass: HomeAssistant) -> set[str]:
    return {issue_id for domain, issue_id in ir.async_get(hass).issues if domain == DOMAIN}


def file_in(folder: Path) -> Path:
    return folder / f"{DOMAIN}.entry.survey"


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"{DOMAIN}*"))


async def test_what_was_written_is_read(hass: HomeAssistant, folder: Path) -> None:
    assert await new_store(hass).async_load() is None
    await new_store(hass).async_save(GOOD)
    assert await new_store(hass).async_load() == GOOD
    assert reported(hass) == set()


@pytest.mark.parametrize(
    "damage", [b"", b'{"version": 1, "minor_version": 1, "key": "x", "data": {"samp', b"\0" * 64, b"{}"]
)
async def test_the_last_good_version_replaces_a_damaged_file_and_is_said(
    hass: HomeAssistant, folder: Path, damage: bytes
) -> None:
    await new_store(hass).async_save(GOOD)
    file_in(folder).write_bytes(damage)
    assert await new_store(hass).async_load() == GOOD
    assert reported(hass) == {"storage_restored_survey"}
    issue = ir.async_get(hass).async_get_issue(DOMAIN, "storage_restored_survey")
    assert issue is not None
    assert issue.translation_placeholders == {"file": "indoor_positioning.entry.survey"}


async def test_a_file_that_is_gone_comes_from_its_copy(hass: HomeAssistant, folder: Path) -> None:
    await new_store(hass).async_save(GOOD)
    file_in(folder).unlink()
    assert await new_store(hass).async_load() == GOOD
    assert reported(hass) == {"storage_restored_survey"}


def refusing(number: int) -> Any:
    """Let the system refuse every new file, for Home Assistant and for whoever asks why."""
    return patch("tempfile.mkstemp", side_effect=OSError(number, os.strerror(number)))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT], ids=["disk", "quota"])
async def test_a_full_disk_loses_nothing_that_was_written_and_is_said(
    hass: HomeAssistant, folder: Path, number: int
) -> None:
    await new_store(hass).async_save(GOOD)
    store = new_store(hass)
    with refusing(number):
        await store.async_save({"samples": [1, 2, 3, 4]})
    assert not store.is_written
    assert reported(hass) == {"disk_full"}
    assert await new_store(hass).async_load() == GOOD
    await store.async_save({"samples": [5]})
    assert reported(hass) == set(), "there is room again"
    assert await new_store(hass).async_load() == {"samples": [5]}


async def test_a_disk_that_is_nearly_full_is_said_before_anything_is_lost(hass: HomeAssistant, folder: Path) -> None:
    await new_store(hass).async_save(GOOD)
    store = new_store(hass)
    with patch("custom_components.indoor_positioning.kept_store.shutil.disk_usage") as usage:
        usage.return_value.free = LEAST_FREE - 1
        await store.async_save({"samples": [4]})
        assert store.is_written
        assert reported(hass) == {"disk_full"}
        usage.return_value.free = LEAST_FREE
        await store.async_save({"samples": [5]})
    assert reported(hass) == set()
    assert await new_store(hass).async_load() == {"samples": [5]}


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EIO])
async def test_what_cannot_be_written_for_another_reason_is_said_with_it(
    hass: HomeAssistant, folder: Path, number: int
) -> None:
    await new_store(hass).async_save(GOOD)
    store = new_store(hass)
    with refusing(number):
        await store.async_save({"samples": [4]})
    assert not store.is_written
    issue = ir.async_get(hass).async_get_issue(DOMAIN, "storage_refused_survey")
    assert issue is not None
    assert issue.translation_placeholders == {"file": "indoor_positioning.entry.survey", "reason": os.strerror(number)}
    assert reported(hass) == {"storage_refused_survey"}
    assert await new_store(hass).async_load() == GOOD
    await store.async_save({"samples": [5]})
    assert reported(hass) == set()


async def test_the_first_write_of_all_may_be_refused_too(hass: HomeAssistant, folder: Path) -> None:
    with refusing(errno.EROFS):
        await new_store(hass).async_save(GOOD)
    assert reported(hass) == {"storage_refused_survey"}
    assert await new_store(hass).async_load() is None


async def test_a_write_that_the_system_itself_breaks_off(hass: HomeAssistant, folder: Path) -> None:
    await new_store(hass).async_save(GOOD)
    largest = file_in(folder).stat().st_size - 1
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, before[1]))
    try:
        await new_store(hass).async_save({"samples": list(range(100))})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert reported(hass) == {"storage_refused_survey"}
    assert await new_store(hass).async_load() == GOOD
    assert files_in(folder) == sorted([file_in(folder), folder / f"{file_in(folder).name}.last_good"])


async def test_a_write_in_time_that_is_refused_is_said_as_well(
    hass: HomeAssistant, folder: Path, house_clock: SimulatedClock
) -> None:
    store = new_store(hass)
    await store.async_save(GOOD)
    with refusing(errno.ENOSPC):
        store.save_later(lambda: {"samples": [4]}, 10.0)
        await house_clock.async_pass(11.0)
    assert reported(hass) == {"disk_full"}
    assert await new_store(hass).async_load() == GOOD


async def test_what_is_due_is_written_when_home_assistant_stops(hass: HomeAssistant, folder: Path) -> None:
    store = new_store(hass)
    await store.async_save(GOOD)
    store.save_later(lambda: {"samples": [4]}, 1e6)
    hass.set_state(CoreState.stopping)
    await hass.async_block_till_done()
    assert await new_store(hass).async_load() == GOOD
    hass.set_state(CoreState.final_write)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    assert await new_store(hass).async_load() == {"samples": [4]}


async def test_a_write_while_home_assistant_stops_is_made_at_the_end_and_no_failure(
    hass: HomeAssistant, folder: Path
) -> None:
    store = new_store(hass)
    await store.async_save(GOOD)
    hass.set_state(CoreState.stopping)
    await store.async_save({"samples": [4]})
    assert reported(hass) == set()
    hass.set_state(CoreState.final_write)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    assert await new_store(hass).async_load() == {"samples": [4]}


async def test_a_file_of_a_newer_version_is_left_alone(hass: HomeAssistant, folder: Path) -> None:
    await new_store(hass, version=2).async_save(GOOD)
    with pytest.raises(UnsupportedStorageVersionError):
        await new_store(hass, version=1).async_load()
    assert await new_store(hass, version=2).async_load() == GOOD


async def test_nothing_is_left_of_what_was_removed(hass: HomeAssistant, folder: Path) -> None:
    await new_store(hass).async_save(GOOD)
    await new_store(hass).async_remove()
    assert files_in(folder) == []
    assert await new_store(hass).async_load() is None


async def test_a_write_that_is_due_is_not_put_off_and_takes_what_is_known_then(
    hass: HomeAssistant, house_clock: SimulatedClock
) -> None:
    store = new_store(hass)
    data = {"samples": [1]}
    for number in range(4):
        data["samples"] = [number]
        store.save_later(lambda: dict(data), 10.0)
        await house_clock.async_pass(3.0)
    assert await new_store(hass).async_load() == {"samples": [3]}
    data["samples"] = [5]
    store.save_later(lambda: dict(data), 10.0)
    await house_clock.async_pass(11.0)
    assert await new_store(hass).async_load() == {"samples": [5]}, "and the next one comes as well"


async def test_a_write_now_takes_the_place_of_one_that_was_due(
    hass: HomeAssistant, house_clock: SimulatedClock
) -> None:
    store = new_store(hass)
    store.save_later(lambda: {"samples": [1]}, 10.0)
    await store.async_save(GOOD)
    await house_clock.async_pass(11.0)
    assert await new_store(hass).async_load() == GOOD
    store.save_later(lambda: {"samples": [2]}, 10.0)
    await house_clock.async_pass(11.0)
    assert await new_store(hass).async_load() == {"samples": [2]}


async def test_what_makes_no_sense_is_told_and_is_nothing(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    assert await new_store(hass).async_read(lambda stored: stored["samples"], "They are lost") is None
    assert "They are lost" not in caplog.text, "a home that is new has lost nothing"
    await new_store(hass).async_save(GOOD)
    assert await new_store(hass).async_read(lambda stored: stored["samples"], "They are lost") == [1, 2, 3]
    assert await new_store(hass).async_read(lambda stored: stored["beacons"], "They are lost") is None
    assert "They are lost: KeyError('beacons')" in caplog.text
