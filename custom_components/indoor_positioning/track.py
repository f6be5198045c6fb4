"""One beacon at run time: what follows it, what is said of it, and who wants to know."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from .engine.decision import Presence
from .engine.identity import Assurance, Proofs
from .engine.identity.sighting import Suspicion
from .engine.observation import Observation
from .engine.tracker import Tracker
from .engine.transition import TransitionWatch

type PresenceListener = Callable[[Presence], None]
type ObservationTap = Callable[[Observation], None]


@dataclass(slots=True, eq=False)
class Track:
    """One beacon at run time.

    For whatever must not be fooled (doors): `assurance(now)` is the strongest that the beacon's packets prove at
    present, `proofs.proved_at(least)` when the newest one came that proved so much, and `latest[anchor].assurance`
    what the newest reading of one anchor proves. The class belongs to the packet, not to the place: a copied iBeacon
    at the door moves a phone whose private address is heard in the bedroom, so a door asks for the proof of an anchor
    near it. `clone_suspicion()` says whether the beacon seems to have a double.
    """

    tracker: Tracker
    # What is said at present: the tracker's own word, or before the first estimate what was said before a restart.
    presence: Presence
    transitions: TransitionWatch
    # The newest reading of each anchor, for "strongest anchor" and who hears whom.
    latest: dict[str, Observation] = field(default_factory=dict)
    listeners: list[PresenceListener] = field(default_factory=list)
    taps: list[ObservationTap] = field(default_factory=list)
    updated_at: float = float("-inf")
    timer: asyncio.TimerHandle | None = None
    # Whether `timer` was set by a packet, not by silence.
    due: bool = False
    # After a restart the last state is held until there is evidence, or until this moment.
    hold_until: float | None = None
    failed: bool = False
    proofs: Proofs = field(default_factory=Proofs)
    suspicion: Suspicion | None = None

    def assurance(self, now: float) -> Assurance | None:
        """The strongest assurance among what is being heard (within a minute), None in silence.

        `now` in seconds on the monotonic clock, as all times of a track.
        """
        return self.proofs.assurance(now)

    def clone_suspicion(self) -> Suspicion | None:
        """Why a double is suspected, since when, and when it last showed; None while there is no such sign.

        Looked at every 10 s. It ends an hour after the last sign, or when the user has looked after it.
        """
        return self.suspicion
