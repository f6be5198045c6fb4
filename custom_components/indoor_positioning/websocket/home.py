"""The whole home as one file: exported, looked at, and imported."""

from __future__ import annotations

import base64
import logging
from dataclasses import asdict
from typing import Any, Final

import probatio as vol
from homeassistant.util import dt as dt_util

from ..engine.replay.archive import ArchiveError
from ..refusal import refusal
from ..transfer.exporter import async_export_home
from ..transfer.importer import HomeImport
from ..transfer.reader import HomeFileError, read_home_file
from ..uploads import UploadKind
from .base import Command, Request, command
from .upload import CONF_UPLOAD

_LOGGER = logging.getLogger(__name__)

CONF_DRY_RUN: Final = "dry_run"


@command("home/export")
async def _export(request: Request) -> dict[str, Any]:
    """The file, without any key."""
    data = await async_export_home(request.hass, request.entry)
    name = f"indoor-positioning-{dt_util.now():%Y-%m-%d}.zip"
    return {"name": name, "mime_type": "application/zip", "data": base64.b64encode(data).decode()}


@command("home/import", {vol.Required(CONF_UPLOAD): str, vol.Optional(CONF_DRY_RUN, default=False): bool})
async def _import(request: Request) -> dict[str, Any]:
    """Put a file into effect, or only tell what it would do: then the upload stays for the import itself."""
    uploads, upload, dry_run = request.entry.runtime_data.uploads, request.msg[CONF_UPLOAD], request.msg[CONF_DRY_RUN]
    data = uploads.take(upload, UploadKind.HOME, keep=dry_run)
    try:
        file = await request.hass.async_add_executor_job(read_home_file, data)
        home = HomeImport(request.hass, request.entry, file)
        return asdict(home.report() if dry_run else await home.async_apply())
    except ArchiveError as error:
        raise refusal(error.problem, file=error.member or "ZIP") from error
    except HomeFileError as error:
        raise refusal(error.problem, where=error.where) from error
    except OSError as error:
        _LOGGER.warning("The pictures of an imported home cannot be written: %s", error)
        raise refusal("home_disk") from error


HOME_COMMANDS: Final[tuple[Command, ...]] = (_export, _import)
