"""Clicks through Home Assistant's forms over REST, reading each form as it comes, as a person would."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from .rest import HomeAssistantClient, Json

CONFIG: Final = "/api/config/config_entries/flow"
OPTIONS: Final = "/api/config/config_entries/options/flow"
SUBENTRIES: Final = "/api/config/config_entries/subentries/flow"

# How often the frontend's own spinner is looked at.
PROGRESS_INTERVAL_S = 0.5

# What to enter into a form: values by field, or a function that looks at the form first.
type Answer = Mapping[str, Json] | Callable[[Json], Mapping[str, Json]]


class FlowError(RuntimeError):
    """A form that is not what was expected; the message shows it whole."""

    def __init__(self, problem: str, step: Json) -> None:
        super().__init__(f"{problem}\n{json.dumps(step, indent=2)}")
        self.step = step


class Flow:
    """One open dialogue. `step` is what it shows at present."""

    def __init__(self, client: HomeAssistantClient, path: str) -> None:
        """Use `open` instead."""
        self._client = client
        self._path = path
        self.step: Json = None

    @classmethod
    async def open(cls, client: HomeAssistantClient, path: str, **start: Json) -> Flow:
        """Open a dialogue: `path` is one of CONFIG, OPTIONS and SUBENTRIES, `start` what that asks for."""
        flow = cls(client, path)
        flow.step = await client.request("POST", path, start)
        return flow

    async def choose(self, option: str) -> None:
        """Take an option of the menu that is shown. Raises FlowError if there is none such."""
        if self.step["type"] != "menu" or option not in self.step["menu_options"]:
            raise FlowError(f"expected a menu with {option!r}, got", self.step)
        await self._post({"next_step_id": option})

    async def submit(self, step_id: str, answer: Answer = {}) -> None:  # noqa: B006 - never changed
        """Fill in and send the form that is shown. Raises FlowError if it is another one or takes offence."""
        if self.step["type"] != "form" or self.step["step_id"] != step_id:
            raise FlowError(f"expected the form {step_id!r}, got", self.step)
        values = answer(self.step) if callable(answer) else answer
        await self._post(filled_in(self.step, values))
        if self.step["type"] == "form" and self.step.get("errors"):
            raise FlowError(f"the form {step_id!r} did not take {json.dumps(values)}", self.step)

    async def finish(self, reason: str | None = None) -> Json:
        """Return the result of a dialogue that is over: an entry, or an abort for `reason`."""
        done = self.step["type"] == "create_entry" or (self.step["type"] == "abort" and self.step["reason"] == reason)
        if not done:
            raise FlowError("expected the dialogue to be over, got", self.step)
        return self.step

    async def wait_progress(self) -> None:
        """Wait as long as the dialogue shows progress."""
        while self.step["type"] in ("progress", "progress_done"):
            await asyncio.sleep(PROGRESS_INTERVAL_S)
            self.step = await self._client.request("GET", f"{self._path}/{self.step['flow_id']}")

    async def close(self) -> None:
        """Close a dialogue that is not over."""
        await self._client.request("DELETE", f"{self._path}/{self.step['flow_id']}")

    async def _post(self, body: Json) -> None:
        self.step = await self._client.request("POST", f"{self._path}/{self.step['flow_id']}", body)


def filled_in(form: Json, answers: Mapping[str, Json]) -> dict[str, Json]:
    """Return what a browser would send: suggestions and defaults of `form`, overruled by `answers`.

    Raises FlowError for answers to which there is no field, and for required fields that stay empty.
    """
    fields = form["data_schema"]
    if unknown := set(answers) - {field["name"] for field in fields}:
        raise FlowError(f"no field for {', '.join(sorted(unknown))} in", form)
    values = dict(_values(fields, answers))
    if missing := [field["name"] for field in fields if field.get("required") and field["name"] not in values]:
        raise FlowError(f"no answer for {', '.join(missing)} in", form)
    return values


def options_of(form: Json, name: str) -> list[dict[str, Any]]:
    """Return the options of a select field, each with `value` and `label`. Raises FlowError."""
    field = next((field for field in form["data_schema"] if field["name"] == name), None)
    if field is None or "select" not in field.get("selector", {}):
        raise FlowError(f"no list {name!r} in", form)
    return list(field["selector"]["select"]["options"])


def _values(fields: Iterable[Json], answers: Mapping[str, Json]) -> Iterable[tuple[str, Json]]:
    for field in fields:
        name = field["name"]
        suggestion = (field.get("description") or {}).get("suggested_value")
        if field.get("type") == "expandable":
            inner = dict(_values(field["schema"], answers.get(name, {})))
            if inner:
                yield name, inner
        elif name in answers:
            # None empties a field that suggests something.
            if answers[name] is not None:
                yield name, answers[name]
        elif suggestion is not None:
            yield name, suggestion
        elif field.get("default") is not None:
            yield name, field["default"]
