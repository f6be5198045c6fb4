"""The steps that end with an identity: typed, picked from a list, or found by holding the beacon to a receiver."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, Final

import probatio as vol
from habluetooth import BaseHaScanner
from homeassistant.components import bluetooth
from homeassistant.config_entries import ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_NAME, SIGNAL_STRENGTH_DECIBELS_MILLIWATT
from homeassistant.core import callback
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)

from .. import clock
from ..beacons import identities_of
from ..const import CONF_REFERENCE_RSSI, CONF_SOURCE, SUBENTRY_BEACON
from ..engine.identity import Identity, IdentityError
from ..engine.identity.base import PLAUSIBLE_REFERENCE_RSSI
from ..engine.identity.overlap import overlap
from ..engine.identity.risers import is_clear, rank_risers
from ..heard import HeardBeacon, heard_beacons, heard_by_scanner
from ..known_beacons import known_beacons
from ..scanners import known_scanners, scanner_name
from .identity_forms import IDENTITY_FORMS, IdentityForm

CONF_DEVICE: Final = "device"

# How an identity can be found, in the order of the menu.
WAYS: Final = ("hold", "pick", "known", *IDENTITY_FORMS)

# Seconds for which a receiver is listened to. Slow tags send every 10 s; most are clear after two packets.
LISTEN_S: Final = 25.0
LISTEN_TICK_S: Final = 1.0
# Looks in a row that must agree before the rest of that time is saved.
CLEAR_LOOKS: Final = 3

# What a receiver heard within this time is what it hears before the beacon is brought near.
BEFORE_S: Final = 30.0


class IdentitySteps(ConfigSubentryFlow):
    """Each step asks until it has an identity that no other beacon has, and then calls `_take`."""

    def __init__(self) -> None:
        # What the lists showed: an address may have changed until something is picked from them.
        self._shown: dict[str, tuple[Identity, str]] = {}
        # What each receiver heard before, and what the chosen one has heard since (dBm by identity key).
        self._before: dict[str, dict[str, float]] = {}
        self._near: dict[str, HeardBeacon] = {}
        # Set by the step `hold`; the steps that need them come after it.
        self._scanner: BaseHaScanner
        self._listening: asyncio.Task[None]

    @abstractmethod
    def _take(self, identity: Identity, title: str, user_input: Mapping[str, Any]) -> SubentryFlowResult:
        """Go on with what was found; `title` is what it may be called."""

    async def async_step_ibeacon(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Type an iBeacon's UUID."""
        return self._typed("ibeacon", user_input)

    async def async_step_altbeacon(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Type an AltBeacon's UUID."""
        return self._typed("altbeacon", user_input)

    async def async_step_eddystone_uid(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Type an Eddystone-UID."""
        return self._typed("eddystone_uid", user_input)

    async def async_step_eddystone_url(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Type the address that an Eddystone-URL beacon sends."""
        return self._typed("eddystone_url", user_input)

    async def async_step_uribeacon(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Type the address that a UriBeacon sends."""
        return self._typed("uribeacon", user_input)

    async def async_step_eddystone_eid(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Type an ephemeral identity key."""
        return self._typed("eddystone_eid", user_input)

    async def async_step_private_address(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Type an identity resolving key."""
        return self._typed("private_address", user_input)

    async def async_step_address(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Type an address that never changes."""
        return self._typed("address", user_input)

    async def async_step_pattern(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Type what packets of a tag without protocol have in common."""
        return self._typed("pattern", user_input)

    async def async_step_pick(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Pick from what is heard now; picking nothing looks again."""
        heard = [(one.identity, one.title, one.label) for one in heard_beacons(self.hass)]
        return self._listed("pick", heard, "nothing_heard", user_input)

    async def async_step_known(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Pick from what other integrations know."""
        known = [(one.identity, one.title, one.label) for one in known_beacons(self.hass)]
        return self._listed("known", known, "nothing_known", user_input)

    async def async_step_hold(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for the receiver, while the beacon is still away from it."""
        errors: dict[str, str] = {}
        scanners = known_scanners(self.hass)
        if not scanners:
            return self.async_abort(reason="no_receivers")
        if user_input is not None:
            if scanner := bluetooth.async_scanner_by_source(self.hass, user_input[CONF_SOURCE]):
                self._note_before(scanner)
                self._scanner, self._near = scanner, {}
                self._listening = self._get_entry().async_create_background_task(
                    self.hass, self._async_listen(), "indoor_positioning hold a beacon to a receiver"
                )
                return await self.async_step_holding()
            errors[CONF_SOURCE] = "scanner_gone"
        for scanner in bluetooth.async_current_scanners(self.hass):
            self._note_before(scanner)
        options = [SelectOptionDict(value=one.source, label=one.name) for one in scanners]
        selector = SelectSelector(SelectSelectorConfig(options=options, mode=SelectSelectorMode.DROPDOWN))
        return self.async_show_form(
            step_id="hold", data_schema=vol.Schema({vol.Required(CONF_SOURCE): selector}), errors=errors
        )

    async def async_step_holding(self, _user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Show that the receiver is listened to."""
        if not self._listening.done():
            return self.async_show_progress(
                step_id="holding",
                progress_action="holding",
                description_placeholders={"scanner": scanner_name(self.hass, self._scanner.source)},
                progress_task=self._listening,
            )
        return self.async_show_progress_done(next_step_id="near")

    async def async_step_near(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Pick from what the receiver heard, the strongest riser first; picking nothing goes back to listen again."""
        if user_input is not None and not user_input.get(CONF_DEVICE):
            return await self.async_step_hold()
        before = self._before[self._scanner.source]
        ranked = rank_risers(before, {key: one.rssi for key, one in self._near.items()})
        near = [(one.identity, one.title, one.label) for one in (self._near[riser.key] for riser in ranked)]
        return self._listed("near", near, "nothing_heard", user_input)

    def _note_before(self, scanner: BaseHaScanner) -> None:
        """Remember the lowest level at which each beacon was heard so far: some hold theirs near too early."""
        since = clock.monotonic() - BEFORE_S
        lowest = self._before.setdefault(scanner.source, {})
        for key, heard in heard_by_scanner(scanner, "", since).items():
            lowest[key] = min(heard.rssi, lowest.get(key, heard.rssi))

    async def _async_listen(self) -> None:
        """Note what the receiver hears until it is clear which beacon was brought near, or the time is over."""
        started, clear = clock.monotonic(), 0
        name = scanner_name(self.hass, self._scanner.source)
        before = self._before[self._scanner.source]
        while (elapsed := clock.monotonic() - started) < LISTEN_S and clear < CLEAR_LOOKS:
            for key, heard in heard_by_scanner(self._scanner, name, started).items():
                if key not in self._near or self._near[key].rssi < heard.rssi:
                    self._near[key] = heard
            ranked = rank_risers(before, {key: one.rssi for key, one in self._near.items()})
            clear = clear + 1 if is_clear(ranked) else 0
            self.async_update_progress(elapsed / LISTEN_S)
            await asyncio.sleep(LISTEN_TICK_S)

    def _listed(
        self, step: str, found: Iterable[tuple[Identity, str, str]], none_found: str, user_input: dict[str, Any] | None
    ) -> SubentryFlowResult:
        """Offer a list (identity, title, label) of what is not tracked yet, or take what was picked from it."""
        errors: dict[str, str] = {}
        placeholders: dict[str, str] = {}
        if user_input and (picked := self._shown.get(user_input.get(CONF_DEVICE, ""))):
            problem, placeholders = self._conflict(picked[0])
            if not problem:
                return self._take(*picked, user_input)
            errors[CONF_DEVICE] = problem
        tracked = [identity for _title, identity in self._tracked()]
        free = [one for one in found if not any(overlap(one[0], known) for known in tracked)]
        self._shown |= {identity.key: (identity, title) for identity, title, _label in free}
        if not free and not errors and (user_input is not None or step != "pick"):
            errors["base"] = none_found
        options = [SelectOptionDict(value=identity.key, label=label) for identity, _title, label in free]
        selector = SelectSelector(SelectSelectorConfig(options=options, mode=SelectSelectorMode.DROPDOWN))
        schema = vol.Schema({vol.Optional(CONF_DEVICE): selector, vol.Optional(CONF_NAME): TextSelector()})
        return self.async_show_form(
            step_id=step,
            data_schema=self.add_suggested_values_to_schema(schema, self._suggested()),
            errors=errors,
            description_placeholders={"count": str(len(free)), **placeholders},
        )

    def _typed(self, kind: str, user_input: dict[str, Any] | None) -> SubentryFlowResult:
        form = IDENTITY_FORMS[kind]
        errors: dict[str, str] = {}
        placeholders: dict[str, str] = {}
        if user_input is not None:
            identity, problem, placeholders = self._read(form, user_input)
            if identity:
                return self._take(identity, user_input[CONF_NAME], user_input)
            errors[form.field_of(problem)] = problem
        about_beacon = {
            vol.Required(CONF_NAME): TextSelector(),
            vol.Optional(CONF_REFERENCE_RSSI): reference_rssi(),
        }
        shown = self._suggested() if user_input is None else form.shown_again(user_input)
        return self.async_show_form(
            step_id=kind,
            data_schema=self.add_suggested_values_to_schema(vol.Schema({**form.fields, **about_beacon}), shown),
            errors=errors,
            description_placeholders=placeholders,
        )

    def _read(self, form: IdentityForm, given: Mapping[str, Any]) -> tuple[Identity | None, str, dict[str, str]]:
        """Return the identity that was typed; or none, why it cannot be taken, and the placeholders of that text."""
        try:
            identity = form.read(given)
        except IdentityError as error:
            return None, error.problem, {}
        problem, placeholders = self._conflict(identity)
        return None if problem else identity, problem, placeholders

    def _suggested(self) -> dict[str, Any]:
        """What the forms show besides the identity: nothing of a beacon that is new."""
        return {}

    def _conflict(self, identity: Identity) -> tuple[str, dict[str, str]]:
        """Return why an identity cannot be taken (empty if it can), and the placeholders of that text."""
        for title, known in self._tracked():
            if overlap(identity, known):
                return "already_tracked" if identity.key == known.key else "identity_overlaps", {"other": title}
        return "", {}

    @callback
    def _tracked(self) -> Iterable[tuple[str, Identity]]:
        for subentry in self._get_entry().get_subentries_of_type(SUBENTRY_BEACON):
            for identity in identities_of(subentry):
                yield subentry.title, identity


def reference_rssi() -> NumberSelector:
    """Return a field for the strength at 1 m."""
    return NumberSelector(
        NumberSelectorConfig(
            min=PLAUSIBLE_REFERENCE_RSSI[0],
            max=PLAUSIBLE_REFERENCE_RSSI[-1],
            step=1,
            mode=NumberSelectorMode.BOX,
            unit_of_measurement=SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
        )
    )
