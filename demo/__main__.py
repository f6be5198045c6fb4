"""The command line of the demo; `scripts/demo` calls it."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from .check import Checker, our_problems
from .flows import FlowError
from .hass import HomeAssistantProcess, StartError
from .home import DEMO_HOME
from .household import DoorNews, follow_door, set_up_household, template_entities, tour
from .live import LiveHome
from .rest import HomeAssistantClient, RequestError
from .setup_steps import SetUp, calibrate, remember_tracks, set_up_areas, set_up_positioning, set_up_proxies
from .simulation import demo_simulation

USER = "demo"
PASSWORD = "demo"  # noqa: S105 - of a throw-away instance that only this machine can reach

# How long it is remembered where beacons have been.
TRACK_HOURS = 24

SETTLE_S = 20.0
ROOMS_WANTED = 85.0
ROOMS_WANTED_CALIBRATED = 90.0

INVITATION = """
  Home Assistant   {url}
  User, password   {user}, {password}

  Where to look    Indoor Positioning, in the sidebar: the live map, the plan to draw on, calibration by walking.
                   Settings > Devices & services > Indoor Positioning: three beacons, ten rooms, twelve anchors.
                   Indoor Positioning in the sidebar: the map, live; its clock looks back.
                   Overview, or Developer tools > States with the filter "_room": rooms change as people walk.
                   The filter "_lamp": lamps follow Kim. "studio_door": it opens for Alex's phone, and refuses Kim's
                   tag, which anyone could copy. Both try it first of all.
  Ctrl-C ends it and leaves nothing behind.
