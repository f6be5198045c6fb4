"""The rules that Home Assistant's and HACS's own checks put on a published integration."""

from __future__ import annotations

import json
import re
import struct
from pathlib import Path
from typing import Any

import pytest
from awesomeversion import AwesomeVersion, AwesomeVersionStrategy
from homeassistant.util.yaml import load_yaml_dict

from tests.translations import FOLDER

ROOT = FOLDER.parents[1]
MANIFEST: dict[str, Any] = json.loads((FOLDER / "manifest.json").read_text())
HACS: dict[str, Any] = json.loads((ROOT / "hacs.json").read_text())
QUALITY_SCALE: dict[str, Any] = load_yaml_dict(str(FOLDER / "quality_scale.yaml"))["rules"]

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

# Home Assistant's quality scale, 2026.10: bronze, silver, gold, platinum.
RULES = [
    "action-setup",
    "appropriate-polling",
    "brands",
    "common-modules",
    "config-flow",
    "config-flow-test-coverage",
    "dependency-transparency",
    "docs-actions",
    "docs-conditions",
    "docs-high-level-description",
    "docs-installation-instructions",
    "docs-removal-instructions",
    "docs-triggers",
    "entity-event-setup",
    "entity-unique-id",
    "has-entity-name",
    "runtime-data",
    "test-before-configure",
    "test-before-setup",
    "unique-config-entry",
    "action-exceptions",
    "config-entry-unloading",
    "docs-configuration-parameters",
    "docs-installation-parameters",
    "entity-unavailable",
    "integration-owner",
    "log-when-unavailable",
    "parallel-updates",
    "reauthentication-flow",
    "test-coverage",
    "devices",
    "diagnostics",
    "discovery",
    "discovery-update-info",
    "docs-data-update",
    "docs-examples",
    "docs-known-limitations",
    "docs-supported-devices",
    "docs-supported-functions",
    "docs-troubleshooting",
    "docs-use-cases",
    "dynamic-devices",
    "entity-category",
    "entity-device-class",
    "entity-disabled-by-default",
    "entity-translations",
    "exception-translations",
    "icon-translations",
    "reconfiguration-flow",
    "repair-issues",
    "stale-devices",
    "async-dependency",
    "inject-websession",
    "strict-typing",
]


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


def test_quality_scale_is_complete() -> None:
    assert len(RULES) == 54
    assert sorted(QUALITY_SCALE) == sorted(RULES)
    for rule, status in QUALITY_SCALE.items():
        if isinstance(status, dict):
            assert status["status"] in {"todo", "done", "exempt"}, rule
            assert status["comment"], rule
        else:
            assert status in {"todo", "done"}, f"{rule}: an exemption needs a reason"


def is_done(rule: str) -> bool:
    """Return whether a rule is declared done."""
    status = QUALITY_SCALE[rule]
    return bool((status["status"] if isinstance(status, dict) else status) == "done")


def test_brands_is_honest() -> None:
    icon = FOLDER / "brand" / "icon.png"
    assert is_done("brands") == icon.exists()
    if icon.exists():
        assert struct.unpack(">II", icon.read_bytes()[16:24]) == (256, 256)


@pytest.mark.parametrize("platform", ["binary_sensor", "device_tracker", "sensor"])
def test_parallel_updates_are_set(platform: str) -> None:
    assert is_done("parallel-updates")
    assert "\nPARALLEL_UPDATES = 0\n" in (FOLDER / f"{platform}.py").read_text()


def test_files_behind_declared_rules_exist() -> None:
    for rule, name in (
        ("common-modules", "entity.py"),
        ("config-flow", "config_flow.py"),
        ("diagnostics", "diagnostics.py"),
        ("icon-translations", "icons.json"),
        ("repair-issues", "repairs.py"),
    ):
        assert is_done(rule)
        assert (FOLDER / name).exists(), rule


def test_actions_triggers_and_conditions_are_declared_if_any() -> None:
    for name, rule in (("trigger.py", "docs-triggers"), ("condition.py", "docs-conditions")):
        described = (FOLDER / f"{name.removesuffix('.py')}s.yaml").exists()
        assert (FOLDER / name).exists() == described
        assert not described or not isinstance(QUALITY_SCALE[rule], dict)
    registers = any("services.async_register" in path.read_text() for path in FOLDER.glob("*.py"))
    assert registers == (FOLDER / "services.yaml").exists()


def private_names(path: Path) -> list[str]:
    """Return private members of Home Assistant's or its Bluetooth stack's modules that a file imports."""
    pattern = r"^from (?:homeassistant|habluetooth)\S* import .*\b(_\w+)"
    return re.findall(pattern, path.read_text(), re.MULTILINE)


def test_nothing_private_is_imported() -> None:
    assert {path.name: names for path in FOLDER.rglob("*.py") if (names := private_names(path))} == {}


@pytest.mark.parametrize("name", ["logo", "dark_logo"])
def test_logo_is_there_in_both_sizes(name: str) -> None:
    sizes = [
        struct.unpack(">II", (FOLDER / "brand" / f"{name}{suffix}.png").read_bytes()[16:24]) for suffix in ("", "@2x")
    ]
    assert sizes == [(428, 128), (856, 256)]
