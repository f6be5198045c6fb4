"""The commands in the documentation exist, with the options that are told; `test_docs_commands_run.py` runs them."""

from __future__ import annotations

import functools
import io
import json
import re
import runpy
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from unittest.mock import patch

import pytest

from tests.pages import PAGES, ROOT, blocks, code_spans, name_of

PACKAGE = json.loads((ROOT / "custom_components/indoor_positioning/frontend/package.json").read_text())

# What begins a command in the middle of a sentence.
_COMMAND = re.compile(r"(scripts/\w|python -m |npm )")

# A word that stands for something else: DIR, FILE.zip, …
_PLACEHOLDER = re.compile(r"[A-Z…]+(\.\w+)?")

_USAGE_CHOICES = re.compile(r"{([\w,-]+)}")


def commands() -> Iterator[tuple[str, list[str]]]:
    """Yield the page and the words of every command, from blocks and from sentences."""
    for page in PAGES:
        lines = [line for block in blocks(page, "sh") for line in block.splitlines()]
        lines += [span for span in code_spans(page) if _COMMAND.match(span)]
        for line in lines:
            if words := shlex.split(line, comments=True):
                yield name_of(page), words


COMMANDS = sorted({(page, tuple(words)) for page, words in commands()})


@functools.cache
def help_of(*words: str) -> str:
    """Return what a script or module says of itself; a script that only passes on to a module is asked there."""
    name, *rest = words
    if name.startswith("scripts/"):
        passed_on = re.search(r"-m ([\w.]+) \"\$@\"", (ROOT / name).read_text())
        if passed_on is None:
            asked = [str(ROOT / name), *rest, "--help"]
            return subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        name = passed_on[1]
    # In this process: what the modules import takes seconds, and is imported once here.
    said = io.StringIO()
    with patch.object(sys, "argv", [name, *rest, "--help"]), redirect_stdout(said), pytest.raises(SystemExit) as ended:
        runpy.run_module(name, run_name="__main__")
    assert ended.value.code == 0
    return said.getvalue()


def check_options(described: str, words: list[str]) -> None:
    """Check that all options in a command are described."""
    for word in words:
        if word.startswith("-"):
            assert re.search(rf"{re.escape(word)}\b", described), f"{word} is not among: {described}"


@pytest.mark.parametrize(("page", "words"), COMMANDS, ids=lambda value: value if isinstance(value, str) else value[0])
def test_a_command_exists_as_it_is_told(page: str, words: tuple[str, ...]) -> None:
    name, *rest = words
    if name == "npm":
        script = rest[1] if rest[0] == "run" else rest[0]
        assert script in PACKAGE["scripts"]
        return
    if name == "python":
        assert rest[0] == "-m"
        module = ROOT / rest[1].replace(".", "/")
        assert module.with_suffix(".py").exists() or (module / "__main__.py").exists()
        check_options(help_of(rest[1]) if rest[2:] else "", rest[2:])
        return
    assert (ROOT / name).stat().st_mode & 0o111, "not executable"
    if not rest:
        return
    described = help_of(name)
    choices = {one for found in _USAGE_CHOICES.findall(described) for one in found.split(",")}
    if rest[0] in choices:
        described, rest = help_of(name, rest[0]), rest[1:]
    elif choices:
        assert rest[0].startswith("-") or _PLACEHOLDER.fullmatch(rest[0]), f"{rest[0]} is none of {sorted(choices)}"
    elif name == "scripts/test":
        assert re.search(rf"^  {re.escape(rest[0])}\b", described, re.MULTILINE), rest[0]
    check_options(described, rest)


def test_commands_are_found() -> None:
    named = {words[0] for _, words in COMMANDS}
    scripts = {
        f"scripts/{path.name}" for path in (ROOT / "scripts").iterdir() if path.is_file() and "." not in path.name
    }
    assert scripts - named == set(), "scripts that no page tells of"
    assert named - scripts == {"npm", "python"}
