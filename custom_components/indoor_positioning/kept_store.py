"""Storage that survives a file lost or half-written: the last good version is kept beside it and taken instead.

Home Assistant writes whole files or none, and puts a file aside that it cannot decode; then, or where a file is gone,
the copy serves and a repair issue says so. A write that failed Home Assistant only logs: that the file on disk is still
the one before tells it, and the system's own answer to another attempt tells why. What was written before is there.
"""

from __future__ import annotations

import errno
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE, CoreState, HassJob, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, UnsupportedStorageVersionError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.storage import Store

from .const import DOMAIN

_LOGGER = logging.getLogger(__name__)

# Bytes. The largest file of a big home takes a few megabytes, and is written anew before the old one goes.
LEAST_FREE: Final = 20_000_000

# There is no room, for anybody or for this user.
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})

# Seconds that the write which Home Assistant makes when it stops lies behind ours, which comes first otherwise.
_BEHIND_S: Final = 60.0

ISSUE_RESTORED: Final = "storage_restored"
ISSUE_DISK_FULL: Final = "disk_full"
ISSUE_REFUSED: Final = "storage_refused"

type _Signature = tuple[int, int, int] | None


class KeptStore[T: Mapping[str, Any]](Store[T]):
    """A store of one entry's file `name`, and its copy: what was read last, or written last by `async_save`."""

    def __init__(
        self, hass: HomeAssistant, version: int, entry_id: str, name: str, *, serialize_in_event_loop: bool = True
    ) -> None:
        key = f"{DOMAIN}.{entry_id}.{name}"
        super().__init__(hass, version, key, atomic_writes=True, serialize_in_event_loop=serialize_in_event_loop)
        self._name = name
        self._is_written = True
        self._stop_timer: CALLBACK_TYPE | None = None
        self._copy: Store[T] = Store(
            hass, version, f"{key}.last_good", atomic_writes=True, serialize_in_event_loop=serialize_in_event_loop
        )

    @property
    def is_written(self) -> bool:
        """Whether the last write is on disk; otherwise the file is as it was before."""
        return self._is_written

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
        if self._stop_timer is not None:
            return

        async def write(_now: datetime) -> None:
            self._stop_timer = None
            await self._async_write(data())

        self._stop_timer = async_call_later(self.hass, delay, HassJob(write, cancel_on_shutdown=True))
        self.async_delay_save(data, delay + _BEHIND_S)

    async def async_save(self, data: T) -> None:
        """Write now, and then the copy; say so where that cannot be."""
        await self._async_write(data)
        if self._is_written and not self._is_reported(ISSUE_DISK_FULL):
            await self._copy.async_save(data)

    async def _async_write(self, data: T) -> None:
        # What was to be written later is no more.
        self._cancel()
        path = Path(self.path)
        before = await self.hass.async_add_executor_job(_signature, path)
        await super().async_save(data)
        if self.hass.state is CoreState.stopping:
            # Home Assistant writes it, and the copy's, when all else has stopped, and nobody is there to be told.
            return
        self._is_written, refused, free = await self.hass.async_add_executor_job(_look, path, before)
        if free < LEAST_FREE or (refused is not None and refused.errno in _NO_ROOM):
            self._report(ISSUE_DISK_FULL, "")
        else:
            ir.async_delete_issue(self.hass, DOMAIN, ISSUE_DISK_FULL)
        if refused is not None and refused.errno not in _NO_ROOM:
            self._report(ISSUE_REFUSED, self._name, reason=refused.strerror or str(refused))
        else:
            ir.async_delete_issue(self.hass, DOMAIN, f"{ISSUE_REFUSED}_{self._name}")

    @callback
    def _cancel(self) -> None:
        if self._stop_timer is not None:
            self._stop_timer()
            self._stop_timer = None

    async def async_remove(self) -> None:
        """Delete the file and its copy."""
        self._cancel()
        await super().async_remove()
        await self._copy.async_remove()
        for problem in (ISSUE_RESTORED, ISSUE_REFUSED):
            ir.async_delete_issue(self.hass, DOMAIN, f"{problem}_{self._name}")

    def _is_reported(self, issue_id: str) -> bool:
        return ir.async_get(self.hass).async_get_issue(DOMAIN, issue_id) is not None

    @callback
    def _report(self, problem: str, name: str, **placeholders: str) -> None:
        ir.async_create_issue(
            self.hass,
            DOMAIN,
            f"{problem}_{name}" if name else problem,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=problem,
            translation_placeholders={"file": self.key, **placeholders} if name else None,
        )


def _signature(path: Path) -> _Signature:
    """Return what is another after each write, which puts a new file in the place of the old one; None without file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _look(path: Path, before: _Signature) -> tuple[bool, OSError | None, int]:
    """Return whether a file is another than before, else why the system refuses to write it, and what is free there.

    Where the system refuses nothing, the file is as good as written: a test may keep its files in memory.
    """
    folder = next(one for one in path.parents if one.exists())
    refused = _refusal(folder, before[2] if before else 1) if _signature(path) == before else None
    return refused is None, refused, shutil.disk_usage(folder).free


def _refusal(folder: Path, size: int) -> OSError | None:
    """Return why a file of `size` bytes cannot be written to a folder, None where it can."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=DOMAIN, dir=folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(bytes(size))
                file.flush()
                os.fsync(file.fileno())
        finally:
            Path(name).unlink()
    except OSError as error:
        return error
    return None
