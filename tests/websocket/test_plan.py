"""The plan over the websocket: read, checked, saved, and kept from two editors at once."""

from __future__ import annotations

import math
from typing import Any

import pytest
from homeassistant.helpers import area_registry as ar
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.indoor_positioning.engine.home import Door, Opening, Stairs, Wall
from tests.house import House
from tests.reporting import async_add_other_anchor
from tests.websocket.client import Client

KITCHEN = [[0.0, 0.0], [4.0, 0.0], [4.0, 3.0], [0.0, 3.0]]
LIVING_ROOM = [[4.0, 0.0], [8.0, 0.0], [8.0, 3.0], [4.0, 3.0]]
STOVE = [[0.5, 0.5], [1.5, 0.5], [1.5, 1.5], [0.5, 1.5]]
DOOR = {"floor_id": "ground_floor", "from": [4.0, 1.0], "to": [4.0, 2.0]}
WALL = {"floor_id": "ground_floor", "from": [2.0, 0.0], "to": [2.0, 1.0], "attenuation": 6.0}
STAIRS = {"from_floor_id": "ground_floor", "to_floor_id": "upper_floor", "outline": KITCHEN}

WELL = {"from_floor_id": "upper_floor", "to_floor_id": "ground_floor", "outline": STOVE}


@pytest.fixture
async def client(house: House, hass_ws_client: WebSocketGenerator) -> Client:
    """The owner's browser, with the integration running and nothing drawn."""
    await house.async_set_up()
    return await Client.async_connect(house, hass_ws_client)


async def revision(client: Client) -> str:
    return str((await client.async_result("plan/get"))["revision"])


async def save(client: Client, **changes: Any) -> dict[str, Any]:
    answer: dict[str, Any] = await client.async_result("plan/save", revision=await revision(client), **changes)
    return answer


async def refused(client: Client, **changes: Any) -> str:
    """Return why a change was refused, and see to it that nothing was changed."""
    before = await client.async_result("plan/get")
    code = await client.async_error("plan/save", revision=before["revision"], **changes)
    assert await client.async_result("plan/get") == before
    return code


async def test_the_plan_of_a_home_that_nobody_has_drawn(house: House, client: Client) -> None:
    stranger = house.connect_stranger()
    plan = await client.async_result("plan/get")
    assert [floor["id"] for floor in plan["floors"]] == ["ground_floor", "upper_floor"]
    assert {room["area_id"]: room["outline"] for room in plan["rooms"]} == dict.fromkeys(
        ("kitchen", "living_room", "bedroom")
    )
    assert {anchor["source"]: anchor["floor_id"] for anchor in plan["anchors"]} == {
        house.source("kitchen"): "ground_floor",
        house.source("living_room"): "ground_floor",
        house.source("bedroom"): "upper_floor",
    }
    assert plan["scanners"] == [{"source": stranger.source, "name": "New proxy", "area_id": None}]
    assert plan["zones"] == plan["doors"] == plan["walls"] == plan["stairs"] == []


async def test_a_saved_plan_applies_at_once(house: House, client: Client) -> None:
    runtime = house.runtime
    beacon_id = await house.async_add_beacon()
    tracker = runtime.positioning.tracks[beacon_id].tracker
    saved = await save(
        client,
        rooms=[{"area_id": "kitchen", "outline": KITCHEN}, {"area_id": "living_room", "outline": LIVING_ROOM}],
        anchors=[{"source": house.source("kitchen"), "x": 2, "y": 1.5, "height": 2.2}],
        zones=[{"name": "Stove", "floor_id": "ground_floor", "outline": STOVE}],
        doors=[DOOR],
        walls=[WALL],
        stairs=[STAIRS],
        openings=[WELL],
    )
    assert saved == await client.async_result("plan/get")
    assert saved["doors"] == [DOOR]
    assert saved["walls"] == [WALL]
    assert saved["stairs"] == [STAIRS]
    assert saved["openings"] == [WELL]
    await house.clock.async_pass(1)
    assert house.runtime is runtime
    assert runtime.positioning.tracks[beacon_id].tracker is tracker
    home = runtime.positioning.model.home
    kitchen, anchor = home.room("kitchen"), home.anchor(house.source("kitchen"))
    assert kitchen is not None
    assert kitchen.outline == tuple((x, y) for x, y in KITCHEN)
    assert anchor is not None
    assert anchor.position == (2.0, 1.5, 2.2)
    assert [zone.name for zone in home.zones] == ["Stove"]
    assert home.doors == (Door("ground_floor", (4.0, 1.0), (4.0, 2.0)),)
    assert home.walls == (Wall("ground_floor", (2.0, 0.0), (2.0, 1.0), 6.0),)
    assert home.openings == (Opening("upper_floor", "ground_floor", tuple((x, y) for x, y in STOVE)),)
    assert home.stairs == (Stairs("ground_floor", "upper_floor", tuple((x, y) for x, y in KITCHEN)),)


