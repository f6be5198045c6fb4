"""Other projects' algorithms, written anew from descriptions of what they do, for the comparison only.

Each is fed the same readings at the same times. `default` variants run with what a fresh installation has, `tuned`
ones with the path loss and offsets that a survey gives: nobody is compared with a straw man.
"""

from __future__ import annotations

from . import bermuda, bps, espresense, find3, kalman_centroid
from .base import Answer, Peer, PeerEntry, Setup

PEERS: dict[str, PeerEntry] = {
    "Bermuda (plain address)": PeerEntry(bermuda.plain_address),
    "Bermuda (beacon)": PeerEntry(bermuda.beacon_address),
    "Bermuda (tuned)": PeerEntry(bermuda.tuned, needs_survey=True, needs_plan=True),
    "ESPresense": PeerEntry(espresense.default, needs_plan=True),
    "ESPresense (tuned)": PeerEntry(espresense.tuned, needs_survey=True, needs_plan=True),
    "BPS": PeerEntry(bps.default, needs_plan=True),
    "BPS (tuned)": PeerEntry(bps.tuned, needs_survey=True, needs_plan=True),
    "Kalman + centroid": PeerEntry(kalman_centroid.KalmanCentroid, needs_plan=True, uses_survey=True),
    "find3": PeerEntry(find3.Find3, needs_survey=True),
}

__all__ = ["PEERS", "Answer", "Peer", "PeerEntry", "Setup"]
