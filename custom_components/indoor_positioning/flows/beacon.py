"""Add or change a beacon: picked from what is heard now, or typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import probatio as vol
from homeassistant.config_entries import ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_NAME, SIGNAL_STRENGTH_DECIBELS_MILLIWATT
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

from ..beacons import identities_of
from ..const import CONF_IDENTITIES, CONF_REFERENCE_RSSI, SUBENTRY_BEACON
from ..engine.identity import Identity, IdentityError, parse_identity
from ..engine.identity.base import PLAUSIBLE_REFERENCE_RSSI
from ..heard import HeardBeacon, heard_beacons

CONF_DEVICE: Final = "device"
CONF_IDENTITY: Final = "identity"

# The kinds that are typed in, each a step of its own so that the form can say what it looks like.
TYPED_KINDS: Final = ("ibeacon", "private_address", "eddystone_uid", "address")


class BeaconFlow(ConfigSubentryFlow):
    """Adds a beacon, or changes how it is known."""

    def __init__(self) -> None:
        # What the list showed: an address may have changed until something is picked from it.
        self._shown: dict[str, HeardBeacon] = {}

    async def async_step_user(self, _user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask how the beacon shall be found."""
        return self.async_show_menu(step_id="user", menu_options=["pick", *TYPED_KINDS])

    async def async_step_pick(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Pick from what is heard now; picking nothing looks again."""
        errors: dict[str, str] = {}
        placeholders: dict[str, str] = {}
        if user_input and (beacon := self._shown.get(user_input.get(CONF_DEVICE, ""))):
            errors, placeholders = self._conflicts(beacon.identity)
            if not errors:
                return self._create(beacon.identity, user_input.get(CONF_NAME) or beacon.title, user_input)
            errors = {CONF_DEVICE: next(iter(errors.values()))}
        tracked = [identity for _title, identity in self._tracked()]
        heard = [one for one in heard_beacons(self.hass) if not any(one.identity.overlaps(known) for known in tracked)]
        self._shown |= {beacon.identity.key: beacon for beacon in heard}
        if not heard and user_input is not None and not errors:
            errors["base"] = "nothing_heard"
        options = [SelectOptionDict(value=one.identity.key, label=one.label) for one in heard]
        selector = SelectSelector(SelectSelectorConfig(options=options, mode=SelectSelectorMode.DROPDOWN))
        schema = vol.Schema({vol.Optional(CONF_DEVICE): selector, vol.Optional(CONF_NAME): TextSelector()})
        return self.async_show_form(
            step_id="pick",
            data_schema=schema,
            errors=errors,
            description_placeholders={"count": str(len(heard)), **placeholders},
        )

    async def async_step_ibeacon(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Type an iBeacon's UUID."""
        return self._typed("ibeacon", user_input)

    async def async_step_private_address(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Type an identity resolving key."""
        return self._typed("private_address", user_input)

    async def async_step_eddystone_uid(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Type an Eddystone-UID."""
        return self._typed("eddystone_uid", user_input)

    async def async_step_address(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Type an address that never changes."""
        return self._typed("address", user_input)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Change the name, the strength at 1 m, or what the beacon is known by; what is believed of it stays."""
        subentry = self._get_reconfigure_subentry()
        errors: dict[str, str] = {}
        placeholders: dict[str, str] = {}
        if user_input is not None:
            stored = list(subentry.data[CONF_IDENTITIES])
            if text := user_input.get(CONF_IDENTITY):
                kind = stored[0]["kind"]
                identity, errors, placeholders = self._parse(kind, text, ignoring=subentry.subentry_id)
                stored = [identity.to_dict()] if identity else stored
            if not errors:
                data = {CONF_IDENTITIES: stored, CONF_REFERENCE_RSSI: user_input.get(CONF_REFERENCE_RSSI)}
                return self.async_update_and_abort(self._get_entry(), subentry, title=user_input[CONF_NAME], data=data)
        shown = user_input or {CONF_NAME: subentry.title, CONF_REFERENCE_RSSI: subentry.data.get(CONF_REFERENCE_RSSI)}
        schema = vol.Schema(
            {
                vol.Required(CONF_NAME): TextSelector(),
                vol.Optional(CONF_IDENTITY): TextSelector(),
                vol.Optional(CONF_REFERENCE_RSSI): _reference_rssi(),
            }
        )
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(schema, shown),
            errors=errors,
            description_placeholders={"beacon": subentry.title, **placeholders},
        )

    def _typed(self, kind: str, user_input: dict[str, Any] | None) -> SubentryFlowResult:
        errors: dict[str, str] = {}
        placeholders: dict[str, str] = {}
        if user_input is not None:
            identity, errors, placeholders = self._parse(kind, user_input[CONF_IDENTITY])
            if identity and not errors:
                return self._create(identity, user_input[CONF_NAME], user_input)
        schema = vol.Schema(
            {
                vol.Required(CONF_IDENTITY): TextSelector(),
                vol.Required(CONF_NAME): TextSelector(),
                vol.Optional(CONF_REFERENCE_RSSI): _reference_rssi(),
            }
        )
        return self.async_show_form(
            step_id=kind,
            data_schema=self.add_suggested_values_to_schema(schema, user_input),
            errors=errors,
            description_placeholders=placeholders,
        )

    def _parse(
        self, kind: str, text: str, ignoring: str | None = None
    ) -> tuple[Identity | None, dict[str, str], dict[str, str]]:
        """Return the identity, or why it cannot be taken: errors and their placeholders."""
        try:
            identity = parse_identity(kind, text)
        except IdentityError as error:
            return None, {CONF_IDENTITY: error.problem}, {}
        errors, placeholders = self._conflicts(identity, ignoring)
        return identity, errors, placeholders

    def _conflicts(self, identity: Identity, ignoring: str | None = None) -> tuple[dict[str, str], dict[str, str]]:
        for title, known in self._tracked(ignoring):
            if identity.overlaps(known):
                problem = "already_tracked" if identity.key == known.key else "identity_overlaps"
                return {CONF_IDENTITY: problem}, {"other": title}
        return {}, {}

    def _tracked(self, ignoring: str | None = None) -> Iterable[tuple[str, Identity]]:
        for subentry in self._get_entry().get_subentries_of_type(SUBENTRY_BEACON):
            if subentry.subentry_id != ignoring:
                for identity in identities_of(subentry):
                    yield subentry.title, identity

    def _create(self, identity: Identity, title: str, user_input: Mapping[str, Any]) -> SubentryFlowResult:
        return self.async_create_entry(
            title=title,
            data={
                CONF_IDENTITIES: [identity.to_dict()],
                CONF_REFERENCE_RSSI: user_input.get(CONF_REFERENCE_RSSI),
            },
            unique_id=f"beacon_{identity.key}",
        )


def _reference_rssi() -> NumberSelector:
    return NumberSelector(
        NumberSelectorConfig(
            min=PLAUSIBLE_REFERENCE_RSSI[0],
            max=PLAUSIBLE_REFERENCE_RSSI[-1],
            step=1,
            mode=NumberSelectorMode.BOX,
            unit_of_measurement=SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
        )
    )
