"""To take over what was set in Bermuda: devices with their strength at 1 m, and the receivers' offsets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import probatio as vol
from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.core import callback
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)

from ..beacons import beacon_subentry, identities_of
from ..bermuda import BermudaBeacon, bermuda_beacons, bermuda_offsets
from ..const import CONF_BEACONS, CONF_REFERENCE_RSSI, CONF_RSSI_OFFSET, CONF_SOURCE, SUBENTRY_ANCHOR, SUBENTRY_BEACON
from ..engine.identity.overlap import overlap
from .anchor import MAX_RSSI_OFFSET_DB
from .subentries import add_subentry

CONF_OFFSETS: Final = "offsets"


class BermudaStep(OptionsFlow):
    """The step `bermuda`. Bermuda itself is left as it is; both may run side by side."""

    async def async_step_bermuda(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show what there is to take over, and take over what is chosen."""
        beacons = {one.identity.key: one for one in bermuda_beacons(self.hass) if not self._is_tracked(one)}
        offsets = self._offsets_to_take()
        if not beacons and not offsets:
            return self.async_abort(reason="nothing_in_bermuda")
        if user_input is not None:
            chosen = [beacons[key] for key in user_input.get(CONF_BEACONS, ()) if key in beacons]
            taken = offsets if user_input[CONF_OFFSETS] else {}
            self._take_beacons(chosen)
            self._take_offsets(taken)
            return self.async_abort(
                reason="bermuda_imported",
                description_placeholders={"beacons": str(len(chosen)), "offsets": str(len(taken))},
            )
        options = [SelectOptionDict(value=key, label=_label(beacon)) for key, beacon in beacons.items()]
        selector = SelectSelector(SelectSelectorConfig(options=options, multiple=True, mode=SelectSelectorMode.LIST))
        fields = {
            vol.Optional(CONF_BEACONS, default=list(beacons)): selector,
            vol.Required(CONF_OFFSETS, default=bool(offsets)): BooleanSelector(),
        }
        return self.async_show_form(
            step_id="bermuda",
            data_schema=vol.Schema(fields),
            description_placeholders={"beacons": str(len(beacons)), "offsets": str(len(offsets))},
        )

    @callback
    def _is_tracked(self, beacon: BermudaBeacon) -> bool:
        tracked = self.config_entry.get_subentries_of_type(SUBENTRY_BEACON)
        return any(overlap(beacon.identity, known) for subentry in tracked for known in identities_of(subentry))

    @callback
    def _offsets_to_take(self) -> dict[str, float]:
        """Return by anchor (subentry id) the offsets in dB that it has not got yet."""
        stored = bermuda_offsets(self.hass, MAX_RSSI_OFFSET_DB)
        anchors = self.config_entry.get_subentries_of_type(SUBENTRY_ANCHOR)
        return {
            anchor.subentry_id: offset
            for anchor in anchors
            if (offset := stored.get(anchor.data[CONF_SOURCE].upper())) is not None
            and offset != anchor.data.get(CONF_RSSI_OFFSET)
        }

    def _take_beacons(self, beacons: list[BermudaBeacon]) -> None:
        for beacon in beacons:
            new = beacon_subentry(beacon.identity, beacon.title)
            new["data"] = {**new["data"], CONF_REFERENCE_RSSI: beacon.reference_rssi}
            add_subentry(self.hass, self.config_entry, new)

    def _take_offsets(self, offsets: Mapping[str, float]) -> None:
        for subentry_id, offset in offsets.items():
            anchor = self.config_entry.subentries[subentry_id]
            data = {**anchor.data, CONF_RSSI_OFFSET: offset}
            self.hass.config_entries.async_update_subentry(self.config_entry, anchor, data=data)


def _label(beacon: BermudaBeacon) -> str:
    power = "" if beacon.reference_rssi is None else f" ({beacon.reference_rssi:g} dBm)"
    return f"{beacon.title}{power}"
