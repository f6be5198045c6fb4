"""What every earlier version has stored is taken up by this one, and what a later one has stored is left alone.

`stored/` holds what the versions at which a format changed have really written: of a house with three proxies and three
rooms, a tag that had been in the kitchen for a quarter of an hour, a phone with a key, a survey of six stands, and what
there was besides at the time. Another file is added whenever a format changes; none is ever edited.
"""

from __future__ import annotations

import copy
import logging
import re
from pathlib import Path
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

import custom_components.indoor_positioning
from custom_components.indoor_positioning.config_flow import IndoorPositioningConfigFlow
from custom_components.indoor_positioning.const import DOMAIN
from tests.earlier import AGE_S, STORED, Before, is_kept, stored_by
from tests.house import House
from tests.protocols import resolvable_address


@pytest.fixture(params=STORED, ids=lambda path: path.stem)
def before(request: pytest.FixtureRequest, house: House, hass_storage: dict[str, Any]) -> Before:
    return put(Before(request.param, house), hass_storage)


def put(before: Before, storage: dict[str, Any]) -> Before:
    """Let Home Assistant find what was stored."""
    storage.update({before.key(name): copy.deepcopy(stored) for name, stored in before.stores.items()})
    return before


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the integration warned of, but for a front end that was not built here."""
    own = [one for one in caplog.records if one.name.startswith(f"custom_components.{DOMAIN}")]
    return [one.getMessage() for one in own if one.levelno >= logging.WARNING and not one.name.endswith(".panel")]


async def test_nothing_is_lost(
    hass: HomeAssistant, before: Before, hass_storage: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    await before.async_start()
    assert before.entry.state is ConfigEntryState.LOADED
    await before.async_stop()
    assert said(caplog) == []
    assert not [one for domain, one in ir.async_get(hass).issues if domain == DOMAIN]
    for name in before.stores.keys() - {"state"}:
        assert is_kept(before.stores[name], hass_storage[before.key(name)]), name


async def test_beacons_are_where_they_were_said_to_be(house: House, before: Before) -> None:
    await before.async_start()
    assert house.state("sensor.tag_room").state == "Kitchen"
    presence = house.runtime.positioning.tracks[before.beacon("Tag")].presence
    assert presence.last_heard is not None
    assert house.clock.monotonic() - presence.last_heard == pytest.approx(AGE_S, abs=3.0)
    await house.async_stay("bedroom", 30)
    assert house.state("sensor.tag_room").state == "Bedroom"


async def test_a_second_restart_at_once_takes_nothing_away(before: Before, hass_storage: dict[str, Any]) -> None:
    await before.async_start()
    await before.async_stop()
    tag = before.beacon("Tag")
    told, kept = (
        stores["beacons"][tag] for stores in (before.stores["state"]["data"], hass_storage[before.key("state")]["data"])
    )
    assert kept["presence"]["room"] == told["presence"]["room"] == "kitchen"
    assert kept["presence"]["silence"] == pytest.approx(told["presence"]["silence"] + AGE_S, abs=1.0)
    if stillness := told["tracker"].get("stillness"):
        assert kept["tracker"]["stillness"]["still_for"] == pytest.approx(stillness["still_for"] + AGE_S, abs=1.0)


async def test_what_people_have_made_is_there(house: House, before: Before) -> None:
    await before.async_start()
    runtime = house.runtime
    home = runtime.positioning.model.home
    assert {room.id for room in home.rooms if room.outline} == {"kitchen", "living_room", "bedroom"}
    assert {anchor.id for anchor in home.anchors if anchor.position} == {one.source for one in house.proxies.values()}
    survey = runtime.survey.survey()
    assert sorted(sample.room or "" for sample in survey) == sorted(["kitchen", "living_room", "bedroom"] * 2)
    assert [sample.position for sample in survey if sample.room == "kitchen"] == [(1.0, 1.0)] * 2
    assert all(sample.packets == 9 for sample in survey)
    assert {zone.name for zone in home.zones} == {one.title for one in before.entry.get_subentries_of_type("zone")}
    lamps = [beacon.position for beacon in home.beacons if beacon.position]
    assert lamps == ([(6.0, 1.0, 1.0)] if "drift" in before.stores else [])
    assert set(runtime.pictures.pictures) == ({"ground_floor"} if "pictures" in before.stores else set())


async def test_a_key_still_opens_its_addresses(house: House, before: Before) -> None:
    await before.async_start()
    address = resolvable_address(7, bytes(range(16)))
    await house.async_stay("living_room", 10, address, name="Phone")
    assert house.state("sensor.phone_room").state == "Living room"


async def test_networks_are_in_use(house: House, before: Before) -> None:
    await before.async_start()
    kept = house.runtime.teacher.kept
    trained = "networks" in before.stores
    assert bool(kept.models) is bool(kept.judged) is trained
    if trained:
        assert kept.report is not None
        assert kept.report.samples == 6
        assert not house.runtime.teacher.missing_anchors


@pytest.mark.parametrize("name", sorted(stored_by(STORED[-1])["stores"]))
async def test_what_a_later_version_has_written_is_not_overwritten(
    hass: HomeAssistant, house: House, hass_storage: dict[str, Any], name: str
) -> None:
    """After a downgrade: it is said, and is there for the version that can read it."""
    before = put(Before(STORED[-1], house), hass_storage)
    later = {"version": 2, "minor_version": 1, "key": before.key(name), "data": {"unheard": "of"}}
    hass_storage[before.key(name)] = copy.deepcopy(later)
    await before.async_start()
    if name == "pictures":
        # A home without its pictures is better than none, and nothing is written over them unasked.
        assert before.entry.state is ConfigEntryState.LOADED
        await house.async_stay("kitchen", 60)
        await before.async_stop()
    else:
        assert before.entry.state is ConfigEntryState.SETUP_ERROR
        assert before.entry.error_reason_translation_key == "storage_newer"
        assert before.entry.error_reason_translation_placeholders == {"file": before.key(name)}
    assert hass_storage[before.key(name)] == later


@pytest.mark.parametrize(("version", "minor", "works"), [(1, 2, True), (2, 1, False)])
async def test_a_later_version_of_the_entry_is_refused_or_as_good(
    hass: HomeAssistant, house: House, hass_storage: dict[str, Any], version: int, minor: int, works: bool
) -> None:
    before = put(Before(STORED[-1], house), hass_storage)
    object.__setattr__(before.entry, "version", version)
    object.__setattr__(before.entry, "minor_version", minor)
    subentries = dict(before.entry.subentries)
    await before.async_start()
    assert before.entry.state is (ConfigEntryState.LOADED if works else ConfigEntryState.MIGRATION_ERROR)
    assert (before.entry.version, before.entry.minor_version) == (version, minor)
    assert dict(before.entry.subentries) == subentries


def test_every_store_and_version_has_an_example() -> None:
    """Whoever adds a store, or raises a version, adds what the one before has written."""
    examples = [stored_by(path) for path in STORED]
    stored = {(name, one["version"]) for told in examples for name, one in told["stores"].items()}
    package = Path(custom_components.indoor_positioning.__file__).parent
    kept = set()
    for path in package.glob("*.py"):
        source = path.read_text()
        versions = re.findall(r"^STORAGE_VERSION: Final = (\d+)$", source, re.MULTILINE)
        names = re.findall(r"KeptStore\(hass, STORAGE_VERSION, entry_id, \"(\w+)\"", source)
        kept |= {(name, version) for name in names for version in range(1, int(versions[0]) + 1)}
    assert kept
    assert kept <= stored
    entries = {told["entry"]["version"] for told in examples}
    assert entries >= set(range(1, IndoorPositioningConfigFlow.VERSION + 1))
