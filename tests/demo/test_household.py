import json

import numpy as np

from custom_components.indoor_positioning.engine.geometry import contains, parse_outline
from demo.beacons import DemoBeacons, IBeaconTag, PrivatePhone
from demo.home import DEMO_HOME
from demo.household import (
    BEHIND_THE_DOOR,
    IN_THE_BATHROOM,
    LOCK,
    STUDIO,
    STUDIO_DOOR,
    WAYS_TO_THE_STUDIO,
    lamp_of,
    template_entities,
)
from demo.wayfinding import WayFinder


def test_every_room_has_a_lamp_and_the_studio_a_lock():
    lights, locks = json.loads(template_entities(DEMO_HOME))
    assert [one["default_entity_id"] for one in lights["light"]] == [lamp_of(room.id) for room in DEMO_HOME.rooms]
    assert [one["default_entity_id"] for one in locks["lock"]] == [LOCK]


def test_the_secure_zone_lies_on_both_sides_of_the_studios_door():
    zone = parse_outline(tuple(map(float, corner.split(","))) for corner in STUDIO_DOOR.split())
    door = next(door for door in DEMO_HOME.doors if door.start[1] == door.end[1] == 7.0 and door.floor == "upper_floor")
    middle = (door.start[0] + door.end[0]) / 2.0
    assert contains(zone, np.array([(middle, 6.6), (middle, 7.4)])).all()


def test_the_tour_comes_through_the_rooms_that_the_zone_knows():
    finder = WayFinder(DEMO_HOME)
    rooms = [finder.room_at(spot) for spot in finder.way(IN_THE_BATHROOM, BEHIND_THE_DOOR)]
    names = [room.id for room in rooms if room is not None]
    assert (names[0], names[-1]) == ("bathroom", STUDIO)
    assert set(names) - {STUDIO} <= set(WAYS_TO_THE_STUDIO)


def test_only_alex_has_what_nobody_can_copy():
    beacons = DemoBeacons()
    assert isinstance(beacons.tag, IBeaconTag)
    assert isinstance(beacons.phone, PrivatePhone)
