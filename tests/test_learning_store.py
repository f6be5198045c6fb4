"""What was learnt, on disk."""

from __future__ import annotations

import math
from typing import Any

import pytest
from homeassistant.core import HomeAssistant

from custom_components.indoor_positioning.engine.propagation import PropagationParameters
from custom_components.indoor_positioning.engine.self_calibration import SelfCalibration
from custom_components.indoor_positioning.learning_store import LearningStore, Learnt

KEY = "indoor_positioning.entry.learning"
IN_USE = PropagationParameters(exponent=2.4, anchor_offsets={"a": 1.5})


def row(**changes: Any) -> dict[str, Any]:
    """Return what a sound file holds, changed."""
    return {
        "sums": SelfCalibration(("a", "b")).to_dict(),
        "parameters": IN_USE.to_dict(),
        "before": PropagationParameters().to_dict(),
        "changed_at": 1e9,
        **changes,
    }


async def load(hass: HomeAssistant) -> Learnt:
    return await LearningStore(hass, "entry").async_load()


def put(hass_storage: dict[str, Any], data: Any) -> None:
    hass_storage[KEY] = {"version": 1, "minor_version": 1, "key": KEY, "data": data}


async def test_it_starts_with_nothing(hass: HomeAssistant, caplog: pytest.LogCaptureFixture) -> None:
    learnt = await load(hass)
    assert learnt.parameters == PropagationParameters()
    assert (learnt.before, learnt.changed_at, learnt.sums.readings) == (None, None, 0.0)
    assert "cannot be read" not in caplog.text


@pytest.mark.parametrize("before", [None, PropagationParameters(noise=5.0)])
async def test_what_is_written_is_read(
    hass: HomeAssistant, hass_storage: dict[str, Any], before: PropagationParameters | None
) -> None:
    await LearningStore(hass, "entry").async_save(Learnt(SelfCalibration(("a", "b")), IN_USE, before, 1e9))
    assert hass_storage[KEY]["version"] == 1
    learnt = await load(hass)
    assert (learnt.parameters, learnt.before, learnt.changed_at) == (IN_USE, before, 1e9)
    assert learnt.sums.anchors == ("a", "b")


async def test_removal_leaves_no_file(hass: HomeAssistant, hass_storage: dict[str, Any]) -> None:
    await LearningStore(hass, "entry").async_save(Learnt.nothing())
    await LearningStore.async_remove_file(hass, "entry")
    assert KEY not in hass_storage


async def test_constants_out_of_range_are_brought_back(hass: HomeAssistant, hass_storage: dict[str, Any]) -> None:
    put(hass_storage, row(parameters={**IN_USE.to_dict(), "exponent": 99.0}))
    assert (await load(hass)).parameters.exponent == 4.5


@pytest.mark.parametrize(
    "broken",
    [
        [],
        {},
        row(sums=None),
        row(sums={**SelfCalibration(("a",)).to_dict(), "cross": [1.0]}),
        row(sums={**SelfCalibration(("a",)).to_dict(), "moment": "many"}),
        row(parameters=[]),
        row(parameters={"exponent": "steep"}),
        row(parameters={"exponent": math.nan}),
        row(parameters={"anchor_offsets": {"a": math.inf}}),
        row(before="then"),
        row(changed_at="yesterday"),
    ],
)
async def test_malformed_content_starts_anew_with_one_line(
    hass: HomeAssistant, hass_storage: dict[str, Any], caplog: pytest.LogCaptureFixture, broken: Any
) -> None:
    put(hass_storage, broken)
    learnt = await load(hass)
    assert learnt.parameters == PropagationParameters()
    assert (learnt.before, learnt.changed_at, learnt.sums.readings) == (None, None, 0.0)
    assert caplog.text.count("learnt anew") == 1
