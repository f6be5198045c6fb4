"""The reference names everything that the code has, under the names that people see."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from homeassistant.const import EntityCategory
from homeassistant.util.yaml import load_yaml_dict

from custom_components.indoor_positioning.anchor_entities import ANCHOR_SENSORS
from custom_components.indoor_positioning.const import DOMAIN
from custom_components.indoor_positioning.doors import EVENT_DOOR
from custom_components.indoor_positioning.engine.locators import LOCATORS
from custom_components.indoor_positioning.identity_entities import REPORT_SENSORS
from custom_components.indoor_positioning.issues import Problem
from custom_components.indoor_positioning.sensor import SENSORS
from custom_components.indoor_positioning.settings import Settings
from tests.pages import DOCS, keys_in, row_of, section
from tests.translations import ENGLISH, FOLDER

REFERENCE = DOCS / "reference.md"
ENTITIES = section(REFERENCE, "Entities")
SETTINGS = section(REFERENCE, "Settings")


def labels(form: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield key and label of every field of a form, those of its sections too."""
    yield from form.get("data", {}).items()
    for one in form.get("sections", {}).values():
        yield from labels(one)


def missing(forms: Mapping[str, Any], text: str) -> set[str]:
    """Return the labels of the forms' fields that a text does not name in bold."""
    wanted = {label for form in forms.values() for _, label in labels(form)}
    assert all(form.keys() & {"data", "sections", "menu_options", "description"} for form in forms.values())
    return {label for label in wanted if f"**{label}**" not in text}


@pytest.mark.parametrize(
    ("platform", "key"), [(platform, key) for platform, known in ENGLISH["entity"].items() for key in known]
)
def test_every_entity_is_named(platform: str, key: str) -> None:
    words = ENGLISH["entity"][platform][key]
    row = row_of(ENTITIES, key)
    assert f"**{words['name']}**" in row[0]
    assert row[1].split(",")[0] == platform
    assert [one for one in words.get("state_attributes", {}) if f"`{one}`" not in ENTITIES] == []


@pytest.mark.parametrize("description", [*SENSORS, *REPORT_SENSORS, *ANCHOR_SENSORS], ids=lambda one: one.key)
def test_what_is_off_at_first_and_what_is_diagnostic_is_told(description: Any) -> None:
    row = row_of(ENTITIES, description.key)
    assert row[3] == ("on" if description.entity_registry_enabled_default else "off")
    assert ("diagnostic" in row[1]) == (description.entity_category is EntityCategory.DIAGNOSTIC)


def defaults() -> dict[str, Any]:
    """Return the settings by key, as they are in a new home."""
    settings = Settings()
    return {
        key: getattr(settings, key, None) if hasattr(settings, key) else getattr(settings.decision, key)
        for key, _ in labels(ENGLISH["options"]["step"]["settings"])
    }


@pytest.mark.parametrize(("key", "label"), list(labels(ENGLISH["options"]["step"]["settings"])))
def test_every_setting_is_named_with_its_default(key: str, label: str) -> None:
    row = row_of(SETTINGS, key)
    assert row[0] == f"**{label}**"
    default = defaults()[key]
    if isinstance(default, bool):
        assert row[2] == ("on" if default else "off")
    elif isinstance(default, str):
        assert keys_in(row[2]) == [default]
    else:
        assert float(row[2].split()[0]) == default


def test_every_method_is_named() -> None:
    table = SETTINGS.partition("| method |")[2]
    assert set(LOCATORS) <= set(keys_in(table))


def test_every_page_of_the_options_is_named_with_its_fields() -> None:
    steps, menu = ENGLISH["options"]["step"], ENGLISH["options"]["step"]["init"]["menu_options"]
    for step, label in menu.items():
        assert missing({step: steps[step]} if "data" in steps[step] else {}, section(REFERENCE, label)) == set()
    further = {name: form for name, form in steps.items() if name not in menu}
    assert not [name for name, form in further.items() if list(labels(form))], "a form that no section is about"


@pytest.mark.parametrize("kind", list(ENGLISH["config_subentries"]))
def test_every_field_of_a_form_is_named(kind: str) -> None:
    texts = ENGLISH["config_subentries"][kind]
    assert missing(texts["step"], section(REFERENCE, texts["entry_type"])) == set()


def test_every_field_of_the_set_up_is_named() -> None:
    assert missing(ENGLISH["config"]["step"], section(REFERENCE, "Set-up")) == set()


@pytest.mark.parametrize(
    ("heading", "file", "part", "cell"),
    [
        ("Actions", "services.yaml", "services", 1),
        ("Triggers", "triggers.yaml", "triggers", 2),
        ("Conditions", "conditions.yaml", "conditions", 2),
    ],
)
def test_actions_triggers_and_conditions_are_named_with_their_fields(
    heading: str, file: str, part: str, cell: int
) -> None:
    described, text = load_yaml_dict(str(FOLDER / file)), section(REFERENCE, heading)
    assert described.keys() == ENGLISH[part].keys()
    for key, description in described.items():
        row = row_of(text, f"{DOMAIN}.{key}")
        assert set(keys_in(row[cell])) == set((description or {}).get("fields", {})), key
        assert part == "services" or row[1] == ENGLISH[part][key]["name"]


def test_every_repair_is_named() -> None:
    told_by_reason = {key for key in ENGLISH["issues"] if key.startswith(f"{Problem.DUPLICATE_SUSPECTED}_")}
    known = ENGLISH["issues"].keys() - told_by_reason | {Problem.DUPLICATE_SUSPECTED}
    assert set(keys_in(section(REFERENCE, "Repairs"))) == known


def test_the_event_is_named() -> None:
    assert EVENT_DOOR in keys_in(section(REFERENCE, "Event"))


def test_every_option_of_the_card_is_named() -> None:
    source = (FOLDER / "frontend" / "src" / "card" / "config.ts").read_text()
    options = set(re.findall(r"readonly (\w+)\??:", source)) - {"type"}
    text = section(REFERENCE, "Card")
    assert options == {key for key in keys_in(text) if ":" not in key}
