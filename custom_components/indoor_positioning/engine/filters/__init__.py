"""RSSI filters by name. A new one is a file beside this one and a line below."""

from __future__ import annotations

from functools import partial

from .base import LinkFilter, LinkFilterFactory
from .hampel import HampelFilter
from .kalman import AGILE_PROCESS_VARIANCE_DB2, KalmanFilter
from .moving_mean import MovingMeanFilter
from .unfiltered import Unfiltered

FILTERS: dict[str, LinkFilterFactory] = {
    "kalman": KalmanFilter,
    "kalman_agile": partial(KalmanFilter, process_variance=AGILE_PROCESS_VARIANCE_DB2),
    "moving_mean": MovingMeanFilter,
    "hampel": HampelFilter,
    "median": partial(HampelFilter, threshold=0.0),
    "none": Unfiltered,
}


def create_filter(name: str) -> LinkFilter:
    """Return a new filter for one link. Raises KeyError that lists the names where `name` is none of them."""
    try:
        factory = FILTERS[name]
    except KeyError:
        raise KeyError(f"no filter named {name!r}; there are {', '.join(FILTERS)}") from None
    return factory()


__all__ = ["FILTERS", "LinkFilter", "create_filter"]