async def test_a_saved_door_alone_applies_at_once(house: House, client: Client) -> None:
    await house.async_draw()
    await save(client, doors=[DOOR])
    await house.clock.async_pass(1)
    assert len(house.runtime.positioning.model.home.doors) == 1
    await save(client, doors=[])
    await house.clock.async_pass(1)
    assert not house.runtime.positioning.model.home.doors


async def test_how_high_a_floor_lies_applies_at_once_and_is_forgotten_again(house: House, client: Client) -> None:
    await house.async_draw()
    runtime = house.runtime
    beacon_id = await house.async_add_beacon()
    tracker = runtime.positioning.tracks[beacon_id].tracker
    told = [{"floor_id": "upper_floor", "elevation": 3.3}]
    saved = await save(client, elevations=told)
    assert saved["elevations"] == told
    await house.clock.async_pass(1)
    assert (house.runtime, runtime.positioning.tracks[beacon_id].tracker) == (runtime, tracker)
    assert [floor.elevation for floor in runtime.positioning.model.home.floors] == [0.0, 3.3]
    plan = await client.async_result("plan/get")
    assert [floor["elevation"] for floor in plan["floors"]] == [0.0, 3.3]
    assert (await save(client, elevations=[]))["elevations"] == []
    await house.clock.async_pass(1)
    assert [floor.elevation for floor in runtime.positioning.model.home.floors] == [0.0, 2.7]


async def test_a_room_is_raised_at_once_and_let_down_again(house: House, client: Client) -> None:
    await house.async_draw()
    runtime = house.runtime
    kitchen = {"area_id": "kitchen", "outline": KITCHEN}
    saved = await save(client, rooms=[{**kitchen, "elevation": -0.6}])
    assert {room["area_id"]: room["elevation"] for room in saved["rooms"]}["kitchen"] == -0.6
    await house.clock.async_pass(1)
    assert house.runtime is runtime
    model = runtime.positioning.model
    room = model.home.room("kitchen")
    assert room is not None
    assert room.elevation == -0.6
    assert set(model.grid.ground[model.grid.floor == 0]) == {-0.6, 0.0}
    # Who draws it anew, and says nothing of it, leaves it where it is.
    assert (await save(client, rooms=[kitchen]))["rooms"] == saved["rooms"]
    await save(client, rooms=[{**kitchen, "elevation": None}])
    await house.clock.async_pass(1)
    assert not runtime.positioning.model.grid.ground[runtime.positioning.model.grid.floor == 0].any()


@pytest.mark.parametrize("elevation", ["nan", 10.1, -5.1])
async def test_no_room_is_raised_to_a_nonsense_height(client: Client, elevation: Any) -> None:
    wrong = [{"area_id": "kitchen", "outline": KITCHEN, "elevation": elevation}]
    assert await refused(client, rooms=wrong) == "invalid_format"


async def test_an_opening_has_an_outline(client: Client) -> None:
    crossed = {**WELL, "outline": [[0, 0], [4, 4], [4, 0], [0, 3]]}
    assert await refused(client, openings=[crossed]) == "plan_outline_self_crossing"


