"""Calibration by walking over the websocket: stands that outlive the browser, their samples, and what they gave."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from tests.house import TAG_ADDRESS, House
from tests.websocket.client import Client


@pytest.fixture
async def client(house: House, hass_ws_client: WebSocketGenerator) -> Client:
    """The owner's phone in a drawn home, with a tag."""
    await house.async_set_up()
    await house.async_draw()
    await house.async_add_beacon()
    return await Client.async_connect(house, hass_ws_client)


def tag(house: House) -> str:
    assert house.entry
    return next(one.subentry_id for one in house.entry.subentries.values() if one.title == "Tag")


async def stand(house: House, client: Client, area_id: str, seconds: float = 17, **place: float) -> None:
    await client.async_result("calibration/start", beacon=tag(house), area_id=area_id, **place)
    await house.async_stay(area_id, seconds)


async def progress(house: House, client: Client) -> dict[str, Any]:
    """Return what somebody is told who looks on from now."""
    subscription = await client.async_subscribe("calibration/progress")
    await house.clock.async_pass(0.25)
    state: dict[str, Any] = (await client.async_events(subscription))[-1]
    await client.async_unsubscribe(subscription)
    return state


async def test_a_stand_fills_and_is_kept(house: House, client: Client) -> None:
    subscription = await client.async_subscribe("calibration/progress")
    await stand(house, client, "kitchen", x=1.0, y=2.0)
    events = await client.async_events(subscription)
    assert events[0]["status"] in ("idle", "collecting")
    shares = [event["share"] for event in events]
    assert shares == sorted(shares)
    assert len(shares) > 10
    last = events[-1]
    assert last["status"] == "kept"
    assert (last["beacon"], last["area_id"], last["x"], last["y"]) == (tag(house), "kitchen", 1.0, 2.0)
    assert (last["packets"], last["anchors"], last["share"], last["moved"]) == (45, 3, 1.0, False)
    (kept,) = house.runtime.survey.samples
    assert kept.id == last["sample"]
    assert kept.sample.position == (1.0, 2.0)


async def test_few_packets_prolong_it(house: House, client: Client) -> None:
    await client.async_result("calibration/start", beacon=tag(house), area_id="kitchen")
    for _ in range(4):
        house.transmit("kitchen")
        await house.clock.async_pass(5)
    assert (await progress(house, client))["status"] == "collecting"
    await house.async_stay("kitchen", 15)
    assert (await progress(house, client))["status"] == "kept"


async def test_silence_is_told(house: House, client: Client) -> None:
    await client.async_result("calibration/start", beacon=tag(house), area_id="kitchen")
    assert await client.async_error("calibration/finish") == "calibration_nothing_heard"
    await house.clock.async_pass(26)
    assert (await progress(house, client))["status"] == "nothing_heard"
    assert house.runtime.survey.samples == ()


async def test_a_walk_is_noticed(house: House, client: Client) -> None:
    await house.async_stay("kitchen", 5)
    await client.async_result("calibration/start", beacon=tag(house), area_id="kitchen")
    moving = []
    for area_id in ("kitchen", "living_room", "kitchen", "living_room", "kitchen", "living_room", "kitchen"):
        await house.async_stay(area_id, 2)
        moving.append((await progress(house, client))["moving"])
    assert any(moving)


async def test_a_lost_connection_loses_nothing(
    house: House, client: Client, hass_ws_client: WebSocketGenerator
) -> None:
    await client.async_subscribe("calibration/progress")
    await stand(house, client, "kitchen", seconds=6)
    await client.async_close()
    await house.async_stay("kitchen", 4)
    again = await Client.async_connect(house, hass_ws_client)
    state = await progress(house, again)
    assert state["status"] == "collecting"
    assert state["area_id"] == "kitchen"
    assert state["packets"] >= 30
    await house.async_stay("kitchen", 7)
    assert (await progress(house, again))["status"] == "kept"
    assert len(house.runtime.survey.samples) == 1


