"""The calibration samples on disk."""

from __future__ import annotations

from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import floor_registry as fr

from custom_components.indoor_positioning.engine.survey import SurveySample
from custom_components.indoor_positioning.survey_store import KeptSample, Quality, SurveyStore

KEY = "indoor_positioning.entry.survey"


def sample(room: str | None = "kitchen", packets: int = 10, anchors: int = 3, time: float = 0.0) -> SurveySample:
    """Return a sample."""
    readings = {f"anchor {number}": (-60.5,) * packets for number in range(anchors)}
    return SurveySample("tag", "ground", room, (1.0, 2.0), readings, frozenset({"deaf"}), time, 15.0)


async def load(hass: HomeAssistant, changes: list[int] | None = None) -> SurveyStore:
    store = SurveyStore(hass, "entry", lambda: (changes if changes is not None else []).append(1))
    await store.async_load()
    return store


async def test_samples_survive_a_restart(hass: HomeAssistant, hass_storage: dict[str, Any]) -> None:
    changes: list[int] = []
    store = await load(hass, changes)
    late = await store.async_add(sample(time=2.0))
    early = await store.async_add(sample("bedroom", time=1.0))
    assert len(changes) == 2
    assert hass_storage[KEY]["version"] == 1
    again = await load(hass)
    assert [kept.id for kept in again.samples] == [early, late]
    assert again.samples[1].sample == sample(time=2.0)


async def test_samples_can_be_deleted_and_moved(hass: HomeAssistant) -> None:
    store = await load(hass)
    first, second = await store.async_add(sample()), await store.async_add(sample("bedroom"))
    await store.async_delete([first, "never was"])
    await store.async_move("bedroom", "attic")
    assert [(kept.id, kept.sample.room) for kept in (await load(hass)).samples] == [(second, "attic")]


async def test_a_broken_sample_costs_only_itself(
    hass: HomeAssistant, hass_storage: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    store = await load(hass)
    good, bad = await store.async_add(sample()), await store.async_add(sample())
    row = next(row for row in hass_storage[KEY]["data"]["samples"] if row["id"] == bad)
    row["readings"] = {"anchor": ["loud"]}
    assert [kept.id for kept in (await load(hass)).samples] == [good]
    assert caplog.text.count("cannot be read") == 1


async def test_the_survey_follows_rooms_to_other_floors(hass: HomeAssistant) -> None:
    floor = fr.async_get(hass).async_create("Upper", level=1)
    ar.async_get(hass).async_create("Kitchen", floor_id=floor.floor_id)
    store = await load(hass)
    await store.async_add(sample("kitchen"))
    await store.async_add(sample("gone"))
    await store.async_add(sample(None))
    assert [one.floor for one in store.survey()] == ["upper", "ground", "ground"]


@pytest.mark.parametrize(
    ("packets", "anchors", "quality"),
    [(15, 3, Quality.GOOD), (30, 1, Quality.FAIR), (3, 4, Quality.FAIR), (3, 3, Quality.POOR), (0, 0, Quality.POOR)],
)
def test_quality(packets: int, anchors: int, quality: Quality) -> None:
    assert KeptSample("id", sample(packets=packets, anchors=anchors)).quality is quality
