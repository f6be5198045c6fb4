"""The panel and the card are there when the entry is, from files that may be missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from homeassistant.components import frontend
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from custom_components.indoor_positioning import panel
from custom_components.indoor_positioning.const import DOMAIN
from custom_components.indoor_positioning.panel import digest_of
from tests.house import House


@pytest.fixture
def dist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Built files, of which only the names matter."""
    for name in ("panel.js", "card.js", "live-view-1234.js"):
        (tmp_path / name).write_text(f"// {name}")
    monkeypatch.setattr(panel, "DIST", tmp_path)
    return tmp_path


async def panels(client: WebSocketGenerator, hass: HomeAssistant) -> dict[str, dict[str, object]]:
    connection = await client(hass)
    await connection.send_json_auto_id({"type": "get_panels"})
    found: dict[str, dict[str, object]] = (await connection.receive_json())["result"]
    await connection.close()
    return found


async def test_panel_and_card_are_served_and_shown(
    house: House, dist: Path, hass_ws_client: WebSocketGenerator, hass_client: ClientSessionGenerator
) -> None:
    hass = house.hass
    assert await async_setup_component(hass, "frontend", {})
    await house.async_set_up()
    address = f"/{DOMAIN}/{digest_of(dist)}"
    shown = (await panels(hass_ws_client, hass))[DOMAIN]
    assert shown["require_admin"] is True
    assert shown["config_panel_domain"] == DOMAIN
    assert shown["config"] == {
        "_panel_custom": {
            "name": "indoor-positioning-panel",
            "module_url": f"{address}/panel.js",
            "embed_iframe": False,
            "trust_external": False,
            "handle_safe_area": False,
        }
    }
    assert f"{address}/card.js" in hass.data[frontend.DATA_EXTRA_MODULE_URL].urls

    client = await hass_client()
    response = await client.get(f"{address}/live-view-1234.js")
    assert await response.text() == "// live-view-1234.js"
    assert "max-age" in response.headers["Cache-Control"]


async def test_panel_stays_over_a_reload_and_goes_with_the_entry(
    house: House, dist: Path, hass_ws_client: WebSocketGenerator
) -> None:
    hass = house.hass
    assert await async_setup_component(hass, "frontend", {})
    await house.async_set_up()
    card, entries = f"/{DOMAIN}/{digest_of(dist)}/card.js", hass.config_entries
    assert house.entry
    assert await entries.async_unload(house.entry.entry_id)
    assert DOMAIN in await panels(hass_ws_client, hass), "who looks on is not thrown out by a reload"
    assert await entries.async_setup(house.entry.entry_id)
    assert await entries.async_set_disabled_by(house.entry.entry_id, ConfigEntryDisabler.USER)
    assert DOMAIN not in await panels(hass_ws_client, hass)
    assert card not in hass.data[frontend.DATA_EXTRA_MODULE_URL].urls
    assert await entries.async_set_disabled_by(house.entry.entry_id, None)
    assert DOMAIN in await panels(hass_ws_client, hass)
    assert card in hass.data[frontend.DATA_EXTRA_MODULE_URL].urls
    await entries.async_remove(house.entry.entry_id)
    assert DOMAIN not in await panels(hass_ws_client, hass)
    assert card not in hass.data[frontend.DATA_EXTRA_MODULE_URL].urls


async def test_panel_is_not_shown_to_ordinary_users(
    house: House, dist: Path, hass_ws_client: WebSocketGenerator, hass_read_only_access_token: str
) -> None:
    assert await async_setup_component(house.hass, "frontend", {})
    await house.async_set_up()
    connection = await hass_ws_client(house.hass, hass_read_only_access_token)
    await connection.send_json_auto_id({"type": "get_panels"})
    assert DOMAIN not in (await connection.receive_json())["result"]


async def test_all_else_works_without_built_files(
    house: House, dist: Path, hass_ws_client: WebSocketGenerator, caplog: pytest.LogCaptureFixture
) -> None:
    (dist / "panel.js").unlink()
    assert await async_setup_component(house.hass, "frontend", {})
    await house.async_set_up()
    await house.async_add_beacon()
    await house.async_stay("kitchen", 10)
    assert house.state("sensor.tag_room").state == "Kitchen"
    assert DOMAIN not in await panels(hass_ws_client, house.hass)
    assert "The panel and the card were not built" in caplog.text


def test_digest_tells_changes(dist: Path) -> None:
    before = digest_of(dist)
    assert before == digest_of(dist)
    (dist / "live-view-1234.js").write_text("// changed")
    changed = digest_of(dist)
    assert changed != before
    (dist / "live-view-1234.js").rename(dist / "live-view-5678.js")
    assert digest_of(dist) not in {changed, before}
    assert digest_of(dist / "missing") is None