@pytest.mark.parametrize("elevation", [0.0, -4.0, 0.3])
async def test_a_floor_does_not_lie_inside_or_under_the_one_below(client: Client, elevation: float) -> None:
    wrong = [{"floor_id": "upper_floor", "elevation": elevation}]
    assert await refused(client, elevations=wrong) == "plan_floor_misplaced"


@pytest.mark.parametrize("elevation", ["nan", "inf", 501.0, -101.0, "high", None])
async def test_no_floor_lies_at_a_nonsense_height(client: Client, elevation: Any) -> None:
    wrong = [{"floor_id": "upper_floor", "elevation": elevation}]
    assert await refused(client, elevations=wrong) == "invalid_format"


async def test_a_storey_that_nobody_builds_is_remarked(house: House, client: Client) -> None:
    await house.async_draw()
    findings = await client.async_result(
        "plan/check",
        rooms=[{"area_id": "bedroom", "outline": KITCHEN}],
        elevations=[{"floor_id": "upper_floor", "elevation": 1.2}],
    )
    assert ("odd_storey", "upper_floor") in {(one["kind"], one["floor"]) for one in findings["findings"]}


async def test_the_plan_outlives_a_restart(house: House, client: Client) -> None:
    await save(client, rooms=[{"area_id": "kitchen", "outline": KITCHEN}], doors=[DOOR], walls=[WALL])
    assert house.entry
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    home = house.runtime.positioning.model.home
    assert len(home.doors) == len(home.walls) == 1


async def test_the_second_of_two_editors_is_told_and_nothing_is_lost(house: House, client: Client) -> None:
    known = await revision(client)
    first = await client.async_result("plan/save", revision=known, rooms=[{"area_id": "kitchen", "outline": KITCHEN}])
    changes = {"rooms": [{"area_id": "kitchen", "outline": LIVING_ROOM}]}
    assert await client.async_error("plan/save", revision=known, **changes) == "plan_changed_meanwhile"
    assert await client.async_result("plan/get") == first
    second = await client.async_result("plan/save", revision=first["revision"], **changes)
    assert second["revision"] != first["revision"]


async def test_a_change_in_a_form_counts_as_another_editor(house: House, client: Client) -> None:
    known = await revision(client)
    await house.async_draw()
    changes = {"rooms": [{"area_id": "kitchen", "outline": None}]}
    assert await client.async_error("plan/save", revision=known, **changes) == "plan_changed_meanwhile"


async def test_what_is_not_named_stays(house: House, client: Client) -> None:
    await house.async_draw()
    before = await client.async_result("plan/get")
    saved = await save(client, doors=[DOOR])
    assert {**saved, "revision": "", "doors": []} == {**before, "revision": ""}


async def test_a_zone_is_redrawn_with_its_rules_and_removed(house: House, client: Client) -> None:
    await house.async_draw()
    zone_id = await house.async_add_zone(enter=0.9, circle={"x": 2, "y": 1, "radius": 1})
    await save(client, zones=[{"id": zone_id, "name": "Oven", "floor_id": "ground_floor", "outline": STOVE}])
    assert house.entry
    zone = house.entry.subentries[zone_id]
    assert zone.title == "Oven"
    assert zone.data == {"floor_id": "ground_floor", "outline": STOVE, "enter": 0.9, "circle": None}
    assert (await save(client, remove_zones=[zone_id]))["zones"] == []
    assert zone_id not in house.entry.subentries


async def test_a_new_area_and_a_new_scanner_join_the_plan(house: House, client: Client) -> None:
    cellar = ar.async_get(house.hass).async_create("Cellar", floor_id="ground_floor")
    stranger = house.connect_stranger()
    saved = await save(client, anchors=[{"source": stranger.source, "area_id": cellar.id, "x": 1, "y": 1}])
    assert "cellar" in {room["area_id"] for room in saved["rooms"]}
    assert next(one for one in saved["anchors"] if one["source"] == stranger.source)["x"] == 1
    assert saved["scanners"] == []


