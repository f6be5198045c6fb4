"""The whole home as one file: the replay form for whoever replays it, and the settings for whoever imports it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import CONF_NAME
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import floor_registry as fr

from ..const import (
    CONF_AREA_ID,
    CONF_FLOOR_ID,
    CONF_IDENTITIES,
    SUBENTRY_ANCHOR,
    SUBENTRY_BEACON,
    SUBENTRY_OTHER_ANCHOR,
    SUBENTRY_ROOM,
    SUBENTRY_ZONE,
)
from ..engine.identity import Assurance, IdentityError, identity_from_dict
from ..engine.replay.archive import write_archive
from ..engine.replay.recording import Recording, write_recording
from ..picture_store import KeptPicture
from ..plan_draft import CONF_ID
from ..plan_ways import CONF_WAYS, Ways
from ..runtime import IndoorPositioningConfigEntry
from ..survey_store import sample_to_row
from .form import (
    CONF_FILE,
    CONF_KEYS_LEFT_OUT,
    CONF_LEVEL,
    CONF_TITLE,
    DATA_KEYS,
    FORMAT,
    OPTIONS,
    VERSION,
)

SETTINGS_FILE: Final = "settings.json"
PICTURES_FOLDER: Final = "pictures"

type Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Parts:
    """What is gathered in the event loop, to be written outside of it."""

    settings: Row
    recording: Recording
    pictures: Mapping[str, bytes]


async def async_export_home(hass: HomeAssistant, entry: IndoorPositioningConfigEntry) -> bytes:
    """Return the file. No key is in it: whoever imports it must have the beacons with keys already, or add them."""
    store = entry.runtime_data.pictures
    pictures = {
        picture: data
        for picture in tuple(store.pictures.values())
        if (data := await store.async_data(picture.floor_id)) is not None
    }
    parts = _gather(hass, entry, pictures)
    return await hass.async_add_executor_job(_archive, parts)


@callback
def _gather(hass: HomeAssistant, entry: IndoorPositioningConfigEntry, pictures: Mapping[KeptPicture, bytes]) -> _Parts:
    runtime = entry.runtime_data
    settings = {
        "format": FORMAT,
        "version": VERSION,
        "options": {key: entry.options[key] for key in OPTIONS if key in entry.options},
        "floors": [
            {CONF_ID: floor.floor_id, CONF_NAME: floor.name, CONF_LEVEL: floor.level}
            for floor in fr.async_get(hass).async_list_floors()
        ],
        "areas": _areas(hass, entry),
        # A room whose area is gone is none any more, and would be none where this is imported.
        SUBENTRY_ROOM: [
            row
            for one in entry.get_subentries_of_type(SUBENTRY_ROOM)
            if (row := _row(hass, one))["data"][CONF_AREA_ID] is not None
        ],
        **{
            kind: [_row(hass, one) for one in entry.get_subentries_of_type(kind)]
            for kind in (SUBENTRY_ANCHOR, SUBENTRY_OTHER_ANCHOR, SUBENTRY_ZONE)
        },
        SUBENTRY_BEACON: [_beacon(hass, one) for one in entry.get_subentries_of_type(SUBENTRY_BEACON)],
        CONF_WAYS: Ways.from_data(entry.data).to_data(),
        "samples": [sample_to_row(one.id, one.sample) for one in runtime.survey.samples],
        "pictures": [
            {
                CONF_FLOOR_ID: picture.floor_id,
                CONF_FILE: f"{PICTURES_FOLDER}/{picture.file_name}",
                **asdict(picture.placement),
            }
            for picture in pictures
        ],
    }
    recording = Recording(runtime.positioning.model.home, runtime.survey.survey())
    return _Parts(settings, recording, {f"{PICTURES_FOLDER}/{one.file_name}": data for one, data in pictures.items()})


def _areas(hass: HomeAssistant, entry: IndoorPositioningConfigEntry) -> list[Row]:
    """Return the areas that the home speaks of."""
    used = {one.data.get(CONF_AREA_ID) for one in entry.subentries.values()}
    return [
        {CONF_ID: area.id, CONF_NAME: area.name, CONF_FLOOR_ID: area.floor_id}
        for area in ar.async_get(hass).async_list_areas()
        if area.id in used
    ]


def _row(hass: HomeAssistant, subentry: ConfigSubentry) -> Row:
    data = {key: subentry.data[key] for key in DATA_KEYS[subentry.subentry_type] if key in subentry.data}
    if (area_id := data.get(CONF_AREA_ID)) and ar.async_get(hass).async_get_area(area_id) is None:
        data[CONF_AREA_ID] = None
    return {CONF_ID: subentry.subentry_id, CONF_TITLE: subentry.title, "data": data}


def _beacon(hass: HomeAssistant, subentry: ConfigSubentry) -> Row:
    row = _row(hass, subentry)
    identities = subentry.data[CONF_IDENTITIES]
    told = [one for one in identities if _is_public(one)]
    return {
        **row,
        "data": {**row["data"], CONF_IDENTITIES: told},
        CONF_KEYS_LEFT_OUT: len(identities) - len(told),
    }


def _is_public(identity: Mapping[str, Any]) -> bool:
    """Whether an identity is on the air as it is. One of a kind unknown here may hold a key."""
    try:
        return identity_from_dict(identity).assurance is Assurance.PUBLIC
    except IdentityError:
        return False


def _archive(parts: _Parts) -> bytes:
    with TemporaryDirectory() as folder:
        write_recording(Path(folder), parts.recording)
        replay = [(path.name, path.read_bytes()) for path in sorted(Path(folder).iterdir())]
    settings = json.dumps(parts.settings, indent=1, ensure_ascii=False).encode()
    return write_archive([(SETTINGS_FILE, settings), *replay, *parts.pictures.items()])
