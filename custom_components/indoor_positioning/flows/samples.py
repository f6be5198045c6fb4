"""The calibration samples, to look through and to delete."""

from __future__ import annotations

from typing import Any, Final

import probatio as vol
from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult, OptionsFlow
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
from homeassistant.helpers.translation import async_get_translations

from .. import clock
from ..const import DOMAIN
from ..runtime import Runtime
from ..survey_store import KeptSample

CONF_DELETE: Final = "delete"

# The largest unit of an age that is at least one, with its length in seconds.
_AGE_UNITS: Final = (("days", 86400), ("hours", 3600), ("minutes", 60))


class SampleSteps(OptionsFlow):
    """The step `samples`."""

    async def async_step_samples(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """List all samples with age and quality; delete those that are ticked."""
        if self.config_entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        runtime: Runtime = self.config_entry.runtime_data
        if user_input is not None:
            await runtime.survey.async_delete(user_input.get(CONF_DELETE, []))
            return self.async_create_entry(data=dict(self.config_entry.options))
        samples = runtime.survey.samples
        if not samples:
            return self.async_abort(reason="no_samples")
        texts = await async_get_translations(self.hass, self.hass.config.language, "selector", [DOMAIN])
        options = [SelectOptionDict(value=one.id, label=self._label(one, texts)) for one in samples]
        selector = SelectSelector(SelectSelectorConfig(options=options, multiple=True, mode=SelectSelectorMode.LIST))
        return self.async_show_form(
            step_id="samples",
            data_schema=vol.Schema({vol.Optional(CONF_DELETE, default=[]): selector}),
            description_placeholders={"count": str(len(samples))},
        )

    def _label(self, kept: KeptSample, texts: dict[str, str]) -> str:
        sample = kept.sample
        area = ar.async_get(self.hass).async_get_area(sample.room) if sample.room else None
        room = area.name if area else (sample.room or "–")
        spot = f"({sample.position[0]:g}, {sample.position[1]:g})" if sample.position else ""
        heard = _text(texts, "sample_text", "heard").format(packets=sample.packets, anchors=len(sample.readings))
        quality = _text(texts, "sample_quality", kept.quality)
        return " · ".join(part for part in (room, spot, _age(sample.time, texts), heard, quality) if part)


def _age(then: float, texts: dict[str, str]) -> str:
    age = max(0.0, clock.time() - then)
    for unit, length in _AGE_UNITS:
        if age >= length:
            return _text(texts, "sample_text", unit).format(count=int(age // length))
    return _text(texts, "sample_text", "now")


def _text(texts: dict[str, str], selector: str, key: str) -> str:
    return texts.get(f"component.{DOMAIN}.selector.{selector}.options.{key}", key)
