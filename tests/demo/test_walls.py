import numpy as np
import pytest

from custom_components.indoor_positioning.engine.geometry import rectangle
from custom_components.indoor_positioning.engine.home import Door, Floor, Home, Room
from demo.home import DEMO_HOME
from demo.walls import standing_walls
from tests.demo.small_plan import SMALL_PLAN


def total_length(segments: np.ndarray) -> float:
    return float(np.linalg.norm(segments[:, 1] - segments[:, 0], axis=1).sum())


def test_shared_walls_count_once_and_doors_are_open():
    walls = standing_walls(SMALL_PLAN, "ground")
    # 24 m around both rooms, 4 m between them, less the door of 1 m.
    assert total_length(walls.segments) == pytest.approx(24.0 + 4.0 - 1.0)


def test_a_wall_that_is_told_its_loss_keeps_it_and_others_have_none():
    walls = standing_walls(SMALL_PLAN, "upper")
    inner = np.all(walls.segments[:, :, 0] == 4.0, axis=1)
    assert walls.attenuation[inner] == pytest.approx([12.0])
    assert np.isnan(walls.attenuation[~inner]).all()


def test_partly_shared_edges_are_cut_not_doubled():
    home = Home(
        rooms=(
            Room("long", "Long", "f", rectangle(0, 0, 2, 6)),
            Room("short", "Short", "f", rectangle(2, 1, 2, 3)),
        ),
        anchors=(),
        floors=(Floor("f", "F"),),
    )
    walls = standing_walls(home, "f")
    assert total_length(walls.segments) == pytest.approx(16.0 + 7.0)


def test_slanted_walls_are_recognised_as_the_same():
    slanted = ((0.0, 0.0), (3.0, 4.0))
    home = Home(
        rooms=(
            Room("a", "A", "f", (*slanted, (0.0, 4.0))),
            Room("b", "B", "f", (*slanted, (3.0, 0.0))),
        ),
        anchors=(),
        floors=(Floor("f", "F"),),
        doors=(Door("f", (0.6, 0.8), (1.2, 1.6)),),
    )
    walls = standing_walls(home, "f")
    assert total_length(walls.segments) == pytest.approx(3 + 4 + 3 + 4 + 5 - 1)


def test_every_door_of_the_demo_home_opens_a_wall():
    for floor in DEMO_HOME.floors:
        shut = Home(DEMO_HOME.rooms, DEMO_HOME.anchors, DEMO_HOME.floors)
        opened = total_length(standing_walls(shut, floor.id).segments) - total_length(
            standing_walls(DEMO_HOME, floor.id).segments
        )
        doors = [door for door in DEMO_HOME.doors if door.floor == floor.id]
        widths = sum(np.hypot(*np.subtract(door.end, door.start)) for door in doors)
        assert opened == pytest.approx(widths)
