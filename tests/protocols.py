"""What phones and tags of every protocol send, for tests in a Home Assistant."""

from __future__ import annotations

from typing import Any

from custom_components.indoor_positioning.engine.identity.eddystone import EDDYSTONE_UUID
from custom_components.indoor_positioning.engine.identity.ephemeral_id import ephemeral_id
from custom_components.indoor_positioning.engine.identity.private_address import ah

# Sample data of the Bluetooth Core Specification, Vol 3 Part H D.7.
IRK = bytes.fromhex("ec0234a357c8ad05341010a60a397d9b")
EIK = bytes.fromhex("00112233445566778899aabbccddeeff")
NAMESPACE = "00112233445566778899"
INSTANCE = "aabbccddeeff"

ROTATION_S = 900
EID_EXPONENT = 10


def resolvable_address(number: int, irk: bytes = IRK) -> str:
    """Return the private address that a phone's key gives for a random part (Core Vol 6 Part B 1.3.2.2)."""
    prand = (0x400000 | number).to_bytes(3, "big")
    return ":".join(f"{byte:02X}" for byte in prand + ah(irk, prand))


def eid_payload(counter: float, eik: bytes = EIK, exponent: int = EID_EXPONENT) -> dict[str, Any]:
    """Return what an EID beacon sends whose clock says `counter`."""
    return {"service_data": {EDDYSTONE_UUID: b"\x30\xee" + ephemeral_id(eik, exponent, int(counter))}}


def uid_payload() -> dict[str, Any]:
    """Return an Eddystone-UID frame."""
    return {"service_data": {EDDYSTONE_UUID: b"\x00\xe7" + bytes.fromhex(NAMESPACE + INSTANCE)}}


def tlm_payload(millivolts: int, degrees: float, count: int, uptime: float) -> dict[str, Any]:
    """Return a plain telemetry frame."""
    temperature = round(degrees * 256).to_bytes(2, "big", signed=True)
    numbers = count.to_bytes(4, "big") + round(uptime * 10).to_bytes(4, "big")
    return {"service_data": {EDDYSTONE_UUID: b"\x20\x00" + millivolts.to_bytes(2, "big") + temperature + numbers}}
