"""Fields that several forms share."""

from __future__ import annotations

from homeassistant.const import UnitOfLength
from homeassistant.helpers.selector import NumberSelector, NumberSelectorConfig, NumberSelectorMode

# Larger than any building that proxies cover; it keeps a slip of the finger from making a grid of millions of cells.
MAX_COORDINATE_M = 1000.0


def number(minimum: float, maximum: float, step: float, unit: str | None = None) -> NumberSelector:
    """Return a field for a number."""
    config = NumberSelectorConfig(min=minimum, max=maximum, step=step, mode=NumberSelectorMode.BOX)
    if unit:
        config["unit_of_measurement"] = unit
    return NumberSelector(config)


def metres(minimum: float = -MAX_COORDINATE_M, maximum: float = MAX_COORDINATE_M) -> NumberSelector:
    """Return a field for a length or coordinate."""
    return NumberSelector(
        NumberSelectorConfig(
            min=minimum,
            max=maximum,
            step="any",
            mode=NumberSelectorMode.BOX,
            unit_of_measurement=UnitOfLength.METERS,
        )
    )
