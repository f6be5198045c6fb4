"""Taking over what was set in Bermuda."""

from __future__ import annotations

from typing import Any

import pytest
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.indoor_positioning.const import SUBENTRY_ANCHOR, SUBENTRY_BEACON
from tests.house import TAG_UUID, House

IBEACON = f"{TAG_UUID.replace('-', '').upper()}_1_2"
TAG = "C4:00:00:00:00:77"


def add_bermuda(house: House, **options: Any) -> MockConfigEntry:
    """Leave behind what Bermuda would have."""
    entry = MockConfigEntry(domain="bermuda", title="Bermuda", options=options)
    entry.add_to_hass(house.hass)
    return entry


def name_device(house: House, entry: MockConfigEntry, address: str, name: str, power: str | None = None) -> None:
    """Give one of Bermuda's devices a name, and a strength at 1 m."""
    device = dr.async_get(house.hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={("bermuda", address.lower())}, name=name
    )
    if power is not None:
        entity = er.async_get(house.hass).async_get_or_create(
            "number", "bermuda", f"{address.lower()}_ref_power", config_entry=entry, device_id=device.id
        )
        house.hass.states.async_set(entity.entity_id, power)


async def open_menu(house: House) -> ConfigFlowResult:
    """Open the options."""
    assert house.entry
    return await house.hass.config_entries.options.async_init(house.entry.entry_id)


async def open_step(house: House) -> ConfigFlowResult:
    """Choose the step from the menu."""
    result = await open_menu(house)
    return await house.hass.config_entries.options.async_configure(result["flow_id"], {"next_step_id": "bermuda"})


async def submit(house: House, result: ConfigFlowResult, **answer: Any) -> ConfigFlowResult:
    """Send the form."""
    result = await house.hass.config_entries.options.async_configure(result["flow_id"], answer)
    await house.hass.async_block_till_done()
    return result


def beacons(house: House) -> dict[str, dict[str, Any]]:
    """Return the beacons' data by title."""
    assert house.entry
    return {one.title: dict(one.data) for one in house.entry.get_subentries_of_type(SUBENTRY_BEACON)}


def offset_of(house: House, area_id: str) -> float:
    """Return what is added to what the proxy of an area hears."""
    assert house.entry
    anchors = house.entry.get_subentries_of_type(SUBENTRY_ANCHOR)
    return next(float(one.data["rssi_offset"]) for one in anchors if one.data["source"] == house.source(area_id))


async def test_not_offered_where_there_is_no_bermuda(house: House) -> None:
    await house.async_set_up()
    menu = await open_menu(house)
    assert "bermuda" not in menu["menu_options"]


async def test_devices_powers_and_offsets_are_taken_over(house: House) -> None:
    runtime = await house.async_set_up()
    entry = add_bermuda(
        house, configured_devices=[IBEACON, TAG], rssi_offsets={house.source("kitchen").lower(): -4, "AA:00": 3}
    )
    name_device(house, entry, IBEACON, "Kim's keys", power="-62")
    name_device(house, entry, TAG, "Toolbox", power="0")
    result = await open_step(house)
    assert result["type"] is FlowResultType.FORM
    assert result["description_placeholders"] == {"beacons": "2", "offsets": "1"}
    result = await submit(house, result, beacons=[f"ibeacon:{TAG_UUID}/1/2", f"address:{TAG}"], offsets=True)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "bermuda_imported"
    assert result["description_placeholders"] == {"beacons": "2", "offsets": "1"}
    taken = beacons(house)
    assert taken["Kim's keys"]["reference_rssi"] == -62
    assert taken["Toolbox"]["reference_rssi"] is None
    assert offset_of(house, "kitchen") == -4
    assert offset_of(house, "bedroom") == 0
    # They are followed at once.
    assert house.runtime is runtime
    assert len(runtime.positioning.tracks) == 2


async def test_what_is_not_chosen_stays_behind_and_is_offered_again(house: House) -> None:
    await house.async_set_up()
    add_bermuda(house, configured_devices=[IBEACON, TAG], rssi_offsets={house.source("kitchen"): -4})
    result = await submit(house, await open_step(house), beacons=[f"address:{TAG}"], offsets=False)
    assert result["reason"] == "bermuda_imported"
    assert list(beacons(house)) == [TAG]
    assert offset_of(house, "kitchen") == 0
    result = await open_step(house)
    assert result["description_placeholders"] == {"beacons": "1", "offsets": "1"}


async def test_nothing_left_to_take_over(house: House) -> None:
    await house.async_set_up()
    await house.async_add_beacon()
    add_bermuda(house, configured_devices=[IBEACON], rssi_offsets={house.source("kitchen"): 0})
    result = await open_step(house)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "nothing_in_bermuda"


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"configured_devices": None, "rssi_offsets": None},
        {"configured_devices": ["", "nonsense", 7, "AA:BB"], "rssi_offsets": ["AA"]},
        {"configured_devices": "AA:BB:CC:DD:EE:FF", "rssi_offsets": {"AA:BB:CC:00:00:01": "loud"}},
        {"rssi_offsets": {"AA:BB:CC:00:00:01": float("nan")}},
    ],
)
async def test_what_makes_no_sense_is_left_out(house: House, options: dict[str, Any]) -> None:
    await house.async_set_up()
    add_bermuda(house, **options)
    result = await open_step(house)
    assert result["reason"] == "nothing_in_bermuda"


async def test_offsets_are_held_to_what_an_anchor_may_have(house: House) -> None:
    await house.async_set_up()
    add_bermuda(house, rssi_offsets={house.source("kitchen"): -127})
    await submit(house, await open_step(house), beacons=[], offsets=True)
    assert offset_of(house, "kitchen") == -30


@pytest.mark.parametrize("power", ["unavailable", "0", "-127", "12", "nan"])
async def test_a_strength_that_cannot_be_is_not_taken(house: House, power: str) -> None:
    await house.async_set_up()
    entry = add_bermuda(house, configured_devices=[TAG])
    name_device(house, entry, TAG, "Toolbox", power=power)
    await submit(house, await open_step(house), beacons=[f"address:{TAG}"], offsets=False)
    assert beacons(house)["Toolbox"]["reference_rssi"] is None
