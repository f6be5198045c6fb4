"""The websocket API that the panel and the card stand on; docs/developers/websocket.md tells its messages."""

from __future__ import annotations

from typing import Final

from homeassistant.components import websocket_api
from homeassistant.core import HomeAssistant, callback

from .accuracy import ACCURACY_COMMANDS
from .base import Command
from .calibration import CALIBRATION_COMMANDS
from .home import HOME_COMMANDS
from .live import LIVE_COMMANDS
from .networks import NETWORK_COMMANDS
from .pictures import PICTURE_COMMANDS
from .plan import PLAN_COMMANDS
from .report import REPORT_COMMANDS
from .tracks import TRACK_COMMANDS
from .upload import UPLOAD_COMMANDS

COMMANDS: Final[tuple[Command, ...]] = (
    *LIVE_COMMANDS,
    *PLAN_COMMANDS,
    *UPLOAD_COMMANDS,
    *PICTURE_COMMANDS,
    *TRACK_COMMANDS,
    *CALIBRATION_COMMANDS,
    *ACCURACY_COMMANDS,
    *REPORT_COMMANDS,
    *NETWORK_COMMANDS,
    *HOME_COMMANDS,
)


@callback
def async_setup_websocket(hass: HomeAssistant) -> None:
    """Register the commands; they exist as long as Home Assistant runs, and say so when nothing is loaded."""
    for one in COMMANDS:
        websocket_api.async_register_command(hass, one)
