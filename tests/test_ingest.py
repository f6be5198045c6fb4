"""Packets of tracked beacons: all of them, each once, and none that lies about its time or strength."""

from __future__ import annotations

import pytest
from bleak.backends.device import BLEDevice
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from homeassistant.components import bluetooth
from homeassistant.components.bluetooth import BluetoothServiceInfoBleak

from custom_components.indoor_positioning import ingest
from tests.house import NEAR_DBM, TAG_ADDRESS, TAG_UUID, House, ibeacon_data

IRK = bytes.fromhex("ec0234a357c8ad05341010a60a397d9b")
ROTATION_S = 900


def resolvable_address(number: int) -> str:
    """Return the private address that the phone's key gives for a random part (Core Vol 6 Part B 1.3.2.2)."""
    prand = (0x400000 | number).to_bytes(3, "big")
    encryptor = Cipher(algorithms.AES(IRK), modes.ECB()).encryptor()
    hashed = encryptor.update(bytes(13) + prand)[-3:]
    return ":".join(f"{byte:02X}" for byte in prand + hashed)


async def test_every_packet_of_every_proxy_arrives_once(house: House) -> None:
    runtime = await house.async_set_up()
    beacon_id = await house.async_add_beacon()
    await house.async_stay("kitchen", 20)
    receptions = runtime.ingest.receptions
    assert receptions.per_beacon == {beacon_id: 60}
    assert receptions.per_anchor == {proxy.source: 20 for proxy in house.proxies.values()}
    assert (receptions.delivered, receptions.invalid_rssi, receptions.stale) == (60, 0, 0)
    latest = runtime.positioning.tracks[beacon_id].latest
    assert latest[house.source("kitchen")].rssi == NEAR_DBM


async def test_the_packet_that_reveals_a_beacon_counts(house: House) -> None:
    runtime = await house.async_set_up()
    beacon_id = await house.async_add_beacon()
    house.proxies["kitchen"].hear(TAG_ADDRESS, -50, manufacturer_data=ibeacon_data())
    assert runtime.ingest.receptions.per_beacon == {beacon_id: 1}
    assert runtime.positioning.tracks[beacon_id].latest[house.source("kitchen")].rssi == -50


@pytest.mark.parametrize("rssi", [127, -127, 0, -128, 21])
async def test_a_strength_that_is_none_is_counted_and_dropped(house: House, rssi: int) -> None:
    runtime = await house.async_set_up()
    beacon_id = await house.async_add_beacon()
    house.transmit("kitchen")
    house.proxies["kitchen"].hear(TAG_ADDRESS, rssi, manufacturer_data=ibeacon_data())
    assert runtime.ingest.receptions.invalid_rssi == 1
    assert runtime.ingest.receptions.per_beacon == {beacon_id: 3}


async def test_stale_packets_are_counted_and_not_used(house: House) -> None:
    runtime = await house.async_set_up()
    beacon_id = await house.async_add_beacon()
    house.transmit("kitchen")
    house.proxies["kitchen"].hear(TAG_ADDRESS, -50, age=ingest.STALE_AFTER_S + 1, manufacturer_data=ibeacon_data())
    house.proxies["kitchen"].hear(TAG_ADDRESS, -50, age=-10, manufacturer_data=ibeacon_data())
    assert runtime.ingest.receptions.stale == 2
    assert runtime.ingest.receptions.per_beacon == {beacon_id: 3}


async def test_replayed_history_finds_the_beacon_but_is_no_evidence(house: House) -> None:
    await house.async_set_up()
    house.transmit("kitchen")
    await house.clock.async_pass(60)
    beacon_id = await house.async_add_beacon()
    receptions = house.runtime.ingest.receptions
    assert receptions.per_beacon[beacon_id] == 0
    assert receptions.stale == 1
    assert house.runtime.positioning.tracks[beacon_id].presence.last_heard is None
    assert house.runtime.ingest.addresses == 1
    # Nothing but the address's own callback tells of a packet that is like the one before.
    house.transmit("kitchen")
    assert receptions.per_beacon[beacon_id] == 3


async def test_a_reload_goes_on_with_unchanged_packets(house: House) -> None:
    await house.async_set_up()
    beacon_id = await house.async_add_beacon()
    await house.async_stay("kitchen", 5)
    assert house.entry
    assert await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.async_stay("kitchen", 5)
    # One packet more: the newest of before is replayed and still fresh.
    assert house.runtime.ingest.receptions.per_beacon[beacon_id] in {15, 16}


async def test_a_rotated_address_is_picked_up_and_the_tracker_stays(house: House) -> None:
    runtime = await house.async_set_up()
    beacon_id = await house.async_add_beacon(IRK.hex(), kind="private_address", name="Phone")
    tracker = runtime.positioning.tracks[beacon_id].tracker
    received = runtime.ingest.receptions.per_beacon
    for rotation in range(1, 5):
        address = resolvable_address(rotation * 7919)
        house.transmit("kitchen", address, manufacturer_data={0x004C: b"\x10\x05\x01\x02\x03\x04\x05"})
        assert received[beacon_id] == 3 * rotation, "the first packet of a new address counts, on every proxy"
        await house.clock.async_pass(10)
    assert runtime.positioning.tracks[beacon_id].tracker is tracker
    assert house.state("sensor.phone_room").state == "Kitchen"
    assert runtime.ingest.addresses == 4


