"""A home's file, read and validated as a whole before anything of it is used."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import probatio as vol

from ..const import (
    CONF_AREA_ID,
    CONF_FLOOR_ID,
    CONF_SOURCE,
    CONF_X,
    CONF_Y,
    SUBENTRY_ANCHOR,
    SUBENTRY_BEACON,
    SUBENTRY_OTHER_ANCHOR,
    SUBENTRY_ROOM,
    SUBENTRY_ZONE,
)
from ..engine.replay.archive import ArchiveError, read_archive
from ..picture_codec import Picture, PictureError, reencode
from ..picture_store import Placement
from ..plan_draft import CONF_ID
from .exporter import SETTINGS_FILE
from .form import CONF_FILE, CONF_TITLE, FORMAT, SETTINGS, VERSION

# Bytes once unpacked. A survey of thousands of samples has some 10 MB, a picture at most what is taken for one.
_MAX_SETTINGS: Final = 32 * 1024 * 1024
_MAX_PICTURE: Final = 16 * 1024 * 1024

_PICTURE_FILE: Final = re.compile(r"pictures/[0-9a-f]{32}\.(png|jpeg|webp)")


class HomeProblem(StrEnum):
    """Why a file is refused; the values are translation keys."""

    NO_HOME = "home_no_home"
    NEWER = "home_newer"
    INVALID = "home_invalid"
    PICTURE = "home_picture"


class HomeFileError(ValueError):
    """A file that is no home; `where` names what in it is wrong."""

    def __init__(self, problem: HomeProblem, where: str = "") -> None:
        super().__init__(": ".join(filter(None, (problem.value.replace("_", " "), where))))
        self.problem = problem
        self.where = where


@dataclass(frozen=True, slots=True)
class HomeFile:
    """What a valid file says: its settings, and the pictures of floors, decoded and written anew."""

    settings: Mapping[str, Any]
    pictures: tuple[tuple[str, Picture, Placement], ...]


def read_home_file(data: bytes) -> HomeFile:
    """Return what is in a file. Costs up to seconds: not for an event loop. Raises HomeFileError or ArchiveError."""
    members = read_archive(io.BytesIO(data), _limit_of)
    if SETTINGS_FILE not in members:
        raise HomeFileError(HomeProblem.NO_HOME)
    settings = _settings(members[SETTINGS_FILE])
    _check(settings)
    return HomeFile(settings, tuple(_picture(row, members) for row in settings["pictures"]))


def _limit_of(name: str) -> int | None:
    if name == SETTINGS_FILE:
        return _MAX_SETTINGS
    return _MAX_PICTURE if _PICTURE_FILE.fullmatch(name) else None


def _settings(text: bytes) -> Mapping[str, Any]:
    try:
        raw = json.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise HomeFileError(HomeProblem.NO_HOME) from error
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise HomeFileError(HomeProblem.NO_HOME)
    if isinstance(version := raw.get("version"), int) and version > VERSION:
        raise HomeFileError(HomeProblem.NEWER)
    try:
        settings: Mapping[str, Any] = SETTINGS(raw)
    except vol.Invalid as error:
        raise HomeFileError(HomeProblem.INVALID, str(error)) from error
    return settings


def _picture(row: Mapping[str, Any], members: Mapping[str, bytes]) -> tuple[str, Picture, Placement]:
    if (data := members.get(row[CONF_FILE])) is None:
        raise HomeFileError(HomeProblem.INVALID, row[CONF_FILE])
    try:
        picture = reencode(data)
    except PictureError as error:
        raise HomeFileError(HomeProblem.PICTURE, row[CONF_FILE]) from error
    keys = (CONF_X, CONF_Y, "scale", "rotation", "opacity")
    return row[CONF_FLOOR_ID], picture, Placement(**{key: row[key] for key in keys})


def _check(settings: Mapping[str, Any]) -> None:
    """Raise HomeFileError where a name stands twice, or for nothing in the file."""
    areas = _unique("areas", (row[CONF_ID] for row in settings["areas"]))
    floors = _unique("floors", (row[CONF_ID] for row in settings["floors"]))
    _unique("areas", (row["name"].casefold() for row in settings["areas"]))
    _unique("floors", (row["name"].casefold() for row in settings["floors"]))
    _unique(SUBENTRY_ROOM, (row["data"][CONF_AREA_ID] for row in settings[SUBENTRY_ROOM]))
    _unique(SUBENTRY_ANCHOR, (row["data"][CONF_SOURCE] for row in settings[SUBENTRY_ANCHOR]))
    for kind in (SUBENTRY_ZONE, SUBENTRY_OTHER_ANCHOR):
        _unique(kind, (row[CONF_TITLE].casefold() for row in settings[kind]))
    _unique(SUBENTRY_BEACON, (row[CONF_ID] for row in settings[SUBENTRY_BEACON]))
    _unique("pictures", (row[CONF_FLOOR_ID] for row in settings["pictures"]))
    _unique("samples", (row[CONF_ID] for row in settings["samples"]))
    for row in settings["areas"]:
        if row[CONF_FLOOR_ID] is not None and row[CONF_FLOOR_ID] not in floors:
            raise HomeFileError(HomeProblem.INVALID, f"areas: {row['name']}")
    for kind in (SUBENTRY_ROOM, SUBENTRY_ANCHOR, SUBENTRY_OTHER_ANCHOR, SUBENTRY_BEACON):
        for row in settings[kind]:
            data = row["data"]
            if kind == SUBENTRY_ROOM and data[CONF_AREA_ID] not in areas:
                raise HomeFileError(HomeProblem.INVALID, f"{kind}: {row[CONF_TITLE]}")
            if kind != SUBENTRY_ROOM and (data.get(CONF_X) is None) != (data.get(CONF_Y) is None):
                raise HomeFileError(HomeProblem.INVALID, f"{kind}: {row[CONF_TITLE]}")


def _unique(kind: str, values: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise HomeFileError(HomeProblem.INVALID, f"{kind}: {value}")
        seen.add(value)
    return seen


__all__ = ["ArchiveError", "HomeFile", "HomeFileError", "HomeProblem", "read_home_file"]
