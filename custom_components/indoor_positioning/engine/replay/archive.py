"""A recording or a home in one file (ZIP), read in memory and within limits: it can do nothing but be read."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import PurePosixPath
from typing import BinaryIO

# More members than any home has pictures and files.
MAX_MEMBERS = 200

# Bytes of all members together once they are unpacked: a bomb grows a thousandfold, a recording of weeks tenfold.
MAX_TOTAL = 256 * 1024 * 1024

# The moment that every member is said to be from, so that the same home gives the same file.
_EPOCH = (1980, 1, 1, 0, 0, 0)


class ArchiveProblem(StrEnum):
    """Why an archive is refused; the values are translation keys."""

    UNREADABLE = "archive_unreadable"
    PATH = "archive_path"
    TOO_LARGE = "archive_too_large"


class ArchiveError(ValueError):
    """An archive that is not read any further; `member` is the file in it that is at fault, if one is."""

    def __init__(self, problem: ArchiveProblem, member: str = "") -> None:
        super().__init__(": ".join(filter(None, (member, problem.value.replace("_", " ")))))
        self.problem = problem
        self.member = member


def read_archive(file: BinaryIO, limit_of: Callable[[str], int | None]) -> dict[str, bytes]:
    """Return the members that are wanted, by name. Nothing is written anywhere.

    `limit_of` says of a name how many bytes it may have once unpacked, None where it is not wanted. Raises ArchiveError
    for what is no archive, for encrypted, repeated or too large members, and for names that lead out of a folder.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            return _members(archive, limit_of)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError) as error:
        if isinstance(error, ArchiveError):
            raise
        raise ArchiveError(ArchiveProblem.UNREADABLE) from error


def write_archive(members: Iterable[tuple[str, bytes]]) -> bytes:
    """Return an archive of members, in their order."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _members(archive: zipfile.ZipFile, limit_of: Callable[[str], int | None]) -> dict[str, bytes]:
    infos = archive.infolist()
    if len(infos) > MAX_MEMBERS:
        raise ArchiveError(ArchiveProblem.TOO_LARGE)
    members: dict[str, bytes] = {}
    left = MAX_TOTAL
    for info in infos:
        path = PurePosixPath(info.filename)
        if path.is_absolute() or ".." in path.parts or "\\" in info.filename:
            raise ArchiveError(ArchiveProblem.PATH, info.filename)
        if info.is_dir() or (limit := limit_of(info.filename)) is None:
            continue
        # Bit 0: encrypted.
        if info.filename in members or info.flag_bits & 1:
            raise ArchiveError(ArchiveProblem.UNREADABLE, info.filename)
        limit = min(limit, left)
        with archive.open(info) as member:
            # What the archive says of a size may be a lie; what comes out of it is not.
            data = member.read(limit + 1)
        if len(data) > limit:
            raise ArchiveError(ArchiveProblem.TOO_LARGE, info.filename)
        left -= len(data)
        members[info.filename] = data
    return members
