"""Raw advertisement bytes taken apart into AD structures, as tolerantly as radios and stacks demand.

Bluetooth Core Specification Vol 3 Part C 11 and its Supplement Part A; assigned numbers 2.3.
"""

from __future__ import annotations

from collections.abc import Iterator

from .base import Advertisement, full_uuid, signed_byte

_SHORT_NAME = 0x08
_COMPLETE_NAME = 0x09
_TX_POWER = 0x0A
_MANUFACTURER = 0xFF
# AD type -> bytes of each UUID in it: incomplete and complete lists of 16, 32 and 128 bits.
_UUID_LISTS = {0x02: 2, 0x03: 2, 0x04: 4, 0x05: 4, 0x06: 16, 0x07: 16}
# AD type -> bytes of the UUID before the data.
_SERVICE_DATA = {0x16: 2, 0x20: 4, 0x21: 16}


def ad_structures(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and content of each structure; one that is cut short by the end is left out. Never raises.

    Zero lengths are padding: some stacks hand over a padded packet with its scan response behind.
    """
    offset = 0
    while offset < len(data):
        length = data[offset]
        end = offset + 1 + length
        if length and end <= len(data):
            yield data[offset + 1], bytes(data[offset + 2 : end])
        offset = end


def parse_advertisement(address: str, data: bytes, *, random_address: bool | None = None) -> Advertisement:
    """An Advertisement out of whatever bytes. Never raises; what makes no sense is left out.

    A complete name wins over a shortened one. Of two structures for one company or service the
    later wins, as in Home Assistant's own parser.
    """
    manufacturer_data: dict[int, bytes] = {}
    service_data: dict[str, bytes] = {}
    service_uuids: list[str] = []
    names: dict[int, str] = {}
    tx_power: int | None = None
    for ad_type, content in ad_structures(data):
        if ad_type == _MANUFACTURER:
            if len(content) >= 2:
                manufacturer_data[int.from_bytes(content[:2], "little")] = content[2:]
        elif ad_type in _SERVICE_DATA:
            width = _SERVICE_DATA[ad_type]
            if len(content) >= width:
                service_data[_uuid(content[:width])] = content[width:]
        elif ad_type in _UUID_LISTS:
            service_uuids += _uuids(content, _UUID_LISTS[ad_type])
        elif ad_type in (_SHORT_NAME, _COMPLETE_NAME):
            names.setdefault(ad_type, content.decode("utf-8", "replace").rstrip("\0"))
        elif ad_type == _TX_POWER and len(content) == 1:
            tx_power = signed_byte(content[0])
    return Advertisement(
        address=address,
        manufacturer_data=manufacturer_data,
        service_data=service_data,
        service_uuids=tuple(service_uuids),
        name=names.get(_COMPLETE_NAME) or names.get(_SHORT_NAME) or None,
        tx_power=tx_power,
        random_address=random_address,
    )


def _uuids(content: bytes, width: int) -> list[str]:
    whole = len(content) - len(content) % width
    return [_uuid(content[start : start + width]) for start in range(0, whole, width)]


def _uuid(little_endian: bytes) -> str:
    if len(little_endian) < 16:
        return full_uuid(int.from_bytes(little_endian, "little"))
    digits = little_endian[::-1].hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
