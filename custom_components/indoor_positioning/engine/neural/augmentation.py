"""Makes more of a survey than it is: another beacon, another day, an anchor that happens to be silent."""

from __future__ import annotations

import numpy as np

from ..geometry import FloatArray

# Beacons differ in power, and how they are worn costs as much; all links move together (dB).
COMMON_OFFSET_DB = 4.0

# What is left of fading after the link filter: successive rows of a stand share it, another visit does not (dB).
LINK_NOISE_DB = 2.0

# A link is missing now and then; one that never was in training would mislead where it is.
DROPPED_LINKS = 0.05


def augment(levels: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return levels (n, anchors) in dBm as another beacon on another day might have given them."""
    rows, anchors = levels.shape
    changed = levels + rng.uniform(-COMMON_OFFSET_DB, COMMON_OFFSET_DB, (rows, 1))
    changed += rng.normal(0.0, LINK_NOISE_DB, (rows, anchors))
    changed[rng.random((rows, anchors)) < DROPPED_LINKS] = np.nan
    return changed