async def test_only_one_stand_at_a_time(house: House, client: Client) -> None:
    await stand(house, client, "kitchen", seconds=3)
    fields = {"beacon": tag(house), "area_id": "bedroom"}
    assert await client.async_error("calibration/start", **fields) == "calibration_runs"
    assert (await progress(house, client))["area_id"] == "kitchen"


async def test_enough_is_enough(house: House, client: Client) -> None:
    assert await client.async_error("calibration/finish") == "calibration_runs_not"
    await stand(house, client, "kitchen", seconds=5)
    await client.async_result("calibration/finish")
    await house.clock.async_pass(1)
    assert (await progress(house, client))["status"] == "kept"
    assert house.runtime.survey.samples[0].sample.packets == 15


async def test_what_is_cancelled_is_not_kept(house: House, client: Client) -> None:
    await stand(house, client, "kitchen", seconds=5)
    await client.async_result("calibration/cancel")
    await house.async_stay("kitchen", 20)
    assert (await progress(house, client))["status"] == "cancelled"
    assert house.runtime.survey.samples == ()
    await stand(house, client, "bedroom")
    assert (await progress(house, client))["status"] == "kept"


async def test_undo_takes_back_the_stands_of_this_calibration_one_by_one(house: House, client: Client) -> None:
    await stand(house, client, "kitchen")
    await stand(house, client, "bedroom")
    assert len((await client.async_result("calibration/samples"))["kept_lately"]) == 2
    newest = house.runtime.survey.samples[-1].id
    assert (await client.async_result("calibration/undo"))["sample"] == newest
    assert [one.sample.room for one in house.runtime.survey.samples] == ["kitchen"]
    await client.async_result("calibration/undo")
    assert await client.async_error("calibration/undo") == "calibration_nothing_to_undo"


async def test_samples_are_listed_and_deleted(house: House, client: Client) -> None:
    await stand(house, client, "kitchen", x=1.0, y=1.0)
    await stand(house, client, "bedroom")
    await house.clock.async_pass(1)
    answer = await client.async_result("calibration/samples")
    rows = answer["samples"]
    assert [(row["area_id"], row["x"], row["quality"]) for row in rows] == [
        ("kitchen", 1.0, "good"),
        ("bedroom", None, "good"),
    ]
    assert answer["oldest"] == rows[0]["time"]
    assert answer["newest"] == rows[1]["time"]
    assert answer["drifted"] == []
    assert answer["next"]["room"] == "living_room"
    await client.async_result("calibration/delete", samples=[rows[0]["id"], "gone"])
    assert [one["area_id"] for one in (await client.async_result("calibration/samples"))["samples"]] == ["bedroom"]


async def test_the_report_compares_before_and_after(house: House, client: Client) -> None:
    assert await client.async_result("calibration/report") == {
        "before": {"places": 0, "median": None, "rooms": None},
        "after": {"places": 0, "median": None, "rooms": None},
    }
    for area_id, x in (("kitchen", 1.0), ("kitchen", 3.0), ("living_room", 5.0), ("living_room", 7.0)):
        await stand(house, client, area_id, x=x, y=1.5)
    report = await client.async_result("calibration/report")
    assert report["before"]["places"] == report["after"]["places"] == 4
    assert report["after"]["median"] < 3.0
    assert report["after"]["rooms"] == 1.0
    await house.clock.async_pass(1)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"beacon": "gone"}, "beacon_gone"),
        ({"area_id": "attic"}, "not_a_room"),
        ({"x": 1.0}, "invalid_format"),
        ({"x": 1e9, "y": 0.0}, "invalid_format"),
    ],
)
async def test_what_cannot_be_is_refused(house: House, client: Client, fields: dict[str, Any], code: str) -> None:
    assert (
        await client.async_error("calibration/start", **{"beacon": tag(house), "area_id": "kitchen", **fields}) == code
    )


