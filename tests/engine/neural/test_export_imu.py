"""Steps and heading on a microcontroller: compiled, and fed what an inertial unit gives."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.neural.export_imu import STEPS_HEADER, STEPS_NAME
from tests.engine.neural.test_export import COMPILERS

RATE_HZ = 50
G = 9.81
STRIDE_M = 0.65

# Reads seven floats a sample (acceleration, turn rate, seconds); writes steps, x, y and heading.
PROGRAM = f"""\
#include <stdio.h>
#include "{STEPS_NAME}"

int main(int argc, char **argv) {{
  ble_position_walk walk = {{{{0, 0, 0}}, 0, 0, 0}};
  float sample[7], answer[4] = {{0, 0, 0, 0}};
  (void) argc; (void) argv;
  while (fread(sample, sizeof sample, 1, stdin) == 1) {{
    if (ble_position_walked(&walk, sample, sample + 3, sample[6], {STRIDE_M}f, &answer[1], &answer[2])) answer[0]++;
  }}
  answer[3] = walk.heading;
  fwrite(answer, sizeof answer, 1, stdout);
  return 0;
}}
"""


@pytest.fixture(scope="module", params=COMPILERS, ids=[one[0] for one in COMPILERS])
def program(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler, standard, language = request.param
    path = shutil.which(compiler)
    assert path is not None, f"{compiler} is missing: install it to prove what is exported"
    folder = tmp_path_factory.mktemp("steps")
    (folder / STEPS_NAME).write_text(STEPS_HEADER)
    source = folder / "main.txt"
    source.write_text(PROGRAM)
    flags = ["-O2", "-Wall", "-Wextra", "-Werror", "-fsanitize=undefined", "-fno-sanitize-recover=all"]
    command = [path, f"-std={standard}", *flags, "-x", language, str(source), "-lm", "-o", str(folder / "program")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "program"


def _mounting() -> np.ndarray:
    """Return a rotation: the board hangs askew."""
    axis = np.array([0.6, -0.64, 0.48])
    cross = np.cross(np.eye(3), axis)
    angle = 1.1
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1.0 - np.cos(angle)) * cross @ cross)


def _samples(seconds: float, *, steps_a_second: float = 0.0, turn: float = 0.0, seed: int = 0) -> np.ndarray:
    """Return samples (n, 7) of a walk with a swing of 3 m/s^2 a step, `turn` in rad/s, with the unit's noise."""
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    up = G + 3.0 * np.sin(2.0 * np.pi * steps_a_second * time)
    acceleration = np.stack((0.4 * np.sin(np.pi * steps_a_second * time), np.zeros_like(time), up), axis=1)
    turning = np.stack((np.zeros_like(time), np.zeros_like(time), np.full_like(time, turn)), axis=1)
    frame = _mounting()
    samples = np.concatenate(
        (
            acceleration @ frame + rng.normal(0.0, 0.15, acceleration.shape),
            turning @ frame + rng.normal(0.0, 0.01, turning.shape),
            np.full((len(time), 1), 1.0 / RATE_HZ),
        ),
        axis=1,
    )
    return np.asarray(samples, dtype=np.float32)


def _walked(program: Path, *parts: np.ndarray) -> np.ndarray:
    given = np.concatenate(parts).tobytes()
    done = subprocess.run([str(program)], input=given, capture_output=True, check=True)
    return np.frombuffer(done.stdout, dtype=np.float32)


def test_whoever_stands_takes_no_step(program: Path) -> None:
    assert _walked(program, _samples(120.0)) == pytest.approx([0.0, 0.0, 0.0, 0.0], abs=0.05)


@pytest.mark.parametrize("pace", [1.4, 1.8, 2.2])
def test_steps_are_counted_however_the_board_hangs(program: Path, pace: float) -> None:
    steps, x, y, heading = _walked(program, _samples(2.0), _samples(20.0, steps_a_second=pace), _samples(2.0))
    assert steps == pytest.approx(20.0 * pace, abs=1.0)
    assert (x, y) == pytest.approx((steps * STRIDE_M, 0.0), abs=0.5)
    assert heading == pytest.approx(0.0, abs=0.05)


def test_a_corner_is_turned(program: Path) -> None:
    corner = _samples(1.0, turn=np.pi / 2.0)
    walk = _samples(10.0, steps_a_second=1.8)
    steps, x, y, heading = _walked(program, _samples(2.0), walk, corner, walk)
    assert heading == pytest.approx(np.pi / 2.0, abs=0.1)
    assert steps == pytest.approx(36.0, abs=1.0)
    assert (x, y) == pytest.approx((18.0 * STRIDE_M, 18.0 * STRIDE_M), abs=1.0)


def test_what_is_no_number_is_left_out(program: Path) -> None:
    walk = _samples(10.0, steps_a_second=1.8)
    broken = walk[:6].copy()
    broken[0, 2], broken[1, 4], broken[2:, 6] = np.nan, np.inf, (np.inf, -1.0, 0.0, 60.0)
    answer = _walked(program, walk, broken, walk)
    assert np.isfinite(answer).all()
    assert answer[0] == pytest.approx(36.0, abs=1.0)