async def test_strangers_are_left_alone(house: House) -> None:
    runtime = await house.async_set_up()
    await house.async_add_beacon(IRK.hex(), kind="private_address", name="Phone")
    for number in range(50):
        house.transmit("kitchen", f"45:00:00:00:00:{number:02X}", name="Stranger")
    assert runtime.ingest.addresses == 0
    assert runtime.ingest.receptions.delivered == 0


async def test_addresses_no_longer_used_are_given_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = await house.async_set_up()
    await house.async_add_beacon(IRK.hex(), kind="private_address", name="Phone")
    old, new = resolvable_address(1), resolvable_address(2)
    house.transmit("kitchen", old, name="Phone")
    await house.clock.async_pass(ROTATION_S / 2)
    house.transmit("kitchen", new, name="Phone")
    await house.clock.async_pass(ROTATION_S / 2 + 301)
    assert runtime.ingest.addresses == 2, "the stack still knows the old address and would not tell of it again"
    present = bluetooth.async_address_present
    monkeypatch.setattr(
        bluetooth,
        "async_address_present",
        lambda hass, address, **more: address != old and present(hass, address, **more),
    )
    await house.clock.async_pass(301)
    assert runtime.ingest.addresses == 1


async def test_one_address_may_carry_two_beacons(house: House) -> None:
    runtime = await house.async_set_up()
    first = await house.async_add_beacon(f"{TAG_UUID}/1/1", name="First")
    second = await house.async_add_beacon(f"{TAG_UUID}/1/2", name="Second")
    for _ in range(10):
        house.transmit("kitchen", manufacturer_data=ibeacon_data(minor=1))
        await house.clock.async_pass(0.5)
        house.transmit("bedroom", manufacturer_data=ibeacon_data(minor=2))
        await house.clock.async_pass(0.5)
    received = runtime.ingest.receptions.per_beacon
    # The second one is known to share the address from the end of its first packet on.
    assert received[first] + received[second] == 60
    assert received[second] >= 27
    assert house.state("sensor.first_room").state == "Kitchen"
    assert house.state("sensor.second_room").state == "Bedroom"


async def test_telemetry_between_identity_frames_belongs_to_the_beacon(house: House) -> None:
    runtime = await house.async_set_up()
    namespace, instance = "00112233445566778899", "aabbccddeeff"
    beacon_id = await house.async_add_beacon(f"{namespace}/{instance}", kind="eddystone_uid", name="Asset")
    service = "0000feaa-0000-1000-8000-00805f9b34fb"
    uid = {service: b"\x00\xe7" + bytes.fromhex(namespace + instance)}
    telemetry = {service: b"\x20\x00\x0b\xb8\x15\x00\x00\x00\x00\x01\x00\x00\x00\x01"}
    for _ in range(5):
        house.transmit("kitchen", service_data=uid)
        house.transmit("kitchen", service_data=telemetry)
        await house.clock.async_pass(1)
    assert runtime.ingest.receptions.per_beacon[beacon_id] == 30


async def test_a_removed_beacon_is_no_longer_listened_to(house: House) -> None:
    runtime = await house.async_set_up()
    beacon_id = await house.async_add_beacon()
    await house.async_stay("kitchen", 3)
    assert house.entry
    house.hass.config_entries.async_remove_subentry(house.entry, beacon_id)
    await house.hass.async_block_till_done()
    await house.async_stay("kitchen", 3)
    assert runtime.ingest.receptions.delivered == 9
    assert runtime.ingest.addresses == 0
    assert house.hass.states.get("sensor.tag_room") is None


async def test_the_first_strength_a_beacon_tells_is_learnt_once(house: House) -> None:
    runtime = await house.async_set_up()
    beacon_id = await house.async_add_beacon()
    house.transmit("kitchen", manufacturer_data=ibeacon_data(power=-63))
    await house.clock.async_pass(2)
    assert runtime.positioning.model.beacon(beacon_id).reference_rssi == -63
    model = runtime.positioning.model
    house.transmit("kitchen", manufacturer_data=ibeacon_data(power=-40))
    await house.clock.async_pass(2)
    assert runtime.positioning.model is model


async def test_nonsense_in_the_air_is_harmless(house: House, caplog: pytest.LogCaptureFixture) -> None:
    runtime = await house.async_set_up()
    await house.async_add_beacon()
    payload = ibeacon_data()[0x004C]
    for end in range(len(payload)):
        house.transmit("kitchen", f"C6:00:00:00:00:{end:02X}", manufacturer_data={0x004C: payload[:end] or b"\x02"})
    for place in range(2, 22):
        broken = bytearray(payload)
        broken[place] ^= 0xFF
        house.transmit("kitchen", f"C7:00:00:00:00:{place:02X}", manufacturer_data={0x004C: bytes(broken)})
    assert runtime.ingest.receptions.delivered == 0
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        ({"address_type": 0}, False),
        ({"address_type": 1}, True),
        ({"address_type": 7}, None),
        ({}, None),
        ({"path": "/org/bluez", "props": {"AddressType": "public"}}, False),
        ({"path": "/org/bluez", "props": {"AddressType": "random"}}, True),
        (None, None),
    ],
)
def test_the_kind_of_address_is_taken_from_the_receiver(details: object, expected: bool | None) -> None:
    info = BluetoothServiceInfoBleak(
        name="Tag",
        address=TAG_ADDRESS,
        rssi=-60,
        manufacturer_data={},
        service_data={},
        service_uuids=[],
        source="AA:BB:CC:00:00:01",
        device=BLEDevice(TAG_ADDRESS, "Tag", details),
        advertisement=None,
        connectable=False,
        time=0.0,
        tx_power=None,
    )
    assert ingest.advertisement_of(info).random_address is expected
