"""Frames that are made not to be tracked: recognised, so that people are told why, and left alone."""

from __future__ import annotations

from enum import StrEnum

from .base import Advertisement, full_uuid
from .eddystone import EDDYSTONE_UUID, FRAMES_FIND_HUB
from .ibeacon import APPLE

EXPOSURE_NOTIFICATION_UUID = full_uuid(0xFD6F)
# Detecting Unwanted Location Trackers (DULT): accessories separated from their owner, any network.
SEPARATED_TRACKER_UUID = full_uuid(0xFCB2)
_APPLE_OFFLINE_FINDING = 0x12
_APPLE_IBEACON = 0x02


class Untrackable(StrEnum):
    """Why a packet identifies nobody (a translation key)."""

    EXPOSURE_NOTIFICATION = "exposure_notification"
    FIND_HUB = "find_hub"
    FIND_MY = "find_my"
    SEPARATED_TRACKER = "separated_tracker"
    APPLE_CONTINUITY = "apple_continuity"


def untrackable_reason(adv: Advertisement) -> Untrackable | None:
    """Why nothing stable is in this packet, None where that is not known. Never raises.

    The device may still be known by its IRK or its address: this is about the payload.
    """
    if EXPOSURE_NOTIFICATION_UUID in adv.service_data:
        return Untrackable.EXPOSURE_NOTIFICATION
    if SEPARATED_TRACKER_UUID in adv.service_data:
        return Untrackable.SEPARATED_TRACKER
    if adv.service_data.get(EDDYSTONE_UUID, b"")[:1] in {bytes([frame]) for frame in FRAMES_FIND_HUB}:
        return Untrackable.FIND_HUB
    apple = adv.manufacturer_data.get(APPLE)
    if apple and apple[0] == _APPLE_OFFLINE_FINDING:
        return Untrackable.FIND_MY
    if apple and apple[0] != _APPLE_IBEACON:
        return Untrackable.APPLE_CONTINUITY
    return None
