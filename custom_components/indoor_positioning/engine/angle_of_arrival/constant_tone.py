"""The constant tone at the end of a Bluetooth packet: from its samples to what each antenna heard at one moment.

Bluetooth Core Specification, Vol 6 Part B 2.5: after a guard of 4 us come 8 us of reference, sampled every microsecond
on one antenna, then switch and sample slots in turns, of 1 or 2 us each, with one sample a sample slot. Antennas are
heard one after the other, so the tone has turned on between them, by its nominal 250 kHz and by what the two
oscillators differ; that turning is measured and taken out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..geometry import FloatArray
from .antenna_array import ArrayError, ComplexArray

REFERENCE_SAMPLES = 8
SLOT_LENGTHS_US = (1, 2)


def snapshots(samples: ComplexArray, pattern: Sequence[int], slot_us: int) -> ComplexArray:
    """Return what each antenna heard, as if at once: (antennas, rounds) for `samples` I + jQ, reference first.

    `pattern` says which antenna, from 0, listens in which sample slot, again and again; the antennas are heard equally
    often in it. A last round that is not complete is left out. Raises ArrayError where the samples do not fit.
    """
    order = np.asarray(pattern, dtype=np.intp)
    _check(samples, order, slot_us)
    heard = samples[REFERENCE_SAMPLES:]
    times = sample_times(len(samples), slot_us)[REFERENCE_SAMPLES:]
    still = heard * np.exp(-1j * turning(samples, len(order), slot_us) * times)
    rounds = len(heard) // len(order)
    by_round = still[: rounds * len(order)].reshape(rounds, len(order))
    visits = len(order) // (int(order.max()) + 1)
    slots = np.argsort(order, kind="stable").reshape(-1, visits)
    return np.asarray(by_round[:, slots].mean(axis=2).T)


def turning(samples: ComplexArray, round_slots: int, slot_us: int) -> float:
    """Return how fast the tone turns, in radians a microsecond.

    The reference tells it roughly. An antenna that is heard again after a round tells it as much finer as the round is
    longer, up to whole turns, which the rough value counts (S. Kay, "A fast and accurate single frequency estimator",
    IEEE Trans. ASSP 37(12), 1989, for the former).
    """
    reference = samples[:REFERENCE_SAMPLES]
    # Kay's weights: neighbours share samples, and the middle counts most.
    index = np.arange(REFERENCE_SAMPLES - 1)
    weight = 1.0 - ((2.0 * index - (REFERENCE_SAMPLES - 2)) / REFERENCE_SAMPLES) ** 2
    steps = reference[1:] * reference[:-1].conj()
    # Around the mean step, so that a tone near half a turn a sample does not fold.
    mean = float(np.angle(steps.sum()))
    rough = mean + float((weight * np.angle(steps * np.exp(-1j * mean))).sum() / weight.sum())
    heard = samples[REFERENCE_SAMPLES:]
    if len(heard) <= round_slots:
        return rough
    period = 2.0 * slot_us * round_slots
    again = (heard[round_slots:] * heard[:-round_slots].conj()).sum()
    return rough + float(np.angle(again * np.exp(-1j * rough * period))) / period


def sample_times(count: int, slot_us: int) -> FloatArray:
    """Return when the `count` samples of a tone are taken, in microseconds from the first of the reference."""
    switched = np.arange(max(0, count - REFERENCE_SAMPLES))
    return np.concatenate(
        (np.arange(min(count, REFERENCE_SAMPLES)), REFERENCE_SAMPLES + slot_us + 2.0 * slot_us * switched)
    )


def _check(samples: ComplexArray, order: np.ndarray[tuple[int], np.dtype[np.intp]], slot_us: int) -> None:
    if slot_us not in SLOT_LENGTHS_US:
        raise ArrayError(f"slots are 1 or 2 us long, not {slot_us}")
    if len(order) < 2 or order.min() < 0:
        raise ArrayError("the switching pattern must name two antennas or more, counted from 0")
    visits = np.bincount(order)
    if (visits != visits[0]).any():
        raise ArrayError("the switching pattern must hear every antenna equally often")
    if samples.ndim != 1 or len(samples) < REFERENCE_SAMPLES + len(order):
        raise ArrayError(
            f"{samples.size} samples are too few: {REFERENCE_SAMPLES} of the reference and {len(order)} of the pattern "
            "are needed"
        )
    if not np.isfinite(samples).all() or not np.abs(samples[:REFERENCE_SAMPLES]).any():
        raise ArrayError("the samples are not finite numbers, or the reference is silent")
