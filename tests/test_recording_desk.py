"""A recording for a bug report: replayed it names the same rooms, and it tells nobody whose they are."""

from __future__ import annotations

import asyncio
import subprocess
from collections import Counter
from pathlib import Path
from zipfile import ZipFile

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError

from custom_components.indoor_positioning.const import DOMAIN
from custom_components.indoor_positioning.engine.measurement import Bearing, Fix, Movement, Pressure, Range
from custom_components.indoor_positioning.engine.replay.recording import read_recording
from custom_components.indoor_positioning.engine.replay.stream import replay
from tests.house import TAG_ADDRESS, TAG_UUID, House

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    """Let Home Assistant keep its files in a folder of their own."""
    return str(tmp_path)


@pytest.fixture
def desk_limit(monkeypatch: pytest.MonkeyPatch) -> int:
    """A recording that is full soon."""
    monkeypatch.setattr("custom_components.indoor_positioning.recording_desk.MAX_READINGS", 30)
    return 30


async def async_record(hass: HomeAssistant, house: House, stays: list[str]) -> tuple[Path, list[str]]:
    """Record a minute, with an equal part of it in each room; returns the file and the rooms that were said."""
    told = await hass.services.async_call(DOMAIN, "record", {"minutes": 1}, blocking=True, return_response=True)
    assert told is not None
    said = []
    for area in stays:
        for _ in range(62 // len(stays)):
            await house.async_stay(area, 1)
            said.append(house.state("sensor.tag_room").state)
    while house.runtime.recording.running:
        await house.async_stay(stays[-1], 1)
    await hass.async_block_till_done()
    return Path(str(told["file"])), said


async def test_a_replay_names_the_rooms_that_the_home_named(hass: HomeAssistant, house: House) -> None:
    await house.async_set_up()
    await house.async_draw()
    await house.async_add_beacon()
    file, said = await async_record(hass, house, ["kitchen", "bedroom"])
    recording = await asyncio.to_thread(read_recording, file)
    assert {one.beacon for one in recording.adverts} == {"beacon_1"}
    rows = await asyncio.to_thread(lambda: list(replay(recording)))
    assert {"Kitchen", "Bedroom"} <= set(said)
    rooms = house.runtime.positioning.model.home.rooms
    order = {room.name: f"room_{number}" for number, room in enumerate(rooms, 1)}
    settled = [order[one] for one in said[10:28]], [order[one] for one in said[45:58]]
    replayed = [one.room for one in rows]
    assert replayed[10:28] == settled[0]
    assert replayed[45:58] == settled[1]


async def test_nothing_private_is_in_the_file(hass: HomeAssistant, house: House) -> None:
    await house.async_set_up()
    await house.async_draw()
    await house.async_add_beacon()
    file, _ = await async_record(hass, house, ["kitchen"])
    text = await asyncio.to_thread(everything_in, file)
    private = [TAG_ADDRESS, TAG_UUID, "kitchen", "bedroom", "ground", "tag"]
    private += [proxy.source for proxy in house.proxies.values()]
    assert [one for one in private if one.lower() in text.lower()] == []


async def test_the_real_program_replays_it_with_all_that_other_sensors_told(
    hass: HomeAssistant, house: House, tmp_path: Path
) -> None:
    await house.async_set_up()
    await house.async_draw()
    tag = await house.async_add_beacon()
    anchor = house.subentry(f"anchor_{house.source('kitchen')}").data["source"]
    told = await hass.services.async_call(DOMAIN, "record", {"minutes": 1}, blocking=True, return_response=True)
    assert told is not None
    while house.runtime.recording.running:
        now = house.clock.monotonic()
        for one in (
            Bearing(now, tag, anchor, 0.5, 0.1),
            Range(now, tag, anchor, 1.5, 0.3),
            Movement(now, tag, speed=0.5, heading=1.0),
            Movement(now, tag, moving=True),
            Pressure(now, tag, 0.1),
            Fix(now, tag, (1.0, 1.0), 1.0, "ground_floor", "Robbie the robot"),
        ):
            house.runtime.positioning.measure(one)
        await house.async_stay("kitchen", 1)
    await hass.async_block_till_done()
    recording = await asyncio.to_thread(read_recording, Path(str(told["file"])))
    kinds = Counter(type(one) for one in recording.measurements)
    assert kinds.keys() == {Bearing, Range, Movement, Pressure, Fix}
    assert min(kinds.values()) > 50
    (flag,) = {one.moving for one in recording.measurements if isinstance(one, Movement) and one.speed is None}
    assert flag is True
    assert {one.beacon for one in recording.measurements} == {"beacon_1"}
    text = await asyncio.to_thread(everything_in, Path(str(told["file"])))
    assert [one for one in (tag, anchor, TAG_ADDRESS, TAG_UUID, "Robbie") if one.lower() in text.lower()] == []
    output = tmp_path / "estimates.csv"
    command = [str(ROOT / "scripts" / "replay"), str(told["file"]), "--output", str(output)]
    done = await asyncio.to_thread(subprocess.run, command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows = output.read_text().splitlines()
    assert rows[0].startswith("time,device,x,y,floor,room")
    assert len(rows) > 50
    assert all(row.split(",")[1] == "beacon_1" and row.split(",")[5] for row in rows[10:])


def everything_in(file: Path) -> str:
    with ZipFile(file) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())


async def test_its_size_is_bounded(hass: HomeAssistant, house: House, desk_limit: int) -> None:
    await house.async_set_up()
    await house.async_add_beacon()
    file, _ = await async_record(hass, house, ["kitchen"])
    assert len((await asyncio.to_thread(read_recording, file)).adverts) == desk_limit


async def test_one_recording_at_a_time_and_none_after_unloading(hass: HomeAssistant, house: House) -> None:
    runtime = await house.async_set_up()
    await hass.services.async_call(DOMAIN, "record", {}, blocking=True)
    with pytest.raises(ServiceValidationError, match="recording is being made"):
        await hass.services.async_call(DOMAIN, "record", {}, blocking=True)
    assert house.entry is not None
    assert await hass.config_entries.async_unload(house.entry.entry_id)
    await house.clock.async_pass(400)
    assert not runtime.recording.running
    assert not await asyncio.to_thread(runtime.recording.file.exists)
