"""Home Assistant's quality scale: every rule declared, and those that code can show shown.

Its own checks look at built-in integrations only. Rules about words are held by tests/test_docs.py.
"""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from homeassistant.config_entries import ConfigFlow
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import async_get_platforms
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.indoor_positioning import config_flow
from custom_components.indoor_positioning.const import DOMAIN, PLATFORMS
from tests.house import House
from tests.reporting import async_add_other_anchor
from tests.translations import ENGLISH, FOLDER

ROOT = FOLDER.parents[1]
MANIFEST: dict[str, Any] = json.loads((FOLDER / "manifest.json").read_text())
ICONS: dict[str, Any] = json.loads((FOLDER / "icons.json").read_text())
QUALITY_SCALE: dict[str, Any] = load_yaml_dict(str(FOLDER / "quality_scale.yaml"))["rules"]

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

# The files that are glue; what is raised in the engine is turned into words here.
SOURCES = {
    path: ast.parse(path.read_text())
    for path in FOLDER.rglob("*.py")
    if "engine" not in path.relative_to(FOLDER).parts and "frontend" not in path.relative_to(FOLDER).parts
}

# Errors that reach people.
SHOWN_ERRORS = {"ConfigEntryError", "ConfigEntryNotReady", "HomeAssistantError", "ServiceValidationError"}

# What begins to listen; an entity may do so once it has been added, and not when it is made.
LISTENING = re.compile(r"subscribe\w*|async_listen\w*|async_track_\w+|async_dispatcher_connect|async_on_remove")

# Entities that are not written only when something happens, and so are off at first.
NOISY = {
    "accuracy",
    "confidence",
    "count",
    "expected_share",
    "last_packet",
    "last_seen",
    "level_change",
    "packets_per_minute",
    "packets_sent",
    "strongest_anchor",
    "switched_on",
}


def status_of(rule: str) -> str:
    """Return what is declared of a rule."""
    declared = QUALITY_SCALE[rule]
    return str(declared["status"] if isinstance(declared, dict) else declared)


def test_every_rule_is_done_or_exempt_with_a_reason() -> None:
    assert len(RULES) == 54
    assert sorted(QUALITY_SCALE) == sorted(RULES)
    for rule, declared in QUALITY_SCALE.items():
        assert status_of(rule) in {"done", "exempt"}, rule
        assert not isinstance(declared, dict) or len(declared["comment"].split()) > 4, rule
        assert isinstance(declared, dict) or declared == "done", f"{rule}: an exemption needs a reason"


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ("brands", "brand/icon.png"),
        ("common-modules", "entity.py"),
        ("config-flow", "config_flow.py"),
        ("diagnostics", "diagnostics.py"),
        ("icon-translations", "icons.json"),
        ("repair-issues", "repairs.py"),
    ],
)
def test_the_file_behind_a_rule_exists(rule: str, name: str) -> None:
    assert status_of(rule) == "done"
    assert (FOLDER / name).exists()


@pytest.mark.parametrize("platform", PLATFORMS)
def test_parallel_updates_are_set(platform: Platform) -> None:
    assert "\nPARALLEL_UPDATES = 0\n" in (FOLDER / f"{platform}.py").read_text()


async def test_actions_are_there_before_the_entry(
    hass: HomeAssistant, enable_custom_integrations: None, mock_bluetooth: None
) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    assert not hass.config_entries.async_entries(DOMAIN)
    described = load_yaml_dict(str(FOLDER / "services.yaml"))
    assert hass.services.async_services_for_domain(DOMAIN).keys() == described.keys() == ENGLISH["services"].keys()


