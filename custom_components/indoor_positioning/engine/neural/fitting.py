"""Whether networks are still about the home: anchors, floors and rooms may be gone since they were trained."""

from __future__ import annotations

from enum import StrEnum

from ..home import Home
from .models import Task, TinyModel, TinyModels

# A network with an anchor or two gone has seen such rows in training; of one with fewer than this share of its anchors
# left nothing is known.
MIN_SHARE = 0.5


class Misfit(StrEnum):
    """Why a network rests; the values are translation keys."""

    OTHER_ANCHORS = "other_anchors"
    FLOOR_GONE = "floor_gone"
    ROOMS_GONE = "rooms_gone"


def missing_anchors(models: TinyModels, home: Home) -> frozenset[str]:
    """Return the anchors that the networks ask for and the home does not have any more."""
    return frozenset(anchor for model in models for anchor in model.meaning.anchors) - _anchors(home)


def fitting(models: TinyModels, home: Home) -> TinyModels:
    """Return the networks that can be used in a home, without those for other anchors or a floor that is gone."""
    if not resting(models, home):
        return models
    return models.each(lambda model: model if misfit_of(model, home) is None else None)


def resting(models: TinyModels, home: Home) -> list[tuple[TinyModel, Misfit]]:
    """Return the networks that cannot be used in a home, and why."""
    judged = ((model, misfit_of(model, home)) for model in models)
    return [(model, misfit) for model, misfit in judged if misfit is not None]


def misfit_of(model: TinyModel, home: Home) -> Misfit | None:
    """Return why a network cannot be used in a home, None where it can."""
    asked = model.meaning.anchors
    if len(asked) - len(_lacking(model, home)) < MIN_SHARE * len(asked):
        return Misfit.OTHER_ANCHORS
    if model.meaning.task is Task.PLACE and home.floor(model.meaning.floor or "") is None:
        return Misfit.FLOOR_GONE
    if model.meaning.task is Task.ROOM and not any(_is_here(floor, room, home) for floor, room in model.meaning.spots):
        return Misfit.ROOMS_GONE
    return None


def problem_of_model(model: TinyModel, home: Home) -> str | None:
    """Return in words why a network cannot be used in a home, None where it can."""
    match misfit_of(model, home):
        case None:
            return None
        case Misfit.OTHER_ANCHORS:
            lacking, asked = _lacking(model, home), model.meaning.anchors
            return f"it is for other anchors: {len(lacking)} of its {len(asked)} are not here, such as {lacking[0]}"
        case Misfit.FLOOR_GONE:
            return f"it is for the floor {model.meaning.floor!r}, which is not here"
        case Misfit.ROOMS_GONE:
            return "it knows none of the rooms"


def remarks_on(model: TinyModel, home: Home) -> list[str]:
    """Return in words in which anchors a network that can be used differs from the home."""
    remarks = []
    if lacking := _lacking(model, home):
        remarks.append(f"asks for anchors that are not here, which count as not heard: {', '.join(lacking)}")
    unknown = sorted(_anchors(home) - set(model.meaning.anchors))
    if unknown and model.meaning.area is None:
        remarks.append(f"knows nothing of these anchors, which it does not listen to: {', '.join(unknown)}")
    return remarks


def _lacking(model: TinyModel, home: Home) -> list[str]:
    here = _anchors(home)
    return [anchor for anchor in model.meaning.anchors if anchor not in here]


def _anchors(home: Home) -> frozenset[str]:
    return frozenset(anchor.id for anchor in home.anchors)


def _is_here(floor: str, room: str | None, home: Home) -> bool:
    return home.floor(floor) is not None if room is None else home.room(room) is not None
