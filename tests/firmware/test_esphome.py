"""The exported header and configuration in a real ESPHome: `scripts/test firmware` brings it and runs these."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import textwrap
from pathlib import Path

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.neural.export import SIDECAR_NAME, artefacts
from custom_components.indoor_positioning.engine.neural.export_c import HEADER_NAME
from custom_components.indoor_positioning.engine.neural.export_esphome import ESPHOME_NAME
from custom_components.indoor_positioning.engine.neural.export_imu import IMU_NAME
from custom_components.indoor_positioning.engine.neural.models import Meaning, Task, TinyModel
from custom_components.indoor_positioning.engine.neural.scaling import Extent
from tests.engine.neural.homes import random_network

ESPHOME = os.environ.get("ESPHOME")

pytestmark = pytest.mark.skipif(ESPHOME is None, reason="there is no ESPHome: scripts/test firmware brings it")

ANCHORS = tuple(f"AA:BB:CC:00:00:0{index}" for index in range(8))
MODEL = TinyModel.of(random_network(1), Meaning(Task.PLACE, ANCHORS, "ground", Extent((0.0, 0.0), (9.0, 7.0))))

HOST = """\
esphome:
  name: golden
  includes:
    - {header}
  on_boot:
    then:
      - lambda: |-
          static const int8_t inputs[][BLE_POSITION_INPUTS] = {{{vectors}}};
          int8_t output[BLE_POSITION_OUTPUTS];
          for (const auto &input : inputs) {{
            ble_position_run(input, output);
            printf("GOLDEN %d %d\\n", output[0], output[1]);
          }}
          fflush(stdout);
          exit(0);
host:
logger:
"""


# The board, its radio and its inertial unit are other ones here; everything else of the shipped files is left as it is.
BOARD = """\
esp32:
  board: esp32dev
  framework:
    type: esp-idf
"""
RADIO = """\
esp32_ble_tracker:
  scan_parameters:
    active: false
"""
IMU_COMMENT = f"# packages:\n#   imu: !include {IMU_NAME}\n"
IMU_BUS = "i2c:\n"
IMU_HEAD = "  - platform: mpu6050\n    address: 0x68\n    update_interval: 20ms\n"

# Nine seconds of standing, then walking: a swing of 3 m/s^2 twice a second. The board hangs with its x up.
WALKING_FROM_MS = 9000
MOTION = {
    "accel_x": (
        "static const uint32_t start = millis(); const uint32_t time = millis() - start; "
        f"return 9.81f + (time < {WALKING_FROM_MS} ? 0.0f : 3.0f * sinf((time % 500) * 0.01256637f));"
    ),
    **dict.fromkeys(("accel_y", "accel_z", "gyro_x", "gyro_y", "gyro_z"), "return 0.0f;"),
}
LEVELS = tuple(-50.0 - 4.0 * index for index in range(len(ANCHORS)))
STRIDE_M = 0.65

# Two seconds for each share of the dead reckoning, and in the first three a way of 0.5 m by hand.
SHARES = (0.0, 0.5, 0.9, 0.98, 0.98, 0.98)
BY_HAND_M = 0.5
SCHEDULE = f"""\
  - interval: 2s
    then:
      - lambda: |-
          static const float shares[] = {{{", ".join(map(str, SHARES))}}};
          static int phase = 0;
          if (phase == {len(SHARES)}) {{ fflush(stdout); exit(0); }}
          id(alpha).publish_state(shares[phase]);
          if (phase < 3) id(step_x) += {BY_HAND_M}f;
          phase++;
"""
PRINT = """\
    on_value:
      - lambda: 'printf("PLACE %.5f %.5f\\n", x, id(alpha).state);'
