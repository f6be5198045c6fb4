"""The rules that Home Assistant's and HACS's own checks put on a published integration."""

from __future__ import annotations

import json
import re
import struct
from pathlib import Path
from typing import Any

import pytest
from awesomeversion import AwesomeVersion, AwesomeVersionStrategy

from tests.translations import FOLDER

ROOT = FOLDER.parents[1]
MANIFEST: dict[str, Any] = json.loads((FOLDER / "manifest.json").read_text())
HACS: dict[str, Any] = json.loads((ROOT / "hacs.json").read_text())

REQUIRED_KEYS = {"domain", "name", "codeowners", "documentation", "version", "iot_class", "issue_tracker"}
ALLOWED_KEYS = REQUIRED_KEYS | {
    "after_dependencies",
    "bluetooth",
    "config_flow",
    "dependencies",
    "import_executor",
    "integration_type",
    "loggers",
    "preview_features",
    "quality_scale",
    "requirements",
    "single_config_entry",
}


def test_manifest_keys() -> None:
    assert MANIFEST.keys() >= REQUIRED_KEYS
    assert MANIFEST.keys() <= ALLOWED_KEYS
    keys = list(MANIFEST)
    assert keys[:2] == ["domain", "name"]
    assert keys[2:] == sorted(keys[2:])


def test_manifest_values() -> None:
    assert MANIFEST["domain"] == FOLDER.name == "indoor_positioning"
    assert MANIFEST["iot_class"] in {"calculated", "local_push"}
    assert all(owner.startswith("@") for owner in MANIFEST["codeowners"])
    assert MANIFEST["codeowners"]
    assert MANIFEST["documentation"].startswith("https://")
    assert not MANIFEST["documentation"].startswith("https://www.home-assistant.io/integrations")
    assert MANIFEST["issue_tracker"].startswith("https://")
    assert AwesomeVersion(MANIFEST["version"]).strategy in {
        AwesomeVersionStrategy.CALVER,
        AwesomeVersionStrategy.SEMVER,
        AwesomeVersionStrategy.SIMPLEVER,
        AwesomeVersionStrategy.PEP440,
    }


def test_requirements_leave_home_assistant_its_pins() -> None:
    assert MANIFEST["requirements"] == ["numpy>=2.3"]


def test_hacs_keys() -> None:
    assert HACS["name"] == MANIFEST["name"]
    assert HACS.keys() <= {
        "content_in_root",
        "country",
        "filename",
        "hide_default_branch",
        "homeassistant",
        "name",
        "persistent_directory",
        "render_readme",
        "zip_release",
    }
    assert not HACS.get("zip_release") or HACS.get("filename")
    # The first version with the Bluetooth stack's callback for every packet.
    assert AwesomeVersion(HACS["homeassistant"]) >= AwesomeVersion("2026.10.0")


def test_no_sources_of_core_translations() -> None:
    assert not (FOLDER / "strings.json").exists()
    assert (FOLDER / "translations" / "en.json").exists()


def test_one_integration_only() -> None:
    assert [path.name for path in FOLDER.parent.iterdir() if (path / "manifest.json").exists()] == [FOLDER.name]


def test_licence_is_there() -> None:
    assert "MIT" in (ROOT / "LICENSE").read_text()


def private_names(path: Path) -> list[str]:
    """Return private members of Home Assistant's or its Bluetooth stack's modules that a file imports."""
    pattern = r"^from (?:homeassistant|habluetooth)\S* import .*\b(_\w+)"
    return re.findall(pattern, path.read_text(), re.MULTILINE)


def test_nothing_private_is_imported() -> None:
    assert {path.name: names for path in FOLDER.rglob("*.py") if (names := private_names(path))} == {}


def test_icon_is_there() -> None:
    icon = (FOLDER / "brand" / "icon.png").read_bytes()
    assert struct.unpack(">II", icon[16:24]) == (256, 256)


@pytest.mark.parametrize("name", ["logo", "dark_logo"])
def test_logo_is_there_in_both_sizes(name: str) -> None:
    sizes = [
        struct.unpack(">II", (FOLDER / "brand" / f"{name}{suffix}.png").read_bytes()[16:24]) for suffix in ("", "@2x")
    ]
    assert sizes == [(428, 128), (856, 256)]