async def test_an_area_is_created_and_drawn(house: House, client: Client) -> None:
    created = await client.async_result("plan/create_area", name=" Pantry ", floor_id="ground_floor")
    area = ar.async_get(house.hass).async_get_area(created["area_id"])
    assert area is not None
    assert (area.name, area.floor_id) == ("Pantry", "ground_floor")
    saved = await save(client, rooms=[{"area_id": area.id, "outline": KITCHEN}])
    assert next(room for room in saved["rooms"] if room["area_id"] == area.id)["outline"] == KITCHEN


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": "kitchen"}, "plan_area_there_already"),
        ({"name": "  "}, "plan_area_nameless"),
        ({"name": "Attic", "floor_id": "attic"}, "plan_floor_missing"),
        ({"name": "x" * 101}, "invalid_format"),
    ],
)
async def test_an_area_that_cannot_be(house: House, client: Client, fields: dict[str, Any], code: str) -> None:
    before = len(ar.async_get(house.hass).areas)
    assert await client.async_error("plan/create_area", **fields) == code
    assert len(ar.async_get(house.hass).areas) == before


async def test_an_area_of_a_home_without_floors(house: House, client: Client) -> None:
    created = await client.async_result("plan/create_area", name="Shed", floor_id="ground")
    area = ar.async_get(house.hass).async_get_area(created["area_id"])
    assert area is not None
    assert area.floor_id is None


async def test_an_area_deleted_while_somebody_draws(house: House, client: Client) -> None:
    known = await revision(client)
    ar.async_get(house.hass).async_delete("kitchen")
    await house.clock.async_pass(1)
    rooms = [{"area_id": "kitchen", "outline": KITCHEN}, {"area_id": "living_room", "outline": LIVING_ROOM}]
    assert await client.async_error("plan/save", revision=known, rooms=rooms) == "plan_area_missing"
    plan = await client.async_result("plan/get")
    assert {room["area_id"]: room["outline"] for room in plan["rooms"]} == {"living_room": None, "bedroom": None}
    saved = await client.async_result("plan/save", revision=plan["revision"], rooms=rooms[1:])
    assert next(room for room in saved["rooms"] if room["area_id"] == "living_room")["outline"] == LIVING_ROOM


async def test_how_an_anchor_is_turned_is_kept(house: House, client: Client) -> None:
    source = house.source("kitchen")
    saved = await save(client, anchors=[{"source": source, "x": 1, "y": 1, "orientation": [90, -15, 0]}])
    assert next(one for one in saved["anchors"] if one["source"] == source)["orientation"] == [90.0, -15.0, 0.0]
    await house.clock.async_pass(1)
    anchor = house.runtime.positioning.model.home.anchor(source)
    assert anchor is not None
    assert anchor.orientation == (90.0, -15.0, 0.0)


