"""The steps of a beacon's flow that bind sensors to it: of its motion and height, and links to anchors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import probatio as vol
from homeassistant.components.binary_sensor import DOMAIN as BINARY_SENSOR
from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.components.device_tracker import DOMAIN as DEVICE_TRACKER
from homeassistant.components.sensor import DOMAIN as SENSOR
from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.config_entries import ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, SIGNAL_STRENGTH_DECIBELS_MILLIWATT, UnitOfLength
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)

from ..bound_sensors import is_distance_unit
from ..const import (
    CONF_ACTIVITY,
    CONF_ANCHOR,
    CONF_ENTITY_ID,
    CONF_HEADING,
    CONF_LINKS,
    CONF_MOTION,
    CONF_PRESSURE,
    CONF_REFERENCE_PRESSURE,
    CONF_SIGMA,
    CONF_SOURCE,
    CONF_SPEED,
    CONF_STEPS,
    CONF_TRACKER,
    CONF_X,
    DOMAIN,
    SUBENTRY_ANCHOR,
    SUBENTRY_OTHER_ANCHOR,
)
from .fields import number

_MOTION_KINDS: Final[list[str]] = [
    BinarySensorDeviceClass.MOTION,
    BinarySensorDeviceClass.MOVING,
    BinarySensorDeviceClass.VIBRATION,
]

CONF_REMOVE_LINKS: Final = "remove_links"


class SensorSteps(ConfigSubentryFlow):
    """Whatever is chosen here counts from the next state on; nothing is reloaded."""

    async def async_step_sensors(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Choose what tells of the beacon's motion, its height, and where it is outdoors."""
        subentry = self._get_reconfigure_subentry()
        fields = _sensor_fields()
        errors: dict[str, str] = {}
        if user_input is not None:
            given = {str(field): user_input.get(str(field)) for field in fields}
            if any(map(self._is_own, _entities(given))):
                errors["base"] = "own_sensor"
            elif (given[CONF_PRESSURE] is None) != (given[CONF_REFERENCE_PRESSURE] is None):
                errors["base"] = "pressure_incomplete"
            else:
                return self.async_update_and_abort(self._get_entry(), subentry, data={**subentry.data, **given})
        return self.async_show_form(
            step_id="sensors",
            data_schema=self.add_suggested_values_to_schema(vol.Schema(fields), user_input or subentry.data),
            errors=errors,
            description_placeholders={"beacon": subentry.title},
        )

    async def async_step_add_link(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Bind a sensor of distance or signal strength to the beacon and an anchor."""
        subentry = self._get_reconfigure_subentry()
        if not (anchors := dict(self._anchors())):
            return self.async_abort(reason="no_anchors")
        errors: dict[str, str] = {}
        if user_input is not None:
            links = list(subentry.data.get(CONF_LINKS) or ())
            errors = self._link_problems(user_input, links)
            if not errors:
                link = {key: user_input.get(key) for key in (CONF_ANCHOR, CONF_ENTITY_ID, CONF_SIGMA)}
                data = {**subentry.data, CONF_LINKS: [*links, link]}
                return self.async_update_and_abort(self._get_entry(), subentry, data=data)
        options = [SelectOptionDict(value=anchor, label=name) for anchor, name in anchors.items()]
        schema = vol.Schema(
            {
                vol.Required(CONF_ANCHOR): SelectSelector(
                    SelectSelectorConfig(options=options, mode=SelectSelectorMode.DROPDOWN)
                ),
                vol.Required(CONF_ENTITY_ID): _sensor(SensorDeviceClass.DISTANCE, SensorDeviceClass.SIGNAL_STRENGTH),
                vol.Optional(CONF_SIGMA): number(0.01, 20.0, 0.01, UnitOfLength.METERS),
            }
        )
        return self.async_show_form(
            step_id="add_link",
            data_schema=self.add_suggested_values_to_schema(schema, user_input),
            errors=errors,
            description_placeholders={"beacon": subentry.title},
        )

    async def async_step_remove_link(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Give up some of the beacon's links."""
        subentry = self._get_reconfigure_subentry()
        links, names = list(subentry.data.get(CONF_LINKS) or ()), dict(self._anchors())
        if user_input is not None:
            gone = set(user_input[CONF_REMOVE_LINKS])
            kept = [link for index, link in enumerate(links) if str(index) not in gone]
            return self.async_update_and_abort(self._get_entry(), subentry, data={**subentry.data, CONF_LINKS: kept})
        options = [
            SelectOptionDict(
                value=str(index),
                label=f"{names.get(link[CONF_ANCHOR], link[CONF_ANCHOR])} – {link[CONF_ENTITY_ID]}",
            )
            for index, link in enumerate(links)
        ]
        selector = SelectSelector(SelectSelectorConfig(options=options, multiple=True, mode=SelectSelectorMode.LIST))
        return self.async_show_form(
            step_id="remove_link",
            data_schema=vol.Schema({vol.Required(CONF_REMOVE_LINKS, default=[]): selector}),
            description_placeholders={"beacon": subentry.title},
        )

    def _anchors(self) -> Iterator[tuple[str, str]]:
        """Yield the ids and names of all anchors, of whatever kind."""
        for subentry in self._get_entry().subentries.values():
            if subentry.subentry_type == SUBENTRY_ANCHOR:
                yield subentry.data[CONF_SOURCE], subentry.title
            elif subentry.subentry_type == SUBENTRY_OTHER_ANCHOR:
                yield subentry.subentry_id, subentry.title

    def _link_problems(self, given: Mapping[str, Any], links: list[Mapping[str, Any]]) -> dict[str, str]:
        entity_id, anchor = given[CONF_ENTITY_ID], given[CONF_ANCHOR]
        if self._is_own(entity_id):
            return {CONF_ENTITY_ID: "own_sensor"}
        if any(link[CONF_ENTITY_ID] == entity_id for link in links):
            return {CONF_ENTITY_ID: "already_linked"}
        state = self.hass.states.get(entity_id)
        unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT) if state else None
        if is_distance_unit(unit):
            subentries = self._get_entry().subentries.values()
            placed = {
                one.data.get(CONF_SOURCE, one.subentry_id) for one in subentries if one.data.get(CONF_X) is not None
            }
            return {} if anchor in placed else {CONF_ANCHOR: "anchor_unplaced"}
        return {} if unit == SIGNAL_STRENGTH_DECIBELS_MILLIWATT else {CONF_ENTITY_ID: "no_distance_or_level"}

    def _is_own(self, entity_id: str) -> bool:
        """Whether an entity is ours: it would confirm what is believed by what is believed."""
        entry = er.async_get(self.hass).async_get(entity_id)
        return entry is not None and entry.platform == DOMAIN


