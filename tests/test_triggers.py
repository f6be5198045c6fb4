"""Every trigger in a running Home Assistant, with simulated movement."""

from __future__ import annotations

from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers import label_registry as lr
from homeassistant.helpers.trigger import async_get_all_descriptions
from homeassistant.setup import async_setup_component

from custom_components.indoor_positioning.const import DOMAIN
from custom_components.indoor_positioning.trigger import TRIGGERS
from tests.automations import Automation, device_of, trigger
from tests.house import House, ibeacon_data
from tests.translations import ENGLISH

OTHER_ADDRESS = "C4:00:00:00:00:02"


@pytest.fixture
async def tag(house: House) -> str:
    """A drawn house with a tag that has settled in the kitchen; its device."""
    await house.async_set_up()
    await house.async_draw()
    beacon = await house.async_add_beacon()
    await house.async_stay("kitchen", 15)
    return device_of(house.hass, beacon)


@pytest.fixture
def automation(hass: HomeAssistant) -> Automation:
    """An automation that is still to be set up."""
    return Automation(hass)


async def test_entering_is_told_with_all_that_is_known(house: House, tag: str, automation: Automation) -> None:
    await automation.async_set_up(trigger("entered", tag))
    await house.async_stay("living_room", 10)
    (told,) = automation.take()
    assert (told["beacon"], told["where"], told["from_where"]) == ("Tag", "Living room", "Kitchen")
    assert (told["where_id"], told["area_id"], told["floor"]) == ("living_room", "living_room", "Ground floor")
    assert 0.5 <= float(told["probability"]) <= 1.0
    assert told["assurance"] == "public"
    x, y = told["position"]
    assert 3.0 < float(x) < 8.0
    assert 0.0 < float(y) < 3.0


async def test_only_the_named_places_count(house: House, tag: str, automation: Automation) -> None:
    await automation.async_set_up(trigger("entered", tag, areas=["bedroom"]))
    await house.async_stay("living_room", 10)
    assert automation.take() == []
    await house.async_stay("bedroom", 10)
    assert automation.where() == ["Bedroom"]


async def test_zones_are_places(house: House, tag: str, automation: Automation) -> None:
    zone = await house.async_add_zone("Sofa", left=4.0)
    await house.async_stay("kitchen", 15)
    await automation.async_set_up(trigger("entered", tag, zones=[device_of(house.hass, zone)]))
    await house.async_stay("living_room", 10)
    assert automation.where() == ["Sofa"]


async def test_leaving_is_told_also_when_nothing_is_heard_any_more(
    house: House, tag: str, automation: Automation
) -> None:
    await automation.async_set_up(trigger("left", tag, areas=["kitchen"]))
    await house.async_stay("living_room", 10)
    assert automation.where() == ["Kitchen"]
    await house.async_stay("kitchen", 10)
    await house.clock.async_pass(100)
    assert automation.where() == ["Kitchen"]


async def test_what_does_not_last_is_not_told(house: House, tag: str, automation: Automation) -> None:
    await automation.async_set_up(trigger("entered", tag, areas=["living_room"], **{"for": {"seconds": 30}}))
    await house.async_stay("living_room", 15)
    await house.async_stay("kitchen", 30)
    assert automation.take() == []
    await house.async_stay("living_room", 40)
    assert automation.where() == ["Living room"]
    await house.async_stay("living_room", 60)
    assert automation.take() == []


async def test_leaving_for_long_counts_in_silence(house: House, tag: str, automation: Automation) -> None:
    await automation.async_set_up(trigger("left", tag, areas=["kitchen"], **{"for": {"minutes": 5}}))
    await house.clock.async_pass(200)
    assert automation.take() == []
    await house.clock.async_pass(200)
    assert automation.where() == ["Kitchen"]


async def test_it_waits_until_it_is_as_sure_as_asked(house: House, tag: str, automation: Automation) -> None:
    await automation.async_set_up(trigger("entered", tag, areas=["living_room"], probability=1.0))
    await house.async_stay("living_room", 5)
    assert house.state("sensor.tag_room").state == "Living room"
    assert automation.take() == []


async def test_staying(house: House, tag: str, automation: Automation) -> None:
    await automation.async_set_up(trigger("stayed", tag, areas=["living_room"], **{"for": {"seconds": 20}}))
    await house.async_stay("living_room", 10)
    assert automation.take() == []
    await house.async_stay("living_room", 20)
    assert automation.where() == ["Living room"]


