"""Storage that survives a file lost or half-written: the last good version is kept beside it and taken instead.

Home Assistant writes whole files or none, and puts a file aside that it cannot decode; then, or where a file is gone,
the copy serves and a repair issue says so. A full disk is said too, while what was written before is still there.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, UnsupportedStorageVersionError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.storage import Store

from .const import DOMAIN

_LOGGER = logging.getLogger(__name__)

# Bytes. The largest file of a big home takes a few megabytes, and is written anew before the old one goes.
LEAST_FREE: Final = 20_000_000

ISSUE_RESTORED: Final = "storage_restored"
ISSUE_DISK_FULL: Final = "disk_full"


class KeptStore[T: Mapping[str, Any]](Store[T]):
    """A store of one entry's file `name`, and its copy: what was read last, or written last by `async_save`."""

    def __init__(
        self, hass: HomeAssistant, version: int, entry_id: str, name: str, *, serialize_in_event_loop: bool = True
    ) -> None:
        key = f"{DOMAIN}.{entry_id}.{name}"
        super().__init__(hass, version, key, atomic_writes=True, serialize_in_event_loop=serialize_in_event_loop)
        self._name = name
        self._is_disk_full = False
        self._is_due = False
        self._copy: Store[T] = Store(
            hass, version, f"{key}.last_good", atomic_writes=True, serialize_in_event_loop=serialize_in_event_loop
        )

    @property
    def is_disk_full(self) -> bool:
        """Whether the last `async_save` found too little room, so that the file may be as it was before."""
        return self._is_disk_full

    async def async_load(self) -> T | None:
        """Return what is on disk, the copy where that cannot be read or is gone, None where there is neither."""
        try:
            stored = await super().async_load()
        except UnsupportedStorageVersionError:
            # Written by a newer version: nothing is wrong with it, and the next write must not throw it away.
            raise
        except (HomeAssistantError, KeyError, TypeError) as error:
            _LOGGER.warning("The file %s cannot be read: %r", self.key, error)
            stored = None
        if stored is not None:
            await self._copy.async_save(stored)
            return stored
        if (copy := await self._copy.async_load()) is not None:
            _LOGGER.warning("The file %s was lost or damaged; its last good version is used", self.key)
            self._report(ISSUE_RESTORED, self._name)
        return copy

    async def async_read[Result](self, read: Callable[[T], Result], lost: str) -> Result | None:
        """Return what `read` makes of what is on disk, None where there is nothing.

        Where the file is sound but `read` cannot make sense of it, `lost` is said in the log, and there is nothing.
        """
        if (stored := await self.async_load()) is None:
            return None
        try:
            return read(stored)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            _LOGGER.warning("%s: %r", lost, error)
            return None

    @callback
    def save_later(self, data: Callable[[], T], delay: float) -> None:
        """Write what `data` gives then, within `delay` seconds and at the latest when Home Assistant stops.

        A write that is due already is not put off, or a busy home would never come to write.
        """
        if not self._is_due:
            self._is_due = True
            self.async_delay_save(lambda: self._now_due(data), delay)

    def _now_due(self, data: Callable[[], T]) -> T:
        self._is_due = False
        return data()

    async def async_save(self, data: T) -> None:
        """Write now, and then the copy; say so where the disk is full."""
        # What was to be written later is no more.
        self._is_due = False
        await super().async_save(data)
        free = await self.hass.async_add_executor_job(_free_bytes, Path(self.path).parent)
        self._is_disk_full = free < LEAST_FREE
        if self._is_disk_full:
            self._report(ISSUE_DISK_FULL, "")
            return
        ir.async_delete_issue(self.hass, DOMAIN, ISSUE_DISK_FULL)
        await self._copy.async_save(data)

    async def async_remove(self) -> None:
        """Delete the file and its copy."""
        await super().async_remove()
        await self._copy.async_remove()
        ir.async_delete_issue(self.hass, DOMAIN, f"{ISSUE_RESTORED}_{self._name}")

    @callback
    def _report(self, problem: str, name: str) -> None:
        ir.async_create_issue(
            self.hass,
            DOMAIN,
            f"{problem}_{name}" if name else problem,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=problem,
            translation_placeholders={"file": self.key} if name else None,
        )


def _free_bytes(folder: Path) -> int:
    """Return the free space where a folder lies; of one that is not there yet, that of its nearest parent."""
    existing = next(one for one in (folder, *folder.parents) if one.exists())
    return shutil.disk_usage(existing).free