def _sensor_fields() -> dict[vol.Marker, Any]:
    motion = EntitySelectorConfig(filter={"domain": BINARY_SENSOR, "device_class": _MOTION_KINDS}, multiple=True)
    return {
        vol.Optional(CONF_MOTION): EntitySelector(motion),
        vol.Optional(CONF_STEPS): _sensor(),
        vol.Optional(CONF_ACTIVITY): _sensor(),
        vol.Optional(CONF_SPEED): _sensor(SensorDeviceClass.SPEED),
        vol.Optional(CONF_HEADING): _sensor(),
        vol.Optional(CONF_PRESSURE): _sensor(SensorDeviceClass.PRESSURE, SensorDeviceClass.ATMOSPHERIC_PRESSURE),
        vol.Optional(CONF_REFERENCE_PRESSURE): _sensor(
            SensorDeviceClass.PRESSURE, SensorDeviceClass.ATMOSPHERIC_PRESSURE
        ),
        vol.Optional(CONF_TRACKER): EntitySelector(EntitySelectorConfig(domain=[DEVICE_TRACKER, "person"])),
    }


def _sensor(*kinds: SensorDeviceClass) -> EntitySelector:
    if not kinds:
        return EntitySelector(EntitySelectorConfig(domain=SENSOR))
    return EntitySelector(
        EntitySelectorConfig(filter={"domain": SENSOR, "device_class": [str(kind) for kind in kinds]})
    )


def _entities(given: Mapping[str, Any]) -> Iterator[str]:
    for value in given.values():
        yield from value if isinstance(value, list) else [value] if value else []
