"""The exported header and configuration in a real ESPHome: `scripts/test firmware` brings it and runs these."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from custom_components.indoor_positioning.engine.neural.export import SIDECAR_NAME, artefacts
from custom_components.indoor_positioning.engine.neural.export_c import HEADER_NAME
from custom_components.indoor_positioning.engine.neural.export_esphome import ESPHOME_NAME
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
