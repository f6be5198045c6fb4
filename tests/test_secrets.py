"""Keys are kept in the config entry, and appear nowhere else: searched for in everything that a house puts out."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.indoor_positioning.const import DOMAIN
from custom_components.indoor_positioning.diagnostics import async_get_config_entry_diagnostics
from custom_components.indoor_positioning.engine.tracker import Tracker
from tests.house import TAG_ADDRESS, TAG_UUID, House
from tests.protocols import EIK, IRK, eid_payload, resolvable_address, tlm_payload
from tests.test_identity_entities import reload, send_twice

QUESTIONS = (
    "config_entries/get",
    "config_entries/subentries/list",
    "config/device_registry/list",
    "config/entity_registry/list",
    "config_entries/flow/progress",
    "repairs/list_issues",
    "get_states",
)


def spellings(key: bytes) -> Iterator[str]:
    """Yield a key as it might leak: whole, in either byte order, and the half of it."""
    for value in (key, key[::-1]):
        yield value.hex()
        yield value.hex()[:16]
        yield value.hex(":")
        yield base64.b64encode(value).decode().rstrip("=").casefold()
        yield base64.urlsafe_b64encode(value).decode().rstrip("=").casefold()
        yield repr(value).casefold()
        yield repr(list(value))


def leaks(text: str) -> list[str]:
    """Return the spellings of either key that a text contains."""
    folded = text.casefold()
    return [spelling for key in (IRK, EIK) for spelling in spellings(key) if spelling.casefold() in folded]


def test_a_leak_would_be_found() -> None:
    assert leaks(f"irk: {IRK.hex().upper()}")
    assert leaks(f"{EIK!r}")
    assert leaks(base64.b64encode(IRK[::-1]).decode())
    assert not leaks("nothing here")


async def fill_in(house: House, step: str, *attempts: dict[str, Any]) -> list[Any]:
    """Fill in a form again and again; return all that was answered but the entry that is made at the end."""
    assert house.entry
    flow = house.hass.config_entries.subentries
    result = await flow.async_init((house.entry.entry_id, "beacon"), context={"source": "user"})
    result = await flow.async_configure(result["flow_id"], {"next_step_id": step})
    answers: list[Any] = [result]
    for given in attempts:
        result = await flow.async_configure(result["flow_id"], given)
        if result["type"] is FlowResultType.FORM:
            assert result["data_schema"]
            fields = [(str(key), key.description) for key in result["data_schema"].schema]
            answers.append({**result, "data_schema": fields})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await house.hass.async_block_till_done()
    return answers


async def live(house: House) -> None:
    """Hear both beacons, a copy, telemetry and a clock that steps; restart in between."""
    for address in (resolvable_address(1), resolvable_address(2)):
        await house.async_stay("kitchen", 3, address, name="Phone")
    for minutes in range(3):
        address = f"42:00:00:00:00:0{minutes}"
        house.transmit("bedroom", address, **eid_payload(house.clock.time()))
        house.transmit("bedroom", address, **tlm_payload(2950, 21.5, 1, 60.0))
        await house.clock.async_pass(60)
    house.clock.set_back(3600)
    house.transmit("bedroom", "42:00:00:00:00:09", **eid_payload(house.clock.time() - 7200))
    await send_twice(house, 200, **eid_payload(house.clock.time() + 3600))
    await reload(house, 30)
    house.transmit("bedroom", "42:00:00:00:00:0A", **eid_payload(house.clock.time() + 3600))


async def test_keys_appear_nowhere(
    house: House,
    hass_storage: dict[str, Any],
    hass_ws_client: WebSocketGenerator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    hass = house.hass
    assert await async_setup_component(hass, "config", {})
    assert await async_setup_component(hass, "repairs", {})
    await house.async_set_up()
    assert house.entry
    answers = await fill_in(
        house,
        "private_address",
        {"identity": IRK.hex()[:-2], "name": "Phone"},
        {"identity": base64.b64encode(IRK + b"!").decode(), "name": "Phone"},
        {"identity": IRK.hex(":"), "name": "Phone"},
    )
    answers += await fill_in(
        house,
        "private_address",
        {"identity": IRK[::-1].hex(), "name": "Again"},
        {"identity": IRK[1:].hex() + "77", "name": "Other"},
    )
    answers += await fill_in(
        house,
        "eddystone_eid",
        {"identity": EIK.hex()[:-1], "rotation_exponent": 10, "name": "Locker"},
        {"identity": EIK.hex(), "rotation_exponent": 10, "name": "Locker"},
    )
    MockConfigEntry(domain="private_ble_device", title="Watch", data={"irk": IRK.hex()}).add_to_hass(hass)
    result = await hass.config_entries.subentries.async_init(
        (house.entry.entry_id, "beacon"), context={"source": "user"}
    )
    answers.append(await hass.config_entries.subentries.async_configure(result["flow_id"], {"next_step_id": "known"}))
    beacon_id = next(one.subentry_id for one in house.entry.subentries.values() if one.title == "Locker")
    result = await hass.config_entries.subentries.async_init(
        (house.entry.entry_id, "beacon"), context={"source": "reconfigure", "subentry_id": beacon_id}
    )
    answers.append(result)
    await live(house)
    assert leaks(str(answers)) == []
    assert leaks(caplog.text) == []
    assert leaks(str([state.as_dict() for state in hass.states.async_all()])) == []
    assert leaks(str(await async_get_config_entry_diagnostics(hass, house.entry))) == []
    entry_id = house.entry.entry_id
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry_id)
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry_id)
    assert leaks(str([devices, entities, list(ir.async_get(hass).issues.values())])) == []
    assert leaks(str([(one.title, one.unique_id) for one in house.entry.subentries.values()])) == []
    stored = {key: data for key, data in hass_storage.items() if key.startswith(DOMAIN)}
    assert f"{DOMAIN}.{house.entry.entry_id}.identities" in stored
    assert leaks(json.dumps(stored, default=str)) == []
    client = await hass_ws_client(hass)
    for question in QUESTIONS:
        more = {"entry_id": house.entry.entry_id} if question.endswith("subentries/list") else {}
        await client.send_json_auto_id({"type": question, **more})
        answer = await client.receive_json()
        assert answer["success"], question
        assert leaks(json.dumps(answer)) == [], question


async def test_what_the_integration_logs_names_no_beacon(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """At DEBUG, through flows, a restart, damaged packets and a fault: no identity, address or key in its own lines."""
    caplog.set_level(logging.DEBUG)
    await house.async_set_up()
    await fill_in(house, "ibeacon", {"identity": "nonsense", "name": "Tag"}, {"identity": TAG_UUID, "name": "Tag"})
    await fill_in(house, "private_address", {"identity": IRK.hex(), "name": "Phone"})
    await house.async_stay("kitchen", 5)
    house.transmit("kitchen", TAG_ADDRESS, manufacturer_data={76: b"\x02\x15\x00"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Tracker, "update", lambda *_: 1 / 0)
        await house.async_stay("kitchen", 3)
    await live(house)
    own = [one for one in caplog.records if one.name.startswith("custom_components.indoor_positioning")]
    assert any("could not be estimated" in one.getMessage() for one in own)
    formatter = logging.Formatter()
    text = "\n".join(formatter.format(one) for one in own).casefold()
    private = [TAG_UUID, TAG_UUID.replace("-", ""), TAG_ADDRESS, resolvable_address(1), resolvable_address(2)]
    assert [one for one in private if one.casefold() in text] == []
    assert leaks(text) == []
