"""`scripts/benchmark accuracy`: every method over every recording, with the same input."""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from custom_components.indoor_positioning.engine.locators import DEFAULT_LOCATOR
from custom_components.indoor_positioning.engine.replay.score import Score
from custom_components.indoor_positioning.engine.replay.stream import prepare_model

from .cases import GROUPS, SEEDS, Case, Knowledge, cases
from .datasets import load_all, variant
from .homes import simulated
from .lab import LabResult, reproduce
from .lab_network import NOISES_DB, NetworkResult, network_in_lab
from .parallel import run_all
from .peers import PEERS
from .recovery import run_disturbed
from .runner import Outcome, methods, run

# What wrong plans and broken hardware are tried on.
DISTURBED_HOMES = ("flat", "house")
DISTURBED_TEST_S = 600.0

# How much survey it takes: stands of 15 s a room.
SPOTS = (0, 1, 2, 4, 8)
SPOTS_METHODS = (DEFAULT_LOCATOR, "fingerprint")


@dataclass(slots=True)
class Results:
    """Everything that a run of the benchmark found, by group, knowledge and method."""

    outcomes: dict[tuple[str, Knowledge], dict[str, Outcome]] = field(default_factory=dict)
    disturbances: dict[str, Outcome] = field(default_factory=dict)
    spots: dict[tuple[str, int], dict[str, Outcome]] = field(default_factory=dict)
    lab: LabResult | None = None
    network: list[NetworkResult] = field(default_factory=list)
    seconds: float = 0.0
    quick: bool = False

    def score(self, group: str, knowledge: Knowledge, method: str) -> Score | None:
        """Return a method's score, None where it did not run."""
        outcome = self.outcomes.get((group, knowledge), {}).get(method)
        return None if outcome is None or outcome.tally.rows == 0 else outcome.tally.score()

    def best_other(
        self, group: str, knowledge: Knowledge, figure: str, among: Container[str]
    ) -> tuple[str, float] | None:
        """Return the method `among` those, the default apart, that is best at `figure`: least error, or most rooms."""
        found: list[tuple[float, str]] = []
        for method in self.outcomes.get((group, knowledge), {}):
            if method == DEFAULT_LOCATOR or method not in among:
                continue
            score = self.score(group, knowledge, method)
            value = None if score is None else getattr(score, figure)
            if value is not None:
                found.append((value, method))
        if not found:
            return None
        value, method = max(found) if figure in {"rooms", "rooms_mean", "floors"} else min(found)
        return method, value


def measure(data: Path | None, *, quick: bool = False) -> Results:
    """Run everything; `data` holds the real recordings, None leaves them out."""
    start = time.perf_counter()
    recordings = load_all(data) if data is not None else {}
    chosen = cases(recordings, quick=quick)
    seeds = () if quick else [(home, seed) for home in DISTURBED_HOMES for seed in SEEDS]
    spots = [(home, seed, count) for home, seed in seeds for count in SPOTS]
    jobs: list[Callable[[], dict[str, Outcome]]] = [
        *(partial(_run_case, case) for case in chosen),
        *(partial(_run_disturbed, home, seed) for home, seed in seeds),
        *(partial(_run_spots, home, seed, count) for home, seed, count in spots),
    ]
    outcomes = iter(run_all(jobs, _progress(len(jobs))))
    results = Results(quick=quick)
    pooled: dict[tuple[str, Knowledge], dict[str, Outcome]] = defaultdict(lambda: defaultdict(Outcome))
    for case in chosen:
        _pool(pooled[case.group, case.knowledge], next(outcomes))
    for group in GROUPS:
        for knowledge in Knowledge:
            if (group, knowledge) in pooled:
                results.outcomes[group, knowledge] = _complete(pooled, group, knowledge)
    for _ in seeds:
        _pool(results.disturbances, next(outcomes))
    for home, _, count in spots:
        _pool(results.spots.setdefault((home, count), {}), next(outcomes))
    results.lab = reproduce()
    results.network = [] if quick else [network_in_lab(noise) for noise in NOISES_DB]
    results.seconds = time.perf_counter() - start
    return results


def _pool(into: dict[str, Outcome], found: dict[str, Outcome]) -> None:
    for name, outcome in found.items():
        into.setdefault(name, Outcome()).add(outcome)


def _run_case(case: Case) -> dict[str, Outcome]:
    recording = case.recording()
    model = prepare_model(recording)
    plan = recording.home.has_plan
    return {method: run(method, recording, model) for method in _methods(case.knowledge, plan=plan)}


def _methods(knowledge: Knowledge, *, plan: bool) -> Sequence[str]:
    if knowledge is Knowledge.HISTORY:
        # Nobody else learns from ordinary use.
        return [name for name in (DEFAULT_LOCATOR, "particle") if name in methods(survey=False, plan=plan)]
    if knowledge is Knowledge.NOTHING:
        return methods(survey=False, plan=plan)
    # Peers that a survey does not change do the same as without one; see `_complete`.
    unchanged = {name for name, entry in PEERS.items() if not (entry.needs_survey or entry.uses_survey)}
    return [name for name in methods(survey=True, plan=plan) if name not in unchanged]


def _complete(
    pooled: dict[tuple[str, Knowledge], dict[str, Outcome]], group: str, knowledge: Knowledge
) -> dict[str, Outcome]:
    """Return a table's outcomes, with those of peers that a survey does not change."""
    found = pooled[group, knowledge]
    if knowledge is not Knowledge.SURVEY:
        return dict(found)
    unchanged = pooled.get((group, Knowledge.NOTHING), {})
    table = {**{name: outcome for name, outcome in unchanged.items() if name in PEERS}, **found}
    return {name: table[name] for name in methods(survey=True) if name in table}


def _run_disturbed(home: str, seed: int) -> dict[str, Outcome]:
    intact = variant(simulated(home, seed, history=1.0, test=DISTURBED_TEST_S), survey=True, history=False)
    return run_disturbed(intact, seed)


def _run_spots(home: str, seed: int, count: int) -> dict[str, Outcome]:
    recording = variant(
        simulated(home, seed, spots=count, history=1.0, test=DISTURBED_TEST_S), survey=True, history=False
    )
    model = prepare_model(recording)
    return {method: run(method, recording, model) for method in SPOTS_METHODS}


def _progress(total: int) -> Callable[[int], None] | None:
    if not sys.stderr.isatty():
        return None

    def show(done: int) -> None:
        sys.stderr.write(f"\r{done}/{total}" + ("\n" if done == total else ""))
        sys.stderr.flush()

    return show
