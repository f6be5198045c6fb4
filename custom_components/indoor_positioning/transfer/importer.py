"""A home's file put into effect: all of it or nothing.

Floors and areas are found by id, then by name, and made where there are none. Rooms, anchors, zones, ways, samples and
pictures become those of the file. Beacons are added and changed, never removed: the keys of those that the file does
not know could not be had back.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import CONF_NAME
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import floor_registry as fr
from homeassistant.util.ulid import ulid_now

from ..beacons import beacon_unique_id, identities_of
from ..const import (
    CONF_ANCHOR,
    CONF_APPROACH_FROM,
    CONF_AREA_ID,
    CONF_BEACONS,
    CONF_FLOOR_ID,
    CONF_IDENTITIES,
    CONF_LINKS,
    CONF_SECURE,
    CONF_SOURCE,
    SUBENTRY_ANCHOR,
    SUBENTRY_BEACON,
    SUBENTRY_OTHER_ANCHOR,
    SUBENTRY_ROOM,
    SUBENTRY_ZONE,
)
from ..engine.identity import identity_from_dict
from ..engine.identity.overlap import overlap
from ..engine.replay.archive import ArchiveError
from ..flows.anchor import anchor_unique_id
from ..flows.room import room_unique_id
from ..plan_draft import CONF_ID
from ..plan_ways import (
    CONF_DOORS,
    CONF_ELEVATIONS,
    CONF_FROM_FLOOR,
    CONF_OPENINGS,
    CONF_STAIRS,
    CONF_TO_FLOOR,
    CONF_WALLS,
    CONF_WAYS,
)
from ..refusal import refusal
from ..runtime import IndoorPositioningConfigEntry
from ..survey_store import StoredSample, sample_from_row
from .form import CONF_KEYS_LEFT_OUT, CONF_LEVEL, CONF_TITLE, DATA_KEYS, OPTIONS
from .reader import HomeFile, HomeFileError, HomeProblem, read_home_file

_LOGGER = logging.getLogger(__name__)

# Ids that Home Assistant gives; another's could not be the name of a folder.
_ULID: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")

# Those that an import takes away where the file does not have them.
_REPLACED: Final = frozenset({SUBENTRY_ROOM, SUBENTRY_ANCHOR, SUBENTRY_OTHER_ANCHOR, SUBENTRY_ZONE})

type Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import does: how many of each kind there are, areas that are made, and beacons whose keys are missing.

    Of `without_keys`, those that are in `left_out` are not added: nothing is known of them but their names.
    """

    rooms: int
    anchors: int
    zones: int
    beacons: int
    samples: int
    pictures: int
    new_areas: tuple[str, ...]
    new_floors: tuple[str, ...]
    without_keys: tuple[str, ...]
    left_out: tuple[str, ...]


@dataclass(slots=True)
class _Wanted:
    """The subentries as they are to be, by id; `ids` maps those of the file to them."""

    subentries: dict[str, ConfigSubentry] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)


async def async_import_home(
    hass: HomeAssistant, entry: IndoorPositioningConfigEntry, data: bytes, *, dry_run: bool = False
) -> ImportReport:
    """Put a file into effect, or only tell what it would do. Raises ServiceValidationError, with nothing changed."""
    try:
        home = HomeImport(hass, entry, await hass.async_add_executor_job(read_home_file, data))
        return home.report() if dry_run else await home.async_apply()
    except ArchiveError as error:
        raise refusal(error.problem, file=error.member or "ZIP") from error
    except HomeFileError as error:
        raise refusal(error.problem, where=error.where) from error
    except OSError as error:
        _LOGGER.warning("The pictures of an imported home cannot be written: %s", error)
        raise refusal("home_disk") from error


