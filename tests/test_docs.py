"""The documentation: everything is found, every link leads somewhere, and examples fit what they are for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from homeassistant.util.yaml import load_yaml_dict, parse_yaml

from custom_components.indoor_positioning.const import DOMAIN
from custom_components.indoor_positioning.websocket import COMMANDS
from tests.pages import CONTENTS, DOCS, PAGES, ROOT, anchors, blocks, code_spans, links, name_of, prose, section
from tests.translations import ENGLISH, FOLDER, all_texts

BLUEPRINTS = sorted((ROOT / "blueprints").rglob("*.yaml"))

# Where each rule of the quality scale that asks for words is satisfied: page and heading.
WORDS_FOR_RULES = {
    "docs-actions": ("reference.md", "Actions"),
    "docs-conditions": ("reference.md", "Conditions"),
    "docs-configuration-parameters": ("reference.md", "Options"),
    "docs-data-update": ("reference.md", "How data are updated"),
    "docs-examples": ("automations.md", "Blueprints"),
    "docs-high-level-description": ("README.md", "Indoor Positioning: the documentation"),
    "docs-installation-instructions": ("installation.md", "Install"),
    "docs-installation-parameters": ("installation.md", "Set it up"),
    "docs-known-limitations": ("README.md", "Known limitations"),
    "docs-removal-instructions": ("installation.md", "Remove"),
    "docs-supported-devices": ("hardware.md", "Beacons"),
    "docs-supported-functions": ("reference.md", "Entities"),
    "docs-triggers": ("reference.md", "Triggers"),
    "docs-troubleshooting": ("troubleshooting.md", "Troubleshooting"),
    "docs-use-cases": ("README.md", "What it is used for"),
}

RULES = load_yaml_dict(str(FOLDER / "quality_scale.yaml"))["rules"]

DESCRIBED: dict[str, dict[str, Any]] = {
    kind: load_yaml_dict(str(FOLDER / f"{kind}s.yaml")) for kind in ("service", "trigger", "condition")
}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        if "://" in link:
            continue
        target, _, anchor = link.partition("#")
        path = (page.parent / target).resolve() if target else page
        assert path.exists(), link
        assert path.is_relative_to(ROOT), link
        assert not anchor or anchor in anchors(path), link


def test_every_page_is_in_the_contents() -> None:
    listed = {(DOCS / link.partition("#")[0]).resolve() for link in links(CONTENTS) if "://" not in link}
    assert {name_of(page) for page in PAGES[1:]} <= {name_of(page) for page in {*listed, CONTENTS}}
    assert any((ROOT / link).resolve() == CONTENTS for link in links(PAGES[0]))


def test_every_image_is_shown_or_is_a_logo() -> None:
    shown = {(page.parent / link).resolve() for page in PAGES for link in links(page) if "://" not in link}
    images = {path for path in (DOCS / "images").iterdir() if path.stem not in {"icon", "logo"}}
    assert images <= shown


def test_every_rule_about_words_has_its_section() -> None:
    assert WORDS_FOR_RULES.keys() == {rule for rule in RULES if rule.startswith("docs-")}
    for rule, (page, heading) in WORDS_FOR_RULES.items():
        assert RULES[rule] == "done"
        assert len(section(DOCS / page, heading).split()) > 30, rule


def test_every_blueprint_is_linked() -> None:
    text = section(DOCS / "automations.md", "Blueprints")
    assert len(BLUEPRINTS) > 5
    assert [path.name for path in BLUEPRINTS if f"%2F{path.name})" not in text] == []


def test_every_protocol_is_told_of() -> None:
    text = (DOCS / "identities.md").read_text()
    titles = {step["title"] for name, step in ENGLISH["config_subentries"]["beacon"]["step"].items() if "bea" in name}
    assert {"iBeacon", "AltBeacon", "UriBeacon"} <= titles
    assert {title for title in titles if "eacon" in title and " " not in title and title not in text} == set()
    assert [
        one for one in ("Eddystone-UID", "Eddystone-EID", "-URL", "Pattern", "Private address") if one not in text
    ] == []


def test_every_websocket_command_is_told_of() -> None:
    spans = " ".join(code_spans(DOCS / "developers" / "websocket.md"))
    names = {command._ws_command.removeprefix(f"{DOMAIN}/") for command in COMMANDS}  # type: ignore[attr-defined]
    assert len(names) > 20
    assert {name for name in names if name not in spans} == set()


def yaml_blocks() -> Iterator[tuple[str, Any]]:
    """Yield the page and content of every example."""
    for page in PAGES:
        for text in blocks(page, "yaml"):
            yield name_of(page), parse_yaml(text)


def used(tree: Any) -> Iterator[tuple[str, str, set[str]]]:
    """Yield kind, key and given fields of every action, trigger and condition of ours in an example."""
    if isinstance(tree, list):
        for one in tree:
            yield from used(one)
    elif isinstance(tree, dict):
        for word, kind, given in (
            ("action", "service", "data"),
            ("trigger", "trigger", "options"),
            ("condition", "condition", "options"),
        ):
            name = tree.get(word)
            if isinstance(name, str) and name.startswith(f"{DOMAIN}."):
                yield kind, name.removeprefix(f"{DOMAIN}."), set(tree.get(given, {}))
        for one in tree.values():
            yield from used(one)


def test_examples_use_what_there_is() -> None:
    found = [one for _, tree in yaml_blocks() for one in used(tree)]
    assert len(found) >= 4
    for kind, key, given in found:
        fields = (DESCRIBED[kind][key] or {}).get("fields", {})
        required = {name for name, field in fields.items() if field.get("required")}
        assert required <= given <= fields.keys(), key


# Words of Home Assistant, its app and other systems, and names of integrations.
WORDS_OF_OTHERS = {
    "Add integration",
    "Bermuda",
    "Bluetooth",
    "Calibration Ref Power at 1m",
    "Companion app",
    "Configure",
    "Custom repositories",
    "Debugging",
    "Devices",
    "Devices & services",
    "Download diagnostics",
    "Ignore",
    "Integration",
    "Keychain Access",
    "Manage sensors",
    "BLE transmitter",
    "Marketplace",
    "People",
    "Private BLE Device",
    "Remote IRK",
    "Repairs",
    "Reset frontend cache",
    "System",
    "System information",
}


@pytest.mark.parametrize("name", ["calibration", "first-home", "hardware", "installation", "troubleshooting", "zones"])
def test_labels_are_those_that_people_see(name: str) -> None:
    known = {text.rstrip(".") for _, text in all_texts(ENGLISH)} | WORDS_OF_OTHERS
    text = re.sub(r"\*\*[^*]+\*\*", "", prose(DOCS / f"{name}.md"))
    said = re.findall(r"(?<!\*)\*([A-Z][^*]+)\*(?!\*)", text)
    parts = {part.strip(" .\n").replace("\n", " ") for one in said for part in re.split(r" > | → ", one)}
    assert parts - known == set()
