"""The whole home as one file: exported, looked at, and imported."""

from __future__ import annotations

import base64
from dataclasses import asdict
from typing import Any, Final

import probatio as vol
from homeassistant.util import dt as dt_util

from ..transfer.exporter import async_export_home
from ..transfer.importer import async_import_home
from ..uploads import UploadKind
from .base import Command, Request, command
from .upload import CONF_UPLOAD

CONF_DRY_RUN: Final = "dry_run"


@command("home/export")
async def _export(request: Request) -> dict[str, Any]:
    """The file, without any key."""
    data = await async_export_home(request.hass, request.entry)
    text = await request.hass.async_add_executor_job(base64.b64encode, data)
    name = f"indoor-positioning-{dt_util.now():%Y-%m-%d}.zip"
    return {"name": name, "mime_type": "application/zip", "data": text.decode()}


@command("home/import", {vol.Required(CONF_UPLOAD): str, vol.Optional(CONF_DRY_RUN, default=False): bool})
async def _import(request: Request) -> dict[str, Any]:
    """Put a file into effect, or only tell what it would do: then the upload stays for the import itself."""
    uploads, dry_run = request.entry.runtime_data.uploads, request.msg[CONF_DRY_RUN]
    data = uploads.take(request.msg[CONF_UPLOAD], UploadKind.HOME, keep=dry_run)
    return asdict(await async_import_home(request.hass, request.entry, data, dry_run=dry_run))


HOME_COMMANDS: Final[tuple[Command, ...]] = (_export, _import)
