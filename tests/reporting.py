"""What the tests of reports share: a house with a phone, and an access point to report of."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigSubentry

from custom_components.indoor_positioning.const import DOMAIN
from tests.house import House


async def report(house: House, kind: str, **data: Any) -> None:
    """Call the action of a kind of report."""
    await house.hass.services.async_call(DOMAIN, f"report_{kind}", {"beacon": "Tag", **data}, blocking=True)


async def async_add_other_anchor(house: House, name: str = "Router", **data: Any) -> str:
    """Add an anchor of another kind, in the living room unless told otherwise, and return its id."""
    assert house.entry
    place: Mapping[str, Any] = {"kind": "wifi", "area_id": "living_room", "x": 6.0, "y": 1.5, "height": 1.2}
    new = ConfigSubentry(
        data=MappingProxyType({**place, **data}), subentry_type="other_anchor", title=name, unique_id=None
    )
    assert house.hass.config_entries.async_add_subentry(house.entry, new)
    await house.hass.async_block_till_done()
    await house.clock.async_pass(1)
    return new.subentry_id


async def async_prepare(house: House) -> None:
    """Set up three drawn rooms in a row, a tag, and an access point in the living room."""
    await house.async_set_up()
    await house.async_draw()
    await house.async_add_beacon()
    await async_add_other_anchor(house)
