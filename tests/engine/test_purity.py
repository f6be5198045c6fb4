"""The engine stands alone: no Home Assistant, no Bluetooth stack, nothing but numpy and the standard library."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import custom_components.indoor_positioning.engine as engine_package

ENGINE = Path(next(iter(engine_package.__path__)))
MODULES = sorted(ENGINE.rglob("*.py"))
DEPTH = {path: len(path.relative_to(ENGINE).parts) for path in MODULES}


def _imports(path: Path) -> Iterator[tuple[str, int]]:
    """Yield every imported module's first name and how many packages up it is looked for (0: absolute)."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name.split(".")[0], 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0], node.level


def _allowed(path: Path) -> frozenset[str]:
    beyond = {"numpy"}
    if "identity" in path.relative_to(ENGINE).parts[:-1]:
        beyond.add("cryptography")
    return sys.stdlib_module_names | beyond


def test_the_whole_engine_is_looked_at() -> None:
    assert {"tracker.py", "geometry.py", "home.py"} <= {path.name for path in MODULES}
    assert any(path.parent.name == "identity" for path in MODULES)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ENGINE)))
def test_a_module_imports_nothing_foreign(path: Path) -> None:
    foreign = {name for name, level in _imports(path) if level == 0} - _allowed(path)
    assert not foreign


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ENGINE)))
def test_a_module_does_not_reach_out_of_the_engine(path: Path) -> None:
    assert max((level for _, level in _imports(path)), default=0) <= DEPTH[path]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ENGINE)))
def test_a_module_imports_by_statement_only(path: Path) -> None:
    called = {node.id for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Name)}
    assert not called & {"__import__", "importlib", "import_module"}
