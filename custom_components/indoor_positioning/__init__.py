"""Indoor Positioning: which room, and where in it, Bluetooth beacons are."""

from __future__ import annotations

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryError, UnsupportedStorageVersionError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

from .const import DOMAIN, PLATFORMS
from .drift_watch import DriftWatch
from .identity_store import IdentityStore
from .learning_store import LearningStore
from .level_watch import LevelWatch
from .network_lessons import NetworkLessons
from .network_store import NetworkStore
from .panel import async_hide_frontend, async_serve_frontend, async_show_frontend
from .picture_store import PictureStore
from .reception_watch import ReceptionWatch
from .reports import async_setup_report_actions
from .runtime import IndoorPositioningConfigEntry, Runtime
from .services import async_setup_services
from .state_store import StateStore
from .survey_store import SurveyStore
from .track_recorder import TrackRecorder
from .transfer.actions import async_setup_home_actions
from .voice import Voice
from .websocket import async_setup_websocket

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, _config: ConfigType) -> bool:
    """Offer the actions, the websocket commands and the panel's files, which exist before and after the entry."""
    async_setup_services(hass)
    async_setup_home_actions(hass)
    async_setup_report_actions(hass)
    async_setup_websocket(hass)
    await async_serve_frontend(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: IndoorPositioningConfigEntry) -> bool:
    """Start to position with what the entry says."""
    runtime = entry.runtime_data = Runtime(hass, entry)
    try:
        await runtime.async_start()
    except UnsupportedStorageVersionError as error:
        # After a downgrade. Without the file, what is in it would be learnt anew and written over it.
        raise ConfigEntryError(
            translation_domain=DOMAIN,
            translation_key="storage_newer",
            translation_placeholders={"file": error.storage_key},
        ) from error
    entry.async_on_unload(entry.add_update_listener(_async_updated))
    runtime.apply_changes()
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    Voice(hass, entry).start()
    await async_show_frontend(hass)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: IndoorPositioningConfigEntry) -> bool:
    """Stop, and keep what the trackers believe."""
    entry.runtime_data.stop_rebuilding()
    if unloaded := await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
        await entry.runtime_data.async_stop()
        if entry.disabled_by:
            async_hide_frontend(hass)
    return unloaded


async def async_remove_entry(hass: HomeAssistant, entry: IndoorPositioningConfigEntry) -> None:
    """Delete what the entry has on disk: survey, what was learnt from it and from use, tracks, pictures and state."""
    async_hide_frontend(hass)
    await SurveyStore.async_remove_file(hass, entry.entry_id)
    await LearningStore.async_remove_file(hass, entry.entry_id)
    await DriftWatch.async_remove_file(hass, entry.entry_id)
    await ReceptionWatch.async_remove_file(hass, entry.entry_id)
    await LevelWatch.async_remove_file(hass, entry.entry_id)
    await NetworkStore.async_remove_file(hass, entry.entry_id)
    await NetworkLessons.async_remove_file(hass, entry.entry_id)
    await IdentityStore.async_remove_file(hass, entry.entry_id)
    await StateStore.async_remove_file(hass, entry.entry_id)
    await TrackRecorder.async_remove_file(hass, entry.entry_id)
    await PictureStore.async_remove_file(hass, entry.entry_id)


async def _async_updated(_hass: HomeAssistant, entry: IndoorPositioningConfigEntry) -> None:
    """Apply changes of options and subentries; a reload would throw the filters' memory away."""
    entry.runtime_data.apply_changes()
