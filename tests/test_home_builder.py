"""The engine's home out of registries and subentries."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import floor_registry as fr
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.indoor_positioning.const import DEFAULT_ANCHOR_HEIGHT_M, DOMAIN
from custom_components.indoor_positioning.engine.home import DEFAULT_FLOOR, Door, Home
from custom_components.indoor_positioning.home_builder import build_home
from tests.house import House


def subentry(subentry_type: str, **data: Any) -> ConfigSubentryData:
    """Return a subentry."""
    return ConfigSubentryData(
        data=MappingProxyType(data), subentry_type=subentry_type, title=subentry_type, unique_id=None
    )


def build(hass: HomeAssistant, *subentries: ConfigSubentryData) -> Home:
    """Return the home of an entry with these subentries."""
    return build_home(hass, MockConfigEntry(domain=DOMAIN, subentries_data=subentries), {})


def test_an_empty_entry_is_a_home(hass: HomeAssistant) -> None:
    home = build(hass)
    assert (home.rooms, home.anchors) == ((), ())
    assert [floor.id for floor in home.floors] == [DEFAULT_FLOOR]


def test_rooms_and_anchors_lie_where_their_areas_do(hass: HomeAssistant) -> None:
    floor = fr.async_get(hass).async_create("Upper", level=1)
    ar.async_get(hass).async_create("Bedroom", floor_id=floor.floor_id)
    home = build(
        hass,
        subentry("room", area_id="bedroom", outline=[[0, 0], [4, 0], [4, 3]]),
        subentry("anchor", source="A", area_id="bedroom", x=1.0, y=2.0, height=None, rssi_offset=1.5),
        subentry("anchor", source="B", area_id="bedroom", x=1.0, y=2.0, height=0.0, rssi_offset=0.0),
        subentry("anchor", source="C", area_id=None, x=None, y=None, height=2.0, rssi_offset=0.0),
    )
    (room,) = home.rooms
    assert (room.id, room.name, room.floor) == ("bedroom", "Bedroom", "upper")
    assert room.outline == ((0.0, 0.0), (4.0, 0.0), (4.0, 3.0))
    assert [anchor.position for anchor in home.anchors] == [
        (1.0, 2.0, DEFAULT_ANCHOR_HEIGHT_M),
        (1.0, 2.0, 0.0),
        None,
    ]
    assert [anchor.floor for anchor in home.anchors] == ["upper", "upper", DEFAULT_FLOOR]
    assert home.anchors[0].rssi_offset == 1.5


@pytest.mark.parametrize(
    "outline", [[[0, 0], [1, 1]], [[0, 0], [4, 4], [4, 0], [0, 4]], "nonsense", [[0, "a"], [1, 1], [2, 0]], [1, 2, 3]]
)
def test_a_nonsense_outline_costs_only_itself(hass: HomeAssistant, outline: Any) -> None:
    ar.async_get(hass).async_create("Bedroom")
    home = build(hass, subentry("room", area_id="bedroom", outline=outline))
    assert home.rooms[0].outline is None


def test_floors_without_levels_do_not_lie_inside_one_another(hass: HomeAssistant) -> None:
    floors, areas = fr.async_get(hass), ar.async_get(hass)
    for name, level in (("Ground", 0), ("Attic", None), ("Cellar", -1), ("Roof", None)):
        floor = floors.async_create(name, level=level)
        areas.async_create(f"{name} room", floor_id=floor.floor_id)
    areas.async_create("Garage")
    home = build(
        hass,
        *(subentry("room", area_id=f"{name}_room", outline=None) for name in ("ground", "attic", "cellar", "roof")),
    )
    assert [(floor.id, floor.level) for floor in home.floors] == [
        ("cellar", -1),
        ("ground", 0),
        ("attic", 1),
        ("roof", 2),
    ]
    assert len({floor.elevation for floor in home.floors}) == 4


def test_floors_lie_as_high_as_they_were_told(hass: HomeAssistant) -> None:
    floors, areas = fr.async_get(hass), ar.async_get(hass)
    for name, level in (("Ground", 0), ("Upper", 1), ("Attic", 2)):
        areas.async_create(f"{name} room", floor_id=floors.async_create(name, level=level).floor_id)
    rows = [{"floor_id": "upper", "elevation": 3.4}, {"floor_id": "attic", "elevation": "high"}, {"floor_id": "attic"}]
    entry = MockConfigEntry(
        domain=DOMAIN,
        data={"ways": {"elevations": rows}},
        subentries_data=[
            subentry("room", area_id=f"{name}_room", outline=None) for name in ("ground", "upper", "attic")
        ],
    )
    home = build_home(hass, entry, {})
    assert [(floor.id, floor.elevation) for floor in home.floors] == [("ground", 0.0), ("upper", 3.4), ("attic", 6.1)]
    assert [floor.height for floor in home.floors] == pytest.approx([3.4, 2.7, 2.7])


def test_what_is_on_no_floor_shares_no_storey_either(hass: HomeAssistant) -> None:
    floor = fr.async_get(hass).async_create("Upstairs")
    ar.async_get(hass).async_create("Bedroom", floor_id=floor.floor_id)
    ar.async_get(hass).async_create("Garage")
    home = build(
        hass, subentry("room", area_id="bedroom", outline=None), subentry("room", area_id="garage", outline=None)
    )
    assert {floor.id: floor.level for floor in home.floors} == {DEFAULT_FLOOR: 0, "upstairs": 1}


def test_what_the_user_measured_goes_before_what_the_beacon_says(hass: HomeAssistant) -> None:
    entry = MockConfigEntry(
        domain=DOMAIN,
        subentries_data=[
            subentry("beacon", identities=[], reference_rssi=-60),
            subentry("beacon", identities=[], reference_rssi=None),
        ],
    )
    first, second = entry.subentries
    home = build_home(hass, entry, {first: -50.0, second: -51.0})
    assert {beacon.id: beacon.reference_rssi for beacon in home.beacons} == {first: -60, second: -51.0}


async def test_ways_that_cannot_be_read_or_lie_on_no_floor_are_left_out(house: House) -> None:
    await house.async_set_up()
    assert house.entry
    door = {"floor_id": "ground_floor", "from": [0, 0], "to": [1, 0]}
    ways = {
        "doors": [door, {**door, "floor_id": "attic"}, {**door, "to": [1]}, {"floor_id": "ground_floor"}],
        "walls": [{**door, "attenuation": "thick"}],
        "stairs": [{"from_floor_id": "ground_floor", "to_floor_id": "upper_floor", "outline": [[0, 0], [1, 0]]}],
    }
    house.hass.config_entries.async_update_entry(house.entry, data={**house.entry.data, "ways": ways})
    home = build_home(house.hass, house.entry, {})
    assert home.doors == (Door("ground_floor", (0.0, 0.0), (1.0, 0.0)),)
    assert not home.walls
    assert not home.stairs
