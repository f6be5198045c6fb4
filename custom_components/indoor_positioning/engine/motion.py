"""How belief spreads over the cells while nothing is heard.

Two modes, resting and walking, each with its own dwell, as an interacting multiple model (H. A. P. Blom, Y. Bar-Shalom,
IEEE Trans. Automatic Control 33(8), 1988) over a grid: a resting beacon stays in its cell, a walking one goes to free
neighbours at walking speed, and a little mass may be anywhere, since plans are wrong and people take lifts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .geometry import FloatArray, contains
from .grid import Grid, IntArray
from .home import Home

# Indoor walking, with turns and stops, covers ground at about this root mean square speed (m/s).
WALKING_SPEED_M_S = 0.9

# How long people rest and walk at a stretch (s). Rests are far longer, but a short mean lets a walk begin quickly, and
# the links' levels tell rest from walk well enough.
RESTING_DWELL_S = 15.0
WALKING_DWELL_S = 8.0

# Chance per second of being somewhere unforeseen: a wrong wall, a lift, a beacon thrown.
JUMP_RATE_HZ = 0.002

# A resting beacon still creeps (a hand, a chair): share of the walking speed.
RESTING_CREEP = 0.04

# How freely one takes the stairs from a cell at their foot, compared with a step on the flat.
STAIRS_PASSAGE = 0.5

MODES = 2
RESTING, WALKING = 0, 1

# Longest stretch of time that is stepped through exactly; after it belief has spread as far as it matters (s).
MAX_STRETCH_S = 30.0

# Power offsets with less of the belief than this are not moved: whatever they hold, it shows nowhere.
NEGLIGIBLE_MASS = 1e-7

type FloatArray32 = np.ndarray[tuple[int, ...], np.dtype[np.float32]]


@dataclass(frozen=True, slots=True, eq=False)
class MotionModel:
    """Spread over cells: cell i draws `weight[i, d]` from `source[i, d]`, (cells, ways), in one step of `step` seconds.

    Rows of the underlying Markov chain sum to one, so that a step neither makes nor loses mass. `anywhere` (cells,)
    is where a jump lands. Both tables lie in memory way by way.
    """

    source: IntArray
    weight: FloatArray32
    step: float
    anywhere: FloatArray32

    def spread(self, belief: FloatArray32, elapsed: float) -> FloatArray32:
        """Return belief (MODES, cells, offsets) after `elapsed` seconds.

        The answer lies in memory with the cells innermost: they are many and the offsets few, and what follows in the
        filter goes along them.
        """
        elapsed = min(max(elapsed, 0.0), MAX_STRETCH_S)
        if elapsed == 0.0:
            return belief
        resting, walking = _switch(np.ascontiguousarray(belief.swapaxes(1, 2)), elapsed)
        if elapsed < self.step:  # whoever asks several times a step must not make anyone walk faster
            self._walk(walking, 1, elapsed / self.step)
        else:
            self._walk(walking, round(elapsed / self.step), 1.0)
        self._walk(resting, 1, min(RESTING_CREEP * elapsed / self.step, 0.5))
        spread = np.stack((resting, walking))
        jump = np.float32(-np.expm1(-JUMP_RATE_HZ * elapsed))
        landing = jump * spread.sum(axis=2, keepdims=True)
        spread *= 1 - jump
        spread += landing * self.anywhere
        return spread.swapaxes(1, 2)

    def _walk(self, mass: FloatArray32, steps: int, share: float) -> None:
        """Let `share` of the mass (offsets, cells) go `steps` steps, in place."""
        live = np.flatnonzero(mass.sum(axis=1) > NEGLIGIBLE_MASS)
        before = mass[live]
        here, there, drawn = before, np.empty_like(before), np.empty_like(before)
        for _ in range(steps):
            there[:] = 0.0
            for source, weight in zip(self.source.T, self.weight.T, strict=True):
                np.take(here, source, axis=1, out=drawn, mode="clip")
                drawn *= weight
                there += drawn
            here, there = there, here if here is not before else np.empty_like(before)
        mass[live] = here if share == 1.0 else np.float32(1.0 - share) * before + np.float32(share) * here


def _switch(belief: FloatArray32, elapsed: float) -> tuple[FloatArray32, FloatArray32]:
    """Let the two modes exchange mass over `elapsed` seconds (exact for the two-state chain)."""
    start, stop = 1.0 / RESTING_DWELL_S, 1.0 / WALKING_DWELL_S
    decay = 1.0 - np.exp(-(start + stop) * elapsed)
    to_walking = np.float32(start / (start + stop) * decay)
    to_resting = np.float32(stop / (start + stop) * decay)
    resting = (1 - to_walking) * belief[RESTING] + to_resting * belief[WALKING]
    walking = to_walking * belief[RESTING] + (1 - to_resting) * belief[WALKING]
    return resting, walking


def build_motion(home: Home, grid: Grid) -> MotionModel:
    """Lay the ways over the grid: neighbours, stairs, and doors between rooms that are not drawn."""
    neighbours, passage = grid.neighbours, grid.passage
    stairs = _stairs(home, grid)
    undrawn = _between_undrawn_rooms(home, grid)
    extra = [ways for ways in (stairs, undrawn) if ways is not None]
    target = np.concatenate([neighbours, *(ways[0] for ways in extra)], axis=1)
    rate = np.concatenate([passage, *(ways[1] for ways in extra)], axis=1)
    cell = float(np.median(grid.size)) if len(grid) else 1.0
    # One step moves at most one cell; with all ways open it moves the root mean square of `cell` metres.
    step = cell / WALKING_SPEED_M_S * 0.75
    out = np.minimum(rate / _OPEN_WAYS, 1.0)
    stay = 1.0 - out.sum(axis=1)
    over = stay < 0.0
    out[over] /= out[over].sum(axis=1, keepdims=True)
    stay = np.maximum(stay, 0.0)
    source, weight = _pull(target, out, stay)
    rooms_share = _anywhere(home, grid)
    by_ways = np.asfortranarray(weight, dtype=np.float32)
    return MotionModel(np.asfortranarray(source), by_ways, step, rooms_share.astype(np.float32))


# Passage summed over an open cell's ways: four sides at 1 and four diagonals at 0.5, and room to stay.
_OPEN_WAYS = 6.6


def _pull(target: IntArray, out: FloatArray, stay: FloatArray) -> tuple[IntArray, FloatArray]:
    """Turn "cell i gives out[i, d] to target[i, d]" into "cell j draws from source[j, d]"."""
    count = len(stay)
    given = np.flatnonzero(out.ravel() > 0.0)
    giver, taker, amount = given // max(out.shape[1], 1), target.ravel()[given], out.ravel()[given]
    giver = np.concatenate((giver, np.arange(count)))
    taker = np.concatenate((taker, np.arange(count)))
    amount = np.concatenate((amount, stay))
    order = np.argsort(taker, kind="stable")
    giver, taker, amount = giver[order], taker[order], amount[order]
    ways = np.bincount(taker, minlength=count)
    slot = np.arange(len(taker)) - np.repeat(np.cumsum(ways) - ways, ways)
    width = int(ways.max(initial=1))
    source = np.repeat(np.arange(count, dtype=np.intp)[:, None], width, axis=1)
    weight = np.zeros((count, width))
    source[taker, slot], weight[taker, slot] = giver, amount
    return source, weight


def _stairs(home: Home, grid: Grid) -> tuple[IntArray, FloatArray] | None:
    """Link the cells inside each staircase's outline with the nearest such cell of the other floor."""
    index = {floor.id: number for number, floor in enumerate(home.floors)}
    columns: list[tuple[IntArray, FloatArray]] = []
    for stairs in home.stairs:
        if stairs.from_floor not in index or stairs.to_floor not in index:
            continue
        lower, upper = (
            np.flatnonzero((grid.floor == index[floor]) & grid.placed & _inside(stairs.outline, grid))
            for floor in (stairs.from_floor, stairs.to_floor)
        )
        if not len(lower) or not len(upper):
            continue
        target = np.arange(len(grid), dtype=np.intp)
        rate = np.zeros(len(grid))
        for here, there in ((lower, upper), (upper, lower)):
            away = ((grid.points[here][:, None] - grid.points[there]) ** 2).sum(axis=-1)
            target[here] = there[away.argmin(axis=1)]
            rate[here] = STAIRS_PASSAGE
        columns.append((target, rate))
    if not columns:
        return None
    return np.stack([column[0] for column in columns], axis=1), np.stack([column[1] for column in columns], axis=1)