async def test_an_anchor_of_another_kind_is_moved(house: House, client: Client) -> None:
    anchor_id = await async_add_other_anchor(house, "Finder", kind="direction_finder")
    (row,) = (await client.async_result("plan/get"))["other_anchors"]
    assert (row["id"], row["name"], row["kind"], row["x"]) == (anchor_id, "Finder", "direction_finder", 6.0)
    moved = {"id": anchor_id, "area_id": "kitchen", "x": 1, "y": 2, "orientation": [45, 0, 0]}
    (row,) = (await save(client, other_anchors=[moved]))["other_anchors"]
    assert (row["floor_id"], row["x"], row["orientation"]) == ("ground_floor", 1.0, [45.0, 0.0, 0.0])
    await house.clock.async_pass(1)
    (anchor,) = house.runtime.positioning.model.home.other_anchors
    assert anchor.orientation == (45.0, 0.0, 0.0)
    assert await refused(client, other_anchors=[{"id": "gone", "x": 1, "y": 1}]) == "plan_anchor_unknown"
    kitchen = house.subentry("room_kitchen").subentry_id
    assert await refused(client, other_anchors=[{"id": kitchen, "x": 1, "y": 1}]) == "plan_anchor_unknown"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"anchors": [{"source": "x", "orientation": [90, 0]}]}, "invalid_format"),
        ({"rooms": [{"area_id": "gone", "outline": KITCHEN}]}, "plan_area_missing"),
        ({"anchors": [{"source": "00:00:00:00:00:00", "x": 1, "y": 1}]}, "plan_anchor_unknown"),
        ({"zones": [{"name": "Z", "floor_id": "attic", "outline": STOVE}]}, "plan_zone_outside"),
        ({"zones": [{"name": " ", "floor_id": "ground_floor", "outline": STOVE}]}, "plan_zone_nameless"),
        ({"zones": [{"id": "x", "name": "Z", "floor_id": "ground_floor", "outline": STOVE}]}, "plan_zone_gone"),
        ({"zones": [{"name": "Z", "floor_id": "ground_floor", "outline": STOVE}] * 2}, "plan_zone_twice"),
        ({"doors": [DOOR] * 501}, "plan_too_many"),
        ({"stairs": [{**STAIRS, "outline": KITCHEN[:2]}]}, "plan_outline_too_few_corners"),
        (
            {"rooms": [{"area_id": "kitchen", "outline": [[0, 0], [4, 3], [4, 0], [0, 3]]}]},
            "plan_outline_self_crossing",
        ),
        ({"rooms": [{"area_id": "kitchen", "outline": [[0, 0], [1, 0], [2, 0]]}]}, "plan_outline_zero_area"),
        ({"rooms": [{"area_id": "kitchen", "outline": [[0, 0], [1, 0], [2]]}]}, "invalid_format"),
        ({"walls": [{**WALL, "to": [1e9, 0]}]}, "invalid_format"),
        ({"surprise": []}, "invalid_format"),
    ],
)
async def test_what_cannot_be_is_refused_as_a_whole(
    house: House, client: Client, changes: dict[str, Any], code: str
) -> None:
    await house.async_draw()
    assert await refused(client, **{"rooms": [{"area_id": "bedroom", "outline": LIVING_ROOM}], **changes}) == code


async def test_half_a_place_is_refused(house: House, client: Client) -> None:
    assert await refused(client, anchors=[{"source": house.source("kitchen"), "x": 1}]) == "plan_anchor_place"


async def test_a_polygon_of_ten_thousand_points(client: Client) -> None:
    circle = [[math.cos(i / 1592), math.sin(i / 1592)] for i in range(10_000)]
    answer = await client.async_ask(
        "plan/save", revision=await revision(client), rooms=[{"area_id": "kitchen", "outline": circle}]
    )
    assert answer["error"]["code"] == "plan_outline_too_many_corners"
    assert "Kitchen" in answer["error"]["message"]


async def test_a_draft_is_checked_and_not_saved(house: House, client: Client) -> None:
    before = await client.async_result("plan/get")
    rooms = [{"area_id": "kitchen", "outline": KITCHEN}, {"area_id": "living_room", "outline": KITCHEN}]
    findings = (await client.async_result("plan/check", rooms=rooms))["findings"]
    assert [(one["kind"], one["floor"]) for one in findings] == [
        ("rooms_overlap", "ground_floor"),
        ("few_anchors", "ground_floor"),
    ]
    assert set(findings[0]["rooms"]) == {"kitchen", "living_room"}
    assert findings[1]["anchors"] == 0
    assert findings[1]["wanted"] == 3
    assert await client.async_result("plan/get") == before


async def test_only_admins_draw(
    house: House, client: Client, hass_ws_client: WebSocketGenerator, hass_read_only_access_token: str
) -> None:
    ordinary = await Client.async_connect(house, hass_ws_client, hass_read_only_access_token)
    assert await ordinary.async_error("plan/get") == "unauthorized"
    assert house.entry
    options = {**house.entry.options, "everyone_sees_map": True}
    house.hass.config_entries.async_update_entry(house.entry, options=options)
    known = (await ordinary.async_result("plan/get"))["revision"]
    assert await ordinary.async_error("plan/save", revision=known, doors=[DOOR]) == "unauthorized"
    assert await ordinary.async_error("plan/check", doors=[DOOR]) == "unauthorized"
