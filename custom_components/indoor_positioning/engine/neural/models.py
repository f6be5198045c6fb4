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
    `covariance` (2, 2) in m^2 is how far it was off where it was tested. Of a ROOM network the outputs are the log odds
    of the `spots`, (floor, room or None outside all rooms).
    """

    task: Task
    anchors: tuple[str, ...]
    floor: str | None = None
    extent: Extent | None = None
    covariance: FloatArray | None = None
    spots: tuple[Spot, ...] = ()


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


@dataclass(frozen=True, slots=True, eq=False)
class TinyModels:
    """All models of one home: `places` by floor, and the one for `rooms` where floors or undrawn rooms need it."""

    places: Mapping[str, TinyModel] = field(default_factory=dict)
    rooms: TinyModel | None = None

    def __iter__(self) -> Iterator[TinyModel]:
        """Yield every model."""
        yield from self.places.values()
        if self.rooms is not None:
            yield self.rooms

    def __bool__(self) -> bool:
        """Return whether there is any."""
        return self.rooms is not None or bool(self.places)


def assemble(models: Iterable[TinyModel]) -> TinyModels:
    """Return single models as those of one home; of two for the same floor the later one counts."""
    places: dict[str, TinyModel] = {}
    rooms: TinyModel | None = None
    for model in models:
        if model.meaning.task is Task.ROOM:
            rooms = model
        elif model.meaning.floor is not None:
            places[model.meaning.floor] = model
    return TinyModels(places, rooms)
