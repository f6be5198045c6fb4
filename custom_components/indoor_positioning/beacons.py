"""What a beacon's subentry says it is known by."""

from __future__ import annotations

import logging

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import callback

from .const import CONF_IDENTITIES
from .engine.identity import Identity, IdentityError, identity_from_dict

_LOGGER = logging.getLogger(__name__)


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
