"""To take in a network from a file: one that was trained elsewhere, or taken along from another installation."""

from __future__ import annotations

from typing import Any, Final

import probatio as vol
from homeassistant.components.file_upload import process_uploaded_file
from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult, OptionsFlow
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import FileSelector, FileSelectorConfig

from ..engine.neural.models import TinyModel
from ..engine.neural.problems import ModelError
from ..engine.neural.tflite_reader import MAX_BYTES, read_tflite
from ..runtime import Runtime

CONF_FILE: Final = "file"


class NetworkFileStep(OptionsFlow):
    """The step `network_file`."""

    async def async_step_network_file(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Take a file, use its network from then on, and say what is wrong with it where it cannot be used."""
        if self.config_entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        problem = ""
        if user_input is not None:
            runtime: Runtime = self.config_entry.runtime_data
            try:
                model = await self.hass.async_add_executor_job(_read, self.hass, user_input[CONF_FILE])
                await runtime.teacher.async_adopt(model)
            except ModelError as error:
                problem = str(error)
            else:
                return self.async_abort(reason="network_taken")
        return self.async_show_form(
            step_id="network_file",
            data_schema=vol.Schema({vol.Required(CONF_FILE): FileSelector(FileSelectorConfig(accept=".tflite"))}),
            errors={CONF_FILE: "network_refused"} if problem else {},
            description_placeholders={"problem": problem},
        )


def _read(hass: HomeAssistant, file_id: str) -> TinyModel:
    """Return the network in an uploaded file, which is deleted; runs in the executor. Raises ModelError."""
    try:
        with process_uploaded_file(hass, file_id) as path, path.open("rb") as file:
            return read_tflite(file.read(MAX_BYTES + 1))
    except ModelError:
        raise
    except (OSError, ValueError) as error:
        raise ModelError("the file did not arrive: choose it again") from error
