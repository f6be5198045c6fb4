"""Who it is, what its packets prove, and whether it has a double."""

from __future__ import annotations

from typing import Any

import pytest

from custom_components.indoor_positioning.const import DOMAIN
from custom_components.indoor_positioning.engine.identity import Assurance, parse_identity
from tests.house import NEAR_DBM, TAG_ADDRESS, TAG_UUID, House, ibeacon_data
from tests.protocols import EID_EXPONENT, EIK, IRK, eid_payload, resolvable_address, uid_payload

EID_ADDRESS = "42:00:00:00:00:01"


async def add_person(house: House) -> str:
    """Add a beacon with an identity of each assurance."""
    beacon_id = await house.async_add_beacon(f"{TAG_UUID}/1/2", name="Anna")
    assert house.entry
    identities = [
        parse_identity("ibeacon", f"{TAG_UUID}/1/2"),
        parse_identity("private_address", IRK.hex()),
        parse_identity("eddystone_eid", f"{EIK.hex()}/{EID_EXPONENT}"),
    ]
    subentry = house.entry.subentries[beacon_id]
    data = {**subentry.data, "identities": [identity.to_dict() for identity in identities]}
    house.hass.config_entries.async_update_subentry(house.entry, subentry, data=data)
    await house.hass.async_block_till_done()
    return beacon_id


async def test_the_strongest_assurance_counts_while_it_is_heard(house: House) -> None:
    runtime = await house.async_set_up()
    track = runtime.positioning.tracks[await add_person(house)]
    now = house.clock.monotonic
    assert track.assurance(now()) is None
    house.transmit("kitchen")
    assert track.assurance(now()) is Assurance.PUBLIC
    house.transmit("kitchen", resolvable_address(7), name="Phone")
    assert track.assurance(now()) is Assurance.ROTATING
    house.transmit("kitchen", EID_ADDRESS, **eid_payload(house.clock.time()))
    assert track.assurance(now()) is Assurance.CRYPTOGRAPHIC
    proved_at = now()
    for _ in range(62):
        await house.clock.async_pass(1)
        house.transmit("kitchen")
    assert track.assurance(now()) is Assurance.PUBLIC
    assert track.proofs.proved_at(Assurance.CRYPTOGRAPHIC) == proved_at
    await house.clock.async_pass(61)
    assert track.assurance(now()) is None


async def test_what_each_anchor_heard_proves_is_known(house: House) -> None:
    """A copied iBeacon at the door does not borrow the proof of the phone in the bedroom."""
    runtime = await house.async_set_up()
    track = runtime.positioning.tracks[await add_person(house)]
    house.proxies["bedroom"].hear(resolvable_address(7), NEAR_DBM, name="Phone")
    house.proxies["kitchen"].hear(TAG_ADDRESS, NEAR_DBM, manufacturer_data=ibeacon_data())
    assert track.latest[house.source("bedroom")].assurance is Assurance.ROTATING
    assert track.latest[house.source("kitchen")].assurance is Assurance.PUBLIC


async def test_a_packet_that_does_not_name_its_sender_proves_nothing(house: House) -> None:
    runtime = await house.async_set_up()
    track = runtime.positioning.tracks[await add_person(house)]
    house.transmit("kitchen", EID_ADDRESS, **eid_payload(house.clock.time()))
    house.transmit("kitchen", EID_ADDRESS, **uid_payload())
    assert track.latest[house.source("kitchen")].assurance is Assurance.PUBLIC
    assert runtime.ingest.receptions.per_beacon == {track.tracker.beacon_id: 6}


async def test_an_expired_identifier_proves_nothing(house: House) -> None:
    runtime = await house.async_set_up()
    track = runtime.positioning.tracks[await add_person(house)]
    recorded = eid_payload(house.clock.time() - 3 * 3600)
    house.transmit("kitchen", EID_ADDRESS, **eid_payload(house.clock.time()))
    await house.clock.async_pass(61)
    house.transmit("kitchen", "42:00:00:00:00:02", **recorded)
    assert track.assurance(house.clock.monotonic()) is Assurance.PUBLIC


