"""The translation files: complete, used, and well formed. Forms are checked by every test that reaches one."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from custom_components.indoor_positioning.anchor_entities import ANCHOR_SENSORS
from custom_components.indoor_positioning.condition import CONDITIONS
from custom_components.indoor_positioning.engine.authorisation import Refusal
from custom_components.indoor_positioning.engine.geometry import OutlineProblem
from custom_components.indoor_positioning.engine.identity import PROBLEMS, Assurance
from custom_components.indoor_positioning.engine.identity.sighting import CloneReason
from custom_components.indoor_positioning.engine.locators import LOCATORS
from custom_components.indoor_positioning.engine.neural.problems import TrainingProblem
from custom_components.indoor_positioning.identity_entities import REPORT_SENSORS
from custom_components.indoor_positioning.issues import NOT_FIXABLE, Problem
from custom_components.indoor_positioning.kept_store import ISSUE_DISK_FULL, ISSUE_REFUSED, ISSUE_RESTORED
from custom_components.indoor_positioning.logbook import REASONS
from custom_components.indoor_positioning.sensor import SENSORS
from custom_components.indoor_positioning.survey_store import Quality
from custom_components.indoor_positioning.trigger import TRIGGERS
from tests.translations import ENGLISH, FOLDER, all_texts, placeholders_of

ICONS: dict[str, Any] = json.loads((FOLDER / "icons.json").read_text())

# What Home Assistant lets an integration translate.
SECTIONS = {
    "common",
    "conditions",
    "config",
    "config_panel",
    "config_subentries",
    "device",
    "entity",
    "exceptions",
    "issues",
    "options",
    "selector",
    "services",
    "system_health",
    "title",
    "triggers",
}

OTHER_LANGUAGES = sorted(path for path in (FOLDER / "translations").glob("*.json") if path.stem != "en")

# Texts that are asked for by a name that is put together at run time, and so appear in no source text.
COMPUTED = {"single_instance_allowed"}

# Texts of the source that begin as the refusals of a plan do: fields of messages, and what the keys are made with.
NO_REFUSALS = {"plan_changed", "plan_"}


def source_strings() -> set[str]:
    """Return every text constant of the Home Assistant side."""
    files = [path for path in FOLDER.rglob("*.py") if "engine" not in path.relative_to(FOLDER).parts]
    trees = (ast.parse(path.read_text()) for path in files)
    return {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def malformed(text: str) -> str | None:
    """Return what is wrong with the form of a text."""
    if not text or text != text.strip():
        return "empty, or with space around it"
    if re.search(r"<[a-z/]", text):
        return "HTML"
    if re.search(r"'{\w+}'", text):
        return "quoted placeholders are not filled"
    return "a reference" if "[%key:" in text else None


def test_sections_are_known() -> None:
    assert ENGLISH.keys() <= SECTIONS


@pytest.mark.parametrize(("path", "text"), [pytest.param(*one, id=".".join(one[0])) for one in all_texts(ENGLISH)])
def test_texts_are_well_formed(path: tuple[str, ...], text: str) -> None:
    assert not malformed(text)
    assert all(re.fullmatch(r"[a-z0-9]([a-z0-9_-]*[a-z0-9])?", key) for key in path)


def test_all_identity_problems_have_words() -> None:
    errors = ENGLISH["config_subentries"]["beacon"]["error"]
    assert errors.keys() >= PROBLEMS


def test_all_outline_problems_have_words() -> None:
    assert ENGLISH["config_subentries"]["room"]["error"].keys() >= set(OutlineProblem)


def test_all_refusals_of_a_plan_have_words() -> None:
    computed = {f"plan_{problem}" for problem in OutlineProblem}
    asked = {text for text in source_strings() if text.startswith("plan_")} - NO_REFUSALS
    assert {key for key in ENGLISH["exceptions"] if key.startswith("plan_")} == asked | computed


def test_refusals_fill_their_texts() -> None:
    files = (path for path in FOLDER.rglob("*.py") if "engine" not in path.relative_to(FOLDER).parts)
    calls = [
        node
        for path in files
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "refusal"
    ]
    given = {
        call.args[0].value: {keyword.arg for keyword in call.keywords}
        for call in calls
        if isinstance(call.args[0], ast.Constant)
    }
    assert len(given) > 10
    assert given == {key: placeholders_of(ENGLISH["exceptions"][key]["message"]) for key in given}
    for problem in OutlineProblem:
        assert placeholders_of(ENGLISH["exceptions"][f"plan_{problem}"]["message"]) == {"place"}


def test_choices_have_words() -> None:
    assert ENGLISH["selector"]["locator"]["options"].keys() == LOCATORS.keys()
    assert ENGLISH["selector"]["sample_quality"]["options"].keys() == set(Quality)


def test_all_issues_have_words_and_a_repair() -> None:
    reasons = {f"{Problem.DUPLICATE_SUSPECTED}_{reason}" for reason in CloneReason}
    told_by_storage = {ISSUE_RESTORED, ISSUE_DISK_FULL, ISSUE_REFUSED}
    assert ENGLISH["issues"].keys() == set(Problem) - {Problem.DUPLICATE_SUSPECTED} | reasons | told_by_storage
    fixable = ENGLISH["issues"].keys() - NOT_FIXABLE - told_by_storage
    assert all("fix_flow" in ENGLISH["issues"][issue] for issue in fixable)
    # Only whoever wrote the automation knows what it should name instead.
    assert all(ENGLISH["issues"][one].keys() == {"title", "description"} for one in NOT_FIXABLE)


def test_all_entities_have_names_and_icons() -> None:
    sensors = {"room", "person_room", "count", "assurance"} | {
        description.key for description in (*SENSORS, *REPORT_SENSORS, *ANCHOR_SENSORS)
    }
    assert ENGLISH["entity"]["sensor"].keys() == sensors
    assert ICONS["entity"]["sensor"].keys() == sensors
    binary_sensors = {"occupancy", "duplicate_suspected", "authorised_approach", "listening", "sensor_problem"}
    assert ENGLISH["entity"]["binary_sensor"].keys() == ICONS["entity"]["binary_sensor"].keys() == binary_sensors
    assert ENGLISH["entity"]["sensor"]["assurance"]["state"].keys() == set(Assurance)
    reasons = ENGLISH["entity"]["binary_sensor"]["duplicate_suspected"]["state_attributes"]["reason"]["state"]
    assert reasons.keys() == set(CloneReason)


def test_all_triggers_and_conditions_have_words_and_icons() -> None:
    for part, known in (("triggers", TRIGGERS), ("conditions", CONDITIONS)):
        assert ENGLISH[part].keys() == ICONS[part].keys() == known.keys()
        for words in ENGLISH[part].values():
            assert words.keys() == {"name", "description", "fields"}
            assert all(field.keys() == {"name", "description"} for field in words["fields"].values())


def test_all_refusals_have_words() -> None:
    shown = ENGLISH["entity"]["binary_sensor"]["authorised_approach"]["state_attributes"]["refused_because"]["state"]
    assert shown.keys() == REASONS.keys() == set(Refusal)
    assert {words[0].lower() + words[1:] for words in shown.values()} == set(REASONS.values())


def test_icons_are_well_formed() -> None:
    for platform in ICONS["entity"].values():
        for icon in platform.values():
            assert icon["default"].startswith("mdi:")
            assert all(
                state.startswith("mdi:") and state != icon["default"] for state in icon.get("state", {}).values()
            )


def test_every_reason_not_to_train_has_its_texts() -> None:
    for problem in TrainingProblem:
        assert ENGLISH["exceptions"][problem]["message"]
        assert ENGLISH["options"]["abort"][problem]


def test_no_text_is_left_over() -> None:
    used = source_strings() | PROBLEMS | set(OutlineProblem) | set(Problem) | set(TrainingProblem) | COMPUTED
    for block in (ENGLISH["config"], ENGLISH["options"], *ENGLISH["config_subentries"].values()):
        for part in ("error", "abort", "progress"):
            assert block.get(part, {}).keys() <= used
        methods = {step for step in block["step"] if step not in used}
        assert not methods, "steps that no flow shows"


@pytest.mark.parametrize("path", OTHER_LANGUAGES, ids=lambda path: path.stem)
def test_other_languages_have_the_same_texts(path: Path) -> None:
    other = dict(all_texts(json.loads(path.read_text())))
    english = dict(all_texts(ENGLISH))
    assert not english.keys() - other.keys(), "texts that are not translated yet"
    assert not other.keys() - english.keys(), "texts that are gone from the English ones"
    assert not [key for key, text in other.items() if placeholders_of(text) != placeholders_of(english[key])]
    assert not [key for key, text in other.items() if malformed(text)]