async def test_a_beacon_removed_meanwhile(house: House, client: Client) -> None:
    await stand(house, client, "kitchen", seconds=5)
    assert house.entry
    house.hass.config_entries.async_remove_subentry(house.entry, tag(house))
    await house.clock.async_pass(50)
    assert (await progress(house, client))["status"] == "kept"
    assert house.runtime.survey.samples[0].sample.packets == 15
    house.transmit("kitchen", TAG_ADDRESS)


async def walk_line(house: House, client: Client) -> None:
    """Walk from the kitchen into the living room, with a tap every 4 s."""
    await client.async_result("calibration/start_line", beacon=tag(house), floor_id="ground_floor", x=1.0, y=1.5)
    for area_id, x in (("kitchen", 3.0), ("living_room", 5.0), ("living_room", 7.0)):
        await house.async_stay(area_id, 4)
        await client.async_result("calibration/corner", x=x, y=1.5)


async def test_a_walked_line_gives_samples_along_it(house: House, client: Client) -> None:
    await walk_line(house, client)
    state = await progress(house, client)
    assert state["status"] == "collecting"
    assert state["corners"] == [[1.0, 1.5], [3.0, 1.5], [5.0, 1.5], [7.0, 1.5]]
    assert (state["floor_id"], state["area_id"], state["x"]) == ("ground_floor", None, None)
    await house.async_stay("living_room", 3)
    await client.async_result("calibration/finish")
    await house.clock.async_pass(1)
    state = await progress(house, client)
    assert state["status"] == "kept"
    assert state["moved"] is False
    kept = house.runtime.survey.samples
    assert {one.id for one in kept} == set(state["samples"])
    places = [one.sample.position for one in kept]
    assert all(place and place[1] == 1.5 for place in places)
    along = [place[0] for place in places if place]
    assert along == sorted(along)
    assert along[0] < 2.0
    assert 6.0 < along[-1] <= 7.0
    assert {one.sample.room for one in kept} == {"kitchen", "living_room"}
    assert not any(one.sample.still for one in kept)
    # Three anchors heard twelve packets between the first tap and the last.
    assert sum(one.sample.packets for one in kept) == 36


async def test_a_line_is_undone_as_a_whole(house: House, client: Client) -> None:
    await stand(house, client, "bedroom")
    await walk_line(house, client)
    await client.async_result("calibration/finish")
    await house.clock.async_pass(1)
    line = (await progress(house, client))["samples"]
    assert len(line) > 3
    await client.async_result("calibration/delete", samples=line[:1])
    assert (await client.async_result("calibration/undo"))["samples"] == line[1:]
    assert [one.sample.room for one in house.runtime.survey.samples] == ["bedroom"]


async def test_a_line_that_nobody_goes_on_with_ends_by_itself(house: House, client: Client) -> None:
    await walk_line(house, client)
    await house.clock.async_pass(118, step=1)
    assert house.runtime.calibration.state.status == "collecting"
    await house.clock.async_pass(4, step=1)
    assert house.runtime.calibration.state.status == "kept"
    assert sum(one.sample.packets for one in house.runtime.survey.samples) == 36


async def test_a_line_outlives_the_browser(house: House, client: Client, hass_ws_client: WebSocketGenerator) -> None:
    await walk_line(house, client)
    await client.async_close()
    await house.async_stay("living_room", 2)
    again = await Client.async_connect(house, hass_ws_client)
    assert len((await progress(house, again))["corners"]) == 4
    await again.async_result("calibration/corner", x=7.0, y=2.5)
    await again.async_result("calibration/finish")
    await house.clock.async_pass(1)
    assert (await progress(house, again))["status"] == "kept"


