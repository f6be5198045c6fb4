"""Recordings for bug reports: some minutes of all that the anchors hear of the beacons, disguised, as one file.

`scripts/replay` reads the file as it is, so that whoever looks into a report sees what the home saw.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

from .const import DOMAIN
from .engine.measurement import Measurement
from .engine.observation import Observation
from .engine.replay.archive import write_archive
from .engine.replay.disguise import disguise
from .engine.replay.recording import Recording, write_recording
from .engine.survey import Survey
from .positioning import Positioning
from .refusal import refusal

# Readings: an hour of 10 beacons and 8 proxies is 300,000. The file of so many has about 2 MB.
MAX_READINGS: Final = 300_000

FILE_NAME: Final = f"{DOMAIN}_recording.zip"


class RecordingDesk:
    """Makes one recording at a time. `file` is where the newest lies, in Home Assistant's configuration folder."""

    def __init__(self, hass: HomeAssistant, positioning: Positioning, survey: Callable[[], Survey]) -> None:
        self._hass = hass
        self._positioning = positioning
        self._survey = survey
        self._readings: list[Observation] = []
        self._measurements: list[Measurement] = []
        self._untap: list[CALLBACK_TYPE] = []
        self._cancel: CALLBACK_TYPE | None = None
        self.file = Path(hass.config.path(FILE_NAME))

    @property
    def running(self) -> bool:
        """Whether a recording is being made."""
        return self._cancel is not None

    @callback
    def start(self, seconds: float) -> None:
        """Record for some seconds, or until there is too much. Raises ServiceValidationError while another one runs."""
        if self.running:
            raise refusal("recording_runs")
        self._readings = []
        positioning = self._positioning
        self._measurements = []
        self._untap = [positioning.tap(beacon_id, self._take) for beacon_id in positioning.tracks]
        self._untap.append(positioning.tap_measurements(self._take_measurement))
        self._cancel = async_call_later(self._hass, seconds, self._async_finish)

    @callback
    def stop(self) -> None:
        """Throw away what is being recorded."""
        self._end()
        self._readings, self._measurements = [], []

    @callback
    def _take(self, observation: Observation) -> None:
        if len(self._readings) < MAX_READINGS:
            self._readings.append(observation)

    @callback
    def _take_measurement(self, measurement: Measurement) -> None:
        if len(self._measurements) < MAX_READINGS:
            self._measurements.append(measurement)

    def _end(self) -> None:
        for untap in self._untap:
            untap()
        self._untap = []
        if self._cancel:
            self._cancel()
            self._cancel = None

    async def _async_finish(self, _now: datetime) -> None:
        self._end()
        readings, self._readings = self._readings, []
        measurements, self._measurements = self._measurements, []
        home = self._positioning.model.home
        recording = Recording(home, self._survey(), readings, measurements=measurements)
        await self._hass.async_add_executor_job(_write, recording, self.file)


def _write(recording: Recording, file: Path) -> None:
    with TemporaryDirectory() as folder:
        write_recording(Path(folder), disguise(recording))
        members = [(one.name, one.read_bytes()) for one in sorted(Path(folder).iterdir())]
    file.write_bytes(write_archive(members))