class HomeImport:
    """One file for one entry that is loaded."""

    def __init__(self, hass: HomeAssistant, entry: IndoorPositioningConfigEntry, file: HomeFile) -> None:
        self._hass = hass
        self._entry = entry
        self._file = file
        self._settings = file.settings
        self._floors = {row[CONF_ID]: self._known_floor(row) for row in self._settings["floors"]}
        self._areas = {row[CONF_ID]: self._known_area(row) for row in self._settings["areas"]}
        for kind, known in (("floors", self._floors), ("areas", self._areas)):
            _must_differ(kind, known.values())
        self._beacons = {row[CONF_ID]: self._known_beacon(row) for row in self._settings[SUBENTRY_BEACON]}
        _must_differ(SUBENTRY_BEACON, (one.subentry_id if one else None for one in self._beacons.values()))
        self._must_not_share_identities()

    @callback
    def report(self) -> ImportReport:
        """Return what would be done."""
        settings = self._settings
        beacons = settings[SUBENTRY_BEACON]
        without = [row for row in beacons if row[CONF_KEYS_LEFT_OUT] and self._beacons[row[CONF_ID]] is None]
        return ImportReport(
            rooms=len(settings[SUBENTRY_ROOM]),
            anchors=len(settings[SUBENTRY_ANCHOR]),
            zones=len(settings[SUBENTRY_ZONE]),
            beacons=sum(not self._is_left_out(row) for row in beacons),
            samples=len(settings["samples"]),
            pictures=len(self._file.pictures),
            new_areas=tuple(row[CONF_NAME] for row in settings["areas"] if self._areas[row[CONF_ID]] is None),
            new_floors=tuple(row[CONF_NAME] for row in settings["floors"] if self._floors[row[CONF_ID]] is None),
            without_keys=tuple(row[CONF_TITLE] for row in without),
            left_out=tuple(row[CONF_TITLE] for row in beacons if self._is_left_out(row)),
        )

    async def async_apply(self) -> ImportReport:
        """Do it. Raises OSError where the pictures cannot be written, and then nothing has changed."""
        report, runtime = self.report(), self._entry.runtime_data
        made = self._make_floors_and_areas()
        try:
            await runtime.pictures.async_replace(
                [(self._floor(floor), picture, place) for floor, picture, place in self._file.pictures]
            )
        except OSError:
            self._unmake(*made)
            raise
        wanted = self._wanted()
        self._put_into_effect(wanted)
        samples = {row[CONF_ID]: sample_from_row(self._sample(row, wanted)) for row in self._settings["samples"]}
        await runtime.survey.async_replace(samples)
        return report

    def _known_floor(self, row: Row) -> str | None:
        floors = fr.async_get(self._hass)
        found = floors.async_get_floor(row[CONF_ID]) or floors.async_get_floor_by_name(row[CONF_NAME])
        return found.floor_id if found else None

    def _known_area(self, row: Row) -> str | None:
        areas = ar.async_get(self._hass)
        found = areas.async_get_area(row[CONF_ID]) or areas.async_get_area_by_name(row[CONF_NAME])
        return found.id if found else None

    def _known_beacon(self, row: Row) -> ConfigSubentry | None:
        """Return the beacon that this one is: by its id, or because both are known by one identity."""
        known = list(self._entry.get_subentries_of_type(SUBENTRY_BEACON))
        keys = {identity_from_dict(one).key for one in row["data"][CONF_IDENTITIES]}
        by_id = next((one for one in known if one.subentry_id == row[CONF_ID]), None)
        return by_id or next((one for one in known if keys & {two.key for two in identities_of(one)}), None)

    def _must_not_share_identities(self) -> None:
        """What a beacon gets may be no other's, here or in the file: it would be chance whose track a packet joins."""
        there = {one.subentry_id: identities_of(one) for one in self._entry.get_subentries_of_type(SUBENTRY_BEACON)}
        taken = [(beacon, identity) for beacon, identities in there.items() for identity in identities]
        for row in self._settings[SUBENTRY_BEACON]:
            known = self._beacons[row[CONF_ID]]
            beacon = known.subentry_id if known else row[CONF_ID]
            for identity in map(identity_from_dict, row["data"][CONF_IDENTITIES]):
                if identity.key in {one.key for one in there.get(beacon, ())}:
                    continue
                if any(other != beacon and overlap(identity, one) for other, one in taken):
                    raise HomeFileError(HomeProblem.INVALID, f"{SUBENTRY_BEACON}: {row[CONF_TITLE]}")
                taken.append((beacon, identity))

    def _is_left_out(self, row: Row) -> bool:
        return not row["data"][CONF_IDENTITIES] and self._beacons[row[CONF_ID]] is None

    def _make_floors_and_areas(self) -> tuple[list[str], list[str]]:
        floors, areas = fr.async_get(self._hass), ar.async_get(self._hass)
        new_floors, new_areas = [], []
        for row in self._settings["floors"]:
            if self._floors[row[CONF_ID]] is None:
                floor_id = floors.async_create(row[CONF_NAME], level=row[CONF_LEVEL]).floor_id
                self._floors[row[CONF_ID]] = floor_id
                new_floors.append(floor_id)
        for row in self._settings["areas"]:
            if self._areas[row[CONF_ID]] is None:
                on_floor = self._floors[row[CONF_FLOOR_ID]] if row[CONF_FLOOR_ID] else None
                area_id = areas.async_create(row[CONF_NAME], floor_id=on_floor).id
                self._areas[row[CONF_ID]] = area_id
                new_areas.append(area_id)
        return new_floors, new_areas

    def _unmake(self, floors: list[str], areas: list[str]) -> None:
        for area_id in areas:
            ar.async_get(self._hass).async_delete(area_id)
        for floor_id in floors:
            fr.async_get(self._hass).async_delete(floor_id)

    def _wanted(self) -> _Wanted:
        # What is of a kind that a file does not speak of stays, and so do all beacons.
        stay = (one for one in self._entry.subentries.values() if one.subentry_type not in _REPLACED)
        wanted = _Wanted({one.subentry_id: one for one in stay})
        for row in self._settings[SUBENTRY_ROOM]:
            area_id = self._area(row["data"][CONF_AREA_ID])
            known = self._by_unique_id(unique_id := room_unique_id(str(area_id)))
            self._want(wanted, row, known, {**row["data"], CONF_AREA_ID: area_id}, SUBENTRY_ROOM, unique_id)
        for row in self._settings[SUBENTRY_ANCHOR]:
            data = {**row["data"], CONF_AREA_ID: self._area(row["data"][CONF_AREA_ID])}
            known = self._by_unique_id(unique_id := anchor_unique_id(data[CONF_SOURCE]))
            self._want(wanted, row, known, data, SUBENTRY_ANCHOR, unique_id)
        for row in self._settings[SUBENTRY_OTHER_ANCHOR]:
            data = {**row["data"], CONF_AREA_ID: self._area(row["data"][CONF_AREA_ID])}
            self._want(wanted, row, self._by_title(row, SUBENTRY_OTHER_ANCHOR), data, SUBENTRY_OTHER_ANCHOR, None)
        for row in self._settings[SUBENTRY_BEACON]:
            if not self._is_left_out(row):
                self._want(wanted, row, self._beacons[row[CONF_ID]], *self._beacon_data(row, wanted))
        for row in self._settings[SUBENTRY_ZONE]:
            known = self._by_title(row, SUBENTRY_ZONE)
            self._want(wanted, row, known, self._zone_data(row, wanted), SUBENTRY_ZONE, None)
        return wanted

    def _want(
        self,
        wanted: _Wanted,
        row: Row,
        known: ConfigSubentry | None,
        data: Row,
        kind: str,
        unique_id: str | None,
    ) -> None:
        wanted_id: str = row[CONF_ID]
        if known:
            subentry_id = known.subentry_id
        else:
            free = wanted_id not in self._entry.subentries and wanted_id not in wanted.subentries
            subentry_id = wanted_id if free and _ULID.fullmatch(wanted_id) else ulid_now()
        # What a later version keeps besides stays; what the file could have said and does not, goes.
        besides = {key: one for key, one in (known.data if known else {}).items() if key not in DATA_KEYS[kind]}
        wanted.ids[wanted_id] = subentry_id
        wanted.subentries[subentry_id] = ConfigSubentry(
            data=MappingProxyType({**besides, **data}),
            subentry_id=subentry_id,
            subentry_type=kind,
            title=row[CONF_TITLE],
            unique_id=unique_id,
        )

    def _beacon_data(self, row: Row, wanted: _Wanted) -> tuple[Row, str, str | None]:
        """Return a beacon's data; the identities that it has here, keys among them, stay."""
        known, data = self._beacons[row[CONF_ID]], row["data"]
        identities = list(known.data[CONF_IDENTITIES]) if known else []
        there = {one.key for one in identities_of(known)} if known else set()
        identities += [one for one in data[CONF_IDENTITIES] if identity_from_dict(one).key not in there]
        data = {**data, CONF_IDENTITIES: identities}
        if area_id := data.get(CONF_AREA_ID):
            data[CONF_AREA_ID] = self._area(area_id)
        if links := data.get(CONF_LINKS):
            data[CONF_LINKS] = [
                {**link, CONF_ANCHOR: wanted.ids.get(link[CONF_ANCHOR]) or link[CONF_ANCHOR]} for link in links
            ]
        return data, SUBENTRY_BEACON, known.unique_id if known else beacon_unique_id(data)

    def _by_title(self, row: Row, kind: str) -> ConfigSubentry | None:
        """Return what is here of a kind that has no identity but its name: by its id, else by that."""
        known = list(self._entry.get_subentries_of_type(kind))
        by_id = next((one for one in known if one.subentry_id == row[CONF_ID]), None)
        title = row[CONF_TITLE].casefold()
        return by_id or next((one for one in known if one.title.casefold() == title), None)

    def _zone_data(self, row: Row, wanted: _Wanted) -> Row:
        data = {**row["data"], CONF_FLOOR_ID: self._floor(row["data"][CONF_FLOOR_ID])}
        if CONF_BEACONS in data:
            data[CONF_BEACONS] = [wanted.ids[one] for one in data[CONF_BEACONS] if one in wanted.ids]
        if secure := data.get(CONF_SECURE):
            data[CONF_SECURE] = {**secure, CONF_APPROACH_FROM: [self._area(one) for one in secure[CONF_APPROACH_FROM]]}
        return data

    @callback
    def _put_into_effect(self, wanted: _Wanted) -> None:
        entries, entry = self._hass.config_entries, self._entry
        for gone in [one for one in entry.subentries if one not in wanted.subentries]:
            entries.async_remove_subentry(entry, gone)
        for subentry_id, one in wanted.subentries.items():
            if (there := entry.subentries.get(subentry_id)) is None:
                entries.async_add_subentry(entry, one)
            else:
                entries.async_update_subentry(entry, there, data=one.data, title=one.title, unique_id=one.unique_id)
        kept = {key: value for key, value in entry.options.items() if key not in OPTIONS}
        options = {**kept, **self._settings["options"]}
        entries.async_update_entry(entry, data={**entry.data, CONF_WAYS: self._ways()}, options=options)

    def _ways(self) -> Row:
        ways = self._settings[CONF_WAYS]
        return {
            **{
                kind: [{**row, CONF_FLOOR_ID: self._floor(row[CONF_FLOOR_ID])} for row in ways[kind]]
                for kind in (CONF_DOORS, CONF_WALLS, CONF_ELEVATIONS)
            },
            **{
                kind: [
                    {**row, **{key: self._floor(row[key]) for key in (CONF_FROM_FLOOR, CONF_TO_FLOOR)}}
                    for row in ways[kind]
                ]
                for kind in (CONF_STAIRS, CONF_OPENINGS)
            },
        }

    def _sample(self, row: Row, wanted: _Wanted) -> StoredSample:
        return StoredSample(
            id=row["id"],
            beacon=wanted.ids.get(row["beacon"]) or row["beacon"],
            floor=self._floor(row["floor"]),
            room=self._area(row["room"]),
            position=row["position"],
            readings=row["readings"],
            silent=row["silent"],
            time=row["time"],
            duration=row["duration"],
            still=row["still"],
        )

    def _by_unique_id(self, unique_id: str) -> ConfigSubentry | None:
        return next((one for one in self._entry.subentries.values() if one.unique_id == unique_id), None)

    def _floor(self, floor_id: str) -> str:
        """Return the floor here of one in the file; what is on none, or on one that is gone, stays there."""
        return self._floors.get(floor_id) or floor_id

    def _area(self, area_id: str | None) -> str | None:
        return None if area_id is None else self._areas.get(area_id) or area_id


def _must_differ(kind: str, ids: Iterable[str | None]) -> None:
    """Two of the file may not turn out to be one here."""
    known = [one for one in ids if one is not None]
    if twice := next((one for index, one in enumerate(known) if one in known[:index]), None):
        raise HomeFileError(HomeProblem.INVALID, f"{kind}: {twice}")
