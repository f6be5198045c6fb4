"""Packs the integration as it is published: the committed files and the built front end, byte for byte reproducible.

    release_zip.py VERSION ZIP

HACS and the Marketplace unpack the zip into the integration's own folder, so its files lie at the root. Every entry has
the time of the commit and the same rights, in order of name: the same commit gives the same bytes.
"""

import argparse
import io
import json
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

PROJECT = Path(__file__).resolve().parents[2]
INTEGRATION = PurePosixPath("custom_components/indoor_positioning")
FRONTEND = PurePosixPath("frontend")
DIST = FRONTEND / "dist"

# Zip files know no time before this.
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)

# A plain file that its owner may write and all may read.
MODE = 0o100644


class ReleaseError(RuntimeError):
    """The zip cannot be made as it should be."""


def git(*arguments: str) -> bytes:
    """Return what git says."""
    return subprocess.run(["git", *arguments], cwd=PROJECT, check=True, capture_output=True).stdout  # noqa: S607


def committed_files() -> dict[PurePosixPath, bytes]:
    """Return the integration's files of the newest commit, without the front end's sources."""
    archive = git("archive", "--format=tar", "HEAD", str(INTEGRATION))
    files = {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            name = PurePosixPath(member.name)
            content = tar.extractfile(member)
            if content is not None and not name.is_relative_to(INTEGRATION / FRONTEND):
                files[name.relative_to(INTEGRATION)] = content.read()
    return files


def built_front_end(folder: Path) -> dict[PurePosixPath, bytes]:
    """Return the built front end's files by their place in the integration. Raises ReleaseError if it is not built."""
    files = {
        DIST / path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    if not files:
        raise ReleaseError("The front end is not built: run scripts/setup where npm is installed, then this again.")
    return files


def with_version(manifest: bytes, version: str) -> bytes:
    """Return the manifest with another version, all else as it was."""
    values = json.loads(manifest)
    values["version"] = version
    return (json.dumps(values, indent=2, ensure_ascii=False) + "\n").encode()


def pack(files: Mapping[PurePosixPath, bytes], moment: datetime) -> bytes:
    """Return the zip of `files`, all of them of one `moment`."""
    buffer = io.BytesIO()
    stamp = max(moment.astimezone(UTC), EARLIEST).timetuple()[:6]
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(str(name), stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = MODE << 16
            entry.create_system = 3  # Unix, wherever it is made
            archive.writestr(entry, files[name])
    return buffer.getvalue()


def release(version: str) -> bytes:
    """Return the zip of a version. Raises ReleaseError."""
    files = committed_files() | built_front_end(PROJECT / INTEGRATION / DIST)
    manifest = PurePosixPath("manifest.json")
    files[manifest] = with_version(files[manifest], version)
    moment = datetime.fromtimestamp(int(git("log", "-1", "--format=%ct")), tz=UTC)
    return pack(files, moment)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("version")
    parser.add_argument("zip", type=Path)
    arguments = parser.parse_args()
    try:
        arguments.zip.write_bytes(release(arguments.version))
    except ReleaseError as error:
        sys.exit(f"release: {error}")


if __name__ == "__main__":
    main()