async def test_a_step_of_this_machines_clock_costs_no_proof(house: House, caplog: pytest.LogCaptureFixture) -> None:
    runtime = await house.async_set_up()
    track = runtime.positioning.tracks[await add_person(house)]
    counter = house.clock.time()
    house.transmit("kitchen", EID_ADDRESS, **eid_payload(counter))
    house.clock.set_back(5 * 3600.0)
    await house.clock.async_pass(1100)
    house.transmit("kitchen", EID_ADDRESS, **eid_payload(counter + 1100))
    assert track.latest[house.source("kitchen")].assurance is Assurance.CRYPTOGRAPHIC
    assert "clock was set by -18000 s" in caplog.text


async def test_a_learnt_clock_survives_a_restart(house: House) -> None:
    """A tag whose clock began at zero: an old recording is refused from the first packet after a restart on."""
    await house.async_set_up()
    assert house.entry
    beacon_id = await add_person(house)
    switched_on = house.clock.time() - 86400 * 30
    house.transmit("kitchen", EID_ADDRESS, **eid_payload(86400 * 30))
    assert house.runtime.positioning.tracks[beacon_id].assurance(house.clock.monotonic()) is Assurance.CRYPTOGRAPHIC
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    await house.clock.async_pass(1200)
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    track = house.runtime.positioning.tracks[beacon_id]
    house.transmit("kitchen", "42:00:00:00:00:02", **eid_payload(86400 * 30 - 7200))
    assert track.assurance(house.clock.monotonic()) is Assurance.PUBLIC
    house.transmit("kitchen", "42:00:00:00:00:03", **eid_payload(house.clock.time() - switched_on))
    assert track.assurance(house.clock.monotonic()) is Assurance.CRYPTOGRAPHIC


async def test_a_changed_beacon_keeps_its_learnt_clock(house: House) -> None:
    runtime = await house.async_set_up()
    assert house.entry
    beacon_id = await add_person(house)
    house.transmit("kitchen", EID_ADDRESS, **eid_payload(86400))
    subentry = house.entry.subentries[beacon_id]
    data = {**subentry.data, "identities": subentry.data["identities"][1:]}
    house.hass.config_entries.async_update_subentry(house.entry, subentry, data=data)
    await house.hass.async_block_till_done()
    await house.clock.async_pass(61)
    house.transmit("kitchen", "42:00:00:00:00:02", **eid_payload(86400 - 7200))
    assert runtime.positioning.tracks[beacon_id].assurance(house.clock.monotonic()) is Assurance.PUBLIC


@pytest.mark.parametrize("broken", [{"saved_at": "yesterday", "parts": {}}, {"parts": 3, "saved_at": 1.0}, {}])
async def test_what_cannot_be_read_is_learnt_anew(
    house: House, hass_storage: dict[str, Any], broken: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    await house.async_set_up()
    await add_person(house)
    assert house.entry
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    hass_storage[f"{DOMAIN}.{house.entry.entry_id}.identities"]["data"] = broken
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    assert caplog.text.count("cannot be read") == 1


@pytest.mark.parametrize("part", ["learnt", "clones", "reports"])
async def test_parts_that_make_no_sense_are_left_out(house: House, hass_storage: dict[str, Any], part: str) -> None:
    await house.async_set_up()
    beacon_id = await add_person(house)
    assert house.entry
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    stored = hass_storage[f"{DOMAIN}.{house.entry.entry_id}.identities"]["data"]["parts"]
    stored[part] = "nonsense" if part == "learnt" else {"rate": 1, beacon_id: "nonsense", "stranger": {}}
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.async_stay("kitchen", 5)
    assert house.state("sensor.anna_room").state == "Kitchen"
