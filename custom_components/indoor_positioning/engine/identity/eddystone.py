"""What all Eddystone frames share: service data under one UUID, told apart by their first byte."""

from __future__ import annotations

from .base import Advertisement, full_uuid

EDDYSTONE_UUID = full_uuid(0xFEAA)

# First byte of the service data. Eddystone's protocol specification; 0x40 and 0x41 are the Find Hub
# network's frames (41 in its unwanted-tracking mode), which live under the same UUID.
FRAME_UID = 0x00
FRAME_URL = 0x10
FRAME_TLM = 0x20
FRAME_EID = 0x30
FRAMES_FIND_HUB = frozenset({0x40, 0x41})


def eddystone_frame(adv: Advertisement, frame_type: int, shortest: int) -> bytes | None:
    """The packet's Eddystone frame, if it is of this type and no shorter than that many bytes."""
    data = adv.service_data.get(EDDYSTONE_UUID)
    if data is None or len(data) < shortest or data[0] != frame_type:
        return None
    return data
