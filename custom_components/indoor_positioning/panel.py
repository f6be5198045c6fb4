"""The panel and the card: served as long as Home Assistant runs, and shown while there is an entry to show."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import Final

from homeassistant.components import frontend, panel_custom
from homeassistant.components.http import StaticPathConfig
from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN

_LOGGER = logging.getLogger(__name__)

# What scripts/setup and scripts/release build; these two files are its entrances.
DIST: Final = Path(__file__).with_name("frontend") / "dist"
PANEL_MODULE: Final = "panel.js"
CARD_MODULE: Final = "card.js"

PANEL_ELEMENT: Final = "indoor-positioning-panel"

# Where the files are served, absent where there are none.
_ADDRESS: HassKey[str] = HassKey(f"{DOMAIN}_frontend")


async def async_serve_frontend(hass: HomeAssistant) -> None:
    """Serve the built files under an address that changes with them, so that browsers may keep them for long."""
    version = await hass.async_add_executor_job(digest_of, DIST)
    if version is None:
        _LOGGER.error(
            "The panel and the card were not built, so there is no map; everything else works. "
            "Install a release, or run scripts/setup in a copy of the sources, and restart Home Assistant"
        )
        return
    address = f"/{DOMAIN}/{version}"
    await hass.http.async_register_static_paths([StaticPathConfig(address, str(DIST), cache_headers=True)])
    hass.data[_ADDRESS] = address


async def async_show_frontend(hass: HomeAssistant) -> None:
    """Show the panel and offer the card, unless they are shown already."""
    # A Home Assistant may run without its own front end.
    if (address := hass.data.get(_ADDRESS)) is None or frontend.DOMAIN not in hass.config.components:
        return
    if DOMAIN in hass.data[frontend.DATA_PANELS]:
        return
    await panel_custom.async_register_panel(
        hass,
        frontend_url_path=DOMAIN,
        webcomponent_name=PANEL_ELEMENT,
        module_url=f"{address}/{PANEL_MODULE}",
        sidebar_title="Indoor Positioning",
        sidebar_icon="mdi:map-marker-radius",
        require_admin=True,
        config_panel_domain=DOMAIN,
    )
    frontend.add_extra_js_url(hass, f"{address}/{CARD_MODULE}")


@callback
def async_hide_frontend(hass: HomeAssistant) -> None:
    """Take panel and card away, with the entry or when it is disabled.

    A mere reload does not: whoever has the panel open would be thrown out of it.
    """
    if frontend.DOMAIN in hass.config.components and DOMAIN in hass.data[frontend.DATA_PANELS]:
        frontend.async_remove_panel(hass, DOMAIN)
        frontend.remove_extra_js_url(hass, f"{hass.data[_ADDRESS]}/{CARD_MODULE}")


def digest_of(folder: Path) -> str | None:
    """Return a digest of all files in `folder`, None where the entrances are not among them. Reads the disk."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if not {PANEL_MODULE, CARD_MODULE} <= {path.name for path in files}:
        return None
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
