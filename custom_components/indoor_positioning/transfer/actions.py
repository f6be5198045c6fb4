"""The actions that keep the home as a file and take it back, for automations and for whoever has no panel."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import Final

import probatio as vol
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.helpers.service import async_register_admin_service
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..loaded_entry import loaded_entry
from ..refusal import refusal
from ..uploads import MAX_BYTES, UploadKind
from .exporter import async_export_home
from .importer import async_import_home

SERVICE_EXPORT_HOME: Final = "export_home"
SERVICE_IMPORT_HOME: Final = "import_home"

CONF_FILE: Final = "file"

# An automation that exports every night must not fill the disk.
MOST_KEPT: Final = 10

_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}\.zip")


@callback
def async_setup_home_actions(hass: HomeAssistant) -> None:
    """Register the actions, for administrators."""
    async_register_admin_service(
        hass,
        DOMAIN,
        SERVICE_EXPORT_HOME,
        _async_export,
        schema=vol.Schema({}),
        supports_response=SupportsResponse.OPTIONAL,
    )
    async_register_admin_service(
        hass,
        DOMAIN,
        SERVICE_IMPORT_HOME,
        _async_import,
        schema=vol.Schema({vol.Required(CONF_FILE): str}),
        supports_response=SupportsResponse.OPTIONAL,
    )


async def _async_export(call: ServiceCall) -> ServiceResponse:
    """Write the home into a file, and tell its name."""
    hass = call.hass
    data = await async_export_home(hass, loaded_entry(hass))
    name = f"indoor-positioning-{dt_util.now():%Y-%m-%d-%H%M%S}.zip"
    try:
        await hass.async_add_executor_job(_write, _folder(hass), name, data)
    except OSError as error:
        raise refusal("home_not_written", problem=str(error.strerror)) from error
    return {CONF_FILE: name}


async def _async_import(call: ServiceCall) -> ServiceResponse:
    """Put a file of the folder into effect, and tell what was done."""
    hass, name = call.hass, call.data[CONF_FILE]
    entry = loaded_entry(hass)
    data = await hass.async_add_executor_job(_read, _folder(hass) / name) if _NAME.fullmatch(name) else None
    if data is None:
        raise refusal("home_no_file", file=name, folder=str(_folder(hass)))
    report = asdict(await async_import_home(hass, entry, data))
    return {key: list(value) if isinstance(value, tuple) else value for key, value in report.items()}


def _folder(hass: HomeAssistant) -> Path:
    return Path(hass.config.path(DOMAIN, "homes"))


def _write(folder: Path, name: str, data: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"{name}.unfinished"
    unfinished.write_bytes(data)
    unfinished.replace(folder / name)
    # Names begin alike and go on with the time, so that their order is that of their age.
    for old in sorted(folder.glob("indoor-positioning-*.zip"))[:-MOST_KEPT]:
        old.unlink(missing_ok=True)


def _read(path: Path) -> bytes | None:
    """Return a file, None where it is not there or larger than a home may be."""
    try:
        if path.stat().st_size > MAX_BYTES[UploadKind.HOME]:
            return None
        return path.read_bytes()
    except OSError:
        return None
