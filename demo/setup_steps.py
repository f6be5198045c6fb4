"""Sets up a new Home Assistant for the demo home the way its owner would: page by page, form by form."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from custom_components.indoor_positioning.engine.geometry import bounds, rectangle
from custom_components.indoor_positioning.engine.home import Home, Room

from .beacons import DemoBeacons
from .flows import CONFIG, OPTIONS, SUBENTRIES, Flow, FlowError, options_of
from .hass import DOMAIN, HOST
from .home import PROXIES
from .live import LiveHome
from .rest import HomeAssistantClient, Json
from .walker import Walker

# How long a beacon may take to appear in the list of what is heard.
HEARD_TIMEOUT_S = 20.0

# A person needs a moment to find the button after having arrived.
STAND_READY_S = 1.0


@dataclass(frozen=True, slots=True)
class SetUp:
    """What was set up: subentry ids by beacon, and Home Assistant's ids by those of the home's rooms and floors."""

    entry_id: str
    beacons: Mapping[str, str]
    areas: Mapping[str, str]
    floors: Mapping[str, str]


async def set_up_areas(client: HomeAssistantClient, home: Home) -> dict[str, str]:
    """Create floors and areas, and return the area ids by room id."""
    floors = {}
    for floor in home.floors:
        created = await client.command("config/floor_registry/create", name=floor.name, level=floor.level)
        floors[floor.id] = created["floor_id"]
    # The onboarding has made some areas already.
    existing = {_normal(area["name"]): area["area_id"] for area in await client.command("config/area_registry/list")}
    areas = {}
    for room in home.rooms:
        if area_id := existing.get(_normal(room.name)):
            arguments = {"area_id": area_id, "name": room.name, "floor_id": floors[room.floor]}
            areas[room.id] = (await client.command("config/area_registry/update", **arguments))["area_id"]
        else:
            created = await client.command("config/area_registry/create", name=room.name, floor_id=floors[room.floor])
            areas[room.id] = created["area_id"]
    return areas


async def set_up_proxies(client: HomeAssistantClient, live: LiveHome) -> None:
    """Add every proxy to the ESPHome integration and wait until all of them deliver."""
    for proxy in live.proxies.values():
        flow = await Flow.open(client, CONFIG, handler="esphome", show_advanced_options=False)
        await flow.submit("user", {"host": HOST, "port": proxy.port})
        await flow.finish()
    async with asyncio.timeout(HEARD_TIMEOUT_S):
        for proxy in live.proxies.values():
            await proxy.wait_subscribed()


async def set_up_positioning(
    client: HomeAssistantClient, home: Home, areas: Mapping[str, str], beacons: DemoBeacons
) -> SetUp:
    """Add our integration, take its proposals, draw the rooms, place the anchors and pick the beacons."""
    flow = await Flow.open(client, CONFIG, handler=DOMAIN, show_advanced_options=False)
    await flow.submit("user")
    entry_id = (await flow.finish())["result"]["entry_id"]
    for room in home.rooms:
        await _draw_room(client, entry_id, room, areas[room.id])
    for site in PROXIES:
        await _place_anchor(client, entry_id, f"anchor_{site.bluetooth_mac}", site.position)
    floors = await _draw_ways(client, home, areas)
    ids = {
        beacons.tag.name: await _pick_beacon(client, entry_id, beacons.tag.name, str(beacons.tag.uuid)),
        beacons.phone.name: await _type_beacon(
            client, entry_id, beacons.phone.name, "private_address", beacons.phone.irk.hex()
        ),
        beacons.asset.name: await _pick_beacon(client, entry_id, beacons.asset.name, beacons.asset.namespace.hex()),
    }
    return SetUp(entry_id, ids, areas, floors)


async def remember_tracks(client: HomeAssistantClient, entry_id: str, hours: int) -> None:
    """Have it remembered for so long where beacons have been, so that the panel can look back."""
    flow = await Flow.open(client, OPTIONS, handler=entry_id)
    await flow.choose("settings")
    await flow.submit("settings", {"track_hours": hours})
    await flow.finish()


async def calibrate(client: HomeAssistantClient, live: LiveHome, set_up: SetUp, beacon: str) -> None:
    """Stand in each room once with `beacon`, telling the calibration flow where."""
    walker = live.world.walkers[beacon]
    home = live.world.simulation.home
    flow = await Flow.open(client, OPTIONS, handler=set_up.entry_id)
    await flow.choose("calibrate")
    rooms = [room for floor in home.floors for room in home.rooms_on(floor.id)]
    for index, room in enumerate(rooms):
        x, y = await _walk_into(walker, live, room)
        answer = {"beacon": set_up.beacons[beacon], "room": set_up.areas[room.id], "x": x, "y": y}
        await flow.submit("calibrate", answer)
        await flow.wait_progress()
        await flow.choose("calibrate_next" if index + 1 < len(rooms) else "finish")
    await flow.finish()
    walker.release(live.now)


async def _walk_into(walker: Walker, live: LiveHome, room: Room) -> tuple[float, float]:
    spot = walker.spot_in(room)
    arrival = walker.send_to(live.now, spot)
    await asyncio.sleep(arrival - live.now + STAND_READY_S)
    # People read a plan to the decimetre at best.
    return round(spot.x, 1), round(spot.y, 1)


async def _draw_room(client: HomeAssistantClient, entry_id: str, room: Room, area_id: str) -> None:
    """Give a room its outline; one without a proxy was not proposed and is added."""
    assert room.outline is not None
    left, bottom, right, top = bounds(room.outline)
    outline: dict[str, Json]
    if set(room.outline) == set(rectangle(left, bottom, right - left, top - bottom)):
        outline = {"rectangle": {"x": left, "y": bottom, "width": right - left, "depth": top - bottom}}
    else:
        outline = {"polygon": " ".join(f"{x:g},{y:g}" for x, y in room.outline)}
    existing = await _subentry(client, entry_id, f"room_{area_id}")
    if existing is None:
        flow = await Flow.open(client, SUBENTRIES, handler=[entry_id, "room"])
        await flow.submit("user", {"area_id": area_id, **outline})
        await flow.finish()
    else:
        flow = await Flow.open(client, SUBENTRIES, handler=[entry_id, "room"], subentry_id=existing)
        await flow.submit("reconfigure", outline)
        await flow.finish("reconfigure_successful")


async def _place_anchor(client: HomeAssistantClient, entry_id: str, unique_id: str, position: Iterable[float]) -> None:
    x, y, height = position
    existing = await _subentry(client, entry_id, unique_id)
    if existing is None:
        raise FlowError(f"the integration has not proposed {unique_id} as an anchor", None)
    flow = await Flow.open(client, SUBENTRIES, handler=[entry_id, "anchor"], subentry_id=existing)
    await flow.submit("reconfigure", {"x": x, "y": y, "height": height})
    await flow.finish("reconfigure_successful")


async def _pick_beacon(client: HomeAssistantClient, entry_id: str, name: str, known_by: str) -> str:
    """Pick what is heard with `known_by` in its identity, looking again until it is there."""
    flow = await Flow.open(client, SUBENTRIES, handler=[entry_id, "beacon"])
    await flow.choose("pick")
    loop = asyncio.get_running_loop()
    deadline = loop.time() + HEARD_TIMEOUT_S
    while not (found := [one for one in options_of(flow.step, "device") if known_by in one["value"].lower()]):
        if loop.time() > deadline:
            raise FlowError(f"{name} ({known_by}) does not appear in the list", flow.step)
        await flow.close()
        await asyncio.sleep(0.5)
        flow = await Flow.open(client, SUBENTRIES, handler=[entry_id, "beacon"])
        await flow.choose("pick")
    await flow.submit("pick", {"device": found[0]["value"], "name": name})
    await flow.finish()
    return await _beacon_id(client, entry_id, name)


async def _type_beacon(client: HomeAssistantClient, entry_id: str, name: str, kind: str, identity: str) -> str:
    flow = await Flow.open(client, SUBENTRIES, handler=[entry_id, "beacon"])
    await flow.choose(kind)
    await flow.submit(kind, {"identity": identity, "name": name})
    await flow.finish()
    return await _beacon_id(client, entry_id, name)


async def _beacon_id(client: HomeAssistantClient, entry_id: str, name: str) -> str:
    subentries = await client.command("config_entries/subentries/list", entry_id=entry_id)
    return next(
        str(one["subentry_id"]) for one in subentries if (one["subentry_type"], one["title"]) == ("beacon", name)
    )


async def _draw_ways(client: HomeAssistantClient, home: Home, areas: Mapping[str, str]) -> dict[str, str]:
    """Set the doors into the walls and draw the stairs, as the panel does; return the floors' ids by the home's."""
    plan = await client.command(f"{DOMAIN}/plan/get")
    floor_of_area = {room["area_id"]: room["floor_id"] for room in plan["rooms"]}
    floors = {room.floor: floor_of_area[areas[room.id]] for room in home.rooms}
    await client.command(
        f"{DOMAIN}/plan/save",
        revision=plan["revision"],
        doors=[{"floor_id": floors[door.floor], "from": door.start, "to": door.end} for door in home.doors],
        stairs=[
            {"from_floor_id": floors[one.from_floor], "to_floor_id": floors[one.to_floor], "outline": one.outline}
            for one in home.stairs
        ],
    )
    return floors


async def _subentry(client: HomeAssistantClient, entry_id: str, unique_id: str) -> str | None:
    subentries = await client.command("config_entries/subentries/list", entry_id=entry_id)
    return next((one["subentry_id"] for one in subentries if one["unique_id"] == unique_id), None)


def _normal(name: str) -> str:
    return name.casefold().replace(" ", "")
