"""What the developers' page says to add is added to a copy of the code, and works there."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.pages import DOCS, ROOT, section
from tests.translations import FOLDER

PAGE = DOCS / "developers" / "adding.md"

_BLOCK = re.compile(r"^```(python|diff|json)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_PATH = re.compile(r"`((?:engine|flows|translations)/[\w/]+\.\w+|sensor\.py|icons\.json)`")

# What is asked of the copy, in a Python of its own.
QUESTIONS = """
from custom_components.indoor_positioning.engine.home import Anchor, Floor, Home, Room
from custom_components.indoor_positioning.engine.identity import Advertisement, IdentityResolver, offered_identity
from custom_components.indoor_positioning.engine.identity import parse_identity
from custom_components.indoor_positioning.engine.identity.house_tag import HOUSE_TAG_UUID
from custom_components.indoor_positioning.engine.geometry import rectangle
from custom_components.indoor_positioning.engine.locators import create_locator
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.observation import Observation
from custom_components.indoor_positioning.engine.payloads import motion_report_of
from custom_components.indoor_positioning.flows.identity_forms import IDENTITY_FORMS
from custom_components.indoor_positioning.flows.identity_steps import WAYS, IdentitySteps
from custom_components.indoor_positioning.sensor import SENSORS

corners = [(0.0, 0.0), (6.0, 0.0), (6.0, 6.0), (0.0, 6.0)]
anchors = tuple(Anchor(f"a{n}", "0", (x, y, 1.0), "hall") for n, (x, y) in enumerate(corners))
hall = Room("hall", "Hall", "0", rectangle(0.0, 0.0, 6.0, 6.0))
home = Home(floors=(Floor("0", "Floor"),), rooms=(hall,), anchors=anchors)
locator = create_locator("strongest_three", PositioningModel.build(home), "tag")
heard = [Observation(1.0, "tag", anchor.id, level) for anchor, level in zip(anchors, (-50, -55, -80, -60), strict=True)]
estimate = locator.update(1.0, heard, frozenset(anchor.id for anchor in anchors))
assert estimate is not None and tuple(estimate.position) == (2.0, 2.0), estimate

sent = {HOUSE_TAG_UUID: bytes.fromhex("0102030401")}
adv = Advertisement("5A:00:00:00:00:01", service_data=sent, random_address=True)
resolver = IdentityResolver()
resolver.add("tag", parse_identity("house_tag", "01020304"))
assert resolver.resolve(adv, 1.0).beacon_id == "tag"
assert offered_identity(adv).key == "house_tag:01020304"
assert "house_tag" in WAYS and IDENTITY_FORMS["house_tag"].read({"identity": "01020304"}).number == "01020304"
assert callable(IdentitySteps.async_step_house_tag)
assert motion_report_of(adv).moving is True
assert any(one.key == "zone_count" for one in SENSORS)
"""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block, and the file that the words before it name."""

    file: str
    language: str
    text: str


def blocks() -> Iterator[Block]:
    """Yield the page's blocks in their order."""
    page = PAGE.read_text()
    for match in _BLOCK.finditer(page):
        yield Block(_PATH.findall(page[: match.start()])[-1], match[1], match[2])


def inserted(text: str, change: str) -> str:
    """Put the lines with a plus behind the line above them."""
    lines, at = text.splitlines(), None
    for line in change.splitlines():
        if line.startswith("+"):
            assert at is not None
            at += 1
            lines.insert(at, line[1:])
        else:
            assert lines.count(line[1:]) == 1, f"not there once: {line}"
            at = lines.index(line[1:])
    return "\n".join(lines) + "\n"


def merged(into: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Return texts with further ones among them."""
    both = {key: merged(into[key], more[key]) for key in into.keys() & more.keys() if isinstance(into[key], dict)}
    return into | more | both


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the integration, and all that the page says to add."""
    root = tmp_path_factory.mktemp("copy")
    (root / "custom_components").mkdir()
    folder = root / FOLDER.relative_to(ROOT)
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("frontend", "__pycache__"))
    for block in blocks():
        path = folder / block.file
        if block.language == "python":
            assert not path.exists()
            path.write_text(block.text)
        elif block.language == "diff":
            path.write_text(inserted(path.read_text(), block.text))
        else:
            path.write_text(json.dumps(merged(json.loads(path.read_text()), json.loads(block.text))))
    return root


def run(copy: Path, *arguments: str) -> str:
    """Run a Python that finds the copy, and return what it wrote."""
    done = subprocess.run([sys.executable, *arguments], cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_there_is_a_block_for_each_file() -> None:
    assert len(list(blocks())) >= 12
    assert {block.language for block in blocks()} == {"python", "diff", "json"}
    for title in ("A locator", "A beacon protocol", "A sensor", "A tag's motion"):
        assert _BLOCK.search(section(PAGE, title))


def test_what_is_added_works(copy: Path) -> None:
    run(copy, "-c", QUESTIONS)


def test_a_locator_is_found_by_replay(copy: Path) -> None:
    listed = run(copy, "-m", "custom_components.indoor_positioning.engine.replay", "--list")
    assert "strongest_three" in listed.splitlines()


def test_what_is_added_is_clean(copy: Path) -> None:
    run(copy, "-m", "ruff", "check", "--config", str(ROOT / "pyproject.toml"), "custom_components")
    run(copy, "-m", "ruff", "format", "--check", "--config", str(ROOT / "pyproject.toml"), "custom_components")
