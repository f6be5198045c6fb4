"""Compares what Home Assistant shows with where people really are."""

from __future__ import annotations

import asyncio
import json
import math
import re
import statistics
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field

from .hass import DOMAIN, HomeAssistantProcess
from .household import DoorNews, follow_door, lamp_of
from .live import LiveHome
from .rest import HomeAssistantClient, Json, RequestError
from .setup_steps import SetUp
from .walker import Truth

SAMPLE_INTERVAL_S = 0.25

# Coordinates get their sensors once the plan is computed, a moment after it is drawn.
ENTITIES_TIMEOUT_S = 15.0

# A lamp is as right as the room is of one walker alone, who may sit beside a thin wall for a whole minute.
LAMP_WANTED = 60.0

# Whoever crosses a room in less is passing through: no light need go on for them.
SHORTEST_STAY_S = 5.0

_RECORD_START = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ (?P<level>[A-Z]+) ")
_OUR_NAME = re.compile(rf"\b{DOMAIN}\b")

# Home Assistant's own notice that a custom integration is loaded.
_LOADER = "[homeassistant.loader]"


@dataclass(frozen=True, slots=True)
class Score:
    """The outcome of a check, one field a figure; see `Checker`."""

    rooms_percent: float
    median_error_m: float | None
    entry_latency_s: float | None
    adverts_sent: int
    adverts_delivered: int
    log_errors: int
    cpu_percent: float
    lamp_percent: float | None = None
    wrong_openings: int = 0

    def to_json(self) -> str:
        """Return the score as one line."""
        return json.dumps(asdict(self))

    def problems(self, rooms_wanted: float) -> list[str]:
        """Return what falls short, one sentence each."""
        found = []
        if self.rooms_percent < rooms_wanted:
            found.append(f"the room was right in {self.rooms_percent:.1f} % of the time, wanted {rooms_wanted:.0f} %")
        if self.adverts_delivered < 0.99 * self.adverts_sent or not self.adverts_sent:
            found.append(f"{self.adverts_delivered} of {self.adverts_sent} receptions were delivered, wanted 99 %")
        if self.log_errors:
            found.append(f"the integration logged {self.log_errors} warnings or errors")
        if self.lamp_percent is not None and self.lamp_percent < LAMP_WANTED:
            found.append(f"the lamp was on in {self.lamp_percent:.1f} % of the time, wanted {LAMP_WANTED:.0f} %")
        if self.wrong_openings:
            found.append(f"the door opened {self.wrong_openings} times for a beacon that anyone can copy")
        return found


@dataclass(slots=True)
class _Follower:
    """What is true and shown of one beacon, sample by sample."""

    name: str
    area_of_room: Mapping[str, str]
    right: int = 0
    samples: int = 0
    errors: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    _room: str | None = None
    _entered: float = 0.0
    _shown_after: float | None = None
    _known_entry: bool = False

    def take(self, truth: Truth, shown_area: str | None, shown_x: float | None, shown_y: float | None) -> None:
        self.samples += 1
        right = truth.room is not None and self.area_of_room[truth.room] == shown_area
        self.right += right
        if shown_x is None or shown_y is None:
            self.errors.append(math.inf)
        else:
            self.errors.append(math.hypot(shown_x - truth.x, shown_y - truth.y))
        if truth.room != self._room:
            self.leave(truth.time)
            # Of the room at the beginning nobody knows when it was entered.
            self._known_entry = self._room is not None
            self._room, self._entered, self._shown_after = truth.room, truth.time, None
        if right and self._shown_after is None:
            self._shown_after = truth.time - self._entered

    def leave(self, time: float) -> None:
        """Book the stay that ends. One that was never shown counts as late as it was long."""
        stayed = time - self._entered
        if self._known_entry and stayed >= SHORTEST_STAY_S:
            self.latencies.append(stayed if self._shown_after is None else self._shown_after)


