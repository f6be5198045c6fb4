"""Pictures of the demo for the documentation: `python -m demo.pictures DIRECTORY`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterable
from pathlib import Path

from .__main__ import PASSWORD, SETTLE_S, USER, Demo, running_demo, tell
from .browser import DESKTOP, Browser, find_chromium, logged_in_browser
from .check import ENTITIES_TIMEOUT_S
from .hass import DOMAIN
from .home import DEMO_HOME
from .rest import Json

DASHBOARD = "who-is-where"

# Apart from each other and on both floors, so that there is something to tell.
PLACES = {"Kim's tag": "kitchen", "Alex's phone": "studio", "Toolbox": "utility_room"}
BEACON_ICONS = {"Kim's tag": "mdi:account", "Alex's phone": "mdi:cellphone", "Toolbox": "mdi:toolbox"}
ROOM_ICONS = {
    "living_room": "mdi:sofa",
    "kitchen": "mdi:countertop",
    "hall": "mdi:coat-rack",
    "study": "mdi:desk",
    "utility_room": "mdi:washing-machine",
    "bedroom": "mdi:bed",
    "childrens_room": "mdi:teddy-bear",
    "bathroom": "mdi:shower",
    "landing": "mdi:stairs",
    "studio": "mdi:palette",
}

BEACON_SENSORS = ("room", "floor", "x", "y")

# Half a column of a dashboard, which itself has 12 parts.
HALF = {"grid_options": {"columns": 6}}

PHONE = (390, 844)

# Long enough for fonts and icons to be there and for all animations to be over.
STILL_S = 4.0


async def take_pictures(demo: Demo, directory: Path, chromium: str) -> None:
    """Write dashboard, phone, beacon, integration and the panel's views as PNG files into `directory`."""
    await send_people_apart(demo)
    await make_dashboard(demo)
    device = await beacon_device(demo, "Kim's tag")
    async with logged_in_browser(chromium, demo.process.url, USER, PASSWORD) as browser:
        await picture(browser, f"/{DASHBOARD}/0", directory / "dashboard.png", (1280, 600))
        await picture(browser, f"/{DASHBOARD}/0", directory / "phone.png", PHONE)
        await picture(browser, f"/config/devices/device/{device}", directory / "beacon.png")
        await picture(browser, f"/config/integrations/integration/{DOMAIN}", directory / "integration.png")
        await picture(browser, f"/{DOMAIN}/live", directory / "live.png", click="Kim's tag")
        await picture(browser, f"/{DOMAIN}/plan", directory / "plan.png", click="Show the expected accuracy")
        await demo.client.command(f"{DOMAIN}/calibration/start", **await stand_of(demo, "Kim's tag"))
        await picture(browser, f"/{DOMAIN}/calibrate", directory / "calibrate.png", PHONE)
        await demo.client.command(f"{DOMAIN}/calibration/cancel")


async def stand_of(demo: Demo, beacon: str) -> dict[str, Json]:
    """Return what a calibration that begins where somebody stands is told."""
    truth = demo.live.world.walkers[beacon].truth(demo.live.now)
    area = demo.set_up.areas[truth.room or ""]
    return {"beacon": demo.set_up.beacons[beacon], "area_id": area, "x": round(truth.x, 1), "y": round(truth.y, 1)}


async def picture(
    browser: Browser, path: str, file: Path, size: tuple[int, int] = DESKTOP, click: str | None = None
) -> None:
    """Write what `path` of the front end looks like in a window of `size` pixels, after a click on a button."""
    page = await browser.open_tab(path, size)
    if click is not None:
        await page.get_by_role("button", name=click).click()
    await asyncio.sleep(STILL_S)
    await page.screenshot(path=file)
    await page.close()
    tell(f"Taken: {file}")


async def send_people_apart(demo: Demo) -> None:
    """Send every beacon to its room and wait until that is shown."""
    live = demo.live
    arrivals = []
    for beacon, room_id in PLACES.items():
        walker, room = live.world.walkers[beacon], DEMO_HOME.room(room_id)
        assert room is not None
        arrivals.append(walker.send_to(live.now, walker.spot_in(room)))
    await asyncio.sleep(max(arrivals) - live.now + SETTLE_S)


