"""What a microcontroller with an inertial unit needs besides: steps and heading, as C and as ESPHome configuration.

Pedestrian dead reckoning in its plainest form: a step is a swing of the acceleration's magnitude, the heading is the
turn rate about gravity, summed up. Both drift, which the network's places take out through the complementary filter.
R. Harle, "A Survey of Indoor Inertial Positioning Systems for Pedestrians", IEEE Communications Surveys & Tutorials 15,
2013.
"""

from __future__ import annotations

from typing import Final

STEPS_NAME: Final = "ble_position_steps.h"
IMU_NAME: Final = "ble_position_imu.yaml"

STEPS_HEADER: Final = """\
/* Steps and heading of whoever carries the board; needs nothing but <math.h>. Made by Indoor Positioning
 * (scripts/export-model); not edited by hand. The board may be mounted any way, but firmly. */
#ifndef BLE_POSITION_STEPS_H
#define BLE_POSITION_STEPS_H

#include <math.h>

/* A walker's heel swings the acceleration by 2 to 6 m/s^2; a hand at rest by less than 0.5. */
#define BLE_POSITION_SWING 1.2f
/* Two steps are never closer than this (s): even a run has 3 steps a second. */
#define BLE_POSITION_STEP_GAP 0.3f
/* Gravity is the acceleration smoothed over this time (s), longer than a step and shorter than a change of hands. */
#define BLE_POSITION_GRAVITY_TIME 1.0f
/* After a longer pause (s) between samples nobody knows what happened in it. */
#define BLE_POSITION_LONGEST 0.5f

/* All zero at the start; `heading` in radians on the plan, 0 along x, counter-clockwise. */
typedef struct {
  float gravity[3]; /* m/s^2, in the board's frame; its direction is up */
  float heading;
  float since_step; /* s */
  int swung;        /* whether the present swing has counted */
} ble_position_walk;

/* Takes a sample: acceleration (m/s^2), turn rate (rad/s), both in the board's frame, and the time since the last one
 * (s). Adds to the way on the plan (m) and returns 1 at a step of `stride` metres, else 0. What is not finite is left
 * out. */
static inline int ble_position_walked(ble_position_walk *walk, const float acceleration[3], const float turn[3],
                                      float seconds, float stride, float *way_x, float *way_y) {
  float strength = 0.0f, upright = 0.0f, about = 0.0f;
  for (int axis = 0; axis < 3; axis++) {
    if (!isfinite(acceleration[axis]) || !isfinite(turn[axis])) return 0;
  }
  if (!(seconds > 0.0f && seconds < BLE_POSITION_LONGEST)) return 0;
  const float share = walk->gravity[0] == 0.0f && walk->gravity[1] == 0.0f && walk->gravity[2] == 0.0f
                          ? 1.0f
                          : seconds / (BLE_POSITION_GRAVITY_TIME + seconds);
  for (int axis = 0; axis < 3; axis++) {
    walk->gravity[axis] += share * (acceleration[axis] - walk->gravity[axis]);
    strength += acceleration[axis] * acceleration[axis];
    upright += walk->gravity[axis] * walk->gravity[axis];
    about += turn[axis] * walk->gravity[axis];
  }
  upright = sqrtf(upright);
  if (upright > 0.0f) walk->heading += about / upright * seconds;
  walk->since_step += seconds;
  const float swing = sqrtf(strength) - upright;
  if (swing < 0.0f) walk->swung = 0;
  if (walk->swung || swing < BLE_POSITION_SWING || walk->since_step < BLE_POSITION_STEP_GAP) return 0;
  walk->swung = 1;
  walk->since_step = 0.0f;
  *way_x += stride * cosf(walk->heading);
  *way_y += stride * sinf(walk->heading);
  return 1;
}

#endif
"""

IMU_YAML: Final = f"""\
# Made by Indoor Positioning (scripts/export-model): steps and heading from an MPU-6050, for ble_position.yaml, which
# says how to include this. Any other unit will do that gives the same six sensors: keep their ids.
substitutions:
  # Metres a step: about 0.4 of the body's height.
  stride: "0.65"
  # Where the board's carrier looks at the start: degrees on the plan, 0 along x, counter-clockwise.
  heading: "0"

esphome:
  includes:
    - {STEPS_NAME}

logger:
  logs:
    # Fifty lines a second help nobody.
    sensor: INFO

i2c:

sensor:
  - platform: mpu6050
    address: 0x68
    update_interval: 20ms
    accel_x:
      id: accel_x
      internal: true
    accel_y:
      id: accel_y
      internal: true
    accel_z:
      id: accel_z
      internal: true
    gyro_x:
      id: gyro_x
      internal: true
    gyro_y:
      id: gyro_y
      internal: true
    # The last of the six that come together.
    gyro_z:
      id: gyro_z
      internal: true
      on_value:
        - lambda: |-
            static ble_position_walk walk = {{{{0, 0, 0}}, $heading * 0.0174533f, 0, 0}};
            static uint32_t before = 0;
            const uint32_t now = millis();
            const float acceleration[3] = {{id(accel_x).state, id(accel_y).state, id(accel_z).state}};
            const float turn[3] = {{id(gyro_x).state * 0.0174533f, id(gyro_y).state * 0.0174533f, x * 0.0174533f}};
            const float seconds = before == 0 ? 0.0f : (float) (now - before) / 1000.0f;
            before = now;
            ble_position_walked(&walk, acceleration, turn, seconds, $stride, &id(step_x), &id(step_y));
"""