def _inside(outline: tuple[tuple[float, float], ...], grid: Grid) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return contains(outline, np.nan_to_num(grid.points, nan=np.inf))


# A room that is not drawn is walked through in some seconds, so per step (about half a second) this much leaves it.
UNDRAWN_LEAVE = 0.1


def _between_undrawn_rooms(home: Home, grid: Grid) -> tuple[IntArray, FloatArray] | None:
    """Link every undrawn room with every other cell-of-a-room of its kind: nothing is known about their doors."""
    undrawn = np.flatnonzero(~grid.placed)
    if len(undrawn) < 2:
        return None
    others = len(undrawn) - 1
    target = np.repeat(np.arange(len(grid), dtype=np.intp)[:, None], others, axis=1)
    rate = np.zeros((len(grid), others))
    for position, cell in enumerate(undrawn):
        target[cell] = np.delete(undrawn, position)
        same_floor = grid.floor[target[cell]] == grid.floor[cell]
        share = np.where(same_floor, 1.0, 0.3)  # another floor is further than another room
        rate[cell] = _OPEN_WAYS * UNDRAWN_LEAVE * share / share.sum()
    return target, rate


def _anywhere(home: Home, grid: Grid) -> FloatArray:
    """Where a beacon may be with nothing known: every room alike, inside a room every cell alike, shape (cells,)."""
    count = np.bincount(grid.room + 1, minlength=len(home.rooms) + 1)
    weight = np.sqrt(1.0 / np.maximum(count[grid.room + 1], 1))  # between "every room" and "every square metre"
    return weight / weight.sum() if len(weight) else weight
