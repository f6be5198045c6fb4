"""Assist is asked, and answers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import intent, llm
from homeassistant.setup import async_setup_component

from custom_components.indoor_positioning.intent import INTENT_WHERE
from tests.house import TAG_ADDRESS, House, ibeacon_data

DOCS = Path(__file__).parents[1] / "docs"


async def say(hass: HomeAssistant, text: str, language: str = "en") -> dict[str, Any]:
    """Say something to Assist through its action, and return the response."""
    result = await hass.services.async_call(
        "conversation", "process", {"text": text, "language": language}, blocking=True, return_response=True
    )
    assert result is not None
    response = result["response"]
    assert isinstance(response, dict)
    return response


async def answer(hass: HomeAssistant, text: str, language: str = "en") -> str:
    """Return what Assist says."""
    speech: str = (await say(hass, text, language))["speech"]["plain"]["speech"]
    return speech


@pytest.fixture
async def assist(house: House) -> House:
    """A house with Assist in which `Keys` are tracked."""
    assert await async_setup_component(house.hass, "conversation", {})
    await house.async_set_up()
    await house.async_add_beacon(name="Keys")
    return house


@pytest.mark.parametrize(
    "text",
    ["Where are my keys?", "where's the keys", "Which room are the keys in?", "in what room are my keys"],
)
async def test_where_are_my_keys(assist: House, text: str) -> None:
    await assist.async_stay("kitchen", 15)
    assert await answer(assist.hass, text) == "In Kitchen."


@pytest.mark.parametrize(
    "text",
    ["Wo sind meine Keys?", "wo liegen die Keys", "In welchem Zimmer sind meine Keys?", "in welchem Raum ist Keys"],
)
async def test_germans_are_answered_in_german(assist: House, text: str) -> None:
    await assist.async_stay("kitchen", 15)
    assert await answer(assist.hass, text, language="de") == "Im Raum Kitchen."


async def test_the_zone_is_told_and_who_has_left_is_away(assist: House) -> None:
    assert await answer(assist.hass, "where are my keys") == "Not heard yet."
    await assist.async_draw()
    await assist.async_add_zone("the Stove corner")
    await assist.async_stay("kitchen", 15)
    assert await answer(assist.hass, "where are my keys") == "In Kitchen, the Stove corner."
    await assist.clock.async_pass(70)
    assert await answer(assist.hass, "where are my keys") == "Away."


async def test_sentences_follow_the_beacons(assist: House) -> None:
    assert assist.entry
    beacon_id = await assist.async_add_beacon("C4:00:00:00:00:02", kind="address", name="Anna's bag (blue)")
    assert await answer(assist.hass, "where is Anna's bag blue") == "Not heard yet."
    subentry = assist.entry.subentries[beacon_id]
    assist.hass.config_entries.async_update_subentry(assist.entry, subentry, title="Wallet")
    await assist.hass.async_block_till_done()
    assert await answer(assist.hass, "where is the wallet") == "Not heard yet."
    assert (await say(assist.hass, "where is Anna's bag blue"))["response_type"] == "error"
    assist.hass.config_entries.async_remove_subentry(assist.entry, beacon_id)
    await assist.hass.async_block_till_done()
    assert (await say(assist.hass, "where is the wallet"))["response_type"] == "error"


async def test_other_questions_are_left_to_home_assistant(assist: House) -> None:
    assist.hass.states.async_set("person.paul", "not_home", {"friendly_name": "Paul"})
    async_expose_entity(assist.hass, "conversation", "person.paul", True)
    await assist.hass.async_block_till_done()
    assert (await answer(assist.hass, "where is Paul")).startswith("Paul is ")


async def test_assist_may_come_later_and_the_entry_may_go(house: House) -> None:
    await house.async_set_up()
    assert house.entry
    await house.async_add_beacon(name="Keys")
    assert await async_setup_component(house.hass, "conversation", {})
    await house.hass.async_block_till_done()
    assert await answer(house.hass, "where are my keys") == "Not heard yet."
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    assert (await say(house.hass, "where are my keys"))["response_type"] == "error"
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.hass.async_block_till_done()
    assert await answer(house.hass, "where are my keys") == "Not heard yet."


async def test_an_assistant_knows_only_of_what_is_exposed(assist: House) -> None:
    async def ask(name: str) -> intent.IntentResponse:
        slots = {"name": {"value": name}}
        return await intent.async_handle(
            assist.hass, "test", INTENT_WHERE, slots, context=Context(), language="en", assistant="conversation"
        )

    for domain in ("sensor.keys_room", "device_tracker.keys"):
        async_expose_entity(assist.hass, "conversation", domain, False)
    assert (await ask("keys")).error_code is intent.IntentResponseErrorCode.NO_VALID_TARGETS
    async_expose_entity(assist.hass, "conversation", "sensor.keys_room", True)
    response = await ask("my keys")
    assert response.speech["plain"]["speech"] == "Not heard yet."
    assert response.response_type is intent.IntentResponseType.QUERY_ANSWER
    assert (await ask("wallet")).speech["plain"]["speech"] == "No beacon is called wallet."


async def test_a_guess_is_called_one(assist: House) -> None:
    # Heard by nobody well: the room is the likeliest, and no more.
    for _ in range(3):
        for proxy in assist.proxies.values():
            proxy.hear(TAG_ADDRESS, -80, manufacturer_data=ibeacon_data())
        await assist.clock.async_pass(1)
    assert (await answer(assist.hass, "where are my keys")).startswith("Probably in ")


async def test_a_language_model_has_it_as_a_tool_for_what_is_exposed(assist: House) -> None:
    context = llm.LLMContext("test", Context(), "en", "conversation", None)
    tool = f"indoor_positioning__{INTENT_WHERE}"

    async def tools_when(*, exposed: bool) -> llm.APIInstance:
        for entity_id in ("sensor.keys_room", "device_tracker.keys"):
            async_expose_entity(assist.hass, "conversation", entity_id, exposed)
        return await llm.async_get_api(assist.hass, llm.LLM_API_ASSIST, context)

    assert tool not in {one.name for one in (await tools_when(exposed=False)).tools}
    api = await tools_when(exposed=True)
    assert tool in {one.name for one in api.tools}
    await assist.async_stay("kitchen", 15)
    result = await api.async_call_tool(llm.ToolInput(tool, {"name": "keys"}))
    assert "In Kitchen." in str(result.data)


async def test_an_entry_that_is_gone_before_assist_comes_says_nothing(house: House) -> None:
    await house.async_set_up()
    assert house.entry
    await house.async_add_beacon(name="Keys")
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    assert await async_setup_component(house.hass, "conversation", {})
    await house.hass.async_block_till_done()
    assert (await say(house.hass, "where are my keys"))["response_type"] == "error"


async def test_sentences_of_ones_own_in_another_language(assist: House, tmp_path: Path) -> None:
    # The very file of docs/zones.md.
    (own,) = re.findall(r"```yaml\n(language: fr\n.*?)```", (DOCS / "zones.md").read_text(), re.DOTALL)
    folder = tmp_path / "custom_sentences" / "fr"
    folder.mkdir(parents=True)
    (folder / "where.yaml").write_text(own)
    assist.hass.config.config_dir = str(tmp_path)
    async_expose_entity(assist.hass, "conversation", "sensor.keys_room", True)
    await assist.async_stay("kitchen", 15)
    assert await answer(assist.hass, "Où sont mes Keys ?", language="fr") == "In Kitchen."
