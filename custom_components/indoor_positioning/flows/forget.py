"""To forget what ordinary use has taught."""

from __future__ import annotations

from typing import Any

import probatio as vol
from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult, OptionsFlow

from ..runtime import Runtime


class ForgetStep(OptionsFlow):
    """The step `forget`."""

    async def async_step_forget(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask once more, then start self-calibration and the networks' lessons anew. The survey stays."""
        if self.config_entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        runtime: Runtime = self.config_entry.runtime_data
        learnt, lessons = runtime.learner.learnt, runtime.teacher.lessons
        if learnt.changed_at is None and not learnt.sums.readings and not len(lessons.samples):
            return self.async_abort(reason="nothing_learnt")
        if user_input is not None:
            await runtime.learner.async_forget()
            await lessons.async_forget()
            return self.async_create_entry(data=dict(self.config_entry.options))
        return self.async_show_form(step_id="forget", data_schema=vol.Schema({}))
