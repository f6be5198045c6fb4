"""Every way of locating, by name. A new one is a file beside this one and a line below."""

from __future__ import annotations

from ..model import PositioningModel
from .base import Locator, LocatorFactory
from .bayes import BayesLocator
from .bearings import BearingsLocator
from .centroid import CentroidLocator
from .complementary import ComplementaryLocator
from .ekf import EkfLocator
from .fingerprint import FingerprintLocator
from .fused import FusedLocator
from .neural import NeuralLocator
from .particle import ParticleLocator
from .proximity import ProximityLocator
from .trilateration import TrilaterationLocator

LOCATORS: dict[str, LocatorFactory] = {
    "bayes": BayesLocator,
    "particle": ParticleLocator,
    "fused": FusedLocator,
    "neural": NeuralLocator,
    "fingerprint": FingerprintLocator,
    "trilateration": TrilaterationLocator,
    "bearings": BearingsLocator,
    "ekf": EkfLocator,
    "complementary": ComplementaryLocator,
    "centroid": CentroidLocator,
    "proximity": ProximityLocator,
}

DEFAULT_LOCATOR = "bayes"

# Those that locate by the home's own networks, which have to be trained.
NETWORK_LOCATORS = frozenset({"fused", "neural"})


def create_locator(name: str, model: PositioningModel, beacon_id: str) -> Locator:
    """Return a new locator for one beacon. Raises KeyError that lists the names where `name` is none of them."""
    try:
        factory = LOCATORS[name]
    except KeyError:
        raise KeyError(f"no locator named {name!r}; there are {', '.join(LOCATORS)}") from None
    return factory(model, beacon_id)


__all__ = ["DEFAULT_LOCATOR", "LOCATORS", "NETWORK_LOCATORS", "Locator", "create_locator"]