class Checker:
    """Follows the beacons' sensors over a websocket subscription.

    Figures: `rooms_percent` = share of all moments (four a second and beacon) in which the room sensor named the true
    room, nothing forgiven; `median_error_m` = horizontal distance of the x and y sensors from the truth;
    `entry_latency_s` = median time from entering a room to the sensor showing it, of stays of 5 s or more;
    `adverts_sent` = receptions of the tracked beacons that the proxies sent, `adverts_delivered` = those that the
    integration counted; `log_errors` = warnings and errors in the log that are or name ours; `cpu_percent` =
    processor time of Home Assistant, per cent of one core; `lamp_percent` = share of all moments in which the lamp of
    the room that Kim is in was on, from the first on that any was (None before); `wrong_openings` = how often the door
    opened for another beacon than Alex's phone.
    """

    def __init__(
        self, client: HomeAssistantClient, process: HomeAssistantProcess, live: LiveHome, set_up: SetUp
    ) -> None:
        """Prepare to compare the home in `live` with what `client` sees of it."""
        self._client, self._process, self._live, self._set_up = client, process, live, set_up
        self._states: dict[str, Json] = {}
        self._entities: dict[tuple[str, str], str] = {}
        self._lit = self._looked = self._wrong_openings = 0

    async def start(self) -> None:
        """Find the beacons' entities and follow their states."""
        wanted = {
            f"{subentry_id}_{key}": (name, key)
            for name, subentry_id in self._set_up.beacons.items()
            for key in ("room", "x", "y")
        }
        deadline = asyncio.get_running_loop().time() + ENTITIES_TIMEOUT_S
        while len(self._entities) < len(wanted):
            registry = await self._client.command("config/entity_registry/list")
            ours = {one["unique_id"]: one["entity_id"] for one in registry if one["platform"] == DOMAIN}
            self._entities = {wanted[unique_id]: ours[unique_id] for unique_id in wanted.keys() & ours.keys()}
            if asyncio.get_running_loop().time() > deadline:
                missing = sorted(map(str, set(wanted.values()) - self._entities.keys()))
                raise RequestError(f"no sensors for {', '.join(missing)}")
            await asyncio.sleep(0.5)
        await self._client.subscribe(self._changed, "subscribe_events", event_type="state_changed")
        await follow_door(self._client, self._door)
        for state in await self._client.command("get_states"):
            self._states.setdefault(state["entity_id"], state)

    async def run(self, seconds: float) -> Score:
        """Compare over the next `seconds` and return the score."""
        loop = asyncio.get_running_loop()
        followers = [_Follower(name, self._set_up.areas) for name in self._set_up.beacons]
        sent, delivered = self._sent(), await self._delivered()
        began, cpu = loop.time(), self._process.cpu_seconds()
        while (elapsed := loop.time() - began) < seconds:
            self._live.check_alive()
            for follower in followers:
                self._sample(follower)
            self._look_at_lamps()
            await asyncio.sleep(SAMPLE_INTERVAL_S - elapsed % SAMPLE_INTERVAL_S)
        cpu_percent = 100.0 * (self._process.cpu_seconds() - cpu) / (loop.time() - began)
        for follower in followers:
            follower.leave(self._live.now)
        sent = self._sent() - sent
        errors = sorted(error for follower in followers for error in follower.errors)
        latencies = [latency for follower in followers for latency in follower.latencies]
        median_error = errors[len(errors) // 2]
        return Score(
            rooms_percent=round(100.0 * sum(one.right for one in followers) / sum(one.samples for one in followers), 1),
            median_error_m=round(median_error, 2) if math.isfinite(median_error) else None,
            entry_latency_s=round(statistics.median(latencies), 1) if latencies else None,
            adverts_sent=sent,
            adverts_delivered=await self._delivered() - delivered,
            log_errors=len(list(our_problems(self._process.log_lines()))),
            cpu_percent=round(cpu_percent, 1),
            lamp_percent=round(100.0 * self._lit / self._looked, 1) if self._looked else None,
            wrong_openings=self._wrong_openings,
        )

    def _sample(self, follower: _Follower) -> None:
        truth = self._live.world.walkers[follower.name].truth(self._live.now)
        room = self._states.get(self._entities[follower.name, "room"]) or {}
        x, y = (_number(self._states.get(self._entities[follower.name, axis])) for axis in ("x", "y"))
        follower.take(truth, room.get("attributes", {}).get("area_id"), x, y)

    def _look_at_lamps(self) -> None:
        beacons = self._live.world.beacons
        room = self._live.world.walkers[beacons.tag.name].truth(self._live.now).room
        lit = {lamp for lamp in map(lamp_of, self._set_up.areas) if (self._states.get(lamp) or {}).get("state") == "on"}
        # The room in which Kim was at first was never entered.
        if lit or self._looked:
            self._looked += 1
            self._lit += lamp_of(room or "") in lit

    def _door(self, news: DoorNews) -> None:
        self._wrong_openings += news.authorised and news.beacon != self._live.world.beacons.phone.name

    def _changed(self, event: Mapping[str, Json]) -> None:
        self._states[event["data"]["entity_id"]] = event["data"]["new_state"]

    def _sent(self) -> int:
        return sum(self._live.sent[name] for name in self._set_up.beacons)

    async def _delivered(self) -> int:
        path = f"/api/diagnostics/config_entry/{self._set_up.entry_id}"
        return int((await self._client.request("GET", path))["data"]["receptions"]["delivered"])


def our_problems(log: Iterable[str]) -> Iterator[str]:
    """Yield the records of `log` (its lines) of level WARNING or above that come from our integration or name it."""
    for record in _records(log):
        start = _RECORD_START.match(record)
        severe = start is not None and start["level"] in ("WARNING", "ERROR", "CRITICAL")
        if severe and _OUR_NAME.search(record) and _LOADER not in record:
            yield record


def _records(lines: Iterable[str]) -> Iterator[str]:
    record: list[str] = []
    for line in lines:
        if _RECORD_START.match(line) and record:
            yield "\n".join(record)
            record = []
        record.append(line)
    if record:
        yield "\n".join(record)


def _number(state: Json) -> float | None:
    try:
        return float(state["state"])
    except TypeError, ValueError:
        return None
