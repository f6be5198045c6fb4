"""Holds every form, menu, abort and progress that a test reaches to the translation file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from homeassistant.components.repairs import RepairsFlow
from homeassistant.config_entries import ConfigSubentryFlow, OptionsFlow
from homeassistant.data_entry_flow import FlowHandler, section
from homeassistant.helpers import issue_registry as ir

import custom_components.indoor_positioning as integration
from custom_components.indoor_positioning.const import DOMAIN

FOLDER = Path(integration.__file__).parent
ENGLISH: dict[str, Any] = json.loads((FOLDER / "translations" / "en.json").read_text())
GERMAN: dict[str, Any] = json.loads((FOLDER / "translations" / "de.json").read_text())


def placeholders_of(text: str) -> set[str]:
    """Return the names in braces."""
    return set(re.findall(r"{(\w+)}", text))


def texts_of(flow: FlowHandler[Any, Any, Any]) -> dict[str, Any]:
    """Return the part of the translations that belongs to a flow."""
    if isinstance(flow, ConfigSubentryFlow):
        texts = ENGLISH["config_subentries"][flow.handler[1]]
    elif isinstance(flow, OptionsFlow):
        texts = ENGLISH["options"]
    elif isinstance(flow, RepairsFlow):
        issue = ir.async_get(flow.hass).async_get_issue(DOMAIN, flow.issue_id)
        # A flow may outlive its issue; then the issue's id still begins with its kind.
        kind = issue.translation_key if issue else None
        texts = ENGLISH["issues"][kind or next(one for one in ENGLISH["issues"] if flow.issue_id.startswith(one))][
            "fix_flow"
        ]
    else:
        texts = ENGLISH["config"]
    assert isinstance(texts, dict)
    return texts


def check_text(text: str, given: Mapping[str, str] | None) -> None:
    """Check that all placeholders of a text are given."""
    missing = placeholders_of(text) - set(given or {})
    assert not missing, f"{missing} missing for: {text}"


def check_fields(schema: Any, texts: Mapping[str, Any]) -> None:
    """Check that every field has a label and a description, and no text is left over."""
    fields = {str(key): value for key, value in schema.schema.items()} if schema else {}
    sections = {key: value for key, value in fields.items() if isinstance(value, section)}
    plain = fields.keys() - sections.keys()
    assert texts.get("data", {}).keys() == plain
    assert texts.get("data_description", {}).keys() == plain
    assert texts.get("sections", {}).keys() == sections.keys()
    for key, value in sections.items():
        assert texts["sections"][key]["name"]
        check_fields(value.schema, texts["sections"][key])


def check_result(flow: FlowHandler[Any, Any, Any], kind: str, given: Mapping[str, Any]) -> None:
    """Check one thing that a flow shows."""
    texts, placeholders = texts_of(flow), given.get("description_placeholders")
    if kind == "abort":
        if given.get("translation_domain") is None:
            check_text(texts["abort"][given["reason"]], placeholders)
        return
    step = texts["step"].get(given["step_id"], {}) if kind != "progress" else {}
    if kind == "progress":
        check_text(texts["progress"][given["progress_action"]], placeholders)
        return
    check_text(step["title"], placeholders)
    check_text(step.get("description", ""), placeholders)
    if kind == "form":
        check_fields(given.get("data_schema"), step)
        for error in (given.get("errors") or {}).values():
            check_text(texts["error"][error], placeholders)
    if kind == "menu":
        assert step["menu_options"].keys() >= set(given["menu_options"])


@contextmanager
def checked_flows() -> Iterator[None]:
    """Check everything that this integration's flows show from here on."""
    kinds = {
        "form": "async_show_form",
        "menu": "async_show_menu",
        "abort": "async_abort",
        "progress": "async_show_progress",
    }

    def checking(kind: str, method: Any) -> Any:
        def show(flow: FlowHandler[Any, Any, Any], **given: Any) -> Any:
            if type(flow).__module__.startswith(integration.__name__):
                check_result(flow, kind, given)
            return method(flow, **given)

        return show

    patches = [
        patch.object(FlowHandler, name, checking(kind, getattr(FlowHandler, name))) for kind, name in kinds.items()
    ]
    for one in patches:
        one.start()
    try:
        yield
    finally:
        for one in patches:
            one.stop()


def all_texts(tree: Any, path: tuple[str, ...] = ()) -> Iterable[tuple[tuple[str, ...], str]]:
    """Return all texts with their keys."""
    if isinstance(tree, str):
        yield path, tree
    else:
        for key, value in tree.items():
            yield from all_texts(value, (*path, key))