"""


def _replaced(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


def _esphome(folder: Path, *arguments: str) -> str:
    done = subprocess.run([str(ESPHOME), *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in artefacts(MODEL).items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def test_the_configuration_is_valid(folder: Path) -> None:
    assert "rssi" in _esphome(folder, "config", ESPHOME_NAME)


@pytest.mark.timeout(600)
def test_a_firmware_computes_the_golden_vectors(folder: Path) -> None:
    golden = json.loads((folder / SIDECAR_NAME).read_text())["golden"]
    vectors = ", ".join("{" + ", ".join(map(str, one["input"])) + "}" for one in golden)
    (folder / "golden.yaml").write_text(HOST.format(header=HEADER_NAME, vectors=vectors))
    _esphome(folder, "compile", "golden.yaml")
    program = next(folder.glob(".esphome/build/golden/**/program"))
    printed = subprocess.run([str(program)], capture_output=True, text=True, check=True, timeout=60).stdout
    found = [line.split()[-2:] for line in printed.splitlines() if "GOLDEN" in line]
    assert found == [[str(value) for value in one["output"]] for one in golden]


def _on_this_machine(folder: Path) -> None:
    """Give the shipped configuration this machine as its board, levels that stay, and the motion of a walker."""
    text = (folder / ESPHOME_NAME).read_text()
    text = _replaced(text, BOARD, "host:\n")
    text = _replaced(text, RADIO, "")
    text = _replaced(text, IMU_COMMENT, f"packages:\n  imu: !include {IMU_NAME}\n")
    for anchor, level in zip(ANCHORS, LEVELS, strict=True):
        text = _replaced(text, f'mac_address: "{anchor}"', f"lambda: 'return {level}f;'\n    update_interval: 100ms")
    text = text.replace("platform: ble_rssi", "platform: template")
    text = _replaced(text, "    id: place_x\n", "    id: place_x\n" + PRINT)
    (folder / "here.yaml").write_text(_replaced(text, "\ninterval:\n", "\ninterval:\n" + SCHEDULE))
    before, after = _replaced((folder / IMU_NAME).read_text(), IMU_BUS, "").split(IMU_HEAD)
    sensors = textwrap.indent(textwrap.dedent(after), "  ")
    for name, value in MOTION.items():
        made = f"  - platform: template\n    update_interval: 20ms\n    lambda: '{value}'\n"
        sensors = _replaced(sensors, f"  {name}:\n", made)
    (folder / IMU_NAME).write_text(before + sensors)


@pytest.mark.timeout(600)
def test_a_firmware_finds_its_place_and_reckons_between(folder: Path) -> None:
    _on_this_machine(folder)
    _esphome(folder, "compile", "here.yaml")
    program = next(folder.glob(".esphome/build/ble-position/**/program"))
    printed = subprocess.run([str(program)], capture_output=True, text=True, check=True, timeout=60).stdout
    lines = [line.split()[-2:] for line in printed.splitlines() if "PLACE" in line]
    found = [(float(x), round(float(share), 2)) for x, share in lines]
    network = float(MODEL.places(np.array([LEVELS]))[0, 0])
    assert set(SHARES) <= {share for _, share in found}
    ways: dict[float, list[float]] = {}
    for (before, _), (x, share) in itertools.pairwise(found):
        if share == 0.0:
            # The network's place as it is, whatever the way.
            assert x == pytest.approx(network, abs=1e-3)
            continue
        # x = share (before + way) + (1 - share) network, solved for the way.
        way = (x - (1.0 - share) * network) / share - before
        ways.setdefault(share, []).append(way)
    for share in SHARES[1:3]:
        assert sum(ways[share]) == pytest.approx(BY_HAND_M, abs=0.01)
    steps = [way / STRIDE_M for way in ways[SHARES[-1]]]
    assert steps == pytest.approx([round(step) for step in steps], abs=0.01)
    assert sum(steps[-3:]) == pytest.approx(6.0, abs=1.1)


def test_a_board_with_an_inertial_unit_is_valid(folder: Path) -> None:
    text = (folder / ESPHOME_NAME).read_text()
    (folder / ESPHOME_NAME).write_text(_replaced(text, IMU_COMMENT, f"packages:\n  imu: !include {IMU_NAME}\n"))
    assert "mpu6050" in _esphome(folder, "config", ESPHOME_NAME)
