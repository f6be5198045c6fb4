"""The pictures under the plan: one a floor, as files in the configuration folder, and where they lie on the plan."""

from __future__ import annotations

import asyncio
import logging
import shutil
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, TypedDict

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import UnsupportedStorageVersionError

from .const import DOMAIN
from .kept_store import KeptStore
from .picture_codec import MIME_TYPES, Picture

_LOGGER = logging.getLogger(__name__)

STORAGE_VERSION: Final = 1

# Metres: how wide a new picture lies on the plan until its scale is known; a flat is about that wide.
NEW_WIDTH_M: Final = 10.0

# Metres a pixel: from a hair's breadth to a pixel the size of a room.
MIN_SCALE: Final = 1e-4
MAX_SCALE: Final = 10.0

# The names of files begin with an id of ours and end with one of these.
_SUFFIXES: Final = {mime_type: f".{kind.lower()}" for kind, mime_type in MIME_TYPES.items()}


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a picture lies: its lower left corner (metres), metres a pixel, and how it is turned about that corner.

    `rotation` in degrees counter-clockwise; `opacity` 0..1.
    """

    x: float = 0.0
    y: float = 0.0
    scale: float = 0.01
    rotation: float = 0.0
    opacity: float = 0.5


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """One floor's picture. `id` changes with every new picture; width and height in pixels."""

    id: str
    floor_id: str
    mime_type: str
    width: int
    height: int
    placement: Placement

    @property
    def file_name(self) -> str:
        """What its file is called."""
        return f"{self.id}{_SUFFIXES[self.mime_type]}"


class _StoredPictures(TypedDict):
    pictures: list[dict[str, Any]]


class PictureStore:
    """Keeps the pictures of one home; `on_change` is called after any was set, moved or removed."""

    def __init__(self, hass: HomeAssistant, entry_id: str, on_change: Callable[[], None]) -> None:
        self._hass = hass
        self._store = _store(hass, entry_id)
        self._folder = _folder(hass, entry_id)
        self._pictures: dict[str, KeptPicture] = {}
        self._on_change = on_change
        # Two pictures for one floor at once: files and list change together, or not at all.
        self._lock = asyncio.Lock()

    async def async_load(self) -> None:
        """Read the list; what is not in it has no picture."""
        try:
            stored = await self._store.async_load()
        except UnsupportedStorageVersionError as error:
            # After a downgrade. A home without its pictures is better than none.
            _LOGGER.warning("The pictures of the plan are not shown: %s", error)
            return
        for row in stored["pictures"] if stored else []:
            try:
                picture = _from_row(row)
            except (KeyError, TypeError, ValueError) as error:
                _LOGGER.warning("A picture of the plan on disk cannot be read and is left out: %r", error)
                continue
            self._pictures[picture.floor_id] = picture

    @property
    def pictures(self) -> Mapping[str, KeptPicture]:
        """All pictures by floor."""
        return self._pictures

    async def async_data(self, floor_id: str) -> bytes | None:
        """Return the encoded picture of a floor, None where there is none or somebody has deleted its file."""
        if (picture := self._pictures.get(floor_id)) is None:
            return None
        try:
            return await self._hass.async_add_executor_job((self._folder / picture.file_name).read_bytes)
        except OSError as error:
            _LOGGER.warning("The picture of floor %s cannot be read: %s", floor_id, error)
            return None

    async def async_set(self, floor_id: str, picture: Picture, placement: Placement | None = None) -> KeptPicture:
        """Keep a floor's picture. One that takes another's place lies where that one did, and as wide."""
        async with self._lock:
            before = self._pictures.get(floor_id)
            if placement is None:
                width = before.width * before.placement.scale if before else NEW_WIDTH_M
                placement = replace(before.placement if before else Placement(), scale=width / picture.width)
            kept = KeptPicture(uuid.uuid4().hex, floor_id, picture.mime_type, picture.width, picture.height, placement)
            await self._hass.async_add_executor_job(_write, self._folder / kept.file_name, picture.data)
            self._pictures[floor_id] = kept
            await self._async_save()
            await self._async_drop(before)
        return kept

    async def async_place(self, floor_id: str, changes: Mapping[str, float]) -> KeptPicture | None:
        """Let a floor's picture lie elsewhere; None where it has none."""
        async with self._lock:
            if (picture := self._pictures.get(floor_id)) is None:
                return None
            moved = replace(picture, placement=replace(picture.placement, **changes))
            self._pictures[floor_id] = moved
            await self._async_save()
        return moved

    async def async_replace(self, pictures: Sequence[tuple[str, Picture, Placement]]) -> None:
        """Keep these pictures, each of a floor, in place of all others. Raises OSError, with nothing changed."""
        async with self._lock:
            new = [
                (KeptPicture(uuid.uuid4().hex, floor_id, one.mime_type, one.width, one.height, placement), one.data)
                for floor_id, one, placement in pictures
            ]
            await self._hass.async_add_executor_job(
                _write_all, [(self._folder / kept.file_name, data) for kept, data in new]
            )
            before, self._pictures = self._pictures, {kept.floor_id: kept for kept, _ in new}
            await self._async_save()
            for picture in before.values():
                await self._async_drop(picture)

    async def async_remove(self, floor_id: str) -> None:
        """Forget a floor's picture; a floor without one is no error."""
        async with self._lock:
            if picture := self._pictures.pop(floor_id, None):
                await self._async_save()
                await self._async_unlink(picture)

    @staticmethod
    async def async_remove_file(hass: HomeAssistant, entry_id: str) -> None:
        """Delete what is on disk."""
        await _store(hass, entry_id).async_remove()
        await hass.async_add_executor_job(_remove_folder, _folder(hass, entry_id))

    async def _async_save(self) -> None:
        await self._store.async_save({"pictures": [asdict(picture) for picture in self._pictures.values()]})
        self._on_change()

    async def _async_drop(self, replaced: KeptPicture | None) -> None:
        # Where the new list could not be written, the one that is read next still names it.
        if replaced and self._store.is_written:
            await self._async_unlink(replaced)

    async def _async_unlink(self, picture: KeptPicture) -> None:
        path = self._folder / picture.file_name
        await self._hass.async_add_executor_job(lambda: path.unlink(missing_ok=True))


def _store(hass: HomeAssistant, entry_id: str) -> KeptStore[_StoredPictures]:
    return KeptStore(hass, STORAGE_VERSION, entry_id, "pictures")


def _folder(hass: HomeAssistant, entry_id: str) -> Path:
    return Path(hass.config.path(DOMAIN, entry_id, "pictures"))


def _write(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_bytes(data)
    unfinished.replace(path)


def _write_all(files: Sequence[tuple[Path, bytes]]) -> None:
    try:
        for path, data in files:
            _write(path, data)
    except OSError:
        for path, _ in files:
            path.unlink(missing_ok=True)
        raise


def _remove_folder(folder: Path) -> None:
    """Remove the entry's folder with the pictures, and the integration's where that was the last."""
    shutil.rmtree(folder, ignore_errors=True)
    for parent in (folder.parent, folder.parent.parent):
        try:
            parent.rmdir()
        except OSError:
            return


def _from_row(row: Mapping[str, Any]) -> KeptPicture:
    # The name of the file is made of these two: neither may lead anywhere else.
    picture_id = uuid.UUID(row["id"]).hex
    if (mime_type := row["mime_type"]) not in _SUFFIXES:
        raise ValueError(mime_type)
    placement = {key: float(value) for key, value in row["placement"].items()}
    return KeptPicture(
        picture_id, str(row["floor_id"]), mime_type, int(row["width"]), int(row["height"]), Placement(**placement)
    )
