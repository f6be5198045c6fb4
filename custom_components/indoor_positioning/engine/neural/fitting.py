"""Whether networks are still about the home: anchors, floors and rooms may be gone since they were trained."""

from __future__ import annotations

from ..home import Home
from .models import Task, TinyModel, TinyModels

# A network with an anchor or two gone has seen such rows in training; of one with fewer than this share of its anchors
# left nothing is known.
MIN_SHARE = 0.5


def missing_anchors(models: TinyModels, home: Home) -> frozenset[str]:
    """Return the anchors that the networks ask for and the home does not have any more."""
    return frozenset(anchor for model in models for anchor in model.meaning.anchors) - _anchors(home)


def fitting(models: TinyModels, home: Home) -> TinyModels:
    """Return the networks that can be used in a home, without those for other anchors or a floor that is gone."""
    if all(problem_of_model(model, home) is None for model in models):
        return models
    return TinyModels(
        {floor: model for floor, model in models.places.items() if problem_of_model(model, home) is None},
        models.rooms if models.rooms is not None and problem_of_model(models.rooms, home) is None else None,
    )


def problem_of_model(model: TinyModel, home: Home) -> str | None:
    """Return why a network cannot be used in a home, None where it can."""
    asked = model.meaning.anchors
    known = [anchor for anchor in asked if anchor in _anchors(home)]
    if len(known) < MIN_SHARE * len(asked):
        lacking = next(anchor for anchor in asked if anchor not in known)
        return f"it is for other anchors: {len(asked) - len(known)} of its {len(asked)} are not here, such as {lacking}"
    if model.meaning.task is Task.PLACE and home.floor(model.meaning.floor or "") is None:
        return f"it is for the floor {model.meaning.floor!r}, which is not here"
    if model.meaning.task is Task.ROOM and not any(_is_here(floor, room, home) for floor, room in model.meaning.spots):
        return "it knows none of the rooms"
    return None


def _anchors(home: Home) -> frozenset[str]:
    return frozenset(anchor.id for anchor in home.anchors)


def _is_here(floor: str, room: str | None, home: Home) -> bool:
    return home.floor(floor) is not None if room is None else home.room(room) is not None
