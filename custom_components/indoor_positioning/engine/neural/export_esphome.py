"""An ESPHome configuration for a microcontroller that moves, hears fixed beacons and finds its own place.

The way round matters: here the anchors' places send and the ESP32 listens. A network learns levels of links, and a link
is the same in both directions but for an offset that all share, so the home's survey serves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..filters.links import MAX_LINK_AGE_S
from .export_c import HEADER_NAME
from .export_imu import IMU_NAME, STEPS_NAME

ESPHOME_NAME = "ble_position.yaml"

_ADDRESS = re.compile(r"(?:[0-9A-F]{2}:){5}[0-9A-F]{2}", re.IGNORECASE)

# Stands for an anchor whose name is no Bluetooth address; ESPHome refuses nothing about it, and hears nothing of it.
PLACEHOLDER_ADDRESS = "00:00:00:00:00:00"

_HEAD = f"""\
# Made by Indoor Positioning (scripts/export-model). Put {HEADER_NAME} beside this file.
substitutions:
  # Share of the dead reckoning in the place: 0 takes the network's place as it is, 0.9 follows the inertial unit.
  alpha: "0.6"

# A board with an inertial unit: put {STEPS_NAME} and {IMU_NAME} beside this file, and take these comments away.
# packages:
#   imu: !include {IMU_NAME}

esphome:
  name: ble-position
  includes:
    - {HEADER_NAME}

esp32:
  board: esp32dev
  framework:
    type: esp-idf

logger:

esp32_ble_tracker:
  scan_parameters:
    active: false

# How far the board has moved since the last place, in metres on the plan: an inertial unit or a robot's wheels add to
# it (id(step_x) += ...); without either it stays at zero and the filter only smooths.
globals:
  - id: step_x
    type: float
    initial_value: "0.0f"
  - id: step_y
    type: float
    initial_value: "0.0f"

number:
  - platform: template
    id: alpha
    name: "Share of dead reckoning"
    min_value: 0
    max_value: 0.98
    step: 0.02
    initial_value: $alpha
    optimistic: true
    restore_value: true

sensor:
  - platform: template
    id: place_x
    name: "X"
    unit_of_measurement: m
    accuracy_decimals: 2
  - platform: template
    id: place_y
    name: "Y"
    unit_of_measurement: m
    accuracy_decimals: 2
"""


def esphome_yaml(anchors: Sequence[str]) -> str:
    """Return the configuration for a PLACE model with these inputs; the header goes beside it."""
    sensors = "".join(_sensor(index, anchor) for index, anchor in enumerate(anchors))
    return _HEAD + sensors + _interval(len(anchors))


def _sensor(index: int, anchor: str) -> str:
    known = _ADDRESS.fullmatch(anchor) is not None
    address = anchor.upper() if known else PLACEHOLDER_ADDRESS
    hint = "" if known else f"  # the address of {anchor!a}"
    return f"""\
  - platform: ble_rssi
    id: level_{index}
    mac_address: "{address}"{hint}
    internal: true
    filters:
      - exponential_moving_average:
          alpha: 0.35
          send_every: 1
      # What was not heard for this long is missing.
      - timeout: {MAX_LINK_AGE_S:.0f}s
"""


def _interval(count: int) -> str:
    levels = ", ".join(f"id(level_{index}).state" for index in range(count))
    return f"""\

interval:
  - interval: 1s
    then:
      - lambda: |-
          const float levels[BLE_POSITION_INPUTS] = {{{levels}}};
          bool heard = false;
          for (float level : levels) heard = heard || !std::isnan(level);
          if (!heard) return;
          float x, y;
          ble_position_place(levels, &x, &y);
          if (id(place_x).has_state()) {{
            // The complementary filter: dead reckoning is right at once, the network in the long run.
            const float share = id(alpha).state;
            x = share * (id(place_x).state + id(step_x)) + (1.0f - share) * x;
            y = share * (id(place_y).state + id(step_y)) + (1.0f - share) * y;
          }}
          id(step_x) = id(step_y) = 0.0f;
          id(place_x).publish_state(x);
          id(place_y).publish_state(y);
"""
