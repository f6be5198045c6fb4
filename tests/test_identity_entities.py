"""The diagnostics of a beacon's device: what it proves, what it tells of itself, whether it has a double."""

from __future__ import annotations

from typing import Any

import pytest
from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import Event, EventStateChangedData
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.indoor_positioning.const import DOMAIN
from custom_components.indoor_positioning.engine.identity.clone_watch import CloneReason
from tests.house import FAR_DBM, NEAR_DBM, TAG_ADDRESS, House, ibeacon_data
from tests.protocols import INSTANCE, IRK, NAMESPACE, resolvable_address, tlm_payload, uid_payload
from tests.test_entities import enable, entries
from tests.test_repairs import go_on, start

TELEMETRY = {"sensor.asset_battery_voltage", "sensor.asset_temperature"}
DISABLED_TELEMETRY = {"sensor.asset_packets_sent", "sensor.asset_switched_on"}
DUPLICATE = "binary_sensor.tag_duplicate_suspected"


async def reload(house: House, seconds: float) -> None:
    """Stop, let time pass, start again."""
    assert house.entry
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    await house.clock.async_pass(seconds)
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.hass.async_block_till_done()


async def add_asset(house: House) -> str:
    await house.async_set_up()
    return await house.async_add_beacon(NAMESPACE + INSTANCE, kind="eddystone_uid", name="Asset")


async def tell(house: House, millivolts: int = 2950, degrees: float = 21.5, uptime: float = 3600.0) -> None:
    """Let the asset identify itself, and tell of itself."""
    house.transmit("kitchen", **uid_payload())
    house.transmit("kitchen", **tlm_payload(millivolts, degrees, 4711, uptime))
    await house.hass.async_block_till_done()


async def test_assurance_follows_what_is_heard(house: House) -> None:
    await house.async_set_up()
    await house.async_add_beacon(IRK.hex(), kind="private_address", name="Phone")
    assert house.state("sensor.phone_assurance").state == STATE_UNKNOWN
    assert house.state("sensor.phone_assurance").attributes["options"] == ["public", "rotating", "cryptographic"]
    await house.async_stay("kitchen", 2, resolvable_address(3), name="Phone")
    assert house.state("sensor.phone_assurance").state == "rotating"
    await house.clock.async_pass(70)
    assert house.state("sensor.phone_assurance").state == STATE_UNKNOWN


async def test_what_a_tag_tells_becomes_entities_once_it_is_heard(house: House) -> None:
    await add_asset(house)
    before = set(entries(house))
    house.transmit("kitchen", **uid_payload())
    await house.hass.async_block_till_done()
    assert set(entries(house)) == before
    await tell(house)
    assert set(entries(house)) - before == TELEMETRY | DISABLED_TELEMETRY
    assert {one for one, entry in entries(house).items() if entry.disabled_by} >= DISABLED_TELEMETRY
    voltage, temperature = (house.state(one) for one in sorted(TELEMETRY))
    assert (voltage.state, voltage.attributes["unit_of_measurement"]) == ("2.95", "V")
    assert (temperature.state, temperature.attributes["unit_of_measurement"]) == ("21.5", "°C")


async def test_what_a_tag_does_not_measure_is_no_entity(house: House) -> None:
    await add_asset(house)
    before = set(entries(house))
    await tell(house, millivolts=0, degrees=-128.0)
    assert set(entries(house)) - before == DISABLED_TELEMETRY
    await house.clock.async_pass(61)
    await tell(house)
    assert set(entries(house)) - before == TELEMETRY | DISABLED_TELEMETRY


async def test_counters_once_enabled(house: House) -> None:
    await add_asset(house)
    await tell(house)
    await enable(house, *DISABLED_TELEMETRY)
    assert house.state("sensor.asset_packets_sent").state == "4711"
    switched_on = dt_util.parse_datetime(house.state("sensor.asset_switched_on").state)
    assert switched_on is not None
    assert switched_on.timestamp() == pytest.approx(house.clock.time() - 3600.0, abs=5)


async def test_what_a_tag_told_survives_a_restart(house: House) -> None:
    await add_asset(house)
    await tell(house)
    await reload(house, 3600)
    assert house.state("sensor.asset_battery_voltage").state == "2.95"
    await tell(house, millivolts=2900, uptime=7200.0)
    assert house.state("sensor.asset_battery_voltage").state == "2.9"


async def test_telemetry_is_written_once_a_minute_at_most(house: House) -> None:
    await add_asset(house)
    await tell(house)
    events: list[Event[EventStateChangedData]] = async_capture_events(house.hass, "state_changed")
    for second in range(1, 121):
        await house.clock.async_pass(1)
        await tell(house, degrees=20.0 + second / 10)
    rows = [event.data["entity_id"] for event in events if event.data["entity_id"] == "sensor.asset_temperature"]
    assert len(rows) == 2


async def send_twice(house: House, seconds: int, **payload: Any) -> None:
    """Let the tag stay in the kitchen and a copy of it in the bedroom, two packets a second and each."""
    for _ in range(seconds):
        for area_id in ("kitchen", "bedroom", "kitchen", "bedroom"):
            for area, proxy in house.proxies.items():
                proxy.hear(TAG_ADDRESS, NEAR_DBM if area == area_id else FAR_DBM, **payload)
            await house.clock.async_pass(0.25)


