"""What the user has to decide or repair, as Home Assistant's repair issues."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import CoreState, HomeAssistant, callback
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import issue_registry as ir

from .const import (
    CONF_AREA_ID,
    CONF_FLOOR_ID,
    CONF_IGNORED_SCANNERS,
    CONF_SOURCE,
    CONF_X,
    DOMAIN,
    SUBENTRY_ANCHOR,
    SUBENTRY_ROOM,
    SUBENTRY_ZONE,
)
from .engine.anchor_change import ChangeKind
from .engine.model import PositioningModel
from .engine.sensor_findings import SensorProblem
from .home_builder import build_home
from .level_watch import NamedChange
from .scanners import known_scanners, scanner_exists
from .sensor_watch import SensorWatch, about_of


class Problem(StrEnum):
    """What can be wrong; the values are translation keys and the beginning of issue ids."""

    ROOM_AREA_MISSING = "room_area_missing"
    ANCHOR_AREA_MISSING = "anchor_area_missing"
    ANCHOR_GONE = "anchor_gone"
    ANCHOR_MOVED = "anchor_moved"
    SCANNER_NEW = "scanner_new"
    ANCHOR_DRIFTED = "anchor_drifted"
    ANCHOR_SILENT = "anchor_silent"
    ANCHOR_QUIETER = "anchor_quieter"
    ANCHOR_LOUDER = "anchor_louder"
    ANCHOR_DISPLACED = "anchor_displaced"
    ANCHOR_OTHERWISE = "anchor_otherwise"
    DUPLICATE_SUSPECTED = "duplicate_suspected"
    BEACON_NEW = "beacon_new"
    ZONE_FLOOR_MISSING = "zone_floor_missing"
    ZONE_OUTSIDE = "zone_outside"
    REFERENCE_MISSING = "reference_missing"
    BEARINGS_ROTATED = "bearings_rotated"
    BEARINGS_MIRRORED = "bearings_mirrored"
    RANGES_BIASED = "ranges_biased"
    HEADING_STICKS = "heading_sticks"
    MOTION_STICKS = "motion_sticks"
    LEVELS_STICK = "levels_stick"
    POSITIONS_OFF = "positions_off"
    PRESSURE_JUMPS = "pressure_jumps"
    PRESSURE_CONTRADICTS = "pressure_contradicts"
    RECEIVER_JUMPS = "receiver_jumps"
    IMPOSSIBLE_VALUES = "impossible_values"
    CLOCK_OFF = "clock_off"
    ANCHOR_UNBOUND = "anchor_unbound"
    SENSOR_MISSING = "sensor_missing"


# What ends by itself once the user has put it right elsewhere: no button would do it.
NOT_FIXABLE = frozenset(
    {
        Problem.ANCHOR_SILENT,
        Problem.REFERENCE_MISSING,
        *(Problem(one.value) for one in SensorProblem if one is not SensorProblem.SILENT),
    }
)


# What the levels of weeks tell of an anchor.
_OF_CHANGE: Final = {
    ChangeKind.QUIETER: Problem.ANCHOR_QUIETER,
    ChangeKind.LOUDER: Problem.ANCHOR_LOUDER,
    ChangeKind.MOVED: Problem.ANCHOR_DISPLACED,
    ChangeKind.OTHERWISE: Problem.ANCHOR_OTHERWISE,
}

# What others find and report here; it stays open until they or the user settle it.
_REPORTED = frozenset({Problem.ANCHOR_DRIFTED, Problem.ANCHOR_MOVED, Problem.DUPLICATE_SUSPECTED})


@dataclass(frozen=True, slots=True)
class _Issue:
    problem: Problem
    # What the issue is about: a subentry, or a source where there is none yet.
    subject: str
    placeholders: dict[str, str] = field(default_factory=dict)
    # Which of several texts explains it.
    variant: str | None = None
    # The subentry that must be there for it, where that is not the subject.
    about: str = ""

    @property
    def translation_key(self) -> str:
        return f"{self.problem}_{self.variant}" if self.variant else self.problem

    @property
    def issue_id(self) -> str:
        return f"{self.problem}_{self.subject}"


class Issues:
    """Creates the issues of one entry, and deletes those that have settled."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
        self._hass = hass
        self._entry = entry
        self._open: dict[str, _Issue] = {}
        self._zones_outside: frozenset[str] = frozenset()
        self._unhealthy: list[_Issue] = []
        self._changed: frozenset[str] = frozenset()

    @property
    def kinds(self) -> list[str]:
        """The kinds of all that is open."""
        return [issue.translation_key for issue in self._open.values()]

    @callback
    def look_at_zones(self, model: PositioningModel) -> None:
        """Report the zones that a new model finds outside their floor."""
        self._zones_outside = model.summary.zones_outside
        self.check()

    @callback
    def look_at_sensors(self, watch: SensorWatch) -> None:
        """Report the sensors that are found to be wrong."""
        unhealthy = list(_of_sensors(watch))
        if unhealthy != self._unhealthy:
            self._unhealthy = unhealthy
            self.check()

    @callback
    def check(self) -> None:
        """Look at everything anew."""
        due = {issue.issue_id: issue for issue in self._due()}
        for issue_id in self._open.keys() - due.keys():
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
        for issue_id, issue in due.items():
            if self._open.get(issue_id) != issue:
                self._create(issue)
        self._open = due

    @callback
    def anchor_moved(self, anchor: ConfigSubentry) -> None:
        """Report an anchor whose device went to another area while its place on the plan stayed."""
        if anchor.data.get(CONF_X) is not None:
            self._report(_Issue(Problem.ANCHOR_MOVED, anchor.subentry_id, placeholders={"anchor": anchor.title}))

    @callback
    def drifted(self, sources: Collection[str]) -> None:
        """Report the anchors that hear otherwise than when the home was calibrated, by source; the others are sound."""
        # What weeks of ordinary use say of an anchor says more.
        self._follow(Problem.ANCHOR_DRIFTED, {one: {} for one in sources if one not in self._changed})

    @callback
    def changed(self, changes: Collection[NamedChange]) -> None:
        """Report the anchors that hear otherwise than they used to; the others are sound."""
        self._changed = frozenset(one.change.anchor for one in changes)
        for kind, problem in _OF_CHANGE.items():
            told = {one.change.anchor: words_of(one) for one in changes if one.change.kind is kind}
            self._follow(problem, told)

    @callback
    def silent(self, sources: Collection[str]) -> None:
        """Report the anchors that have heard nothing for long, by source; of one that is gone that is said."""
        self._follow(Problem.ANCHOR_SILENT, {one: {} for one in sources if scanner_exists(self._hass, one)})

    def _follow(self, problem: Problem, told: Mapping[str, Mapping[str, str]]) -> None:
        """Keep the issues of one kind in step with the anchors it holds for, by source, and what is said of each."""
        anchors = [one for one in self._entry.get_subentries_of_type(SUBENTRY_ANCHOR) if one.data[CONF_SOURCE] in told]
        found = (
            _Issue(problem, one.subentry_id, placeholders={"anchor": one.title, **told[one.data[CONF_SOURCE]]})
            for one in anchors
        )
        due = {issue.issue_id: issue for issue in found}
        reported = {key for key, issue in self._open.items() if issue.problem is problem}
        for issue_id in reported - due.keys():
            del self._open[issue_id]
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
        for issue in due.values():
            self._report(issue)

    @callback
    def duplicate(self, beacon: ConfigSubentry, reason: str | None) -> None:
        """Report that a beacon seems to have a double, for which reason; None: no more."""
        subject, placeholders = beacon.subentry_id, {"beacon": beacon.title}
        if reason is None:
            self.withdraw(Problem.DUPLICATE_SUSPECTED, subject)
        else:
            self._report(_Issue(Problem.DUPLICATE_SUSPECTED, subject, placeholders, variant=reason))

    @callback
    def newcomer(self, key: str, scanner: str) -> None:
        """Ask about an unknown beacon that stays near a receiver; `key` is its identity's."""
        self._report(_Issue(Problem.BEACON_NEW, key, placeholders={"scanner": scanner}))

    @callback
    def withdraw(self, problem: Problem, subject: str) -> None:
        """Delete an issue that has ended by itself; one that is not there is no error."""
        if issue := self._open.pop(f"{problem}_{subject}", None):
            ir.async_delete_issue(self._hass, DOMAIN, issue.issue_id)

    @callback
    def settled(self, problem: Problem, subject: str) -> None:
        """Forget an issue that was repaired."""
        self._open.pop(f"{problem}_{subject}", None)

    @callback
    def clear(self) -> None:
        """Delete all issues: the entry is going."""
        for issue_id in self._open:
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
        self._open = {}

    def _report(self, issue: _Issue) -> None:
        if self._open.get(issue.issue_id) != issue:
            self._open[issue.issue_id] = issue
            self._create(issue)

    def _create(self, issue: _Issue) -> None:
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue.issue_id,
            is_fixable=issue.problem not in NOT_FIXABLE,
            severity=ir.IssueSeverity.WARNING,
            translation_key=issue.translation_key,
            translation_placeholders=issue.placeholders,
            data={"entry_id": self._entry.entry_id, "problem": issue.problem, "subject": issue.subject},
        )

    def _due(self) -> Iterator[_Issue]:
        yield from self._missing_areas()
        yield from self._reported()
        yield from self._misplaced_zones()
        yield from (issue for issue in self._unhealthy if issue.about in self._entry.subentries)
        if self._hass.state is CoreState.running:
            # While Home Assistant starts, proxies are still to come.
            yield from self._gone_and_new_scanners()

    def _missing_areas(self) -> Iterator[_Issue]:
        areas = ar.async_get(self._hass)
        for subentry in self._entry.subentries.values():
            area_id = subentry.data.get(CONF_AREA_ID)
            missing = area_id is None or areas.async_get_area(area_id) is None
            if subentry.subentry_type == SUBENTRY_ROOM and missing:
                yield _Issue(Problem.ROOM_AREA_MISSING, subentry.subentry_id, placeholders={"room": subentry.title})
            elif subentry.subentry_type == SUBENTRY_ANCHOR and missing:
                yield _Issue(Problem.ANCHOR_AREA_MISSING, subentry.subentry_id, placeholders={"anchor": subentry.title})

    def _misplaced_zones(self) -> Iterator[_Issue]:
        floors = {floor.id for floor in build_home(self._hass, self._entry, {}).floors}
        for zone in self._entry.get_subentries_of_type(SUBENTRY_ZONE):
            placeholders = {"zone": zone.title}
            if zone.data[CONF_FLOOR_ID] not in floors:
                yield _Issue(Problem.ZONE_FLOOR_MISSING, zone.subentry_id, placeholders)
            elif zone.subentry_id in self._zones_outside:
                yield _Issue(Problem.ZONE_OUTSIDE, zone.subentry_id, placeholders)

    def _reported(self) -> Iterator[_Issue]:
        """Keep what was reported until it is settled or its subject is gone."""
        for issue in self._open.values():
            about_subentry = issue.problem in {
                *_OF_CHANGE.values(),
                Problem.ANCHOR_DRIFTED,
                Problem.ANCHOR_MOVED,
                Problem.ANCHOR_SILENT,
                Problem.DUPLICATE_SUSPECTED,
            }
            if issue.problem is Problem.BEACON_NEW or (about_subentry and issue.subject in self._entry.subentries):
                yield issue

    def _gone_and_new_scanners(self) -> Iterator[_Issue]:
        anchors = {one.data[CONF_SOURCE]: one for one in self._entry.get_subentries_of_type(SUBENTRY_ANCHOR)}
        for source, anchor in anchors.items():
            if not scanner_exists(self._hass, source):
                yield _Issue(Problem.ANCHOR_GONE, anchor.subentry_id, placeholders={"anchor": anchor.title})
        ignored = self._entry.options.get(CONF_IGNORED_SCANNERS, ())
        for scanner in known_scanners(self._hass):
            if scanner.source not in anchors and scanner.source not in ignored:
                yield _Issue(Problem.SCANNER_NEW, scanner.source, placeholders={"scanner": scanner.name})


def words_of(named: NamedChange) -> dict[str, str]:
    """Return what the texts about a changed anchor name: whole dB and metres, and a day as everybody reads it."""
    change = named.change
    return {
        "amount": f"{abs(change.level):.0f}",
        "distance": f"{change.distance or 0.0:.0f}",
        "date": named.since.isoformat() if named.since else "?",
    }


def _of_sensors(watch: SensorWatch) -> Iterator[_Issue]:
    for subentry, state in watch.problems():
        if (finding := state.finding) is not None:
            amount = "" if finding.amount is None else f"{finding.amount:+.1f}"
            placeholders = {"name": subentry.title, "amount": amount, "sensor": state.entity_id or subentry.title}
            # A beacon may name several sensors that are gone.
            subject = state.entity_id or about_of(subentry)
            yield _Issue(Problem(finding.problem.value), subject, placeholders, about=subentry.subentry_id)
