"""Reports of other sensors at high rates: many in one message, each taken or refused by itself."""

from __future__ import annotations

from typing import Any, Final

import probatio as vol
from homeassistant.components import websocket_api
from homeassistant.exceptions import ServiceValidationError

from ..const import CONF_KIND
from ..reports import REPORT_SCHEMAS, take_report
from .base import Command, Request, command

# One second of a hundred beacons at 10 reports a second; more at once would keep the loop from others.
MOST_REPORTS: Final = 1000


@command("report", {vol.Required("reports"): vol.All([dict], vol.Length(min=1, max=MOST_REPORTS))})
async def _report(request: Request) -> dict[str, Any]:
    """Take reports; each has the `kind` and the fields of the action `report_<kind>`."""
    refused: list[dict[str, Any]] = []
    for index, row in enumerate(request.msg["reports"]):
        try:
            fields = dict(row)
            kind = vol.In(REPORT_SCHEMAS)(fields.pop(CONF_KIND, None))
            take_report(request.hass, request.entry, kind, REPORT_SCHEMAS[kind](fields))
        except vol.Invalid as error:
            refused.append({"index": index, "code": websocket_api.ERR_INVALID_FORMAT, "message": str(error)})
        except ServiceValidationError as error:
            refused.append({"index": index, "code": error.translation_key, "message": str(error)})
    return {"accepted": len(request.msg["reports"]) - len(refused), "refused": refused}


REPORT_COMMANDS: Final[tuple[Command, ...]] = (_report,)
