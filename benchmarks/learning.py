"""`scripts/benchmark learning`: what hours of ordinary use are worth to a home without survey."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from functools import partial

from custom_components.indoor_positioning.engine.locators import DEFAULT_LOCATOR
from custom_components.indoor_positioning.engine.propagation import PropagationParameters
from custom_components.indoor_positioning.engine.replay.stream import prepare_model

from .homes import simulated
from .parallel import run_all
from .report import SCORE_HEADER, aligned_table, environment, markdown_table, score_cells
from .runner import Outcome, run

HOMES = ("flat", "house")
SEEDS = (1, 2)
HOURS = (0.0, 1.0, 6.0, 24.0)
QUICK_HOURS = (0.0, 1.0)

# With a survey of four stands a room: what learning is measured against.
SURVEYED = "survey"

ABOUT = """Simulated homes without survey, in which one beacon is carried about for some hours before the test;"""


@dataclass(frozen=True, slots=True)
class Learnt:
    """One home after some hours: how well it locates, and what it believes of its radio."""

    outcome: Outcome
    parameters: PropagationParameters


@dataclass(slots=True)
class LearningResults:
    """By home and hours (or SURVEYED)."""

    found: dict[tuple[str, str], list[Learnt]] = field(default_factory=dict)

    def pooled(self, home: str, stage: str) -> Outcome:
        """Return the outcome over all seeds."""
        outcome = Outcome()
        for learnt in self.found[home, stage]:
            outcome.add(learnt.outcome)
        return outcome


def measure(*, quick: bool = False) -> LearningResults:
    """Let each home live for some hours and test it then; one beacon is about."""
    hours = QUICK_HOURS if quick else HOURS
    seeds = SEEDS[:1] if quick else SEEDS
    # The longest first.
    stages = [*(f"{hour:.0f} h" for hour in sorted(hours, reverse=True)), SURVEYED]
    keys = [(home, stage, seed) for stage in stages for home in reversed(HOMES) for seed in seeds]
    found = run_all([partial(_live, home, stage, seed) for home, stage, seed in keys])
    results = LearningResults()
    order = [(home, stage) for home in HOMES for stage in [*(f"{hour:.0f} h" for hour in hours), SURVEYED]]
    for home, stage in order:
        results.found[home, stage] = [
            learnt for key, learnt in zip(keys, found, strict=True) if key[:2] == (home, stage)
        ]
    return results


def _live(home: str, stage: str, seed: int) -> Learnt:
    surveyed = stage == SURVEYED
    seconds = 0.0 if surveyed else 3600.0 * float(stage.removesuffix(" h"))
    recording = simulated(home, seed, history=max(seconds, 1.0))
    history = [advert for advert in recording.history if advert.beacon == "tag"] if seconds else []
    recording = replace(recording, survey=recording.survey if surveyed else (), history=history)
    model = prepare_model(recording)
    return Learnt(run(DEFAULT_LOCATOR, recording, model), model.parameters)


def _rows(results: LearningResults) -> list[list[str]]:
    rows = [["home", "after", *SCORE_HEADER]]
    rows.extend([home, stage, *score_cells(results.pooled(home, stage))] for home, stage in results.found)
    return rows


def text_report(results: LearningResults) -> str:
    """Return the table for a terminal."""
    return f"What hours of ordinary use are worth ({DEFAULT_LOCATOR})\n\n{aligned_table(_rows(results))}"


def markdown_report(results: LearningResults) -> str:
    """Return the section of the report."""
    return "\n\n".join(
        (
            "## Learning from ordinary use",
            f"{environment(dated=True)}, by `scripts/benchmark learning`.",
            f"{ABOUT} `{SURVEYED}` = four stands a room instead.",
            markdown_table(_rows(results)),
        )
    )


def json_report(results: LearningResults) -> dict[str, object]:
    """Return everything as one JSON object."""
    return {
        "environment": environment(dated=True),
        "learning": [
            {
                "home": home,
                "after": stage,
                "parameters": [
                    {**asdict(learnt.parameters), "anchor_offsets": dict(learnt.parameters.anchor_offsets)}
                    for learnt in found
                ],
                **results.pooled(home, stage).tally.score().to_dict(),
            }
            for (home, stage), found in results.found.items()
        ],
    }
