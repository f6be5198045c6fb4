from __future__ import annotations

from custom_components.indoor_positioning.engine.measurement import Movement
from custom_components.indoor_positioning.engine.payloads.motion_report import MotionReport
from custom_components.indoor_positioning.engine.tag_motion import HELD_S, STEP_M, TagMotion


def _moving(motion: TagMotion, time: float, **told: object) -> bool | None:
    movement = motion.of_report(MotionReport(**told), time)  # type: ignore[arg-type]
    return movement.moving if movement else None


def test_a_flag_is_taken_at_its_word() -> None:
    motion = TagMotion("tag")
    assert motion.of_report(MotionReport(moving=True, speed=1.0), 5.0) == Movement(5.0, "tag", 1.0, moving=True)
    assert _moving(motion, 6.0, moving=False, acceleration=(0.0, 0.0, 1.0)) is False
    assert _moving(motion, 7.0, moving=False, acceleration=(1.0, 0.0, 0.0)) is False


def test_a_shake_counts_for_a_while_and_noise_does_not() -> None:
    motion = TagMotion("tag")
    assert _moving(motion, 0.0, acceleration=(0.0, 0.0, 1.0)) is None
    assert _moving(motion, 1.0, acceleration=(0.01, -0.02, 1.01)) is False
    assert _moving(motion, 2.0, acceleration=(0.3, 0.0, 0.95)) is True
    assert _moving(motion, 2.1, acceleration=(0.3, 0.0, 0.95)) is True, "the same sample by another receiver"
    assert _moving(motion, 2.5 + HELD_S, acceleration=(0.31, 0.0, 0.95)) is False


def test_a_counter_that_goes_on_is_a_movement_also_when_it_begins_anew() -> None:
    motion = TagMotion("tag")
    assert _moving(motion, 0.0, movements=254) is None
    assert _moving(motion, 1.0, movements=254) is False
    assert _moving(motion, 2.0, movements=1) is True
    assert _moving(motion, 9.0, movements=1) is False


def test_steps_tell_a_walk_and_its_speed_but_never_a_rest() -> None:
    motion = TagMotion("phone")
    assert motion.of_steps(1000, 0.0) is None
    walked = motion.of_steps(1008, 4.0)
    assert walked == Movement(4.0, "phone", 2 * STEP_M, moving=True)
    assert motion.of_steps(1008, 8.0) is None
    assert motion.of_steps(3, 9.0) is None, "a new day"
    assert motion.of_steps(500, 600.0) == Movement(600.0, "phone", None, moving=True), "told late: no speed"
