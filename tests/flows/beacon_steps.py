"""The steps of the beacon's forms that its tests have in common."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.data_entry_flow import FlowResultType

from tests.house import House
from tests.protocols import IRK as IRK_BYTES

IRK = IRK_BYTES.hex()


async def start(house: House, step: str) -> SubentryFlowResult:
    assert house.entry
    flow = house.hass.config_entries.subentries
    result = await flow.async_init((house.entry.entry_id, "beacon"), context={"source": "user"})
    assert result["type"] is FlowResultType.MENU
    return await flow.async_configure(result["flow_id"], {"next_step_id": step})


async def go_on(house: House, result: SubentryFlowResult, user_input: dict[str, Any]) -> SubentryFlowResult:
    result = await house.hass.config_entries.subentries.async_configure(result["flow_id"], user_input)
    await house.hass.async_block_till_done()
    return result


def offered(result: SubentryFlowResult) -> dict[str, str]:
    """Return the listed beacons: value and label."""
    schema = result["data_schema"]
    assert schema is not None
    selector = next(selector for key, selector in schema.schema.items() if key == "device")
    return {option["value"]: option["label"] for option in selector.config["options"]}


def suggested(result: SubentryFlowResult) -> dict[str, Any]:
    """Return what the fields of a form are filled with."""
    schema = result["data_schema"]
    assert schema is not None
    fields = {str(key): (key.description or {}).get("suggested_value") for key in schema.schema}
    return {name: value for name, value in fields.items() if value is not None}


async def reconfigure(house: House, beacon_id: str, step: str) -> SubentryFlowResult:
    assert house.entry
    flow = house.hass.config_entries.subentries
    result = await flow.async_init(
        (house.entry.entry_id, "beacon"), context={"source": "reconfigure", "subentry_id": beacon_id}
    )
    assert (result["type"], result["step_id"]) == (FlowResultType.MENU, "reconfigure")
    return await flow.async_configure(result["flow_id"], {"next_step_id": step})


async def add_identity(house: House, beacon_id: str, way: str, user_input: dict[str, Any]) -> SubentryFlowResult:
    result = await reconfigure(house, beacon_id, "add_identity")
    result = await house.hass.config_entries.subentries.async_configure(result["flow_id"], {"next_step_id": way})
    return await go_on(house, result, user_input)
