"""The actions: where things are, which changes nothing, and the training of the home's networks."""

from __future__ import annotations

from typing import Final

import probatio as vol
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids

from .automation_references import beacon_of_device
from .const import CONF_AREA_ID, DOMAIN, SUBENTRY_ROOM
from .engine.neighbours import neighbours
from .engine.neural.problems import TrainingError
from .loaded_entry import loaded_entry
from .refusal import refusal
from .teacher import TrainingStopped, report_of
from .whereabouts import STATE_HERE, state_of, whereabouts

SERVICE_IN_ROOM: Final = "in_room"
SERVICE_LOCATE: Final = "locate"
SERVICE_NEAREST: Final = "nearest"
SERVICE_RECORD: Final = "record"
SERVICE_TRAIN_MODEL: Final = "train_model"

CONF_BEACON: Final = "beacon"
CONF_LIMIT: Final = "limit"
CONF_MINUTES: Final = "minutes"
CONF_ROOM: Final = "room"

# An hour shows every fault that comes again.
MAX_MINUTES: Final = 60

# More than anybody reads.
MAX_LIMIT: Final = 100


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions; they exist as long as Home Assistant runs, and say so when nothing is loaded."""
    for name, action, fields in (
        (SERVICE_LOCATE, _locate, cv.TARGET_SERVICE_FIELDS),
        (
            SERVICE_NEAREST,
            _nearest,
            {
                vol.Required(CONF_BEACON): cv.string,
                vol.Optional(CONF_LIMIT, default=5): vol.All(vol.Coerce(int), vol.Range(min=1, max=MAX_LIMIT)),
            },
        ),
        (SERVICE_IN_ROOM, _in_room, {vol.Required(CONF_ROOM): cv.string}),
    ):
        hass.services.async_register(
            DOMAIN, name, action, schema=vol.Schema(fields), supports_response=SupportsResponse.ONLY
        )
    minutes = vol.All(vol.Coerce(int), vol.Range(min=1, max=MAX_MINUTES))
    hass.services.async_register(
        DOMAIN,
        SERVICE_RECORD,
        _record,
        schema=vol.Schema({vol.Optional(CONF_MINUTES, default=5): minutes}),
        supports_response=SupportsResponse.OPTIONAL,
    )
    hass.services.async_register(
        DOMAIN,
        SERVICE_TRAIN_MODEL,
        _async_train_model,
        schema=vol.Schema({}),
        supports_response=SupportsResponse.OPTIONAL,
    )


@callback
def _locate(call: ServiceCall) -> ServiceResponse:
    """Tell everything about the beacons of the target, or about all."""
    entry = loaded_entry(call.hass)
    tracks = entry.runtime_data.positioning.tracks
    selection = TargetSelection(call.data)
    named = _targeted(call.hass, selection)
    wanted = [one for one in tracks if one in named]
    if selection.has_any_target and not wanted:
        raise refusal("no_beacon_in_target")
    chosen = wanted if selection.has_any_target else list(tracks)
    return {"beacons": [whereabouts(call.hass, entry, one) for one in chosen]}


@callback
def _nearest(call: ServiceCall) -> ServiceResponse:
    """Tell which beacons are closest to one."""
    entry = loaded_entry(call.hass)
    runtime = entry.runtime_data
    tracks = runtime.positioning.tracks
    if (beacon := beacon_of_device(call.hass, device_id := call.data[CONF_BEACON])) not in tracks:
        raise refusal("not_a_beacon", device=device_id)
    if state_of(tracks[beacon].presence) != STATE_HERE:
        raise refusal("beacon_not_here", beacon=runtime.beacon_name(beacon))
    near = neighbours(beacon, {one: track.presence for one, track in tracks.items()})[: call.data[CONF_LIMIT]]
    return {
        "beacon": whereabouts(call.hass, entry, beacon),
        "nearest": [
            {
                "distance": None if one.distance is None else round(one.distance, 2),
                "distance_accuracy": None if one.accuracy is None else round(one.accuracy, 2),
                "same_room": one.same_room,
                **whereabouts(call.hass, entry, one.beacon),
            }
            for one in near
        ],
    }


@callback
def _in_room(call: ServiceCall) -> ServiceResponse:
    """Tell who is in a room."""
    entry = loaded_entry(call.hass)
    area_id = call.data[CONF_ROOM]
    area = ar.async_get(call.hass).async_get_area(area_id)
    if not any(room.data[CONF_AREA_ID] == area_id for room in entry.get_subentries_of_type(SUBENTRY_ROOM)):
        raise refusal("not_a_room", area=area.name if area else area_id)
    beacons = entry.runtime_data.positioning.beacons_in(area_id)
    return {
        CONF_ROOM: area.name if area else area_id,
        CONF_AREA_ID: area_id,
        "beacons": [whereabouts(call.hass, entry, one) for one in beacons],
    }


@callback
def _record(call: ServiceCall) -> ServiceResponse:
    """Record for a bug report, and tell where the file will lie."""
    recording = loaded_entry(call.hass).runtime_data.recording
    recording.start(60.0 * call.data[CONF_MINUTES])
    return {"file": str(recording.file), CONF_MINUTES: call.data[CONF_MINUTES]}


async def _async_train_model(call: ServiceCall) -> ServiceResponse:
    """Train the home's networks and tell how they do."""
    runtime = loaded_entry(call.hass).runtime_data
    try:
        report = await runtime.async_train()
    except TrainingError as error:
        raise refusal(error.problem.value) from error
    except TrainingStopped as error:
        raise HomeAssistantError(translation_domain=DOMAIN, translation_key="training_stopped") from error
    names = {room.id: room.name for room in runtime.positioning.model.home.rooms}
    # Of the networks in use, which may be the ones of before.
    return {**report_of(report, names), "missing_anchors": sorted(runtime.teacher.missing_anchors)}


def _targeted(hass: HomeAssistant, selection: TargetSelection) -> set[str | None]:
    """Return the beacons among what a target names; rooms and zones are among it too."""
    found = async_extract_referenced_entity_ids(hass, selection, primary_entities_only=False)
    entities = (er.async_get(hass).async_get(one) for one in found.referenced | found.indirectly_referenced)
    own = {entity.config_subentry_id for entity in entities if entity and entity.platform == DOMAIN}
    return own | {beacon_of_device(hass, device_id) for device_id in found.referenced_devices}
