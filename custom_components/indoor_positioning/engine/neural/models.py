"""What a home has trained: a network and what it means, for each floor, and one that tells floors and rooms apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from ..geometry import FloatArray
from .dataset import Spot
from .interpreter import Int8Interpreter
from .quantisation import QuantisedPerceptron
from .scaling import Extent, Int8Array, quantise_levels

type Runner = Callable[[Int8Array], Int8Array]


class Task(StrEnum):
    """What a network was trained for."""

    PLACE = "place"
    ROOM = "room"


@dataclass(frozen=True, slots=True, eq=False)
class Meaning:
    """What goes into a network and what comes out.

    `anchors` in the order of the inputs. Of a PLACE network the outputs are x and y within `extent` on `floor`, and
    `covariance` (2, 2) in m^2 is how far it was off where it was tested; with an `area` it knows only that part of the
    floor. Of a ROOM network the outputs are the log odds of the `spots`, (floor, room or None outside all rooms).
    """

    task: Task
    anchors: tuple[str, ...]
    floor: str | None = None
    extent: Extent | None = None
    covariance: FloatArray | None = None
    spots: tuple[Spot, ...] = ()
    area: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class TinyModel:
    """A quantised network that knows what it means; `run` is the engine that computes it."""

    network: QuantisedPerceptron
    meaning: Meaning
    run: Runner = field(repr=False)

    @classmethod
    def of(cls, network: QuantisedPerceptron, meaning: Meaning) -> TinyModel:
        """Return a model run by our own interpreter."""
        return cls(network, meaning, Int8Interpreter(network))

    def outputs(self, levels: FloatArray) -> FloatArray:
        """Return the outputs (n, outputs) for levels (n, anchors) in dBm, NaN where nothing was heard."""
        return self.network.output.real(self.run(quantise_levels(levels)))

    def places(self, levels: FloatArray) -> FloatArray:
        """Return the places (n, 2) in metres that a PLACE model finds."""
        if self.meaning.extent is None:
            raise ValueError("this model knows rooms, not places")
        return self.meaning.extent.places(self.outputs(levels))

    def row(self, levels: Mapping[str, float]) -> FloatArray:
        """Return levels by anchor as the row (1, anchors) that `outputs` takes."""
        return np.array([[levels.get(anchor, np.nan) for anchor in self.meaning.anchors]])


# An area's network answers where it hears at least so many of its anchors: two distances leave two places.
MIN_HEARD = 3


@dataclass(frozen=True, slots=True, eq=False)
class TinyModels:
    """All models of one home: `places` by floor, and the one for `rooms` where floors or undrawn rooms need it.

    `areas` by floor and area are further ones for parts of a floor, as large sites have them.
    """

    places: Mapping[str, TinyModel] = field(default_factory=dict)
    rooms: TinyModel | None = None
    areas: Mapping[tuple[str, str], TinyModel] = field(default_factory=dict)

    def __iter__(self) -> Iterator[TinyModel]:
        """Yield every model."""
        yield from self.places.values()
        yield from self.areas.values()
        if self.rooms is not None:
            yield self.rooms

    def __bool__(self) -> bool:
        """Return whether there is any."""
        return next(iter(self), None) is not None

    @property
    def floors(self) -> frozenset[str]:
        """The floors on which a network finds places."""
        return frozenset(self.places) | {floor for floor, _ in self.areas}

    def place_on(self, floor: str, levels: Mapping[str, float]) -> TinyModel | None:
        """Return the network for a place on `floor` by levels in dBm: that of the area which is heard best, if any.

        An area is one whose anchors include the strongest and of which MIN_HEARD are heard; the smallest such counts.
        """
        strongest = max(levels, key=lambda anchor: levels[anchor], default=None)
        near = [
            model
            for (on, _), model in self.areas.items()
            if on == floor
            and strongest in model.meaning.anchors
            and sum(anchor in levels for anchor in model.meaning.anchors) >= MIN_HEARD
        ]
        return min(near, key=lambda model: len(model.meaning.anchors), default=self.places.get(floor))

    def each(self, change: Callable[[TinyModel], TinyModel | None]) -> TinyModels:
        """Return the models as `change` makes them, without those of which it makes nothing."""
        return assemble(one for one in map(change, self) if one is not None)


def assemble(models: Iterable[TinyModel]) -> TinyModels:
    """Return single models as those of one home; of two for the same floor and area the later one counts."""
    places: dict[str, TinyModel] = {}
    areas: dict[tuple[str, str], TinyModel] = {}
    rooms: TinyModel | None = None
    for model in models:
        about = model.meaning
        if about.task is Task.ROOM:
            rooms = model
        elif about.floor is not None and about.area is not None:
            areas[about.floor, about.area] = model
        elif about.floor is not None:
            places[about.floor] = model
    return TinyModels(places, rooms, areas)
