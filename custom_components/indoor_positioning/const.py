"""Names and limits that several modules of the Home Assistant side share."""

from __future__ import annotations

from typing import Final

from homeassistant.const import Platform

DOMAIN: Final = "indoor_positioning"

PLATFORMS: Final = (Platform.BINARY_SENSOR, Platform.DEVICE_TRACKER, Platform.SENSOR)

SUBENTRY_ANCHOR: Final = "anchor"
SUBENTRY_BEACON: Final = "beacon"
SUBENTRY_OTHER_ANCHOR: Final = "other_anchor"
SUBENTRY_PERSON: Final = "person"
SUBENTRY_ROOM: Final = "room"
SUBENTRY_ZONE: Final = "zone"

CONF_ACTIVITY: Final = "activity"
CONF_ANCHOR: Final = "anchor"
CONF_ANCHORS: Final = "anchors"
CONF_APPROACH_FROM: Final = "approach_from"
CONF_AREA_ID: Final = "area_id"
CONF_AREAS: Final = "areas"
CONF_ASSURANCE: Final = "assurance"
CONF_BEACON: Final = "beacon"
CONF_BEACONS: Final = "beacons"
CONF_CARRIED_HEIGHT: Final = "carried_height"
CONF_CIRCLE: Final = "circle"
CONF_DISTANCE: Final = "distance"
CONF_DWELL: Final = "dwell"
CONF_ENTER: Final = "enter"
CONF_ENTITY_ID: Final = "entity_id"
CONF_EXIT_DELAY: Final = "exit_delay"
CONF_EXPONENT: Final = "exponent"
CONF_FLOOR_ID: Final = "floor_id"
CONF_HEADING: Final = "heading"
CONF_HEIGHT: Final = "height"
CONF_HOLD: Final = "hold"
CONF_IDENTITIES: Final = "identities"
CONF_IGNORED_BEACONS: Final = "ignored_beacons"
CONF_IGNORED_SCANNERS: Final = "ignored_scanners"
CONF_INTERVAL: Final = "interval"
CONF_KIND: Final = "kind"
CONF_LEAVE: Final = "leave"
CONF_LINKS: Final = "links"
CONF_MOTION: Final = "motion"
CONF_ORIENTATION: Final = "orientation"
CONF_OUTLINE: Final = "outline"
CONF_PITCH: Final = "pitch"
CONF_PRESSURE: Final = "pressure"
CONF_PROBABILITY: Final = "probability"
CONF_REFERENCE_PRESSURE: Final = "reference_pressure"
CONF_REFERENCE_RSSI: Final = "reference_rssi"
CONF_ROLL: Final = "roll"
CONF_RSSI_OFFSET: Final = "rssi_offset"
CONF_SECOND_FACTOR: Final = "second_factor"
CONF_SECURE: Final = "secure"
CONF_SECURED: Final = "secured"
CONF_SENSORS: Final = "sensors"
CONF_SIGMA: Final = "sigma"
CONF_SOURCE: Final = "source"
CONF_SPEED: Final = "speed"
CONF_SPREAD: Final = "spread"
CONF_STEPS: Final = "steps"
CONF_STILL_AFTER: Final = "still_after"
CONF_TRACKER: Final = "tracker"
CONF_WORN: Final = "worn"
CONF_X: Final = "x"
CONF_Y: Final = "y"
CONF_YAW: Final = "yaw"
CONF_ZONES: Final = "zones"

# Metres above its floor of an anchor whose height nobody gave: between a wall socket (0.3) and a shelf (1.8).
DEFAULT_ANCHOR_HEIGHT_M: Final = 1.2

# Usual scatter of distances of which nobody says how good they are: ultra-wideband and channel sounding indoors (m).
DEFAULT_RANGE_SD_M: Final = 0.3

# What the sensors of rooms say of a beacon or person that is not at home.
STATE_AWAY: Final = "away"