async def test_arriving_on_a_floor(house: House, tag: str, automation: Automation) -> None:
    await automation.async_set_up(trigger("arrived_on_floor", tag, floors=["upper_floor"]))
    await house.async_stay("living_room", 10)
    assert automation.take() == []
    await house.async_stay("bedroom", 15)
    (told,) = automation.take()
    assert (told["where"], told["from_where"], told["area_id"]) == ("Upper floor", "Ground floor", "bedroom")


async def test_approaching_a_zone(house: House, tag: str, automation: Automation) -> None:
    zone = await house.async_add_zone("Sofa", left=5.0, width=3.0)
    await house.async_stay("kitchen", 15)
    options = {"zones": [device_of(house.hass, zone)], "distance": 1.0}
    await automation.async_set_up(trigger("approached", tag, **options))
    await house.async_stay("kitchen", 10)
    assert automation.take() == []
    await house.async_stay("living_room", 10)
    (told,) = automation.take()
    assert told["where"] == "Sofa"
    assert float(told["distance"]) <= 1.0
    assert float(told["speed"]) >= 0.3
    await house.async_stay("kitchen", 20)
    assert automation.take() == [], "going away is no approach"
    await house.async_stay("living_room", 10)
    assert automation.where() == ["Sofa"]


async def test_approaching_a_room_that_is_drawn_later(house: House, automation: Automation) -> None:
    await house.async_set_up()
    beacon = await house.async_add_beacon()
    await house.async_stay("kitchen", 15)
    options = {"areas": ["living_room"], "distance": 0.5}
    await automation.async_set_up(trigger("approached", device_of(house.hass, beacon), **options))
    await house.async_stay("living_room", 10)
    await house.async_stay("kitchen", 10)
    assert automation.take() == [], "a room without outline is nowhere"
    await house.async_draw()
    await house.async_stay("kitchen", 15)
    await house.async_stay("living_room", 10)
    assert automation.where() == ["Living room"]


async def test_a_zone_drawn_elsewhere_is_approached_there(house: House, tag: str, automation: Automation) -> None:
    zone = await house.async_add_zone("Sofa", left=5.0, width=3.0)
    options = {"zones": [device_of(house.hass, zone)], "distance": 0.5}
    await automation.async_set_up(trigger("approached", tag, **options))
    await house.async_stay("living_room", 15)
    assert automation.where() == ["Sofa"]
    await house.async_stay("living_room", 15)
    assert house.entry
    subentry = house.entry.subentries[zone]
    outline = [[0.0, 0.0], [3.0, 0.0], [3.0, 3.0], [0.0, 3.0]]
    house.hass.config_entries.async_update_subentry(
        house.entry, subentry, data={**subentry.data, "floor_id": "ground_floor", "outline": outline}
    )
    await house.clock.async_pass(1)
    await house.async_stay("kitchen", 15)
    assert automation.where() == ["Sofa"]


async def test_who_is_away_approaches_nothing(house: House, tag: str, automation: Automation) -> None:
    await automation.async_set_up(trigger("approached", tag, areas=["living_room"], distance=5.0))
    await house.async_stay("kitchen", 10)
    automation.take()
    await house.clock.async_pass(300)
    assert house.state("device_tracker.tag").state == "not_home"
    assert automation.take() == []


async def test_approaching_needs_a_place(house: House, tag: str, automation: Automation) -> None:
    await automation.async_set_up(trigger("approached", tag))
    assert not automation.works


async def test_becoming_still(house: House, tag: str, automation: Automation) -> None:
    await automation.async_set_up(trigger("became_still", tag, **{"for": {"seconds": 60}}))
    await house.async_stay("living_room", 40)
    await house.async_stay("kitchen", 40)
    assert automation.take() == []
    await house.async_stay("kitchen", 60)
    (told,) = automation.take()
    assert told["where"] == "Kitchen"
    assert int(told["still_for"]) >= 60
    await house.async_stay("kitchen", 120)
    assert automation.take() == [], "once a rest"


async def test_a_rest_that_began_long_before_is_no_news(house: House, tag: str, automation: Automation) -> None:
    await house.async_stay("kitchen", 60)
    await automation.async_set_up(trigger("became_still", tag, **{"for": {"seconds": 30}}))
    await house.async_stay("kitchen", 30)
    assert automation.take() == []


async def test_going_missing(house: House, tag: str, automation: Automation) -> None:
    await automation.async_set_up(trigger("went_missing", tag, **{"for": {"minutes": 2}}))
    await house.async_stay("kitchen", 130)
    assert automation.take() == []
    await house.clock.async_pass(100)
    assert automation.take() == []
    await house.clock.async_pass(60)
    (told,) = automation.take()
    assert told["beacon"] == "Tag"
    assert float(told["silent_for"]) >= 120.0
    await house.clock.async_pass(600)
    assert automation.take() == [], "once a silence"
    await house.async_stay("kitchen", 10)
    await house.clock.async_pass(150)
    assert len(automation.take()) == 1


