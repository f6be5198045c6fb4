"""What a beacon's subentry says it is known by."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from homeassistant.config_entries import ConfigSubentry, ConfigSubentryData
from homeassistant.core import callback

from .const import CONF_IDENTITIES, CONF_REFERENCE_RSSI, SUBENTRY_BEACON
from .engine.identity import Identity, IdentityError, identity_from_dict

_LOGGER = logging.getLogger(__name__)


def beacon_data(identities: Sequence[Identity], reference_rssi: float | None) -> dict[str, Any]:
    """Return what the subentry of a new beacon holds."""
    return {
        CONF_IDENTITIES: [identity.to_dict() for identity in identities],
        CONF_REFERENCE_RSSI: reference_rssi,
    }


def beacon_subentry(identity: Identity, title: str) -> ConfigSubentryData:
    """Return a new beacon of which nothing is known but one identity."""
    data = beacon_data([identity], None)
    return ConfigSubentryData(data=data, subentry_type=SUBENTRY_BEACON, title=title, unique_id=beacon_unique_id(data))


def beacon_unique_id(data: Mapping[str, Any]) -> str | None:
    """Return what makes a beacon unique within the entry: the first identity that can be read. It tells no secret."""
    return next((f"beacon_{identity.key}" for identity in map(_read, data[CONF_IDENTITIES]) if identity), None)


@callback
def identities_of(subentry: ConfigSubentry) -> list[Identity]:
    """Return the identities that this version can use.

    After a downgrade a kind may be unknown: the beacon stays, and is tracked by what is left.
    """
    identities: list[Identity] = []
    for data in subentry.data[CONF_IDENTITIES]:
        try:
            identities.append(identity_from_dict(data))
        except IdentityError as error:
            _LOGGER.warning("An identity of %s cannot be used: %s", subentry.title, error.problem)
    return identities


def identity_label(data: Mapping[str, Any]) -> str:
    """Return one stored identity for people: its standard, and what it is known by where that is no secret."""
    identity = _read(data)
    return f"{identity.standard.name} {identity.key.partition(':')[2]}" if identity else str(data.get("kind"))


def model_and_manufacturer(subentry: ConfigSubentry) -> tuple[str | None, str | None]:
    """Return the standards that a beacon keeps to, and who has made them, as its device page shows them."""
    identities = [identity for identity in map(_read, subentry.data[CONF_IDENTITIES]) if identity]
    names = dict.fromkeys(identity.standard.name for identity in identities)
    authors = dict.fromkeys(identity.standard.author for identity in identities if identity.standard.author)
    return ", ".join(names) or None, ", ".join(authors) or None


def _read(data: Mapping[str, Any]) -> Identity | None:
    try:
        return identity_from_dict(data)
    except IdentityError:
        return None
