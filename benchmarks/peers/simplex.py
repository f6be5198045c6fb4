"""Nelder-Mead's downhill simplex (Computer Journal 7, 1965), plain Python: small problems, solved very often."""

from __future__ import annotations

from collections.abc import Callable, Sequence

type Vector = tuple[float, ...]


def nelder_mead(
    cost: Callable[[Vector], float], simplex: Sequence[Vector], *, tolerance: float, iterations: int
) -> tuple[Vector, float]:
    """Return the best vertex and its cost, from `simplex` (d + 1 vertices of dimension d).

    Stops where the standard deviation of the vertices' costs falls below `tolerance`.
    """
    size = len(simplex) - 1
    corners = sorted((cost(vertex), vertex) for vertex in simplex)
    for _ in range(iterations):
        mean = sum(value for value, _ in corners) / (size + 1)
        if sum((value - mean) ** 2 for value, _ in corners) / (size + 1) < tolerance**2:
            break
        worst_cost, worst = corners[-1]
        middle = tuple(sum(corner[1][axis] for corner in corners[:-1]) / size for axis in range(size))

        def along(factor: float, middle: Vector = middle, worst: Vector = worst) -> tuple[float, Vector]:
            point = tuple(m + factor * (w - m) for m, w in zip(middle, worst, strict=True))
            return cost(point), point

        reflected = along(-1.0)
        if reflected[0] < corners[0][0]:
            corners[-1] = min(reflected, along(-2.0))
        elif reflected[0] < corners[-2][0]:
            corners[-1] = reflected
        else:
            contracted = along(-0.5) if reflected[0] < worst_cost else along(0.5)
            if contracted[0] < min(reflected[0], worst_cost):
                corners[-1] = contracted
            else:
                best = corners[0][1]
                shrunk = [
                    tuple(b + 0.5 * (c - b) for b, c in zip(best, corner, strict=True)) for _, corner in corners[1:]
                ]
                corners[1:] = [(cost(vertex), vertex) for vertex in shrunk]
        corners.sort()
    return corners[0][1], corners[0][0]
