"""At which interval a beacon advertises, from the moments at which its packets arrive.

An advertiser sends every `advInterval` plus a random delay of 0 to 10 ms (Bluetooth Core, Vol 6 Part B 4.4.2.2.1), so
that its packets fall into a train whose beat holds for minutes. Proxies deliver in batches of up to 0.2 s, which
blurs the beat by as much: intervals below 0.6 s do not show.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..geometry import FloatArray

# Bluetooth allows up to 10.24 s.
SHORTEST_INTERVAL_S = 0.45
LONGEST_INTERVAL_S = 11.0

# A third of the packets are lost, so that the interval shows between a packet and the next few.
_LAGS = 4
_LAG_STEP_S = 0.05
# Batches blur a lag by 0.2 s to either side; most of it lies within these.
_BLUR_STEPS = 7
_BLUR_S = 0.22
_LAGS_NEEDED = 8.0
# Twice the interval shows nearly as often as the interval itself.
_ABOUT_AS_OFTEN = 0.85

# Arrivals of one transmission: a batch, Wi-Fi, and what the beat slips within a window.
ON_THE_BEAT_S = 0.3
# The random delay adds 5 ms on average, and batches bend the estimate by a percent or two.
_STRETCHES = 1.0 + 0.004 * np.arange(-8, 9)


@dataclass(frozen=True, slots=True)
class Beat:
    """A train: its `period` in s and the moment (s, modulo the period) at which its packets begin to arrive."""

    period: float
    start: float


def advertising_interval(arrivals: list[FloatArray]) -> float | None:
    """Return the interval in s that recurs most among arrivals (s, in order), an array an anchor; None: too few.

    Learn it from one train: a second one pulls the estimate by up to a tenth where the two nearly overlap.
    """
    lags = np.concatenate([np.zeros(0), *(times[k:] - times[:-k] for times in arrivals for k in range(1, _LAGS + 1))])
    lags = lags[(lags > SHORTEST_INTERVAL_S) & (lags < LONGEST_INTERVAL_S)]
    counts = np.histogram(lags, np.arange(0.0, LONGEST_INTERVAL_S + _LAG_STEP_S, _LAG_STEP_S))[0]
    smooth = np.convolve(counts, np.ones(_BLUR_STEPS), "same")
    if smooth.max() < _LAGS_NEEDED:
        return None
    often = smooth >= _ABOUT_AS_OFTEN * smooth.max()
    first = int(np.argmax(often))
    rare = np.flatnonzero(~often[first:])
    end = first + int(rare[0]) if len(rare) else len(often)
    # Batches of one beat make a plateau, whose middle counts.
    top = np.flatnonzero(smooth[first:end] == smooth[first:end].max())
    peak = (first + float(top.mean()) + 0.5) * _LAG_STEP_S
    return float(lags[np.abs(lags - peak) < _BLUR_S].mean())


def fullest_beat(arrivals: FloatArray, interval: float) -> Beat:
    """Return the beat, of about `interval` s, that most of the arrivals (s, at least one) fall on."""
    best, found = 0, Beat(interval, 0.0)
    for period in interval * _STRETCHES:
        phases = np.sort(arrivals % period)
        around = np.concatenate([phases, phases + period])
        held = np.searchsorted(around, phases + ON_THE_BEAT_S, side="right") - np.arange(len(phases))
        fullest = int(np.argmax(held))
        if held[fullest] > best:
            best, found = int(held[fullest]), Beat(float(period), float(phases[fullest]))
    return found