async def test_a_silence_that_has_begun_is_waited_for(house: House, tag: str, automation: Automation) -> None:
    await house.clock.async_pass(100)
    assert house.state("device_tracker.tag").state == "not_home", "nothing more is said of it until it is heard"
    await automation.async_set_up(trigger("went_missing", tag, **{"for": {"minutes": 2}}))
    await house.clock.async_pass(15)
    assert automation.take() == []
    await house.clock.async_pass(10)
    (told,) = automation.take()
    assert 120.0 <= float(told["silent_for"]) <= 122.0


async def test_a_silence_that_had_lasted_before_is_no_news(house: House, tag: str, automation: Automation) -> None:
    await house.clock.async_pass(200)
    await automation.async_set_up(trigger("went_missing", tag, **{"for": {"minutes": 2}}))
    await house.clock.async_pass(600)
    assert automation.take() == []
    await house.async_stay("kitchen", 2)
    await house.clock.async_pass(130)
    assert len(automation.take()) == 1


async def test_what_was_never_heard_is_not_missing(house: House, automation: Automation) -> None:
    await house.async_set_up()
    beacon = await house.async_add_beacon()
    await automation.async_set_up(trigger("went_missing", device_of(house.hass, beacon), **{"for": {"minutes": 2}}))
    await house.clock.async_pass(600)
    assert automation.take() == []


async def test_an_automation_that_is_off_is_told_of_no_silence(house: House, tag: str, automation: Automation) -> None:
    await automation.async_set_up(trigger("went_missing", tag, **{"for": {"minutes": 2}}))
    await house.async_stay("kitchen", 2)
    await automation.async_turn_off()
    await house.clock.async_pass(300)
    assert automation.take() == []


async def test_a_beacon_that_lost_its_label_may_go(house: House, tag: str, automation: Automation) -> None:
    label = lr.async_get(house.hass).async_create("Pets")
    devices = dr.async_get(house.hass)
    devices.async_update_device(tag, labels={label.label_id})
    config = {"target": {"label_id": [label.label_id]}, "options": {"for": {"minutes": 2}}}
    await automation.async_set_up({"trigger": f"{DOMAIN}.went_missing", **config})
    await house.async_stay("kitchen", 2)
    devices.async_update_device(tag, labels=set())
    await house.clock.async_pass(300)
    assert automation.take() == []
    devices.async_update_device(tag, labels={label.label_id})
    await house.async_stay("kitchen", 2)
    await house.clock.async_pass(150)
    assert len(automation.take()) == 1


@pytest.mark.parametrize("before", [2, 200, 400], ids=["heard", "away", "told"])
async def test_a_silence_is_counted_through_a_restart(
    house: House, tag: str, automation: Automation, before: int
) -> None:
    await automation.async_set_up(trigger("went_missing", tag, **{"for": {"minutes": 5}}))
    await house.clock.async_pass(before)
    assert len(automation.take()) == (before == 400)
    assert house.entry
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    await house.clock.async_pass(400)
    assert automation.take() == [], "nobody listens meanwhile"
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.clock.async_pass(400)
    told = automation.take()
    assert len(told) == (before < 400), "once a silence"
    assert all(float(one["silent_for"]) >= 400.0 for one in told)


@pytest.mark.parametrize("before", [2, 200, 400], ids=["heard", "away", "lasting"])
async def test_what_was_silent_when_home_assistant_stopped(
    house: House, tag: str, automation: Automation, before: int
) -> None:
    await house.clock.async_pass(before)
    assert house.entry
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    await house.clock.async_pass(200)
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await automation.async_set_up(trigger("went_missing", tag, **{"for": {"minutes": 5}}))
    await house.clock.async_pass(15)
    assert len(automation.take()) == (before == 200), "who was there before has a minute to be heard again"
    await house.clock.async_pass(400)
    assert len(automation.take()) == (before == 2)


async def test_a_beacon_deleted_in_its_silence_is_not_missed(house: House, tag: str, automation: Automation) -> None:
    await automation.async_set_up(trigger("went_missing", tag, **{"for": {"minutes": 2}}))
    await house.clock.async_pass(60)
    assert house.entry
    (beacon,) = house.entry.get_subentries_of_type("beacon")
    house.hass.config_entries.async_remove_subentry(house.entry, beacon.subentry_id)
    await house.clock.async_pass(300)
    assert automation.take() == []


