"""What is typed for each kind of identity, and how it becomes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import probatio as vol
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from ..engine.identity import Identity, IdentityError, identity_from_dict, parse_identity
from ..engine.identity.altbeacon import AltBeaconIdentity
from ..engine.identity.eddystone_eid import EddystoneEidIdentity
from ..engine.identity.eddystone_uid import EddystoneUidIdentity
from ..engine.identity.eddystone_url import EddystoneUrlIdentity
from ..engine.identity.ibeacon import IBeaconIdentity
from ..engine.identity.pattern import PatternIdentity
from ..engine.identity.private_address import PrivateAddressIdentity
from ..engine.identity.static_address import AddressIdentity
from ..engine.identity.uribeacon import UriBeaconIdentity

CONF_IDENTITY: Final = "identity"
CONF_CLOCK_OFFSET: Final = "clock_offset"
CONF_LOCAL_NAME: Final = "local_name"
CONF_MANUFACTURER_ID: Final = "manufacturer_id"
CONF_ROTATION_EXPONENT: Final = "rotation_exponent"

# What Google's own beacons are delivered with: a new identifier about every 17 minutes.
USUAL_ROTATION_EXPONENT: Final = 10

_PATTERN_TEXTS: Final = ("manufacturer_data", "manufacturer_mask", "service_uuid", "service_data", "service_mask")


@dataclass(frozen=True, slots=True)
class IdentityForm:
    """The fields of one kind. `read` raises IdentityError; `fields_of` says where each problem belongs.

    What is in `secret` is not shown again, not even to who typed it.
    """

    fields: Mapping[vol.Marker, Any]
    read: Callable[[Mapping[str, Any]], Identity]
    fields_of: Mapping[str, str] = MappingProxyType({})
    secret: bool = False

    def shown_again(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what may be shown of what was typed, for the next try."""
        return {name: value for name, value in given.items() if name != CONF_IDENTITY or not self.secret}

    def field_of(self, problem: str) -> str:
        """Return the field at which a problem is shown; the whole form's where none is at fault alone."""
        return self.fields_of.get(problem, CONF_IDENTITY if CONF_IDENTITY in self.fields else "base")


def _text(kind: str) -> IdentityForm:
    return IdentityForm(
        {vol.Required(CONF_IDENTITY): TextSelector()}, lambda given: parse_identity(kind, given[CONF_IDENTITY])
    )


def _secret() -> TextSelector:
    return TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off"))


def _ephemeral(given: Mapping[str, Any]) -> Identity:
    offset = given.get(CONF_CLOCK_OFFSET)
    return identity_from_dict(
        {
            "kind": EddystoneEidIdentity.kind,
            "identity_key": given[CONF_IDENTITY],
            CONF_ROTATION_EXPONENT: int(given[CONF_ROTATION_EXPONENT]),
            CONF_CLOCK_OFFSET: None if offset is None else int(offset),
        }
    )


def _pattern(given: Mapping[str, Any]) -> Identity:
    texts = {name: given[name] for name in _PATTERN_TEXTS if given.get(name)}
    data = {"kind": PatternIdentity.kind, "name": given.get(CONF_LOCAL_NAME), **texts}
    if manufacturer := given.get(CONF_MANUFACTURER_ID):
        try:
            data[CONF_MANUFACTURER_ID] = int(manufacturer, 16)
        except ValueError as error:
            raise IdentityError("invalid_pattern", "the manufacturer is no hex number") from error
    return identity_from_dict(data)


def _whole_number(minimum: int, maximum: int) -> NumberSelector:
    return NumberSelector(NumberSelectorConfig(min=minimum, max=maximum, step=1, mode=NumberSelectorMode.BOX))


# The order is that of the menu: what people have most comes first.
IDENTITY_FORMS: Final[Mapping[str, IdentityForm]] = {
    IBeaconIdentity.kind: _text(IBeaconIdentity.kind),
    PrivateAddressIdentity.kind: IdentityForm(
        {vol.Required(CONF_IDENTITY): _secret()},
        lambda given: parse_identity(PrivateAddressIdentity.kind, given[CONF_IDENTITY]),
        secret=True,
    ),
    EddystoneUidIdentity.kind: _text(EddystoneUidIdentity.kind),
    EddystoneEidIdentity.kind: IdentityForm(
        {
            vol.Required(CONF_IDENTITY): _secret(),
            vol.Required(CONF_ROTATION_EXPONENT, default=USUAL_ROTATION_EXPONENT): _whole_number(0, 15),
            vol.Optional(CONF_CLOCK_OFFSET): _whole_number(-(2**32), 2**32),
        },
        _ephemeral,
        {"invalid_rotation_exponent": CONF_ROTATION_EXPONENT, "invalid_clock_offset": CONF_CLOCK_OFFSET},
        secret=True,
    ),
    EddystoneUrlIdentity.kind: _text(EddystoneUrlIdentity.kind),
    UriBeaconIdentity.kind: _text(UriBeaconIdentity.kind),
    AltBeaconIdentity.kind: _text(AltBeaconIdentity.kind),
    AddressIdentity.kind: _text(AddressIdentity.kind),
    PatternIdentity.kind: IdentityForm(
        {vol.Optional(name): TextSelector() for name in (CONF_MANUFACTURER_ID, *_PATTERN_TEXTS, CONF_LOCAL_NAME)},
        _pattern,
    ),
}
