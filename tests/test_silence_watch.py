"""An anchor that is deaf for long is reported, and no longer when it hears."""

from __future__ import annotations

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from custom_components.indoor_positioning.const import DOMAIN
from custom_components.indoor_positioning.settings import CONF_SILENT_AFTER
from tests.house import TAG_ADDRESS, House, ibeacon_data


async def async_hear(house: House, areas: list[str], minutes: int) -> None:
    """Let the anchors of some areas hear a beacon four times a minute, which is never 15 s apart."""
    for _ in range(minutes * 5):
        for area in areas:
            house.proxies[area].hear(TAG_ADDRESS, -60, manufacturer_data=ibeacon_data())
        await house.clock.async_pass(12, step=12)


def reported(hass: HomeAssistant) -> set[str]:
    issues = ir.async_get(hass).issues
    return {issue_id for domain, issue_id in issues if domain == DOMAIN and issue_id.startswith("anchor_silent")}


async def test_an_anchor_that_hears_nothing_is_reported_after_the_set_time(hass: HomeAssistant, house: House) -> None:
    runtime = await house.async_set_up()
    assert house.entry is not None
    hass.config_entries.async_update_entry(house.entry, options={CONF_SILENT_AFTER: 10})
    await hass.async_block_till_done()
    everywhere = ["kitchen", "living_room", "bedroom"]
    await async_hear(house, everywhere, 2)
    await async_hear(house, ["kitchen", "living_room"], 9)
    assert reported(hass) == set()
    await async_hear(house, ["kitchen", "living_room"], 3)
    bedroom = house.subentry(f"anchor_{house.source('bedroom')}")
    assert reported(hass) == {f"anchor_silent_{bedroom.subentry_id}"}
    runtime.issues.check()
    assert len(reported(hass)) == 1, "it stays while it is true"
    await async_hear(house, everywhere, 2)
    assert reported(hass) == set()


async def test_whoever_wants_to_hear_nothing_of_it_does_not(hass: HomeAssistant, house: House) -> None:
    await house.async_set_up()
    assert house.entry is not None
    hass.config_entries.async_update_entry(house.entry, options={CONF_SILENT_AFTER: 0})
    await hass.async_block_till_done()
    await async_hear(house, ["kitchen"], 90)
    assert reported(hass) == set()
