"""A few figures for Home Assistant's system health page."""

from __future__ import annotations

from typing import Any

from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN
from .runtime import IndoorPositioningConfigEntry


@callback
def async_register(_hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Register what is shown."""
    register.async_register_info(_async_info)


async def _async_info(hass: HomeAssistant) -> dict[str, Any]:
    entries: list[IndoorPositioningConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    if not entries:
        return {"running": False}
    runtime = entries[0].runtime_data
    anchors = [anchor.id for anchor in runtime.positioning.model.home.anchors]
    listening = runtime.anchors.listening()
    return {
        "running": True,
        "method": runtime.settings.locator,
        "anchors": f"{sum(anchor in listening for anchor in anchors)} / {len(anchors)}",
        "changed_anchors": len(runtime.levels.named),
        "beacons": len(runtime.positioning.tracks),
        "located": sum(track.presence.room is not None for track in runtime.positioning.tracks.values()),
        "problems": len(runtime.issues.kinds),
        "packets": runtime.ingest.receptions.delivered,
        "estimate_interval": round(runtime.positioning.pace.interval, 2),
        "estimate_cost": round(1e3 * runtime.positioning.pace.cost, 2),
        "samples": len(runtime.survey.samples),
    }
