"""A day of what changes its identity all the time: not a minute of it may be lost."""

from __future__ import annotations

import random

from homeassistant.data_entry_flow import FlowResultType

from custom_components.indoor_positioning.engine.identity import Assurance
from tests.house import House
from tests.protocols import EID_EXPONENT, EIK, IRK, ROTATION_S, eid_payload, resolvable_address

MINUTES = 24 * 60
# Two packets a minute: phones at rest and slow tags send more, proxies lose some.
INTERVAL_S = 30.0

# The tag was switched on 40 days ago, and its clock runs 100 ppm fast.
SWITCHED_ON_S = 40 * 86400.0
DRIFT = 100e-6


async def add_locker(house: House) -> str:
    """Add the EID beacon through its form."""
    assert house.entry
    flow = house.hass.config_entries.subentries
    result = await flow.async_init((house.entry.entry_id, "beacon"), context={"source": "user"})
    result = await flow.async_configure(result["flow_id"], {"next_step_id": "eddystone_eid"})
    given = {"identity": EIK.hex(), "rotation_exponent": EID_EXPONENT, "name": "Locker"}
    result = await flow.async_configure(result["flow_id"], given)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await house.hass.async_block_till_done()
    return next(one.subentry_id for one in house.entry.subentries.values() if one.title == "Locker")


async def test_a_day_of_rotating_identities_without_a_lost_minute(house: House) -> None:
    """An EID beacon and a phone, each changing its address with every rotation, among strangers that do so too."""
    runtime = await house.async_set_up()
    locker, phone = await add_locker(house), await house.async_add_beacon(IRK.hex(), "private_address", "Phone")
    tracks = {beacon_id: runtime.positioning.tracks[beacon_id] for beacon_id in (locker, phone)}
    trackers = {beacon_id: track.tracker for beacon_id, track in tracks.items()}
    proves = {locker: Assurance.CRYPTOGRAPHIC, phone: Assurance.ROTATING}
    rng = random.Random(1)
    addresses: dict[tuple[str, int], str] = {}
    lost: list[tuple[int, str]] = []
    eid_address = phone_address = ""
    for minute in range(MINUTES):
        before = runtime.ingest.receptions.per_beacon.copy()
        for _ in range(round(60 / INTERVAL_S)):
            at = house.clock.passed
            counter = (SWITCHED_ON_S + at) * (1 + DRIFT)
            eid_round, phone_round = int(counter) >> EID_EXPONENT, int(at // ROTATION_S)
            eid_address = addresses.setdefault(("locker", eid_round), f"7F:{rng.randbytes(5).hex(':').upper()}")
            phone_address = addresses.setdefault(("phone", phone_round), resolvable_address(rng.randrange(2**22)))
            stranger = addresses.setdefault(("stranger", phone_round), f"5A:{rng.randbytes(5).hex(':').upper()}")
            house.transmit("kitchen", eid_address, **eid_payload(counter))
            house.transmit("bedroom", phone_address, manufacturer_data={0x004C: b"\x10\x05" + rng.randbytes(3)})
            house.transmit("bedroom", stranger, manufacturer_data={0x004C: b"\x10\x05" + rng.randbytes(3)})
            await house.clock.async_pass(INTERVAL_S, step=INTERVAL_S)
        now = house.clock.monotonic()
        lost += [
            (minute, beacon_id)
            for beacon_id, track in tracks.items()
            if runtime.ingest.receptions.per_beacon[beacon_id] - before[beacon_id] != 2 * len(house.proxies)
            or track.assurance(now) is not proves[beacon_id]
            or track.presence.away
            or track.clone_suspicion() is not None
        ]
    assert lost == []
    assert {beacon_id: track.tracker for beacon_id, track in tracks.items()} == trackers
    # Hours passed in long steps, in which no room can be dwelt in; a quarter of a minute of real time tells it.
    for _ in range(15):
        house.transmit("kitchen", eid_address, **eid_payload((SWITCHED_ON_S + house.clock.passed) * (1 + DRIFT)))
        house.transmit("bedroom", phone_address, name="Phone")
        await house.clock.async_pass(1)
    assert house.state("sensor.locker_room").state == "Kitchen"
    assert house.state("sensor.phone_room").state == "Bedroom"
    assert house.state("sensor.locker_assurance").state == "cryptographic"
    assert house.state("sensor.phone_assurance").state == "rotating"
    rotations = len({key for key in addresses if key[0] == "phone"})
    assert rotations == 24 * 3600 / ROTATION_S