async def test_a_line_without_a_corner_gives_nothing(house: House, client: Client) -> None:
    await client.async_result("calibration/start_line", beacon=tag(house), floor_id="ground_floor", x=1.0, y=1.5)
    assert await client.async_error("calibration/finish") == "calibration_nothing_heard"
    await house.async_stay("kitchen", 3)
    await client.async_result("calibration/finish")
    await house.clock.async_pass(1)
    assert (await progress(house, client))["status"] == "nothing_heard"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"beacon": "gone"}, "beacon_gone"),
        ({"floor_id": "attic"}, "calibration_floor_not_drawn"),
        ({"x": "nan"}, "invalid_format"),
        ({"room": "kitchen"}, "invalid_format"),
    ],
)
async def test_a_line_that_cannot_be(house: House, client: Client, fields: dict[str, Any], code: str) -> None:
    start = {"beacon": tag(house), "floor_id": "ground_floor", "x": 1.0, "y": 1.0}
    assert await client.async_error("calibration/start_line", **{**start, **fields}) == code
    assert await client.async_error("calibration/corner", x=1.0, y=1.0) == "calibration_no_line"


async def test_a_stand_has_no_corners(house: House, client: Client) -> None:
    await stand(house, client, "kitchen", seconds=3)
    assert await client.async_error("calibration/corner", x=1.0, y=1.0) == "calibration_no_line"
    fields = {"beacon": tag(house), "floor_id": "ground_floor", "x": 1.0, "y": 1.0}
    assert await client.async_error("calibration/start_line", **fields) == "calibration_runs"


async def test_a_beacon_is_fixed_and_taken_along_again(house: House, client: Client) -> None:
    place = {"area_id": "kitchen", "x": 1.0, "y": 2.0, "height": 0.8}
    await client.async_result("calibration/reference", beacon=tag(house), **place)
    await house.clock.async_pass(1)
    assert (await client.async_result("calibration/samples"))["references"] == [{"beacon": tag(house), **place}]
    (beacon,) = house.runtime.positioning.model.home.beacons
    assert (beacon.position, beacon.floor) == ((1.0, 2.0, 0.8), "ground_floor")
    await client.async_result("calibration/reference", beacon=tag(house), area_id=None, x=None, y=None)
    await house.clock.async_pass(1)
    assert (await client.async_result("calibration/samples"))["references"] == []
    assert house.runtime.positioning.model.home.beacons[0].position is None


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"beacon": "gone"}, "beacon_gone"),
        ({"area_id": "attic"}, "not_a_room"),
        ({"y": None}, "calibration_reference_place"),
        ({"height": -1}, "invalid_format"),
        ({"secret": 1}, "invalid_format"),
    ],
)
async def test_a_reference_that_cannot_be(house: House, client: Client, fields: dict[str, Any], code: str) -> None:
    place = {"beacon": tag(house), "area_id": "kitchen", "x": 1.0, "y": 2.0}
    assert await client.async_error("calibration/reference", **{**place, **fields}) == code


async def test_only_admins_calibrate(
    house: House, client: Client, hass_ws_client: WebSocketGenerator, hass_read_only_access_token: str
) -> None:
    ordinary = await Client.async_connect_ordinary(house, hass_ws_client, hass_read_only_access_token)
    for name in ("progress", "finish", "cancel", "undo", "samples", "report"):
        assert await ordinary.async_error(f"calibration/{name}") == "unauthorized"
    place = {"x": 1.0, "y": 1.0}
    assert await ordinary.async_error("calibration/corner", **place) == "unauthorized"
    line = {"beacon": tag(house), "floor_id": "ground_floor", **place}
    assert await ordinary.async_error("calibration/start_line", **line) == "unauthorized"
    fixed = {"beacon": tag(house), "area_id": "kitchen", **place}
    assert await ordinary.async_error("calibration/reference", **fixed) == "unauthorized"
    assert await ordinary.async_error("calibration/delete", samples=[]) == "unauthorized"
    assert await ordinary.async_error("calibration/start", beacon=tag(house), area_id="kitchen") == "unauthorized"
