"""Why a home cannot be learnt from, or a model not be used."""

from __future__ import annotations

from enum import StrEnum


class TrainingProblem(StrEnum):
    """Why training is refused; the values are translation keys."""

    NO_SAMPLES = "training_no_samples"
    TOO_FEW_SAMPLES = "training_too_few_samples"
    ONE_ROOM = "training_one_room"


EXPLANATIONS = {
    TrainingProblem.NO_SAMPLES: "there are no survey samples of this home's anchors: calibrate first",
    TrainingProblem.TOO_FEW_SAMPLES: "there are too few survey samples: stand at three places of a floor at least",
    TrainingProblem.ONE_ROOM: "all survey samples name one room and no places: stand in other rooms too",
}


class TrainingError(ValueError):
    """A survey that teaches nothing."""

    def __init__(self, problem: TrainingProblem) -> None:
        super().__init__(EXPLANATIONS[problem])
        self.problem = problem


class ModelError(ValueError):
    """A model file that is not used; the message says what is wrong with it."""