@pytest.mark.parametrize("part", ["services", "triggers", "conditions"])
def test_everything_in_the_editor_has_words_and_an_icon(part: str) -> None:
    described = load_yaml_dict(str(FOLDER / f"{part}.yaml"))
    assert ICONS[part].keys() == described.keys() == ENGLISH[part].keys()
    for key, description in described.items():
        words, fields = ENGLISH[part][key], (description or {}).get("fields", {})
        assert words["name"], key
        assert words["description"], key
        assert words.get("fields", {}).keys() == fields.keys(), key
        assert all(field["name"] and field["description"] for field in words.get("fields", {}).values())


def forms(tree: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every form in the translations, with those of sections."""
    for key, value in tree.items():
        if isinstance(value, dict):
            if "data" in value:
                yield f"{path}{key}", value
            yield from forms(value, f"{path}{key}.")


FORMS = [
    form for part in ("config", "config_subentries", "options", "issues") for form in forms(ENGLISH[part], f"{part}.")
]


@pytest.mark.parametrize(("_name", "form"), [pytest.param(*form, id=form[0]) for form in FORMS])
def test_every_field_is_described(_name: str, form: dict[str, Any]) -> None:
    assert form["data"].keys() == form["data_description"].keys()
    assert all(form["data_description"].values())


def test_every_step_is_reached_by_a_test() -> None:
    tested = "".join(path.read_text() for path in (ROOT / "tests").rglob("*.py"))
    steps = {
        node.name.removeprefix("async_step_")
        for tree in SOURCES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.AsyncFunctionDef) and node.name.startswith("async_step_")
        # What only shows that something goes on is not answered.
        if "async_show_progress(" not in ast.unparse(node)
    }
    assert {step for step in steps - {"init", "user"} if f'"{step}"' not in tested} == set()


def test_everything_can_be_changed() -> None:
    entry = MockConfigEntry(domain=DOMAIN)
    kinds = config_flow.IndoorPositioningConfigFlow.async_get_supported_subentry_types(entry)
    assert kinds.keys() == ENGLISH["config_subentries"].keys()
    assert all(
        "async_step_reconfigure" in {name for one in kind.__mro__ for name in vars(one)} for kind in kinds.values()
    )


def test_the_entry_is_the_only_one_and_signs_in_nowhere() -> None:
    assert MANIFEST["single_config_entry"]
    assert MANIFEST["codeowners"]
    assert issubclass(config_flow.IndoorPositioningConfigFlow, ConfigFlow)
    assert not hasattr(config_flow.IndoorPositioningConfigFlow, "async_step_reauth")


def test_errors_that_people_see_are_translated() -> None:
    raised = [
        (path.name, node.exc)
        for path, tree in SOURCES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name)
    ]
    shown = [(name, call) for name, call in raised if isinstance(call.func, ast.Name) and call.func.id in SHOWN_ERRORS]
    refused = [call for _, call in raised if isinstance(call.func, ast.Name) and call.func.id == "refusal"]
    assert shown
    assert len(refused) > 10
    for name, call in shown:
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        key = given.get("translation_key")
        assert "translation_domain" in given, name
        assert isinstance(key, ast.Constant), name
        assert key.value in ENGLISH["exceptions"], name


def test_entities_listen_once_they_are_added() -> None:
    made = [
        (path.name, function)
        for path, tree in SOURCES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and any("Entity" in ast.unparse(base) for base in node.bases)
        for function in node.body
        if isinstance(function, ast.FunctionDef) and function.name == "__init__"
    ]
    assert len(made) > 3
    for name, function in made:
        calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
        called = {call.attr for call in calls if isinstance(call, ast.Attribute)}
        assert not {one for one in called if LISTENING.fullmatch(one)}, name


def test_what_runs_is_typed_and_with_the_entry() -> None:
    annotations = [
        (path.name, argument.annotation)
        for path, tree in SOURCES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.AsyncFunctionDef)
        and node.name in {"async_setup_entry", "async_unload_entry", "async_get_config_entry_diagnostics"}
        for argument in node.args.args
        if argument.arg == "entry"
    ]
    assert len(annotations) >= 2 + len(PLATFORMS)
    assert {ast.unparse(one) if one else None for _, one in annotations} == {"IndoorPositioningConfigEntry"}
    assert not [path.name for path in SOURCES if "hass.data[DOMAIN]" in path.read_text()]
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]["strict"] is True


def test_nothing_is_fetched_and_nothing_foreign_is_asked_for() -> None:
    network = re.compile(r"async_get_clientsession|aiohttp\.Client|\bhttpx|\brequests\.|\burllib\.request|\bsocket\.")
    assert [path.name for path in SOURCES if network.search(path.read_text())] == []
    assert [re.split(r"[<>=]", one)[0] for one in MANIFEST["requirements"]] == ["numpy"]


async def entities(house: House) -> list[tuple[Entity, er.RegistryEntry]]:
    """Set a home up in which every kind of entity exists, all enabled, and return them."""
    await house.async_set_up()
    await house.async_draw()
    tag = await house.async_add_beacon()
    await async_add_other_anchor(house)
    await house.async_add_zone(
        secure={
            "approach_from": ["kitchen"],
            "assurance": "rotating",
            "anchors": 3,
            "probability": 0.9,
            "interval": 30,
            "second_factor": None,
        }
    )
    assert house.entry
    flow = house.hass.config_entries.subentries
    result = await flow.async_init((house.entry.entry_id, "person"), context={"source": "user"})
    await flow.async_configure(result["flow_id"], {"name": "Ada", "beacons": [tag]})
    await house.hass.async_block_till_done()
    registry = er.async_get(house.hass)
    for one in er.async_entries_for_config_entry(registry, house.entry.entry_id):
        key = one.unique_id.partition("_")[2]
        assert (one.disabled_by is not None) == (key in NOISY), key
        registry.async_update_entity(one.entity_id, disabled_by=None)
    assert await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.hass.async_block_till_done()
    found = [one for platform in async_get_platforms(house.hass, DOMAIN) for one in platform.entities.values()]
    return [(one, entry) for one in found if (entry := registry.async_get(one.entity_id))]


async def test_entities_are_as_the_rules_say(house: House) -> None:
    found = await entities(house)
    assert house.entry
    registered = er.async_entries_for_config_entry(er.async_get(house.hass), house.entry.entry_id)
    assert len(found) == len(registered) > 20
    named = {(entry.domain, entry.translation_key) for _, entry in found if entry.translation_key}
    shown = {(platform, key) for platform, known in ENGLISH["entity"].items() for key in known}
    telemetry = {("sensor", key) for key in ("battery_voltage", "temperature", "packets_sent", "switched_on")}
    assert shown - telemetry <= named
    for entity, entry in found:
        assert entry.unique_id
        assert entry.device_id
        assert entity.has_entity_name
        assert entity.should_poll is False
        # The one that bears the device's own name has neither name nor icon of its own.
        if entry.domain != Platform.DEVICE_TRACKER:
            assert entry.translation_key in ENGLISH["entity"][entry.domain]
            assert entry.translation_key in ICONS["entity"][entry.domain]
    diagnostic = {entry.translation_key for _, entry in found if entry.entity_category is EntityCategory.DIAGNOSTIC}
    assert diagnostic - {None, "tracker"} == {
        "accuracy",
        "assurance",
        "confidence",
        "duplicate_suspected",
        "expected_share",
        "last_packet",
        "last_seen",
        "level_change",
        "listening",
        "packets_per_minute",
        "sensor_problem",
        "strongest_anchor",
    }
    classes = {entry.translation_key: entry.original_device_class for _, entry in found}
    assert {key: classes[key] for key in ("occupancy", "duplicate_suspected", "x", "y", "accuracy", "last_seen")} == {
        "occupancy": "occupancy",
        "duplicate_suspected": "problem",
        "x": "distance",
        "y": "distance",
        "accuracy": "distance",
        "last_seen": "timestamp",
    }
