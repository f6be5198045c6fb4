"""Everything of one config entry while it is loaded, and how changes of the entry reach it without a reload."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterable
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from .anchors import AnchorWatch
from .beacons import identities_of, model_and_manufacturer
from .bound_sensors import BoundSensors
from .calibration_desk import CalibrationDesk
from .const import (
    CONF_IDENTITIES,
    CONF_IGNORED_SCANNERS,
    CONF_SOURCE,
    DOMAIN,
    SUBENTRY_ANCHOR,
    SUBENTRY_BEACON,
)
from .doors import Doors
from .drift_watch import DriftWatch
from .engine.belief import matching_cells
from .engine.home import Home
from .engine.identity.sighting import Suspicion
from .engine.model import PositioningModel
from .engine.neural.fitting import fitting
from .engine.neural.judging import TrainingReport
from .engine.neural.models import TinyModels
from .engine.propagation import PropagationParameters
from .engine.survey import Survey
from .home_builder import build_home
from .identification import Identification
from .ingest import Ingest
from .issues import Issues
from .learner import Learner
from .level_watch import LevelWatch
from .listeners import call_all, register
from .newcomer_watch import NewcomerWatch
from .persons import Persons
from .picture_store import PictureStore
from .plan_ways import CONF_WAYS
from .positioning import Positioning
from .presentation import BeaconView
from .rebuild import Rebuild
from .reception_watch import ReceptionWatch
from .recording_desk import RecordingDesk
from .registry_watch import RegistryWatch
from .scanners import scanner_exists
from .seen import Seen, geometry
from .sensor_watch import SensorWatch
from .settings import Settings
from .silence_watch import SilenceWatch
from .state_store import BeaconState, StateStore
from .survey_store import SurveyStore
from .teacher import NetworkUse, Teacher
from .track_recorder import TrackRecorder
from .uploads import Uploads

_LOGGER = logging.getLogger(__name__)

type IndoorPositioningConfigEntry = ConfigEntry[Runtime]


class Runtime:
    """Owns the parts and keeps them in step with the entry."""

    def __init__(self, hass: HomeAssistant, entry: IndoorPositioningConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._seen: dict[str, Seen] = {}
        # The doors, walls and stairs that are in effect.
        self._ways: Any = None
        self._reference_rssi: dict[str, float] = {}
        self._views: dict[str, BeaconView] = {}
        self._structure_listeners: list[CALLBACK_TYPE] = []
        self._stopping = False
        self._rebuild = Rebuild(hass, self._async_rebuild)
        self._state = StateStore(hass, entry.entry_id)
        self.settings = Settings.from_options(entry.options)
        self.issues = Issues(hass, entry)
        self._registries = RegistryWatch(hass, entry, self.issues, self._rebuild.request)
        self.anchors = AnchorWatch(hass, self._registries.scanner_changed)
        self.silence = SilenceWatch(hass, self.anchors, self._sources, self.issues.silent)
        self.reception_watch = ReceptionWatch(hass, entry.entry_id, self.anchors)
        self.levels = LevelWatch(hass, entry.entry_id, self.anchors, self.issues.changed)
        self.survey = SurveyStore(hass, entry.entry_id, self._rebuild.request)
        self.learner = Learner(hass, entry.entry_id, self._rebuild.request, enabled=self.settings.self_calibration)
        self.drift = DriftWatch(hass, entry.entry_id, self.issues.drifted)
        self.teacher = Teacher(hass, entry.entry_id, self.anchors, self._rebuild.request)
        self.identification = Identification(hass, entry.entry_id, self._suspect, self._notify_structure)
        self.pictures = PictureStore(hass, entry.entry_id, self._notify_structure)
        self.tracks = TrackRecorder(hass, entry.entry_id)
        self.uploads = Uploads()
        self.newcomers = NewcomerWatch(hass, entry, self.issues, self.identification)
        self.positioning: Positioning
        self.calibration: CalibrationDesk
        self.doors: Doors
        self.recording: RecordingDesk
        self.sensors: BoundSensors
        self.sensor_watch: SensorWatch
        self.persons: Persons
        self.ingest: Ingest

    async def async_start(self) -> None:
        """Load what is stored, build the model and start to listen."""
        await self._async_load()
        states = await self._state.async_load()
        self._reference_rssi = {
            beacon_id: state.reference_rssi for beacon_id, state in states.items() if state.reference_rssi is not None
        }
        # What changes from here on is applied as a change, once somebody listens for changes.
        subentries = tuple(self._entry.subentries.values())
        self._seen = {subentry.subentry_id: Seen.of(subentry) for subentry in subentries}
        self._ways = self._entry.data.get(CONF_WAYS)
        model = await self._async_build()
        self.positioning = Positioning(self._hass, self.anchors, model, self.settings, self.learner.learn)
        self.calibration = CalibrationDesk(self._hass, self._entry, self.positioning, self.anchors, self.survey)
        self.doors = Doors(self._hass, self._entry, self.positioning)
        self.recording = RecordingDesk(self._hass, self.positioning, self.survey.survey)
        self.persons = Persons(self._entry, self.positioning)
        self.sensors = BoundSensors(self._hass, self.positioning, lambda: self.settings)
        self.sensor_watch = SensorWatch(self._hass, self._entry, self.positioning)
        self.identification.follow(model.home)
        self.ingest = Ingest(
            self._hass,
            self.identification,
            self.positioning.observe,
            self._learn_reference_rssi,
            self.sensors.read,
        )
        self._subscribe_parts()
        for subentry in subentries:
            if subentry.subentry_type == SUBENTRY_BEACON:
                self._add_beacon(subentry, states.get(subentry.subentry_id))
                # To take up a belief costs some milliseconds; in between the loop is for others.
                await asyncio.sleep(0)
        for follow in (self.doors.follow, self.persons.follow):
            follow()
            self.subscribe_structure(follow)
        await self.tracks.async_start(self.settings.track_hours, self.positioning.tracks)
        self.anchors.start()
        self.silence.start(self.settings.silent_after)
        self.sensor_watch.start(self.settings.silent_after)
        self.ingest.start()
        self.identification.start()
        self.newcomers.start()
        self.learner.start(model)
        self.drift.start(self.positioning)
        self.levels.start(self.positioning)
        self.reception_watch.start(self.positioning, self.ingest.receptions)
        self.teacher.start(self.positioning, self.learner.parameters)
        self.issues.look_at_zones(model)
        self._registries.start()
        self._entry.async_on_unload(self._hass.bus.async_listen(EVENT_HOMEASSISTANT_FINAL_WRITE, self._async_save))

    def _subscribe_parts(self) -> None:
        """Let the parts follow what is estimated and each new model."""
        self.positioning.subscribe_all(lambda: self._state.save_later(self._states))
        self.positioning.subscribe_model(self._notify_structure)
        self.positioning.subscribe_model(lambda: self.issues.look_at_zones(self.positioning.model))
        # The first word of a sensor may make it worth an entity.
        self.positioning.subscribe_health(self._notify_structure)
        self.positioning.subscribe_health(self.sensor_watch.changed)
        self.positioning.subscribe_model(self.sensor_watch.changed)
        self.sensor_watch.subscribe(lambda: self.issues.look_at_sensors(self.sensor_watch))
        self.positioning.subscribe_model(lambda: self.learner.follow(self.positioning.model))
        self.positioning.subscribe_model(lambda: self.levels.follow(self.positioning.model))
        self.positioning.subscribe_model(lambda: self.drift.follow(self.positioning.model))
        self.positioning.subscribe_model(lambda: self.teacher.follow(self.positioning.model, self.learner.parameters))
        self.positioning.subscribe_model(lambda: self.identification.follow(self.positioning.model.home))

    async def _async_load(self) -> None:
        """Read what the parts have on disk."""
        await self.survey.async_load()
        await self.pictures.async_load()
        await self.learner.async_load()
        await self.teacher.async_load(self._network_use())
        await self.identification.async_load()
        await self.drift.async_load()
        await self.reception_watch.async_load()
        await self.levels.async_load()

    @callback
    def stop_rebuilding(self) -> None:
        """Adopt no more models: their listeners would add entities to platforms that are going."""
        self._stopping = True
        self._rebuild.stop()
        self.teacher.stop()

    async def async_stop(self) -> None:
        """Stop to listen and keep what is known."""
        self._registries.stop()
        self.newcomers.stop()
        self.issues.clear()
        self.ingest.stop()
        self.silence.stop()
        self.sensor_watch.stop()
        self.anchors.stop()
        self.sensors.stop()
        self.persons.stop()
        self.doors.stop()
        self.recording.stop()
        self.positioning.stop()
        await self.learner.async_stop()
        await self.teacher.async_stop()
        await self.identification.async_stop()
        await self.drift.async_stop()
        await self.reception_watch.async_stop()
        await self.levels.async_stop()
        await self.tracks.async_stop()
        await self._state.async_save(self._states())

    def _network_use(self) -> NetworkUse:
        settings = self.settings
        return NetworkUse(settings.network_engine, settings.needs_networks, settings.network_learning)

    async def _async_save(self, _event: Event | None = None) -> None:
        await self._state.async_save(self._states())
        await self.identification.async_save()
        await self.drift.async_save()
        await self.reception_watch.async_save()
        await self.levels.async_save()
        await self.tracks.async_flush()

    def view(self, beacon_id: str) -> BeaconView:
        """Return what is shown of a beacon."""
        return self._views[beacon_id]

    def applied_subentries(self) -> list[ConfigSubentry]:
        """Return the subentries that are in effect; one just added is applied a moment later."""
        return [one for key, one in self._entry.subentries.items() if key in self._seen]

    def anchor_name(self, source: str) -> str:
        """Return what the user calls an anchor."""
        anchors = self._entry.get_subentries_of_type(SUBENTRY_ANCHOR)
        return next((anchor.title for anchor in anchors if anchor.data[CONF_SOURCE] == source), source)

    def beacon_name(self, beacon_id: str) -> str:
        """Return what the user calls a beacon."""
        return self._entry.subentries[beacon_id].title

    @callback
    def subscribe_structure(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` after beacons, rooms or the plan have changed: there may be more or fewer entities."""
        return register(self._structure_listeners, listener)

    @callback
    def request_rebuild(self) -> None:
        """Build the model anew soon."""
        self._rebuild.request()

    async def async_train(self) -> TrainingReport:
        """Train networks from the home as it is now, also if it has changed this moment; see `Teacher.async_train`."""
        await self._rebuild.async_catch_up()
        return await self.teacher.async_train()

    @callback
    def apply_changes(self) -> None:
        """Bring what runs in step with the entry: only what differs is touched, and trackers stay warm."""
        if (settings := Settings.from_options(self._entry.options)) != self.settings:
            self.settings = settings
            self.positioning.configure(settings)
            self.silence.after = self.sensor_watch.after = settings.silent_after
            self._later(self.tracks.async_configure(settings.track_hours), "tracks")
            self.learner.configure(enabled=settings.self_calibration)
            self.teacher.configure(self._network_use())
        if (ways := self._entry.data.get(CONF_WAYS)) != self._ways:
            self._ways = ways
            self._rebuild.request()
        before, self._seen = self._seen, {key: Seen.of(one) for key, one in self._entry.subentries.items()}
        if before == self._seen:
            return
        removed = {key: before[key] for key in before.keys() - self._seen.keys()}
        for subentry_id, gone in removed.items():
            if gone.subentry_type == SUBENTRY_BEACON:
                self._remove_beacon(subentry_id)
        for subentry_id, now in self._seen.items():
            if now != (old := before.get(subentry_id)):
                self._apply(self._entry.subentries[subentry_id], old)
        if geometry(before) != geometry(self._seen):
            self._rebuild.request()
        self._notify_structure()
        self.sensor_watch.changed()
        self._ignore_scanners(gone.data[CONF_SOURCE] for gone in removed.values() if CONF_SOURCE in gone.data)
        self.issues.check()

    def _ignore_scanners(self, sources: Iterable[str]) -> None:
        """An anchor that was removed though its scanner works is not proposed again."""
        known = list(self._entry.options.get(CONF_IGNORED_SCANNERS, ()))
        new = [one for one in sources if one not in known and scanner_exists(self._hass, one)]
        if new:
            options = {**self._entry.options, CONF_IGNORED_SCANNERS: known + new}
            self._hass.config_entries.async_update_entry(self._entry, options=options)

    def _apply(self, subentry: ConfigSubentry, before: Seen | None) -> None:
        is_beacon = subentry.subentry_type == SUBENTRY_BEACON
        if before is None:
            if is_beacon:
                self._add_beacon(subentry, None)
            return
        if is_beacon and before.data[CONF_IDENTITIES] != subentry.data[CONF_IDENTITIES]:
            self.ingest.set_beacon(subentry.subentry_id, identities_of(subentry))
        if is_beacon:
            self.sensors.follow(subentry)
        if before.title != subentry.title or is_beacon:
            _update_device(self._hass, self._entry, subentry)

    def _add_beacon(self, subentry: ConfigSubentry, state: BeaconState | None) -> None:
        beacon_id = subentry.subentry_id
        self.positioning.add_beacon(beacon_id, state)
        self._views[beacon_id] = BeaconView(self.positioning, beacon_id, lambda: self.settings)
        self.sensors.follow(subentry)
        self.ingest.set_beacon(subentry.subentry_id, identities_of(subentry))

    def _remove_beacon(self, beacon_id: str) -> None:
        self.ingest.remove_beacon(beacon_id)
        self.sensors.forget(beacon_id)
        self._views.pop(beacon_id).stop()
        self.positioning.remove_beacon(beacon_id)
        self._reference_rssi.pop(beacon_id, None)
        self._later(self.tracks.async_erase(beacon_id), "erase track")

    def _later(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Let something that waits for the disk be done; an unload waits for it."""
        self._entry.async_create_task(self._hass, work, f"{DOMAIN} {name}")

    def _sources(self) -> set[str]:
        return {one.data[CONF_SOURCE] for one in self._entry.get_subentries_of_type(SUBENTRY_ANCHOR)}

    @callback
    def _suspect(self, beacon_id: str, suspicion: Suspicion | None) -> None:
        self.positioning.tracks[beacon_id].suspicion = suspicion
        self.issues.duplicate(self._entry.subentries[beacon_id], suspicion.reason if suspicion else None)

    @callback
    def _learn_reference_rssi(self, beacon_id: str, reference_rssi: float) -> None:
        """Take the first strength at 1 m that a beacon tells; a rebuild for each later one would be an open door."""
        if beacon_id not in self._reference_rssi:
            self._reference_rssi[beacon_id] = reference_rssi
            self._rebuild.request()

    async def _async_build(self, before: PositioningModel | None = None) -> PositioningModel:
        home = build_home(self._hass, self._entry, self._reference_rssi)
        return await self._hass.async_add_executor_job(
            _build, home, self.survey.survey(), self.learner.parameters, self.teacher.models, before
        )

    async def _async_rebuild(self) -> None:
        try:
            model = await self._async_build(self.positioning.model)
        except Exception:  # whatever the fault, positioning goes on with what worked
            _LOGGER.exception("The changed plan or survey could not be built into a model; the last one stays in use")
            return
        if not self._stopping:
            await self.positioning.async_adopt(model)

    @callback
    def _notify_structure(self) -> None:
        call_all(self._structure_listeners)

    @callback
    def _states(self) -> dict[str, BeaconState]:
        return {
            beacon_id: BeaconState(track.tracker.snapshot(), track.presence, self._reference_rssi.get(beacon_id))
            for beacon_id, track in self.positioning.tracks.items()
        }


def _build(
    home: Home,
    survey: Survey,
    parameters: PropagationParameters,
    networks: TinyModels,
    before: PositioningModel | None,
) -> PositioningModel:
    """Build a model, and do the costly part of adopting it once for all beacons: neither is for the event loop."""
    model = PositioningModel.build(home, survey, parameters, fitting(networks, home))
    if before is not None:
        matching_cells(before, model)
    return model


@callback
def _update_device(hass: HomeAssistant, entry: IndoorPositioningConfigEntry, subentry: ConfigSubentry) -> None:
    devices = dr.async_get(hass)
    if (device := devices.async_get_device_by_identifier((DOMAIN, subentry.subentry_id), entry.entry_id)) is None:
        return
    devices.async_update_device(device.id, name=subentry.title)
    if subentry.subentry_type == SUBENTRY_BEACON:
        model, manufacturer = model_and_manufacturer(subentry)
        devices.async_update_device(device.id, model=model, manufacturer=manufacturer)
