"""Add or change a beacon. It may have several identities; whatever is heard of any is one track."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import probatio as vol
from homeassistant.config_entries import SOURCE_RECONFIGURE, SubentryFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import (
    AreaSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)
from homeassistant.helpers.typing import UNDEFINED, UndefinedType

from ..beacons import beacon_data, beacon_unique_id, identity_label
from ..const import (
    CONF_AREA_ID,
    CONF_CARRIED_HEIGHT,
    CONF_HEIGHT,
    CONF_IDENTITIES,
    CONF_LINKS,
    CONF_REFERENCE_RSSI,
    CONF_X,
    CONF_Y,
)
from ..engine.identity import Assurance, Identity
from ..heard import is_heard
from .anchor import MAX_HEIGHT_M, place_problems
from .fields import metres
from .identity_steps import WAYS, IdentitySteps, reference_rssi
from .sensor_steps import SensorSteps

CONF_REMOVE: Final = "remove"

# Where a reference beacon stays; all empty for one that is carried about.
_PLACE: Final = (CONF_AREA_ID, CONF_X, CONF_Y, CONF_HEIGHT)


# Above this a beacon hangs below the ceiling of a hall (m).
MAX_CARRIED_HEIGHT_M: Final = 5.0


class BeaconFlow(SensorSteps, IdentitySteps):
    """Adds a beacon, or changes how it is known."""

    async def async_step_user(self, _user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask how the beacon shall be found."""
        return self.async_show_menu(step_id="user", menu_options=list(WAYS))

    async def async_step_reconfigure(self, _user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask what shall be changed."""
        subentry = self._get_reconfigure_subentry()
        options = ["settings", "add_identity"]
        if len(subentry.data[CONF_IDENTITIES]) > 1:
            options.append("remove_identity")
        options += ["sensors", "add_link"]
        if subentry.data.get(CONF_LINKS):
            options.append("remove_link")
        return self.async_show_menu(
            step_id="reconfigure",
            menu_options=options,
            description_placeholders={
                "beacon": subentry.title,
                "identities": ", ".join(map(identity_label, subentry.data[CONF_IDENTITIES])),
            },
        )

    async def async_step_settings(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Change the name, the strength at 1 m and the place of a reference; what is believed of the beacon stays."""
        subentry = self._get_reconfigure_subentry()
        errors: dict[str, str] = {}
        if user_input is not None:
            given = {key: user_input.get(key) for key in (CONF_REFERENCE_RSSI, CONF_CARRIED_HEIGHT, *_PLACE)}
            errors = place_problems(given)
            if not errors:
                data = {**subentry.data, **given}
                return self.async_update_and_abort(self._get_entry(), subentry, title=user_input[CONF_NAME], data=data)
        schema = vol.Schema(
            {
                vol.Required(CONF_NAME): TextSelector(),
                vol.Optional(CONF_REFERENCE_RSSI): reference_rssi(),
                vol.Optional(CONF_CARRIED_HEIGHT): metres(0.0, MAX_CARRIED_HEIGHT_M),
                vol.Optional(CONF_AREA_ID): AreaSelector(),
                vol.Optional(CONF_X): metres(),
                vol.Optional(CONF_Y): metres(),
                vol.Optional(CONF_HEIGHT): metres(0.0, MAX_HEIGHT_M),
            }
        )
        shown = user_input or {
            **{key: subentry.data.get(key) for key in (CONF_CARRIED_HEIGHT, *_PLACE)},
            **self._suggested(),
        }
        return self.async_show_form(
            step_id="settings",
            data_schema=self.add_suggested_values_to_schema(schema, shown),
            errors=errors,
            description_placeholders={"beacon": subentry.title},
        )

    async def async_step_add_identity(self, _user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask how the further identity shall be found."""
        return self.async_show_menu(
            step_id="add_identity",
            menu_options=list(WAYS),
            description_placeholders={"beacon": self._get_reconfigure_subentry().title},
        )

    async def async_step_remove_identity(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Forget some of a beacon's identities, but not all."""
        subentry = self._get_reconfigure_subentry()
        stored = {str(number): identity for number, identity in enumerate(subentry.data[CONF_IDENTITIES])}
        errors: dict[str, str] = {}
        if user_input is not None:
            kept = [identity for number, identity in stored.items() if number not in user_input[CONF_REMOVE]]
            if kept:
                return self._change(kept)
            errors[CONF_REMOVE] = "none_left"
        options = [SelectOptionDict(value=number, label=identity_label(one)) for number, one in stored.items()]
        selector = SelectSelector(SelectSelectorConfig(options=options, multiple=True, mode=SelectSelectorMode.LIST))
        return self.async_show_form(
            step_id="remove_identity",
            data_schema=vol.Schema({vol.Required(CONF_REMOVE, default=[]): selector}),
            errors=errors,
            description_placeholders={"beacon": subentry.title},
        )

    def _take(self, identity: Identity, title: str, user_input: Mapping[str, Any]) -> SubentryFlowResult:
        # A key may be well-formed and yet another device's. It is taken all the same: the right one may be away.
        unheard = identity.assurance is not Assurance.PUBLIC and not is_heard(self.hass, identity)
        if self.source == SOURCE_RECONFIGURE:
            identities = [*self._get_reconfigure_subentry().data[CONF_IDENTITIES], identity.to_dict()]
            return self._change(identities, user_input, reason="added_unheard" if unheard else UNDEFINED)
        data = beacon_data([identity], user_input.get(CONF_REFERENCE_RSSI))
        return self.async_create_entry(
            title=user_input.get(CONF_NAME) or title,
            data=data,
            description="unheard" if unheard else None,
            unique_id=beacon_unique_id(data),
        )

    def _change(
        self,
        identities: list[dict[str, Any]],
        user_input: Mapping[str, Any] | None = None,
        reason: str | UndefinedType = UNDEFINED,
    ) -> SubentryFlowResult:
        """Know the beacon by other identities from now on; what is believed of it stays. `reason` names a last word."""
        subentry, given = self._get_reconfigure_subentry(), user_input or {}
        data = {**subentry.data, CONF_IDENTITIES: identities}
        if CONF_REFERENCE_RSSI in given:
            data[CONF_REFERENCE_RSSI] = given[CONF_REFERENCE_RSSI]
        return self.async_update_and_abort(
            self._get_entry(),
            subentry,
            title=given.get(CONF_NAME) or subentry.title,
            data=data,
            # The identity that it was added by may be gone, and another beacon's one day.
            unique_id=beacon_unique_id(data),
            reason=reason,
        )

    def _suggested(self) -> dict[str, Any]:
        if self.source != SOURCE_RECONFIGURE:
            return {}
        subentry = self._get_reconfigure_subentry()
        return {CONF_NAME: subentry.title, CONF_REFERENCE_RSSI: subentry.data.get(CONF_REFERENCE_RSSI)}
