"""Levels by the spots of a plan: what half a minute of one beacon tells of each anchor that heard it.

Where the beacon is, all the other anchors say: the filter itself has followed the anchor in question for long, and
compared with that no anchor is ever wrong. The plan is divided into spots of a few metres, and a level is taken to the
middle of its spot by the radio map, so that it does not matter where in it the beacon was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from .geometry import FloatArray
from .grid import IntArray
from .likelihood import OFFSETS_DB, Links
from .model import PositioningModel

# Edge of a spot (m). Shadowing is alike within 2 m, places are right to about as much, and finer spots fill slowly.
SPOT_M = 3.0

# Half a minute counts for the spots that hold this much of where the beacon may be, by as much: nobody knows it to 3 m,
# but what the others say of it they say before and after a change.
LEAST_IN_SPOT = 0.15

# Below this (dBm) an anchor that grows 10 dB deafer hears next to nothing, and that by chance (proxies hear to -95).
LEAST_EXPECTED_DBM = -85.0

# How far the power that a beacon is believed to have may be off (dB).
POWER_SD_DB = 4.0

# Half minutes over which the power of a beacon is followed; a battery fades over weeks, a pocket changes in minutes.
POWER_HALF_MINUTES = 20.0

# An anchor that heard nothing at all in half a minute, of which another one heard so many packets, hears it weaker than
# this (dBm): half a packet in a hundred gets through.
LEAST_PACKETS = 8.0
UNHEARD_DBM = -97.0

# An anchor may be deafer by this than all together believe, and still be looked at (dB).
IN_REACH_DB = 10.0

# No place is impossible.
LEAST_CHANCE = 1e-12

# So many anchors of one moment must be comparable: of two nobody knows which has changed.
LEAST_COMPARED = 3

type Spot = tuple[str, str, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class SpotMap:
    """The spots of one model: `keys`, the spot `of_cell` (n,) of each cell, middles `centre` (spots, 2) in metres.

    `mean` (anchors, spots) is what the radio map expects on average in each, in dBm. NaN centres: rooms not drawn.
    """

    model: PositioningModel
    keys: tuple[Spot, ...]
    of_cell: IntArray
    centre: FloatArray
    mean: FloatArray

    @classmethod
    def build(cls, model: PositioningModel) -> SpotMap:
        """Divide the plan of `model`."""
        grid, home = model.grid, model.home
        tiles = np.where(grid.placed[:, None], np.floor(np.nan_to_num(grid.points) / SPOT_M), 0.0).astype(int)
        of_room = [home.rooms[room].id if room >= 0 else "" for room in grid.room]
        of_floor = [home.floors[floor].id for floor in grid.floor]
        keys = [(floor, room, int(x), int(y)) for floor, room, (x, y) in zip(of_floor, of_room, tiles, strict=True)]
        index = {key: number for number, key in enumerate(dict.fromkeys(keys))}
        of_cell = np.array([index[key] for key in keys], dtype=np.intp)
        cells = np.bincount(of_cell, minlength=len(index))
        centre = np.stack([np.bincount(of_cell, grid.points[:, axis], len(index)) / cells for axis in (0, 1)], axis=1)
        mean = np.array([np.bincount(of_cell, row, len(index)) / cells for row in model.radio_map.mean])
        return cls(model, tuple(index), of_cell, centre, mean.reshape(len(model.radio_map.anchors), len(index)))


@dataclass(frozen=True, slots=True, eq=False)
class Assessment:
    """What half a minute of one beacon tells: by anchor and spot a level (dBm) and how far it holds for the spot.

    `power` = how much louder than others the beacon seems (dB), None where that cannot be told.
    """

    levels: Mapping[str, Mapping[Spot, tuple[float, float]]]
    power: float | None


def assess(spots: SpotMap, links: Links, known: Mapping[str, float], power: float = 0.0) -> Assessment:
    """Compare each anchor's level with where all the others put the beacon. Milliseconds: not for an event loop.

    `links` as the anchors reported them; `known` is what they are off by (dB), made good where they say where the
    beacon is; `power` is how much louder than others the beacon was so far (dB).
    """
    model = spots.model
    if len(links.rows) < LEAST_COMPARED:
        return Assessment({}, None)
    anchors, mean = model.radio_map.anchors, model.radio_map.mean
    off = np.array([known.get(anchor, 0.0) for anchor in anchors])
    evidence = replace(links, rssi=links.rssi - off[links.rows])
    about = _where(model, evidence, power)
    heard = _with_silent(links)
    in_reach = mean[heard.rows] @ about.cells + about.power >= LEAST_EXPECTED_DBM - IN_REACH_DB
    levels, powers = {}, []
    for row, rssi in zip(heard.rows[in_reach], heard.rssi[in_reach], strict=True):
        place = _where(model, _without(evidence, row), power)
        powers.append(place.power)
        expected = float(place.cells @ mean[row]) + place.power
        if expected < LEAST_EXPECTED_DBM:
            continue
        mass = np.bincount(spots.of_cell, place.cells, len(spots.keys))
        held = np.flatnonzero(mass >= LEAST_IN_SPOT)
        level = float(rssi) - expected + spots.mean[row, held]
        levels[anchors[row]] = {
            spots.keys[spot]: (float(one), float(mass[spot])) for spot, one in zip(held, level, strict=True)
        }
    return Assessment(levels, float(np.median(powers)) if powers else None)


def followed(power: float, told: float) -> float:
    """Return what is believed of a beacon's power (dB) after half a minute told another one."""
    return power + (told - power) / POWER_HALF_MINUTES


@dataclass(frozen=True, slots=True, eq=False)
class _Whereabouts:
    """Where a beacon is by some links: `cells` (n,), a distribution, and its mean `power` in dB."""

    cells: FloatArray
    power: float


def _where(model: PositioningModel, links: Links, power: float) -> _Whereabouts:
    chance = model.likelihood.log_likelihood(links).astype(float)
    chance += np.log(np.maximum(model.motion.anywhere, LEAST_CHANCE))[:, None]
    chance -= 0.5 * ((OFFSETS_DB - power) / POWER_SD_DB) ** 2
    chance = np.exp(chance - chance.max())
    chance /= chance.sum()
    return _Whereabouts(chance.sum(axis=1), float(chance.sum(axis=0) @ OFFSETS_DB))


def _without(links: Links, row: int) -> Links:
    """Return what all anchors but that of a row tell.

    What a filter believes has followed the anchor in question for long: compared with that, no anchor is ever wrong.
    """
    others = links.rows != row
    return replace(
        links,
        rows=links.rows[others],
        rssi=links.rssi[others],
        packets=links.packets[others],
        silent=links.silent[links.silent != row],
    )


def _with_silent(links: Links) -> Links:
    """Return the links with those anchors, at the least they can hear, that heard nothing of what others heard well."""
    if links.packets.max(initial=0.0) < LEAST_PACKETS:
        return links
    unheard = np.zeros(len(links.silent))
    return replace(
        links,
        rows=np.concatenate((links.rows, links.silent)),
        rssi=np.concatenate((links.rssi, unheard + UNHEARD_DBM)),
        packets=np.concatenate((links.packets, unheard)),
    )
