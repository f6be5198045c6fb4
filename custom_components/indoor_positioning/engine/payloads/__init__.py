"""What tags tell of their own motion in their packets: one file a format, found by the data's own key."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..identity.base import Advertisement
from .bthome import BTHOME_UUID, read_bthome
from .estimote import ESTIMOTE_UUID, read_estimote
from .minew import MINEW_UUID, read_minew
from .motion_report import MotionReport
from .ruuvi import RUUVI_COMPANY, read_ruuvi

type _Reader = Callable[[bytes], MotionReport | None]

_BY_SERVICE: Mapping[str, _Reader] = {
    BTHOME_UUID: read_bthome,
    ESTIMOTE_UUID: read_estimote,
    MINEW_UUID: read_minew,
}
_BY_COMPANY: Mapping[int, _Reader] = {RUUVI_COMPANY: read_ruuvi}


def motion_report_of(adv: Advertisement) -> MotionReport | None:
    """Return what a packet tells of the tag's motion, None where it tells nothing. Never raises."""
    for uuid, data in adv.service_data.items():
        if (reader := _BY_SERVICE.get(uuid)) and (report := reader(data)):
            return report
    for company, data in adv.manufacturer_data.items():
        if (read := _BY_COMPANY.get(company)) and (report := read(data)):
            return report
    return None


__all__ = ["MotionReport", "motion_report_of"]
