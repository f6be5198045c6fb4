"""What versions of the integration have stored, and a Home Assistant that finds it when it starts."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import CoreState
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.indoor_positioning.const import DOMAIN
from tests.house import House

STORED = sorted((Path(__file__).parent / "stored").glob("*.json"))

# Seconds from the last write to the start.
AGE_S = 100.0


def stored_by(path: Path) -> dict[str, Any]:
    """Return one of the files: the entry, and the `stores` by name."""
    told: dict[str, Any] = json.loads(path.read_text())
    return told


class Before:
    """What one version has stored, for a house with the same proxies; `stores` by name, as they are on disk."""

    def __init__(self, path: Path, house: House) -> None:
        told = stored_by(path)
        self.house = house
        self.entry_id: str = told["entry_id"]
        self.stores: dict[str, Any] = {
            name: {**copy.deepcopy(stored), "key": self.key(name)} for name, stored in told["stores"].items()
        }
        row = told["entry"]
        self.entry = MockConfigEntry(
            domain=DOMAIN,
            entry_id=self.entry_id,
            **{key: row[key] for key in ("version", "minor_version", "title", "unique_id", "data", "options")},
            subentries_data=cast(list[ConfigSubentryData], row["subentries"]),
        )
        house.clock.set_back(house.clock.time() - self.stores["state"]["data"]["saved_at"] - AGE_S)

    def key(self, name: str) -> str:
        """Return the key of a store, which is the name of its file."""
        return f"{DOMAIN}.{self.entry_id}.{name}"

    def beacon(self, title: str) -> str:
        """Return the id of a beacon."""
        return next(one.subentry_id for one in self.entry.subentries.values() if one.title == title)

    async def async_start(self) -> None:
        """Start the integration; its entry says whether that worked."""
        self.entry.add_to_hass(self.house.hass)
        self.house.entry = self.entry
        await self.house.hass.config_entries.async_setup(self.entry_id)
        await self.house.hass.async_block_till_done()

    async def async_stop(self) -> None:
        """Stop the integration, and let Home Assistant write what is still to be written."""
        hass = self.house.hass
        assert await hass.config_entries.async_unload(self.entry_id)
        hass.set_state(CoreState.final_write)
        hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
        await hass.async_block_till_done()


def is_kept(before: Any, now: Any) -> bool:
    """Whether all that was stored is stored still; more may be beside it, and it is later now."""
    if isinstance(before, Mapping):
        return isinstance(now, Mapping) and all(
            key in now and is_kept(value, now[key]) for key, value in before.items() if key != "saved_at"
        )
    return before == pytest.approx(now) if isinstance(before, float) else bool(before == now)