async def copied(house: House) -> str:
    """Have a tag, and a copy of it that was noticed."""
    await house.async_set_up()
    beacon_id = await house.async_add_beacon()
    await house.async_stay("kitchen", 30)
    assert house.state(DUPLICATE).state == "off"
    assert house.state(DUPLICATE).attributes["reason"] is None
    await send_twice(house, 240, manufacturer_data=ibeacon_data())
    return beacon_id


def issue(house: House, beacon_id: str) -> ir.IssueEntry | None:
    found = ir.async_get(house.hass).async_get_issue(DOMAIN, f"duplicate_suspected_{beacon_id}")
    return found if found and found.active else None


async def test_a_copy_is_suspected_with_its_reason_and_forgotten_after_an_hour(house: House) -> None:
    beacon_id = await copied(house)
    suspicion = house.runtime.positioning.tracks[beacon_id].clone_suspicion()
    assert suspicion
    assert suspicion.reason is CloneReason.TWO_PLACES
    assert suspicion.last_shown > house.clock.monotonic() - 60
    state = house.state(DUPLICATE)
    assert (state.state, state.attributes["reason"]) == ("on", "two_places")
    assert state.attributes["anchors"] == ["Bedroom proxy", "Kitchen proxy"]
    assert state.attributes["since"] <= dt_util.utcnow()
    found = issue(house, beacon_id)
    assert found
    assert found.translation_key == "duplicate_suspected_two_places"
    await house.clock.async_pass(3700)
    assert house.runtime.positioning.tracks[beacon_id].clone_suspicion() is None
    assert house.state(DUPLICATE).state == "off"
    assert issue(house, beacon_id) is None


async def test_a_copy_with_an_address_of_its_own_is_told_of_within_two_minutes(house: House) -> None:
    await house.async_set_up()
    beacon_id = await house.async_add_beacon()
    await house.async_stay("kitchen", 70)
    assert house.state(DUPLICATE).state == "off"
    for _ in range(120):
        house.transmit("kitchen")
        house.transmit("bedroom", "C4:00:00:00:00:99", manufacturer_data=ibeacon_data())
        await house.clock.async_pass(1)
    assert house.state(DUPLICATE).state == "on"
    assert house.state(DUPLICATE).attributes["reason"] == "two_addresses"
    found = issue(house, beacon_id)
    assert found
    assert found.translation_key == "duplicate_suspected_two_addresses"


async def test_a_copy_from_the_same_address_is_told_of_within_ten_minutes_and_forgotten_once_it_is_gone(
    house: House,
) -> None:
    """Not so loud that a single packet tells: 8 dB between the rooms."""
    await house.async_set_up()
    beacon_id = await house.async_add_beacon()
    await house.async_stay("kitchen", 30)

    async def send(area_ids: tuple[str, ...], seconds: int) -> None:
        for _ in range(seconds):
            for area_id in area_ids:
                for area, proxy in house.proxies.items():
                    level = -60 if area == area_id else -68
                    proxy.hear(TAG_ADDRESS, level, manufacturer_data=ibeacon_data())
                await house.clock.async_pass(1.0 / len(area_ids))

    await send(("kitchen",), 200)
    assert house.state(DUPLICATE).state == "off"
    await send(("kitchen", "bedroom"), 300)
    state = house.state(DUPLICATE)
    assert (state.state, state.attributes["reason"]) == ("on", "two_rhythms")
    assert state.attributes["anchors"] == ["Bedroom proxy", "Kitchen proxy"]
    found = issue(house, beacon_id)
    assert found
    assert found.translation_key == "duplicate_suspected_two_rhythms"
    await send(("kitchen",), 300)
    await house.clock.async_pass(3700)
    assert house.state(DUPLICATE).state == "off"
    assert issue(house, beacon_id) is None


async def test_a_restart_clears_no_suspicion(house: House) -> None:
    beacon_id = await copied(house)
    await reload(house, 60)
    assert house.state(DUPLICATE).state == "on"
    assert house.runtime.positioning.tracks[beacon_id].clone_suspicion() is not None
    assert issue(house, beacon_id)
    await house.clock.async_pass(3700)
    assert house.state(DUPLICATE).state == "off"


async def test_who_has_looked_after_it_settles_it(house: House) -> None:
    beacon_id = await copied(house)
    result = await start(house, "duplicate_suspected_two_places")
    assert result["description_placeholders"] == {"name": "Tag"}
    await go_on(house, result, {})
    assert issue(house, beacon_id) is None
    assert house.state(DUPLICATE).state == "off"
    await send_twice(house, 240, manufacturer_data=ibeacon_data())
    assert house.state(DUPLICATE).state == "on"
    assert issue(house, beacon_id)


async def test_a_removed_beacon_takes_its_issue_with_it(house: House) -> None:
    beacon_id = await copied(house)
    assert house.entry
    house.hass.config_entries.async_remove_subentry(house.entry, beacon_id)
    await house.hass.async_block_till_done()
    assert issue(house, beacon_id) is None
