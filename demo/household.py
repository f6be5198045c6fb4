"""What the demo's people have automated: lamps that follow Kim, and a studio that opens for Alex's phone only.

Both by the project's own blueprints. Kim's tag sends an iBeacon, which anyone could copy, so the door refuses it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from custom_components.indoor_positioning.engine.home import Home

from .beacons import DemoBeacons
from .flows import SUBENTRIES, Flow
from .hass import DOMAIN
from .live import LiveHome
from .rest import HomeAssistantClient, Json
from .setup_steps import SetUp
from .wayfinding import Spot

LOCK: Final = "lock.studio_door"
DOOR_EVENT: Final = f"{DOMAIN}_door"

# The studio and the doorstep on the landing: nobody can tell from radio on which side of a door one stands.
STUDIO_DOOR: Final = "0,7 6,7 6,6.2 8.1,6.2 8.1,7 10,7 10,10 0,10"
STUDIO: Final = "studio"
WAYS_TO_THE_STUDIO: Final = ("landing", "bedroom", "childrens_room", "bathroom")

# A spot a step behind the door, and one to come from.
BEHIND_THE_DOOR: Final = Spot("upper_floor", 7.0, 8.2)
IN_THE_BATHROOM: Final = Spot("upper_floor", 1.5, 5.5)
AT_THE_DOOR_S: Final = 12.0

# How long Home Assistant may take to have entities for what was just written (s).
ENTITIES_TIMEOUT_S: Final = 15.0


def lamp_of(room: str) -> str:
    """Return the lamp of a room by the room's id."""
    return f"light.{room}_lamp"


def template_entities(home: Home) -> str:
    """Return the lamps and the lock as Home Assistant's YAML: they do nothing but remember what they were told."""
    lamps: list[dict[str, Json]] = [
        {"name": f"{room.name} lamp", "unique_id": f"{room.id}_lamp", "default_entity_id": lamp_of(room.id)}
        | {"turn_on": [], "turn_off": []}
        for room in home.rooms
    ]
    lock = {"name": "Studio door", "unique_id": "studio_door", "default_entity_id": LOCK, "lock": [], "unlock": []}
    # JSON is YAML.
    return json.dumps([{"light": lamps}, {"lock": [lock]}])


@dataclass(frozen=True, slots=True)
class DoorNews:
    """What a door said of a beacon."""

    zone: str
    beacon: str
    authorised: bool
    reasons: tuple[str, ...]


async def follow_door(client: HomeAssistantClient, listener: Callable[[DoorNews], None]) -> None:
    """Call `listener` whenever a door opens for a beacon or refuses it."""

    def take(event: Mapping[str, Json]) -> None:
        data = event["data"]
        listener(DoorNews(data["zone"], data["beacon"], data["authorised"], tuple(data["reasons"])))

    await client.subscribe(take, "subscribe_events", event_type=DOOR_EVENT)


async def set_up_household(client: HomeAssistantClient, home: Home, set_up: SetUp, beacons: DemoBeacons) -> None:
    """Hang the lamps, secure the studio, and make both automations."""
    await _place(client, {lamp_of(room.id): set_up.areas[room.id] for room in home.rooms})
    await _place(client, {LOCK: set_up.areas[STUDIO]})
    await client.request("POST", "/api/services/light/turn_off", {"entity_id": "all"})
    await client.request("POST", "/api/services/lock/lock", {"entity_id": LOCK})
    await _secure_studio(client, set_up)
    devices = await _devices(client)
    kim, alex = (devices[set_up.beacons[name]] for name in (beacons.tag.name, beacons.phone.name))
    zone = devices[await _zone_id(client, set_up)]
    await _automate(
        client,
        "Lamps follow Kim",
        "light_follows_person",
        {
            "people": [kim],
            "rooms": list(set_up.areas.values()),
            "lights": [lamp_of(room.id) for room in home.rooms],
            "off_after": 3,
        },
    )
    # Kim may try; what anyone can copy opens nothing.
    await _automate(
        client,
        "Studio opens",
        "door_unlocks_on_authorised_approach",
        {"people": [alex, kim], "zones": [zone], "door": LOCK, "lock_after": 30},
    )


async def tour(live: LiveHome, tell: Callable[[str], None]) -> None:
    """Send Kim to the studio's door and then Alex, and let them go on with their day."""
    beacons = live.world.beacons
    for name in (beacons.tag.name, beacons.phone.name):
        walker = live.world.walkers[name]
        arrival = walker.send_to(live.now, IN_THE_BATHROOM)
        await asyncio.sleep(arrival - live.now + AT_THE_DOOR_S)
        tell(f"{name} goes to the studio's door")
        arrival = walker.send_to(live.now, BEHIND_THE_DOOR)
        await asyncio.sleep(arrival - live.now + AT_THE_DOOR_S)
        walker.release(live.now)


async def _place(client: HomeAssistantClient, areas: Mapping[str, str]) -> None:
    async with asyncio.timeout(ENTITIES_TIMEOUT_S):
        while True:
            known = {one["entity_id"] for one in await client.command("config/entity_registry/list")}
            if known >= areas.keys():
                break
            await asyncio.sleep(0.5)
    for entity_id, area_id in areas.items():
        await client.command("config/entity_registry/update", entity_id=entity_id, area_id=area_id)


async def _secure_studio(client: HomeAssistantClient, set_up: SetUp) -> None:
    areas = {one["area_id"]: one for one in await client.command("config/area_registry/list")}
    flow = await Flow.open(client, SUBENTRIES, handler=[set_up.entry_id, "zone"])
    answer = {
        "name": "Studio door",
        "floor_id": areas[set_up.areas[STUDIO]]["floor_id"],
        "polygon": STUDIO_DOOR,
        "secure": {"secured": True, "approach_from": [set_up.areas[room] for room in WAYS_TO_THE_STUDIO]},
    }
    await flow.submit("user", answer)
    await flow.finish()


async def _zone_id(client: HomeAssistantClient, set_up: SetUp) -> str:
    subentries = await client.command("config_entries/subentries/list", entry_id=set_up.entry_id)
    return next(str(one["subentry_id"]) for one in subentries if one["subentry_type"] == "zone")


async def _devices(client: HomeAssistantClient) -> dict[str, str]:
    """Return the devices by the subentry that each stands for, once the zone has got one."""
    async with asyncio.timeout(ENTITIES_TIMEOUT_S):
        while True:
            devices = await client.command("config/device_registry/list")
            found = {key: one["id"] for one in devices for domain, key in one["identifiers"] if domain == DOMAIN}
            if any(one["name"] == "Studio door" for one in devices):
                return found
            await asyncio.sleep(0.5)


async def _automate(client: HomeAssistantClient, alias: str, blueprint: str, inputs: Mapping[str, Json]) -> None:
    automation = {"alias": alias, "use_blueprint": {"path": f"{DOMAIN}/{blueprint}.yaml", "input": inputs}}
    await client.request("POST", f"/api/config/automation/config/{blueprint}", automation)