"""


@dataclass(frozen=True, slots=True)
class Demo:
    """Everything that runs."""

    live: LiveHome
    process: HomeAssistantProcess
    client: HomeAssistantClient
    set_up: SetUp


@contextlib.asynccontextmanager
async def running_demo(seed: int, python: Path | None = None, integration: Path | None = None) -> AsyncIterator[Demo]:
    """Start home, proxies and Home Assistant, set everything up, and stop it all at the end.

    `python` and `integration` as HomeAssistantProcess takes them.
    """
    world = demo_simulation(DEMO_HOME, seed=seed)
    rooms = {room.id: room.name for room in DEMO_HOME.rooms}
    async with contextlib.AsyncExitStack() as stack:
        live = await stack.enter_async_context(LiveHome(world, rooms))
        tell(f"{len(live.proxies)} virtual proxies are up")
        process = await stack.enter_async_context(
            HomeAssistantProcess(template_entities(DEMO_HOME), python, integration)
        )
        tell(f"Home Assistant is up at {process.url}")
        client = await stack.enter_async_context(HomeAssistantClient(process.url))
        try:
            await client.onboard("Demo", USER, PASSWORD)
            areas = await set_up_areas(client, DEMO_HOME)
            tell(f"{len(areas)} areas on {len(DEMO_HOME.floors)} floors are set up")
            await set_up_proxies(client, live)
            tell("All proxies are connected through the ESPHome integration")
            set_up = await set_up_positioning(client, DEMO_HOME, areas, world.beacons)
            await remember_tracks(client, set_up.entry_id, TRACK_HOURS)
            tell("Indoor Positioning is set up: rooms, anchors and beacons")
            await set_up_household(client, DEMO_HOME, set_up, world.beacons)
            tell("The lamps follow Kim, and the studio opens for Alex's phone only")
        except FlowError, RequestError, TimeoutError:
            tell(process.last_words())
            raise
        yield Demo(live, process, client, set_up)


async def show(demo: Demo) -> None:
    """Invite people to look, and tell who really is where until Home Assistant ends."""
    print(INVITATION.format(url=demo.process.url, user=USER, password=PASSWORD), flush=True)
    names = {room.id: room.name for room in DEMO_HOME.rooms}
    ended = asyncio.create_task(demo.process.wait())
    told: dict[str, str | None] = {}
    await follow_door(demo.client, _tell_door)
    guests = asyncio.create_task(tour(demo.live, lambda said: print(f"  {said}", flush=True)))
    try:
        while not ended.done():
            demo.live.check_alive()
            for beacon, walker in demo.live.world.walkers.items():
                room = walker.truth(demo.live.now).room
                if told.get(beacon) != room:
                    told[beacon] = room
                    print(f"  {beacon} is really in: {names.get(room or '', 'nowhere')}", flush=True)
            await asyncio.wait([ended], timeout=0.5)
        await ended
    finally:
        guests.cancel()
        ended.cancel()


def _tell_door(news: DoorNews) -> None:
    said = "opens for" if news.authorised else "stays shut for"
    reasons = f" ({', '.join(news.reasons)})" if news.reasons else ""
    print(f"  {news.zone} {said} {news.beacon}{reasons}", flush=True)


async def check(demo: Demo, seconds: float, rooms_wanted: float) -> int:
    """Compare shown and true rooms; return the exit code."""
    checker = Checker(demo.client, demo.process, demo.live, demo.set_up)
    await checker.start()
    tell(f"Settling for {SETTLE_S:.0f} s, then checking for {seconds:.0f} s")
    await asyncio.sleep(SETTLE_S)
    score = await checker.run(seconds)
    print(score.to_json(), flush=True)
    problems = score.problems(rooms_wanted)
    for problem in [*our_problems(demo.process.log_lines()), *problems]:
        tell(problem)
    return 1 if problems else 0


async def run(arguments: argparse.Namespace) -> int:
    """Run the demo that the arguments ask for; return the exit code."""
    async with running_demo(arguments.seed, arguments.home_assistant, arguments.integration) as demo:
        if arguments.calibrate:
            tell("Calibrating: Kim stands in each room once, which takes about four minutes")
            await calibrate(demo.client, demo.live, demo.set_up, demo.live.world.beacons.tag.name)
        if arguments.check is None:
            await show(demo)
            return 0
        usual = ROOMS_WANTED_CALIBRATED if arguments.calibrate else ROOMS_WANTED
        wanted = usual if arguments.wanted is None else arguments.wanted
        return await check(demo, arguments.check, wanted)


async def run_until_signal(arguments: argparse.Namespace) -> int:
    """Run, and clean up on SIGINT and SIGTERM too."""
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(run(arguments))
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        tell("Stopped")
        # An unfinished check has no result; an ended show has done its job.
        return 0 if arguments.check is None else 130


def tell(message: str) -> None:
    """Say what goes on where it does not mix with the result."""
    print(message, file=sys.stderr, flush=True)


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="scripts/demo", description="A simulated home in a real Home Assistant, to look at or to check."
    )
    parser.add_argument(
        "--check",
        metavar="SECONDS",
        type=float,
        help="no show: compare rooms and positions with the truth for so long and print the score as one JSON line",
    )
    parser.add_argument(
        "--wanted",
        metavar="PERCENT",
        type=float,
        help=f"so many rooms must be right (default: {ROOMS_WANTED:.0f}, calibrated {ROOMS_WANTED_CALIBRATED:.0f})",
    )
    parser.add_argument("--calibrate", action="store_true", help="first stand in each room once, through the flow")
    parser.add_argument("--seed", type=int, default=0, help="another radio, other people (default: 0)")
    parser.add_argument(
        "--home-assistant",
        metavar="PYTHON",
        type=Path,
        help="run the Home Assistant that is installed for this interpreter (default: the one of .venv)",
    )
    parser.add_argument(
        "--integration",
        metavar="DIR",
        type=Path,
        help="run the integration in this folder (default: the project's own)",
    )
    return parser.parse_args()


def main() -> int:
    """Run the demo; return the exit code."""
    try:
        return asyncio.run(run_until_signal(parse_arguments()))
    except (FlowError, RequestError, StartError, TimeoutError) as error:
        tell(f"The demo failed: {error}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
