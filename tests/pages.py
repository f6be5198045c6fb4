"""The documentation as tests read it: pages, headings, sections, tables, blocks and links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
CONTENTS = DOCS / "README.md"
PAGES = (ROOT / "README.md", *sorted(DOCS.rglob("*.md")))

_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, and all below it up to the next one that is not beneath it."""

    title: str
    text: str


def name_of(page: Path) -> str:
    """Return a page's path in the project."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path, language: str) -> list[str]:
    """Return the fenced blocks in a language."""
    return [text for found, text in _FENCE.findall(page.read_text()) if found == language]


def prose(page: Path) -> str:
    """Return a page without its fenced blocks."""
    return _FENCE.sub("", page.read_text())


def code_spans(page: Path) -> list[str]:
    """Return what stands in single backticks."""
    return re.findall(r"`([^`\n]+)`", prose(page))


def links(page: Path) -> list[str]:
    """Return where the links and images of a page lead."""
    return _LINK.findall(prose(page))


def anchors(page: Path) -> set[str]:
    """Return what a link may name behind `#`: headings as GitHub writes them into addresses."""
    titles = (title for _, title in _HEADING.findall(prose(page)))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def sections(page: Path) -> Iterator[Section]:
    """Yield every section of a page, with those beneath it as a part of its text."""
    text = page.read_text()
    # A comment in a block is no heading.
    blanked = _FENCE.sub(lambda match: " " * len(match[0]), text)
    found = [(len(match[1]), match[2], match.end(), match.start()) for match in _HEADING.finditer(blanked)]
    for index, (level, title, begin, _) in enumerate(found):
        ends = (start for other, _, _, start in found[index + 1 :] if other <= level)
        yield Section(title, text[begin : next(ends, len(text))])


def section(page: Path, title: str) -> str:
    """Return the text of the one section with this title."""
    (found,) = [one.text for one in sections(page) if one.title == title]
    return found


def rows(text: str) -> list[list[str]]:
    """Return the cells of all tables in a text, headings left out."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    ruled = [index for index, row in enumerate(cells) if all(set(cell) <= set(":-") for cell in row) and row != [""]]
    headings = {index - 1 for index in ruled}
    return [row for index, row in enumerate(cells) if index not in headings and index not in ruled]


def row_of(text: str, key: str) -> list[str]:
    """Return the one row of the tables in a text that has a key in backticks in it."""
    found = [row for row in rows(text) if any(f"`{key}`" in cell for cell in row)]
    assert len(found) == 1, f"`{key}` stands in {len(found)} rows"
    return found[0]


def keys_in(cell: str) -> list[str]:
    """Return what stands in backticks in a cell."""
    return re.findall(r"`([^`]+)`", cell)
