"""What helps to understand a report, without anything private.

Addresses, keys, names, areas and real coordinates never appear; anchors, beacons, rooms and floors get numbers that
are the same throughout one file, and places go through one transform that is drawn for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from homeassistant import const
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import AnyDeviceEntry
from homeassistant.helpers.storage import STORAGE_DIR
from homeassistant.loader import async_get_integration

from . import clock
from .const import (
    CONF_IDENTITIES,
    CONF_IGNORED_BEACONS,
    CONF_IGNORED_SCANNERS,
    CONF_REFERENCE_RSSI,
    DOMAIN,
    SUBENTRY_ANCHOR,
    SUBENTRY_BEACON,
    SUBENTRY_ROOM,
    SUBENTRY_ZONE,
)
from .diagnostics_plan import HiddenPlan
from .engine.home import Home
from .learner import Learner
from .runtime import IndoorPositioningConfigEntry, Runtime
from .settings import CONF_PIN
from .survey_store import KeptSample
from .teacher import Teacher
from .track import Track

_SECONDS_A_DAY = 86400

# Addresses and identities, and where on earth the home is.
_PRIVATE_OPTIONS = frozenset({CONF_IGNORED_BEACONS, CONF_IGNORED_SCANNERS, CONF_PIN})


class _Pseudonyms:
    """`anchor_1` for the first anchor, and so on; what was never listed is `unknown`."""

    def __init__(self, kind: str, ids: Iterable[str]) -> None:
        self._names = {one: f"{kind}_{number}" for number, one in enumerate(ids, 1)}

    def of(self, one: str | None) -> str | None:
        return None if one is None else self._names.get(one, "unknown")

    def keyed[T](self, values: Mapping[str, T]) -> dict[str, T]:
        return {name: values[one] for one, name in self._names.items() if one in values}


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: IndoorPositioningConfigEntry
) -> dict[str, Any]:
    """Return counters, the shape of the home, and what is believed at present."""
    runtime = entry.runtime_data
    plan = HiddenPlan()
    home = runtime.positioning.model.home
    anchors = _Pseudonyms("anchor", (anchor.id for anchor in home.anchors))
    rooms = _Pseudonyms("room", (room.id for room in home.rooms))
    beacons = entry.get_subentries_of_type(SUBENTRY_BEACON)
    return {
        "options": {key: value for key, value in entry.options.items() if key not in _PRIVATE_OPTIONS},
        "receptions": _receptions(runtime, [beacon.subentry_id for beacon in beacons], anchors),
        "estimates": {
            "interval": round(runtime.positioning.pace.interval, 3),
            "cost_ms": round(1e3 * runtime.positioning.pace.cost, 3),
        },
        "versions": {
            "integration": str((await async_get_integration(hass, DOMAIN)).version),
            "core": const.__version__,
        },
        "home": _home(home, runtime, anchors, rooms, plan),
        "beacons": [
            {
                "kinds": [identity.get("kind") for identity in beacon.data[CONF_IDENTITIES]],
                "reference_rssi": beacon.data.get(CONF_REFERENCE_RSSI),
                **_track(runtime.positioning.tracks[beacon.subentry_id], anchors, rooms, plan),
                "tells": sorted(report.told) if (report := runtime.identification.report(beacon.subentry_id)) else [],
            }
            for beacon in beacons
        ],
        "survey": [_sample(kept, rooms) for kept in runtime.survey.samples],
        "propagation": {
            **{
                key: value
                for key, value in runtime.positioning.model.parameters.to_dict().items()
                if isinstance(value, float)
            },
            "anchor_offsets": anchors.keyed(runtime.positioning.model.parameters.anchor_offsets),
            "anchor_drift": anchors.keyed(runtime.drift.drift.anchors),
        },
        "self_calibration": _self_calibration(runtime.learner, anchors),
        "networks": _networks(runtime.teacher),
        "findings": _findings(runtime, anchors),
        "files": await hass.async_add_executor_job(_files, hass.config.path(STORAGE_DIR), entry.entry_id),
    }


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: IndoorPositioningConfigEntry, device: AnyDeviceEntry
) -> dict[str, Any]:
    """Return the diagnostics of the home, and which of its numbers the device is."""
    numbers = {
        subentry.subentry_id: f"{kind}_{number}"
        for kind in (SUBENTRY_BEACON, SUBENTRY_ANCHOR, SUBENTRY_ROOM, SUBENTRY_ZONE)
        for number, subentry in enumerate(entry.get_subentries_of_type(kind), 1)
    }
    own = next((numbers[key] for domain, key in device.identifiers if domain == DOMAIN and key in numbers), None)
    return {"device": own, **await async_get_config_entry_diagnostics(hass, entry)}


def _findings(runtime: Runtime, anchors: _Pseudonyms) -> dict[str, Any]:
    """Return what the home has found to be wrong by itself."""
    return {
        "issues": sorted(runtime.issues.kinds),
        "changed_anchors": [
            {
                "anchor": anchors.of(one.change.anchor),
                "kind": one.change.kind,
                "level": one.change.level,
                "distance": one.change.distance,
                "evidence": round(one.change.evidence, 1),
            }
            for one in runtime.levels.named
        ],
        "sensors": sorted(finding.problem.value for finding in runtime.positioning.health.findings.values()),
    }


def _files(folder: str, entry_id: str) -> dict[str, dict[str, float]]:
    """Return the age in days and the size in bytes of each file of the entry."""
    prefix = f"{DOMAIN}.{entry_id}."
    return {
        one.name.removeprefix(prefix): {"age_days": _days_since(one.stat().st_mtime), "bytes": one.stat().st_size}
        for one in sorted(Path(folder).glob(f"{prefix}*"))
    }


def _self_calibration(learner: Learner, anchors: _Pseudonyms) -> dict[str, Any]:
    """Return how much was learnt, the constants it led to (before any survey), and since when they are in use."""
    learnt = learner.learnt
    constants = learner.parameters.to_dict()
    return {
        "enabled": learner.enabled,
        "independent_readings": round(learnt.sums.readings, 1),
        "parameters": {**constants, "anchor_offsets": anchors.keyed(constants["anchor_offsets"])},
        "in_use_for_days": None if learnt.changed_at is None else _days_since(learnt.changed_at),
        "can_be_undone": learnt.before is not None,
    }


def _networks(teacher: Teacher) -> dict[str, Any]:
    """Return whether the home has trained networks, when, and how they compared with other methods."""
    kept = teacher.kept
    errors = kept.report.errors if kept.report else {}
    return {
        "models": len(list(kept.models)),
        "training": teacher.progress,
        "outdated": teacher.outdated,
        "problem": teacher.problem,
        "missing_anchors": len(teacher.missing_anchors),
        "lessons": {
            "active": teacher.lessons.active,
            "samples": len(teacher.lessons.samples),
            "since_training": teacher.lessons.samples.taken,
            "used": kept.report.learnt_samples if kept.report else 0,
            "networks_helped": kept.report.helped if kept.report else 0,
        },
        "trained_days_ago": None if kept.trained_at is None else _days_since(kept.trained_at),
        "quantisation_loss": kept.report.quantisation_loss if kept.report else None,
        "errors": {name: {"mean": one.mean, "p90": one.p90, "rooms": one.rooms} for name, one in errors.items()},
    }


def _receptions(runtime: Runtime, beacon_ids: list[str], anchors: _Pseudonyms) -> dict[str, Any]:
    receptions = runtime.ingest.receptions
    return {
        "delivered": receptions.delivered,
        "delivered_per_beacon": [receptions.per_beacon[beacon_id] for beacon_id in beacon_ids],
        "delivered_per_anchor": anchors.keyed(receptions.per_anchor),
        "invalid_rssi": receptions.invalid_rssi,
        "stale": receptions.stale,
        "addresses": runtime.ingest.addresses,
    }


def _home(home: Home, runtime: Runtime, anchors: _Pseudonyms, rooms: _Pseudonyms, plan: HiddenPlan) -> dict[str, Any]:
    listening, reception = runtime.anchors.listening(), runtime.reception_watch.reception
    floors = _Pseudonyms("floor", (floor.id for floor in home.floors))
    return {
        "floors": [{"level": floor.level, "elevation": floor.elevation} for floor in home.floors],
        "rooms": [
            {"floor": floors.of(room.floor), "corners": len(room.outline) if room.outline else 0} for room in home.rooms
        ],
        "zones": [
            {
                "floor": floors.of(zone.floor),
                "corners": len(zone.outline),
                "enter": zone.rule.enter,
                "leave": zone.rule.leave,
                "dwell": zone.rule.dwell,
                "exit_delay": zone.rule.exit_delay,
                "beacons": None if zone.rule.beacons is None else len(zone.rule.beacons),
            }
            for zone in home.zones
        ],
        "anchors": [
            {
                "floor": floors.of(anchor.floor),
                "room": rooms.of(anchor.room),
                "placed": anchor.position is not None,
                "place": plan.of(anchor.position),
                "packets_per_minute": reception.packets_per_minute(anchor.id),
                "expected_share": reception.share(anchor.id),
                "level_days": [
                    [one.day, one.count, round(one.change, 1)] for one in runtime.levels.history.days(anchor.id)
                ],
                "rssi_offset": anchor.rssi_offset,
                "listening": anchor.id in listening,
            }
            for anchor in home.anchors
        ],
    }


def _track(track: Track, anchors: _Pseudonyms, rooms: _Pseudonyms, plan: HiddenPlan) -> dict[str, Any]:
    now, presence = clock.monotonic(), track.presence
    suspicion = track.clone_suspicion()
    return {
        "assurance": track.assurance(now),
        "duplicate_suspected": suspicion.reason if suspicion else None,
        "room": rooms.of(presence.room),
        "away": presence.away,
        "confidence": round(presence.confidence, 3),
        "accuracy": presence.accuracy,
        "place": plan.of(presence.position),
        "still": None if presence.still_since is None else round(now - presence.still_since, 1),
        "failed": track.failed,
        "silence": None if presence.last_heard is None else round(now - presence.last_heard, 1),
        "dropped": track.tracker.dropped,
        "heard_by": anchors.keyed(
            {one: {"rssi": last.rssi, "age": round(now - last.time, 1)} for one, last in track.latest.items()}
        ),
    }


def _sample(kept: KeptSample, rooms: _Pseudonyms) -> dict[str, Any]:
    sample = kept.sample
    return {
        "room": rooms.of(sample.room),
        "placed": sample.position is not None,
        "packets": sample.packets,
        "anchors": len(sample.readings),
        "silent_anchors": len(sample.silent),
        "duration": round(sample.duration, 1),
        "quality": kept.quality,
        "age_days": _days_since(sample.time),
    }


def _days_since(then: float) -> float:
    return round((clock.time() - then) / _SECONDS_A_DAY, 2)
