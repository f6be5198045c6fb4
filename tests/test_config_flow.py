"""Setting up: what is proposed, what is asked, what comes out."""

from __future__ import annotations

from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import area_registry as ar

from custom_components.indoor_positioning.const import DOMAIN
from tests.house import House


async def test_proposes_all_scanners_with_their_areas(house: House) -> None:
    result = await house.hass.config_entries.flow.async_init(DOMAIN, context={"source": "user"})
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "user"
    assert result["description_placeholders"] == {"count": "3"}
    assert result["data_schema"]
    (field,) = result["data_schema"].schema
    selector = result["data_schema"].schema[field]
    assert [option["label"] for option in selector.config["options"]] == [
        "Bedroom proxy – Bedroom",
        "Kitchen proxy – Kitchen",
        "Living room proxy – Living room",
    ]
    assert set(field.default()) == {proxy.source for proxy in house.proxies.values()}


async def test_makes_anchors_and_rooms(house: House) -> None:
    await house.async_set_up()
    anchor = house.subentry(f"anchor_{house.source('kitchen')}")
    assert anchor.title == "Kitchen proxy"
    assert anchor.data["area_id"] == "kitchen"
    room = house.subentry("room_living_room")
    assert room.title == "Living room"
    assert room.data == {"area_id": "living_room", "outline": None}


async def test_asks_where_a_scanner_without_area_is(house: House) -> None:
    house.add_proxy("Hall proxy", "hall", placed=False)
    house.add_proxy("Attic proxy", "attic", placed=False)
    hall = ar.async_get(house.hass).async_create("Hall")
    flow = house.hass.config_entries.flow
    result = await flow.async_init(DOMAIN, context={"source": "user"})
    result = await flow.async_configure(
        result["flow_id"], {"anchors": [proxy.source for proxy in house.proxies.values()]}
    )
    assert result["step_id"] == "area"
    assert result["description_placeholders"] == {"scanner": "Attic proxy"}
    assert not result["last_step"]
    result = await flow.async_configure(result["flow_id"], {})
    assert result["description_placeholders"] == {"scanner": "Hall proxy"}
    assert result["last_step"]
    result = await flow.async_configure(result["flow_id"], {"area_id": hall.id})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    house.entry = result["result"]
    await house.hass.async_block_till_done()
    assert house.subentry(f"anchor_{house.source('attic')}").data["area_id"] is None
    assert house.subentry(f"anchor_{house.source('hall')}").data["area_id"] == "hall"
    assert house.subentry("room_hall").title == "Hall"


async def test_leaves_out_what_is_deselected_for_good(house: House) -> None:
    flow = house.hass.config_entries.flow
    result = await flow.async_init(DOMAIN, context={"source": "user"})
    result = await flow.async_configure(result["flow_id"], {"anchors": [house.source("kitchen")]})
    house.entry = result["result"]
    await house.hass.async_block_till_done()
    assert {one.unique_id for one in result["result"].subentries.values()} == {
        f"anchor_{house.source('kitchen')}",
        "room_kitchen",
    }
    assert result["result"].options == {"ignored_scanners": [house.source("bedroom"), house.source("living_room")]}


async def test_says_what_to_do_without_any_scanner(house: House) -> None:
    for area_id in tuple(house.proxies):
        house.disconnect(area_id)
    result = await house.hass.config_entries.flow.async_init(DOMAIN, context={"source": "user"})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "no_scanners"


async def test_is_set_up_once(house: House) -> None:
    await house.async_set_up()
    result = await house.hass.config_entries.flow.async_init(DOMAIN, context={"source": "user"})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "single_instance_allowed"
