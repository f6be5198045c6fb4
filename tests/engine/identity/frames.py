"""Everything that the protocol files read out of one packet, in the words of the test vectors."""

from __future__ import annotations

from typing import Any

from custom_components.indoor_positioning.engine.identity.ad_structures import parse_advertisement
from custom_components.indoor_positioning.engine.identity.altbeacon import decode_altbeacon
from custom_components.indoor_positioning.engine.identity.base import Advertisement
from custom_components.indoor_positioning.engine.identity.eddystone import EDDYSTONE_UUID
from custom_components.indoor_positioning.engine.identity.eddystone_eid import decode_eddystone_eid
from custom_components.indoor_positioning.engine.identity.eddystone_tlm import (
    EncryptedTelemetry,
    Telemetry,
    decode_eddystone_tlm,
)
from custom_components.indoor_positioning.engine.identity.eddystone_uid import decode_eddystone_uid
from custom_components.indoor_positioning.engine.identity.eddystone_url import decode_eddystone_url
from custom_components.indoor_positioning.engine.identity.ibeacon import APPLE, decode_ibeacon
from custom_components.indoor_positioning.engine.identity.uribeacon import URIBEACON_UUID, decode_uribeacon

ADDRESS = "C0:11:22:33:44:55"


def framed(form: str, data: bytes) -> Advertisement:
    """The packet in one of the vectors' wrappings; total on any bytes, as the parsers are."""
    match form:
        case "adv":
            return parse_advertisement(ADDRESS, data)
        case "hci":  # LE advertising report: the address at 7, the data's length at 13, RSSI at the end
            return parse_advertisement(address_from(data[7:13]), data[14:-1])
        case "pdu":  # link layer: two bytes of header, then the address
            return parse_advertisement(address_from(data[2:8]), data[8:])
        case "svc_feaa":
            return Advertisement(ADDRESS, service_data={EDDYSTONE_UUID: data})
        case _:
            return Advertisement(ADDRESS, manufacturer_data={int(form.removeprefix("mfr_"), 16): data})


def address_from(little_endian: bytes) -> str:
    return ":".join(f"{byte:02X}" for byte in reversed(little_endian))


def frames(adv: Advertisement) -> list[dict[str, Any]]:
    """All frames that any decoder accepts."""
    found = [_manufacturer(company, data) for company, data in adv.manufacturer_data.items()]
    eddystone = adv.service_data.get(EDDYSTONE_UUID)
    if eddystone is not None:
        found += [_uid(eddystone), _url(eddystone), _tlm(eddystone), _eid(eddystone)]
    uribeacon = adv.service_data.get(URIBEACON_UUID)
    if uribeacon is not None:
        found.append(_uribeacon(uribeacon))
    return [frame for frame in found if frame is not None]


def _manufacturer(company: int, data: bytes) -> dict[str, Any] | None:
    if company == APPLE and (ibeacon := decode_ibeacon(data)):
        return {
            "type": "ibeacon",
            "uuid": str(ibeacon.uuid),
            "major": ibeacon.major,
            "minor": ibeacon.minor,
            "tx_power_1m": ibeacon.tx_power_1m,
        }
    if altbeacon := decode_altbeacon(company, data):
        return {
            "type": "altbeacon",
            "company": f"{altbeacon.company:04x}",
            "uuid": str(altbeacon.uuid),
            "major": altbeacon.major,
            "minor": altbeacon.minor,
            "tx_power_1m": altbeacon.tx_power_1m,
            "mfg_reserved": altbeacon.manufacturer_reserved,
        }
    return None


def _uid(data: bytes) -> dict[str, Any] | None:
    frame = decode_eddystone_uid(data)
    return (
        None
        if frame is None
        else {
            "type": "eddystone_uid",
            "namespace": frame.namespace.hex(),
            "instance": frame.instance.hex(),
            "tx_power_0m": frame.tx_power_0m,
        }
    )


def _url(data: bytes) -> dict[str, Any] | None:
    frame = decode_eddystone_url(data)
    return None if frame is None else {"type": "eddystone_url", "url": frame.url, "tx_power_0m": frame.tx_power_0m}


def _tlm(data: bytes) -> dict[str, Any] | None:
    frame = decode_eddystone_tlm(data)
    if isinstance(frame, Telemetry):
        return {
            "type": "eddystone_tlm",
            "voltage_mv": frame.battery_millivolts or 0,
            "temperature_c": frame.temperature,
            "adv_count": frame.advertisements,
            "seconds_0_1": round(frame.uptime * 10),
        }
    if isinstance(frame, EncryptedTelemetry):
        return {
            "type": "eddystone_etlm",
            "encrypted": frame.ciphertext.hex(),
            "salt_raw": f"{frame.salt:04x}",
            "mic_raw": f"{frame.check:04x}",
        }
    return None


def _eid(data: bytes) -> dict[str, Any] | None:
    frame = decode_eddystone_eid(data)
    return (
        None if frame is None else {"type": "eddystone_eid", "eid": frame.eid.hex(), "tx_power_0m": frame.tx_power_0m}
    )


def _uribeacon(data: bytes) -> dict[str, Any] | None:
    frame = decode_uribeacon(data)
    return None if frame is None else {"type": "uribeacon", "url": frame.uri, "tx_power_0m": frame.tx_power_0m}
