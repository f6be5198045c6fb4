"""An unknown beacon that stays is asked about once, and never again once that was ignored."""

from __future__ import annotations

from typing import Any

import pytest
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import issue_registry as ir

from custom_components.indoor_positioning.const import DOMAIN
from custom_components.indoor_positioning.engine.identity import newcomers
from tests.house import TAG_ADDRESS, TAG_UUID, House, ibeacon_data
from tests.protocols import EIK, eid_payload, resolvable_address, uid_payload
from tests.test_repairs import go_on, start

LOOKS = 5


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask after minutes instead of hours; that it takes hours is the engine's tests'."""
    monkeypatch.setattr(newcomers, "LOOKS_NEEDED", LOOKS)
    monkeypatch.setattr(newcomers, "OFFER_INTERVAL_S", 1800.0)


def asked(house: House) -> list[str]:
    """Return the questions that are open, by what they are about."""
    issues = ir.async_get(house.hass).issues
    prefix = "beacon_new_"
    return sorted(
        issue_id.removeprefix(prefix)
        for (domain, issue_id), issue in issues.items()
        if domain == DOMAIN and issue_id.startswith(prefix) and issue.active and not issue.dismissed_version
    )


async def stay(house: House, minutes: int, address: str = TAG_ADDRESS, **payload: Any) -> None:
    """Let something stay in the kitchen, with a packet a minute."""
    for _ in range(minutes):
        house.transmit("kitchen", address, **payload)
        await house.clock.async_pass(60)


async def ignore(house: House) -> None:
    """Press "Ignore" on the only question."""
    (key,) = asked(house)
    ir.async_ignore_issue(house.hass, DOMAIN, f"beacon_new_{key}", True)
    await house.hass.async_block_till_done()


KEY = f"ibeacon:{TAG_UUID}/1/2"


async def test_a_beacon_that_stays_is_asked_about_and_tracked(house: House) -> None:
    await house.async_set_up()
    assert house.entry
    await stay(house, LOOKS - 1, name="Keys", manufacturer_data=ibeacon_data())
    assert asked(house) == []
    await stay(house, 2, name="Keys", manufacturer_data=ibeacon_data())
    assert asked(house) == [KEY]
    result = await start(house, "beacon_new")
    assert result["description_placeholders"] == {"identity": f"{TAG_UUID}/1/2"}
    assert result["data_schema"]
    (field,) = result["data_schema"].schema
    assert field.description == {"suggested_value": "Keys"}
    result = await go_on(house, result, {"name": "Anna's keys"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert house.subentry(f"beacon_{KEY}").title == "Anna's keys"
    await stay(house, 2 * LOOKS, name="Keys", manufacturer_data=ibeacon_data())
    assert asked(house) == []
    assert house.runtime.newcomers.offer(KEY) is None


async def test_what_was_ignored_is_never_asked_again(house: House) -> None:
    await house.async_set_up()
    assert house.entry
    await stay(house, LOOKS + 1)
    await ignore(house)
    assert asked(house) == []
    assert house.entry.options["ignored_beacons"] == [KEY]
    runtime = house.runtime
    await house.clock.async_pass(newcomers.OFFER_INTERVAL_S)
    await stay(house, 2 * LOOKS)
    assert asked(house) == []
    assert house.runtime is runtime, "nothing was reloaded"
    assert await house.hass.config_entries.async_reload(house.entry.entry_id)
    await stay(house, 2 * LOOKS)
    assert asked(house) == []


async def test_one_at_a_time(house: House) -> None:
    await house.async_set_up()
    for _ in range(3 * LOOKS):
        for minor in range(20):
            house.transmit("kitchen", f"C4:00:00:00:01:{minor:02X}", manufacturer_data=ibeacon_data(minor=minor))
        await house.clock.async_pass(60)
    assert len(asked(house)) == 1


async def test_what_is_tracked_meanwhile_or_gone_is_withdrawn(house: House) -> None:
    await house.async_set_up()
    await stay(house, LOOKS + 1)
    assert asked(house) == [KEY]
    result = await start(house, "beacon_new")
    await house.async_add_beacon(f"{TAG_UUID}/1/2")
    await stay(house, 1)
    assert asked(house) == []
    assert (await go_on(house, result, {"name": "Late"}))["reason"] == "gone_meanwhile"


async def test_a_question_about_what_is_gone_is_withdrawn(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("custom_components.indoor_positioning.newcomer_watch.WITHDRAWN_AFTER_S", 600.0)
    await house.async_set_up()
    await stay(house, LOOKS + 1)
    assert asked(house) == [KEY]
    await house.clock.async_pass(720)
    assert asked(house) == []


@pytest.mark.parametrize(
    ("address", "payload"),
    [
        (resolvable_address(1), {"name": "Phone"}),
        ("04:00:00:00:00:01", {"name": "Passing"}),
        ("C4:00:00:00:00:07", {"name": "Television"}),
        ("C4:00:00:00:00:08", {"manufacturer_data": {0x004C: b"\x12\x19" + bytes(25)}}),
    ],
    ids=["resolvable", "non-resolvable", "appliance", "finding network"],
)
async def test_strangers_that_are_never_asked_about(house: House, address: str, payload: dict[str, Any]) -> None:
    await house.async_set_up()
    await stay(house, 2 * LOOKS, address, **payload)
    assert asked(house) == []


async def test_a_bare_address_that_is_carried_about_is_asked_about(house: House) -> None:
    await house.async_set_up()
    # The stack changes the receiver that stands for a device only after some packets.
    for area_id in ("kitchen", "bedroom"):
        for _ in range(3 * LOOKS):
            house.transmit(area_id, name="Finder")
            await house.clock.async_pass(60)
    assert asked(house) == [f"address:{TAG_ADDRESS}"]


async def test_a_device_of_another_integration_is_no_newcomer(house: House) -> None:
    await house.async_set_up()
    dr.async_get(house.hass).async_get_or_create(
        config_entry_id=house.proxy_entry.entry_id, connections={(dr.CONNECTION_BLUETOOTH, TAG_ADDRESS)}, name="Scale"
    )
    for area_id in ("kitchen", "bedroom"):
        for _ in range(3 * LOOKS):
            house.transmit(area_id, name="Scale")
            await house.clock.async_pass(60)
    assert asked(house) == []


async def test_a_tracked_beacon_is_no_newcomer_for_its_other_frames(house: House) -> None:
    await house.async_set_up()
    flow = house.hass.config_entries.subentries
    assert house.entry
    result = await flow.async_init((house.entry.entry_id, "beacon"), context={"source": "user"})
    result = await flow.async_configure(result["flow_id"], {"next_step_id": "eddystone_eid"})
    given = {"identity": EIK.hex(), "rotation_exponent": 10, "name": "Locker"}
    result = await flow.async_configure(result["flow_id"], given)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    for _ in range(2 * LOOKS):
        house.transmit("kitchen", **eid_payload(house.clock.time()))
        house.transmit("kitchen", **uid_payload())
        await house.clock.async_pass(60)
    assert asked(house) == []