async def make_dashboard(demo: Demo) -> None:
    """Create a dashboard that tells who is where: beacons, then the rooms floor by floor."""
    ids = await entity_ids(demo)
    beacons = [
        card
        for name, subentry_id in demo.set_up.beacons.items()
        for card in beacon_cards(name, {key: ids[f"{subentry_id}_{key}"] for key in BEACON_SENSORS})
    ]
    subentries = await demo.client.command("config_entries/subentries/list", entry_id=demo.set_up.entry_id)
    rooms = {one["unique_id"]: one["subentry_id"] for one in subentries if one["subentry_type"] == "room"}
    floors = [
        section(
            floor.name,
            "mdi:home-floor-0" if floor.level == 0 else "mdi:home-floor-1",
            (
                {
                    **tile(ids[f"{rooms[f'room_{demo.set_up.areas[room.id]}']}_occupancy"], room.name),
                    "icon": ROOM_ICONS[room.id],
                    "color": "amber",
                    **HALF,
                }
                for room in DEMO_HOME.rooms_on(floor.id)
            ),
        )
        for floor in DEMO_HOME.floors
    ]
    view = {
        "type": "sections",
        "title": "Who is where",
        "max_columns": 2,
        "sections": [
            {**section("People and things", "mdi:map-marker", beacons), "column_span": 2},
            *[
                section(f"Map: {floor.name}", "mdi:floor-plan", [map_card(demo, floor.id)])
                for floor in DEMO_HOME.floors
            ],
            *floors,
        ],
    }
    await demo.client.command(
        "lovelace/dashboards/create", url_path=DASHBOARD, title="Who is where", icon="mdi:map-marker", mode="storage"
    )
    await demo.client.command("lovelace/config/save", url_path=DASHBOARD, config={"views": [view]})


def section(title: str, icon: str, cards: Iterable[Json]) -> dict[str, Json]:
    """Return a section of a view with its heading."""
    return {"type": "grid", "cards": [{"type": "heading", "heading": title, "icon": icon}, *cards]}


def map_card(demo: Demo, floor_id: str) -> dict[str, Json]:
    """Return the live map of a floor."""
    return {"type": "custom:indoor-positioning-card", "floor": demo.set_up.floors[floor_id]}


def beacon_cards(name: str, entities: dict[str, str]) -> Iterable[Json]:
    """Yield room, floor, x and y: a row where there is width, two on a phone."""
    yield {**tile(entities["room"], name), "icon": BEACON_ICONS[name], "color": "primary", **HALF}
    for key in ("floor", "x", "y"):
        yield {**tile(entities[key], key.capitalize()), "color": "grey", **HALF}


def tile(entity: str, name: str) -> dict[str, Json]:
    """Return a tile card."""
    return {"type": "tile", "entity": entity, "name": name}


async def entity_ids(demo: Demo) -> dict[str, str]:
    """Return the entity ids by unique id, once all beacons have theirs: x and y come when the plan is computed."""
    wanted = {f"{subentry_id}_{key}" for subentry_id in demo.set_up.beacons.values() for key in BEACON_SENSORS}
    ids: dict[str, str] = {}
    async with asyncio.timeout(ENTITIES_TIMEOUT_S):
        while not wanted <= ids.keys():
            registry = await demo.client.command("config/entity_registry/list")
            ids = {one["unique_id"]: one["entity_id"] for one in registry if one["platform"] == DOMAIN}
            await asyncio.sleep(0.5)
    return ids


async def beacon_device(demo: Demo, name: str) -> str:
    """Return the id of a beacon's device."""
    devices = await demo.client.command("config/device_registry/list")
    wanted = [DOMAIN, demo.set_up.beacons[name]]
    return next(str(device["id"]) for device in devices if wanted in device["identifiers"])


async def run(directory: Path, seed: int) -> int:
    """Start the demo, take the pictures and end it; return the exit code."""
    chromium = find_chromium()
    if chromium is None:
        tell("Chromium is missing: run scripts/setup --browser")
        return 1
    async with running_demo(seed) as demo:
        await take_pictures(demo, directory, chromium)
    return 0


def main() -> int:
    """Take the pictures; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m demo.pictures", description=__doc__)
    parser.add_argument("directory", type=Path, help="where the PNG files go")
    parser.add_argument("--seed", type=int, default=0, help="another radio (default: 0)")
    arguments = parser.parse_args()
    return asyncio.run(run(arguments.directory, arguments.seed))


if __name__ == "__main__":
    sys.exit(main())