async def test_other_beacons_are_none_of_its_business(house: House, tag: str, automation: Automation) -> None:
    await house.async_add_beacon("2f234454-cf6d-4a0f-adf2-f4911ba9ffa6/1/3", name="Other")
    other: dict[str, Any] = {"address": OTHER_ADDRESS, "manufacturer_data": ibeacon_data(minor=3)}
    await automation.async_set_up(trigger("entered", tag))
    await house.async_stay("kitchen", 15, **other)
    await house.async_stay("living_room", 15, **other)
    assert house.state("sensor.other_room").state == "Living room"
    assert automation.take() == []


async def test_a_label_names_the_beacons_that_bear_it(house: House, tag: str, automation: Automation) -> None:
    label = lr.async_get(house.hass).async_create("People")
    config = {"trigger": f"{DOMAIN}.entered", "target": {"label_id": [label.label_id]}}
    await automation.async_set_up(config)
    await house.async_stay("living_room", 10)
    assert automation.take() == []
    dr.async_get(house.hass).async_update_device(tag, labels={label.label_id})
    await house.async_stay("kitchen", 10)
    assert automation.where() == ["Kitchen"]


async def test_an_entity_names_its_beacon(house: House, tag: str, automation: Automation) -> None:
    await automation.async_set_up({"trigger": f"{DOMAIN}.entered", "target": {"entity_id": ["sensor.tag_room"]}})
    await house.async_stay("living_room", 10)
    assert automation.where() == ["Living room"]


async def test_a_deleted_beacon_is_reported_until_the_automation_is_changed(
    house: House, tag: str, automation: Automation
) -> None:
    await automation.async_set_up(trigger("entered", tag))
    issues = ir.async_get(house.hass)
    assert issues.async_get_issue(DOMAIN, f"reference_missing_{tag}") is None
    assert house.entry
    beacon = next(one for one in house.entry.subentries.values() if one.subentry_type == "beacon")
    house.hass.config_entries.async_remove_subentry(house.entry, beacon.subentry_id)
    await house.hass.async_block_till_done()
    issue = issues.async_get_issue(DOMAIN, f"reference_missing_{tag}")
    assert issue is not None
    assert issue.translation_placeholders == {"reference": tag}
    await automation.async_turn_off()
    assert issues.async_get_issue(DOMAIN, f"reference_missing_{tag}") is None


@pytest.mark.parametrize(
    "options", [{"areas": ["attic"]}, {"zones": ["0123456789abcdef0123456789abcdef"]}], ids=["area", "zone"]
)
async def test_a_place_that_is_gone_is_reported(
    house: House, tag: str, automation: Automation, options: dict[str, Any]
) -> None:
    await automation.async_set_up(trigger("entered", tag, **options))
    ((missing,),) = options.values()
    assert ir.async_get(house.hass).async_get_issue(DOMAIN, f"reference_missing_{missing}") is not None
    await house.async_stay("living_room", 10)
    assert automation.take() == []


async def test_a_device_that_is_no_beacon_is_refused(house: House, tag: str, automation: Automation) -> None:
    room = house.subentry("room_kitchen")
    await automation.async_set_up(trigger("entered", device_of(house.hass, room.subentry_id)))
    assert not automation.works


@pytest.mark.parametrize("options", [{"probability": 2}, {"for": "soon"}, {"areas": ["kitchen"], "colour": "red"}])
async def test_nonsense_is_refused(house: House, tag: str, automation: Automation, options: dict[str, Any]) -> None:
    await automation.async_set_up(trigger("entered", tag, **options))
    assert not automation.works


async def test_a_trigger_outlives_a_reload_of_the_integration(house: House, tag: str, automation: Automation) -> None:
    await automation.async_set_up(trigger("entered", tag, areas=["living_room"]))
    assert house.entry
    assert await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.hass.async_block_till_done()
    await house.async_stay("kitchen", 15)
    assert automation.take() == []
    await house.async_stay("living_room", 15)
    assert automation.where() == ["Living room"]


async def test_a_renamed_area_is_told_by_its_new_name(house: House, tag: str, automation: Automation) -> None:
    ar.async_get(house.hass).async_update("living_room", name="Salon")
    await automation.async_set_up(trigger("entered", tag))
    await house.async_stay("living_room", 10)
    assert automation.where() == ["Salon"]


async def test_home_assistant_describes_all_triggers(house: House, tag: str) -> None:
    assert await async_setup_component(house.hass, "automation", {})
    found = await async_get_all_descriptions(house.hass)
    for key in TRIGGERS:
        described = found[f"{DOMAIN}.{key}"]
        assert described is not None
        assert described["target"]
        assert described["fields"].keys() == ENGLISH["triggers"][key]["fields"].keys()
